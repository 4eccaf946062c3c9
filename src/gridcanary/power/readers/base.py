"""What every reader of a foreign format shares: options, rejects, shape, and how curves become Arrow.

A reader turns one file into record batches of one table of the contracts and knows nothing of the lake.
Batches of readings hold ``meter_id``, ``day`` and at least one curve: ``load_w`` or any of CHANNELS (a file
of voltages has no power); PHASE_LOADS may stand in for a missing total. The importer merges by meter and day.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TextIO, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import CHANNELS

PHASE_LOADS = ("load_a_w", "load_b_w", "load_c_w")
"""Active power per phase [W]: read, summed into load_w where no total came, and not stored."""

CURVES = ("load_w", *PHASE_LOADS, *CHANNELS)
"""Every curve column that a batch of readings may hold, each list<int32>."""

ROW = "row"
"""Optional column of a batch of readings: the 1-based row of the file that the meter-day came from."""

EARLIEST_DAY = dt.date(1990, 1, 1)
"""No interval meter recorded before; an older date is a typing error or an unset clock."""

INT32_MAX = 2**31 - 1
BATCH_ROWS = 8192
"""Rows of a batch and of a row group of the lake: the measured compromise of decode speed and memory."""

TableKind = Literal["readings", "customers", "balance", "registers", "weather"]
Stamp = Literal["auto", "start", "end"]


@dataclass(frozen=True, slots=True)
class Factor:
    """Transformer ratios of a metering point: secondary values times these are what flows in the wire.

    Args:
        ct: current transformer ratio; 60 for 300/5 A.
        pt: voltage transformer ratio; 100 for 10 kV/100 V.
    """

    ct: float = 1.0
    pt: float = 1.0

    @property
    def power(self) -> float:
        """What power and energy are multiplied by (T_FACTOR, 综合倍率)."""
        return self.ct * self.pt


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be understood, where the file itself does not say.

    Args:
        timezone: IANA name; time stamps with a zone are turned into it, those without are in it.
        first_point: clock time, HH:MM, with which the first value of a day is stamped.
        stamp: whether a stamp marks the start or the end of its interval; ``auto`` takes 00:00 as a start and
            anything later as an end, so that a day's values stay within their day.
        factor: ratios for every meter that ``factors`` does not name.
        factors: ratios by measuring point or meter id.
        meters: measuring point id to meter id (E_DATA_MP, C_METER_MP_RELA); ids it lacks stay as they are.
        points: expected values a day, one of SLOTS_PER_DAY; None takes what the file has.
        encoding: ``auto`` or the name of a codec; auto tries UTF-8 (with or without a mark) and GB 18030.
        delimiter: of delimited text; None finds it among comma, tab, semicolon and bar.
        columns: the product's column name to the file's column name.
        unit: of the curve values, lower case (``kw``, ``w``, ``mw``, ``kwh``, ``wh``, ``mwh``); None is the
            format's own.
        latest_day: a later day is out of range; None means tomorrow.
        codes: option file that replaces the table of tariff codes of the customer archive.
    """

    timezone: str = "Asia/Shanghai"
    first_point: str = "00:00"
    stamp: Stamp = "auto"
    factor: Factor = Factor()
    factors: Mapping[str, Factor] = field(default_factory=dict)
    meters: Mapping[str, str] = field(default_factory=dict)
    points: int | None = None
    encoding: str = "auto"
    delimiter: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    latest_day: dt.date | None = None
    codes: Path | None = None

    def last_day(self) -> dt.date:
        """The last day that is accepted [local day]."""
        # Tomorrow, because the exporting machine may stand east of this one.
        return self.latest_day or dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1)

    def day_is_sane(self, day: dt.date) -> bool:
        """Whether a day lies between EARLIEST_DAY and :meth:`last_day`."""
        return EARLIEST_DAY <= day <= self.last_day()

    def meter_of(self, source_id: str) -> str:
        """The meter id of a measuring point."""
        return self.meters.get(source_id, source_id)

    def factor_of(self, source_id: str) -> Factor:
        """The ratios of a measuring point, looked up by its own id and then by its meter's."""
        found = self.factors.get(source_id)
        return found if found is not None else self.factors.get(self.meter_of(source_id), self.factor)

    @property
    def shifts_slots(self) -> bool:
        """Whether a source's day straddles two local days."""
        return (self.first_point != "00:00") != self._marks_end

    @property
    def _marks_end(self) -> bool:
        return self.first_point != "00:00" if self.stamp == "auto" else self.stamp == "end"

    def slot_shift(self, slots: int) -> int:
        """How many slots later than its position the first value of a day belongs: -1, 0 or 1.

        Args:
            slots: values a day.

        Raises:
            ValueError: first_point is neither 00:00 nor one interval later.
        """
        hours, minutes = self.first_point.split(":")
        position, rest = divmod(60 * int(hours) + int(minutes), 1440 // slots)
        if rest or position not in (0, 1):
            raise ValueError(
                f"first point {self.first_point} is neither 00:00 nor {1440 // slots} minutes later"
            )
        return position - int(self._marks_end)


class Rejects:
    """Where refused rows go: a CSV file of file, row, column, reason and original text.

    The file appears, whole, with :meth:`commit`; until then it grows beside its place under a temporary name.

    Args:
        target: the CSV to write; None only counts.
        strict: raise at the first refused row instead.
        append: keep what the target has, as for the second file of a command.
    """

    HEADER = ("file", "row", "column", "reason", "original")

    def __init__(self, target: Path | None = None, *, strict: bool = False, append: bool = False) -> None:
        self.target, self.strict, self.count = target, strict, 0
        self._append = append
        self.first: InputError | None = None
        self.reasons: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self._partial = target.with_name(f".{target.name}.{os.getpid()}.partial") if target else None
        self._handle: TextIO | None = None

    def add(self, file: Path, row: int | None, column: str | None, reason: str, original: str = "") -> None:
        """Refuse one row.

        Args:
            file: the file that was read.
            row: 1-based line, header counted; None where rows make no sense.
            column: the column at fault; None where it is the whole row.
            reason: what is wrong, a clause without a full stop and, for counting, without the value itself.
            original: the text as it stood in the file.

        Raises:
            InputError: in strict mode.
        """
        shown = f": {original[:80]!r}" if original and column else ""
        error = InputError(file, reason + shown, row=row, column=column)
        if self.strict:
            raise error
        self.first = self.first or error
        self.count += 1
        self.reasons[reason] += 1
        if self._partial is not None:
            if self._handle is None:
                self._partial.parent.mkdir(parents=True, exist_ok=True)
                self._handle = self._open(self._partial)
            csv.writer(self._handle).writerow([file, row, column, reason, original])

    def _open(self, partial: Path) -> TextIO:
        if self._append and self.target is not None and self.target.exists():
            shutil.copyfile(self.target, partial)
            return partial.open("a", encoding="utf-8", newline="")
        # The mark lets a spreadsheet see that the text is UTF-8.
        handle = partial.open("w", encoding="utf-8-sig", newline="")
        csv.writer(handle).writerow(self.HEADER)
        return handle

    def skip(self, reason: str, rows: int = 1) -> None:
        """Count rows that are sound but of no use here, such as a data type that no detector reads."""
        if rows:
            self.skipped[reason] += rows

    def commit(self) -> None:
        """Put the file in its place; without a refused row there is none, and an older one goes."""
        if self._partial is None or self.target is None:
            return
        if self._handle is None:
            if not self._append:
                self.target.unlink(missing_ok=True)
            return
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        self._handle = None
        os.replace(self._partial, self.target)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)


