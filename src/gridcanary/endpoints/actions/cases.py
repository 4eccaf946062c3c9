"""Taking endpoints up in a case, and setting aside what is no mine."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.actions.cases import LeadFacts, add_lead
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, LeadSource
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.custody.log_actions import record
from gridcanary.endpoints.models import Endpoint, TakenUp
from gridcanary.endpoints.reasons import in_both_languages

DECIDERS = (Role.OFFICER, Role.ANALYST)
LEAST_REASON = 5


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
    """The strongest day; by number, because what the log says of a case can't be deleted and pseudonyms must be."""
    best, number = endpoint.days.order_by("-llr", "-day").first(), f"E{endpoint.pk}"
    if best is None:
        return LeadFacts(source=LeadSource.NETWORK, subject_kind="endpoint", subject_id=number)
    return LeadFacts(
        source=LeadSource.NETWORK,
        subject_kind="endpoint",
        subject_id=number,
        as_of=best.day,
        onset=endpoint.first_seen.date(),
        kw_low=best.kw_low,
        kw_mid=best.kw_mid,
        kw_high=best.kw_high,
        reasons=in_both_languages(best.reasons),
    )


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
