from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from gridcanary.power.balance import losses
from gridcanary.power.detectors import bypass
from tests.power.transformers import (
    FIRST,
    MadeTransformer,
    archive_of,
    losses_of,
    make_transformer,
    readings_of,
    since,
    write_lake,
)


def run(*made: MadeTransformer) -> list[bypass.Finding]:
    by_name = {t.name: t for t in made}
    return bypass.findings(losses_of(*made), lambda name: readings_of(by_name[name]), archive_of(*made))


def fraction_past(share: float, onset: int, mine_w: float, days: int = 60) -> MadeTransformer:
    """Customer 0 takes a mine, and a share of all its current passes by the meter since."""
    plain = make_transformer(days=days)
    real = plain.metered_w[0] + since(days, onset, mine_w)
    past = share * real * (np.arange(days) >= onset)[:, None]
    mine = since(days, onset, mine_w)
    return make_transformer(days=days, extra_w=mine, metered_change_w=mine - past)


def test_a_share_past_the_meter_names_the_customer() -> None:
    made = fraction_past(0.6, 30, 4_000)
    (finding,) = run(made)
    assert (finding.subject_kind, finding.subject_id, finding.mode) == ("meter", made.meter(0), "B")
    assert finding.onset is not None
    assert abs((finding.onset - FIRST).days - 30) <= 1
    codes = [r.code for r in finding.reasons]
    assert "bypass.follows_use" in codes
    follows = next(r for r in finding.reasons if r.code == "bypass.follows_use")
    assert follows.params["metered_pct"] == pytest.approx(40, abs=12)
    assert "bypass.dead_meter" in [r.code for r in finding.innocent]


def test_a_metered_mine_moved_past_the_meter_and_its_outages_name_the_customer() -> None:
    mine = np.full((60, 24), 5_000.0)
    moved = since(60, 30, 1.0) > 0
    plain = make_transformer()
    out = np.zeros((60, 24), dtype=bool)
    out[35, 8:14] = out[47, 2:9] = True
    mine[out] = 0.0
    change = np.where(moved, 0.0, mine)
    change = np.where(out, -plain.metered_w[0], change)
    made = make_transformer(extra_w=mine - plain.metered_w[0] * out, metered_change_w=change)
    (finding,) = run(made)
    assert (finding.mode, finding.subject_id) == ("B", made.meter(0))
    assert {"bypass.swap", "bypass.outage"} <= {r.code for r in finding.reasons}


def test_a_share_past_the_meter_since_ever_is_seen_beside_peers() -> None:
    thief = fraction_past(0.75, 0, 5_000)
    thief.name = "TX"
    peers = [make_transformer(f"T{i}", seed=i + 1) for i in range(10)]
    found = [f for f in run(thief, *peers) if f.mode == "B"]
    assert [f.subject_id for f in found] == [thief.meter(0)]
    assert found[0].onset is None
    assert "bypass.wrong_multiplier" in [r.code for r in found[0].innocent]


def test_a_tap_stays_a_tap() -> None:
    (finding,) = run(make_transformer(extra_w=since(60, 30, 5_000)))
    assert (finding.mode, finding.subject_id) == ("C", "T1")
    assert bypass.detect(losses_of(make_transformer()), readings_of, archive_of(make_transformer())) == []


def test_an_excess_is_told_once() -> None:
    made = [
        fraction_past(0.6, 30, 4_000),
        make_transformer("T2", seed=5, extra_w=since(60, 20, 6_000)),
        make_transformer("T3", seed=6),
    ]
    found = run(*made)
    assert sorted(f.mode for f in found) == ["B", "C"]


@pytest.mark.parametrize("seed", range(4))
def test_a_dead_meter_is_no_mine_without_its_innocent_reason(seed: int) -> None:
    plain = make_transformer(seed=seed)
    dead = -plain.metered_w[0] * (np.arange(60) >= 30)[:, None]
    for finding in run(make_transformer(seed=seed, metered_change_w=dead)):
        assert finding.innocent[0].code == "bypass.dead_meter"


def test_only_suspicious_transformers_are_read() -> None:
    asked: list[str] = []
    made = {
        "T1": make_transformer("T1", extra_w=since(60, 30, 5_000)),
        "T2": make_transformer("T2", seed=2),
    }

    def curves(name: str) -> object:
        asked.append(name)
        return readings_of(made[name])

    bypass.findings(losses_of(*made.values()), curves, archive_of(*made.values()))  # type: ignore[arg-type]
    assert asked == ["T1"]


@pytest.mark.parametrize("rows", [0, 1, 60], ids=["empty", "one row", "one meter"])
def test_few_curves_leave_the_tap(rows: int) -> None:
    made = make_transformer(extra_w=since(60, 30, 5_000))
    found = bypass.findings(losses_of(made), lambda name: readings_of(made).slice(0, rows), archive_of(made))
    assert [f.subject_kind for f in found] == ["transformer"]


def test_all_readings_missing_leave_the_tap() -> None:
    made = make_transformer(extra_w=since(60, 30, 5_000))
    blank = MadeTransformer(made.name, made.supplied_w, np.full_like(made.metered_w, np.nan))
    (finding,) = bypass.findings(losses_of(made), lambda name: readings_of(blank), archive_of(made))
    assert finding.mode == "C"


def test_order_of_readings_does_not_matter() -> None:
    made = fraction_past(0.6, 30, 4_000)
    mixed = readings_of(made)
    mixed = mixed.take(np.random.default_rng(1).permutation(mixed.num_rows))
    losses, archive = losses_of(made), archive_of(made)
    assert bypass.findings(losses, lambda n: mixed, archive) == bypass.findings(
        losses, lambda n: readings_of(made), archive
    )


def test_curves_from_a_lake_are_those_of_the_transformer(tmp_path: Path) -> None:
    made = [make_transformer("T1", days=3), make_transformer("T2", seed=1, days=3)]
    write_lake(tmp_path, *made)
    curves = bypass.LakeCurves(tmp_path, archive_of(*made), FIRST + dt.timedelta(days=1), None)
    table = curves("T2")
    assert table.num_rows == 2 * len(made[1].metered_w)
    assert {m.split("-")[0] for m in table.column("meter_id").to_pylist()} == {"T2"}
    assert curves("T9").num_rows == 0


def test_the_whole_way_from_a_lake(tmp_path: Path) -> None:
    made = fraction_past(0.6, 30, 4_000)
    write_lake(tmp_path, made)
    archive = archive_of(made)
    table = losses(tmp_path, archive)
    found = bypass.findings(table, bypass.LakeCurves(tmp_path, archive), archive)
    assert [f.subject_id for f in found] == [made.meter(0)]
    assert found == bypass.findings(losses_of(made), lambda n: readings_of(made), archive)
