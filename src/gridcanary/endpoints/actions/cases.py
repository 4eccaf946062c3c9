"""What cases make of endpoints: take them up, say whose line it is; and setting aside what is no mine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, add_lead, add_site
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, LeadSource
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.custody.log_actions import record
from gridcanary.endpoints.models import Basis, Endpoint, PremisesLink, TakenUp
from gridcanary.endpoints.reasons import in_both_languages

DECIDERS = (Role.OFFICER, Role.ANALYST)
LEAST_REASON = 5


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The carrier's answer: whose line it was. ``candidates`` lines fit; only one may be named."""

    seen_at: datetime
    basis: str = Basis.RADIUS
    confidence: float = 0.0
    candidates: int = 1
    premises_id: str = ""
    meter_id: str = ""
    admin_code: str = ""
    holder: str = ""
    line_account: str = ""
    address: str = ""


@transaction.atomic
def take_up(user: User, endpoint: Endpoint, case: Case) -> TakenUp:
    """Put an endpoint into a case, with what was seen on its strongest day as a lead. Twice changes nothing.

    Raises:
        CaseRefused: the person doesn't see the endpoint or doesn't act in the case.
    """
    post = require_acting(user, case)
    if not Endpoint.objects.visible_to(user).filter(pk=endpoint.pk).exists():
        raise CaseRefused(_("This endpoint is not among those you may see."))
    taken, new = TakenUp.objects.get_or_create(case=case, endpoint=endpoint, defaults={"taken_by": user})
    if new:
        add_lead(user, case, _lead(endpoint), unit=post.unit)
        note(case, "endpoint.taken_up", user=user, unit=post.unit, endpoint=endpoint.pk)
    return taken


def _lead(endpoint: Endpoint) -> LeadFacts:
    best = endpoint.days.order_by("-llr", "-day").first()
    if best is None:
        return LeadFacts(source=LeadSource.NETWORK, subject_kind="endpoint", subject_id=endpoint.pseudonym)
    return LeadFacts(
        source=LeadSource.NETWORK,
        subject_kind="endpoint",
        subject_id=endpoint.pseudonym,
        as_of=best.day,
        onset=endpoint.first_seen.date(),
        kw_low=best.kw_low,
        kw_mid=best.kw_mid,
        kw_high=best.kw_high,
        reasons=in_both_languages(best.reasons),
    )


@transaction.atomic
def record_line(user: User, endpoint: Endpoint, case: Case, facts: LineFacts) -> PremisesLink:
    """Record the carrier's answer in a case. One that fits several lines is kept as ambiguous and names nobody.

    Raises:
        CaseRefused: the person doesn't act in the case, the case hasn't taken the endpoint up, or an ambiguous
            answer names somebody.
    """
    post = require_acting(user, case)
    if not TakenUp.objects.filter(case=case, endpoint=endpoint).exists():
        raise CaseRefused(_("Take the endpoint up in the case first."))
    if not 0 <= facts.confidence <= 1:
        raise CaseRefused(_("The confidence is a share from 0 to 1."))
    named = (facts.premises_id, facts.meter_id, facts.holder, facts.line_account, facts.address)
    if facts.candidates != 1 and any(named):
        raise CaseRefused(_("Several lines fit, so the answer is ambiguous: it must not name one of them."))
    if facts.candidates == 1 and not any(named):
        raise CaseRefused(_("Say which premises, meter, holder, account or address it is."))
    link = PremisesLink.objects.create(case=case, endpoint=endpoint, linked_by=user, **asdict(facts))
    note(case, "endpoint.linked", user=user, unit=post.unit, endpoint=endpoint.pk, link=link.pk,
         basis=facts.basis, confidence=str(facts.confidence), candidates=facts.candidates)  # fmt: skip
    _add_place(user, case, facts)
    return link


def _add_place(user: User, case: Case, facts: LineFacts) -> None:
    """Make the premises a place of the case, where they have a number and aren't one yet."""
    premises, meter = facts.premises_id, facts.meter_id
    same = Q(pk__in=[])
    if premises:
        same |= Q(premises_id=premises)
    if meter:
        same |= Q(meter_id=meter)
    if (premises or meter) and not case.sites.filter(same).exists():
        add_site(user, case, SiteFacts(premises_id=premises, meter_id=meter, admin_code=facts.admin_code))


def set_aside(user: User, endpoint: Endpoint, reason: str) -> None:
    """Take an endpoint off the desk, with the innocent explanation that holds.

    Raises:
        CaseRefused: no right, or no proper reason.
    """
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise CaseRefused(_("Say in a few words why."))
    _decide(user, endpoint, reason[:1000])


def put_back(user: User, endpoint: Endpoint) -> None:
    """Put an endpoint back on the desk.

    Raises:
        CaseRefused: no right.
    """
    _decide(user, endpoint, "")


def may_decide(user: User, endpoint: Endpoint) -> bool:
    """Whether a person works on the desk of the unit that imported the endpoint, and sees it."""
    holds = any(post.role in DECIDERS for post in user.memberships_now())
    return (
        holds
        and units_below(user).filter(pk=endpoint.unit_id).exists()
        and Endpoint.objects.visible_to(user).filter(pk=endpoint.pk).exists()
    )


@transaction.atomic
def _decide(user: User, endpoint: Endpoint, reason: str) -> None:
    if not may_decide(user, endpoint):
        raise CaseRefused(_("Your role doesn't allow this."))
    endpoint.aside_reason, endpoint.aside_by = reason, user
    endpoint.aside_at = timezone.now()
    endpoint.save(update_fields=["aside_reason", "aside_by", "aside_at"])
    kind = "endpoint.set_aside" if reason else "endpoint.put_back"
    record(kind, actor=user, unit_code=endpoint.unit.code, body={"endpoint": endpoint.pk, "reason": reason})
