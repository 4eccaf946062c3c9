"""From records to assessments: every meter today, or once a week behind the gate where there are very many.

Both ways look at one block of meters after the other and keep of it only what the list needs.

At the weekly pace a meter is judged as it stood at the end of the last whole week (Sunday), so that the list
depends on the record and the date alone and is the same on every later day of the week. Only meters that the
gate lets through are scored, and only those described that can reach the list. Loads of the last days are told only
where every meter is judged today: what is left of the days before a Sunday later in the week is too little for that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power import forest as forests
from gridcanary.power import gate
from gridcanary.power import state as st
from gridcanary.power import traits as tr
from gridcanary.power.assessment import EPOCH, Assessment, Surroundings, assess, with_groups, with_peers
from gridcanary.power.detectors import archive_fit
from gridcanary.power.early import EarlyScore
from gridcanary.power.findings_table import LEAST_WEEKS
from gridcanary.power.fold import stand_all_at
from gridcanary.power.population import Population
from gridcanary.power.remembered import History

PLAUSIBLE_LLR = -2.0
"""Meters below this are not described: their odds are a seventh of the average customer's."""

TOO_SHORT_LLR = -2.5
"""Fewer weeks than these tell nothing: below PLAUSIBLE_LLR, so that nothing is described from them."""

NO_LOAD_LLR = -10.0

NOT_SCORED_LLR = -4.0
"""Given to meters that the weekly pace does not describe: they are less likely than this by far, or too small."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Meters of which there is nothing to tell, with their log-likelihood ratio and the usable weeks."""

    meter_ids: pa.StringArray
    llr: NDArray[np.float64]
    weeks: NDArray[np.int64]


