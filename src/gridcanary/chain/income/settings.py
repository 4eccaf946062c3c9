"""The settings that a dossier may bear: a sheet bent beyond them is refused, not computed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from gridcanary.chain.dossier.layout import SHEET
from gridcanary.chain.hashrate import Assumptions
from gridcanary.chain.payouts import RuleSet
from gridcanary.contracts.errors import InputError

MOST_POOL_FEE, MOST_LAG_DAYS = Decimal(1), Decimal(60)
"""What a pool's fee (a share) and the delay of its payments [d] must stay below."""

SPANS = {
    "lag_days": (Decimal(0), MOST_LAG_DAYS - Decimal("0.001")),
    "pool_fee": (Decimal(0), MOST_POOL_FEE - Decimal("0.001")),
    "fees_handed_on": (Decimal(0), Decimal(1)),
    "overhead": (Decimal(1), Decimal(2)),
}
"""Least and most of each range of :class:`Assumptions`; power beside the machines' own hardly doubles it."""

LUCK = (Decimal(1), Decimal(5))
"""Standard deviations of the interval for luck."""

RULES: Mapping[str, tuple[float, float]] = {
    "least_recipients": (2, 1000),
    "least_confidence": (50, 100),
    "strong": (50, 100),
    "indirect_seconds": (0, 7 * 86_400),
    "least_satoshi": (0, 100_000_000),
    "recurrent_share": (0.05, 1),
    "most_rounds": (1, 100_000),
}
"""Least and most of the numbers in the rules; below an even chance nothing counts as found."""

_NUMBERS = ("files", "blocks", "first_height", "tip_height", "blocks_not_in_the_best_chain", "passed_over")
_TEXTS = ("tip", "recording")


def refuse_settings(assumptions: Assumptions, rules: RuleSet) -> None:
    """InputError where a setting lies outside what makes sense; names the sheet and the field."""
    for name, (least, most) in SPANS.items():
        span = getattr(assumptions, name)
        sound = isinstance(span, tuple) and len(span) == 2 and all(one.is_finite() for one in span)
        if not (sound and least <= span[0] <= span[1] <= most):
            raise _refused(f"assumptions.{name}", f"is no range from {least} to {most}")
    luck = assumptions.z
    if not (isinstance(luck, Decimal) and luck.is_finite() and LUCK[0] <= luck <= LUCK[1]):
        raise _refused("assumptions.z", f"is no number from {LUCK[0]} to {LUCK[1]}")
    for rule, (low, high) in RULES.items():
        value = getattr(rules, rule)
        if type(value) is not type(getattr(RuleSet(), rule)) or not low <= value <= high:
            raise _refused(f"rules.{rule}", f"{value!r} is no number from {low} to {high}")


def refuse_scanned(scanned: Mapping[str, Any]) -> None:
    """InputError where what is told of the search has keys or values that no search gives."""
    for name, value in scanned.items():
        if not _is_of_a_search(name, value):
            raise _refused(f"scanned.{name}", "is nothing that a search tells")


def unusual(assumptions: Assumptions, rules: RuleSet) -> Iterator[tuple[str, str, str]]:
    """Name, value and default of each setting that isn't the default."""
    for told, plain in ((assumptions, Assumptions()), (rules, RuleSet())):
        for name in plain.__dataclass_fields__:
            value, default = getattr(told, name), getattr(plain, name)
            if value != default:
                yield name, _shown(value), _shown(default)


def _is_of_a_search(name: str, value: Any) -> bool:
    if name in _NUMBERS:
        return type(value) is int and value >= -1
    if name in _TEXTS:
        return isinstance(value, str)
    if name == "loose":
        return isinstance(value, bool)
    if name == "first_passed_over":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return name == "missing_heights" and isinstance(value, list) and all(map(_is_gap, value))


def _is_gap(told: Any) -> bool:
    return isinstance(told, list) and len(told) == 2 and all(type(one) is int for one in told)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "–".join(str(one) for one in value)
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _refused(field: str, problem: str) -> InputError:
    return InputError(SHEET, problem, column=field)
