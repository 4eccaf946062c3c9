"""Blocks of whole JSON objects, however they are broken into lines: arrays, pretty-printed or on one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gridcanary.network.logs.kernels.json_fields import find_objects
from gridcanary.network.logs.line_blocks import MOST_LINE_BYTES, LineBlock, byte_blocks
from gridcanary.network.logs.rejects import LogReport

_LEAST_OBJECT_BYTES = 32
"""No record is shorter; it bounds how many can be in a block."""


def object_blocks(path: Path, report: LogReport) -> Iterator[LineBlock]:
    """The objects of a file, each standing as a line; its number is that of the line where it begins."""
    rest, row = b"", 1
    for part in byte_blocks(path, report):
        whole = rest + part
        at = 0
        while True:
            block, after = _objects(whole, at, row)
            if len(block):
                yield block
            if after == at or not len(block):
                at = after
                break
            at = after
        row += whole.count(b"\n", 0, at)
        rest = whole[at:]
        if len(rest) > MOST_LINE_BYTES:
            report.records += 1
            report.reject(row, None, "the JSON object is too long for a record")
            row += rest.count(b"\n")
            rest = b""
    if rest.startswith(b"{"):
        report.records += 1
        report.reject(row, None, "the JSON object ends too early")


def _objects(text: bytes, at: int, row: int) -> tuple[LineBlock, int]:
    data = np.frombuffer(text, np.uint8)
    most = (data.size - at) // _LEAST_OBJECT_BYTES + 1
    begin, end = np.zeros(most, np.int64), np.zeros(most, np.int64)
    found, after = find_objects(data, at, begin, end)
    feeds = np.flatnonzero(data == 10)
    rows = row + np.searchsorted(feeds, begin[:found])
    return LineBlock(text, data, begin[:found], end[:found], rows), int(after)
