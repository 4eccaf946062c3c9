"""Addresses of the tip line: for everybody under the language, for staff under /tips/."""

from django.urls import path

from gridcanary.public.pages import in_own_language

app_name = "tips"
urlpatterns = [
    path("report/", in_own_language, name="report_any"),
]
