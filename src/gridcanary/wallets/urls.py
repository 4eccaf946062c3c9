"""Addresses of dossiers. Every state of a page is one."""

from django.urls import path

from gridcanary.wallets.views import case_dossiers, dossier_page, income_page, trace_page

app_name = "wallets"
CASE = "cases/<str:number>/wallets/"
DOSSIER = f"{CASE}<str:ref>/"

urlpatterns = [
    path("wallets/search/", case_dossiers.search, name="search"),
    path(CASE, case_dossiers.dossier_list, name="list"),
    path(f"{CASE}attach/", case_dossiers.attach, name="attach"),
    path(DOSSIER, dossier_page.dossier_page, name="dossier"),
    path(f"{DOSSIER}receipts/", income_page.receipts, name="receipts"),
    path(f"{DOSSIER}receipts.csv", income_page.receipts_csv, name="receipts_csv"),
    path(f"{DOSSIER}months.json", income_page.months, name="months"),
    path(f"{DOSSIER}power.json", income_page.power, name="power"),
    path(f"{DOSSIER}graph/", trace_page.graph, name="graph"),
    path(f"{DOSSIER}sankey.json", trace_page.sankey, name="sankey"),
    path(f"{DOSSIER}freeze.csv", trace_page.freeze_list, name="freeze"),
    path(f"{DOSSIER}verify/", case_dossiers.verify, name="verify"),
]
