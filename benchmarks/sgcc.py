"""Theft with real labels: SGCC customers, split first, nothing resampled, all chosen inside training.

    python benchmarks/sgcc.py                       the slice under GRIDCANARY_DATA (default ../shared/data)
    python benchmarks/sgcc.py --slice some.csv      any other slice
    python benchmarks/sgcc.py --full data.csv       the published file; refused if its SHA-256 is another one
    python benchmarks/sgcc.py --quick               smoke test in seconds; its figures mean nothing

Prints Markdown. See docs/benchmarks.md for the tables and what they say.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shlex
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

if not __package__:  # run as a file: let the sibling modules be found under their one name
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import benchmarks.sgcc_report as report
from benchmarks.sgcc_features import customer_features, raw_days
from benchmarks.sgcc_leak import leak_table
from benchmarks.sgcc_metrics import Ranking, calibration, paired_difference, with_intervals
from benchmarks.sgcc_models import METHODS, OURS, YARDSTICK, Effort, Sides
from benchmarks.sgcc_table import TheftTable, identical_groups, load_published, load_slice

from gridcanary.contracts.errors import GridcanaryError

OUTER_FOLDS = 5
LOCKED_BELOW = (
    77  # of 256: customers whose digest starts lower took no part in comparing features or learners
)
SLICE = Path("power/sgcc/sgcc_partx26days.csv")


@dataclass(frozen=True, slots=True)
class Protocol:
    """How often and how hard to judge."""

    repeats: int
    resamples: int
    effort: Effort

    @classmethod
    def named(cls, quick: bool) -> Protocol:
        """The protocol of the tables, or the quick one."""
        return cls(1, 20, Effort.quick()) if quick else cls(2, 500, Effort())


@dataclass(frozen=True, slots=True)
class Prepared:
    """The table with its features and groups, all of them computed a row at a time."""

    table: TheftTable
    names: list[str]
    features: np.ndarray
    groups: np.ndarray
    tie_keys: np.ndarray

    @classmethod
    def of(cls, table: TheftTable) -> Prepared:
        """Features and groups of a table."""
        names, features = customer_features(table.kwh, table.days)
        return cls(table, names, features, identical_groups(table.kwh), table.tie_keys())

    def sides(self, train: np.ndarray, test: np.ndarray, effort: Effort) -> Sides:
        """What a method is given for one split."""
        days_kwh = raw_days(self.table.kwh)
        return Sides(self.features, days_kwh, self.names, self.table.theft, self.groups, train, test, effort)

    def ranking(self, rows: np.ndarray, score: np.ndarray) -> Ranking:
        """The list that these scores make of these customers."""
        return Ranking(self.table.theft[rows], score, self.tie_keys[rows])


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Scores of all customers, each from a model that never saw the customer.

    Args:
        scores: per method, an array (repeats, n).
        members: how often which blend was chosen.
    """

    scores: dict[str, np.ndarray]
    members: Counter[tuple[str, ...]]


def cross_validate(prepared: Prepared, protocol: Protocol) -> OutOfFold:
    """Repeated stratified folds over customers, identical curves kept on one side."""
    table = prepared.table
    scores = {name: np.empty((protocol.repeats, len(table))) for name in METHODS}
    members: Counter[tuple[str, ...]] = Counter()
    for repeat in range(protocol.repeats):
        folds = StratifiedGroupKFold(OUTER_FOLDS, shuffle=True, random_state=repeat)
        for fold, (train, test) in enumerate(folds.split(prepared.features, table.theft, prepared.groups)):
            started = time.perf_counter()
            sides = prepared.sides(train, test, protocol.effort)
            for name, method in METHODS.items():
                scores[name][repeat, test] = method(sides)
            members[sides.blend().members] += 1
            _progress(f"repeat {repeat + 1}, fold {fold + 1}: {time.perf_counter() - started:.1f} s")
    return OutOfFold(scores, members)


def locked_split(prepared: Prepared) -> tuple[np.ndarray, np.ndarray]:
    """Customers on whom features and learners were compared, and those kept out of it.

    The digest of the customer number decides, so that every slice locks the same customers.
    """
    locked = (prepared.tie_keys >> np.uint64(56)) < LOCKED_BELOW
    shared = np.isin(prepared.groups, prepared.groups[~locked])
    return np.flatnonzero(~locked), np.flatnonzero(locked & ~shared)


