"""Transformers with an unexplained loss, and the innocent explanations that the losses themselves support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gridcanary.contracts.reasons import Reason
from gridcanary.power.loss_excess import (
    LossExcess,
    excess_after_step,
    excess_over_peers,
    excess_since_start,
    weigh_levels,
)
from gridcanary.power.loss_history import LossHistory, histories
from gridcanary.power.loss_step import LossStep, find_steps
from gridcanary.power.topology import read_topology

MIN_EXCESS_W = 500.0
"""Less than one small rig; the smallest excess that is looked at [W]."""
MIN_SUSPECT_LLR = 2.0
"""From here on the customers of a transformer are worth reading; findings ask for more."""
SAME_TIME_DAYS = 3
SAME_SIZE = (0.7, 1.4)
MOVED_PENALTY = 6.0
"""Taken from the llr where another transformer lost as much load at the same time: topology moves are
common."""
MOVED_CORRELATION = -0.5


@dataclass(frozen=True, slots=True)
class Suspect:
    """A transformer whose loss is in excess.

    Args:
        excess: what was measured.
        llr: the step's or level's evidence after what the losses say about innocent causes.
        innocent: innocent causes that these losses point to, strongest first.
        meters: meters under it in the archive.
    """

    excess: LossExcess
    llr: float
    innocent: tuple[Reason, ...]
    meters: int

    @property
    def transformer_id(self) -> str:
        return self.excess.history.transformer_id


@dataclass(frozen=True, slots=True)
class _Read:
    history: LossHistory
    rise: LossStep | None
    fall: LossStep | None


def find_suspects(losses: pa.Table, customers: pa.Table) -> list[Suspect]:
    """Transformers and feeders with an excess of at least half a kilowatt and an llr of at least 2, or a
    loss share far above their peers'.

    Args:
        losses: LOSSES rows of any number of transformers.
        customers: the archive, for the number of meters and the feeder of each transformer.

    Returns:
        Suspects in the order of transformer_id; a feeder whose rise a transformer below explains is left out.
    """
    meters, feeder_of = _archive(customers)
    reads = [_Read(history, *find_steps(history)) for history in histories(losses)]
    rises = {read.history.transformer_id: e for read in reads if (e := _rise(read, meters)) is not None}
    levels = [
        level
        for read in reads
        if read.history.transformer_id not in rises
        and (level := excess_since_start(read.history, meters.get(read.history.transformer_id, 0)))
    ]
    heavy = [e for e in weigh_levels(levels) if e.excess_w >= MIN_EXCESS_W and e.llr >= MIN_SUSPECT_LLR]
    told = {*rises, *(excess.history.transformer_id for excess in heavy)}
    quiet = [read.history for read in reads if read.history.transformer_id not in rises]
    heavy += [
        excess
        for excess in excess_over_peers(quiet, meters)
        if excess.history.transformer_id not in told and excess.excess_w >= MIN_EXCESS_W
    ]
    suspects = [
        _judged(excess, reads, feeder_of, meters)
        for excess in sorted([*rises.values(), *heavy], key=lambda e: e.history.transformer_id)
        if not _explained_below(excess, rises, feeder_of)
    ]
    return [suspect for suspect in suspects if suspect.llr >= MIN_SUSPECT_LLR or suspect.excess.by_share]


def _archive(customers: pa.Table) -> tuple[dict[str, int], dict[str, str]]:
    """Meters per transformer or feeder, and the feeder of each transformer."""
    topology = read_topology(customers)
    names = topology.point_id.to_pylist()
    both = np.concatenate([topology.transformer, topology.feeder])
    count = np.bincount(both[both >= 0], minlength=len(names))
    hung = (topology.transformer >= 0) & (topology.feeder >= 0)
    pairs = np.unique(np.column_stack([topology.transformer[hung], topology.feeder[hung]]), axis=0)
    feeder_of = {names[transformer]: names[feeder] for transformer, feeder in pairs}
    return dict(zip(names, count.tolist(), strict=True)), feeder_of


def _rise(read: _Read, meters: dict[str, int]) -> LossExcess | None:
    if read.rise is None or read.rise.llr < MIN_SUSPECT_LLR:
        return None
    excess = excess_after_step(read.history, read.rise, meters.get(read.history.transformer_id, 0))
    return excess if excess is not None and excess.excess_w >= MIN_EXCESS_W else None


def _judged(
    excess: LossExcess, reads: list[_Read], feeder_of: dict[str, str], meters: dict[str, int]
) -> Suspect:
    innocent, llr = [], excess.llr
    moved = _moved_from(excess, reads, feeder_of)
    if moved is not None:
        llr -= MOVED_PENALTY
        innocent.append(Reason("balance.moved_customers", {"other_transformer": moved}))
    if excess.shape_llr < -1.0:
        innocent.append(Reason("balance.follows_load", {}))
    if (more := _more_missing(excess)) >= 1.0:
        innocent.append(Reason("balance.meters_missing", {"meters": round(more)}))
    if excess.window in ("night", "off_office"):
        innocent.append(Reason("balance.street_lights", {}))
    if excess.step is not None and excess.step.ramp_days > 1:
        innocent.append(Reason("balance.seasonal", {}))
    name = excess.history.transformer_id
    return Suspect(excess, llr, tuple(innocent), meters.get(name, 0))


def _explained_below(excess: LossExcess, rises: dict[str, LossExcess], feeder_of: dict[str, str]) -> bool:
    """Whether this is a feeder and transformers below it rose at the same time by about as much."""
    name = excess.history.transformer_id
    below = [rises[t] for t, feeder in feeder_of.items() if feeder == name and t in rises and t != name]
    together = [other for other in below if _same_time(excess, other.step, other.history)]
    return sum(other.excess_w for other in together) >= 0.5 * excess.excess_w if together else False


def _moved_from(excess: LossExcess, reads: list[_Read], feeder_of: dict[str, str]) -> str | None:
    """The transformer whose loss fell by as much at the same time: customers moved and the archive did
    not."""
    if excess.step is None:
        return None
    name = excess.history.transformer_id
    for read in reads:
        fall, other = read.fall, read.history.transformer_id
        if fall is None or other == name or fall.llr < MIN_SUSPECT_LLR:
            continue
        ratio = -fall.change_w / excess.step.change_w
        if not (SAME_SIZE[0] <= ratio <= SAME_SIZE[1] and _same_time(excess, fall, read.history)):
            continue
        neighbours = name in feeder_of and feeder_of.get(other) == feeder_of[name]
        if neighbours or _mirrored(excess, read.history):
            return other
    return None


def _same_time(excess: LossExcess, step: LossStep | None, history: LossHistory) -> bool:
    if step is None or excess.step is None:
        return False
    apart = history.first_day + step.row - excess.history.first_day - excess.step.row
    return abs(apart) <= SAME_TIME_DAYS * max(1, step.ramp_days // 7)


def _mirrored(excess: LossExcess, other: LossHistory) -> bool:
    """Whether the two losses move against each other hour by hour, as one misplaced customer makes them."""
    first = max(excess.history.first_day + excess.first_row, other.first_day)
    stop = min(excess.history.first_day + excess.history.days, other.first_day + other.days)
    if stop - first < 3:
        return False
    mine = excess.residual_w[first - excess.history.first_day : stop - excess.history.first_day].ravel()
    theirs = other.loss_w[first - other.first_day : stop - other.first_day].ravel()
    known = np.isfinite(mine) & np.isfinite(theirs)
    if known.sum() < 72 or mine[known].std() == 0 or theirs[known].std() == 0:
        return False
    return float(np.corrcoef(mine[known], theirs[known])[0, 1]) < MOVED_CORRELATION


def _more_missing(excess: LossExcess) -> float:
    """How many more meters are missing at the full level than before."""
    if excess.step is None:
        return 0.0
    before, after = (
        excess.history.missing_meters[: excess.step.row],
        excess.history.missing_meters[excess.first_row :],
    )
    if not (np.isfinite(before).any() and np.isfinite(after).any()):
        return 0.0
    return float(np.nanmean(after) - np.nanmean(before))
