"""Scan: readings in, a ranked and explained list out.

Every meter's remembered year is brought up to date and scored, block by block; the plausible ones are described,
weighed with archive, season and neighbours, and joined by what the transformer balance and the phases show.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.errors import InputError
from gridcanary.engines.local import row_groups
from gridcanary.power import balance as balances
from gridcanary.power import day_telling, loss_days
from gridcanary.power import early as early_scores
from gridcanary.power import findings_table as table
from gridcanary.power import forest as forests
from gridcanary.power import history as histories
from gridcanary.power import lake as lakes
from gridcanary.power import snapshot as snapshots
from gridcanary.power.archive_rows import ArchiveRows
from gridcanary.power.assessment import Surroundings
from gridcanary.power.channel_rows import channel_rows
from gridcanary.power.detectors import bypass, phase
from gridcanary.power.importing import as_lake, read_table
from gridcanary.power.remembered import History
from gridcanary.power.scoring import Judgement, Unseen, last_sunday
from gridcanary.power.week_list import WeekList

PRIOR = 0.08
"""Share of mines that a score is calibrated for unless told otherwise: that of the measured benchmark. A
county's is lower; give it with ``prior``, and every score moves with it in log-odds."""

THRESHOLD = 0.3
"""Score from which a meter is on the list: three hits in ten visits, what good rule-based campaigns reach."""

SCANNED = b"gridcanary.scanned"
"""Key of the table's metadata that says how many meters were scanned."""

WEEKLY_FROM = 50_000
"""Meters from which a scan goes at the weekly pace unless told otherwise."""

Progress = Callable[[int, int], None]


