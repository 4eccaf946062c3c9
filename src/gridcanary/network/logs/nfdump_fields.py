"""The fields of nfdump's tables and objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gridcanary.contracts.errors import InputError
from gridcanary.network.logs.fields import Fields, JsonTable, SeparatedTable
from gridcanary.network.logs.json_objects import object_blocks
from gridcanary.network.logs.line_blocks import LineBlock, beginning_of, line_blocks
from gridcanary.network.logs.rejects import LogReport

_COLUMNS: dict[str, tuple[str, ...]] = {
    "first": ("ts", "firstSeen", "first"), "last": ("te", "lastSeen", "last"), "duration": ("td", "duration"),
    "src": ("sa", "srcAddr"), "dst": ("da", "dstAddr"), "src_port": ("sp", "srcPort"), "dst_port": ("dp", "dstPort"),
    "proto": ("pr", "proto"), "flags": ("flg", "flags"),
    "in_packets": ("ipkt", "packets", "pkt"), "in_bytes": ("ibyt", "bytes", "byt"),
    "out_packets": ("opkt", "outPackets"), "out_bytes": ("obyt", "outBytes"), "type": (), "sampled": (),
}  # fmt: skip
"""Name of each field here, and what the versions call it; without letters' case."""

_PATHS = (
    ("type", "type"), ("sampled", "sampled"), ("first", "first"), ("first", "t_first"), ("last", "last"),
    ("last", "t_last"), ("duration", "duration"), ("proto", "proto"), ("flags", "tcp_flags"),
    ("src", "src4_addr"), ("src", "src6_addr"), ("dst", "dst4_addr"), ("dst", "dst6_addr"),
    ("src_port", "src_port"), ("dst_port", "dst_port"), ("in_packets", "in_packets"), ("in_bytes", "in_bytes"),
    ("out_packets", "out_packets"), ("out_bytes", "out_bytes"),
)  # fmt: skip
_NEEDED = ("first", "src", "dst", "proto")


def nfdump_fields(path: Path, report: LogReport) -> Iterator[Fields]:
    """Fields of each stretch of a file of flows.

    Raises:
        InputError: the header lacks a column that flows need.
    """
    if beginning_of(path, 64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        objects = JsonTable(_PATHS)
        for block in object_blocks(path, report):
            yield objects.find(block)
        return
    table: SeparatedTable | None = None
    for block in line_blocks(path, report):
        for part, words in _stretches(block):
            if words:
                for row, line in part.lines():
                    table = _table_after(path, row, line, table)
            elif table is not None:
                yield table.find(part)


def _stretches(block: LineBlock) -> Iterator[tuple[LineBlock, bool]]:
    """Parts of a block that are flows, and parts that begin with a word: headers and the trailer."""
    if not len(block):
        return
    first = block.data[block.begin]
    words = (first >= 64) | (first == 0xEF)
    cuts = np.flatnonzero(np.diff(words)) + 1
    for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(block)], strict=True):
        part = block.part(slice(begin, end))
        yield part, bool(words[begin])


def _table_after(path: Path, row: int, line: bytes, table: SeparatedTable | None) -> SeparatedTable | None:
    """How to read the lines that follow a line of words: a header begins a table, ``Summary`` ends it."""
    header = [name.strip() for name in line.decode("utf-8-sig", "replace").split(",")]
    lower = [name.lower() for name in header]
    wanted = {name: tuple(choice.lower() for choice in choices) for name, choices in _COLUMNS.items()}
    held = [name for name in _NEEDED if any(choice in lower for choice in wanted[name])]
    if len(held) < 2:
        return None if table is None or line.startswith((b"Summary", b"flows,")) else table
    if len(held) < len(_NEEDED):
        lacking = next(name for name in _NEEDED if name not in held)
        raise InputError(
            path, f"the header has none of {', '.join(_COLUMNS[lacking])}", row=row, column=lacking,
            remedy="print the flows with nfdump -o csv",
        )  # fmt: skip
    return SeparatedTable(lower, wanted, separator=b",", unset=b"", escapes="none")
