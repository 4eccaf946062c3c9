"""Mode B: a by-passed meter, found by naming the customer who explains a transformer's excess loss.

name: bypass · inputs: LOSSES, CUSTOMERS, the curves of suspicious transformers' meters
page: docs/lenses/power-balance.md
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from gridcanary.contracts.findings import Finding
from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.contracts.tables import READINGS
from gridcanary.power import lake as lake_store
from gridcanary.power.detectors import tap
from gridcanary.power.loss_naming import MeterSigns, align_curves, weigh_meters
from gridcanary.power.loss_suspects import Suspect, find_suspects

NAME = "bypass"
TITLE = {"en": "By-passed meter", "zh": "绕越计量"}

NO_METER_PRIOR = 0.3
"""Before looking, three of ten excesses have no meter at all; the others are spread evenly over the
customers."""
MIN_NAMING = 0.5
"""A customer is named who is likelier than all others and no meter together."""
MIN_LLR = 4.6
"""As for taps: a hundred times likelier with a mine than without."""
SIGN_LLR = 1.0
"""A sign weaker than this isn't given as a reason."""
MAX_LLR = 15.0
NOT_FLAT_PENALTY = 6.0
"""At most this is taken where the excess isn't flat: it may be theft, but it is not like a mine."""
DEAD_METER_PENALTY = 2.0
MAX_CANDIDATES = 3
METERS_AT_ONCE = 1000
"""Meters whose curves are held in memory together: a year of 96 points each is 140 MB."""

Curves = Callable[[str], pa.Table]
"""Gives the readings (meter_id, day, load_w) of all meters of one transformer."""


@dataclass(frozen=True, slots=True)
class Named:
    """A suspect transformer with its customers weighed.

    Args:
        suspect: the transformer.
        signs: its meters, the likeliest first.
        probability: that of each meter, in the same order; the rest of one is "no meter at all".
    """

    suspect: Suspect
    signs: tuple[MeterSigns, ...]
    probability: tuple[float, ...]

    @property
    def is_named(self) -> bool:
        """Whether one customer is likelier than everything else."""
        return bool(self.signs) and self.probability[0] >= MIN_NAMING


def detect(losses: pa.Table, hourly: Curves, customers: pa.Table) -> list[Finding]:
    """Findings of mode B, the strongest first; the subject is the meter.

    Args:
        losses: LOSSES rows of any number of transformers.
        hourly: gives the readings of a transformer's meters; called for suspicious transformers alone.
        customers: the archive (CUSTOMERS).
    """
    return [f for f in findings(losses, hourly, customers) if f.mode == "B"]


def findings(losses: pa.Table, hourly: Curves, customers: pa.Table) -> list[Finding]:
    """Modes B and C together, no excess twice: B where a customer can be named, C with candidates where not.

    Args:
        losses: LOSSES rows of any number of transformers.
        hourly: gives the readings of a transformer's meters; called for suspicious transformers alone.
        customers: the archive (CUSTOMERS).

    Returns:
        Findings with the largest llr first.
    """
    suspects = find_suspects(losses, customers)
    if isinstance(hourly, LakeCurves):
        hourly.expect(suspect.transformer_id for suspect in suspects)
    named = [name_customer(suspect, hourly) for suspect in suspects]
    found = [finding for item in named if (finding := _meter_finding(item)) is not None]
    told = {
        reason.params["transformer"] for f in found for reason in f.reasons if "transformer" in reason.params
    }
    for item in named:
        if item.suspect.transformer_id not in told:
            found += [_with_candidates(finding, item) for finding in tap.findings_of([item.suspect])]
    return sorted(found, key=lambda finding: (-finding.llr, finding.subject_id))


def name_customer(suspect: Suspect, hourly: Curves) -> Named:
    """Weigh the customers of one suspect transformer."""
    readings = hourly(suspect.transformer_id)
    if readings.num_rows == 0:
        return Named(suspect, (), ())
    signs = weigh_meters(suspect.excess, align_curves(readings, suspect.excess.history))
    log_odds = np.array([sign.llr for sign in signs]) + np.log((1.0 - NO_METER_PRIOR) / len(signs))
    all_odds = np.r_[log_odds, np.log(NO_METER_PRIOR)]
    probability = np.exp(all_odds - all_odds.max())
    probability /= probability.sum()
    return Named(suspect, tuple(signs), tuple(probability[:-1].tolist()))


class LakeCurves:
    """Curves from a lake; row groups that hold none of the wanted meters are skipped.

    A transformer's meters lie scattered over every day, so that reading for many transformers costs as much
    as for one: those announced with :meth:`expect` are read together, as many as fit in memory.

    Args:
        lake: folder of readings.
        customers: the archive, for the meters of a transformer or feeder.
        first: first day, the lake's own where None.
        last: last day, included.
    """

    def __init__(
        self, lake: Path, customers: pa.Table, first: dt.date | None = None, last: dt.date | None = None
    ) -> None:
        days = [
            d for d in lake_store.days(lake) if (first is None or d >= first) and (last is None or d <= last)
        ]
        self._parts = [str(part) for day in days for part in lake_store.day_parts(lake, day)]
        self._customers = customers
        self._meters: dict[str, pa.Array] = {}
        self._read: pa.Table = READINGS.empty_table()
        self._held: set[str] = set()

    def expect(self, transformer_ids: Iterable[str]) -> None:
        """Announce, in order, which transformers will be asked for."""
        self._meters = {point: _meters_of(self._customers, point) for point in transformer_ids}

    def __call__(self, transformer_id: str) -> pa.Table:
        """Readings of one transformer's meters, any row order."""
        if transformer_id not in self._meters:
            self.expect([transformer_id])
            self._held = set()
        if transformer_id not in self._held:
            self._fetch(transformer_id)
        meters = self._meters[transformer_id]
        return self._read.filter(pc.is_in(self._read.column("meter_id"), meters))

    def _fetch(self, transformer_id: str) -> None:
        """Read the meters of one transformer and of those expected after it."""
        expected = list(self._meters)
        chosen: list[str] = []
        count = 0
        for point in expected[expected.index(transformer_id) :]:
            count += len(self._meters[point])
            if chosen and count > METERS_AT_ONCE:
                break
            chosen.append(point)
        self._read = self._rows_of(pc.unique(pa.chunked_array([self._meters[point] for point in chosen])))
        self._held = set(chosen)

    def _rows_of(self, meters: pa.Array) -> pa.Table:
        if not self._parts or len(meters) == 0:
            return READINGS.empty_table()
        bounds = pc.min_max(meters)
        meter = pc.field("meter_id")
        # The range lets the statistics of a row group rule it out; the list picks the meters.
        wanted = (meter >= bounds["min"]) & (meter <= bounds["max"]) & meter.isin(meters)
        return ds.dataset(self._parts, schema=READINGS, format="parquet").to_table(filter=wanted)


