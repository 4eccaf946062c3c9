"""The desk: endpoints of a day, tens of rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from gridcanary.accounts.models import User
from gridcanary.endpoints.actions.importing import importing_posts
from gridcanary.endpoints.queries import cases_of, days_with_rows, desk_rows, newest_day
from gridcanary.endpoints.reasons import sentences
from gridcanary.endpoints.views.asked import person
from gridcanary.endpoints.words import HYPOTHESES_SHORT, METHODS, said

PAGE_ROWS = 50
ALL_DAYS = "all"
SHORT_REASONS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    day: str
    hypothesis: str
    text: str
    aside: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """From an address; what makes no sense is passed over."""
        told = request.GET
        hypothesis = told.get("hypothesis", "")
        return cls(
            told.get("day", ""),
            hypothesis if hypothesis in HYPOTHESES_SHORT else "",
            told.get("q", "").strip()[:200],
            told.get("aside", "") == "yes",
        )

    def date(self) -> dt.date | None:
        """The day that is asked for; None for all, or where none is named."""
        try:
            return dt.date.fromisoformat(self.day)
        except ValueError:
            return None

    def query(self, **changes: object) -> str:
        """The address of the same view with some parts changed."""
        parts = {"day": self.day, "hypothesis": self.hypothesis, "q": self.text,
                 "aside": "yes" if self.aside else "", **changes}  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


@require_GET
@vary_on_headers("HX-Request", "Cookie", "Accept-Language")
def desk(request: HttpRequest) -> HttpResponse:
    """Endpoints of the newest day, of another, or the strongest day of each."""
    user, asked = person(request), Asked.of(request)
    context = _context(user, asked, request.GET.get("page", "1"))
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "endpoints/_desk_rows.html" if partial else "endpoints/desk.html", context)


def _context(user: User, asked: Asked, page_number: str) -> dict[str, Any]:
    day = None if asked.day == ALL_DAYS else asked.date() or newest_day(user)
    found = desk_rows(user, day, hypothesis=asked.hypothesis, text=asked.text, aside=asked.aside)
    page = Paginator(found, PAGE_ROWS).get_page(page_number)
    cases = cases_of(user, [row.endpoint_id for row in page.object_list])
    return {
        "asked": asked,
        "day": day,
        "page": page,
        "rows": [
            {
                "day": row,
                "reasons": sentences(row.reasons)[:SHORT_REASONS],
                "methods": [said(METHODS, method) for method in row.methods],
                "hypothesis": said(HYPOTHESES_SHORT, row.hypothesis),
                "cases": cases.get(row.endpoint_id, []),
            }
            for row in page.object_list
        ],
        "days": [
            {"day": one, "count": count, "chosen": one == day, "query": asked.query(day=one.isoformat())}
            for one, count in days_with_rows(user)
        ],
        "all_query": asked.query(day=ALL_DAYS),
        "hypotheses": HYPOTHESES_SHORT.items(),
        "previous_query": asked.query(page=page.previous_page_number()) if page.has_previous() else "",
        "next_query": asked.query(page=page.next_page_number()) if page.has_next() else "",
        "may_import": bool(importing_posts(user)),
        "tab": "desk",
    }
