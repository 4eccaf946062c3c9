"""How fast the daily path over load curves is, stage by stage, beside reading alone and beside other tools.

    python benchmarks/power_speed.py            400,000 meters, a week of 96 readings a day; some minutes
    python benchmarks/power_speed.py --quick    20,000 meters
    python benchmarks/power_speed.py --long     and 125 days of them, 50 million meter-days, scanned from nothing;
                                                fewer with --meter-days

Writes Parquet in the layout of the lake into a temporary folder and removes it. Rates are readings per
core-second: the processor time of all threads of the process. Each round measures every stage once on every
day from Monday to Sunday, so that ratios are taken within a round and a busy machine disturbs both sides
alike; the table shows medians over the rounds, of the whole week and of its dearest day.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.contracts.tables import READINGS
from gridcanary.engines.local import map_batches, map_groups, row_groups
from gridcanary.power import forest as forests
from gridcanary.power import gate
from gridcanary.power import lake as lakes
from gridcanary.power import snapshot as snapshots
from gridcanary.power.assessment import Surroundings
from gridcanary.power.features import DAY_FEATURES, WIDTH, day_features, features
from gridcanary.power.findings_table import ranked, row_of
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.history import recall
from gridcanary.power.remembered import History, Span
from gridcanary.power.scan import PRIOR, THRESHOLD, scan
from gridcanary.power.scoring import Judgement, last_sunday

SLOTS = 96
FIRST = dt.date(2025, 3, 3)
EPOCH = dt.date(1970, 1, 1)
KINDS = 5000
"""Different customers that have a year behind them; the others are the same ones over again."""

MINES, NEAR_EMPTY = 0.002, 0.06
PEER_METERS = 400
LONG_METER_DAYS = 50_000_000


def customers(count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """What makes each customer's curve: nine in ten are homes, the others shops and works."""
    kind = random.random(count)
    return {
        "base_w": np.exp(random.normal(4.6, 0.6, count)) * np.where(kind > 0.9, 20, 1),
        "evening": random.gamma(3, 0.5, count) * (kind <= 0.9),
        "working_day": random.gamma(4, 0.6, count) * (kind > 0.9),
        "use_w": random.gamma(2, 700, count) * np.where(kind > 0.9, 4, 1),
        "uses_a_day": random.gamma(3, 2.5, count) + 1,
        "cold": random.random(count) * (random.random(count) < 0.4),
        "near_empty": random.random(count) < NEAR_EMPTY,
        "mine_w": np.where(random.random(count) < MINES, np.exp(random.normal(8.7, 0.7, count)), 0.0),
        "onset": random.integers(-200, 358, count),
    }


def a_day(who: dict[str, np.ndarray], day: int, slots: int, random: np.random.Generator) -> np.ndarray:
    """Curves of a day, int32 [customers, slots] [W]; ``day`` counts from a year before the lake begins."""
    count = len(who["base_w"])
    hour = np.arange(slots) * 24 / slots
    evening = np.exp(-0.5 * ((hour - 19.5) / 2) ** 2)
    working = ((hour > 8) & (hour < 18)) * (day % 7 < 5)
    shape = 1 + who["evening"][:, None] * evening + who["working_day"][:, None] * working
    cold = who["cold"] * max(0.0, np.cos(2 * np.pi * day / 365)) * random.uniform(0.6, 1.4)
    mean = who["base_w"][:, None] * (shape + 2 * cold[:, None])
    load = mean * random.gamma(9, 1 / 9, (count, 1)) * random.gamma(16, 1 / 16, (count, slots))
    at_home = random.random((count, slots)) < who["uses_a_day"][:, None] / slots * (0.4 + 3 * evening)
    load += at_home * who["use_w"][:, None] * random.gamma(4, 0.25, (count, slots))
    load[who["near_empty"]] = 2.0 * (random.random((int(who["near_empty"].sum()), slots)) < 0.05)
    on = who["mine_w"] * (day >= who["onset"])
    load += on[:, None] * (1 + 0.01 * random.standard_normal((count, slots)))
    return load.astype(np.int32)


def records_of_a_year(who: dict[str, np.ndarray], random: np.random.Generator) -> np.ndarray:
    """Records of the 364 days before the lake begins, folded from hourly curves."""
    count = len(who["base_w"])
    records, matrix = empty_records(count), np.empty((count, WIDTH), np.int32)
    starts, lengths = np.arange(count, dtype=np.int64) * 24, np.full(count, 24, np.int64)
    for day in range(364):
        curves = a_day(who, day, 24, random)
        day_features(curves.ravel(), np.empty(0, np.bool_), starts, lengths, matrix)
        when = np.full(count, (FIRST - EPOCH).days - 364 + day, np.int32)
        fold(records, when, matrix, lengths.astype(np.int32))
    return records


