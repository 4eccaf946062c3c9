"""Files of a paper: pages for the screen, PDF, DOCX, scans. Each opening of personal data is recorded."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from gridcanary.casework.views.asked import person
from gridcanary.documents.models import Document, DocumentVersion
from gridcanary.documents.papers import DOCX, note_reading, pages_of, pdf_of, stored
from gridcanary.documents.views.paper import seen_paper

ONE_OPENING = dt.timedelta(minutes=10)


def _version(paper: Document, no: int) -> DocumentVersion:
    found = DocumentVersion.objects.filter(document=paper, no=no).first()
    if found is None:
        raise Http404
    return found


def given(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file as an answer: kept by nobody on the way, and never run by the browser."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_GET
def page(request: HttpRequest, number: str, key: int, version: int, page: int) -> HttpResponse:
    """One page as a picture."""
    _case, paper = seen_paper(request, number, key)
    made = _version(paper, version)
    pages = pages_of(paper, made)
    if not 1 <= page <= len(pages):
        raise Http404
    # The pages of one opening are one reading; any page alone is one too.
    note_reading(made, person(request), once_in=None if page == 1 else ONE_OPENING)
    return given(pages[page - 1], "image/png", f"{page}.png", inline=True)


@require_GET
def pdf(request: HttpRequest, number: str, key: int, version: int) -> HttpResponse:
    """The print."""
    _case, paper = seen_paper(request, number, key)
    made = _version(paper, version)
    note_reading(made, person(request))
    return given(pdf_of(paper, made), "application/pdf", f"{paper}.pdf")


@require_GET
def docx(request: HttpRequest, number: str, key: int, version: int) -> HttpResponse:
    """The filled DOCX."""
    _case, paper = seen_paper(request, number, key)
    made = _version(paper, version)
    note_reading(made, person(request))
    return given(stored(made.sha256), DOCX, f"{paper}.docx")


@require_GET
def attached(request: HttpRequest, number: str, key: int, file: int) -> HttpResponse:
    """A scan, a receipt, the kept print."""
    _case, paper = seen_paper(request, number, key)
    found = paper.files.filter(pk=file).first()
    if found is None:
        raise Http404
    return given(stored(found.sha256), found.media_type, found.name)
