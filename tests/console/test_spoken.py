"""Numbers, dates and verdicts in both languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from gridcanary.console import spoken
from gridcanary.console.findings import ListedFinding
from gridcanary.console.vocabulary import headline
from gridcanary.contracts.findings import MODES
from gridcanary.contracts.tables import TARIFF_CLASSES

FINDING = ListedFinding(
    "meter", "M1", 0.63, 1, True, "A", dt.date(2026, 3, 12), 70.0, 85.4, 98.0, 24, 28, {}, {}, None, (),
    dt.date(2026, 4, 19),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kw", "text"),
    [(3.44, "3.4"), (9.96, "10"), (35.99, "36"), (84.5, "84"), (1250.2, "1,250"), (0.0, "0.0")],
    ids=str,
)
def test_power_has_the_digits_of_an_estimate(kw: float, text: str) -> None:
    with translation.override("en"):
        assert spoken.spoken_kw(kw) == text


def test_energy_changes_its_unit() -> None:
    with translation.override("en"):
        assert spoken.spoken_energy(9_999) == "9,999 kWh"
        assert spoken.spoken_energy(803_400) == "803 MWh"


def test_share() -> None:
    with translation.override("en"):
        assert spoken.spoken_percent(0.625) == "62%"
        assert spoken.spoken_percent(0.0514) == "5.1%"


@pytest.mark.parametrize(
    ("language", "finding", "words"),
    [
        pytest.param(
            "en",
            FINDING,
            "Likely a hidden mine since 12 March, about 85 kW (≈ 24–28 machines)",
            id="english",
        ),
        pytest.param(
            "zh-hans", FINDING, "自3月12日起很可能存在隐蔽挖矿，约 85 千瓦（24–28 台矿机）", id="chinese"
        ),
        pytest.param(
            "en",
            replace(FINDING, onset=dt.date(2025, 11, 2)),
            "Likely a hidden mine since 2 November 2025, about 85 kW (≈ 24–28 machines)",
            id="last year",
        ),
        pytest.param(
            "en",
            replace(FINDING, onset=None, machines_low=None, machines_high=None, score=0.9),
            "Very likely a hidden mine since before the data begin, about 85 kW",
            id="before the data",
        ),
        pytest.param(
            "zh-hans",
            replace(FINDING, onset=None, kw_mid=None, score=0.1),
            "自数据起点之前就隐蔽挖矿迹象较弱",
            id="power unknown",
        ),
        pytest.param("en", replace(FINDING, listed=False), "No sign of a hidden mine", id="not listed"),
        pytest.param("zh-hans", None, "未发现隐蔽挖矿迹象", id="not scanned"),
    ],
)
def test_verdict(language: str, finding: ListedFinding | None, words: str) -> None:
    with translation.override(language):
        assert headline(finding) == words


def test_every_mode_and_class_has_a_name() -> None:
    from gridcanary.console.vocabulary import CLASS_NAMES, MODE_NAMES

    assert set(MODE_NAMES) == set(MODES) - {"none"}
    assert set(CLASS_NAMES) == {*TARIFF_CLASSES, "transformer"}
