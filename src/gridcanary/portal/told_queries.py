"""Reads of the cases that are told to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework.elsewhere import Waiting
from gridcanary.casework.models import Case
from gridcanary.portal.models import CaseState, TypicalCase

AT_MOST = 50


def public_cases() -> QuerySet[TypicalCase]:
    """Those that everybody reads, the latest first."""
    return TypicalCase.objects.filter(state=CaseState.RELEASED)


def told_of_case(case: Case) -> QuerySet[TypicalCase]:
    """All that was ever written of a case, the latest first."""
    return (
        TypicalCase.objects.filter(case=case)
        .select_related("written_by", "released_by", "withdrawn_by")
        .order_by("-id")
    )


def drafts_waiting(user: User) -> Iterator[Waiting]:
    """Drafts that the person may release: those of their department which somebody else wrote."""
    units = [post.unit_id for post in user.memberships_now() if post.role == Role.APPROVER]
    drafts = TypicalCase.objects.filter(unit__in=units, state=CaseState.DRAFT).exclude(written_by=user)
    for one in drafts.select_related("case")[:AT_MOST]:
        words = _("Release a text for everybody, or have it changed")
        yield Waiting(words, reverse("portal:told", kwargs={"number": one.case.number}), one.case.number)