def _meters_of(customers: pa.Table, point: str) -> pa.Array:
    below = pc.equal(customers.column("transformer_id"), point)
    if "feeder_id" in customers.column_names:
        below = pc.or_kleene(below, pc.equal(customers.column("feeder_id"), point))
    return customers.filter(pc.fill_null(below, False)).column("meter_id").combine_chunks().cast(pa.string())


def _meter_finding(named: Named) -> Finding | None:
    if not named.is_named:
        return None
    suspect, sign = named.suspect, named.signs[0]
    dead = _reads_nothing(sign)
    weight = min(MAX_LLR, _weigh(named) - (DEAD_METER_PENALTY if dead else 0.0))
    if weight < MIN_LLR:
        return None
    step, history = suspect.excess.step, suspect.excess.history
    return Finding(
        "meter",
        sign.meter_id,
        "B",
        round(weight, 3),
        None if step is None else history.date(step.row),
        tap.kilowatts(suspect.excess),
        (*_signs_told(named), *tap.reasons_of(suspect)),
        _innocent(named, dead),
        NAME,
    )


def _weigh(named: Named) -> float:
    """Llr of "this customer by-passes the meter" against all innocent stories together.

    After a rise they add up: no rise (the suspect's llr), somebody else's (the signs' llr). An excess as
    old as the data is no event; there the transformer's and the customer's evidence support each other, and
    the signs pay for the number of customers. What is not flat loses up to six.
    """
    excess, sign = named.suspect.excess, named.signs[0]
    if excess.step is None:
        weight = named.suspect.llr + sign.llr - float(np.log(len(named.signs)))
    else:
        weight = -float(np.logaddexp(-named.suspect.llr, -sign.llr))
    return weight + max(min(excess.shape_llr, 0.0), -NOT_FLAT_PENALTY)


def _reads_nothing(sign: MeterSigns) -> bool:
    """Whether what is left on the meter after its fall is next to nothing, as on one that stopped."""
    return sign.after_w <= 5.0 < sign.drop_w


def _signs_told(named: Named) -> list[Reason]:
    sign, suspect = named.signs[0], named.suspect
    excess = suspect.excess
    kw = round(excess.excess_w / 1000.0, 2)
    common: dict[str, Parameter] = {"transformer": suspect.transformer_id, "excess_kw": kw}
    told = []
    if sign.follows_llr >= SIGN_LLR:
        ratio = sign.ratio
        metered_pct = round(100.0 / (1.0 + ratio))
        told.append(
            Reason("bypass.follows_use", {**common, "ratio": round(ratio, 2), "metered_pct": metered_pct})
        )
    if sign.swap_llr >= SIGN_LLR and excess.step is not None:
        onset = excess.history.date(excess.step.row).isoformat()
        code = "bypass.swap" if sign.drop_w > 0 else "bypass.rose_together"
        told.append(Reason(code, {**common, "onset": onset, "drop_kw": round(abs(sign.drop_w) / 1000.0, 2)}))
    if sign.outage_llr >= SIGN_LLR:
        left_kw = round(max(sign.left_w, 0.0) / 1000.0, 2)
        told.append(Reason("bypass.outage", {**common, "hours": sign.outage_hours, "left_kw": left_kw}))
    pct = min(99, round(100.0 * named.probability[0]))
    told.append(Reason("bypass.probability", {**common, "meters": len(named.signs), "probability_pct": pct}))
    return told


def _innocent(named: Named, dead: bool) -> tuple[Reason, ...]:
    sign, suspect = named.signs[0], named.suspect
    dead_meter = Reason("bypass.dead_meter", {})
    reasons = [dead_meter] if dead or sign.swap_llr >= SIGN_LLR else []
    if suspect.excess.shape_llr < 0:
        reasons.append(Reason("bypass.not_a_mine", {}))
    if sign.follows_llr >= SIGN_LLR:
        reasons.append(Reason("bypass.clock_shift" if suspect.excess.step else "bypass.wrong_multiplier", {}))
    reasons += [reason for reason in suspect.innocent if reason.code != "balance.follows_load"]
    reasons.append(Reason("balance.wrong_topology", {}))
    if dead_meter not in reasons:
        reasons.append(dead_meter)
    return tuple(reasons)


def _with_candidates(finding: Finding, named: Named) -> Finding:
    """The tap's finding with the customers to look at first, where some stand out at all."""
    candidates = [sign.meter_id for sign in named.signs[:MAX_CANDIDATES] if sign.llr > SIGN_LLR]
    if not candidates:
        return finding
    told = Reason("balance.candidates", {"candidates": ", ".join(candidates)})
    return replace(finding, reasons=(*finding.reasons, told))
