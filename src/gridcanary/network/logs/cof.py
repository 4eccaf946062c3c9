"""Passive DNS in the Common Output Format (draft-dulaunoy-dnsop-passive-dns-cof): names and addresses, no clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import Source, canonical
from gridcanary.network.logs.fields import BAD, MISSING, Fields, JsonTable, text_digest
from gridcanary.network.logs.line_blocks import line_blocks
from gridcanary.network.logs.reading import Reading, passed_over
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.names_seen import NameSeen
from gridcanary.network.sessions import Session

_PATHS = (
    ("rrname", "rrname"), ("rrtype", "rrtype"), ("rdata", "rdata"), ("first", "zone_time_first"),
    ("last", "zone_time_last"), ("first", "time_first"), ("last", "time_last"), ("count", "count"),
)  # fmt: skip
_TYPES = ("A", "AAAA", "CNAME")
_MOST_PASSES = 4
"""An alias may stand after the address it leads to; as many aliases in a row as this are followed."""


def cof_sessions(path: Path, reading: Reading, report: LogReport) -> Iterator[Session]:
    """Reads one file of passive DNS into the reading's names; without clients there are no sessions.

    Args:
        path: the file, plain or compressed.
        reading: shared state.
        report: tally, written to.
    """
    tally = report
    for _ in range(_MOST_PASSES):
        aliases: set[str] = set()
        for seen in _names_seen(path, reading, tally):
            yield from reading.seen(seen)
            if not seen.addresses:
                aliases.update(seen.aliases)
        if reading.wanted.everything or not reading.wanted.add_names(aliases):
            return
        tally = LogReport(report.file, report.kind)


def _names_seen(path: Path, reading: Reading, report: LogReport) -> Iterator[NameSeen]:
    table, source = JsonTable(_PATHS, "rrtype", _TYPES), Source(str(path), "cof")
    for block in line_blocks(path, report):
        fields = table.find(block)
        fields.account(report)
        named = reading.wanted.by_name(fields, ("rrname", "rdata"), fields.rows)
        rows = passed_over(report, fields.rows, named | reading.wanted.everything)
        yield from _block_names(fields, rows, source, report)


def _block_names(
    fields: Fields, rows: NDArray[np.int64], source: Source, report: LogReport
) -> Iterator[NameSeen]:
    first, last = fields.times("first", rows).tolist(), fields.times("last", rows).tolist()
    count = fields.counts("count", rows).tolist()
    is_alias = (fields.digests("rrtype", rows) == np.uint64(text_digest("CNAME"))).tolist()
    for place, row in enumerate(rows.tolist()):
        name, found = fields.text("rrname", row), _rdata(fields, row, is_alias[place])
        column = next(
            (
                column
                for column, bad in (
                    ("rrname", not name), ("rdata", found is None), ("time_first", first[place] <= BAD),
                    ("time_last", last[place] == BAD),
                )
                if bad
            ),
            None,
        )  # fmt: skip
        if column is not None or not name or found is None:
            report.reject(int(fields.block.rows[row]), column, "is missing or cannot be read")
            continue
        addresses, aliases = ((), found) if is_alias[place] else (found, ())
        until = first[place] if last[place] == MISSING else max(first[place], last[place])
        yield NameSeen(
            name.lower().rstrip("."), None, first[place], until, source, addresses, aliases,
            count=max(1, count[place]),
        )  # fmt: skip


def _rdata(fields: Fields, row: int, is_alias: bool) -> tuple[str, ...] | None:
    """The record's data, one text or a list of them; None where it is none."""
    raw = fields.raw("rdata", row)
    try:
        found = json.loads(raw) if raw is not None and raw[:1] == b"[" else [fields.text("rdata", row)]
        texts = [one for one in found if isinstance(one, str)]
        if not texts or len(texts) < len(found):
            return None
        return tuple(one.lower().rstrip(".") if is_alias else canonical(one) for one in texts)
    except ValueError:
        return None
