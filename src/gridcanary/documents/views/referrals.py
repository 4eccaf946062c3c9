"""Referrals of a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.documents.actions import referring
from gridcanary.documents.forms import AnswerForm, ReferralForm, RerouteForm
from gridcanary.documents.models import Referral
from gridcanary.documents.papers import stored
from gridcanary.documents.views.files import given


def _seen(request: HttpRequest, number: str, key: int) -> tuple[Case, Referral]:
    case = seen_case(request, number)
    found = Referral.objects.filter(case=case, pk=key).select_related("from_unit", "to_unit", "case").first()
    if found is None:
        raise Http404
    return case, found


@require_GET
def referrals(request: HttpRequest, number: str) -> HttpResponse:
    """Referrals of a case, and those that can be prepared."""
    case = seen_case(request, number)
    pack, lang, post = law.pack_of(case), law.language(), acting_membership(person(request), case)
    kinds = [
        {
            "code": code,
            "name": kind.name.of(lang),
            "when": kind.when.of(lang),
            "to": pack.department(kind.to).short.of(lang),
            "cited": pack.cite(kind, lang),
            "may": post is not None and case.is_open and post.unit.kind in kind.from_kinds,
        }
        for code, kind in pack.referrals.items()
    ]
    rows = [{"one": one, "name": _name(one)} for one in case.referrals.select_related("from_unit", "to_unit")]
    context = case_context(request, case, "referrals") | {"kinds": kinds, "rows": rows}
    return render(request, "documents/referrals.html", context)


def _name(one: Referral) -> str:
    return law.pack_of(one.case).referral(one.code).name.of(law.language())


def new(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Prepare a referral."""
    case = seen_case(request, number)
    pack, lang = law.pack_of(case), law.language()
    if code not in pack.referrals:
        raise Http404
    kind = pack.referral(code)
    form = ReferralForm(case, kind, request.POST or None, initial={"summary": case.summary})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            one = referring.prepare(
                person(request),
                case,
                code,
                said["to_unit"],
                said["summary"],
                documents=said["documents"],
                evidence_refs=said["evidence"],
            )
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The referral is prepared."))
            return redirect("documents:referral", number=number, key=one.pk)
    context = case_context(request, case, "referrals") | {
        "form": form,
        "title": kind.name.of(lang),
        "cited": pack.cite(kind, lang),
        "demanded": [pack.document(one).title.of(lang) for one in kind.documents],
        "attachments": [one.of(lang) for one in kind.attachments],
    }
    return render(request, "documents/referral_form.html", context)


@require_GET
def referral(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """One referral with its next step."""
    case, one = _seen(request, number, key)
    pack, lang, user = law.pack_of(case), law.language(), person(request)
    kind = pack.referral(one.code)
    units = {post.unit_id for post in user.memberships_now()}
    lacking = referring.papers_lacking(one)
    context = case_context(request, case, "referrals") | {
        "one": one,
        "name": kind.name.of(lang),
        "cited": pack.cite(kind, lang),
        "is_sender": one.from_unit_id in units,
        "is_receiver": one.to_unit_id in units,
        "may_decide": referring.may_decide(user, one),
        "approval": law.role_name(pack, str(kind.approval)) if kind.approval else "",
        "demanded": [
            {"code": code, "title": pack.document(code).title.of(lang), "done": code not in lacking}
            for code in kind.documents
        ],
        "lacking": lacking,
        "papers": one.documents.select_related("unit"),
        "package": one.packages.last(),
        "answer_text": kind.answers[int(one.answer)].of(lang) if one.answer else "",
        "answer_form": AnswerForm(one),
        "reroute_form": RerouteForm(one),
        "clocks": case.clocks.filter(subject=one.subject),
    }
    return render(request, "documents/referral.html", context)


@require_POST
def decide(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Approve or not."""
    _case, one = _seen(request, number, key)
    granted = request.POST.get("granted") == "yes"
    return _done(
        request,
        one,
        lambda: referring.decide(
            person(request), one, granted=granted, remark=request.POST.get("remark", "")
        ),
        _("The referral is approved.") if granted else _("The referral isn't approved."),
    )


@require_POST
def send(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Send."""
    _case, one = _seen(request, number, key)
    return _done(request, one, lambda: referring.send(person(request), one), _("The referral is sent."))


@require_POST
def receive(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Confirm receipt."""
    _case, one = _seen(request, number, key)
    receipt = request.POST.get("receipt", "")
    return _done(
        request, one, lambda: referring.receive(person(request), one, receipt), _("Receipt is confirmed.")
    )


@require_POST
def reroute(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Pass on."""
    _case, one = _seen(request, number, key)
    to_unit = request.POST.get("to_unit", "")
    unit = Unit.objects.filter(pk=int(to_unit)).first() if to_unit.isdecimal() else None
    if unit is None:
        messages.error(request, _("Choose another department of the same kind."))
        return redirect("documents:referral", number=number, key=key)
    reason = request.POST.get("reason", "")
    return _done(
        request, one, lambda: referring.reroute(person(request), one, unit, reason), _("It is passed on.")
    )


@require_POST
def answer_referral(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Answer."""
    _case, one = _seen(request, number, key)
    form = AnswerForm(one, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the answer."))
        return redirect("documents:referral", number=number, key=key)
    said = form.cleaned_data
    return _done(
        request,
        one,
        lambda: referring.answer(
            person(request), one, said["answer"], remark=said["remark"], document=said["document"]
        ),
        _("The answer is recorded."),
    )


@require_GET
def package(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The bag that was sent."""
    case, one = _seen(request, number, key)
    units = {post.unit_id for post in person(request).memberships_now()}
    found = one.packages.last()
    if found is None or not units & {one.from_unit_id, one.to_unit_id}:
        raise Http404
    return given(stored(found.sha256), "application/zip", f"{case.number}-{one.code}-{one.pk}.zip")


def _done(request: HttpRequest, one: Referral, act: Any, said: str) -> HttpResponse:
    return answer(request, act, said, "documents:referral", number=one.case.number, key=one.pk)
