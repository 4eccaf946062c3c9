"""How fast the daily path over load curves is, stage by stage, beside reading alone and beside other tools.

    python benchmarks/power_speed.py            400,000 meters, 8 days of 96 readings; some minutes
    python benchmarks/power_speed.py --quick    20,000 meters, 2 days

Writes Parquet in the layout of the lake into a temporary folder and removes it. Rates are readings per
core-second: the processor time of all threads of the process. Each round measures every stage once, so that
ratios are taken within a round and a busy machine disturbs both sides alike; the table shows medians.
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
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from gridcanary.power import traits as tr
from gridcanary.power.assessment import Surroundings
from gridcanary.power.features import DAY_FEATURES, WIDTH, day_features, features
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.history import History, recall
from gridcanary.power.scan import PRIOR, _meter_rows

SLOTS = 96
FIRST = dt.date(2025, 3, 3)
EPOCH = dt.date(1970, 1, 1)
KINDS = 5000
"""Different customers that have a year behind them; the others are the same ones over again."""

MINES, NEAR_EMPTY = 0.002, 0.06
PEER_METERS = 400
DESCRIBED = 1000
"""Meters behind the gate that are described and scored; the time is that of all, in proportion."""


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


def drain(batches: Iterator[Any]) -> None:
    """Use up what a stage gives."""
    for _ in batches:
        pass


def daily_path(lake: Path, before: History, forest: forests.Forest, threads: int) -> dict[str, Stopwatch]:
    """Each stage once: reading alone, features, features and fold, gate, scores and findings."""
    files = [part for day in lakes.days(lake) for part in lakes.day_parts(lake, day)]
    columns = ["meter_id", "load_w"]
    stages = {
        "read": Stopwatch(
            lambda: drain(map_groups(row_groups(files), _nothing, columns=columns, threads=threads))
        )
    }
    stages["read, features"] = Stopwatch(
        lambda: drain(
            map_batches(files, features, columns=READINGS.names, schema=DAY_FEATURES, threads=threads)
        )
    )
    stages["read, features, fold"] = Stopwatch(lambda: recall(lake, snapshot=before, threads=threads))
    now: History = stages["read, features, fold"].result
    stages["gate"] = Stopwatch(lambda: gate.passes(now.records))
    passed = np.flatnonzero(stages["gate"].result)
    scale = max(1.0, len(passed) / DESCRIBED)
    passed = passed[:: int(np.ceil(scale))]
    few = replace(now, meter_ids=now.meter_ids.take(pa.array(passed)), records=now.records[passed])
    stages["traits"] = Stopwatch(lambda: tr.traits(few.records))
    matrix = stages["traits"].result[0][:, [tr.NAMES.index(name) for name in forest.names]]
    stages["score"] = Stopwatch(lambda: forest.log_likelihood_ratio(matrix))
    stages["findings"] = Stopwatch(lambda: _meter_rows(few, forest, Surroundings({}, None), PRIOR, None))
    # A year of every meter is half a gigabyte here: let go of it before the next round.
    stages["read, features, fold"].result = None
    for name in ("traits", "score", "findings"):
        stages[name].cpu_s *= int(stages["gate"].result.sum()) / max(1, len(passed))
        stages[name].wall_s *= int(stages["gate"].result.sum()) / max(1, len(passed))
    return stages


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


def report(folder: Path, rounds: int) -> None:
    """Run the daily path over some rounds, print the tables."""
    lake = folder / "lake"
    before, forest = snapshots.read(folder / "state"), forests.load()
    readings = sum(part.num_rows for part in map(pq.read_metadata, lake.rglob("part-*.parquet"))) * SLOTS
    meters = len(before.meter_ids)
    days = readings // SLOTS // meters
    print(f"{meters:,} meters, {days} days, {readings / 1e6:,.0f} million readings")
    daily_path(lake, before, forest, 2)  # compiles and warms the page cache
    for threads in (1, 2):
        runs = [daily_path(lake, before, forest, threads) for _ in range(rounds)]
        print_stages(runs, threads, readings, days)
        print_scores(runs[-1], meters)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\npeak memory {peak_gb:.2f} GB for {readings / SLOTS / 1e6:.1f} million meter-days")
    print(f"state {before.records.shape[1]} bytes a meter")
    print(f"a day folded into {fold_rate(before):,.0f} meters per core-second, weekly outline included")
    print(f"incremental equals full: {same_either_way(lake, folder)}")
    print("\n| tool | M readings per core-second |\n| --- | --- |")
    peers(lake)


def print_stages(runs: list[dict[str, Stopwatch]], threads: int, readings: int, days: int) -> None:
    """Print the medians of the stages that see every reading, and of the whole."""
    print(f"\n{threads} thread(s), median of {len(runs)} rounds:\n")
    print("| stage | M readings per core-second | M readings per second | part of read-only |")
    print("| --- | --- | --- | --- |")
    read_cpu_s = [run["read"].cpu_s for run in runs]
    for name in ("read", "read, features", "read, features, fold"):
        print_row(name, readings, [run[name] for run in runs], read_cpu_s)
    print_row("with gate", readings, [whole_path(run, days, "gate") for run in runs], read_cpu_s)
    whole = [whole_path(run, days, "gate", "findings") for run in runs]
    print_row("whole daily path", readings, whole, read_cpu_s)


def print_scores(run: dict[str, Stopwatch], meters: int) -> None:
    """Print what is done a meter and not a reading."""
    passed = int(run["gate"].result.sum())
    each = {name: run[name].cpu_s / max(passed, 1) * 1e6 for name in ("traits", "score", "findings")}
    print(
        f"\ngate {run['gate'].cpu_s / meters * 1e9:.0f} ns a meter, {passed / meters:.2%} pass; of these each"
    )
    print(
        f"traits {each['traits']:.0f} us, score {each['score']:.0f} us, "
        f"with findings {each['findings']:.0f} us"
    )


class _Sum:
    def __init__(self, cpu_s: float, wall_s: float) -> None:
        self.cpu_s, self.wall_s = cpu_s, wall_s


def whole_path(run: dict[str, Stopwatch], days: int, *daily: str) -> _Sum:
    """Reading to fold, and what runs once a day, so as often as there are days."""
    first = run["read, features, fold"]
    cpu = first.cpu_s + days * sum(run[name].cpu_s for name in daily)
    return _Sum(cpu, first.wall_s + days * sum(run[name].wall_s for name in daily))


def print_row(name: str, readings: int, watches: list[Any], read_cpu_s: list[float]) -> None:
    """Print a stage's medians."""
    core = statistics.median(readings / w.cpu_s for w in watches) / 1e6
    wall = statistics.median(readings / w.wall_s for w in watches) / 1e6
    part = statistics.median(r / w.cpu_s for r, w in zip(read_cpu_s, watches, strict=True))
    print(f"| {name} | {core:.1f} | {wall:.1f} | {part:.2f} |")


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
    asked.add_argument("--days", type=int, default=8)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--quick", action="store_true", help="20,000 meters, 2 days, 3 rounds")
    asked.add_argument("--folder", type=Path, help="where the temporary folder is made")
    asked.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.quick:
        told.meters, told.days, told.rounds = 20_000, 2, 3
    if told.make:
        make(told.make, told.meters, told.days)
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="gridcanary-speed-", dir=told.folder) as folder:
        # Made by another process, so that its memory is not counted.
        sizes = ["--meters", str(told.meters), "--days", str(told.days)]
        subprocess.run([sys.executable, __file__, "--make", folder, *sizes], check=True)
        report(Path(folder), told.rounds)


if __name__ == "__main__":
    main()
