"""Reads of cases, tasks and clocks. Each begins with what the person may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.elsewhere import waiting_elsewhere
from gridcanary.casework.models import (
    Campaign,
    Case,
    CaseClock,
    CaseQuerySet,
    CaseShare,
    CaseSite,
    ClockState,
    Handover,
    Reminder,
    Task,
    TaskState,
)
from gridcanary.custody import queries as custody
from gridcanary.custody.models import Event

GOING = (ClockState.RUNNING, ClockState.SUSPENDED)
COMMON = 30_000
"""Numbers, titles and addresses that hold a text, from which on it is too common to list where it stands."""


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """What a list of cases is narrowed to; empty values narrow nothing.

    Args:
        text: part of a number, title or address, or a whole premises or meter number.
        stage: code of the pack.
        state: ``open``, ``closed`` or ``late``.
        unit: code of the leading unit.
        campaign: its key.
        area: beginning of a GB/T 2260 code.
    """

    text: str = ""
    stage: str = ""
    state: str = ""
    unit: str = ""
    campaign: int | None = None
    area: str = ""


def find_cases(user: User, search: CaseSearch) -> CaseQuerySet:
    """The person's cases that fit, the last changed first."""
    cases = (
        Case.objects.visible_to(user)
        .select_related("owner_unit", "pack_version", "campaign")
        .defer("pack_version__frozen")
    )
    if search.text:
        cases = cases.filter(_matching(search.text))
    if search.stage:
        cases = cases.filter(stage=search.stage)
    if search.unit:
        cases = cases.filter(owner_unit__code=search.unit)
    if search.campaign is not None:
        cases = cases.filter(campaign_id=search.campaign)
    if search.area:
        cases = cases.filter(admin_code__startswith=search.area)
    if search.state == "open":
        cases = cases.filter(closed_at__isnull=True)
    elif search.state == "closed":
        cases = cases.filter(closed_at__isnull=False)
    elif search.state == "late":
        late = CaseClock.objects.order_by().filter(state=ClockState.RUNNING, due_at__lt=timezone.now())
        cases = cases.filter(pk__in=late.values("case_id"))
    return cases


def first_keys(cases: CaseQuerySet, most: int) -> list[int]:
    """Keys of the first cases: one query that serves a page and the number of cases alike.

    Counting all that a province sees would take longer than showing them.

    Args:
        cases: in their order.
        most: how many at the most.
    """
    return list(cases.values_list("pk", flat=True)[:most])


def count_up_to(rows: QuerySet[Any, Any], most: int) -> int:
    """How many rows there are, not counting past a number.

    Args:
        rows: to count.
        most: where counting ends; this many means so many or more.
    """
    return int(rows.order_by()[:most].count())


def with_next_due(cases: CaseQuerySet) -> CaseQuerySet:
    """Add ``next_due`` to each case of a page; only a page's worth, because it costs a look-up a case."""
    clocks = CaseClock.objects.filter(case=OuterRef("pk"), state=ClockState.RUNNING).order_by("due_at")
    return cases.annotate(next_due=Subquery(clocks.values("due_at")[:1]))


def _matching(text: str) -> Q:
    """Cases that hold a text.

    Each index is asked in a query of its own, because an OR over two tables uses none. Where much of everything
    fits, the first ones are found sooner by looking at case after case.
    """
    there = CaseSite.objects.order_by()
    same = Q(premises_id=text) | Q(meter_id=text) | Q(transformer_id=text)
    numbers = Case.objects.order_by().filter(number__holds=text).values("pk")
    others = (
        Case.objects.order_by().filter(title__holds=text).values("pk"),
        there.filter(address__holds=text).values("case_id"),
        there.filter(same).values("case_id"),
    )
    if count_up_to(numbers.union(*others, all=True), COMMON) < COMMON:
        return Q(pk__in=numbers.union(*others))
    at_a_site = Q(Exists(there.filter(same | Q(address__icontains=text), case=OuterRef("pk"))))
    return Q(number__icontains=text) | Q(title__icontains=text) | at_a_site


def cases_at(
    user: User, *, premises_id: str = "", meter_id: str = "", transformer_id: str = ""
) -> CaseQuerySet:
    """The person's cases about the same premises, meter or transformer: for hints of duplicates."""
    same = Q()
    for name, value in (
        ("premises_id", premises_id),
        ("meter_id", meter_id),
        ("transformer_id", transformer_id),
    ):
        if value:
            same |= Q(**{name: value})
    if not same:
        return Case.objects.none()
    return Case.objects.visible_to(user).filter(pk__in=CaseSite.objects.filter(same).values("case_id"))


