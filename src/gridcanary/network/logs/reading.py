"""What logs that are read together share: what is wanted, names seen, conversations in the making."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.logs.asked import Asked
from gridcanary.network.logs.naming import Naming
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.stitching import FlowRecord, Stitcher
from gridcanary.network.logs.wanted import DigestSet, Wanted
from gridcanary.network.names_seen import NameSeen, NamesSeen
from gridcanary.network.sessions import Session


class Reading:
    """The state of one reading.

    Args:
        wanted: what could matter.
        names: answers; the logs' own are added.
        sampling: one packet in so many was looked at by the exporters of flows; 0 where that is not known.
        zone_s: seconds east of Greenwich of times that are written without a zone.
    """

    def __init__(self, wanted: Wanted, names: NamesSeen, sampling: int = 1, zone_s: int = 0) -> None:
        self.wanted, self.names = wanted, names
        self.sampling, self.zone_s = sampling, zone_s
        self.naming = Naming()
        self._stitcher, self._asked = Stitcher(), Asked()
        self._conversations = DigestSet()

    def flow(self, record: FlowRecord) -> Iterator[Session]:
        """Take a flow record; gives sessions that are over."""
        for session in self._stitcher.add(record):
            yield self._named(session)

    def said(self, number: str, record: FlowRecord) -> Iterator[Session]:
        """Take what a sensor said of its conversation ``number`` before the flow record comes."""
        for alone in self.naming.add(number, record):
            yield from self.flow(alone)

    def seen(self, seen: NameSeen) -> Iterator[Session]:
        """Take a question or an answer; gives rows of what clients asked for."""
        self.names.add(seen)
        if not self.wanted.everything:
            self.wanted.add_addresses(seen.addresses)
        yield from self._asked.add(seen)

    def close(self) -> Iterator[Session]:
        """All that is left."""
        for alone in self.naming.close():
            yield from self.flow(alone)
        for session in self._stitcher.close():
            yield self._named(session)
        yield from self._asked.close()

    def of_wanted(self, numbers: NDArray[np.uint64], marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which records belong to a conversation that is wanted, those marked now included.

        Args:
            numbers: digests of the sensor's numbers of conversations, 0 where there is none, uint64 (n,).
            marks: records that make their conversation wanted, bool (n,).
        """
        self._conversations.add(np.unique(numbers[marks]))
        members = self.wanted.members(numbers, self._conversations)
        return members | marks

    def _named(self, session: Session) -> Session:
        names = self.names.names_of(
            session.server.address, session.client.address, session.first_ns, session.last_ns
        )
        if names:
            session.names.dns = tuple(dict.fromkeys((*session.names.dns, *names)))
        return session


def passed_over(report: LogReport, rows: NDArray[np.int64], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The rows that are kept; the others are counted."""
    report.passed_over += int(rows.size - np.count_nonzero(kept))
    held: NDArray[np.int64] = rows[kept]
    return held
