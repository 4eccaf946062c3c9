"""The numbers of a chart as JSON, as a table, and as CSV."""

from __future__ import annotations

import csv

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcanary.console import charts
from gridcanary.console.chart_tables import CHARTS, chart_table
from gridcanary.console.views.asked import asked_range, visible_subject


@require_safe
def chart(request: HttpRequest, kind: str, subject_id: str, name: str) -> HttpResponse:
    """What a chart draws."""
    subject = visible_subject(request, kind, subject_id)
    if name not in CHARTS or not subject.days:
        raise Http404
    shown = asked_range(request, subject)
    numbers = charts.BUILDERS[name](subject, shown)
    if numbers is None:
        raise Http404
    return JsonResponse(numbers)


@require_safe
def table(request: HttpRequest, kind: str, subject_id: str, name: str) -> HttpResponse:
    """The table behind a chart; ``?format=csv`` to take it away."""
    subject = visible_subject(request, kind, subject_id)
    if name not in CHARTS or not subject.days:
        raise Http404
    shown = asked_range(request, subject)
    rows = chart_table(name, subject, shown)
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        response.write("\ufeff")  # so that spreadsheet programs read the Chinese headings as UTF-8
        writer = csv.writer(response)
        writer.writerow(rows.columns)
        writer.writerows(rows.rows)
        return response
    context = {"table": rows, "kind": kind, "subject_id": subject_id, "name": name, "shown": shown}
    return render(request, "console/table.html", context)
