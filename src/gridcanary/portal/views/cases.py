"""Typical cases, as everybody reads them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from gridcanary.places.addresses import full_name
from gridcanary.portal.models import CaseState, TypicalCase
from gridcanary.portal.told_queries import public_cases
from gridcanary.public.pages import public_page

ROWS = 20


@public_page()
def told_cases(request: HttpRequest) -> HttpResponse:
    """The list, the latest first."""
    page = Paginator(public_cases(), ROWS).get_page(request.GET.get("page"))
    rows = [_told(one) for one in page]
    return render(request, "portal/cases.html", {"rows": rows, "page": page, "here": "cases"})


@public_page(keep=False)
def told_case(request: HttpRequest, slug: str) -> HttpResponse:
    """One of them. One that was withdrawn answers 410 with the reason and nothing of its text."""
    one = TypicalCase.objects.filter(slug=slug).exclude(released_at=None).first()
    if one is None:
        raise Http404
    if one.state == CaseState.WITHDRAWN:
        return render(request, "portal/case_gone.html", {"one": one, "here": "cases"}, status=410)
    return render(request, "portal/case.html", _told(one) | {"here": "cases"})


def _told(one: TypicalCase) -> dict[str, Any]:
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return {"one": one, "title": one.title(language), "text": one.text(language), "area": full_name(one.area)}
