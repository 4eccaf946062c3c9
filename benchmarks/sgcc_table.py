"""The SGCC table of daily energy with theft labels: the published file, or any slice of its columns.

The published file (Zheng et al., IEEE TII 14(4), 2018; github.com/henryRDlab/ElectricityTheftDetection) is
not ours to hand on. Whoever has it gives its path; it is used only when its digest is the published one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from gridcanary.contracts.errors import InputError, SchemaMismatch

PUBLISHED_SHA256 = "99f8fd315626b1f729a9a03a97cb52ed097ab4d43e5771e21554c9e0c369b9b7"
PUBLISHED_BYTES = 175_194_613
PUBLISHED_CUSTOMERS = 42_372
PUBLISHED_DAYS = 1_034
ID_COLUMN, LABEL_COLUMN = "CONS_NO", "FLAG"


@dataclass(frozen=True, slots=True)
class TheftTable:
    """Daily energy of labelled customers.

    Args:
        customers: customer numbers, n strings, all distinct.
        theft: n booleans, true where an inspection found theft.
        days: the days of the columns, ascending.
        kwh: daily energy [kWh], shape (n, days), float32, NaN where missing.
        sha256: digest of the file that was read.
    """

    customers: np.ndarray
    theft: np.ndarray
    days: tuple[dt.date, ...]
    kwh: np.ndarray
    sha256: str

    def __len__(self) -> int:
        return len(self.customers)

    def rows(self, chosen: np.ndarray) -> TheftTable:
        """The same table with only the chosen rows (a mask or indices)."""
        return replace(self, customers=self.customers[chosen], theft=self.theft[chosen], kwh=self.kwh[chosen])

    def tie_keys(self) -> np.ndarray:
        """A number per customer, from the digest of its name, that orders customers with equal scores.

        The file is sorted by label in long runs, so leaving ties in file order would give the answer away.
        """
        digests = (hashlib.sha256(str(name).encode()).digest()[:8] for name in self.customers)
        return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load_published(path: Path) -> TheftTable:
    """The published file, or an error that says how it differs from what was published.

    Args:
        path: data.csv as unpacked from the published archive of three parts.

    Raises:
        InputError: the file is missing, or its size or digest is another one.
    """
    if not path.is_file():
        raise InputError(
            path, "no such file", remedy="unpack data.zip, .z01 and .z02 together to get data.csv"
        )
    size = path.stat().st_size
    if size != PUBLISHED_BYTES:
        raise InputError(
            path,
            f"has {size:,} bytes, the published file has {PUBLISHED_BYTES:,}",
            remedy="give a slice with --slice instead, or fetch the published file again",
        )
    found = file_sha256(path)
    if found != PUBLISHED_SHA256:
        raise InputError(path, f"SHA-256 is {found}, the published file's is {PUBLISHED_SHA256}")
    table = load_slice(path, sha256=found)
    if (len(table), len(table.days)) != (PUBLISHED_CUSTOMERS, PUBLISHED_DAYS):
        raise InputError(path, f"read {len(table):,} customers x {len(table.days):,} days")
    return table


def load_slice(path: Path, sha256: str | None = None) -> TheftTable:
    """Any table with CONS_NO, FLAG and one column a day, in any column order.

    Args:
        path: CSV; day columns are named M/D/YYYY or YYYY/M/D, zero-padded or not.
        sha256: the file's digest if it is already known.

    Raises:
        InputError: unreadable number, label other than 0 and 1, empty or repeated customer, repeated day.
        SchemaMismatch: a column that is none of the three kinds, or no day at all.
    """
    if not path.is_file():
        raise InputError(path, "no such file")
    raw = _read_csv(path)
    names = [name for name in raw.column_names if name not in (ID_COLUMN, LABEL_COLUMN)]
    dated = sorted((parse_day(path, name), name) for name in names)
    if not dated:
        raise SchemaMismatch(path, "has no column named after a day", row=1)
    days = tuple(day for day, _ in dated)
    for (day, name), (earlier, _) in zip(dated[1:], dated, strict=False):
        if day == earlier:
            raise InputError(path, f"the day {day} comes twice", row=1, column=name)
    kwh = np.empty((raw.num_rows, len(dated)), dtype=np.float32)
    for place, (_, name) in enumerate(dated):
        kwh[:, place] = pc.fill_null(raw[name], float("nan")).to_numpy()
    return TheftTable(
        _customers(path, raw),
        _labels(path, raw),
        days,
        kwh,
        sha256 if sha256 is not None else file_sha256(path),
    )


def parse_day(path: Path, name: str) -> dt.date:
    """The day that a column is named after: M/D/YYYY (the slice) or YYYY/M/D (the published file)."""
    match = re.fullmatch(r"(\d{1,4})[/-](\d{1,2})[/-](\d{1,4})", name.strip())
    if match:
        first, second, third = (int(part) for part in match.groups())
        year, month, day = (first, second, third) if first > 31 else (third, first, second)
        try:
            return dt.date(year, month, day)
        except ValueError:
            pass  # falls through to the same error as a name that is no date at all
    raise SchemaMismatch(
        path, "is neither CONS_NO, FLAG nor a day (M/D/YYYY or YYYY/M/D)", row=1, column=name
    )


def _read_csv(path: Path) -> pa.Table:
    """The CSV as Arrow; day columns as float64, missing where the cell is empty."""
    try:
        with path.open("rb") as stream:
            header = stream.readline().decode("utf-8-sig").strip().split(",")
    except UnicodeDecodeError as error:
        raise InputError(path, "is not UTF-8 text", row=1) from error
    missing = [name for name in (ID_COLUMN, LABEL_COLUMN) if name not in header]
    if missing:
        raise SchemaMismatch(path, f"lacks {' and '.join(missing)}", row=1)
    types = {name: pa.float64() for name in header} | {ID_COLUMN: pa.string(), LABEL_COLUMN: pa.int64()}
    convert = pacsv.ConvertOptions(column_types=types, null_values=["", "NA", "NaN", "nan"])
    try:
        # One thread only: otherwise Arrow doesn't know the row that it complains about.
        return pacsv.read_csv(
            path, read_options=pacsv.ReadOptions(use_threads=False), convert_options=convert
        )
    except pa.ArrowInvalid as error:
        raise _located(path, header, str(error)) from error


def _located(path: Path, header: list[str], message: str) -> InputError:
    """Arrow's complaint with its row and column taken out of the sentence."""
    column = re.search(r"column #(\d+)", message)
    row = re.search(r"[Rr]ow #(\d+)", message)
    problem = message.rsplit("error to ", 1)[-1] if "error to " in message else message
    return InputError(
        path,
        problem.strip(),
        row=int(row.group(1)) if row else None,
        column=header[int(column.group(1))] if column else None,
    )