@dataclass(slots=True)
class Judgement:
    """What is held of the meters, gathered block by block.

    Args:
        forest: the fitted score.
        around: archive and weather.
        archive: CUSTOMERS; None without.
        listed_llr: log-likelihood ratio from which a meter is on the list.
        sunday: judge the meters as they stood then, behind the gate; None judges all as they are.
        every: keep the meters of which there is nothing to tell.
        model: where the forest came from, for errors.
        early: the score of fresh steps; None asks the weeks alone.
    """

    forest: forests.Forest
    around: Surroundings
    archive: pa.Table | None
    listed_llr: float
    sunday: dt.date | None = None
    every: bool = True
    model: str | Path | None = None
    early: EarlyScore | None = None
    meters: int = 0
    population: Population = field(default_factory=Population)
    assessed: list[Assessment] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)

    def add(self, block: History) -> None:
        """Judge a block of meters."""
        self.meters += len(block.meter_ids)
        if self.sunday is None:
            self._judge_today(block)
        else:
            self._judge_week(block, (self.sunday - EPOCH).days)

    def pass_over(self, meter_ids: pa.StringArray, described: Collection[str]) -> None:
        """Take a block of meters whose week was judged before, when some were described."""
        self.meters += len(meter_ids)
        if not self.every:
            return
        among = pc.is_in(meter_ids, value_set=pa.array(described, pa.string()))
        kept = np.where(among.to_numpy(zero_copy_only=False), np.nan, NOT_SCORED_LLR)
        self._keep(meter_ids, kept, np.full(len(kept), LEAST_WEEKS))

    def conclude(self) -> list[Assessment]:
        """The meters described, each seen beside the others."""
        among_peers = with_peers(self.assessed, self.around, self.population)
        return with_groups(among_peers, self.around, self.population)

    def _judge_today(self, block: History) -> None:
        matrix, mean_w = tr.traits(block.records)
        llr = self._llr(matrix, mean_w)
        fresh = None
        if self.early is not None:
            early, fresh = self.early.look(block.records)
            llr, alert = self.early.with_early(llr, early)
            fresh[~alert] = np.nan
        weeks = matrix[:, _WEEKS_SEEN].astype(np.int64)
        chosen = llr > PLAUSIBLE_LLR
        self.population.add(block.meter_ids, self.archive)
        self._assess(block.meter_ids, block.records, llr, matrix, mean_w, np.flatnonzero(chosen), fresh)
        self._keep(block.meter_ids, np.where(chosen, np.nan, llr), weeks)

    def _judge_week(self, block: History, last_day: int) -> None:
        known = _first_days(block.records) <= last_day
        self.population.add(block.meter_ids if known.all() else block.meter_ids.filter(known), self.archive)
        passed = np.flatnonzero(gate.passes(block.records, last_day))
        records = block.records[passed]
        stand_all_at(records, last_day)
        matrix, mean_w = tr.traits(records)
        llr = self._llr(matrix, mean_w)
        chosen = np.flatnonzero(llr > max(PLAUSIBLE_LLR, self.listed_llr - self._most_else()))
        meter_ids = block.meter_ids.take(pa.array(passed))
        self._assess(meter_ids, records, llr, matrix, mean_w, chosen)
        kept = np.full(len(block.meter_ids), NOT_SCORED_LLR)
        kept[passed[chosen]] = np.nan
        self._keep(block.meter_ids, kept, np.full(len(kept), LEAST_WEEKS))

    def _most_else(self) -> float:
        """What the archive can add to a shape's log-odds at most."""
        return archive_fit.CAP if self.archive is not None else 0.0

    def _llr(self, matrix: NDArray[np.float32], mean_w: NDArray[np.float64]) -> NDArray[np.float64]:
        llr = self.forest.log_likelihood_ratio(_columns(matrix, self.forest.names, self.model))
        weeks_seen = matrix[:, _WEEKS_SEEN]
        llr = np.where(weeks_seen < LEAST_WEEKS, np.minimum(llr, TOO_SHORT_LLR), llr)
        return np.where(mean_w > 0, llr, NO_LOAD_LLR)

    def _assess(
        self,
        meter_ids: pa.StringArray,
        records: NDArray[np.uint8],
        llr: NDArray[np.float64],
        matrix: NDArray[np.float32],
        mean_w: NDArray[np.float64],
        chosen: Iterable[int],
        fresh: NDArray[np.float32] | None = None,
    ) -> None:
        """Assess some of the meters; ``fresh`` has the traits of alerts, NaN for others."""
        for i in chosen:
            step = fresh[i] if fresh is not None and not np.isnan(fresh[i, 0]) else None
            meter_id = meter_ids[i].as_py()
            one = assess(meter_id, float(llr[i]), matrix[i], float(mean_w[i]), records[i], self.around, step)
            self.assessed.append(one)

    def _keep(self, meter_ids: pa.StringArray, llr: NDArray[np.float64], weeks: NDArray[np.int64]) -> None:
        """Keep the meters that were not described; of the others ``llr`` is NaN."""
        if self.every:
            left = ~np.isnan(llr)
            self.unseen.append(Unseen(meter_ids.filter(pa.array(left)), llr[left], weeks[left]))


_WEEKS_SEEN = tr.NAMES.index("weeks_seen")


def last_sunday(as_of: dt.date) -> dt.date:
    """The end of the last whole week before a day: the Sunday before its Monday."""
    return as_of - dt.timedelta(days=as_of.weekday() + 1)


def _first_days(records: NDArray[np.uint8]) -> NDArray[np.int32]:
    return np.ascontiguousarray(records[:, st.FIRST : st.FIRST + 4]).view("<i4")[:, 0]


def _columns(
    matrix: NDArray[np.float32], names: tuple[str, ...], model: str | Path | None
) -> NDArray[np.float32]:
    if names == tr.NAMES:
        return matrix
    index = {name: i for i, name in enumerate(tr.NAMES)}
    unknown = sorted(set(names) - set(index))
    if unknown:
        raise InputError(
            model or "the model",
            f"was fitted on traits that this version does not know ({', '.join(unknown[:3])})",
            remedy="fit it again with: gridcanary power fit",
        )
    return matrix[:, [index[name] for name in names]]
