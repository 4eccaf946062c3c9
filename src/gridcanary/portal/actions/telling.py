"""Writing a case for everybody, releasing it by a second person, and withdrawing it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.enforcement.models import Party
from gridcanary.places.divisions import CITY, COUNTY, divisions, level_of
from gridcanary.portal.finality import decided_in, not_final
from gridcanary.portal.models import CaseState, TypicalCase
from gridcanary.portal.telling_marks import Mark, telling_marks

FIELDS = ("title_zh", "title_en", "text_zh", "text_en")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told.

    Args:
        title_zh, title_en, text_zh, text_en: for everybody.
        area: code of the city or county; nothing smaller is told.
    """

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    area: str


@transaction.atomic
def write(user: User, case: Case, telling: Telling) -> TypicalCase:
    """Write a case for everybody, or write its draft anew.

    Raises:
        CaseRefused: not for the leading department, something is missing, the area is none, or it is public already.
    """
    post = _leading_post(user, case)
    if not all(getattr(telling, name).strip() for name in FIELDS):
        raise CaseRefused(_("Write title and text in both languages."))
    if telling.area not in divisions() or level_of(telling.area) not in (CITY, COUNTY):
        raise CaseRefused(_("Give the code of a city or county."))
    told = (
        TypicalCase.objects.select_for_update().filter(case=case).exclude(state=CaseState.WITHDRAWN).first()
    )
    if told is not None and told.state == CaseState.RELEASED:
        raise CaseRefused(_("It is public: withdraw it before you write it anew."))
    told = told or TypicalCase(case=case)
    for name, value in asdict(telling).items():
        setattr(told, name, value.strip())
    told.unit, told.written_by, told.written_at = post.unit, user, timezone.now()
    told.month = timezone.localdate(case.stage_since).replace(day=1)
    told.save()
    note(case, "told.written", user=user, unit=post.unit, told=told.pk)
    return told


@transaction.atomic
def release(user: User, told: TypicalCase) -> None:
    """Make a draft public.

    Raises:
        CaseRefused: the person wrote it or is no approver of the leading department, the decision isn't final, or the
            text tells who or where somebody is.
    """
    post = _leading_post(user, told.case, Role.APPROVER)
    told = TypicalCase.objects.select_for_update().select_related("case").get(pk=told.pk)
    if told.state != CaseState.DRAFT:
        raise CaseRefused(_("This is no draft any more."))
    if told.written_by_id == user.pk:
        raise CaseRefused(_("Somebody else than who wrote it releases it."))
    if missing := not_final(told.case):
        raise CaseRefused(missing)
    if marks_of(told):
        raise CaseRefused(_("The text tells who or where somebody is."))
    told.state, told.released_by, told.released_at = CaseState.RELEASED, user, timezone.now()
    told.month = decided_in(told.case)
    told.save(update_fields=["state", "released_by", "released_at", "month"])
    note(told.case, "told.released", user=user, unit=post.unit, told=told.pk, slug=told.slug)


@transaction.atomic
def withdraw(user: User, told: TypicalCase, reason: str) -> None:
    """Take a public case or a draft back at once. The reason is public.

    Raises:
        CaseRefused: no reason, one that tells who somebody is, or it was withdrawn before.
    """
    post = _leading_post(user, told.case)
    told = TypicalCase.objects.select_for_update().select_related("case").get(pk=told.pk)
    if told.state == CaseState.WITHDRAWN:
        raise CaseRefused(_("It was withdrawn before."))
    if not reason.strip():
        raise CaseRefused(_("Say why; the reason is public."))
    if telling_marks(reason, known_of(told.case)):
        raise CaseRefused(_("The reason tells who or where somebody is."))
    told.state, told.withdrawn_by, told.withdrawn_at = CaseState.WITHDRAWN, user, timezone.now()
    told.withdrawn_reason = reason.strip()[:300]
    told.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    note(told.case, "told.withdrawn", user=user, unit=post.unit, told=told.pk, reason=told.withdrawn_reason)


def marks_of(told: TypicalCase) -> dict[str, list[Mark]]:
    """What each field tells that it must not, by the field's name; fields without any are left out."""
    known = list(known_of(told.case))
    found = {name: telling_marks(getattr(told, name), known) for name in FIELDS}
    return {name: marks for name, marks in found.items() if marks}


def known_of(case: Case) -> Iterator[tuple[str, str]]:
    """What a case knows that would tell: for the system's own comparing, no person reads it here."""
    for party in Party.objects.filter(case=case):
        for name in ("name", "id_number", "phone", "address"):
            held = getattr(party, name)
            yield name, held.in_clear() if hasattr(held, "in_clear") else str(held or "")
    for site in case.sites.all():
        yield "address", site.address
        for name in ("premises_id", "meter_id", "transformer_id"):
            yield name, getattr(site, name)
    yield "title", case.title
    yield "case_number", case.number


def _leading_post(user: User, case: Case, *roles: str) -> Membership:
    post = require_acting(user, case, *roles, even_closed=True)
    if post.unit_id != case.owner_unit_id:
        raise CaseRefused(_("Only the leading department tells a case to everybody."))
    return post
