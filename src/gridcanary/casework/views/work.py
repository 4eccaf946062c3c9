"""What waits: for me, for my department, for everything I see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridcanary.casework.case_queries import (
    open_tasks,
    running_clocks,
    waiting_handovers,
    waiting_receipts,
)
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.views.asked import person

SCOPES = ("mine", "department", "all")
SHOWN = 100


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """What runs out next, and what waits for an answer."""
    user = person(request)
    scope = request.GET.get("scope", "department")
    scope = scope if scope in SCOPES else "department"
    clocks = running_clocks(user, "department" if scope == "mine" else scope)
    tasks = open_tasks(user, scope)
    context = {
        "scope": scope,
        "clocks": clock_rows(clocks[:SHOWN]),
        "more_clocks": max(0, clocks.count() - SHOWN),
        "tasks": tasks[:SHOWN],
        "more_tasks": max(0, tasks.count() - SHOWN),
        "receipts": waiting_receipts(user),
        "handovers": waiting_handovers(user),
    }
    return render(request, "casework/work.html", context)
