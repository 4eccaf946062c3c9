"""The clocks that delete: sessions after their time, and what a closed case knows of people after its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.custody.log_actions import record
from gridcanary.endpoints.actions.days import renew_days
from gridcanary.endpoints.models import (
    Endpoint,
    EndpointAccount,
    EndpointSession,
    PremisesLink,
)

EXPIRED = "expired:"
"""Takes the place of a pseudonym whose time has run out, with the endpoint's number."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a run deleted: rows, and lines whose holder, account and address were emptied."""

    sessions: int
    accounts: int
    endpoints: int
    lines: int

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@transaction.atomic
def forget_expired(now: dt.datetime) -> Forgotten:
    """Delete what has outlived its clock; running it again changes nothing.

    Sessions go GRIDCANARY_NETWORK_DAYS after they were last seen, unless a case holds the endpoint. A case holds it
    while it is open and GRIDCANARY_NETWORK_CLOSED_DAYS after it was closed; then the names that the carrier gave
    go too.

    Args:
        now: with its time zone.
    """
    held = _holding_cases(now)
    free = Endpoint.objects.exclude(taken_up__case__in=held)
    counts = Forgotten(
        sessions=_forget_sessions(free, now - dt.timedelta(days=settings.GRIDCANARY_NETWORK_DAYS)),
        accounts=_count(EndpointAccount.objects.filter(endpoint__in=free, sessions__isnull=True)),
        endpoints=_forget_endpoints(free),
        lines=_forget_lines(held, now),
    )
    if counts:
        record("network.forgotten", actor=None, body=asdict(counts))
    return counts


def _holding_cases(now: dt.datetime) -> QuerySet[Case]:
    """Cases that are open, or were closed not long ago."""
    since = now - dt.timedelta(days=settings.GRIDCANARY_NETWORK_CLOSED_DAYS)
    return Case.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=since))


def _forget_sessions(free: QuerySet[Endpoint], before: dt.datetime) -> int:
    old = EndpointSession.objects.filter(endpoint__in=free, last_seen__lt=before)
    touched = list(old.order_by().values_list("endpoint_id", flat=True).distinct())
    count = old.count()
    old.delete()
    renew_days(touched)
    return count


def _count(rows: QuerySet[EndpointAccount]) -> int:
    """Delete rows; how many there were."""
    count = rows.count()
    rows.delete()
    return count


def _forget_endpoints(free: QuerySet[Endpoint]) -> int:
    """Endpoints without sessions go; of those that a case names the number stays, and the pseudonym goes."""
    empty = free.filter(sessions__isnull=True).exclude(pseudonym__startswith=EXPIRED)
    named = list(empty.filter(taken_up__isnull=False).distinct())
    for one in named:
        one.pseudonym = f"{EXPIRED}{one.pk}"
        one.save(update_fields=["pseudonym"])
    _rows, by_model = empty.filter(taken_up__isnull=True).delete()
    return len(named) + by_model.get(Endpoint._meta.label, 0)


def _forget_lines(held: QuerySet[Case], now: dt.datetime) -> int:
    """Empty what names people in cases that no longer hold it; the number of the premises stays with the case."""
    lines = PremisesLink.objects.filter(forgotten_at__isnull=True).exclude(case__in=held)
    found = list(lines.select_related("case"))
    for line in found:
        line.holder, line.line_account, line.address, line.forgotten_at = "", "", "", now
        line.save(update_fields=["holder", "line_account", "address", "forgotten_at"])
    for case in {line.case_id: line.case for line in found}.values():
        note(case, "endpoint.forgotten", user=None, unit=None)
    return len(found)
