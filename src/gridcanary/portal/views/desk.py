"""Where staff write a case for everybody, release it and take it back."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import Role
from gridcanary.casework.sharing import acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.portal.actions.telling import FIELDS, Telling, marks_of, release, withdraw, write
from gridcanary.portal.finality import not_final
from gridcanary.portal.forms import TellingForm
from gridcanary.portal.models import CaseState, TypicalCase
from gridcanary.portal.told_queries import told_of_case


@require_GET
def told(request: HttpRequest, number: str) -> HttpResponse:
    """What was written of a case, what still stands in the way, and what the person may do."""
    case, user = seen_case(request, number), person(request)
    rows = list(told_of_case(case))
    current = next((one for one in rows if one.state != CaseState.WITHDRAWN), None)
    marks = marks_of(current) if current is not None and current.state == CaseState.DRAFT else {}
    post = acting_membership(user, case)
    leading = post is not None and post.unit_id == case.owner_unit_id
    approving = leading and acting_membership(user, case, Role.APPROVER) is not None
    context = case_context(request, case, "told") | {
        "rows": rows,
        "current": current,
        "marks": [
            (TellingForm.base_fields[name].label, [mark.text for mark in found])
            for name, found in marks.items()
        ],
        "missing": not_final(case),
        "leading": leading,
        "may_release": approving and current is not None and current.written_by_id != user.pk,
    }
    return render(request, "portal/desk/told.html", context)


def write_told(request: HttpRequest, number: str) -> HttpResponse:
    """Write it, or write the draft anew."""
    case = seen_case(request, number)
    draft = told_of_case(case).filter(state=CaseState.DRAFT).first()
    start = {name: getattr(draft, name) for name in (*FIELDS, "area")} if draft else {"area": case.admin_code}
    form = TellingForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        telling = Telling(**form.cleaned_data)
        return answer(
            request,
            lambda: write(person(request), case, telling),
            _("It is written; somebody else releases it."),
            "portal:told",
            number=number,
        )
    context = case_context(request, case, "told") | {"form": form, "heading": _("A text for everybody")}
    return render(request, "casework/case_form.html", context)


@require_POST
def act_on_told(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Release it or take it back."""
    case = seen_case(request, number)
    one = get_object_or_404(TypicalCase.objects.select_related("case"), pk=pk, case=case)
    user = person(request)
    match request.POST.get("what"):
        case "release":
            done, words = (lambda: release(user, one)), _("Everybody can read it now.")
        case "withdraw":
            done, words = (lambda: withdraw(user, one, request.POST.get("reason", ""))), _("It is withdrawn.")
        case _other:
            raise Http404
    return answer(request, done, words, "portal:told", number=number)
