"""A reckoned amount with its steps: stored with the item as codes and numbers, told in the language of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gridcanary.accounting import Calculation, Citation, Line
from gridcanary.casework import law
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.packs import Pack

OWN_STEPS = {
    "proceeds.value": gettext_noop(
        "%(coins)s %(coin)s x %(price)s (price of %(day)s, %(source)s) = %(value)s %(unit)s"
    ),
    "fine.decided": gettext_noop("Fine as decided: %(value)s %(unit)s"),
    "fine.limit": gettext_noop("The law allows at most %(value)s %(unit)s"),
    "fine.limit_multiple": gettext_noop(
        "The law allows at most %(charge)s x %(multiple)s = %(value)s %(unit)s"
    ),
}
"""Steps that are no part of the accounting library."""

FLAGS = {
    "too_little": gettext_noop(
        "%(kw)s kW for each machine is little: fewer hours or machines, or the meter missed some. Check the figures."
    ),
    "too_much": gettext_noop(
        "%(kw)s kW for each machine is much: more machines or hours, or other loads on the meter. Check the figures."
    ),
    "unverified": gettext_noop(
        "A rule behind this amount was not verified in the primary source; have it checked before it is claimed."
    ),
}
"""What to look at before an amount is claimed."""


class NotReckoned(GridcanaryError):
    """Inputs from which no amount follows; the message is for the person who typed them.

    Args:
        text: what is wrong and what is needed.
        field: of the form; empty for the whole.
    """

    def __init__(self, text: str, field: str = "") -> None:
        self.field = field
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An amount and how it came about.

    Args:
        amount: due, to the cent.
        lines: the steps in order.
        flags: codes of FLAGS with their facts.
    """

    amount: Decimal
    lines: tuple[Line, ...]
    flags: tuple[tuple[str, Mapping[str, str]], ...] = ()

    @classmethod
    def of(
        cls,
        found: Calculation,
        amount: Decimal | None = None,
        flags: Iterable[tuple[str, Mapping[str, str]]] = (),
    ) -> Reckoned:
        """From a calculation; ``amount`` where only a part of it is meant."""
        marks = list(flags)
        if not found.verified:
            marks.append(("unverified", {}))
        return cls(found.amount if amount is None else amount, found.lines, tuple(marks))

    def stored(self) -> dict[str, Any]:
        """As JSON for the item."""
        return {
            "amount": str(self.amount),
            "lines": [_line_out(line) for line in self.lines],
            "flags": [{"code": code, "facts": dict(facts)} for code, facts in self.flags],
        }


def told(pack: Pack, stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored calculation in the language of the page.

    Args:
        pack: of the case, for citations.
        stored: what ``Reckoned.stored`` gave; an empty one tells nothing.

    Returns:
        ``lines`` with ``text`` and ``unverified``, ``flags`` as sentences.
    """
    lines = [_line_in(one) for one in stored.get("lines", ())]
    return {
        "lines": [
            {"text": _sentence(pack, line), "unverified": bool(line.citation and not line.citation.verified)}
            for line in lines
        ],
        "flags": [_(FLAGS[one["code"]]) % one["facts"] for one in stored.get("flags", ())],
    }


def _sentence(pack: Pack, line: Line) -> str:
    lang = law.language()

    def cite(found: Citation) -> str:
        return pack.cite(found, lang)

    own = OWN_STEPS.get(line.code)
    if own is None:
        return line.text(lang, cite)
    facts = {name: str(value) for name, value in line.inputs.items()}
    text = _(own) % {**facts, "value": f"{line.value:,}", "unit": line.unit}
    return f"{text} ({cite(line.citation)})" if line.citation else text


def _line_out(line: Line) -> dict[str, Any]:
    cited = line.citation
    return {
        "code": line.code,
        "value": str(line.value),
        "unit": line.unit,
        "inputs": {name: _value_out(value) for name, value in line.inputs.items()},
        "cited": cited
        and [
            cited.source,
            cited.article,
            _value_out(cited.valid_from),
            _value_out(cited.valid_to),
            cited.verified,
        ],
    }


def _line_in(stored: Mapping[str, Any]) -> Line:
    cited = stored["cited"]
    citation = None
    if cited:
        source, article, valid_from, valid_to, verified = cited
        citation = Citation(source, article, _value_in(valid_from), _value_in(valid_to), verified)
    inputs = {name: _value_in(value) for name, value in stored["inputs"].items()}
    return Line(stored["code"], Decimal(stored["value"]), stored["unit"], inputs, citation)


def _value_out(value: Any) -> Any:
    """Decimals and days keep their kind, so that they are shown as on the first day."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _value_in(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    return Decimal(stored["decimal"]) if "decimal" in stored else dt.date.fromisoformat(stored["day"])
