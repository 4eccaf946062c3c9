"""A result with its steps: inputs, rule, source, and whether the source was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gridcanary.accounting.rules import Cited
from gridcanary.contracts.errors import GridcanaryError

CENT = Decimal("0.01")

Input = Decimal | int | str | dt.date


class CannotReckon(GridcanaryError):
    """Inputs from which nothing can be reckoned; says which and what is needed."""

    def __init__(self, field_name: str, found: object, needed: str) -> None:
        self.field, self.found, self.needed = field_name, found, needed
        super().__init__(f"{field_name}: found {found}, needed is {needed}")


@dataclass(frozen=True)
class Citation:
    """Where a rule stands.

    Args:
        source: code of the law or notice.
        article: where in it.
        valid_from: first day on which it holds.
        valid_to: last day, None while in force.
        verified: whether it was read in the primary source.
    """

    source: str
    article: str
    valid_from: dt.date
    valid_to: dt.date | None
    verified: bool

    @classmethod
    def of(cls, rule: Cited) -> Citation:
        """The citation of a rule."""
        return cls(rule.source, rule.article, rule.valid_from, rule.valid_to, rule.verified)


@dataclass(frozen=True)
class Line:
    """One step.

    Args:
        code: which step, such as ``surcharge.cycle``; its sentence is in phrases.yaml.
        value: what came out.
        unit: its unit: a currency code, kWh, days, kW, kg, households.
        inputs: what went in, by name.
        citation: the rule behind it, None for plain arithmetic.
    """

    code: str
    value: Decimal
    unit: str
    inputs: Mapping[str, Input] = field(default_factory=dict)
    citation: Citation | None = None

    def text(self, lang: str, cite: Callable[[Citation], str] | None = None) -> str:
        """The step as a sentence in zh or en, with its citation."""
        shown: dict[str, Any] = {name: _shown(value) for name, value in self.inputs.items()}
        sentence = _phrases()[self.code][_language(lang)].format(
            **shown, value=_shown(self.value), unit=self.unit
        )
        if self.citation is None:
            return sentence
        cited = cite(self.citation) if cite else _plain_citation(self.citation, lang)
        return f"{sentence}（{cited}）" if _language(lang) == "zh" else f"{sentence} ({cited})"


@dataclass(frozen=True)
class Calculation:
    """A result and how it came about.

    Args:
        kind: what was reckoned: surcharge, theft, tariff_misuse, late_fee, carbon, households, energy_avoided,
            energy_stopped, freed_capacity, free_to_offer, bitcoin_energy, bitcoin_households.
        amount: the result.
        unit: its unit.
        lines: the steps, in order.
    """

    kind: str
    amount: Decimal
    unit: str
    lines: tuple[Line, ...]

    @property
    def verified(self) -> bool:
        """Whether every rule behind it was read in the primary source."""
        return all(line.citation.verified for line in self.lines if line.citation)

    def value(self, code: str) -> Decimal:
        """What a step gave; the sum where it was taken several times. KeyError where it was not taken."""
        found = [line.value for line in self.lines if line.code == code]
        if not found:
            raise KeyError(code)
        return sum(found, Decimal())

    def text(self, lang: str, cite: Callable[[Citation], str] | None = None) -> list[str]:
        """The steps as sentences, for a document or a page.

        Args:
            lang: zh or en.
            cite: how to show a citation; without it source code and article are shown.
        """
        return [line.text(lang, cite) for line in self.lines]


def exact(name: str, value: Decimal | int | str, *, least: Decimal | int | None = 0) -> Decimal:
    """A number as Decimal.

    Args:
        name: of the input, for the error.
        value: Decimal, whole number or text; never float, which cannot hold a price exactly.
        least: the least that makes sense; None for any.

    Raises:
        CannotReckon: a float, no number, not finite, or below the least.
    """
    if isinstance(value, (float, bool)):
        raise CannotReckon(name, repr(value), "a Decimal, a whole number or text, not a float")
    try:
        number = Decimal(value)
    except ArithmeticError as error:
        raise CannotReckon(name, repr(value), "a number") from error
    if not number.is_finite() or (least is not None and number < least):
        raise CannotReckon(name, str(value), f"a number of at least {least}")
    return number


def money(value: Decimal) -> Decimal:
    """An amount to the cent, halves up as bills are rounded."""
    return value.quantize(CENT, ROUND_HALF_UP)


def _plain_citation(citation: Citation, lang: str) -> str:
    mark = {"zh": "，未核实", "en": ", unverified"}[_language(lang)]
    return f"{citation.source} {citation.article}{'' if citation.verified else mark}"


def _language(lang: str) -> str:
    return "zh" if lang[:2].lower() == "zh" else "en"


def _shown(value: Input) -> str:
    if not isinstance(value, Decimal):
        return str(value)
    if value == value.to_integral_value() and value.as_tuple().exponent != -2:
        return f"{value:,.0f}"
    return f"{value.normalize():,f}" if value.as_tuple().exponent != -2 else f"{value:,.2f}"


@cache
def _phrases() -> dict[str, dict[str, str]]:
    """Sentence of each step by code and language."""
    text = files("gridcanary.accounting").joinpath("phrases.yaml").read_text("utf-8")
    phrases: dict[str, dict[str, str]] = yaml.safe_load(text)
    return phrases
