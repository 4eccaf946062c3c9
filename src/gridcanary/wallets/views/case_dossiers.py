"""A case's dossiers: the list, attaching, verifying again, and the search for an address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import Membership, User
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.wallets import actions
from gridcanary.wallets.forms import AttachForm
from gridcanary.wallets.queries import dossiers_of, search_address
from gridcanary.wallets.views.asked import case_context, dossier_context, person, seen_case, seen_dossier


@require_GET
def dossier_list(request: HttpRequest, number: str) -> HttpResponse:
    """A case's dossiers."""
    case = seen_case(request, number)
    context = case_context(request, case, "wallets") | {"dossiers": dossiers_of(case)}
    return render(request, "wallets/list.html", context)


def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Bring a dossier: it is verified before it is taken."""
    case = seen_case(request, number)
    user = person(request)
    post = acting_membership(user, case)
    form = AttachForm(
        request.POST or None,
        request.FILES or None,
        folders=actions.waiting_folders(post),
        initial={"officer": _officer(user, post)},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if said["archive"]:
                file = said["archive"]
                made = actions.attach_upload(user, case, file, file.name, said["title"], form.handling())
            else:
                made = actions.attach_folder(user, case, said["folder"], said["title"], form.handling())
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The dossier holds: every number was computed again from its evidence.")
            )
            return redirect("wallets:dossier", number=number, ref=made.item.ref)
    context = case_context(request, case, "wallets") | {"form": form}
    return render(request, "wallets/attach.html", context)


def _officer(user: User, post: Membership | None) -> str:
    """Name and certificate of the person, as the first officer."""
    certificate = post.certificate_no if post is not None else ""
    return ", ".join(part for part in (str(user), certificate) if part)


@require_POST
def verify(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """Verify a stored dossier again."""
    dossier = seen_dossier(request, number, ref)
    try:
        verdict = actions.verify_again(person(request), dossier)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("wallets:dossier", number=number, ref=ref)
    return render(request, "wallets/verdict.html", dossier_context(request, dossier, verdict))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """In which dossiers an address occurs, of those that the person may see."""
    text = request.GET.get("q", "")[:128]
    context = {"q": text.strip(), "hits": search_address(person(request), text)}
    return render(request, "wallets/search.html", context)
