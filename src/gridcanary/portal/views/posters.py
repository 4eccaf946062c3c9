"""Posters and share cards: a way from the area to its counties, and the files of each county."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render

from gridcanary.casework import law
from gridcanary.contracts.errors import InputError
from gridcanary.places.addresses import full_name
from gridcanary.places.divisions import divisions
from gridcanary.portal.poster_sheets import ENDINGS, KINDS, PDF, PNG, typeset_sheet
from gridcanary.portal.posters import sheet_of, site_address
from gridcanary.public.pages import public_page
from gridcanary.tips.areas import own_area, own_counties, own_divisions, parts_of

TYPES = {PDF: "application/pdf", PNG: "image/png"}
SHEETS = {f"{kind}.{ending}": (kind, ending) for kind in KINDS for ending in ENDINGS}


@public_page()
def posters(request: HttpRequest, code: str = "") -> HttpResponse:
    """The parts of an area, or a county's files."""
    area = code or own_area()
    if code and code not in own_divisions():
        raise Http404
    if area in own_counties():
        return render(request, "portal/poster.html", _county(area))
    parts = [(part, divisions()[part].name) for part in parts_of(area)]
    context = {"area": full_name(area) if area else "", "is_part": bool(code), "parts": parts}
    return render(request, "portal/posters.html", context)


@public_page()
def sheet_file(request: HttpRequest, code: str, sheet: str) -> HttpResponse:
    """A poster or card as a file."""
    if sheet not in SHEETS or code not in own_counties():
        raise Http404
    kind, ending = SHEETS[sheet]
    try:
        told = sheet_of(code, law.language(), site_address())
    except InputError as error:
        raise Http404(str(error)) from error
    mark = f'"{hashlib.sha256((repr(told) + sheet).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    name = f"{kind}-{code}-{told.language}.{ending}"
    return HttpResponse(
        typeset_sheet(told, kind, ending),
        content_type=TYPES[ending],
        headers={"ETag": mark, "Content-Disposition": f'inline; filename="{name}"'},
    )


def _county(code: str) -> dict[str, Any]:
    try:
        told = sheet_of(code, law.language(), site_address())
    except InputError:
        return {"county": full_name(code), "code": code, "sheet": None}
    return {"county": told.county, "code": code, "sheet": told, "up": code[:4] + "00"}
