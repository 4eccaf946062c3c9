from __future__ import annotations

import datetime as dt
import random

import pytest

from gridcanary.endpoints.figures import spoken_hashrate, spoken_kw_range
from gridcanary.endpoints.timeline import DAY_WIDTH, Bar, bars_of
from tests.endpoints.made import DAY, at


@pytest.mark.parametrize(
    ("spans", "bars"),
    [
        pytest.param([(1, 2)], (Bar(12.0, 12.0),), id="one"),
        pytest.param([(1, 2), (1.5, 3)], (Bar(12.0, 24.0),), id="overlapping"),
        pytest.param([(1, 2), (5, 6)], (Bar(12.0, 12.0), Bar(60.0, 12.0)), id="apart"),
        pytest.param([(-3, 1)], (Bar(0.0, 12.0),), id="from yesterday"),
        pytest.param([(23, 30)], (Bar(276.0, 12.0),), id="into tomorrow"),
        pytest.param([(-5, 50)], (Bar(0.0, 288.0),), id="longer than the day"),
        pytest.param([(-5, -1), (24, 25)], (), id="other days"),
        pytest.param([(4, 4)], (Bar(48.0, 1.0),), id="a moment can be seen"),
        pytest.param([(23.999, 23.9995)], (Bar(287.0, 1.0),), id="a moment at the end stays inside"),
    ],
)
def test_bars_of_a_day(spans: list[tuple[float, float]], bars: tuple[Bar, ...]) -> None:
    assert bars_of(DAY, [(at(first), at(last)) for first, last in spans]) == bars


def test_bars_cover_the_minutes_that_sessions_cover() -> None:
    chance = random.Random(11)
    for _ in range(50):
        spans = sorted(
            (chance.randrange(-60, 1500), chance.randrange(5, 400)) for _ in range(chance.randrange(9))
        )
        start = dt.datetime.combine(DAY, dt.time(), dt.UTC)
        times = [
            (start + dt.timedelta(minutes=a), start + dt.timedelta(minutes=a + length)) for a, length in spans
        ]
        covered = {m for a, length in spans for m in range(a, a + length) if 0 <= m < 1440}
        bars = bars_of(DAY, times)
        drawn = {m for m in range(1440) if any(bar.x * 5 <= m < (bar.x + bar.width) * 5 for bar in bars)}
        assert len(drawn ^ covered) <= 6 * len(spans)  # a bar is at least 5 minutes wide; ends are rounded
        assert all(bar.x >= 0 and bar.x + bar.width <= DAY_WIDTH + 0.1 for bar in bars)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(None, ""), (0.0, "0.00 H/s"), (1.0, "1.00 H/s"), (999.4, "999 H/s"), (999.6, "1.00 kH/s"),
     (12_345, "12.3 kH/s"), (1.1e14, "110 TH/s"), (2.1e16, "21.0 PH/s"), (5e21, "5,000 EH/s")],
)  # fmt: skip
def test_hash_rates_have_three_digits(rate: float | None, text: str) -> None:
    assert spoken_hashrate(rate).replace("\xa0", " ") == text


def test_a_range_that_reads_the_same_is_one_figure() -> None:
    assert spoken_kw_range(100.1, 100.2) == "100"
    assert spoken_kw_range(0.11, 1.5) == "0.11–1.5"
    assert spoken_kw_range(None, 1.5) == ""
