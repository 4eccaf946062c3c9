"""Addresses of the portal, under the language."""

from django.urls import path

from gridcanary.portal.views import desk
from gridcanary.portal.views.cases import told_case, told_cases
from gridcanary.portal.views.figures import download, figures
from gridcanary.portal.views.law import law
from gridcanary.portal.views.posters import posters, sheet_file
from gridcanary.public.pages import in_own_language

app_name = "portal"
urlpatterns = [
    path("open/law/", in_own_language, name="law_any"),
    path("open/figures/", in_own_language, name="figures_any"),
    path("<str:lang>/open/law/", law, name="law"),
    path("<str:lang>/open/figures/", figures, name="figures"),
    path("<str:lang>/open/figures/figures.<str:ending>", download, name="figures_file"),
    path("open/cases/", in_own_language, name="told_any"),
    path("<str:lang>/open/cases/", told_cases, name="told_cases"),
    path("<str:lang>/open/cases/<slug:slug>/", told_case, name="told_case"),
    path("cases/<str:number>/told/", desk.told, name="told"),
    path("cases/<str:number>/told/write/", desk.write_told, name="write_told"),
    path("cases/<str:number>/told/<int:pk>/act/", desk.act_on_told, name="told_act"),
    path("open/posters/", in_own_language, name="posters_any"),
    path("<str:lang>/open/posters/", posters, name="posters"),
    path("<str:lang>/open/posters/<str:code>/", posters, name="poster_area"),
    path("<str:lang>/open/posters/<str:code>/<str:sheet>", sheet_file, name="poster_file"),
]
