"""What the functions ask of a rule; the entries of jurisdiction packs have these fields."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Protocol


class Cited(Protocol):
    """A statement of law: where it stands, when it holds, whether it was read there."""

    @property
    def source(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...
    @property
    def verified(self) -> bool: ...


class SurchargeRule(Cited, Protocol):
    """A surcharge: see PriceRule in the packs for what each field means."""

    @property
    def draft(self) -> bool: ...
    @property
    def rate_per_kwh(self) -> Decimal: ...
    @property
    def scope(self) -> str: ...
    @property
    def start(self) -> str: ...
    @property
    def not_before(self) -> str | None: ...
    @property
    def proration(self) -> str: ...
    @property
    def notice_required(self) -> bool: ...


class BackBillRule(Cited, Protocol):
    """Back-billing: see TheftRule in the packs."""

    @property
    def penalty_multiplier(self) -> Decimal: ...
    @property
    def multiplier_is_maximum(self) -> bool: ...
    @property
    def presumed_days(self) -> int | None: ...
    @property
    def presumed_hours_power(self) -> Decimal | None: ...
    @property
    def presumed_hours_lighting(self) -> Decimal | None: ...
    @property
    def fine_multiplier(self) -> Decimal | None: ...


class LateFeeRule(Cited, Protocol):
    """What is added when money is late: see PenaltyRule in the packs."""

    @property
    def daily_rate(self) -> Decimal | None: ...
    @property
    def cap_multiple(self) -> Decimal | None: ...


class ConversionFactor(Cited, Protocol):
    """A factor with region and year: see Factor in the packs."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def region(self) -> str: ...
    @property
    def year(self) -> int: ...
