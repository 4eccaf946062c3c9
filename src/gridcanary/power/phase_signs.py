"""What phase currents, voltages and power factors of one meter-day contradict: a kernel, each row standing
alone.

All channels come from the meter itself. Where a meter is told less than flows, its own channels seldom
agree: power is not what voltage, current and power factor make, a phase has voltage but no current beside
loaded ones, a voltage is gone from a loaded phase, or the neutral carries what no phase does.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.tables import SLOTS_PER_DAY

PHASES = ("a", "b", "c")
MIN_LOAD_MA = 1000.0
"""A phase counts as loaded from 1 A on: below, the class of the meter promises little [mA]."""
IDLE_MA = 50.0
"""A phase without current: below the starting current of a 5(60) A meter with a margin [mA]."""
LIVE_SHARE, DEAD_SHARE = 0.85, 0.6
"""A phase is live at 85 % of the day's highest phase voltage and lost below 60 %."""
NEUTRAL_SHARE = 0.25
"""How far the neutral may differ from what the phases leave: odd harmonics of power supplies add up in it."""
MIN_SHORT_SHARE = 0.12
"""Power short by less than this share is within what rounded channels and their classes explain."""

SIGNS = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("slots", pa.int32(), nullable=False),
        pa.field("short_slots", pa.int32(), nullable=False),
        pa.field("short_w", pa.int32(), nullable=False),
        pa.field("idle_phase_slots", pa.int32(), nullable=False),
        pa.field("idle_phase_w", pa.int32(), nullable=False),
        pa.field("lost_voltage_slots", pa.int32(), nullable=False),
        pa.field("lost_voltage_w", pa.int32(), nullable=False),
        pa.field("neutral_slots", pa.int32(), nullable=False),
        pa.field("neutral_w", pa.int32(), nullable=False),
        pa.field("power_factor_slots", pa.int32(), nullable=False),
    ]
)
"""A row per meter-day. slots: loaded slots that could be judged; *_slots: those with a sign; *_w: mean
power that the sign says is not metered, over its slots [W]. short: metered below U·I·PF; idle_phase: a live
phase without current beside loaded ones; lost_voltage: a loaded phase without voltage; neutral: the neutral
carries more than the phases leave; power_factor: below 0.5 or above 1 on a load that isn't small."""


