"""The table that turns codes of a marketing system into our classes: a file, which the user can replace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import yaml

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import TARIFF_CLASSES

SHIPPED = "cn_tariff_codes.yaml"


@dataclass(frozen=True, slots=True)
class TariffRule:
    """One line of the table.

    Args:
        tariff_class: one of TARIFF_CLASSES.
        column: the archive's column.
        starts: beginnings of the code that fit.
        verified: whether the line was checked against a published code table.
        note: the category's own name.
    """

    tariff_class: str
    column: str
    starts: tuple[str, ...]
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class TariffCodes:
    """The whole table.

    Args:
        as_of: the date that the codes stand for.
        rules: the first that fits wins.
        volts: voltage code to voltage.
    """

    as_of: dt.date
    rules: tuple[TariffRule, ...]
    volts: Mapping[str, str]

    def tariff_class(self, codes: Mapping[str, str]) -> str:
        """The class for an archive row's codes by column; ``other`` where no rule fits."""
        for rule in self.rules:
            if codes.get(rule.column, "").startswith(rule.starts):
                return rule.tariff_class
        return "other"

    def volt_class(self, code: str) -> str | None:
        """The voltage for a code; the code itself where it is unknown."""
        return self.volts.get(code, code) or None


def load_tariff_codes(path: Path | None = None) -> TariffCodes:
    """The table of a file, or the one that is shipped.

    Args:
        path: a YAML file in the form of the shipped one.

    Raises:
        InputError: the file cannot be read or names a class that there is not.
    """
    name = path or SHIPPED
    try:
        text = (
            path.read_text("utf-8")
            if path
            else resources.files(__package__).joinpath(SHIPPED).read_text("utf-8")
        )
        told = yaml.safe_load(text)
        rules = tuple(_rule(line) for line in told["tariff_class"])
        volts = {str(code): str(line["volt"]) for code, line in told.get("volt_class", {}).items()}
        codes = TariffCodes(told["as_of"], rules, volts)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            name, f"no table of tariff codes ({error!r})", remedy=f"take {SHIPPED} as a model"
        ) from error
    for number, rule in enumerate(rules, start=1):
        if rule.tariff_class not in TARIFF_CLASSES:
            known = ", ".join(TARIFF_CLASSES)
            raise InputError(name, f"rule {number}: no class {rule.tariff_class!r}", remedy=f"one of {known}")
    return codes


def _rule(line: Mapping[str, object]) -> TariffRule:
    starts = line["starts"]
    if not isinstance(starts, list):
        raise TypeError("starts is not a list")
    return TariffRule(
        str(line["class"]),
        str(line["column"]),
        tuple(str(item) for item in starts),
        line.get("verified") is True,
        str(line.get("note", "")),
    )
