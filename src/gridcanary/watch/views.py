"""Pages of the watch."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework.case_queries import count_up_to
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.watch.actions.returns import dismiss, take_up
from gridcanary.watch.actions.visits import record_visit
from gridcanary.watch.forms import VisitForm
from gridcanary.watch.queries import open_returns, visits_due

SHOWN = 200
COUNTED = SHOWN + 1_000
"""Where counting visits ends."""


@require_GET
def watch_list(request: HttpRequest) -> HttpResponse:
    """Signs of return, and visits that are due: the department's, or all that the person sees."""
    user, everything = person(request), request.GET.get("scope") == "all"
    visits = visits_due(user, own=not everything)
    context = {
        "everything": everything,
        "signs": open_returns(user)[:SHOWN],
        "visits": visits[:SHOWN],
        "more": max(0, count_up_to(visits, COUNTED) - SHOWN),
        "most": COUNTED - SHOWN,
        "today": timezone.localdate(),
    }
    return render(request, "watch/list.html", context)


@require_GET
def case_watch(request: HttpRequest, number: str) -> HttpResponse:
    """The watch over one case."""
    case = seen_case(request, number)
    context = case_context(request, case, "watch") | {
        "visits": case.watch_visits.select_related("unit", "done_by"),
        "signs": case.signs_of_return.select_related("decided_by"),
        "seen_new": {
            c.pk for c in type(case).objects.visible_to(person(request)).filter(taken_up_from__case=case)
        },
        "may_decide": acting_membership(person(request), case) is not None,
        "today": timezone.localdate(),
    }
    return render(request, "watch/case.html", context)


def record(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """Record what a visit found."""
    case = seen_case(request, number)
    one = case.watch_visits.filter(pk=visit).select_related("case", "unit").first()
    if one is None:
        raise Http404
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: record_visit(person(request), one, said["result"], said["basis"], said["done_on"]),
            _("The visit is recorded."),
            "watch:case",
            number=number,
        )
    heading = _("Visit %(days)d days after closure") % {"days": one.after_days}
    return render(
        request,
        "casework/case_form.html",
        case_context(request, case, "watch") | {"form": form, "heading": heading},
    )


@require_POST
def decide(request: HttpRequest, number: str, sign: int) -> HttpResponse:
    """Take a sign up again, or dismiss it."""
    case = seen_case(request, number)
    one = case.signs_of_return.filter(pk=sign).select_related("case").first()
    if one is None:
        raise Http404
    if request.POST.get("choice") == "take_up":
        try:
            new = take_up(person(request), one)
        except CaseRefused as refused:
            messages.error(request, str(refused))
            return redirect("watch:case", number=number)
        messages.success(request, _("Taken up again."))
        return redirect("casework:case", number=new.number)
    return answer(
        request,
        lambda: dismiss(person(request), one, request.POST.get("reason", "")),
        _("Dismissed."),
        "watch:case",
        number=number,
    )
