"""Pages of oversight."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from gridcanary.accounts.queries import units_below
from gridcanary.casework.models import Case, CaseQuerySet
from gridcanary.casework.views.asked import person
from gridcanary.custody.actions import record
from gridcanary.oversight import figures
from gridcanary.oversight.exports import csv_lines, xlsx_bytes
from gridcanary.oversight.period import Period
from gridcanary.oversight.tables import TABLES


def _asked(request: HttpRequest) -> tuple[CaseQuerySet, Period, str]:
    period = Period.asked(request.GET.get("first", ""), request.GET.get("last", ""))
    cases, unit = Case.objects.visible_to(person(request)), request.GET.get("unit", "")
    if unit:
        cases = cases.filter(owner_unit__in=units_below(person(request)).filter(code=unit))
    return cases, period, unit


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Figures over all the cases that the person sees."""
    cases, period, unit = _asked(request)
    steps = figures.funnel(cases, period)
    context = {
        "period": period,
        "unit": unit,
        "units": units_below(person(request)),
        "funnel": steps,
        "widest": max((step.reached for step in steps), default=0) or 1,
        "outcomes": figures.outcomes(cases, period),
        "stages": figures.time_in_stage(cases, period),
        "lateness": figures.lateness(cases, period),
        "money": figures.money(cases),
        "recurrence": figures.recurrence(cases),
        "tables": [(name, table.title) for name, table in TABLES.items()],
    }
    return render(request, "oversight/overview.html", context)


@require_GET
def export(request: HttpRequest, table: str, ending: str) -> HttpResponse | StreamingHttpResponse:
    """A table as a file. That somebody took it is an event of the log."""
    chosen = TABLES.get(table)
    if chosen is None or ending not in ("csv", "xlsx"):
        raise Http404
    cases, period, unit = _asked(request)
    user = person(request)
    record(
        "export.made",
        actor=user,
        unit_code=user.unit.code if user.unit else "",
        body={"table": table, "ending": ending, "first": period.first.isoformat(), "last": period.last.isoformat(),
              "unit": unit},
    )  # fmt: skip
    name = f"gridcanary-{table}-{timezone.localdate():%Y%m%d}.{ending}"
    headings, rows = [str(heading) for heading in chosen.headings], chosen.rows(cases, period)
    response: HttpResponse | StreamingHttpResponse
    if ending == "csv":
        response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    else:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(xlsx_bytes(str(chosen.title), headings, rows), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
