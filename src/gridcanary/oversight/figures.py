"""Figures over the cases that a person may see. Each takes the cases, so that there is one rule of who sees what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.models import CaseClock, CaseQuerySet, ClockState, StageEntry
from gridcanary.enforcement.balances import Balance
from gridcanary.enforcement.queries import money_totals
from gridcanary.oversight.period import Period
from gridcanary.oversight.stays import stays
from gridcanary.watch.models import Return, ReturnState, WatchVisit


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One stage of the funnel.

    Args:
        code, name: of the stage.
        reached: cases opened in the period that ever entered it.
        now: cases, whenever opened, that are in it.
    """

    code: str
    name: str
    reached: int
    now: int


def funnel(cases: CaseQuerySet, period: Period) -> list[FunnelStep]:
    """How far the cases of a period came, stage by stage, by the stages of this installation's pack."""
    pack, lang = law.pack_for_new_cases(), law.language()
    opened = cases.filter(opened_at__gte=period.begins_at, opened_at__lt=period.ends_at)
    entered = StageEntry.objects.filter(case__in=opened.values("pk")).order_by()
    reached = dict(entered.values_list("entered").annotate(n=Count("case", distinct=True)))
    now = dict(cases.order_by().values_list("stage").annotate(n=Count("pk")))
    return [
        FunnelStep(code, stage.name.of(lang), reached.get(code, 0), now.get(code, 0))
        for code, stage in pack.stages.items()
    ]


def outcomes(cases: CaseQuerySet, period: Period) -> list[tuple[str, int]]:
    """What the cases closed in the period turned out to be: name and number, the most frequent first."""
    pack, lang = law.pack_for_new_cases(), law.language()
    closed = cases.filter(closed_at__gte=period.begins_at, closed_at__lt=period.ends_at)
    counted = closed.order_by().values_list("outcome").annotate(n=Count("pk")).order_by("-n")
    return [(pack.outcomes[code].name.of(lang) if code in pack.outcomes else code, n) for code, n in counted]


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long cases stay in a stage while a department is the one that moved them into it.

    Args:
        stage, unit: names.
        stays: finished stays in the period.
        median_days, longest_days: of the finished stays [days].
        waiting: stays that last.
        waiting_longest_days: the longest of these so far [days].
    """

    stage: str
    unit: str
    stays: int
    median_days: float | None
    longest_days: float | None
    waiting: int
    waiting_longest_days: float | None


def time_in_stage(cases: CaseQuerySet, period: Period) -> list[StageTime]:
    """Time in stage by department: finished stays that ended in the period, and those that last."""
    pack, lang = law.pack_for_new_cases(), law.language()
    ended = [code for code, stage in pack.stages.items() if stage.terminal]
    # of a case that came to its end before the period no stay ended in it, and none lasts
    moving = cases.exclude(stage__in=ended, stage_since__lt=period.begins_at)
    found = [row for row in stays(moving, period) if row.stage not in ended]
    units = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in={row.unit_id for row in found})}
    order = {code: number for number, code in enumerate(pack.stages)}
    return [
        StageTime(
            stage=pack.stages[row.stage].name.of(lang) if row.stage in pack.stages else row.stage,
            unit=units[row.unit_id],
            stays=row.finished,
            median_days=row.median_days,
            longest_days=row.longest_days,
            waiting=row.waiting,
            waiting_longest_days=row.waiting_longest_days,
        )
        for row in sorted(found, key=lambda row: (order.get(row.stage, 99), units[row.unit_id]))
    ]


@dataclass(frozen=True, slots=True)
class Lateness:
    """Clocks of a department.

    Args:
        unit: its name.
        late_now: run and have run out.
        met: met in the period.
        met_late: of these after their end.
    """

    unit: str
    late_now: int
    met: int
    met_late: int


def lateness(cases: CaseQuerySet, period: Period, now: dt.datetime | None = None) -> list[Lateness]:
    """Which departments let clocks run out, the worst first."""
    now = now or timezone.now()
    met = Q(state=ClockState.STOPPED, stopped_at__gte=period.begins_at, stopped_at__lt=period.ends_at)
    counted = (
        CaseClock.objects.filter(case__in=cases.values("pk"))
        .order_by()
        .values("unit_id")
        .annotate(
            late_now=Count("pk", filter=Q(state=ClockState.RUNNING, due_at__lt=now)),
            met=Count("pk", filter=met),
            met_late=Count("pk", filter=met & Q(stopped_at__gt=F("due_at"))),
        )
    )
    units = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=[row["unit_id"] for row in counted])}
    rows = [Lateness(units[row["unit_id"]], row["late_now"], row["met"], row["met_late"]) for row in counted]
    rows = [row for row in rows if row.late_now or row.met]
    return sorted(rows, key=lambda row: (-row.late_now, -row.met_late, row.unit))


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often mines came back.

    Args:
        watched: cases closed with an outcome that is watched, or in the watch, whenever.
        returned: of these with a sign that was taken up.
        undecided: signs that wait for a decision.
        visits_late: visits of the watch whose day has passed.
    """

    watched: int
    returned: int
    undecided: int
    visits_late: int

    @property
    def rate(self) -> float | None:
        """Part of the watched cases that came back [0..1]; None without any."""
        return self.returned / self.watched if self.watched else None


def recurrence(cases: CaseQuerySet) -> Recurrence:
    """Returns among the cases."""
    pack = law.pack_for_new_cases()
    watched_outcomes = [code for code, outcome in pack.outcomes.items() if outcome.watched]
    watch_stages = [code for code, stage in pack.stages.items() if stage.watch]
    watched = cases.filter(outcome__in=watched_outcomes).filter(
        Q(closed_at__isnull=False) | Q(stage__in=watch_stages)
    )
    signs = Return.objects.filter(case__in=cases.values("pk"))
    visits = WatchVisit.objects.filter(case__in=cases.values("pk"), result="", dropped_because="")
    return Recurrence(
        watched=watched.count(),
        returned=signs.filter(state=ReturnState.REOPENED).values("case").distinct().count(),
        undecided=signs.filter(state=ReturnState.OPEN).count(),
        visits_late=visits.filter(due_on__lt=timezone.localdate()).count(),
    )


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What a department has to collect of one kind, with names."""

    unit_name: str
    kind_name: str
    currency: str
    balance: Balance


def money(cases: CaseQuerySet) -> list[MoneyRow]:
    """Due, collected and uncollected by department and kind; the most outstanding first."""
    pack, lang = law.pack_for_new_cases(), law.language()
    totals = money_totals(cases)
    units = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=[total.unit_id for total in totals])}
    rows = [
        MoneyRow(
            units[total.unit_id],
            pack.money[total.kind].name.of(lang) if total.kind in pack.money else total.kind,
            total.currency,
            total.balance,
        )
        for total in totals
    ]
    return sorted(rows, key=lambda row: -row.balance.outstanding)
