"""The clocks of a case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.casework.actions import clocks as acts
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.forms import ReportForm
from gridcanary.casework.views.asked import answer, case_context, person, seen_case


def clocks(request: HttpRequest, number: str) -> HttpResponse:
    """All clocks of a case, the running ones first, and a form for what happened outside."""
    case = seen_case(request, number)
    form = ReportForm(case, request.POST or None, initial={"at": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: acts.report(person(request), case, said["event"], at=said["at"], remark=said["remark"]),
            _("Recorded; the clocks follow it."),
            "casework:clocks",
            number=number,
        )
    stored = case.clocks.select_related("unit", "case", "case__pack_version", "extension_approved_by").defer(
        "case__pack_version__frozen"
    )
    rows = clock_rows(stored.prefetch_related("pauses"))
    context = case_context(request, case, "clocks") | {
        "running": [row for row in rows if row.is_going],
        "form": form,
        "ended": [row for row in rows if not row.is_going],
    }
    return render(request, "casework/clocks.html", context)


@require_POST
def change_clock(request: HttpRequest, number: str, clock: int) -> HttpResponse:
    """Meet, suspend, resume, extend or cancel a clock."""
    case = seen_case(request, number)
    one = (
        case.clocks.select_related("case", "case__pack_version", "unit")
        .defer("case__pack_version__frozen")
        .filter(pk=clock)
        .first()
    )
    if one is None:
        raise Http404
    user, choice, reason = person(request), request.POST.get("choice", ""), request.POST.get("reason", "")
    remark = request.POST.get("remark", "")
    choices = {
        "meet": (lambda: acts.meet(user, one, remark=remark), _("The clock is met.")),
        "pause": (lambda: acts.pause(user, one, reason, remark=remark), _("The clock is suspended.")),
        "resume": (lambda: acts.unpause(user, one), _("The clock goes on.")),
        "extend": (lambda: acts.prolong(user, one, remark), _("The limit is extended.")),
        "cancel": (lambda: acts.cancel(user, one, remark), _("The clock no longer applies.")),
    }
    if choice not in choices:
        raise Http404
    act, words = choices[choice]
    return answer(request, act, words, "casework:clocks", number=number)
