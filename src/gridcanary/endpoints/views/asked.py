"""What a request asks for: an endpoint that the person may see."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.endpoints.models import Endpoint


def seen_endpoint(request: HttpRequest, key: int) -> Endpoint:
    """An endpoint that the person may see; 404 otherwise, as for one that doesn't exist."""
    found: Endpoint | None = (
        Endpoint.objects.visible_to(person(request)).select_related("unit", "aside_by").filter(pk=key).first()
    )
    if found is None:
        raise Http404
    return found


__all__ = ["case_context", "person", "seen_case", "seen_endpoint"]
