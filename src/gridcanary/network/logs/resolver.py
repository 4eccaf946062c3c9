"""Logs of resolvers: who asked for which name. BIND, dnsmasq, unbound, and a table of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import Source
from gridcanary.network.logs.line_blocks import LineBlock, line_blocks
from gridcanary.network.logs.log_times import LogClock
from gridcanary.network.logs.reading import Reading
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.resolver_lines import AnswerChain, ResolverLine, parse_line
from gridcanary.network.logs.resolver_table import ResolverTable
from gridcanary.network.names_seen import NameSeen
from gridcanary.network.sessions import Session

_LINES_OF_AN_ANSWER = 8
"""Lines after one with a wanted name that are read too: dnsmasq tells an alias and its addresses on lines apart."""


def resolver_sessions(path: Path, reading: Reading, report: LogReport) -> Iterator[Session]:
    """Rows of who asked for what, and answers for the reading's names.

    Lines of other kinds, as a system's log has them, are passed over.

    Args:
        path: the log, plain or compressed.
        reading: shared state.
        report: tally, written to.

    Raises:
        InputError: a table lacks a column.
    """
    lines = _ResolverLines(path, reading, report)
    for block in line_blocks(path, report):
        for seen in lines.seen(block):
            yield from reading.seen(seen)
    if lines.clock.guessed:
        report.notes.append(f"the times tell no year; taken from the file's own date: {lines.clock.year}")


class _ResolverLines:
    """Reads the lines of one log; answers that take several lines are followed from block to block."""

    def __init__(self, path: Path, reading: Reading, report: LogReport) -> None:
        self.clock = LogClock.of(path, reading.zone_s)
        self._path, self._wanted, self._report = path, reading.wanted, report
        self._source = Source(str(path), "resolver")
        self._chain = AnswerChain()
        self._table: ResolverTable | None = None
        self._begun = False

    def seen(self, block: LineBlock) -> Iterator[NameSeen]:
        """What a block's lines tell of wanted names."""
        if not self._begun:
            block = self._begin(block)
        rejected, used = self._report.rejected, 0
        for row, text in self._marked(block).lines():
            try:
                line = parse_line(text) if self._table is None else self._table.line(text)
                seen = None if line is None else self._name(line)
            except ValueError as problem:
                self._report.reject(row, None, str(problem))
                continue
            if seen is not None and (self._wanted.everything or self._wanted.wants_name(*seen.names)):
                used += 1
                yield seen
        self._report.records += len(block)
        self._report.passed_over += len(block) - used - (self._report.rejected - rejected)

    def _begin(self, block: LineBlock) -> LineBlock:
        """Looks whether the log is a table; gives the lines without its header."""
        self._begun = True
        row, text = next(block.lines(), (1, b""))
        self._table = ResolverTable.of(self._path, row, text)
        if self._table is None:
            return block
        return block.part(slice(1, None))

    def _marked(self, block: LineBlock) -> LineBlock:
        """The lines that could matter."""
        if self._wanted.everything or not len(block):
            return block
        marks: NDArray[np.bool_] = self._wanted.in_lines(block)
        if self._table is None:
            for _ in range(_LINES_OF_AN_ANSWER):
                marks[1:] |= marks[:-1].copy()
        return block.part(marks)

    def _name(self, line: ResolverLine) -> NameSeen | None:
        """What a line tells; None where it only says that an alias follows."""
        name, aliases = self._chain.follow(line)
        if line.alias_follows:
            return None
        time_ns = self.clock.time_ns(line.time)
        count = 0 if line.is_answer else 1
        return NameSeen(name, line.client, time_ns, time_ns, self._source, line.addresses, aliases, count)
