"""The tab of measures: what was proposed, approved, taken, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import User
from gridcanary.casework import law, loop
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.models import Approval, Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.enforcement import authority, queries, readiness
from gridcanary.enforcement.actions import measures as actions
from gridcanary.enforcement.forms import FinishForm, MeasureForm, TakeForm
from gridcanary.enforcement.models import Measure, MeasureState
from gridcanary.enforcement.words import TRACKS, measure_words


def _measure(request: HttpRequest, case: Case, pk: int) -> Measure:
    found = Measure.objects.visible_to(person(request)).select_related("unit", "site", "party", "follows")
    return get_object_or_404(found, case=case, pk=pk)


def measure_list(request: HttpRequest, number: str) -> HttpResponse:
    """All measures by track, open ones first."""
    case = seen_case(request, number)
    measures = list(case.measures.select_related("unit", "site", "party").order_by("id"))
    measures.sort(key=lambda one: not one.is_open)
    tracks = [
        {
            "name": name,
            "about": about,
            "rows": [_row(case, one) for one in measures if one.track == code],
        }
        for code, (name, about) in TRACKS.items()
    ]
    context = case_context(request, case, "measures")
    return render(
        request,
        "enforcement/measures.html",
        {**context, "tracks": [one for one in tracks if one["rows"]], "empty": not measures},
    )


def _row(case: Case, measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure,
        **measure_words(case, measure),
        "clocks": clock_rows(queries.going_clocks(case, measure.subject)),
        "url": queries.measure_url(measure, case),
    }


def new_measure(request: HttpRequest, number: str) -> HttpResponse:
    """Choose measure, basis and department; htmx asks for the choices alone when one of them changes."""
    case = seen_case(request, number)
    if request.method == "POST":
        return _proposed(request, case)
    form = MeasureForm(case=case, initial={"follows": request.GET.get("follows", "")})
    context = {"case": case, **_choices(case, request.GET), "form": form}
    if getattr(request, "htmx", None):
        return render(request, "enforcement/_choices.html", context)
    context |= case_context(request, case, "measures")
    context["may"] = acting_membership(person(request), case, *actions.OFFICERS) is not None
    # Without scripts the button "show" reloads the page; what was typed below comes back with it.
    context["form"] = MeasureForm(case=case, initial={key: request.GET[key] for key in request.GET})
    return render(request, "enforcement/new_measure.html", context)


def _proposed(request: HttpRequest, case: Case) -> HttpResponse:
    form = MeasureForm(request.POST, case=case)
    if form.is_valid():
        held = form.cleaned_data
        try:
            measure = actions.propose(
                person(request), case, held["measure"], held["basis"], held["unit"], form.target(),
                held["grounds"], follows=held["follows"],
            )  # fmt: skip
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Proposed."))
            return redirect("enforcement:measure", number=case.number, pk=measure.pk)
    context = {**case_context(request, case, "measures"), **_choices(case, request.POST), "form": form}
    context["may"] = True
    return render(request, "enforcement/new_measure.html", context, status=400)


def _choices(case: Case, asked: Any) -> dict[str, Any]:
    """The three lists for what is chosen so far. A choice that the one before it rules out is forgotten."""
    pack, lang = law.pack_of(case), law.language()
    code, basis, unit = (str(asked.get(name, "")) for name in ("measure", "basis", "unit"))
    measures = list(authority.measure_options(case))
    code = code if code in pack.measures else ""
    bases = list(authority.basis_options(case, code)) if code else []
    usable = [one.value for one in bases if not one.refusal]
    if basis not in [one.value for one in bases]:
        basis = usable[0] if len(usable) == 1 else ""
    units = list(authority.unit_options(case, code, basis)) if basis else []
    allowed = [one.value for one in units if not one.refusal]
    if unit not in [one.value for one in units]:
        unit = allowed[0] if len(allowed) == 1 else ""
    rule = pack.measures.get(code)
    return {
        "measure_groups": [
            (name, [one for one in measures if one.group == track]) for track, (name, _about) in TRACKS.items()
        ],
        "bases": bases,
        "units": units,
        "chosen": {"measure": code, "basis": basis, "unit": unit},
        "rule": rule and {
            "name": rule.name.of(lang),
            "explanation": rule.explanation.of(lang),
            "track": TRACKS[rule.track][0],
            "track_about": TRACKS[rule.track][1],
            "needs": _needs(case, code),
        },
        "measure_refusal": next((one.refusal for one in measures if one.value == code), ""),
        "choice_complete": unit in allowed and basis in usable and bool(unit),
    }  # fmt: skip


def _needs(case: Case, code: str) -> list[str]:
    """What must be there before the measure begins, as sentences."""
    pack, lang = law.pack_of(case), law.language()
    rule = pack.measure(code)
    found = []
    if rule.approval:
        found.append(_("Approval: %(role)s") % {"role": law.role_name(pack, rule.approval)})
    if rule.warrant:
        found.append(_("A court's warrant"))
    if authority.needs_certificates(rule):
        found.append(_("Officers with certificates: %(count)d") % {"count": max(rule.officers, 2)})
    elif rule.officers > 1:
        found.append(_("Officers: %(count)d") % {"count": rule.officers})
    found += [
        pack.conditions[one].title.of(lang)
        for one in rule.conditions
        if one in pack.conditions and one not in readiness.BY_OFFICERS
    ]
    return found


def measure_page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One measure: what it is, what it lacks, what can be done next."""
    case = seen_case(request, number)
    return _shown(request, case, _measure(request, case, pk))


