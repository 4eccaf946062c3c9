"""What a request asks for: the person, and a case that the person may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.casework import law
from gridcanary.casework.case_queries import waiting_receipts
from gridcanary.casework.models import Case
from gridcanary.casework.panels import tabs
from gridcanary.casework.sharing import CaseRefused, acting_membership


def person(request: HttpRequest) -> User:
    """The signed-in person; the middleware lets nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    if request.method == "GET":
        request.user.keep_posts()
    return request.user


def seen_case(request: HttpRequest, number: str) -> Case:
    """A case that the person may see. One that they may not is as absent as one that doesn't exist."""
    case = (
        Case.objects.visible_to(person(request))
        .select_related("owner_unit", "pack_version", "campaign", "returned_from", "opened_by")
        .defer("pack_version__frozen")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise Http404
    return case


def case_context(request: HttpRequest, case: Case, tab: str) -> dict[str, Any]:
    """What every page of a case shows: tabs, stage, and what the person may do in it."""
    user = person(request)
    post = acting_membership(user, case)
    pack = law.pack_of(case)
    earlier = (
        Case.objects.visible_to(user).filter(pk=case.returned_from_id) if case.returned_from_id else None
    )
    return {
        "case": case,
        "came_from": earlier.first() if earlier is not None else None,
        "tab": tab,
        "tabs": tabs(case),
        "pack": pack,
        "stage_name": law.stage_name(case),
        "stages": [
            {"code": code, "name": stage.name.of(law.language()), "now": code == case.stage}
            for code, stage in pack.stages.items()
        ],
        "outcome_name": pack.outcomes[case.outcome].name.of(law.language()) if case.outcome else "",
        "acting": post,
        "leads_case": post is not None and post.unit_id == case.owner_unit_id,
        "receipt_due": waiting_receipts(user).filter(case=case).first(),
    }


def answer(
    request: HttpRequest, act: Callable[[], object], said: str, to: str, **kwargs: str | int
) -> HttpResponse:
    """Do something and go back to a page, with a word on how it went.

    Args:
        request: the post.
        act: the action; a refusal becomes a message.
        said: what to say when it went well.
        to: name of the address to go to.
        kwargs: its parts.
    """
    try:
        act()
    except CaseRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(reverse(to, kwargs=kwargs))
