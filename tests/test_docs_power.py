"""The page on the load curve says what the code holds: weights, codes, patterns, machines, defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gridcanary.console.vocabulary import QUALITY_NAMES
from gridcanary.power import quality, traits
from gridcanary.power.detectors import archive_fit, load_pattern, peers, season
from gridcanary.power.findings_table import probability
from gridcanary.power.machine_classes import KW_HIGH, KW_LOW, LEAST_KW
from gridcanary.power.scan import PRIOR, THRESHOLD

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "lenses" / "power.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
"""The page without its line ends, for sentences."""


def cells(first: str) -> list[str]:
    """Cells of the table row that begins with a text."""
    found = re.search(rf"^\| {re.escape(first)}[^|]*\|(.+)\|$", PAGE, re.MULTILINE)
    assert found, f"no row begins with {first!r}"
    return [cell.strip() for cell in found.group(1).split("|")]


def number(cell: str) -> float:
    """The first number of a cell, whichever minus sign it is written with."""
    found = re.search(r"[-+]?\d+(?:\.\d+)?", cell.replace("−", "-"))
    assert found, cell
    return float(found.group())


@pytest.mark.parametrize("code", sorted(QUALITY_NAMES))
def test_every_data_fault_is_explained(code: str) -> None:
    assert f"| `{code}` |" in PAGE


def test_limits_of_data_faults_are_those_of_the_code() -> None:
    assert f"more than {quality.ZERO_SHARE:.0%} of the days".replace("%", " %") in PAGE
    assert f"more than {quality.FEED_IN_SHARE:.0%} of the days".replace("%", " %") in PAGE
    assert f"alike within {quality.SCALE_RANGE:.0%}".replace("%", " %") in PAGE
    assert (quality.STUCK_SHARE, quality.GAP_SHARE, quality.SHORT_WEEKS) == (0.2, 0.5, 5)  # told in words


@pytest.mark.parametrize("pattern", traits.PATTERNS)
def test_every_pattern_is_explained(pattern: str) -> None:
    assert f"| `{pattern}` |" in PAGE


@pytest.mark.parametrize(
    ("first", "weight"),
    [
        *((f"class: {name}", archive_fit.TARIFF_WEIGHT[code]) for name, code in (
            ("agricultural", "agricultural"), ("residential", "residential"),
            ("commercial", "commercial"), ("public service", "public_service"),
            ("data centre", "data_centre"),
        )),
        ("temperature explains 60 %", season.WEATHER_LLR),
        ("an industrial or commercial customer stops", season.PAUSE_LLR),
        ("an industrial customer's load stays", season.NO_PAUSE_LLR),
        ("30 % of the customers of the same class", peers.LLR),
    ],
)  # fmt: skip
def test_weights_are_those_of_the_code(first: str, weight: float) -> None:
    assert number(cells(first)[-1]) == weight


def test_classes_that_share_a_row_share_a_weight() -> None:
    weight = archive_fit.TARIFF_WEIGHT
    assert weight["agricultural"] == weight["clean_heating"] == weight["ev_charging"]
    usual = ("commercial", "general_industrial", "large_industrial", "other")
    assert len({weight[name] for name in usual}) == 1


@pytest.mark.parametrize("llr", [0, 2, 4, 6, 8])
def test_scores_of_the_table_follow_from_prior_and_llr(llr: int) -> None:
    told = [number(cell) for cell in cells(f"{llr} ")]
    assert told == pytest.approx([probability(llr, prior) for prior in (0.08, 0.01, 0.001)], abs=0.006)


def test_defaults_and_machine_power_are_those_of_the_code() -> None:
    assert f"Without `--prior` it is {PRIOR:.0%}".replace("%", " %") in TEXT
    assert f"(`--threshold`, {THRESHOLD})" in TEXT
    assert f"({KW_LOW:.2f} to {KW_HIGH:.2f} kW each)" in TEXT
    assert f"({LEAST_KW} kW at most)" in TEXT
    assert set(load_pattern.OFFICE_HOURS) == set(range(9, 18))
