"""Figures for everybody, as a page and as files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridcanary.portal.cartogram import cartogram, legend
from gridcanary.portal.equivalents import equivalents
from gridcanary.portal.figures import MEASURES, counties, months, small_totals
from gridcanary.portal.suppression import LEAST
from gridcanary.public.pages import public_page


@public_page()
def figures(request: HttpRequest) -> HttpResponse:
    """The table of months, and that of counties where it tells no small number."""
    rows = months()
    context = {
        "measures": MEASURES,
        "months": rows,
        "counties": [] if small_totals() else counties(),
        "least": LEAST,
        "made": timezone.localdate(),
        "here": "figures",
        "map": cartogram(rows[-1].first),
        "legend": legend(),
        "meant": equivalents(),
    }
    return render(request, "portal/figures.html", context)


@public_page()
def download(request: HttpRequest, ending: str) -> HttpResponse:
    """The figures of months as CSV or JSON, each with its method."""
    made, rows = timezone.localdate().isoformat(), months()
    if ending == "json":
        told: dict[str, Any] = {
            "made": made,
            "measures": {one.code: {"name": str(one.name), "method": str(one.method)} for one in MEASURES},
            "months": [
                {"month": f"{row.first:%Y-%m}"}
                | dict(zip((one.code for one in MEASURES), row.values, strict=True))
                for row in rows
            ],
            "equivalents": [
                {
                    "code": one.code,
                    "value": str(one.value),
                    "unit": one.unit,
                    "method": one.lines,
                    "verified": one.verified,
                }
                for one in equivalents()
            ],
        }
        return _file(json.dumps(told, ensure_ascii=False, indent=1), "application/json", "figures.json")
    if ending != "csv":
        raise Http404
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["month", "measure", "name", "value", "method", "made"])
    for row in rows:
        for one, value in zip(MEASURES, row.values, strict=True):
            table.writerow(
                [f"{row.first:%Y-%m}", one.code, one.name, "" if value is None else value, one.method, made]
            )
    for meant in equivalents():
        table.writerow(["", meant.code, meant.name, meant.value, " ".join(meant.lines), made])
    return _file("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", "figures.csv")


def _file(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
