"""Area statistics: nothing that tells one endpoint apart."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from gridcanary.endpoints.areas import LEVELS, area_table
from gridcanary.endpoints.views.asked import person

DAYS = 30
LEVEL_NAMES = {"province": _("province"), "city": _("city"), "county": _("county")}


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """Endpoints by area in the days that the address names; the last DAYS otherwise."""
    last = _date(request.GET.get("until", "")) or timezone.now().astimezone(dt.UTC).date()
    first = _date(request.GET.get("from", "")) or last - dt.timedelta(days=DAYS - 1)
    level = request.GET.get("level", "")
    level = level if level in LEVELS else "county"
    context = {
        "table": area_table(person(request), min(first, last), last, level),
        "first": min(first, last),
        "last": last,
        "levels": [
            {"code": code, "name": name, "chosen": code == level} for code, name in LEVEL_NAMES.items()
        ],
        "tab": "areas",
    }
    return render(request, "endpoints/areas.html", context)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
