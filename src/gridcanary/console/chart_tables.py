"""The table behind each chart: the same numbers, in rows that can be read aloud or copied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gridcanary.console import charts
from gridcanary.console.charts import DayRange
from gridcanary.console.subjects import Subject

CHARTS = tuple(charts.BUILDERS)


@dataclass(frozen=True, slots=True)
class ChartTable:
    """A caption, column names, and rows of text and numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def chart_table(name: str, subject: Subject, shown: DayRange) -> ChartTable:
    """The numbers of a chart.

    Args:
        name: one of CHARTS.
        subject: whose chart.
        shown: days shown.

    Returns:
        The table; without rows where the chart has nothing to show.
    """
    builders = {"curve": _curve, "carpet": _carpet, "profile": _profile, "loss": _loss}
    return builders[name](subject, shown)


def _day(first: str, offset: int) -> str:
    return (dt.date.fromisoformat(first) + dt.timedelta(days=offset)).isoformat()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _curve(subject: Subject, shown: DayRange) -> ChartTable:
    chart = charts.curve(subject, shown)
    if chart["resolution"] == "day":
        rows: list[tuple[Any, ...]] = [
            (_day(chart["first"], i), *values)
            for i, values in enumerate(zip(chart["kw"], chart["low"], chart["high"], strict=True))
        ]
        return ChartTable(_("Load of each day [kW]"), (_("Day"), _("Mean"), _("Least"), _("Most")), rows)
    step = chart["minutes"]
    rows = [
        (f"{_day(chart['first'], i * step // 1440)} {_clock(i * step % 1440)}", kw)
        for i, kw in enumerate(chart["kw"])
    ]
    return ChartTable(_("Load [kW]"), (_("Time"), _("Load")), rows)


def _carpet(subject: Subject, shown: DayRange) -> ChartTable:
    chart = charts.carpet(subject, shown)
    hours = tuple(_clock(60 * hour) for hour in range(24))
    by_day = zip(*chart["kw"], strict=True)
    rows = [(_day(chart["first"], i), *values) for i, values in enumerate(by_day)]
    return ChartTable(_("Mean load of each hour [kW]"), (_("Day"), *hours), rows)


def _profile(subject: Subject, shown: DayRange) -> ChartTable:
    chart = charts.profile(subject, shown)
    before = chart["before"] or [None] * len(chart["after"])
    rows = [
        (_clock(i * chart["minutes"]), *values)
        for i, values in enumerate(zip(before, chart["after"], strict=True))
    ]
    return ChartTable(_("Typical day [kW]"), (_("Time"), _("Before"), _("After")), rows)


def _loss(subject: Subject, shown: DayRange) -> ChartTable:
    chart = charts.loss(subject, shown)
    columns = (_("Day"), _("Supplied"), _("Sum of meters"), _("Loss"), _("Loss rate"))
    if chart is None:
        return ChartTable(_("Transformer balance [kW]"), columns, [])
    values = zip(chart["supplied_kw"], chart["metered_kw"], chart["loss_kw"], chart["loss_rate"], strict=True)
    rows = [(_day(chart["first"], i), *row) for i, row in enumerate(values)]
    return ChartTable(_("Transformer balance [kW]"), columns, rows)
