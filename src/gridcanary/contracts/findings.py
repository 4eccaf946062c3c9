"""What a lens writes: one finding per subject, and the table that a scan hands over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from gridcanary.contracts.reasons import Reason

MODES = ("A", "B", "C", "D", "none")
"""A wrong class or tariff, B by-passed meter, C unmetered tap, D inside a big legal load; none: no finding, or a
subject that uses no electricity itself (a wallet)."""

WALLET = "wallet"
"""subject_kind of a wallet on a public ledger. It has no premises: leads ties it to one, or nobody does."""

ENDPOINT = "endpoint"
"""subject_kind of one end of conversations on a network, by its pseudonym. It has no premises before a carrier's
records tie it to one."""

PREMISES = "premises"
"""subject_kind of a premises of the archive that people told of; leads ties it to its meters."""

PLACE = "place"
"""subject_kind of a place that people told of and that no archive knows, by the name of their lead."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one detector saw on one subject.

    Args:
        subject_kind: ``meter``, ``transformer``, ``wallet``, ``endpoint``, ``premises`` or ``place``.
        subject_id: meter_id, transformer_id, network and address of the wallet (``bitcoin:1…``), an end's pseudonym,
            premises_id, or the name of a lead of tips.
        mode: one of MODES.
        llr: natural-log likelihood ratio of "mine" against the innocent explanation.
        onset: first day on which the load is thought to have run; None where it precedes the data.
        kw: low, mid and high estimate of the mine's power [kW]; zeros where nothing can be told.
        reasons: what was seen.
        innocent: what else could explain it.
        detector: the detector's name.
    """

    subject_kind: str
    subject_id: str
    mode: str
    llr: float
    onset: dt.date | None
    kw: tuple[float, float, float]
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...]
    detector: str


FINDINGS = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("listed", pa.bool_(), nullable=False),
        pa.field("mode", pa.string(), nullable=False),
        pa.field("onset", pa.date32()),
        pa.field("kw_low", pa.float64()),
        pa.field("kw_mid", pa.float64()),
        pa.field("kw_high", pa.float64()),
        pa.field("machines_low", pa.int32()),
        pa.field("machines_high", pa.int32()),
        pa.field("reasons_zh", pa.string(), nullable=False),
        pa.field("reasons_en", pa.string(), nullable=False),
        pa.field("innocent_zh", pa.string(), nullable=False),
        pa.field("innocent_en", pa.string(), nullable=False),
        pa.field("llr", pa.float64(), nullable=False),
        pa.field("group_id", pa.string()),
        pa.field("quality", pa.string(), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("innocent", pa.string(), nullable=False),
        pa.field("as_of", pa.date32(), nullable=False),
    ]
)
"""A row per meter (or per transformer for mode C, then subject_kind says so and meter_id holds its id).

score: calibrated probability, 0 to 1. rank: 1 is the most worth inspecting. listed: whether it is a finding (a row
without is written only with --all). kw_*: estimated mine power [kW], null where no mine is suspected; machines_*:
the same in machines of the classes in docs/lenses/power.md. reasons/innocent: JSON as in contracts.reasons; *_zh and
*_en the same as sentences separated by newlines. group_id: meters that start and stop together share one. quality:
comma-separated codes of data faults. as_of: last day of readings that was seen."""
