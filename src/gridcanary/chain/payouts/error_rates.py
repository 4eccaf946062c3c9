"""How often following is wrong on chains whose truth is known: the figures that stand in every dossier.

The file beside this module is written by ``python benchmarks/chain_payouts.py --write`` and never by hand; a test
recomputes a part of it, so it can't outlive the rules that it speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

FILE = "error_rates.json"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share between 0 and 1 with its 95 % interval; all None where there was nothing to count."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ScenarioRates:
    """Rates in one scenario.

    Args:
        name, title: which, and what is hard about it.
        chains, payments, lines: how many were simulated.
        rates: by name: precision and recall of ``payment_…``, ``line_…`` and ``satoshi_…``, and the share of right
            lines with ``payer_named_right`` and ``payer_misnamed``.
    """

    name: str
    title: str
    chains: int
    payments: int
    lines: int
    rates: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How many outputs, merges or lines a rule gave over all scenarios, and how many were wrong."""

    rule: str
    count: int
    wrong: int
    precision: float


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """The published figures.

    Args:
        command, date: how and when they were made; first_seed, last_seed, days: on which chains.
        scenarios: one a hard truth; rules: one a rule that gives pools' outputs; clusters: one a reason to merge;
            confidences: lines by tens of the confidence that they were given, named by its lower end.
    """

    command: str
    date: str
    first_seed: int
    last_seed: int
    days: int
    scenarios: tuple[ScenarioRates, ...]
    rules: tuple[RuleRate, ...]
    clusters: tuple[RuleRate, ...]
    confidences: tuple[RuleRate, ...]


def stored_rates() -> dict[str, Any]:
    """The file as it is."""
    return json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8"))


def published_rates() -> ErrorRates:
    """The error rates of this version's rules."""
    told = stored_rates()
    return ErrorRates(
        told["command"],
        told["date"],
        told["seeds"][0],
        told["seeds"][1],
        told["days"],
        tuple(_scenario(name, one) for name, one in told["measured"]["scenarios"].items()),
        _counted(told["measured"]["rules"], "outputs"),
        _counted(told["measured"]["clusters"], "merges"),
        _counted(told["measured"]["confidences"], "lines"),
    )


def _counted(told: Mapping[str, Any], what: str) -> tuple[RuleRate, ...]:
    return tuple(RuleRate(name, one[what], one["wrong"], one["precision"]) for name, one in told.items())


def _scenario(name: str, told: Mapping[str, Any]) -> ScenarioRates:
    rates = {key: Rate(one["value"], one["low"], one["high"]) for key, one in told["rates"].items()}
    return ScenarioRates(name, told["title"], told["chains"], told["payments"], told["lines"], rates)
