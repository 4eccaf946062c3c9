"""Scan: readings in, a ranked and explained list out.

Every meter's remembered year is scored by the forest; the plausible ones are described, weighed with archive,
season and neighbours, and joined by what the transformer balance and the phases show.
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

from gridcanary.contracts.errors import InputError
from gridcanary.power import balance as balances
from gridcanary.power import findings_table as table
from gridcanary.power import forest as forests
from gridcanary.power import history as histories
from gridcanary.power import lake as lakes
from gridcanary.power import traits as tr
from gridcanary.power.assessment import Assessment, Surroundings, assess, with_groups, with_peers
from gridcanary.power.channel_rows import channel_rows
from gridcanary.power.detectors import bypass, phase
from gridcanary.power.importing import as_lake, read_table

PRIOR = 0.08
"""Share of mines that a score is calibrated for unless told otherwise: that of the measured benchmark. A
county's is lower; give it with ``prior``, and every score moves with it in log-odds."""

THRESHOLD = 0.3
"""Score from which a meter is on the list: three hits in ten visits, what good rule-based campaigns reach."""

PLAUSIBLE_LLR = -2.0
"""Meters below this are not described: their odds are a seventh of the average customer's."""

LEAST_WEEKS = 3
TOO_SHORT_LLR = -2.5
"""Fewer weeks than these tell nothing: below PLAUSIBLE_LLR, so that nothing is described from them."""

NO_LOAD_LLR = -10.0

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
    if balance is not None and customers is None:
        raise InputError(balance, "a balance needs the customers to know which meter hangs where")
    forest = forests.load(Path(model) if model else None)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridcanary-")))
        lake = as_lake(Path(readings), work / "lake")
        archive = read_table(Path(customers), "customers") if customers else None
        around = Surroundings(_by_meter(archive), read_table(Path(weather), "weather") if weather else None)
        history = _remembered(lake, Path(state) if state else None, threads, progress)
        rows = _meter_rows(history, forest, around, prior, model)
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

    # a folder that somebody made beforehand holds no history yet
    stored = state.exists() and not (state.is_dir() and not any(state.iterdir()))
    before = snapshots.read(state) if stored else None
    now = histories.recall(lake, snapshot=before, threads=threads, progress=progress)
    if now is not before:
        snapshots.write(state, now)
    return now


def _by_meter(archive: pa.Table | None) -> dict[str, dict[str, Any]]:
    return {row["meter_id"]: row for row in archive.to_pylist()} if archive is not None else {}


def _meter_rows(
    history: histories.History,
    forest: forests.Forest,
    around: Surroundings,
    prior: float,
    model: str | Path | None,
) -> dict[str, dict[str, Any]]:
    matrix, mean_w = tr.traits(history.records)
    llr = forest.log_likelihood_ratio(_columns(matrix, forest.names, model))
    weeks_seen = matrix[:, tr.NAMES.index("weeks_seen")]
    llr = np.where(weeks_seen < LEAST_WEEKS, np.minimum(llr, TOO_SHORT_LLR), llr)
    llr = np.where(mean_w > 0, llr, NO_LOAD_LLR)
    meters = history.meter_ids.to_pylist()
    plausible = np.flatnonzero(llr > PLAUSIBLE_LLR)
    assessed: list[Assessment] = [
        assess(meters[i], float(llr[i]), matrix[i], float(mean_w[i]), history.records[i], around)
        for i in plausible
    ]
    rows = {}
    for i in np.flatnonzero(llr <= PLAUSIBLE_LLR):
        seen = int(weeks_seen[i]) if weeks_seen[i] < LEAST_WEEKS else None
        rows[meters[i]] = table.row_unseen(meters[i], float(llr[i]), prior, history.as_of, seen)
    for one in with_groups(with_peers(assessed, around, meters), around, meters):
        rows[one.meter_id] = table.row_of(one, prior, history.as_of)
    return rows


def _columns(matrix: Any, names: tuple[str, ...], model: str | Path | None) -> Any:
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


def _grid_findings(lake: Path, archive: pa.Table | None, balance: Path | None, work: Path) -> list[Any]:
    """Findings of balance and phases; none without an archive or a balance."""
    found = list(phase.detect(channel_rows(lake), archive))
    if archive is None or balance is None:
        return found
    joined = _with_balance(lake, balance, work)
    losses = balances.losses(joined, archive)
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


def _merge(rows: dict[str, dict[str, Any]], finding: Any, prior: float, as_of: dt.date) -> None:
    """Put a balance or phase finding into the rows; a meter that has one keeps the stronger story."""
    new = table.row_of_finding(finding, prior, as_of)
    old = rows.get(new["meter_id"])
    if old is None or new["llr"] > old["llr"]:
        if old is not None:
            new["quality"] = old["quality"]
        rows[new["meter_id"]] = new
