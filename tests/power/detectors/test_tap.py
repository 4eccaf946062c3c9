from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.tables import CUSTOMERS
from gridcanary.power.balance import LOSSES
from gridcanary.power.detectors import tap
from gridcanary.power.loss_suspects import find_suspects
from tests.power.transformers import FIRST, archive_of, losses_of, make_transformer, since


def run(*made: object, feeder: str | None = None) -> list[tap.Finding]:
    return tap.detect(losses_of(*made), archive_of(*made, feeder=feeder))  # type: ignore[arg-type]


def test_a_flat_tap_is_found_with_day_power_and_reasons() -> None:
    (finding,) = run(make_transformer(extra_w=since(60, 30, 5_000)))
    assert (finding.subject_kind, finding.subject_id, finding.mode) == ("transformer", "T1", "C")
    assert finding.onset == FIRST + dt.timedelta(days=30)
    assert finding.kw[0] < 5.0 < finding.kw[2]
    assert finding.kw[1] == pytest.approx(5.0, rel=0.08)
    assert finding.llr >= tap.MIN_LLR
    assert [r.code for r in finding.reasons] == ["balance.loss_step", "balance.flat_all_day"]
    assert {"balance.unmetered_lawful", "balance.wrong_topology", "balance.master_ct"} <= {
        r.code for r in finding.innocent
    }


@pytest.mark.parametrize(
    ("window", "load"),
    [
        pytest.param(
            "night",
            since(60, 30, 6_000, slice(0, 6)) + since(60, 30, 6_000, slice(22, 24)),
            id="at night only",
        ),
        pytest.param(
            "off_office",
            since(60, 30, 6_000, slice(0, 8)) + since(60, 30, 6_000, slice(18, 24)),
            id="off in office hours",
        ),
        pytest.param(
            "off_peak",
            since(60, 30, 6_000, slice(0, 17)) + since(60, 30, 6_000, slice(22, 24)),
            id="off in the evening peak",
        ),
    ],
)
def test_hiding_hours_are_seen_through(window: str, load: np.ndarray) -> None:
    (finding,) = run(make_transformer(extra_w=load))
    assert finding.onset == FIRST + dt.timedelta(days=30)
    assert finding.kw[1] == pytest.approx(6.0, rel=0.1)
    assert f"balance.flat_{window}" in [r.code for r in finding.reasons]


def test_a_ramp_is_told_as_one() -> None:
    ramp = np.repeat(np.clip((np.arange(90) - 30) / 28, 0, 1)[:, None], 24, axis=1) * 6_000
    (finding,) = run(make_transformer(days=90, extra_w=ramp))
    assert finding.reasons[0].code == "balance.loss_ramp"
    assert finding.kw[1] == pytest.approx(6.0, rel=0.1)


def test_older_than_the_data_speaks_through_peers() -> None:
    made = [make_transformer(f"T{i}", seed=i) for i in range(10)]
    made.append(make_transformer("TX", seed=77, extra_w=since(60, 0, 8_000)))
    (finding,) = run(*made)
    assert finding.subject_id == "TX"
    assert finding.onset is None
    assert finding.reasons[0].code == "balance.excess_since_start"
    assert finding.kw[0] < 8.0 < finding.kw[2]


def test_older_than_the_data_without_peers_is_weak_and_says_so() -> None:
    (finding,) = run(make_transformer(extra_w=since(60, 0, 40_000)))
    assert finding.llr <= 3.0
    assert finding.reasons[0].code == "balance.excess_physics_only"


@pytest.mark.parametrize("seed", range(5))
def test_honest_transformers_are_left_alone(seed: int) -> None:
    assert run(make_transformer(seed=seed)) == []


def test_a_master_meter_out_of_class_is_no_tap() -> None:
    factor = np.where(np.arange(60) >= 30, 1.12, 1.0)[:, None]
    made = make_transformer(factor=factor)
    assert run(made) == []
    (suspect,) = find_suspects(losses_of(made), archive_of(made))
    assert "balance.follows_load" in [r.code for r in suspect.innocent]


