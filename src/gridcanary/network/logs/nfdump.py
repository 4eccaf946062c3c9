"""Flows that nfdump prints: ``-o csv`` of 1.6 to 1.7.4 (48 columns), ``-o csv`` since 1.7.5 (10 columns), ``-o json``
and ``-o ndjson``. NetFlow and IPFIX flows tell one direction each and are cut by timeouts; sessions join them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import End, Source
from gridcanary.network.logs.fields import BAD, MISSING, Fields, text_digest
from gridcanary.network.logs.nfdump_fields import nfdump_fields
from gridcanary.network.logs.reading import Reading, passed_over
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.stitching import FlowRecord
from gridcanary.network.sessions import TCP, UDP, Counts, Session

_PROTOCOLS = {"TCP": TCP, "UDP": UDP, "6": TCP, "17": UDP, "tcp": TCP, "udp": UDP}
_COUNTED = ("src_port", "dst_port", "in_packets", "in_bytes", "out_packets", "out_bytes")


def nfdump_sessions(path: Path, reading: Reading, report: LogReport) -> Iterator[Session]:
    """Sessions of one file of flows; those still open stay with the reading.

    Args:
        path: the file, plain or compressed.
        reading: shared state; its sampling is that of the exporter.
        report: tally, written to.

    Raises:
        InputError: the header lacks a column that flows need.
    """
    for fields in nfdump_fields(path, report):
        fields.account(report)
        yield from _FlowBlock(fields, reading, report, str(path)).sessions()


class _FlowBlock:
    """The flows of one block."""

    def __init__(self, fields: Fields, reading: Reading, report: LogReport, file: str) -> None:
        self._fields, self._reading, self._report, self._file = fields, reading, report, file
        kinds = fields.digests("type", fields.rows)
        protocols = fields.digests("proto", fields.rows)
        told = np.isin(protocols, [np.uint64(text_digest(name)) for name in _PROTOCOLS])
        told &= (kinds == 0) | (kinds == np.uint64(text_digest("FLOW")))
        self._rows = passed_over(report, fields.rows, told)

    def sessions(self) -> Iterator[Session]:
        """Sessions that are over with this block."""
        fields, rows = self._fields, self._rows
        src, dst = fields.addresses("src", rows), fields.addresses("dst", rows)
        good = (src != 0) & (dst != 0)
        for place in np.flatnonzero(~good).tolist():
            self._bad(int(rows[place]), "dst" if src[place] else "src")
        wanted = self._reading.wanted
        marks = np.full(rows.size, wanted.everything)
        if not wanted.everything:
            marks |= wanted.by_address(src, dst)
            marks |= wanted.by_port(fields.counts("src_port", rows), fields.counts("dst_port", rows))
        yield from self._flows(passed_over(self._report, rows[good], marks[good]))

    def _flows(self, rows: NDArray[np.int64]) -> Iterator[Session]:
        fields, zone_s = self._fields, self._reading.zone_s
        numbers = {name: fields.counts(name, rows).tolist() for name in _COUNTED}
        numbers |= {name: fields.times(name, rows, zone_s).tolist() for name in ("first", "last")}
        numbers["duration"] = fields.spans("duration", rows).tolist()
        for place, row in enumerate(rows.tolist()):
            facts = {name: column[place] for name, column in numbers.items()}
            bad = next((name for name, value in facts.items() if value == BAD), None)
            if bad or facts["first"] == MISSING:
                self._bad(row, bad or "first")
                continue
            record = self._record(row, facts)
            if record.too_long:
                self._bad(row, "last")
                continue
            yield from self._reading.flow(record)

    def _record(self, row: int, facts: dict[str, int]) -> FlowRecord:
        fields, first = self._fields, facts["first"]
        last = facts["last"] if facts["last"] != MISSING else first
        if facts["duration"] != MISSING:  # milliseconds, where the times are whole seconds
            last = max(last, first + facts["duration"])
        some = {name: 0 if value == MISSING else value for name, value in facts.items()}
        flags = fields.text("flags", row)
        return FlowRecord(
            End(fields.address("src", row), some["src_port"]),
            End(fields.address("dst", row), some["dst_port"]),
            _PROTOCOLS[fields.text("proto", row) or ""], first, max(first, last),
            Counts(some["in_packets"], some["out_packets"], some["in_bytes"], some["out_bytes"], payload=False),
            Source(self._file, "nfdump", self._sampling(row)), directed=False, opens="S" in flags if flags else None,
        )  # fmt: skip

    def _sampling(self, row: int) -> int:
        """The rate that the user gave; 0 where the record says that it was sampled and nobody said how."""
        sampled = self._fields.raw("sampled", row) not in (None, b"0")
        return 0 if sampled and self._reading.sampling == 1 else self._reading.sampling

    def _bad(self, row: int, column: str) -> None:
        self._report.reject(int(self._fields.block.rows[row]), column, "is missing or cannot be read")
