"""Pages of evidence."""

from __future__ import annotations

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.custody.models import EvidenceItem
from gridcanary.custody.queries import custody_of, items_of
from gridcanary.exhibits import actions
from gridcanary.exhibits.forms import ActForm, TakeForm


@require_GET
def item_list(request: HttpRequest, number: str) -> HttpResponse:
    """A case's evidence."""
    case = seen_case(request, number)
    items = items_of(case.number).filter(parent__isnull=True).prefetch_related("derivatives")
    context = case_context(request, case, "evidence") | {
        "items": items,
        "may_export": acting_membership(person(request), case) is not None,
    }
    return render(request, "exhibits/list.html", context)


def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take a piece of evidence."""
    case = seen_case(request, number)
    form = TakeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            item = actions.take(
                person(request), case, said["file"], kind=said["kind"], description=said["description"],
                handling=form.handling(), announced_sha256=said["announced_sha256"],
            )  # fmt: skip
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The evidence is taken; its digests are in the log."))
            return redirect("exhibits:item", number=number, ref=item.ref)
    return render(request, "exhibits/take.html", case_context(request, case, "evidence") | {"form": form})


def _item(case: Case, ref: str) -> EvidenceItem:
    found = items_of(case.number).filter(ref=ref).select_related("parent", "event").first()
    if found is None:
        raise Http404
    return found


def item(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """One item with its chain of custody, and a form for the next link."""
    case = seen_case(request, number)
    one = _item(case, ref)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return answer(
            request,
            lambda: actions.handle(person(request), case, one, form.cleaned_data["act"], form.handling()),
            _("Recorded."),
            "exhibits:item",
            number=number,
            ref=ref,
        )
    context = case_context(request, case, "evidence") | {
        "item": one,
        "links": custody_of(one),
        "derivatives": one.derivatives.all(),
        "form": form,
        "may_read": acting_membership(person(request), case) is not None,
    }
    return render(request, "exhibits/item.html", context)


@require_POST
def content(request: HttpRequest, number: str, ref: str) -> HttpResponseBase:
    """An item's content as a download, with a reason."""
    case = seen_case(request, number)
    one = _item(case, ref)
    try:
        found = actions.read(person(request), case, one, request.POST.get("reason", ""))
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("exhibits:item", number=number, ref=ref)
    file = tempfile.SpooledTemporaryFile(max_size=len(found) + 1)  # noqa: SIM115 - the response closes it
    file.write(found)
    file.seek(0)
    # Never shown in the page: whatever it is, it is saved.
    return FileResponse(
        file, as_attachment=True, filename=one.filename or one.ref, content_type="application/octet-stream"
    )


@require_POST
def export(request: HttpRequest, number: str) -> HttpResponseBase:
    """The case as a bag, zipped."""
    case = seen_case(request, number)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        actions.export(person(request), case, request.POST.get("reason", ""), file)
    except CaseRefused as refused:
        file.close()
        messages.error(request, str(refused))
        return redirect("exhibits:list", number=number)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{case.number}.zip", content_type="application/zip"
    )
