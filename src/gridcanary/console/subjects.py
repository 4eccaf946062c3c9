"""What a premises page or a transformer page is about: its curve, its days and its transformer's balance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridcanary.console import lake_days
from gridcanary.console.archive import Customer, customer_of
from gridcanary.console.curve_cache import Curves, curves
from gridcanary.console.findings import METER, TRANSFORMER, ListedFinding, find
from gridcanary.console.home import workspace

Floats = npt.NDArray[np.float32]
COMPLETE_SHARE = 0.95
"""A day's loss is shown only when this share of the transformer's meters reported; else gaps look lost."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A transformer's energy balance.

    Args:
        transformer_id: which one.
        supplied_kw: (days, slots).
        metered_kw: sum of its meters (days, slots).
        complete: days on which nearly all its meters reported (days).
    """

    transformer_id: str
    supplied_kw: Floats
    metered_kw: Floats
    complete: npt.NDArray[np.bool_]

    @property
    def loss_kw(self) -> Floats:
        """Supply that no meter counted (days, slots); NaN on incomplete days."""
        return np.where(self.complete[:, None], self.supplied_kw - self.metered_kw, np.nan).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Subject:
    """One meter or transformer with everything its page draws.

    Args:
        kind: ``meter`` or ``transformer``.
        subject_id: its number.
        finding: what the scan said; None where it did not see it.
        customer: the archive row of a meter.
        days: the lake's days.
        load_kw: a meter's load, a transformer's loss (days, slots).
        balance: the transformer's balance; None where it is not known.
    """

    kind: str
    subject_id: str
    finding: ListedFinding | None
    customer: Customer | None
    days: tuple[dt.date, ...]
    load_kw: Floats
    balance: Balance | None

    @property
    def shows_in_loss(self) -> bool:
        """Whether the suspected load shows in the transformer's loss and not on the customer's own meter."""
        return (
            self.kind == METER
            and self.balance is not None
            and self.finding is not None
            and self.finding.mode in ("B", "C")
        )

    @property
    def suspected_kw(self) -> Floats:
        """The curve that shows the suspected load: the loss for a by-passed meter, else the load."""
        return self.balance.loss_kw if self.balance is not None and self.shows_in_loss else self.load_kw

    @property
    def onset(self) -> dt.date | None:
        """First day of the suspected load."""
        return self.finding.onset if self.finding else None


def _balance(book: Curves, transformer_id: str | None) -> Balance | None:
    if transformer_id not in book.watched.transformers:
        return None
    row = book.watched.transformers.index(transformer_id)
    if not np.isfinite(book.supplied_kw[row]).any():
        return None
    complete = book.reporting[row] >= COMPLETE_SHARE
    return Balance(transformer_id, book.supplied_kw[row], book.metered_kw[row], complete)


def _load(book: Curves, meter_id: str) -> Floats:
    if meter_id in book.watched.curve_meters:
        row: Floats = book.load_kw[book.watched.curve_meters.index(meter_id)]
        return row
    return lake_days.meter_kw(workspace().lake, meter_id, book.days, book.slots)


def open_subject(kind: str, subject_id: str) -> Subject | None:
    """A meter or transformer by its number.

    Args:
        kind: ``meter`` or ``transformer``.
        subject_id: meter_id or transformer_id.

    Returns:
        The subject; None where neither findings nor archive know it.
    """
    finding, customer = find(kind, subject_id), customer_of(subject_id) if kind == METER else None
    if finding is None and customer is None:
        return None
    book = curves()
    if kind == TRANSFORMER:
        balance = _balance(book, subject_id)
        empty = np.full((len(book.days), book.slots), np.nan, np.float32)
        load = balance.loss_kw if balance else empty
    else:
        balance = _balance(book, customer.transformer_id if customer else None)
        load = _load(book, subject_id)
    return Subject(kind, subject_id, finding, customer, book.days, load, balance)
