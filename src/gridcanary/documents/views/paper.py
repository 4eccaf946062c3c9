"""One paper: writing it, its preview, and the steps to its service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.documents.actions import drafting, issuing, reviewing, serving
from gridcanary.documents.actions.serving import Scan
from gridcanary.documents.context import citable, cited_text, language_of
from gridcanary.documents.first_entries import first_entries
from gridcanary.documents.forms import PaperForm, ScanForm, ServeForm, initial_of
from gridcanary.documents.models import Document, State
from gridcanary.documents.papers import entries_of, fields_of, pages_of, template_for
from gridcanary.documents.queries import newest
from gridcanary.documents.signing import roles_to_review


def seen_paper(request: HttpRequest, number: str, key: int) -> tuple[Case, Document]:
    """A paper of a case that the person may see."""
    case = seen_case(request, number)
    found = Document.objects.filter(case=case, pk=key).select_related("unit", "case", "replaces").first()
    if found is None:
        raise Http404
    return case, found


def new(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Draft a paper."""
    case, user = seen_case(request, number), person(request)
    try:
        post = drafting.may_issue(user, case, code)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("documents:papers", number=number)
    replaces = _replaced(request, case, code)
    fields = fields_of(template_for(law.pack_of(case), code, post.unit))
    before = entries_of(newest(replaces), user) if replaces else first_entries(case, code, post.unit, user)
    bases = _bases(case, code, post.unit.kind)
    form = PaperForm(fields, request.POST or None, bases=bases, initial=initial_of(fields, before))
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.draft(user, case, code, form.entries(), replaces=replaces)
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The draft is saved. Read it over and submit it."))
            return redirect("documents:paper", number=number, key=made.pk)
    return render(request, "documents/paper_form.html", _form_context(request, case, code, form))


def _replaced(request: HttpRequest, case: Case, code: str) -> Document | None:
    key = request.GET.get("replaces", "")
    if not key.isdecimal():
        return None
    return Document.objects.filter(case=case, code=code, pk=int(key), state=State.WITHDRAWN).first()


def edit(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Write a new version."""
    case, one = seen_paper(request, number, key)
    user = person(request)
    try:
        drafting.may_issue(user, case, one.code)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("documents:paper", number=number, key=key)
    version = newest(one)
    fields = fields_of(template_for(law.pack_of(case), one.code, one.unit))
    first = {} if request.method == "POST" else initial_of(fields, entries_of(version, user))
    initial = {**first, "seen": version.no}
    bases = _bases(case, one.code, one.unit.kind)
    form = PaperForm(fields, request.POST or None, bases=bases, ask_reason=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            drafting.redraft(user, one, form.entries(), said["reason_of_change"], seen=said["seen"])
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The new version is saved."))
            return redirect("documents:paper", number=number, key=key)
    return render(
        request,
        "documents/paper_form.html",
        _form_context(request, case, one.code, form) | {"paper": one},
    )


def _bases(case: Case, code: str, unit_kind: str) -> dict[str, str]:
    """Provisions that the paper may cite, as it would cite them, by code."""
    pack = law.pack_of(case)
    found = citable(pack, code, unit_kind)
    return {name: cited_text(pack, fact, language_of(pack)) for name, fact in found.items()}


def _form_context(request: HttpRequest, case: Case, code: str, form: PaperForm) -> dict[str, Any]:
    pack = law.pack_of(case)
    return case_context(request, case, "documents") | {
        "form": form,
        "title": pack.document(code).title.of(law.language()),
        "optional_names": form.optional_names,
    }


def paper(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A paper with its preview, versions, reviews and the next step."""
    case, one = seen_paper(request, number, key)
    user, pack = person(request), law.pack_of(case)
    version = newest(one)
    labels = dict.fromkeys(version.missing)
    context = case_context(request, case, "documents") | {
        "paper": one,
        "version": version,
        "pages": range(1, len(pages_of(one, version)) + 1),
        "missing": [
            field.label for field in fields_of(template_for(pack, one.code, one.unit)) if field.name in labels
        ],
        "versions": one.versions.select_related("made_by").order_by("-no"),
        "reviews": [
            {"row": row, "role": law.role_name(pack, row.role)}
            for made in one.versions.all()
            for row in made.reviews.select_related("given_by")
        ],
        "roles": [law.role_name(pack, role) for role in roles_to_review(one)],
        "may_review": [
            {"code": role, "name": law.role_name(pack, role)} for role in reviewing.may_review(user, one)
        ],
        "files": one.files.all(),
        "services": one.services.select_related("recorded_by", "receipt"),
        "must_be_served": pack.document(one.code).served,
        "serve_form": ServeForm(),
        "scan_form": ScanForm(),
        "replacement": one.replaced_by.first(),
    }
    return render(request, "documents/paper.html", context)


@require_POST
def submit(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Hand the paper to review."""
    _case, one = seen_paper(request, number, key)
    return _done(request, one, lambda: reviewing.submit(person(request), one), _("Submitted."))


@require_POST
def review(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Agree, or send back."""
    _case, one = seen_paper(request, number, key)
    granted, seen = request.POST.get("granted") == "yes", request.POST.get("seen", "")
    return _done(
        request,
        one,
        lambda: reviewing.review(
            person(request),
            one,
            request.POST.get("role", ""),
            granted=granted,
            remark=request.POST.get("remark", ""),
            seen=int(seen) if seen.isdecimal() else 0,
        ),
        _("Agreed.") if granted else _("Sent back."),
    )


@require_POST
def issue(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Issue under a number."""
    _case, one = seen_paper(request, number, key)
    return _done(request, one, lambda: issuing.issue(person(request), one), _("The paper is issued."))


@require_POST
def withdraw(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Withdraw, with a reason."""
    _case, one = seen_paper(request, number, key)
    reason = request.POST.get("reason", "")
    return _done(
        request, one, lambda: issuing.withdraw(person(request), one, reason), _("The paper is void.")
    )


@require_POST
def serve(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Record the service."""
    _case, one = seen_paper(request, number, key)
    form = ServeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _back(request, one, form)
    said = form.cleaned_data
    upload = said.get("receipt")
    receipt = Scan(upload.name, upload.read()) if upload else None
    return _done(
        request,
        one,
        lambda: serving.serve(
            person(request),
            one,
            way=said["way"],
            served_to=said["served_to"],
            served_at=said["served_at"],
            place=said["place"],
            remark=said["remark"],
            receipt=receipt,
        ),
        _("The service is recorded."),
    )


@require_POST
def scan(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Keep the signed scan."""
    _case, one = seen_paper(request, number, key)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _back(request, one, form)
    upload = form.cleaned_data["scan"]
    given = Scan(upload.name, upload.read())
    return _done(request, one, lambda: serving.add_scan(person(request), one, given), _("The scan is kept."))


def _done(request: HttpRequest, one: Document, act: Any, said: str) -> HttpResponse:
    return answer(request, act, said, "documents:paper", number=one.case.number, key=one.pk)


def _back(request: HttpRequest, one: Document, form: Any) -> HttpResponse:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(errors)}")
    return redirect("documents:paper", number=one.case.number, key=one.pk)
