"""The inspection list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from gridcanary.accounts.models import User
from gridcanary.casework.queries import DISMISSED, OPEN, STATES, states
from gridcanary.casework.views.asked import person
from gridcanary.console.curve_cache import Curves, curves
from gridcanary.console.findings import TRANSFORMER, FindingsBook, ListedFinding, distinct, open_book
from gridcanary.console.home import workspace
from gridcanary.console.lake_days import mean_of_present
from gridcanary.console.list_query import PAGE_SIZE, ListQuery, kept_findings
from gridcanary.console.sparklines import Sparkline, sparkline
from gridcanary.console.views.asked import sentence_language
from gridcanary.console.vocabulary import CLASS_NAMES, MODE_NAMES, STATE_NAMES
from gridcanary.leads.ranking import BudgetYield, budget_yields

SHORT_REASONS = 2
"""Reasons shown in a row; the premises page has all."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list."""

    finding: ListedFinding
    state: str
    within_budget: bool
    ends_budget: bool
    reasons: tuple[str, ...]
    curve: Sparkline | None


@dataclass(frozen=True, slots=True)
class YieldCurve:
    """Expected hits over the budget, as points of an inline SVG of 100 by 32, and the chosen place on it."""

    points: str
    x: float
    y: float


@require_safe
@vary_on_headers("HX-Request", "Cookie", "Accept-Language")
def findings(request: HttpRequest) -> HttpResponse:
    """The list with its filters; only the results for a partial update."""
    book = open_book()
    if book is None or not book.listed:
        return render(request, "console/empty.html", {"home": workspace().home, "scanned": book is not None})
    context = _context(request, book, person(request))
    partial = getattr(request, "htmx", None) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "console/_results.html" if partial else "console/findings.html", context)


def _context(request: HttpRequest, book: FindingsBook, user: User) -> dict[str, object]:
    query, known_states = ListQuery.from_address(request.GET), states(user)
    visible = book.visible_to(user)
    kept = kept_findings(query, visible, known_states)
    to_visit = [finding for finding in kept if known_states.get(finding.key, OPEN) != DISMISSED]
    yields = budget_yields([finding.prospect for finding in to_visit])
    budget = min(query.budget, len(to_visit))
    page = Paginator(kept, PAGE_SIZE).get_page(query.page)
    chosen = to_visit[:budget]
    rows = _rows(
        list(page.object_list), {f.key for f in chosen}, chosen[-1].key if chosen else None, known_states
    )
    return {
        "query": query,
        "book": book,
        "rows": rows,
        "page": page,
        "pages": [(n, query.on_page(n).address) for n in page.paginator.page_range],
        "to_visit": len(to_visit),
        "plan": yields[budget],
        "yield_curve": _yield_curve(yields, budget),
        "slider_most": max(len(visible), 1),
        "counties": distinct(finding.admin_code for finding in visible),
        "classes": [
            (code, CLASS_NAMES.get(code, code)) for code in distinct(f.tariff_class for f in visible)
        ],
        "modes": MODE_NAMES.items(),
        "states": [(state, STATE_NAMES[state]) for state in STATES],
    }


def _rows(
    shown: Sequence[ListedFinding],
    chosen: set[tuple[str, str]],
    last_chosen: tuple[str, str] | None,
    known_states: object,
) -> list[ListRow]:
    book, language = curves(), sentence_language()
    get_state = known_states.get  # type: ignore[attr-defined]
    return [
        ListRow(
            finding=finding,
            state=get_state(finding.key, OPEN),
            within_budget=finding.key in chosen,
            ends_budget=finding.key == last_chosen,
            reasons=finding.reasons[language][:SHORT_REASONS],
            curve=_curve(book, finding),
        )
        for finding in shown
    ]


def _curve(book: Curves, finding: ListedFinding) -> Sparkline | None:
    watched = book.watched
    if finding.subject_kind == TRANSFORMER:
        if finding.subject_id not in watched.transformers:
            return None
        row = watched.transformers.index(finding.subject_id)
        daily = mean_of_present(book.supplied_kw[row] - book.metered_kw[row], axis=1)
    else:
        if finding.subject_id not in watched.meters:
            return None
        daily = book.daily_kw[watched.meters.index(finding.subject_id)]
    return sparkline(book.days, daily, finding.onset) if book.days else None


def _yield_curve(yields: Sequence[BudgetYield], budget: int) -> YieldCurve:
    most = yields[-1].expected_hits or 1.0
    last = max(len(yields) - 1, 1)
    step = max(len(yields) // 100, 1)
    places = [(100 * y.inspections / last, 30 - 28 * y.expected_hits / most) for y in yields[::step]]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    chosen = yields[budget]
    return YieldCurve(points, round(100 * budget / last, 1), round(30 - 28 * chosen.expected_hits / most, 1))