@runtime_checkable
class Reader(Protocol):
    """One format. Readers hold no state: one object serves every file."""

    @property
    def name(self) -> str:
        """What ``--format`` takes: lower case, hyphens."""
        ...

    @property
    def title_en(self) -> str:
        """The format in English."""
        ...

    @property
    def title_zh(self) -> str:
        """The format in Chinese."""
        ...

    @property
    def table(self) -> TableKind:
        """Which table of the contracts its batches belong to."""
        ...

    @property
    def whole_days(self) -> bool:
        """True where a row is a whole day, which replaces the stored one; False where a file may end within a
        day, whose values then fill up and overwrite the stored day slot by slot."""
        ...

    def sniff(self, path: Path, head: bytes) -> float:
        """How sure the reader is that the file is its own: 0 not at all, 1 certain.

        Args:
            path: the file, for its name only.
            head: the first HEAD_BYTES of the content, already out of gzip.
        """
        ...

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the file in batches of about BATCH_ROWS rows.

        Raises:
            InputError: the file as a whole cannot be read, or a row is bad and rejects is strict.
        """
        ...


HEAD_BYTES = 65536


def curve_array(values: NDArray[np.float64]) -> pa.ListArray:
    """Curves as Arrow lists of integers, NaN as null.

    Args:
        values: shape (rows, slots), in the unit of the column (W, var, mA, mV, permille).

    Raises:
        ValueError: a value does not fit int32; readers refuse such rows before.

    Example:
        >>> curve_array(np.array([[1.4, np.nan]])).to_pylist()
        [[1, None]]
    """
    rows, slots = values.shape
    missing = np.isnan(values)
    whole = np.rint(np.where(missing, 0.0, values))
    if whole.size and np.abs(whole).max() > INT32_MAX:
        raise ValueError("a value does not fit into 32 bits")
    flat = pa.array(whole.astype(np.int32).ravel(), pa.int32(), mask=missing.ravel())
    return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1, dtype=np.int32) * slots), flat)


def readings_batch(
    meter_ids: Sequence[str] | pa.Array,
    days: Sequence[dt.date] | NDArray[np.datetime64] | pa.Array,
    curves: Mapping[str, NDArray[np.float64] | pa.ListArray],
    rows: NDArray[np.int64] | None = None,
) -> pa.RecordBatch:
    """A batch of readings.

    Args:
        meter_ids: one a row.
        days: local days, one a row.
        curves: column of CURVES to shape (rows, slots) in that column's unit, NaN where missing.
        rows: 1-based rows in the file, for naming a duplicate; left out where a row of the file is no day.
    """
    names = [name for name in CURVES if name in curves]
    columns = [curves[name] for name in names]
    arrays = [item if isinstance(item, pa.Array) else curve_array(item) for item in columns]
    if isinstance(days, np.ndarray):
        days = days.astype("datetime64[D]")
    if rows is not None:
        arrays.append(pa.array(rows, pa.int64()))
    keys = [pa.array(meter_ids, pa.string()), pa.array(days, pa.date32())]
    return pa.RecordBatch.from_arrays([*keys, *arrays], schema=readings_schema(names, rows is not None))


def readings_schema(curves: Sequence[str], with_row: bool = False) -> pa.Schema:
    """The schema of a batch of readings with the curve columns named, and ROW where wanted."""
    keys = [pa.field("meter_id", pa.string(), nullable=False), pa.field("day", pa.date32(), nullable=False)]
    lists = [pa.field(name, pa.list_(pa.int32())) for name in curves]
    return pa.schema(keys + lists + ([pa.field(ROW, pa.int64())] if with_row else []))