def run(prepared: Prepared, protocol: Protocol) -> str:
    """All tables as Markdown."""
    table, everyone = prepared.table, np.arange(len(prepared.table))
    out_of_fold = cross_validate(prepared, protocol)
    rankings = {
        name: [prepared.ranking(everyone, score) for score in scores]
        for name, scores in out_of_fold.scores.items()
    }
    judged = {
        name: with_intervals(lists, len(table), protocol.resamples, np.random.default_rng(0))
        for name, lists in rankings.items()
    }
    _progress("bootstrap done")
    gain = paired_difference(
        rankings[OURS],
        rankings[YARDSTICK],
        len(table),
        protocol.resamples,
        lambda: np.random.default_rng(0),
    )
    first_ours = out_of_fold.scores[OURS][0]
    parts = [
        report.facts(table, prepared.groups),
        report.ranking_table(f"{protocol.repeats} x {OUTER_FOLDS} folds over all customers", judged),
        report.gain(OURS, YARDSTICK, gain),
        report.members(out_of_fold.members),
        _locked_part(prepared, protocol),
        _used_part(prepared, protocol, out_of_fold),
        report.calibration_table(
            calibration(table.theft, first_ours, prepared.tie_keys), table.theft, first_ours
        ),
        report.leak_warning(leak_table(prepared.features, table.theft, protocol.effort.trees)),
    ]
    return "\n\n".join(parts) + "\n"


def _locked_part(prepared: Prepared, protocol: Protocol) -> str:
    """One fit on the customers that were looked at, one score of those that weren't."""
    seen, locked = locked_split(prepared)
    sides = prepared.sides(seen, locked, protocol.effort)
    judged = {
        name: with_intervals(
            [prepared.ranking(locked, METHODS[name](sides))],
            len(locked),
            protocol.resamples,
            np.random.default_rng(0),
        )
        for name in METHODS
    }
    _progress("locked customers done")
    share = prepared.table.theft[locked].mean()
    title = f"{len(locked):,} locked customers ({share:.2%} thieves), fitted once on the other {len(seen):,}"
    return report.ranking_table(title, judged)


def _used_part(prepared: Prepared, protocol: Protocol, out_of_fold: OutOfFold) -> str:
    """The same out-of-fold scores judged without the customers that used nothing at all."""
    used = np.flatnonzero(np.nan_to_num(prepared.table.kwh).max(1) > 0)
    judged = {
        name: with_intervals(
            [prepared.ranking(used, score[used]) for score in out_of_fold.scores[name]],
            len(used),
            protocol.resamples,
            np.random.default_rng(0),
        )
        for name in (OURS, YARDSTICK)
    }
    return report.ranking_table(f"Same scores, only the {len(used):,} customers with any use", judged)


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--slice", type=Path, help="a CSV with CONS_NO, FLAG and a column a day")
    source.add_argument("--full", type=Path, help="the published data.csv; its SHA-256 is checked")
    parser.add_argument("--quick", action="store_true", help="smoke test; the figures mean nothing")
    parser.add_argument("--out", type=Path, help="also write the Markdown to this file")
    return parser.parse_args(arguments)


def _command(options: argparse.Namespace) -> str:
    """The command to repeat the figures: without --out, and without the folders of this machine."""
    words = ["python", "benchmarks/sgcc.py"]
    for option in ("slice", "full"):
        given = getattr(options, option)
        words += [f"--{option}", given.name] if given else []
    return shlex.join(words + (["--quick"] if options.quick else []))


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 2 when the input can't be used."""
    options = _arguments(arguments)
    started = time.perf_counter()
    default = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / SLICE
    try:
        table = load_published(options.full) if options.full else load_slice(options.slice or default)
    except GridcanaryError as error:
        print(error, file=sys.stderr)
        return 2
    # Waiting OpenMP threads spin: on two busy cores boosted trees took 66 s on two threads, 1 s on one.
    with threadpool_limits(1):
        text = run(Prepared.of(table), Protocol.named(options.quick))
    command = shlex.join(
        ["python", "benchmarks/sgcc.py", *(sys.argv[1:] if arguments is None else arguments)]
    )
    head = report.head(
        command,
        dt.datetime.now(dt.UTC).date(),
        f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}",
        time.perf_counter() - started,
        options.quick,
    )
    document = f"{head}\n\n{text}"
    print(document)
    if options.out:
        options.out.write_text(document, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
