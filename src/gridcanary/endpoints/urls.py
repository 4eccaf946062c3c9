"""Addresses of the desk. Every state of a page is one."""

from django.urls import path

from gridcanary.endpoints.views import areas, case_page, desk, endpoint_page, files, pools

app_name = "endpoints"
ENDPOINT = "network/endpoints/<int:endpoint>/"
CASE = "cases/<str:number>/network/"

urlpatterns = [
    path("network/", desk.desk, name="desk"),
    path("network/files/", files.files, name="files"),
    path("network/areas/", areas.areas, name="areas"),
    path("network/pools/", pools.pools, name="pools"),
    path("network/pool/", pools.pool, name="pool"),
    path("network/wallet/", pools.wallet, name="wallet"),
    path(ENDPOINT, endpoint_page.endpoint, name="endpoint"),
    path(f"{ENDPOINT}sessions/", endpoint_page.sessions, name="sessions"),
    path(f"{ENDPOINT}aside/", endpoint_page.aside, name="aside"),
    path(f"{ENDPOINT}take-up/", endpoint_page.take_up, name="take_up"),
    path(CASE, case_page.case_endpoints, name="case"),
    path(f"{CASE}answers/", case_page.answers, name="answers"),
    path(f"{CASE}<int:endpoint>/line/", case_page.line, name="line"),
]
