"""What a reader made of a file, by meter and day, for tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from gridcanary.power.readers.base import Reader, ReadOptions, Rejects

Days = dict[tuple[str, dt.date], dict[str, list[int | None]]]


def collect(reader: Reader, path: Path, **options: Any) -> tuple[Days, Rejects]:
    """Every meter-day of a file, parts of one merged slot by slot as the importer does."""
    rejects = Rejects()
    days: Days = {}
    for batch in reader.read(path, ReadOptions(**options), rejects):
        for row in batch.to_pylist():
            held = days.setdefault((row.pop("meter_id"), row.pop("day")), {})
            for name, curve in row.items():
                if curve is None:
                    continue
                before = held.get(name, [None] * len(curve))
                held[name] = [old if new is None else new for old, new in zip(before, curve, strict=True)]
    return days, rejects


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """A file with a text in it."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
