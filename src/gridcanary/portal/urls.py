"""Addresses of the portal, under the language."""

from django.urls import path

from gridcanary.public.pages import in_own_language

app_name = "portal"
urlpatterns = [
    path("open/", in_own_language, name="any"),
]