def scan(
    readings: str | Path,
    customers: str | Path | None = None,
    balance: str | Path | None = None,
    weather: str | Path | None = None,
    *,
    model: str | Path | None = None,
    state: str | Path | None = None,
    prior: float = PRIOR,
    threshold: float = THRESHOLD,
    weekly: bool | None = None,
    every: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """Find likely mines in load curves.

    Args:
        readings: a lake, or any file or folder of files that ``gridcanary power import`` reads.
        customers: the archive (CUSTOMERS or a file that import reads); None scans curves alone.
        balance: the transformer balance; needs ``customers`` to know which meter hangs where.
        weather: hourly temperature.
        model: a fitted forest; None is the one that ships, with early alerts of loads that began in the last
            days.
        state: folder in which the meters' records are kept, so that the next scan reads only new days.
        prior: share of mines among the customers [0..1].
        threshold: score from which a row is listed.
        weekly: judge meters as they stood at the end of the last whole week, and only those that pass the
            gate (docs/lenses/power.md tells what that costs); False judges all as they are today, None does
            so below WEEKLY_FROM meters.
        every: give a row for meters of which there is nothing to tell, too.
        threads: None uses every core.
        progress: called with days done and days in all.

    Returns:
        FINDINGS, a row per meter, and a row per transformer with an unexplained loss; the likeliest first. Its
        metadata says under SCANNED how many meters were scanned.

    Raises:
        InputError, LakeError: an input is missing or wrong.
    """
    if not 0 < prior < 1:
        raise ValueError(f"prior is {prior}, expected a share between 0 and 1")
    if balance is not None and customers is None:
        raise InputError(balance, "a balance needs the customers to know which meter hangs where")
    forest = forests.load(Path(model) if model else None)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridcanary-")))
        lake = as_lake(Path(readings), work / "lake")
        folder = Path(state) if state else None
        days = histories.plan(lake, snapshot=_remembered(folder))
        last = max(days.folded)
        sunday = last_sunday(last) if _is_weekly(weekly, lake) else None
        archive = read_table(Path(customers), "customers") if customers else None
        judgement = Judgement(
            forest,
            Surroundings(
                ArchiveRows(archive) if archive is not None else {},
                read_table(Path(weather), "weather") if weather else None,
            ),
            archive,
            listed_llr=float(forests.log_odds(threshold) - forests.log_odds(prior)),
            sunday=sunday,
            every=every,
            model=model,
            early=early_scores.load() if model is None and sunday is None else None,
        )
        kept = None
        if folder is not None and sunday is not None:
            files = [Path(one) if one else None for one in (model, customers, weather)]
            kept = WeekList.of(folder, sunday, days.folded, files, (prior, threshold))
        rows = _rows(judgement, days, kept, _Run(folder, threads, progress), prior, last)
        unseen = _Unseen(judgement.unseen)
        for finding in _grid_findings(days, archive, Path(balance) if balance else None, work, folder):
            _merge(rows, unseen, table.row_of_finding(finding, prior, last))
    found = table.ranked(list(rows.values()), threshold, unseen.table(prior, last))
    return found.replace_schema_metadata({SCANNED: str(judgement.meters)})


@dataclass(frozen=True, slots=True)
class _Run:
    """How a scan was asked for: state folder, threads, whom to tell of progress."""

    folder: Path | None
    threads: int | None
    progress: Progress | None

    def blocks(self, days: histories.Plan) -> Iterator[History]:
        """The meters' records brought up to date, block by block, and stored in the state folder on the way."""
        blocks = histories.recall_blocks(days, threads=self.threads, progress=self.progress)
        if self.folder is None or (days.snapshot is not None and not days.unread):
            yield from blocks
            return
        with snapshots.writing(self.folder, max(days.folded), days.folded) as (_, store):
            for block in blocks:
                store(block)
                yield block

    def meter_ids(self, days: histories.Plan) -> Iterator[pa.StringArray]:
        """The meters alone, block by block; new days are stored as they are told where that will do."""
        if self.folder is not None and day_telling.can_tell(days):
            return day_telling.tell_blocks(days, self.folder, threads=self.threads, progress=self.progress)
        return (block.meter_ids for block in self.blocks(days))


def _rows(
    judgement: Judgement,
    days: histories.Plan,
    kept: WeekList | None,
    run: _Run,
    prior: float,
    as_of: dt.date,
) -> dict[str, dict[str, Any]]:
    """Rows of the meters described: those of the week's list where there is one already, or judged now."""
    known = kept.read(as_of) if kept is not None else None
    if known is not None:
        rows = {row["meter_id"]: row for row in known}
        for meter_ids in run.meter_ids(days):
            judgement.pass_over(meter_ids, rows)
        return rows
    for block in run.blocks(days):
        judgement.add(block)
    rows = {one.meter_id: table.row_of(one, prior, as_of) for one in judgement.conclude()}
    if kept is not None:
        kept.write(rows.values())
    return rows


def _is_weekly(asked: bool | None, lake: Path) -> bool:
    """Whether to go at the weekly pace: as asked, or by the meters of the last day."""
    if asked is not None:
        return asked
    return sum(group.rows for group in row_groups(lakes.day_parts(lake, lakes.days(lake)[-1]))) >= WEEKLY_FROM


def _remembered(state: Path | None) -> snapshots.StoredHistory | None:
    """What the state folder remembers; None where there is none yet."""
    # a folder that somebody made beforehand holds no history yet
    if state is None or not state.exists() or (state.is_dir() and not any(state.iterdir())):
        return None
    # a block's records are stored and judged before the next block is read
    return snapshots.open_stored(state, snapshots.Room())


def _grid_findings(
    days: histories.Plan, archive: pa.Table | None, balance: Path | None, work: Path, state: Path | None
) -> list[Any]:
    """Findings of balance and phases; none without an archive or a balance."""
    found = list(phase.detect(channel_rows(days.lake), archive))
    if archive is None or balance is None:
        return found
    joined = _with_balance(days.lake, balance, work)
    if state is None:
        losses = balances.losses(joined, archive)
    else:
        losses = loss_days.kept_losses(joined, archive, state / "losses", days.wanted)
    if losses.num_rows:
        found += bypass.findings(losses, bypass.LakeCurves(joined, archive), archive)
    return found


def _with_balance(lake: Path, balance: Path, work: Path) -> Path:
    """A lake that has the readings of one and the balance of another path."""
    if balance.resolve() == (lake / "balance").resolve():
        return lake
    joined = lakes.create_lake(work / "balance-lake", lakes.open_lake(lake).timezone).folder
    (joined / "readings").rmdir() if (joined / "readings").exists() else None
    (joined / "readings").symlink_to((lake / "readings").resolve(), target_is_directory=True)
    supplied = read_table(balance, "balance")
    for day in supplied["day"].unique().to_pylist():
        lakes.write_balance(
            joined, day, supplied.filter(pc.equal(supplied["day"], pa.scalar(day, pa.date32())))
        )
    return joined


class _Unseen:
    """Meters of which the curves tell nothing, until a finding of the grid does."""

    def __init__(self, parts: Sequence[Unseen]) -> None:
        self._ids = pa.chunked_array([part.meter_ids for part in parts], pa.string()).combine_chunks()
        self._llr = np.concatenate([np.empty(0), *(part.llr for part in parts)])
        self._weeks = np.concatenate([np.empty(0, np.int64), *(part.weeks for part in parts)])
        self._left = np.ones(len(self._llr), np.bool_)

    def find(self, meter_id: str) -> int | None:
        """Place of a meter; None where it is not among them any more."""
        at = pc.index(self._ids, meter_id).as_py()
        return at if at >= 0 and self._left[at] else None

    def told(self, at: int) -> tuple[float, str]:
        """Log-likelihood ratio and faults of a meter."""
        return round(float(self._llr[at]), 4), "short_history" if self._weeks[at] < table.LEAST_WEEKS else ""

    def drop(self, at: int) -> None:
        """Leave a meter to another row."""
        self._left[at] = False

    def table(self, prior: float, as_of: dt.date) -> pa.Table:
        """Their rows."""
        llr, weeks = self._llr[self._left].tolist(), self._weeks[self._left].tolist()
        return table.unseen_table(self._ids.filter(pa.array(self._left)), llr, weeks, prior, as_of)


def _merge(rows: dict[str, dict[str, Any]], unseen: _Unseen, new: dict[str, Any]) -> None:
    """Put a balance or phase finding into the rows; a meter that has one keeps the stronger story."""
    meter_id = new["meter_id"]
    if (old := rows.get(meter_id)) is not None:
        if new["llr"] > old["llr"]:
            rows[meter_id] = {**new, "quality": old["quality"]}
        return
    if (at := unseen.find(meter_id)) is None:
        rows[meter_id] = new
        return
    llr, faults = unseen.told(at)
    if new["llr"] > llr:
        unseen.drop(at)
        rows[meter_id] = {**new, "quality": faults}