def _shown(
    request: HttpRequest, case: Case, measure: Measure, forms: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    user, pack, lang = person(request), law.pack_of(case), law.language()
    rule = pack.measure(measure.code)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    issued = loop.issued_documents(case)
    held = [post for post in user.memberships_now() if post.unit_id == measure.unit_id]
    takes = any(post.role in actions.OFFICERS for post in held) and acting_membership(user, case) is not None
    approves = bool(rule.approval) and any(law.may_act_as(post, rule.approval or "") for post in held)
    context = {
        **case_context(request, case, "measures"),
        "measure": measure,
        **measure_words(case, measure),
        "explanation": rule.explanation.of(lang),
        "approvals": Approval.objects.filter(case=case, subject=measure.subject).select_related(
            "given_by", "unit"
        ),
        "approval_role": law.role_name(pack, rule.approval) if rule.approval else "",
        "may_approve": approves
        and measure.state == MeasureState.PROPOSED
        and user.pk != measure.proposed_by_id,
        "own_proposal": user.pk == measure.proposed_by_id,
        "may_take": takes and measure.state == MeasureState.APPROVED,
        "may_finish": takes and measure.state == MeasureState.IN_FORCE,
        "may_withdraw": measure.state in (MeasureState.PROPOSED, MeasureState.APPROVED)
        and (takes or user.pk == measure.proposed_by_id),
        "lacking": readiness.conditions_lacking(measure) if measure.state in ("proposed", "approved") else [],
        "officers": measure.officers.select_related("post__user"),
        "clocks": clock_rows(case.clocks.filter(subject=measure.subject).order_by("id")),
        "documents": queries.documents_of(case, rule.documents, issued),
        "take_form": TakeForm(measure=measure, initial={"at": now}),
        "wants_warrant": readiness.wants_warrant(measure),
        "finish_form": FinishForm(initial={"at": now}),
        **(forms or {}),
    }
    return render(request, "enforcement/measure.html", context, status=status)


@require_POST
def act(request: HttpRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """Approve, refuse, withdraw, take or finish a measure."""
    case = seen_case(request, number)
    measure, user = _measure(request, case, pk), person(request)
    said = request.POST.get("remark", "")
    if verb == "take":
        return _taken(request, case, measure)
    if verb == "finish":
        return _finished(request, case, measure)
    verbs: dict[str, Callable[[User, Measure, str], Measure]] = {
        "approve": actions.approve,
        "refuse": actions.refuse,
        "withdraw": actions.withdraw,
    }
    if verb not in verbs:
        raise Http404
    return answer(
        request, lambda: verbs[verb](user, measure, said), _("Recorded."),
        "enforcement:measure", number=case.number, pk=measure.pk,
    )  # fmt: skip


def _taken(request: HttpRequest, case: Case, measure: Measure) -> HttpResponse:
    form = TakeForm(request.POST, measure=measure)
    if form.is_valid():
        try:
            actions.take(person(request), measure, form.on_site())
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The measure is in force; its clocks run."))
            return redirect("enforcement:measure", number=case.number, pk=measure.pk)
    return _shown(request, case, measure, {"take_form": form}, status=400)


def _finished(request: HttpRequest, case: Case, measure: Measure) -> HttpResponse:
    form = FinishForm(request.POST)
    if form.is_valid():
        held = form.cleaned_data
        try:
            actions.finish(person(request), measure, held["state"], held["result"], at=held["at"])
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Recorded."))
            return redirect("enforcement:measure", number=case.number, pk=measure.pk)
    return _shown(request, case, measure, {"finish_form": form}, status=400)
