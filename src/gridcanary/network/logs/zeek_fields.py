"""The fields of Zeek's logs, found by a tab-separated log's own header or by the keys of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.network.logs.fields import Fields, JsonTable, SeparatedTable
from gridcanary.network.logs.line_blocks import LineBlock, line_blocks
from gridcanary.network.logs.rejects import LogReport

ZEEK_FIELDS: dict[str, tuple[str, ...]] = {
    "_path": ("_path",), "ts": ("ts",), "uid": ("uid",),
    "client": ("id.orig_h", "id/orig_h"), "client_port": ("id.orig_p", "id/orig_p"),
    "server": ("id.resp_h", "id/resp_h"), "server_port": ("id.resp_p", "id/resp_p"),
    "proto": ("proto",), "duration": ("duration",), "history": ("history",), "conn_state": ("conn_state",),
    "orig_pkts": ("orig_pkts",), "resp_pkts": ("resp_pkts",), "orig_bytes": ("orig_bytes",),
    "resp_bytes": ("resp_bytes",), "orig_ip_bytes": ("orig_ip_bytes",), "resp_ip_bytes": ("resp_ip_bytes",),
    "trans_id": ("trans_id",), "query": ("query",), "answers": ("answers",),
    "server_name": ("server_name",), "version": ("version",), "cipher": ("cipher",), "established": ("established",),
    "subject": ("subject",), "alternatives": ("san.dns",), "next_protocol": ("next_protocol", "client_protocol"),
    "ja3": ("ja3",), "ja4": ("ja4",),
    "host": ("host",), "agent": ("user_agent",), "method": ("method",), "uri": ("uri",), "status": ("status_code",),
    "note": ("note",), "msg": ("msg",),
}  # fmt: skip
"""Name of each field here, and what Zeek calls it."""

_HASH, _TAB, _BLANK = 35, 9, 32
_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


def zeek_fields(path: Path, report: LogReport) -> Iterator[tuple[str | None, Fields]]:
    """Kind (``conn``, ``dns`` …; None where each record tells its own) and fields of each stretch of a log.

    Raises:
        InputError: records stand before a ``#fields`` line.
    """
    table = JsonTable((name, path) for name, paths in ZEEK_FIELDS.items() for path in paths)
    header: _Header | None = None
    for block in line_blocks(path, report):
        first = block.data[block.begin] if len(block) else np.zeros(0, np.uint8)
        if header is None and first.size and first[0] == ord("{"):
            yield None, table.find(block)
            continue
        header = header or _Header(path)
        for part in _stretches(block):
            if _is_header(part)[0]:
                for row, line in part.lines():
                    header.read(row, line.strip())
            else:
                kind, separated = header.kind, header.table(int(part.rows[0]))
                yield kind, separated.find(part)


def _is_header(block: LineBlock) -> NDArray[np.bool_]:
    """Which lines are a header's: a ``#``, also after a blank that some tool put before it."""
    first, second = block.data[block.begin], block.data[np.minimum(block.begin + 1, block.data.size - 1)]
    blank = (first == _TAB) | (first == _BLANK)
    marks: NDArray[np.bool_] = (first == _HASH) | (blank & (second == _HASH))
    return marks


def _stretches(block: LineBlock) -> Iterator[LineBlock]:
    """Parts of a block that are all header or all records; logs that were joined have headers in between."""
    if not len(block):
        return
    cuts = np.flatnonzero(np.diff(_is_header(block))) + 1
    for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(block)], strict=True):
        yield block.part(slice(begin, end))


class _Header:
    """What the ``#`` lines of a log said up to now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.kind: str | None = None
        self._separator, self._unset = b"\t", b"-"
        self._table: SeparatedTable | None = None

    def read(self, row: int, line: bytes) -> None:
        """Take one line of a header."""
        if line.startswith(b"#separator"):
            text = line.partition(b" ")[2].strip()
            self._separator = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text) or b"\t"
            if len(self._separator) != 1:
                raise InputError(self._path, "the separator is not one byte", row=row, column="#separator")
            return
        name, *values = line.split(self._separator)
        if name == b"#unset_field" and values:
            self._unset = values[0]
        elif name == b"#path" and values:
            self.kind = values[0].decode("utf-8", "replace")
        elif name == b"#fields":
            header = [value.decode("utf-8", "replace") for value in values]
            self._table = SeparatedTable(header, ZEEK_FIELDS, separator=self._separator, unset=self._unset)

    def table(self, row: int) -> SeparatedTable:
        """How to read records from here on."""
        if self._table is None:
            raise InputError(
                self._path,
                "a record stands before the #fields line",
                row=row,
                remedy="keep the log's own header",
            )
        return self._table
