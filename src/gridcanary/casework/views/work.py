"""What waits: for me, for my department, for everything I see."""

from __future__ import annotations

from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework.actions.reminders import read
from gridcanary.casework.case_queries import (
    count_up_to,
    open_tasks,
    running_clocks,
    unread_reminders,
    waiting_handovers,
    waiting_receipts,
)
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.elsewhere import waiting_elsewhere
from gridcanary.casework.views.asked import answer, person

SCOPES = ("mine", "department", "all")
SHOWN = 100
COUNTED = SHOWN + 1_000
"""Where counting clocks and tasks ends."""


@require_POST
def read_reminder(request: HttpRequest, reminder: int) -> HttpResponse:
    """Say that a reminder was read."""
    found = unread_reminders(person(request)).filter(pk=reminder).first()
    if found is None:
        raise Http404
    return answer(request, lambda: read(person(request), found), _("Noted."), "casework:work")


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """What runs out next, and what waits for an answer."""
    user = person(request)
    scope = request.GET.get("scope", "department")
    scope = scope if scope in SCOPES else "department"
    clocks = running_clocks(user, "department" if scope == "mine" else scope)
    tasks = open_tasks(user, scope)
    reminders = list(unread_reminders(user)[:SHOWN])
    context = {
        "scope": scope,
        "most": COUNTED - SHOWN,
        "clocks": clock_rows(clocks[:SHOWN]),
        "more_clocks": max(0, count_up_to(clocks, COUNTED) - SHOWN),
        "tasks": tasks[:SHOWN],
        "more_tasks": max(0, count_up_to(tasks, COUNTED) - SHOWN),
        "receipts": waiting_receipts(user),
        "reminders": [
            {"reminder": one, "row": row}
            for one, row in zip(reminders, clock_rows([one.clock for one in reminders]), strict=True)
        ],
        "handovers": waiting_handovers(user),
        "elsewhere": list(islice(waiting_elsewhere(user), SHOWN)),
    }
    return render(request, "casework/work.html", context)
