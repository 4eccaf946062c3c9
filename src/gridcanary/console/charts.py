"""What each chart of a premises page shows, as numbers: for the drawing, and for the table behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gridcanary.console.lake_days import mean_of_present
from gridcanary.console.subjects import Subject

Floats = npt.NDArray[np.float32]

FINE_DAYS = 45
"""Longest range drawn slot by slot (4,320 quarter hours); beyond it, day by day."""

COMPARED_DAYS = 42
"""Days before and after the onset that are compared: whole weeks, so that weekends weigh the same; six of
them, so that the two of Spring Festival stay a minority and the median passes over them."""


NEGATIVE_SHARE = 0.1
"""Share of days with a negative loss that is too much for clock differences between meters."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """First and last day shown, both included."""

    first: dt.date
    last: dt.date

    @property
    def day_count(self) -> int:
        """Days in the range."""
        return (self.last - self.first).days + 1


def numbers(values: Floats) -> list[Any]:
    """Nested lists with three decimals, None for NaN, as JSON wants them."""
    rounded = np.round(values.astype(np.float64), 3).astype(object)
    rounded[~np.isfinite(values)] = None
    listed: list[Any] = rounded.tolist()
    return listed


def clipped_range(subject: Subject, first: dt.date | None, last: dt.date | None) -> DayRange:
    """The asked range within the days that there are; the whole period where none is asked.

    Raises:
        ValueError: the subject has no days.
    """
    start, end = subject.days[0], subject.days[-1]
    wanted = sorted((min(max(first or start, start), end), min(max(last or end, start), end)))
    return DayRange(*wanted)


def dense_days(subject: Subject, values: Floats, shown: DayRange) -> Floats:
    """Rows of the shown days without holes: a day without readings becomes a row of NaN."""
    rows = np.full((shown.day_count, *values.shape[1:]), np.nan, np.float32)
    for index, day in enumerate(subject.days):
        if shown.first <= day <= shown.last:
            rows[(day - shown.first).days] = values[index]
    return rows


def compared_levels(subject: Subject, values: Floats) -> tuple[Floats, Floats] | None:
    """Rows of the six weeks before the onset and of the six weeks from it on; None without an onset."""
    if subject.onset is None:
        return None
    offsets = np.array([(day - subject.onset).days for day in subject.days])
    before = values[(offsets >= -COMPARED_DAYS) & (offsets < 0)]
    after = values[(offsets >= 0) & (offsets < COMPARED_DAYS)]
    if not np.isfinite(before).any() or not np.isfinite(after).any():
        return None
    return before, after


def typical_kw(rows: Floats) -> float | None:
    """Median of the daily means; None where nothing was read."""
    daily = mean_of_present(rows, axis=1) if rows.ndim == 2 else rows
    present = daily[np.isfinite(daily)]
    return float(np.median(present)) if len(present) else None


def curve(subject: Subject, shown: DayRange) -> dict[str, Any]:
    """The load curve: slot by slot for short ranges, mean and band of each day for long ones."""
    rows = dense_days(subject, subject.load_kw, shown)
    levels = compared_levels(subject, subject.load_kw)
    chart: dict[str, Any] = {
        "first": shown.first.isoformat(),
        "last": shown.last.isoformat(),
        "onset": subject.onset.isoformat() if subject.onset else None,
        **_marked_levels(None if subject.shows_in_loss else levels),
    }
    if shown.day_count <= FINE_DAYS:
        return chart | {"resolution": "slot", "minutes": 1440 // rows.shape[1], "kw": numbers(rows.ravel())}
    present = np.isfinite(rows).any(axis=1)
    least, most = (np.full(len(rows), np.nan, np.float32) for _ in range(2))
    least[present], most[present] = np.nanmin(rows[present], axis=1), np.nanmax(rows[present], axis=1)
    return chart | {
        "resolution": "day",
        "kw": numbers(mean_of_present(rows, axis=1)),
        "low": numbers(least),
        "high": numbers(most),
    }


def _marked_levels(levels: tuple[Floats, Floats] | None) -> dict[str, Any]:
    return {
        "level_before": typical_kw(levels[0]) if levels else None,
        "level_after": typical_kw(levels[1]) if levels else None,
        "compared_days": COMPARED_DAYS,
    }


def carpet(subject: Subject, shown: DayRange) -> dict[str, Any]:
    """Day by hour: the mean of each hour, an hour a row, of the curve that the suspected load shows in."""
    rows = dense_days(subject, subject.suspected_kw, shown)
    hourly = mean_of_present(rows.reshape(len(rows), 24, rows.shape[1] // 24), axis=2)
    return {
        "first": shown.first.isoformat(),
        "onset": subject.onset.isoformat() if subject.onset else None,
        "kw": numbers(hourly.T),
    }


def profile(subject: Subject, _shown: DayRange) -> dict[str, Any]:
    """The typical day before and after the onset: the median of each slot over six weeks."""
    levels = compared_levels(subject, subject.suspected_kw)
    whole = levels is None
    before, after = (None, subject.suspected_kw[-COMPARED_DAYS:]) if levels is None else levels
    return {
        "minutes": 1440 // subject.suspected_kw.shape[1],
        "before": None if before is None else numbers(_median_day(before)),
        "after": numbers(_median_day(after)),
        "without_onset": whole,
    }


def _median_day(rows: Floats) -> Floats:
    present = np.isfinite(rows).any(axis=0)
    typical = np.full(rows.shape[1], np.nan, np.float32)
    if present.any():
        typical[present] = np.nanmedian(rows[:, present], axis=0)
    return typical


def loss(subject: Subject, shown: DayRange) -> dict[str, Any] | None:
    """The transformer's daily balance beside the customer's own load; None where there is no balance."""
    if subject.balance is None:
        return None
    balance = subject.balance
    supplied, metered, lost = (
        dense_days(subject, mean_of_present(values, axis=1)[:, None], shown)[:, 0]
        for values in (balance.supplied_kw, balance.metered_kw, balance.loss_kw)
    )
    own = dense_days(subject, mean_of_present(subject.load_kw, axis=1)[:, None], shown)[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(supplied > 0, lost / supplied, np.nan).astype(np.float32)
    return {
        "transformer_id": balance.transformer_id,
        "first": shown.first.isoformat(),
        "onset": subject.onset.isoformat() if subject.onset else None,
        "supplied_kw": numbers(supplied),
        "metered_kw": numbers(metered),
        "loss_kw": numbers(lost),
        "loss_rate": numbers(rate),
        "own_kw": None if subject.kind == "transformer" else numbers(own),
        **_marked_levels(compared_levels(subject, balance.loss_kw) if subject.shows_in_loss else None),
    }


BUILDERS: dict[str, Callable[[Subject, DayRange], dict[str, Any] | None]] = {
    "curve": curve,
    "carpet": carpet,
    "profile": profile,
    "loss": loss,
}
"""The charts of a premises page by name."""


@dataclass(frozen=True, slots=True)
class LossChange:
    """A transformer's loss rate before and after the onset, as shares of the supply.

    Args:
        before: None where there is no onset in the data.
        after: from the onset on, or lately.
        is_negative: whether the meters counted more than the supply on many days.
    """

    before: float | None
    after: float
    is_negative: bool


def loss_change(subject: Subject) -> LossChange | None:
    """How the transformer's loss rate changed at the onset; None where it is not known."""
    if subject.balance is None:
        return None
    lost, supplied = subject.balance.loss_kw, subject.balance.supplied_kw
    daily = mean_of_present(lost, axis=1)
    negative = bool((daily < 0).mean() > NEGATIVE_SHARE)
    levels = compared_levels(subject, lost)
    if levels is None:
        rate = _rate(lost[-COMPARED_DAYS:], supplied[-COMPARED_DAYS:])
        return None if rate is None else LossChange(None, rate, negative)
    supply_levels = compared_levels(subject, supplied)
    if supply_levels is None:
        return None
    before, after = (_rate(lost, supply) for lost, supply in zip(levels, supply_levels, strict=True))
    return None if after is None else LossChange(before, after, negative)


def _rate(lost_kw: Floats, supplied_kw: Floats) -> float | None:
    known = np.isfinite(lost_kw) & np.isfinite(supplied_kw)
    supplied = float(supplied_kw[known].sum(dtype=np.float64))
    return float(lost_kw[known].sum(dtype=np.float64)) / supplied if supplied > 0 else None
