"""Noticing that a mine came back, and what is done about it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, add_lead, open_case
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseSite, LeadSource
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.watch.models import Return, ReturnKind, ReturnState


@transaction.atomic
def notice(
    case: Case,
    kind: str,
    sign: str,
    *,
    text: str = "",
    facts: dict[str, Any] | None = None,
    user: User | None = None,
    unit: Unit | None = None,
) -> Return | None:
    """Keep a sign that the mine of an earlier case is back.

    Args:
        case: the earlier case.
        kind: one of ReturnKind.
        sign: names the sign, so that it is noticed once.
        text: what was seen, in words.
        facts: numbers for the new lead.
        user, unit: who noticed it; None for the system.

    Returns:
        The sign, or None where it was noticed before.
    """
    stored, is_new = Return.objects.get_or_create(
        case=case, sign=sign[:160], defaults={"kind": kind, "text": text, "facts": facts or {}}
    )
    if not is_new:
        return None
    note(case, "watch.return_noticed", user=user, unit=unit, sign=stored.sign, why=kind)
    return stored


@transaction.atomic
def take_up(user: User, sign: Return) -> Case:
    """Take the case up again: a closed one comes back as a new case with the old one attached.

    A case that is still open keeps its number; the sign becomes a lead in it, and the way back is then open.

    Returns:
        The case in which the work goes on.

    Raises:
        CaseRefused: decided before, or the person's department doesn't work on the case.
    """
    old = sign.case
    post = require_acting(user, old, Role.OFFICER, Role.APPROVER, even_closed=True)
    _must_be_open(sign)
    lead = _lead(sign)
    if old.is_open:
        add_lead(user, old, lead)
        new = old
    else:
        sites = [(_again(site), [lead] if number == 0 else []) for number, site in enumerate(old.sites.all())]
        title = _("Came back: %(title)s") % {"title": old.title}
        new = open_case(user, post.unit, title, sites=sites, returned_from=old, campaign=old.campaign)
    _decide(user, sign, ReturnState.REOPENED, "", new)
    note(old, "watch.taken_up", user=user, unit=post.unit, sign=sign.sign, into=new.number)
    return new


@transaction.atomic
def dismiss(user: User, sign: Return, reason: str) -> None:
    """Say why a sign is no return.

    Raises:
        CaseRefused: no reason, decided before, or the person's department doesn't work on the case.
    """
    post = require_acting(user, sign.case, even_closed=True)
    _must_be_open(sign)
    if not reason.strip():
        raise CaseRefused(_("Say why this is no return."))
    _decide(user, sign, ReturnState.DISMISSED, reason.strip(), None)
    note(
        sign.case, "watch.return_dismissed", user=user, unit=post.unit, sign=sign.sign, reason=reason.strip()
    )


def _must_be_open(sign: Return) -> None:
    if sign.state != ReturnState.OPEN:
        raise CaseRefused(_("This was decided before."))


def _decide(user: User, sign: Return, state: str, reason: str, new: Case | None) -> None:
    sign.state, sign.reason, sign.new_case = state, reason, new
    sign.decided_by, sign.decided_at = user, timezone.now()
    sign.save(update_fields=["state", "reason", "new_case", "decided_by", "decided_at"])


def _again(site: CaseSite) -> SiteFacts:
    return SiteFacts(
        premises_id=site.premises_id, meter_id=site.meter_id, transformer_id=site.transformer_id, kind=site.kind,
        address=site.address, admin_code=site.admin_code, lat=site.lat, lon=site.lon,
    )  # fmt: skip


def _lead(sign: Return) -> LeadFacts:
    facts = sign.facts
    source = LeadSource.INSPECTION if sign.kind == ReturnKind.VISIT else LeadSource.POWER
    if sign.kind in (ReturnKind.PARTY, ReturnKind.DEVICE):
        source = LeadSource.OTHER
    return LeadFacts(
        source=source,
        text=sign.text,
        subject_kind=str(facts.get("subject_kind", "")),
        subject_id=str(facts.get("subject_id", "")),
        score=facts.get("score"),
        mode=str(facts.get("mode", "")),
        kw_low=facts.get("kw_low"),
        kw_mid=facts.get("kw_mid"),
        kw_high=facts.get("kw_high"),
        reasons=facts.get("reasons", {}),
    )
