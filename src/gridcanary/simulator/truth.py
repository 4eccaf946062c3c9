"""What is true in a simulated county: who mines, where, how hidden, since when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

TRUTH = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("premises_id", pa.string()),
        pa.field("premises", pa.string(), nullable=False),
        pa.field("mode", pa.string(), nullable=False),
        pa.field("hiding", pa.string(), nullable=False),
        pa.field("onset", pa.date32(), nullable=False),
        pa.field("end", pa.date32()),
        pa.field("kw", pa.float64(), nullable=False),
        pa.field("machines", pa.int32(), nullable=False),
        pa.field("machine_model", pa.string(), nullable=False),
        pa.field("metered_share", pa.float64(), nullable=False),
        pa.field("host", pa.string(), nullable=False),
        pa.field("transformer_id", pa.string(), nullable=False),
        pa.field("group_id", pa.string()),
    ]
)
"""A row per mine, or per meter where a mine is spread over several (they share a group_id).

meter_id holds the transformer's id where the tap has no meter (mode C, subject_kind ``transformer``).
onset: first day, which may precede the readings; end: last day, null while it still runs. kw: mean power
while it runs with all machines [kW]. metered_share: part of the premises' load after the onset that the
meter still shows, 1 where the meter is honest. host: kind of the customer that hides it. hiding is one of
HIDING_WAYS."""

HIDING_WAYS = (
    "none",
    "off_in_office_hours",
    "only_at_night",
    "ramped",
    "off_in_evening_peak",
    "spread",
    "before_data",
)

POPULATION = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("archetype", pa.string(), nullable=False),
        pa.field("meter_fault", pa.string(), nullable=False),
    ]
)
"""What every customer is, and its meter's fault: ``none``, ``stuck``, ``gaps``, ``clock`` or ``ct``."""


@dataclass(frozen=True)
class CountyTruth:
    """A simulated county on disk.

    Args:
        home: the workspace.
        lake: folder of readings, archive, balance and weather.
        mines: the TRUTH table.
        population: the POPULATION table.
        readings: number of readings written.
    """

    home: Path
    lake: Path
    mines: pa.Table
    population: pa.Table
    readings: int
