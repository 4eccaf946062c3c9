"""The tables that can be exported: a name, headings and rows of plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from gridcanary.casework import law
from gridcanary.casework.models import CaseClock, CaseQuerySet
from gridcanary.oversight import figures
from gridcanary.oversight.period import Period

Value = str | int | float | Decimal | dt.date | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table to export.

    Args:
        title: for people.
        headings: of the columns.
        rows: makes the rows from the cases that the person sees and the period.
    """

    title: str | Promise
    headings: tuple[str | Promise, ...]
    rows: Callable[[CaseQuerySet, Period], Iterator[Row]]


def _cases(cases: CaseQuerySet, period: Period) -> Iterator[Row]:
    chosen = cases.filter(opened_at__lt=period.ends_at, updated_at__gte=period.begins_at)
    for case in (
        chosen.select_related("owner_unit", "pack_version", "campaign")
        .defer("pack_version__frozen")
        .iterator(chunk_size=2000)
    ):
        pack = law.pack_of(case)
        outcome = pack.outcomes[case.outcome].name.of(law.language()) if case.outcome in pack.outcomes else ""
        yield (
            case.number, case.title, law.stage_name(case), case.owner_unit.name, case.admin_code,
            str(case.get_origin_display()), outcome, _local(case.opened_at), _local(case.closed_at),
            case.campaign.name if case.campaign else "",
        )  # fmt: skip


def _clocks(cases: CaseQuerySet, period: Period) -> Iterator[Row]:
    clocks = CaseClock.objects.filter(
        case__in=cases.values("pk"), started_at__gte=period.begins_at, started_at__lt=period.ends_at
    )
    for clock in (
        clocks.select_related("case", "case__pack_version", "unit")
        .defer("case__pack_version__frozen")
        .iterator(chunk_size=2000)
    ):
        title = law.pack_of(clock.case).clock(clock.code).title.of(law.language())
        yield (
            clock.case.number, title, clock.unit.name, str(clock.get_state_display()), _local(clock.started_at),
            _local(clock.due_at), _local(clock.stopped_at), int(clock.is_late),
        )  # fmt: skip


def _money(cases: CaseQuerySet, period: Period) -> Iterator[Row]:
    for total in figures.money(cases):
        balance = total.balance
        yield (
            total.unit_name, total.kind_name, total.currency, balance.due, balance.collected, balance.waived,
            balance.written_off, balance.outstanding,
        )  # fmt: skip


def _stages(cases: CaseQuerySet, period: Period) -> Iterator[Row]:
    for row in figures.time_in_stage(cases, period):
        yield (
            row.stage, row.unit, row.stays, row.median_days, row.longest_days, row.waiting, row.waiting_longest_days
        )  # fmt: skip


def _lateness(cases: CaseQuerySet, period: Period) -> Iterator[Row]:
    for row in figures.lateness(cases, period):
        yield (row.unit, row.late_now, row.met, row.met_late)


def _local(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


TABLES = {
    "cases": ExportTable(
        _("Cases"),
        (
            _("Number"), _("Title"), _("Stage"), _("Leading department"), _("Area code"), _("Existing or new"),
            _("Outcome"), _("Opened"), _("Closed"), _("Campaign"),
        ),
        _cases,
    ),
    "clocks": ExportTable(
        _("Clocks"),
        (
            _("Number"), _("Clock"), _("Department"), _("State"), _("Began"), _("Ends"), _("Met on"),
            _("Late (1 = yes)"),
        ),
        _clocks,
    ),
    "money": ExportTable(
        _("Money"),
        (
            _("Department"), _("Kind"), _("Currency"), _("Due"), pgettext("money", "Collected"),
            _("Waived"), _("Written off"), _("Outstanding"),
        ),
        _money,
    ),
    "stages": ExportTable(
        _("Time in stage"),
        (
            _("Stage"), _("Department"), _("Finished stays"), _("Median, days"), _("Longest, days"), _("Waiting now"),
            _("Longest wait, days"),
        ),
        _stages,
    ),
    "lateness": ExportTable(
        _("Lateness"), (_("Department"), _("Late now"), _("Met in the period"), _("Met too late")), _lateness
    ),
}  # fmt: skip
"""What can be exported, by the name in the address."""
