from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.tables import CHANNELS, READINGS
from gridcanary.power.detectors import phase
from gridcanary.power.phase_signs import SIGNS, find_signs

FIRST = dt.date(2024, 1, 1)
SCHEMA = pa.schema([*READINGS, *(pa.field(name, pa.list_(pa.int32())) for name in CHANNELS)])


def meter_days(
    days: int = 20, meter: str = "m1", *, tampered_from: int = 99, how: str = "", slots: int = 96
) -> pa.Table:
    """Three-phase meter-days with currents of 4 to 12 A, consistent until tampered with."""
    rng = np.random.default_rng(3)
    rows = []
    for day in range(days):
        amps = rng.uniform(4_000, 12_000, (3, slots))
        volts = rng.uniform(218_000, 226_000, (3, slots))
        factor = 0.96
        neutral = np.sqrt((amps**2).sum(axis=0) - amps[0] * amps[1] - amps[1] * amps[2] - amps[2] * amps[0])
        seen_volts, seen_amps = volts.copy(), amps.copy()
        if day >= tampered_from:
            if how == "lost_voltage":
                seen_volts[1] = 5_000
            if how == "idle_phase":
                seen_amps[1] = 0
            if how == "neutral":
                neutral = neutral + 60_000
        power = (seen_amps * seen_volts).sum(axis=0) / 1e6 * factor
        if day >= tampered_from and how == "short":
            power = power * 0.55
        row = {"meter_id": meter, "day": FIRST + dt.timedelta(days=day), "load_w": np.rint(power).astype(int)}
        for place, name in enumerate("abc"):
            row[f"amp_{name}_ma"] = np.rint(seen_amps[place]).astype(int)
            row[f"volt_{name}_mv"] = np.rint(seen_volts[place]).astype(int)
        row["amp_n_ma"] = np.rint(neutral).astype(int)
        row["power_factor_permille"] = np.full(slots, int(1000 * factor))
        rows.append(
            {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in row.items()}
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


@pytest.mark.parametrize("how", ["short", "lost_voltage", "neutral", "idle_phase"])
def test_each_sign_is_found_since_its_day(how: str) -> None:
    (finding,) = phase.detect(meter_days(40, tampered_from=12, how=how))
    assert (finding.mode, finding.subject_kind, finding.subject_id) == ("B", "meter", "m1")
    assert finding.onset == FIRST + dt.timedelta(days=12)
    assert f"phase.{how}" in [r.code for r in finding.reasons]
    assert finding.kw[0] < finding.kw[1] < finding.kw[2]


def test_what_is_short_is_estimated() -> None:
    (finding,) = phase.detect(meter_days(40, tampered_from=0, how="short"))
    # Three phases of 8 A at 222 V and 0.96 make 5.1 kW, of which 45 % aren't metered.
    assert finding.kw[1] == pytest.approx(2.3, rel=0.1)
    assert finding.onset is None


def test_consistent_channels_show_nothing() -> None:
    assert phase.detect(meter_days(40)) == []


def test_two_odd_days_are_not_enough() -> None:
    assert phase.detect(meter_days(40, tampered_from=38, how="short")) == []


def test_balanced_harmonics_on_the_neutral_are_innocent() -> None:
    table = meter_days(40)
    amps = np.array(table.column("amp_a_ma").to_pylist())
    # Third harmonics of power supplies: the neutral carries as much as a phase and half again.
    harmonics = pa.array((amps * 1.5).astype(int).tolist(), pa.list_(pa.int32()))
    place = table.schema.get_field_index("amp_n_ma")
    assert phase.detect(table.set_column(place, SCHEMA.field(place), harmonics)) == []


def test_a_single_phase_meter_with_more_on_the_neutral() -> None:
    rows = [
        {
            "meter_id": "s",
            "day": FIRST + dt.timedelta(days=d),
            "load_w": [880] * 24,
            "amp_a_ma": [4_000] * 24,
            "amp_n_ma": [15_000] * 24,
            "volt_a_mv": [220_000] * 24,
            "power_factor_permille": [1000] * 24,
        }
        for d in range(30)
    ]
    (finding,) = phase.detect(pa.Table.from_pylist(rows, schema=SCHEMA))
    assert finding.reasons[0].code == "phase.neutral"
    assert finding.kw[1] == pytest.approx(2.42, rel=0.02)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(SCHEMA.empty_table(), id="empty"),
        pytest.param(meter_days(20).select(READINGS.names), id="no channels"),
        pytest.param(meter_days(1, tampered_from=0, how="short"), id="one row"),
        pytest.param(
            pa.Table.from_pylist(
                [
                    {"meter_id": "m", "day": FIRST, **{n: [None] * 96 for n in ("load_w", *CHANNELS)}}
                    for _ in range(20)
                ],
                schema=SCHEMA,
            ),
            id="all missing",
        ),
        pytest.param(
            pa.Table.from_pylist(
                [{"meter_id": "m", "day": FIRST, "load_w": [5] * 7, "amp_a_ma": [9000] * 7}] * 20,
                schema=SCHEMA,
            ),
            id="short day",
        ),
        pytest.param(
            pa.Table.from_pylist(
                [
                    {
                        "meter_id": "m",
                        "day": FIRST + dt.timedelta(days=d),
                        **{n: [0] * 96 for n in ("load_w", *CHANNELS)},
                    }
                    for d in range(20)
                ],
                schema=SCHEMA,
            ),
            id="constant zero",
        ),
    ],
)
def test_nothing_to_find(table: pa.Table) -> None:
    assert phase.detect(table) == []


def test_channels_of_another_length_are_left_out() -> None:
    table = meter_days(3).set_column(3, SCHEMA.field(3), pa.array([[1], [1], [1]], pa.list_(pa.int32())))
    signs = find_signs(table.to_batches()[0])
    assert signs.schema == SIGNS
    assert signs.num_rows == 3


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 40))
def test_a_batch_split_anywhere_gives_the_same(cut: int) -> None:
    whole = meter_days(40, tampered_from=12, how="short")
    assert phase.detect([*whole.slice(0, cut).to_batches(), *whole.slice(cut).to_batches()]) == phase.detect(
        whole
    )
