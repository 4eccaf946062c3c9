"""Curves of the listed premises, drawn out of the day-major lake into a file a day that loads at once.

The lake is sorted for scanning a day of all meters; a page wants all days of one meter. One pass over each
new day keeps what pages need: the full curves of the listed meters, the daily means of every meter on their
transformers, and each of those transformers' supply and metered sum. The files can be deleted at any time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.console import lake_days
from gridcanary.console.archive import archive_table
from gridcanary.console.findings import METER, TRANSFORMER, open_book
from gridcanary.console.home import Stamp, file_stamp, workspace
from gridcanary.power import lake as lakes

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
FORMAT = 1
"""Raise when the files' contents change, so that older ones are made anew."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Which meters and transformers pages show.

    Args:
        curve_meters: meters with a full curve, sorted: the listed ones.
        meters: meters with a daily mean, sorted: the listed ones and all on their transformers.
        transformers: transformers with supply and sum, sorted.
        transformer_index: position in ``transformers`` for each of ``meters``; -1 for none.
    """

    curve_meters: tuple[str, ...]
    meters: tuple[str, ...]
    transformers: tuple[str, ...]
    transformer_index: tuple[int, ...]

    @property
    def digest(self) -> str:
        """Names this choice of meters; files of another choice are not usable."""
        text = repr((FORMAT, self.curve_meters, self.meters, self.transformers, self.transformer_index))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Curves:
    """All days of the watched meters and transformers, in kW; NaN where missing.

    Args:
        watched: which rows are which.
        days: the lake's days, sorted.
        slots: values a day.
        load_kw: (curve_meters, days, slots).
        daily_kw: mean of each day (meters, days).
        metered_kw: sum of a transformer's meters (transformers, days, slots).
        reporting: share of a transformer's meters that reported (transformers, days), 0 to 1.
        supplied_kw: what the transformer supplied (transformers, days, slots).
    """

    watched: Watched
    days: tuple[dt.date, ...]
    slots: int
    load_kw: Floats
    daily_kw: Floats
    metered_kw: Floats
    reporting: Floats
    supplied_kw: Floats


def watched_subjects() -> Watched:
    """What the present findings and archive ask for."""
    book = open_book()
    listed = book.listed if book else ()
    curve_meters = sorted(finding.subject_id for finding in listed if finding.subject_kind == METER)
    transformers = {finding.subject_id for finding in listed if finding.subject_kind == TRANSFORMER}
    transformers |= {f.customer.transformer_id for f in listed if f.customer and f.customer.transformer_id}
    order = tuple(sorted(transformers))
    table = archive_table()
    rows = table.filter(pc.is_in(table["transformer_id"], pa.array(order, pa.string())))
    home = dict(zip(rows["meter_id"].to_pylist(), rows["transformer_id"].to_pylist(), strict=True))
    meters = tuple(sorted(set(home) | set(curve_meters)))
    position = {transformer: index for index, transformer in enumerate(order)}
    return Watched(
        tuple(curve_meters), meters, order, tuple(position.get(home.get(meter, ""), -1) for meter in meters)
    )


def _draw_day(lake: Path, day: dt.date, watched: Watched, slots: int) -> dict[str, Floats]:
    """One pass over a day of the lake."""
    known = pa.array(watched.meters, pa.string())
    load = np.full((len(watched.meters), slots), np.nan, np.float32)
    for batch in lakes.read_day(lake, day, ["meter_id", "load_w"]):
        place = pc.index_in(batch["meter_id"], known)
        keep = pc.is_valid(place)
        rows = place.filter(keep).to_numpy()
        if len(rows):
            load[rows] = lake_days.curve_matrix(batch["load_w"].filter(keep), slots) / 1000
    index = np.asarray(watched.transformer_index, np.int64)
    metered = np.zeros((len(watched.transformers), slots), np.float32)
    members = np.bincount(index[index >= 0], minlength=len(watched.transformers))
    np.add.at(metered, index[index >= 0], np.nan_to_num(load[index >= 0]))
    with_reading = np.isfinite(load).any(axis=1)
    reported = np.bincount(index[(index >= 0) & with_reading], minlength=len(watched.transformers))
    curve_rows = np.searchsorted(np.asarray(watched.meters, object), np.asarray(watched.curve_meters, object))
    return {
        "load_kw": load[curve_rows.astype(np.int64)],
        "daily_kw": lake_days.mean_of_present(load, axis=1),
        "metered_kw": metered,
        "reporting": (reported / np.maximum(members, 1)).astype(np.float32),
        "supplied_kw": lake_days.supplied_kw(lake, day, watched.transformers, slots),
    }


def _day_file(folder: Path, lake: Path, day: dt.date) -> Path:
    stamp = hashlib.sha256(repr(file_stamp(*lake_days.day_files(lake, day))).encode()).hexdigest()[:12]
    return folder / f"{day.isoformat()}-{stamp}.npz"


def _write(file: Path, arrays: dict[str, Floats]) -> None:
    # A rename at the end, so that a stop half-way leaves no half file that looks whole.
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as handle:
        np.savez(handle, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the keywords for options
    draft.replace(file)


def _gather(progress: Callable[[int, int], None] | None) -> Curves:
    home = workspace()
    watched, days = watched_subjects(), lake_days.lake_days(home.lake)
    slots = lake_days.slots_per_day(home.lake)
    folder = home.curve_cache / f"{watched.digest}-{slots}"
    folder.mkdir(parents=True, exist_ok=True)
    for other in home.curve_cache.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    parts: list[dict[str, Floats]] = []
    for done, day in enumerate(days, 1):
        file = _day_file(folder, home.lake, day)
        if not file.exists():
            for stale in folder.glob(f"{day.isoformat()}-*.npz"):
                stale.unlink()
            _write(file, _draw_day(home.lake, day, watched, slots))
        with np.load(file) as stored:
            parts.append({name: stored[name] for name in stored.files})
        if progress:
            progress(done, len(days))
    return _stack(watched, tuple(days), slots, parts)


def _stack(watched: Watched, days: tuple[dt.date, ...], slots: int, parts: list[dict[str, Floats]]) -> Curves:
    shapes = {
        "load_kw": (len(watched.curve_meters), 0, slots),
        "daily_kw": (len(watched.meters), 0),
        "metered_kw": (len(watched.transformers), 0, slots),
        "reporting": (len(watched.transformers), 0),
        "supplied_kw": (len(watched.transformers), 0, slots),
    }
    stacked = {
        name: np.stack([part[name] for part in parts], axis=1) if parts else np.empty(shape, np.float32)
        for name, shape in shapes.items()
    }
    return Curves(watched, days, slots, **stacked)


_lock = threading.Lock()


@lru_cache(maxsize=1)
def _curves(_stamp: Stamp) -> Curves:
    return _gather(None)


def _inputs() -> Stamp:
    home = workspace()
    days = lake_days.lake_days(home.lake)
    newest = lake_days.day_files(home.lake, days[-1]) if days else []
    # The folder's time changes when a day is added, the newest day's files when it is read again,
    # imports.jsonl with every import; so a look at a page costs a few stats, not hundreds.
    return file_stamp(
        home.findings, home.customers, home.lake / "readings", home.lake / "imports.jsonl", *newest
    )


def curves() -> Curves:
    """The watched curves; made again only when the findings, the archive or the lake change."""
    with _lock:
        return _curves(_inputs())


def prepare(progress: Callable[[int, int], None] | None = None) -> int:
    """Draw the missing days now, so that the first page does not wait.

    Args:
        progress: called with (days done, days in all).

    Returns:
        Days in the lake.
    """
    with _lock:
        return len(_gather(progress).days)
