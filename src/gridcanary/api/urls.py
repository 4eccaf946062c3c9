"""Addresses of the API."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from gridcanary.api.v1 import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    # Tokens, not sign-in pages, guard these: each operation demands one itself.
    if isinstance(_pattern, URLPattern):
        _pattern.callback = login_not_required(_pattern.callback)

urlpatterns = [path("api/v1/", (_patterns, _app, _namespace))]
