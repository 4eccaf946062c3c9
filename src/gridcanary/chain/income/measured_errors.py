"""How often the rules behind a dossier were wrong where the truth is known: the published rates, copied into it.

The rates are of the version that wrote the dossier, so a later version shows the same ones when it verifies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from gridcanary.chain.payouts.error_rates import FILE

ERROR_RATES = "error_rates.json"
"""Path of the copy among a dossier's sources."""

SHARES = (
    "payment_precision",
    "payment_recall",
    "line_precision",
    "line_recall",
    "satoshi_precision",
    "satoshi_recall",
    "payer_misnamed",
)
"""Which shares of a scenario are shown, in their order."""


@dataclass(frozen=True, slots=True)
class MeasuredErrors:
    """Rates as texts, ready to be shown.

    Args:
        command, date, chains: how and when they were measured, on how many simulated chains.
        scenarios: name, title and the :data:`SHARES` of each hard truth.
        rules, confidences: name, how many outputs or lines, how many wrong, share right.
    """

    command: str
    date: str
    chains: int
    scenarios: tuple[tuple[str, ...], ...]
    rules: tuple[tuple[str, ...], ...]
    confidences: tuple[tuple[str, ...], ...]


def published_errors() -> bytes:
    """The rates of this version's rules, as they are published."""
    return (resources.files("gridcanary.chain.payouts") / FILE).read_bytes()


def measured_errors(sources: Mapping[str, bytes]) -> MeasuredErrors | None:
    """The rates in a dossier; None where it has none. ValueError, KeyError or TypeError where they are malformed."""
    if ERROR_RATES not in sources:
        return None
    told = json.loads(sources[ERROR_RATES], parse_float=Decimal)
    measured = told["measured"]
    scenarios = tuple(
        (name, one["title"], *(_share(one["rates"][share]["value"]) for share in SHARES))
        for name, one in measured["scenarios"].items()
    )
    chains = sum(one["chains"] for one in measured["scenarios"].values())
    rules = _counted(measured["rules"], "outputs")
    return MeasuredErrors(
        told["command"], told["date"], chains, scenarios, rules, _counted(measured["confidences"], "lines")
    )


def _counted(told: Mapping[str, Any], what: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (name, f"{one[what]:,}", f"{one['wrong']:,}", _share(one["precision"])) for name, one in told.items()
    )


def _share(value: Decimal | int | None) -> str:
    return "–" if value is None else f"{Decimal(value) * 100:.2f} %"
