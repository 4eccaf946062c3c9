"""Time stamps as exports write them, a column at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.clock import Seconds

ZONED = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d(:?\d\d)?)$"
FRACTION = r"(:\d\d:\d\d)[.,]\d+"
EPOCH = r"^(1\d{9}|1\d{12})$"
DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%Y年%m月%d日",
)
TIMES = (
    " %H:%M:%S",
    " %H:%M",
    "T%H:%M:%S",
    "T%H:%M",
    "%H:%M:%S",
    "%H:%M",
    "",
    " %H%M",
    "%H%M%S",
    "%H%M",
    " %H",
    " %I:%M:%S %p",
    " %I:%M %p",
)
FORMATS = tuple(date + time for date in DATES for time in TIMES)
SAMPLE = 5_000


class StampColumn:
    """Reads one file's time stamps; the form is found in the first rows and then holds.

    Args:
        file: named in errors.
        form: a strptime format, or None to find it.
    """

    def __init__(self, file: Path, form: str | None = None) -> None:
        self._file, self._form = file, form
        self.aware = False

    def seconds(self, column: pa.Array) -> tuple[Seconds, NDArray[np.bool_]]:
        """Seconds since 1970 and where a stamp is missing or cannot be read.

        Args:
            column: timestamps (with or without a zone), dates, whole numbers (Unix seconds or milliseconds)
                or text.

        Raises:
            InputError: no known form fits the text, or two fit (day and month could be swapped).
        """
        kind = column.type
        if pa.types.is_timestamp(kind):
            self.aware = kind.tz is not None
            return _filled(pc.cast(column, pa.timestamp("s", kind.tz), safe=False))
        if pa.types.is_date(kind):
            return _filled(pc.cast(column, pa.timestamp("s")))
        if pa.types.is_integer(kind):
            column = pc.cast(column, pa.string())
        elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputError(
                self._file, f"time stamps are of type {kind}", column="ts", remedy="use timestamps or text"
            )
        return self._text_seconds(column)

    def _text_seconds(self, texts: pa.Array) -> tuple[Seconds, NDArray[np.bool_]]:
        if pc.any(pc.match_substring_regex(texts, FRACTION)).as_py():
            # Fractions of a second never tell intervals apart.
            texts = pc.replace_substring_regex(texts, FRACTION, r"\1")
        if self._form is None:
            filled = texts.filter(pc.and_(pc.is_valid(texts), pc.not_equal(texts, "")))
            if not len(filled):
                return _filled(pa.nulls(len(texts), pa.int64()))
            self._form = self._found(filled.slice(0, SAMPLE))
        self.aware = self._form in (ZONED, EPOCH) or self._form.endswith("%z")
        return _filled(_read(texts, self._form))

    def _found(self, sample: pa.Array) -> str:
        for form in (ZONED, EPOCH):
            if pc.mean(pc.cast(pc.match_substring_regex(sample, form), pa.float64())).as_py() > 0.5:
                return form
        short = sample.slice(0, 50)
        likely = [form for form in FORMATS if _hits(short, form)]
        hits = {form: _hits(sample, form) for form in likely}
        best = max(hits.values(), default=0)
        forms = [form for form, count in hits.items() if count == best]
        if not best:
            raise InputError(
                self._file,
                f"the time stamp {sample[0].as_py()[:40]!r} has no known form",
                column="ts",
                remedy="say how it is written, for instance --map '%Y-%m-%d %H:%M=ts_format'",
            )
        meant = _read(sample, forms[0])
        other = next((form for form in forms[1:] if not _read(sample, form).equals(meant)), None)
        if other is not None:
            raise InputError(
                self._file,
                f"the time stamp {sample[0].as_py()[:40]!r} can be read as {forms[0]} and as {other}",
                column="ts",
                remedy=f"say which, for instance --map '{forms[0]}=ts_format'",
            )
        return forms[0]


def _hits(texts: pa.Array, form: str) -> int:
    return len(texts) - int(_read(texts, form).null_count)


def _read(texts: pa.Array, form: str) -> pa.Array:
    """Seconds of texts of one form, null where a text is not of it."""
    if form == ZONED:
        return _zoned(texts)
    if form == EPOCH:
        fits = pc.fill_null(pc.match_substring_regex(texts, EPOCH), False)
        values = pc.cast(pc.if_else(fits, texts, pa.scalar(None, pa.string())), pa.int64())
        return pc.if_else(pc.greater(values, 10**11), pc.divide(values, 1000), values)
    # Exports that stamp the end of an interval write 24:00 for midnight.
    midnight = pc.fill_null(pc.match_substring(texts, " 24:00"), False)
    if pc.any(midnight).as_py():
        texts = pc.replace_substring(texts, " 24:00", " 00:00")
    parsed = pc.cast(pc.strptime(texts, format=form, unit="s", error_is_null=True), pa.int64())
    return pc.add(parsed, pc.multiply(pc.cast(midnight, pa.int64()), 86400))


def _zoned(texts: pa.Array) -> pa.Array:
    fits = pc.fill_null(pc.match_substring_regex(texts, ZONED), False)
    texts = pc.if_else(fits, texts, pa.scalar(None, pa.string()))
    return pc.cast(_cast_or_null(texts, pa.timestamp("s", "UTC")), pa.int64())


def _cast_or_null(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """A cast that leaves null where a text cannot be cast, found by halving."""
    try:
        return pc.cast(texts, kind)
    except pa.ArrowInvalid:
        if len(texts) == 1:
            return pa.nulls(1, kind)
        middle = len(texts) // 2
        halves = [_cast_or_null(texts.slice(0, middle), kind), _cast_or_null(texts.slice(middle), kind)]
        return pa.concat_arrays(halves)


def _filled(seconds: pa.Array) -> tuple[Seconds, NDArray[np.bool_]]:
    whole = pc.cast(seconds, pa.int64())
    wrong = np.asarray(pc.is_null(whole).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return np.asarray(pc.fill_null(whole, 0).to_numpy(zero_copy_only=False), dtype=np.int64), wrong
