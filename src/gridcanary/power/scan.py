"""Scan: readings in, a ranked and explained list out.

Every meter's remembered year is scored by the forest; the plausible ones are described, weighed with archive, season
and neighbours, and joined by what the transformer balance and the phases show.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.contracts.tables import CHANNELS
from gridcanary.power import balance as balances
from gridcanary.power import findings_table as table
from gridcanary.power import forest as forests
from gridcanary.power import history as histories
from gridcanary.power import lake as lakes
from gridcanary.power import traits as tr
from gridcanary.power.assessment import Assessment, Surroundings, assess, with_groups
from gridcanary.power.detectors import bypass, phase
from gridcanary.power.importing import as_lake, read_table

PRIOR = 0.08
"""Share of mines that a score is calibrated for unless told otherwise: that of the measured benchmark. A county's is
lower; give it with ``prior``, and every score moves with it in log-odds."""

THRESHOLD = 0.3
"""Score from which a meter is on the list: three hits in ten visits, what good rule-based campaigns reach."""

PLAUSIBLE_LLR = -2.0
"""Meters below this are not described: their odds are a seventh of the average customer's."""

LEAST_WEEKS = 3
TOO_SHORT_LLR = -1.0

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
    threads: int | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """Find likely mines in load curves.

    Args:
        readings: a lake, or any file or folder of files that ``gridcanary power import`` reads.
        customers: the archive (CUSTOMERS or a file that import reads); None scans curves alone.
        balance: the transformer balance; needs ``customers`` to know which meter hangs where.
        weather: hourly temperature.
        model: a fitted forest; None is the one that ships.
        state: folder in which the meters' records are kept, so that the next scan reads only new days.
        prior: share of mines among the customers [0..1].
        threshold: score from which a row is listed.
        threads: None uses every core.
        progress: called with days done and days in all.

    Returns:
        FINDINGS, a row per meter, and a row per transformer with an unexplained loss; the likeliest first.

    Raises:
        InputError, LakeError: an input is missing or wrong.
    """
    if not 0 < prior < 1:
        raise ValueError(f"prior is {prior}, expected a share between 0 and 1")
    forest = forests.load(Path(model) if model else None)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridcanary-")))
        lake = as_lake(Path(readings), work / "lake")
        archive = read_table(Path(customers), "customers") if customers else None
        around = Surroundings(_by_meter(archive), read_table(Path(weather), "weather") if weather else None)
        history = _remembered(lake, Path(state) if state else None, threads, progress)
        rows = _meter_rows(history, forest, around, prior)
        for finding in _grid_findings(lake, archive, Path(balance) if balance else None, work):
            _merge(rows, finding, prior, history.as_of)
    return table.ranked(list(rows.values()), threshold)


def _remembered(
    lake: Path, state: Path | None, threads: int | None, progress: Progress | None
) -> histories.History:
    """The meters' records, from the state folder where there is one, which is brought up to date."""
    if state is None:
        return histories.recall(lake, threads=threads, progress=progress)
    from gridcanary.power import snapshot as snapshots

    before = snapshots.read(state) if state.exists() else None
    now = histories.recall(lake, snapshot=before, threads=threads, progress=progress)
    if now is not before:
        snapshots.write(state, now)
    return now


def _by_meter(archive: pa.Table | None) -> dict[str, dict[str, Any]]:
    return {row["meter_id"]: row for row in archive.to_pylist()} if archive is not None else {}


def _meter_rows(
    history: histories.History, forest: forests.Forest, around: Surroundings, prior: float
) -> dict[str, dict[str, Any]]:
    matrix, mean_w = tr.traits(history.records)
    llr = forest.log_likelihood_ratio(_columns(matrix, forest.names))
    weeks_seen = matrix[:, tr.NAMES.index("weeks_seen")]
    llr = np.where(weeks_seen < LEAST_WEEKS, np.minimum(llr, TOO_SHORT_LLR), llr)
    llr = np.where(mean_w > 0, llr, -10.0)
    meters = history.meter_ids.to_pylist()
    plausible = np.flatnonzero((llr > PLAUSIBLE_LLR) & (mean_w > 0))
    assessed: list[Assessment] = [
        assess(
            meters[i], float(llr[i]), matrix[i], float(mean_w[i]), history.records[i], history.days, around
        )
        for i in plausible
    ]
    rows = {
        meters[i]: table.row_unseen(meters[i], float(llr[i]), prior, history.as_of)
        for i in np.flatnonzero(llr <= PLAUSIBLE_LLR)
    }
    for one in with_groups(assessed, around, len(meters)):
        rows[one.meter_id] = table.row_of(one, prior, history.as_of)
    return rows


def _columns(matrix: Any, names: tuple[str, ...]) -> Any:
    if names == tr.NAMES:
        return matrix
    index = {name: i for i, name in enumerate(tr.NAMES)}
    return matrix[:, [index[name] for name in names]]


def _grid_findings(lake: Path, archive: pa.Table | None, balance: Path | None, work: Path) -> list[Any]:
    """Findings of balance and phases; none without an archive or a balance."""
    found = list(phase.detect(_channel_batches(lake), archive)) if _has_channels(lake) else []
    if archive is None or balance is None:
        return found
    joined = _with_balance(lake, balance, work)
    losses = balances.losses(joined, archive)
    if losses.num_rows:
        days = lakes.days(joined)
        found += bypass.findings(losses, bypass.lake_curves(joined, archive, days[0], days[-1]), archive)
    return found


def _has_channels(lake: Path) -> bool:
    days = lakes.days(lake)
    if not days:
        return False
    parts = lakes.day_parts(lake, days[-1])
    return any(set(pq.read_schema(part).names) & set(CHANNELS) for part in parts)


def _channel_batches(lake: Path) -> Any:
    for day in lakes.days(lake):
        yield from lakes.read_day(lake, day)


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


def _merge(rows: dict[str, dict[str, Any]], finding: Any, prior: float, as_of: dt.date) -> None:
    """Put a balance or phase finding into the rows; a meter that has one keeps the stronger story."""
    new = table.row_of_finding(finding, prior, as_of)
    old = rows.get(new["meter_id"])
    if old is None or new["llr"] > old["llr"]:
        if old is not None:
            new["quality"] = old["quality"]
        rows[new["meter_id"]] = new
