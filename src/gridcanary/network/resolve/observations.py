"""Observations to resolve, from a table; and the answers as a table."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.network import RESOLUTIONS
from gridcanary.network.pseudonyms import Pseudonyms
from gridcanary.network.resolve.records import address_of, port_of, rows_of, time_ns
from gridcanary.network.resolve.resolving import Observation, Resolution

CLOCK_ERROR_S = 1.0
LARGEST_ERROR_S = 86_400.0


def read_observations(path: Path, clock_error_s: float = CLOCK_ERROR_S) -> Iterator[Observation]:
    """Observations from CSV or JSON lines: ``address, time[, source_port, clock_error_s]``.

    Args:
        path: the table; times with their offset from UTC, or seconds since 1970.
        clock_error_s: of rows that tell none [s].

    Raises:
        InputError: a row that makes no sense; names row and column.
    """
    for number, row in rows_of(path, ("address", "time")):
        port = port_of(row["source_port"], path, number, "source_port") if "source_port" in row else None
        error = _seconds(row["clock_error_s"], path, number) if "clock_error_s" in row else clock_error_s
        address = address_of(row["address"], path, number, "address")
        yield Observation(address, port, time_ns(row["time"], path, number, "time"), error)


def _seconds(text: str, path: Path, number: int) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LARGEST_ERROR_S:
        problem = f"{text!r} is no clock error of at most a day"
        raise InputError(path, problem, row=number, column="clock_error_s")
    return seconds


def resolution_table(answers: Iterable[tuple[Observation, Resolution]], names: Pseudonyms) -> pa.Table:
    """Answers as a table of contracts.network.RESOLUTIONS.

    Args:
        answers: observations with what became of them.
        names: how addresses are written.
    """
    return pa.Table.from_pylist([_row(seen, found, names) for seen, found in answers], RESOLUTIONS)


def _row(seen: Observation, found: Resolution, names: Pseudonyms) -> dict[str, object]:
    candidates = [
        {
            "premises_id": one.premises_id,
            "confidence": round(one.confidence, 6),
            "basis": one.basis,
            "records": list(one.records),
        }
        for one in found.candidates
    ]
    return {
        "endpoint": names.of(seen.address),
        "source_port": seen.port,
        "time": dt.datetime.fromtimestamp(seen.time_ns // 1000 / 1e6, dt.UTC),
        "clock_error_s": seen.clock_error_s,
        "state": found.state,
        "premises_id": found.premises_id,
        "confidence": found.confidence,
        "covered": found.covered,
        "candidates": json.dumps(candidates, ensure_ascii=False),
    }
