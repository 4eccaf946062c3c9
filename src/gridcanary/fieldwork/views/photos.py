"""Photographs on pages: the copy without hidden data, never the original."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from gridcanary.casework.sharing import visible_case_ids
from gridcanary.casework.views.asked import person
from gridcanary.custody.places import object_store
from gridcanary.fieldwork.models import Visit, VisitPhoto
from gridcanary.fieldwork.queries import shown_copy

SHOWN_TYPES = ("image/jpeg", "image/png")


@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """The copy of a photograph of a case that the person sees."""
    user = person(request)
    found = get_object_or_404(VisitPhoto, pk=photo_id, case_id__in=visible_case_ids(user))
    if found.visit_id and not Visit.objects.visible_to(user).filter(pk=found.visit_id).exists():
        raise Http404
    copy = shown_copy(found)
    if copy is None or copy.media_type not in SHOWN_TYPES:
        raise Http404
    with object_store().opened(copy.sha256) as stream:
        response = HttpResponse(stream.read(), content_type=copy.media_type)
    response["Cache-Control"] = "private, no-store"
    return response
