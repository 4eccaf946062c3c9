"""The wanted fields of many records as slices of their block, and the tables that find them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import canonical
from gridcanary.network.logs.kernels import json_fields, numbers, separated_fields
from gridcanary.network.logs.kernels.addresses import address_digests
from gridcanary.network.logs.kernels.digests import digest_of, key_digest, put_all
from gridcanary.network.logs.kernels.marks import digests_of
from gridcanary.network.logs.line_blocks import LineBlock
from gridcanary.network.logs.rejects import LogReport

MISSING, BAD = int(numbers.MISSING), int(numbers.BAD)

_REASONS = {
    json_fields.NO_OBJECT: "is no JSON object",
    json_fields.CUT_OFF: "the JSON object ends too early",
    json_fields.BAD_SYNTAX: "is no JSON",
    json_fields.TOO_DEEP: "the JSON object is nested too deep",
    json_fields.TRAILING: "something stands after the JSON object",
    separated_fields.TOO_FEW: "has fewer columns than the header",
    separated_fields.TOO_MANY: "has more columns than the header",
}
_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


def digest_table(digests: Iterable[int]) -> NDArray[np.uint64]:
    """An open-addressed set of digests, at most a quarter full."""
    wanted = np.fromiter(digests, np.uint64)
    table = np.zeros(1 << max(6, int(4 * wanted.size - 1).bit_length() if wanted.size else 0), np.uint64)
    put_all(table, wanted)
    return table


def text_digest(text: str) -> int:
    """Digest of a text, as kernels make it of a slice."""
    data = np.frombuffer(text.encode(), np.uint8)
    return int(digest_of(data, 0, data.size))


@dataclass(slots=True)
class Fields:
    """Fields found in a block.

    Args:
        block: the lines.
        columns: number of each field's column.
        start, stop: slices, int32 (records, columns); -1 where a field is not there.
        fate: what became of each record, as the kernels say.
        rows: those that were read, int64.
        escapes: how text is escaped, ``json`` or ``zeek``.
    """

    block: LineBlock
    columns: Mapping[str, int]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    fate: NDArray[np.int8]
    rows: NDArray[np.int64]
    escapes: str = "json"

    def account(self, report: LogReport) -> None:
        """Count the block's records, and those that were skipped or cannot be read."""
        report.records += len(self.fate)
        report.passed_over += int(np.count_nonzero(self.fate == json_fields.SKIPPED))
        for row in np.flatnonzero(self.fate > json_fields.SKIPPED).tolist():
            report.reject(int(self.block.rows[row]), None, _REASONS[int(self.fate[row])])

    def slices(self, column: str) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32]]:
        """Block and slices of one column, as kernels take them."""
        place = self.columns[column]
        return self.block.data, self.start[:, place], self.stop[:, place]

    def has(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some rows have a field."""
        held: NDArray[np.bool_] = self.start[rows, self.columns[column]] >= 0
        return held

    def times(self, column: str, rows: NDArray[np.int64], zone_s: int = 0) -> NDArray[np.int64]:
        """Times of some rows, UTC [ns since 1970], MISSING or BAD. zone_s: east of Greenwich, where none is written."""
        return numbers.times_of(*self.slices(column), rows, zone_s)

    def spans(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Lengths of time of some rows [ns], written in seconds; MISSING or BAD."""
        return numbers.spans_of(*self.slices(column), rows)

    def counts(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Whole numbers of some rows, of ports up to 65535; MISSING or BAD."""
        most = numbers.MOST_PORT if column.endswith("_port") else numbers.MOST_COUNT
        return numbers.counts_of(*self.slices(column), rows, most)

    def addresses(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Digests of the addresses of some rows; 0 where there is none."""
        return address_digests(*self.slices(column), rows)

    def digests(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Digests of the texts of some rows; 0 where there is none."""
        return digests_of(*self.slices(column), rows)

    def raw(self, column: str, row: int) -> bytes | None:
        """The bytes of one field as they stand, None where it is not there."""
        place = self.columns[column]
        start = self.start.item(row, place)
        return self.block.text[start : self.stop.item(row, place)] if start >= 0 else None

    def address(self, column: str, row: int) -> str:
        """The address in one field as network.ends writes it; ValueError where it is none."""
        raw = self.raw(column, row)
        return _canonical(raw or b"")

    def text(self, column: str, row: int) -> str | None:
        """The text of one field without its escapes, None where it is not there or is no text."""
        raw = self.raw(column, row)
        if raw is None:
            return None
        if b"\\" in raw:
            raw = _unescaped(raw, self.escapes)
        return raw.decode("utf-8", "replace") if raw is not None else None


@lru_cache(maxsize=1 << 16)
def _canonical(text: bytes) -> str:
    """The same few addresses stand in most records."""
    return canonical(text.decode("ascii", "replace"))


def _unescaped(raw: bytes, escapes: str) -> bytes | None:
    if escapes == "zeek":
        return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    try:
        return str(json.loads(b'"' + raw + b'"')).encode("utf-8", "replace")
    except ValueError:
        return None


class JsonTable:
    """Finds fields of JSON objects by their paths.

    Args:
        paths: name of each field and its path, keys joined with ``/`` (Zeek has dots in its keys); several names may
            share no path, several paths may share one name.
        type_field: the field that tells the record's type, None where there is none.
        types: wanted values of it.
    """

    def __init__(
        self, paths: Iterable[tuple[str, str]], type_field: str | None = None, types: Iterable[str] = ()
    ) -> None:
        self.columns: dict[str, int] = {}
        nodes: dict[tuple[str, ...], int] = {(): 0}
        entries: dict[int, list[int]] = {}
        for name, path in paths:
            *way, leaf = path.split("/")
            for depth, key in enumerate(way):
                inner = tuple(way[: depth + 1])
                entry = entries.setdefault(_key_digest(nodes[inner[:-1]], key), [-1, -1])
                entry[1] = nodes.setdefault(inner, len(nodes))
            entry = entries.setdefault(_key_digest(nodes[tuple(way)], leaf), [-1, -1])
            entry[0] = self.columns.setdefault(name, len(self.columns))
        self._keys = digest_table(entries)
        self._columns = np.full(self._keys.size, -1, np.int64)
        self._children = np.full(self._keys.size, -1, np.int64)
        for place in np.flatnonzero(self._keys).tolist():
            self._columns[place], self._children[place] = entries[int(self._keys[place])]
        self._types = digest_table(text_digest(one) for one in types)
        self._type_column = -1 if type_field is None else self.columns[type_field]

    def find(self, block: LineBlock) -> Fields:
        """The wanted fields of a block's lines."""
        shape = (len(block), len(self.columns))
        start, stop = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
        fate = np.zeros(len(block), np.int8)
        json_fields.find_fields(
            block.data, block.begin, block.end, self._keys, self._columns, self._children,
            self._type_column, self._types, start, stop, fate,
        )  # fmt: skip
        return Fields(block, self.columns, start, stop, fate, np.flatnonzero(fate == json_fields.FINE))


def _key_digest(node: int, key: str) -> int:
    return int(key_digest(np.frombuffer(key.encode(), np.uint8), node))


class SeparatedTable:
    """Finds columns of separated text by a header.

    Args:
        header: the file's columns, in their order.
        wanted: name of each wanted field and the columns that may hold it, the first found counts.
        separator: one byte.
        unset: what stands for a field that is not told.
        escapes: how text is escaped.
    """

    def __init__(
        self,
        header: list[str],
        wanted: Mapping[str, Iterable[str]],
        *,
        separator: bytes = b"\t",
        unset: bytes = b"-",
        escapes: str = "zeek",
    ) -> None:
        self.columns = {name: place for place, name in enumerate(wanted)}
        self.column_of = np.full(len(header), -1, np.int64)
        for name, choices in wanted.items():
            found = next((one for one in choices if one in header), None)
            if found is not None:
                self.column_of[header.index(found)] = self.columns[name]
        self._separator, self._escapes = separator[0], escapes
        self._unset = np.frombuffer(unset, np.uint8)

    def find(self, block: LineBlock) -> Fields:
        """The wanted fields of a block's lines."""
        shape = (len(block), len(self.columns))
        start, stop = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
        fate = np.zeros(len(block), np.int8)
        separated_fields.find_separated(
            block.data, block.begin, block.end, self._separator, self._unset, len(self.column_of),
            self.column_of, start, stop, fate,
        )  # fmt: skip
        rows = np.flatnonzero(fate == separated_fields.FINE)
        return Fields(block, self.columns, start, stop, fate, rows, self._escapes)