def _customers(path: Path, raw: pa.Table) -> np.ndarray:
    names = np.array(raw[ID_COLUMN].to_pylist(), dtype=object)
    seen: set[str] = set()
    for place, name in enumerate(names):
        if not name:
            raise InputError(path, "is empty", row=place + 2, column=ID_COLUMN)
        if name in seen:
            raise InputError(path, f"customer {name} comes twice", row=place + 2, column=ID_COLUMN)
        seen.add(name)
    return names


def _labels(path: Path, raw: pa.Table) -> np.ndarray:
    flags = pc.fill_null(raw[LABEL_COLUMN], -1).to_numpy()
    wrong = np.flatnonzero((flags != 0) & (flags != 1))
    if len(wrong):
        raise InputError(path, "is neither 0 nor 1", row=int(wrong[0]) + 2, column=LABEL_COLUMN)
    return flags.astype(bool)


def identical_groups(kwh: np.ndarray) -> np.ndarray:
    """A group number per row; rows with the very same curve share one, all-zero rows stand each alone.

    Customers with identical curves must not be on both sides of a split. An all-zero curve carries nothing by
    which a customer could be recognised, and there are thousands, so these aren't tied together.
    """
    filled = np.ascontiguousarray(np.nan_to_num(kwh, nan=-1.0))
    keys = [row.tobytes() for row in filled]
    first: dict[bytes, int] = {}
    groups = np.arange(len(keys))
    for place, key in enumerate(keys):
        if np.any(filled[place] > 0):
            groups[place] = first.setdefault(key, place)
    return groups