def make(folder: Path, meters: int, days: int) -> None:
    """Write the lake and, beside it, the snapshot of the year before."""
    random = np.random.default_rng(20250303)
    lake = lakes.create_lake(folder / "lake").folder
    who = customers(min(KINDS, meters), random)
    meter_ids = pa.array([f"{3_200_000_000 + 7 * i:010d}" for i in range(meters)])
    tiles = -(-meters // len(who["base_w"]))
    records = np.tile(records_of_a_year(who, random), (tiles, 1))[:meters]
    year = [FIRST - dt.timedelta(days=364 - i) for i in range(364)]
    remembered = History(meter_ids, records, year[-1], 364, 0, dict.fromkeys(year, "remembered"))
    snapshots.write(folder / "state", remembered)
    for i in range(days):
        day = FIRST + dt.timedelta(days=i)
        curves = np.concatenate([a_day(who, 364 + i, SLOTS, random) for _ in range(tiles)])[:meters]
        lists = pa.ListArray.from_arrays(np.arange(meters + 1, dtype=np.int32) * SLOTS, curves.ravel())
        dates = pa.array(np.full(meters, (day - EPOCH).days, np.int32)).cast(pa.date32())
        lakes.write_day(lake, day, pa.Table.from_arrays([meter_ids, dates, lists], schema=READINGS))


class Stopwatch:
    """Processor time of all threads, and wall time, of something done."""

    def __init__(self, work: Callable[[], Any]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        self.result = work()
        self.cpu_s, self.wall_s = time.process_time() - cpu, time.perf_counter() - wall

    def __add__(self, other: Stopwatch) -> Stopwatch:
        both = copy(self)
        both.cpu_s, both.wall_s = self.cpu_s + other.cpu_s, self.wall_s + other.wall_s
        return both


def drain(batches: Iterator[Any]) -> None:
    """Use up what a stage gives."""
    for _ in batches:
        pass


STAGES = (
    "read",
    "read, features",
    "read, features, fold",
    "whole path",
    "whole path, state read and written",
)


@dataclass
class Held:
    """Records that stay in memory from day to day and are folded where they are."""

    as_of: dt.date
    folded: Mapping[dt.date, str]
    meter_ids: pa.StringArray
    records: np.ndarray

    def starts(self) -> list[str]:
        """No edges: all meters are one block."""
        return []

    def between(self, _span: Span) -> tuple[pa.StringArray, np.ndarray]:
        """The records themselves."""
        return self.meter_ids, self.records


class Week:
    """The daily path on the seven days of a lake, from the state of the Sunday before.

    Args:
        folder: what :func:`make` wrote, and room for more.
        threads: how many.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self.lake, self.folder, self.threads = folder / "lake", folder, threads
        self.days = lakes.days(self.lake)
        self.forest = forests.load()
        self.described = 0

    def run(self) -> dict[str, list[Stopwatch]]:
        """Every stage of every day once."""
        watches: dict[str, list[Stopwatch]] = {name: [] for name in STAGES}
        with tempfile.TemporaryDirectory(dir=self.folder) as room:
            state, view = Path(room) / "state", lakes.create_lake(Path(room) / "lake").folder
            state.mkdir()
            (stored,) = (self.folder / "state").glob("history-*.arrow")
            os.link(stored, state / stored.name)
            stored_history = snapshots.read(state)
            held = Held(
                stored_history.as_of,
                stored_history.folded,
                stored_history.meter_ids,
                stored_history.records.copy(),
            )
            for day in self.days:
                (view / "readings" / day.isoformat()).symlink_to(self.lake / "readings" / day.isoformat())
                for name, watch in self.of_a_day(day, view, held, state).items():
                    watches[name].append(watch)
        return watches

    def of_a_day(self, day: dt.date, view: Path, held: Held, state: Path) -> dict[str, Stopwatch]:
        """Every stage of a day once."""
        watches = {
            "read": Stopwatch(lambda: self.read(day)),
            "read, features": Stopwatch(lambda: self.features(day)),
        }
        folding = Stopwatch(lambda: recall(view, snapshot=held, threads=self.threads))
        history, folding.result = folding.result, None
        held.as_of, held.folded, held.records = history.as_of, history.folded, history.records
        watches["read, features, fold"] = folding
        judging = Stopwatch(lambda: self.judge(history, day))
        # the week is judged once, when its Monday comes
        watches["whole path"] = folding + judging if day.weekday() == 0 else folding
        command = Stopwatch(lambda: scan(view, state=state, weekly=True, every=False, threads=self.threads))
        command.result = None
        watches["whole path, state read and written"] = command
        return watches

    def read(self, day: dt.date) -> None:
        """Read a day and do nothing with it."""
        groups = row_groups(lakes.day_parts(self.lake, day))
        drain(map_groups(groups, _nothing, columns=["meter_id", "load_w"], threads=self.threads))

    def features(self, day: dt.date) -> None:
        """Read a day and tell its features."""
        parts, columns = lakes.day_parts(self.lake, day), READINGS.names
        drain(map_batches(parts, features, columns=columns, schema=DAY_FEATURES, threads=self.threads))

    def judge(self, history: History, day: dt.date) -> None:
        """Gate, scores and findings, as once a week."""
        listed = float(forests.log_odds(THRESHOLD) - forests.log_odds(PRIOR))
        around = Surroundings({}, None)
        judgement = Judgement(self.forest, around, None, listed, sunday=last_sunday(day), every=False)
        judgement.add(history)
        found = judgement.conclude()
        ranked([row_of(one, PRIOR, history.as_of) for one in found], THRESHOLD)
        self.described = len(found)


def _nothing(_group: Any, _batch: pa.RecordBatch) -> None:
    return None


def pandas_rate(table: pa.Table) -> float:
    """Readings per core-second of five features by pandas groupby."""
    frame = table.to_pandas().explode("load_w").astype({"load_w": "int64"})
    frame["night"] = frame.groupby(["meter_id", "day"]).cumcount() < SLOTS // 4

    def of_a_day(load: Any) -> tuple[float, ...]:
        v = load.to_numpy()
        hours = v.reshape(24, -1).mean(1)
        return (
            *hours.reshape(8, 3).mean(1),
            hours.min(),
            hours.max(),
            np.median(abs(np.diff(hours[:6]))),
            (v == 0).sum(),
        )

    watch = Stopwatch(lambda: frame.groupby(["meter_id", "day"])["load_w"].agg(of_a_day))
    return len(frame) / watch.cpu_s


def polars_rate(table: pa.Table) -> float:
    """Readings per core-second of the like features by polars expressions."""
    import polars as pl

    long = pl.from_arrow(table).with_columns(slot=pl.int_ranges(0, SLOTS)).explode("load_w", "slot")
    w = pl.col("load_w")
    blocks = [w.filter(pl.col("slot") // (SLOTS // 8) == b).mean().alias(f"block{b}") for b in range(8)]
    others = [
        w.min().alias("floor"),
        w.max().alias("peak"),
        w.diff().abs().median().alias("step"),
        (w == 0).sum().alias("zero"),
        w.is_not_null().sum().alias("valid"),
        w.rle().struct.field("len").max().alias("repeat"),
    ]
    watch = Stopwatch(lambda: long.group_by("meter_id", "day").agg(*blocks, *others))
    return long.height / watch.cpu_s


def tsfresh_rate(table: pa.Table) -> float:
    """Readings per core-second of ten features by tsfresh."""
    import warnings

    from tsfresh import extract_features

    frame = table.to_pandas().explode("load_w").astype({"load_w": "float64"})[["meter_id", "load_w"]]
    wanted: dict[str, Any] = dict.fromkeys(
        [
            "mean",
            "minimum",
            "maximum",
            "standard_deviation",
            "mean_abs_change",
            "median",
            "longest_strike_above_mean",
            "sum_values",
        ]
    )
    wanted |= {"value_count": [{"value": 0}], "number_crossing_m": [{"m": 0}]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        watch = Stopwatch(
            lambda: extract_features(
                frame, column_id="meter_id", default_fc_parameters=wanted, n_jobs=0, disable_progressbar=True
            )
        )
    return len(frame) / watch.cpu_s


def peers(lake: Path) -> None:
    """Print what general tools reach on a sample."""
    part = lakes.day_parts(lake, FIRST)[0]
    table = pq.ParquetFile(part).read_row_group(0).slice(0, PEER_METERS)
    for name, rate in (
        ("pandas groupby", pandas_rate),
        ("polars expressions", polars_rate),
        ("tsfresh", tsfresh_rate),
    ):
        try:
            print(f"| {name}, {table.num_rows} meter-days in memory, no reading | {rate(table) / 1e6:.2f} |")
        except ImportError:
            print(f"| {name} | not installed |")


def report(folder: Path, rounds: int, threads: int = 1) -> None:
    """Run the week over some rounds, print the tables."""
    week = Week(folder, threads)
    before = snapshots.read(folder / "state")
    meters, days = len(before.meter_ids), len(week.days)
    readings = meters * SLOTS
    print(f"{meters:,} meters, {days} days, {readings * days / 1e6:,.0f} million readings, {MINES:.1%} mines")
    week.run()  # compiles and warms the page cache
    runs = [week.run() for _ in range(rounds)]
    print(f"\n{threads} thread(s), medians of {rounds} rounds, M readings per core-second:\n")
    print("| stage | week | its dearest day | part of read-only | wall, M readings per second |")
    print("| --- | --- | --- | --- | --- |")
    for name in STAGES:
        print_stage(name, runs, readings)
    passed = gate.passes(before.records).mean()
    print(f"\n{passed:.2%} pass the gate, {week.described / meters:.2%} are described")
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of this measuring process, which holds every meter's year at once: {peak_gb:.2f} GB")
    print(f"state {before.records.shape[1]} bytes a meter")
    print(f"a day folded into {fold_rate(before):,.0f} meters per core-second, weekly outline included")
    print(f"incremental equals full: {same_either_way(week.lake, folder)}")
    print("\n| tool | M readings per core-second |\n| --- | --- |")
    peers(week.lake)


def print_stage(name: str, runs: list[dict[str, list[Stopwatch]]], readings: int) -> None:
    """Print a stage's medians over the rounds."""
    days = len(runs[0][name])
    cpu_s = [sum(day.cpu_s for day in run[name]) for run in runs]
    read_s = [sum(day.cpu_s for day in run["read"]) for run in runs]
    core = statistics.median(days * readings / s for s in cpu_s) / 1e6
    dearest = statistics.median(readings / max(day.cpu_s for day in run[name]) for run in runs) / 1e6
    part = statistics.median(r / s for r, s in zip(read_s, cpu_s, strict=True))
    wall = statistics.median(days * readings / sum(day.wall_s for day in run[name]) for run in runs) / 1e6
    print(f"| {name} | {core:.1f} | {dearest:.1f} | {part:.2f} | {wall:.1f} |")


def long_run(folder: Path, days: int) -> None:
    """Scan many days from nothing in a process of its own, print its rate and peak memory.

    The days are those of the week over and over, linked under other dates.
    """
    lake = folder / "lake"
    week = lakes.days(lake)
    for i in range(len(week), days):
        source = lake / "readings" / week[i % len(week)].isoformat()
        (lake / "readings" / (FIRST + dt.timedelta(days=i)).isoformat()).symlink_to(source)
    meters = sum(pq.read_metadata(part).num_rows for part in lakes.day_parts(lake, FIRST))
    subprocess.run(
        [sys.executable, __file__, "--scan", str(lake), "--meters", str(meters * days)], check=True
    )


def scan_alone(lake: Path, meter_days: int) -> None:
    """Scan a lake from nothing, with a state folder, and print what that took."""
    with tempfile.TemporaryDirectory(dir=lake.parent) as state:
        watch = Stopwatch(lambda: scan(lake, state=state, every=False))
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rate = meter_days * SLOTS / watch.cpu_s / 1e6
    print(f"\n{meter_days / 1e6:.1f} million meter-days from nothing, state written, compiling included:")
    print(f"{watch.wall_s:.0f} s, {rate:.1f} M readings per core-second, peak memory {peak_gb:.2f} GB")


def fold_rate(before: History) -> float:
    """Meters per core-second that one day is folded into, over a week, with its outline."""
    records = before.records[:200_000].copy()
    matrix = np.full((len(records), WIDTH), 900, np.int32)
    slots = np.full(len(records), SLOTS, np.int32)
    first = (before.as_of - EPOCH).days + 1
    when = [np.full(len(records), first + i, np.int32) for i in range(7)]
    watch = Stopwatch(lambda: [fold(records, day, matrix, slots) for day in when])
    return 7 * len(records) / watch.cpu_s


def same_either_way(lake: Path, folder: Path) -> bool:
    """Whether going on from a snapshot in the middle gives the records of reading everything."""
    days = lakes.days(lake)
    snapshots.write(folder / "middle", recall(lake, last=days[len(days) // 2 - 1]))
    return bool(
        (recall(lake, snapshot=snapshots.read(folder / "middle")).records == recall(lake).records).all()
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--meters", type=int, default=400_000)
    asked.add_argument("--days", type=int, default=7)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--quick", action="store_true", help="20,000 meters")
    asked.add_argument("--long", action="store_true", help="also scan very many meter-days from nothing")
    asked.add_argument("--meter-days", type=int, default=LONG_METER_DAYS, help="that --long scans")
    asked.add_argument("--folder", type=Path, help="where the temporary folder is made")
    asked.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.quick:
        told.meters = 20_000
    if told.make:
        make(told.make, told.meters, told.days)
        return
    if told.scan:
        scan_alone(told.scan, told.meters)
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="gridcanary-speed-", dir=told.folder) as folder:
        # Made by another process, so that its memory is not counted.
        sizes = ["--meters", str(told.meters), "--days", str(told.days)]
        subprocess.run([sys.executable, __file__, "--make", folder, *sizes], check=True)
        report(Path(folder), told.rounds, told.threads)
        if told.long:
            long_run(Path(folder), told.meter_days // told.meters)


if __name__ == "__main__":
    main()