def find_signs(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Signs of each meter-day in a batch of readings; channels that are absent give no sign.

    Args:
        batch: READINGS with any of the channels, days of one length or of several.

    Returns:
        A batch of SIGNS in the same order.
    """
    rows = batch.num_rows
    counts = {name: np.zeros(rows, dtype=np.int32) for name in SIGNS.names[2:]}
    lengths = pc.fill_null(pc.list_value_length(batch.column("load_w")), 0).to_numpy(zero_copy_only=False)
    for slots in np.unique(lengths):
        if slots in SLOTS_PER_DAY:
            chosen = np.flatnonzero(lengths == slots)
            for name, values in _day_signs(batch.take(pa.array(chosen)), int(slots)).items():
                counts[name][chosen] = values
    columns = [batch.column("meter_id").cast(pa.string()), batch.column("day").cast(pa.date32())]
    columns += [pa.array(counts[name], pa.int32()) for name in SIGNS.names[2:]]
    return pa.RecordBatch.from_arrays(columns, schema=SIGNS)


def _day_signs(batch: pa.RecordBatch, slots: int) -> dict[str, np.ndarray]:
    load = np.abs(_matrix(batch, "load_w", slots))
    amps = np.stack([_matrix(batch, f"amp_{phase}_ma", slots) for phase in PHASES])
    volts = np.stack([_matrix(batch, f"volt_{phase}_mv", slots) for phase in PHASES])
    neutral = _matrix(batch, "amp_n_ma", slots)
    factor = _matrix(batch, "power_factor_permille", slots) / 1000.0
    single = ~np.isfinite(amps[1:]).any(axis=(0, 2))
    nominal = _nominal_mv(volts)
    signs = {
        "short": _short(load, amps, volts, factor),
        "idle_phase": _idle_phase(amps, volts, nominal),
        "lost_voltage": _lost_voltage(amps, volts, nominal),
        "neutral": _neutral(amps, neutral, volts, single),
    }
    loaded = np.nan_to_num(amps, nan=0.0).max(axis=0) >= MIN_LOAD_MA
    out = {"slots": loaded.sum(axis=1).astype(np.int32)}
    for name, lost_w in signs.items():
        seen = np.isfinite(lost_w) & loaded
        count = seen.sum(axis=1)
        out[f"{name}_slots"] = count.astype(np.int32)
        total = np.where(seen, lost_w, 0.0).sum(axis=1)
        out[f"{name}_w"] = np.rint(total / np.maximum(count, 1)).astype(np.int32)
    odd = loaded & ((np.abs(factor) < 0.5) | (np.abs(factor) > 1.02))
    out["power_factor_slots"] = odd.sum(axis=1).astype(np.int32)
    return out


def _matrix(batch: pa.RecordBatch, column: str, slots: int) -> np.ndarray:
    """(rows, slots) float64 of a list column, NaN where missing, all NaN where the column is absent or
    ragged."""
    empty = np.full((batch.num_rows, slots), np.nan)
    if column not in batch.schema.names:
        return empty
    lists = batch.column(column)
    fits = pc.fill_null(pc.equal(pc.list_value_length(lists), slots), False).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(fits)
    values = pc.cast(lists.take(pa.array(rows)).flatten(), pa.float64()).to_numpy(zero_copy_only=False)
    empty[rows] = values.reshape(len(rows), slots)
    return empty


def _nominal_mv(volts: np.ndarray) -> np.ndarray:
    """(rows, 1) the day's median of the highest phase voltage [mV]; NaN where no voltage is known."""
    highest = np.where(np.isfinite(volts), volts, 0.0).max(axis=0)
    highest[highest == 0] = np.nan
    nominal = np.full((len(highest), 1), np.nan)
    known = np.isfinite(highest).any(axis=1)
    nominal[known] = np.nanmedian(highest[known], axis=1, keepdims=True)
    return nominal


def _short(load: np.ndarray, amps: np.ndarray, volts: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Power short of U·I·PF [W] where by more than the channels' classes; NaN elsewhere."""
    apparent = np.nan_to_num(amps * volts, nan=0.0).sum(axis=0) / 1e6
    implied = apparent * np.minimum(np.abs(factor), 1.0)
    short = implied - load
    return np.where((implied > 0) & (short > MIN_SHORT_SHARE * implied), short, np.nan)


def _idle_phase(amps: np.ndarray, volts: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    """Power that a live phase without current would take if it were like the loaded ones [W]; three-phase
    meters."""
    live = volts >= LIVE_SHARE * nominal
    idle = live & (amps <= IDLE_MA)
    loaded = live & (amps >= MIN_LOAD_MA)
    three = np.isfinite(amps).all(axis=0) & (loaded.sum(axis=0) == 2) & (idle.sum(axis=0) == 1)
    others = np.where(loaded, amps, 0.0).sum(axis=0) / 2.0
    return np.where(three, others * nominal / 1e6, np.nan)


def _lost_voltage(amps: np.ndarray, volts: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    """Power of loaded phases whose voltage the meter doesn't see [W]."""
    lost = (volts < DEAD_SHARE * nominal) & (amps >= MIN_LOAD_MA)
    unseen = np.where(lost, amps * (nominal - volts), 0.0).sum(axis=0) / 1e6
    return np.where(lost.any(axis=0), unseen, np.nan)


def _neutral(amps: np.ndarray, neutral: np.ndarray, volts: np.ndarray, single: np.ndarray) -> np.ndarray:
    """Power of the current that returns by the neutral and came by no metered phase [W]."""
    a, b, c = amps
    # Phases 120 degrees apart at like power factors leave this on the neutral.
    three = np.sqrt(np.maximum(a**2 + b**2 + c**2 - a * b - b * c - c * a, 0.0))
    expected = np.where(single[:, None], a, three)
    loaded = np.nan_to_num(amps, nan=0.0).max(axis=0)
    over = neutral - expected
    # Triple harmonics of three loaded phases may fill the neutral; one phase's can't exceed the phase.
    allowance = np.where(single[:, None], 0.1, NEUTRAL_SHARE) * np.maximum(loaded, MIN_LOAD_MA)
    harmonics = np.where(single[:, None], 0.0, np.nan_to_num(amps, nan=0.0).sum(axis=0))
    seen = over > allowance + harmonics
    return np.where(seen, over * np.nan_to_num(volts[0], nan=220e3) / 1e6, np.nan)