def events_of(user: User, case: Case, *, newest: int | None = None) -> QuerySet[Event]:
    """The log's events of a case, newest first; none where the person doesn't see the case."""
    if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
        return Event.objects.none()
    events = custody.events_of(case.number).select_related("actor").order_by("-seq")
    return events[:newest] if newest else events


def running_clocks(user: User, scope: str) -> QuerySet[CaseClock]:
    """Clocks that run, the next to end first.

    Args:
        user: who asks.
        scope: ``department`` for the person's own units, anything else for all that the person sees.
    """
    clocks = (
        CaseClock.objects.filter(case__in=Case.objects.visible_to(user).values("pk"), state__in=GOING)
        .select_related("case", "case__pack_version", "unit")
        .prefetch_related("pauses")
        .defer("case__pack_version__frozen")
    )
    if scope == "department":
        clocks = clocks.filter(unit__in=own_units(user))
    return clocks.order_by("due_at", "id")


def open_tasks(user: User, scope: str) -> QuerySet[Task]:
    """Tasks to do, the next to end first; ``mine``, ``department`` or all that the person sees."""
    tasks = Task.objects.filter(
        case__in=Case.objects.visible_to(user).values("pk"), state=TaskState.OPEN
    ).select_related("case", "unit", "person")
    if scope == "mine":
        tasks = tasks.filter(person=user)
    elif scope == "department":
        tasks = tasks.filter(unit__in=own_units(user))
    return tasks.order_by(F("due_on").asc(nulls_last=True), "id")


def own_units(user: User) -> list[int]:
    """Units in which the person works today; keeping a unit's accounts is no work on its cases."""
    return [post.unit_id for post in user.memberships_now() if post.role != Role.ADMINISTRATOR]


def waiting_receipts(user: User) -> QuerySet[CaseShare]:
    """Cases that were shared with the person's units and not yet confirmed."""
    return (
        CaseShare.objects.filter(unit__in=own_units(user), received_at__isnull=True, ended_at__isnull=True)
        .exclude(level="own")
        .select_related("case", "unit", "given_by")
    )


def waiting_handovers(user: User) -> QuerySet[Handover]:
    """Handovers that wait for an answer of the person's units."""
    return Handover.objects.filter(to_unit__in=own_units(user), answered_at__isnull=True).select_related(
        "case", "from_unit", "to_unit"
    )


def unread_reminders(user: User) -> QuerySet[Reminder]:
    """Reminders of running clocks to the person's units that nobody has read."""
    return (
        Reminder.objects.filter(
            unit__in=own_units(user),
            clock__case__in=Case.objects.visible_to(user).values("pk"),
            read_at__isnull=True,
            clock__state__in=GOING,
        )
        .select_related("clock", "clock__case", "clock__case__pack_version", "unit")
        .prefetch_related("clock__pauses")
        .defer("clock__case__pack_version__frozen")
    )


def waiting_count(user: User) -> int:
    """How many things wait for the person and the departments: reminders, receipts, handovers, other rooms'."""
    own = unread_reminders(user).count() + waiting_receipts(user).count() + waiting_handovers(user).count()
    return own + sum(1 for _one in waiting_elsewhere(user))


def campaigns_of(user: User) -> QuerySet[Campaign]:
    """Campaigns led by a unit that the person sees, or that hold a case that the person sees."""
    campaigns = Campaign.objects.order_by()
    # Asked apart, because an OR would look through all cases where finding one is enough.
    holding = campaigns.filter(
        Exists(Case.objects.visible_to(user).order_by().filter(campaign=OuterRef("pk")))
    )
    leading = campaigns.filter(lead_unit__in=units_below(user))
    return Campaign.objects.filter(pk__in=holding.values("pk").union(leading.values("pk"))).select_related(
        "lead_unit"
    )


def units_to_invite(case: Case) -> QuerySet[Unit]:
    """Departments that don't take part in a case yet."""
    running = CaseShare.objects.filter(case=case, ended_at__isnull=True)
    return Unit.objects.filter(active=True).exclude(pk__in=running.values("unit_id")).order_by("path")


def next_end(case: Case) -> dt.datetime | None:
    """When the next clock of a case ends; None where none runs."""
    found: dt.datetime | None = case.clocks.filter(state=ClockState.RUNNING).aggregate(at=Min("due_at"))["at"]
    return found