def test_customers_that_moved_from_one_transformer_to_another_are_no_tap() -> None:
    moved = since(60, 30, 5_000)
    here = make_transformer("T1", extra_w=moved)
    there = make_transformer("T2", seed=1, extra_w=5_000 - moved)
    innocent = {
        s.transformer_id: [r.code for r in s.innocent]
        for s in find_suspects(losses_of(here, there), archive_of(here, there, feeder="F"))
    }
    assert "balance.moved_customers" in innocent["T1"]
    alone = run(make_transformer("T1", extra_w=moved))[0].llr
    assert all(f.llr < alone for f in run(here, there, feeder="F"))


def test_a_feeder_that_a_transformer_explains_is_not_told_twice() -> None:
    made = [
        make_transformer("T1", extra_w=since(60, 30, 6_000)),
        make_transformer("T2", seed=1),
    ]
    losses = losses_of(*made)
    rows = losses.to_pylist()
    by_day: dict[dt.date, list[dict[str, object]]] = {}
    for row in rows:
        by_day.setdefault(row["day"], []).append(row)
    feeder = [
        {
            "transformer_id": "F",
            "day": day,
            "missing_meters": 0,
            **{
                name: [sum(values) for values in zip(*(r[name] for r in both), strict=True)]  # type: ignore[call-overload]
                for name in ("supplied_w", "metered_w", "loss_w")
            },
        }
        for day, both in by_day.items()
    ]
    both = pa.concat_tables([losses, pa.Table.from_pylist(feeder, schema=LOSSES)])
    found = tap.detect(both, archive_of(*made, feeder="F"))
    assert [f.subject_id for f in found] == ["T1"]


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_an_hour_that_is_always_missing_hides_nothing(hour: int) -> None:
    made = make_transformer(extra_w=since(60, 30, 5_000))
    made.supplied_w[:, hour] = np.nan
    (finding,) = run(made)
    assert finding.kw[0] < 5.0 < finding.kw[2]


@pytest.mark.parametrize("factor", [0.01, 100.0], ids=["a hundredth", "a hundredfold"])
def test_a_change_of_unit_scales_the_power_alone(factor: float) -> None:
    losses, archive = losses_of(made := make_transformer(extra_w=since(60, 30, 500_000))), archive_of(made)
    rows = losses.to_pylist()
    for row in rows:
        for name in ("supplied_w", "metered_w", "loss_w"):
            row[name] = [round(value * factor) for value in row[name]]
    (plain,) = tap.detect(losses, archive)
    (scaled,) = tap.detect(pa.Table.from_pylist(rows, schema=LOSSES), archive)
    assert scaled.onset == plain.onset
    assert scaled.kw[1] == pytest.approx(plain.kw[1] * factor, rel=0.02)


def test_row_order_and_other_transformers_do_not_matter() -> None:
    tapped, other = make_transformer("T1", extra_w=since(60, 30, 5_000)), make_transformer("T2", seed=3)
    losses, archive = losses_of(tapped, other), archive_of(tapped, other)
    shuffled = losses.take(np.random.default_rng(0).permutation(losses.num_rows))
    assert tap.detect(shuffled, archive) == tap.detect(losses, archive)


@pytest.mark.parametrize(
    "losses",
    [
        pytest.param(LOSSES.empty_table(), id="empty"),
        pytest.param(
            pa.Table.from_pylist(
                [
                    {
                        "transformer_id": "T1",
                        "day": FIRST + dt.timedelta(days=d),
                        "supplied_w": [None] * 24,
                        "metered_w": [None] * 24,
                        "loss_w": [None] * 24,
                        "missing_meters": 3,
                    }
                    for d in range(30)
                ],
                schema=LOSSES,
            ),
            id="all missing",
        ),
        pytest.param(
            pa.Table.from_pylist(
                [
                    {
                        "transformer_id": "T1",
                        "day": FIRST + dt.timedelta(days=d),
                        "supplied_w": [1000] * 24,
                        "metered_w": [990] * 24,
                        "loss_w": [10] * 24,
                        "missing_meters": 0,
                    }
                    for d in range(60)
                ],
                schema=LOSSES,
            ),
            id="constant",
        ),
    ],
)
def test_nothing_to_find(losses: pa.Table) -> None:
    assert tap.detect(losses, CUSTOMERS.empty_table()) == []


@pytest.mark.parametrize("days", [1, 3, 8], ids=["one row", "short", "shorter than two sides"])
def test_short_histories_find_nothing(days: int) -> None:
    assert run(make_transformer(days=days, extra_w=since(days, days // 2, 5_000))) == []
