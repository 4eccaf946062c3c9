"""Addresses of the console. Every view is an address that can be pasted into a note."""

from django.urls import URLPattern, URLResolver, include, path

from gridcanary.console.findings import METER, TRANSFORMER
from gridcanary.console.views.cases import open_from_finding
from gridcanary.console.views.chart_data import chart, table
from gridcanary.console.views.findings_list import findings
from gridcanary.console.views.subject_page import subject
from gridcanary.console.views.triage import decide

subject_patterns = [
    path("", subject, name="subject"),
    path("charts/<str:name>.json", chart, name="chart"),
    path("tables/<str:name>/", table, name="table"),
    path("decide/", decide, name="decide"),
    path("case/", open_from_finding, name="open_case"),
]

console_patterns: list[URLPattern | URLResolver] = [
    path("", findings, name="findings"),
    path("premises/<str:subject_id>/", include(subject_patterns), {"kind": METER}),
    path("transformers/<str:subject_id>/", include(subject_patterns), {"kind": TRANSFORMER}),
]

urlpatterns = [
    path("", include((console_patterns, "console"))),
    path("", include("gridcanary.api.urls")),
    path("", include("gridcanary.exhibits.urls")),
    path("", include("gridcanary.wallets.urls")),
    path("", include("gridcanary.endpoints.urls")),
    path("", include("gridcanary.watch.urls")),
    path("", include("gridcanary.tips.urls")),
    path("", include("gridcanary.portal.urls")),
    path("", include("gridcanary.oversight.urls")),
    path("", include("gridcanary.casework.urls")),
    path("", include("gridcanary.fieldwork.urls")),
    path("cases/<str:number>/", include("gridcanary.enforcement.urls")),
    path("", include("gridcanary.documents.urls")),
    path("accounts/", include("gridcanary.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
