"""Captures to sessions: frames, packets, flows, and what readers find in the payload on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.capture_order import OVERLAP_NS, in_order_of_time
from gridcanary.network.captures.flow_sessions import sessions_of_step
from gridcanary.network.captures.flow_table import FlowTable, Step
from gridcanary.network.captures.frame_columns import BATCH
from gridcanary.network.captures.frames import Frames, frames_of
from gridcanary.network.captures.notes import CaptureNote
from gridcanary.network.dialogue import Dialogue
from gridcanary.network.ends import Source
from gridcanary.network.kernels.decapsulation import decapsulate
from gridcanary.network.kernels.packet_columns import FRAGMENT, MALFORMED, PACKET, UNKNOWN_LINK
from gridcanary.network.names_seen import NameSeen, NamesSeen
from gridcanary.network.pieces import WANT_DNS, WANT_HELLO, WANT_HTTP, WANT_MESSAGES, PieceReader
from gridcanary.network.sessions import Counts, Names, Session, Timing

MOST_FLOWS = 1 << 18
"""Live flows at a time unless said otherwise: about 280 MB where all are used."""

_SWEEP_BATCHES = 64
"""Idle flows are looked for after so many batches; a full table looks at once."""


@dataclass(frozen=True, slots=True)
class PayloadReaders:
    """Who reads the payload; None where nobody does.

    Args:
        messages: mining messages (WANT_MESSAGES).
        hello: TLS hellos (WANT_HELLO).
        http: heads of HTTP requests (WANT_HTTP).
        dns: DNS answers over UDP (WANT_DNS); who asked whom and where it was read need not be told.
        answers: remembers these at once, and names servers by them.
    """

    messages: PieceReader[Dialogue] | None = None
    hello: PieceReader[Names] | None = None
    http: PieceReader[Names] | None = None
    dns: PieceReader[Sequence[NameSeen]] | None = None
    answers: NamesSeen | None = None

    def by_want(self) -> list[tuple[int, PieceReader[Any] | None]]:
        """Every reason with its reader."""
        return [
            (WANT_MESSAGES, self.messages),
            (WANT_HELLO, self.hello),
            (WANT_HTTP, self.http),
            (WANT_DNS, self.dns),
        ]


@dataclass(slots=True)
class CaptureTotals:
    """What was read, for progress and figures.

    Args:
        packets: frames read.
        sessions: sessions told.
        without_payload: connections that never carried payload.
        brief_datagrams: exchanges of few datagrams, or of names; they give no session.
    """

    packets: int = 0
    sessions: int = 0
    without_payload: int = 0
    brief_datagrams: int = 0


def sessions_of_captures(
    paths: Sequence[str | Path],
    readers: PayloadReaders | None = None,
    *,
    most_flows: int = MOST_FLOWS,
    notes: list[CaptureNote] | None = None,
    totals: CaptureTotals | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Iterator[Session]:
    """All conversations of captures that carried payload, each when it ends; of datagrams those that went on.

    Captures that follow one another in time are read as one (a ring of files), those that overlap stand for
    themselves.

    Args:
        paths: pcap or pcapng, plain, gzip or zstd.
        readers: who reads the payload of those flows that look worth it.
        most_flows: live flows at a time; more, and the least suspicious are told early, with ``shed`` set.
        notes: gets what limits the result.
        totals: counted up while reading.
        progress: told (file, frames) after each batch.

    Raises:
        InputError: a file is no capture.
        OSError: a file can't be opened.
    """
    scan = _Scan(
        readers or PayloadReaders(),
        FlowTable(most_flows),
        notes if notes is not None else [],
        totals or CaptureTotals(),
    )
    for first_ns, path in in_order_of_time(paths):
        if first_ns < scan.table.last_ns - OVERLAP_NS:
            yield from scan.finish()
        yield from scan.read_file(path, progress)
    yield from scan.finish()
    scan.totals.without_payload = scan.table.without_payload
    scan.totals.brief_datagrams = scan.table.brief_datagrams
    scan.say("without_payload", scan.totals.without_payload)
    scan.say("shed", scan.table.shed)


@dataclass(slots=True)
class _Scan:
    """The state of one scan over several files."""

    readers: PayloadReaders
    table: FlowTable
    notes: list[CaptureNote]
    totals: CaptureTotals
    sources: list[Source] = field(default_factory=list)
    batches: int = 0

    def read_file(self, path: str | Path, progress: Callable[[str, int], None] | None) -> Iterator[Session]:
        """Sessions that end while a file is read."""
        self.sources.append(Source(str(path), "capture"))
        packets, kinds, snapped = np.zeros(BATCH, PACKET), np.zeros(7, np.int64), self.table.snapped
        for frames in frames_of(path, self.notes):
            decapsulate(frames.data, frames.columns, packets, kinds)
            self.totals.packets += len(frames.columns)
            yield from self._take(frames, packets)
            if progress is not None:
                progress(str(path), len(frames.columns))
        self.say("unknown_link", int(kinds[UNKNOWN_LINK]))
        self.say("fragments", int(kinds[FRAGMENT]))
        self.say("malformed_packets", int(kinds[MALFORMED]))
        self.say("snapped", self.table.snapped - snapped)

    def _take(self, frames: Frames, packets: NDArray[np.void]) -> Iterator[Session]:
        for step in self.table.take(frames, packets, len(self.sources) - 1):
            yield from self._sessions(step)
        self.batches += 1
        if self.batches % _SWEEP_BATCHES == 0:
            for step in self.table.sweep():
                yield from self._sessions(step)

    def finish(self) -> Iterator[Session]:
        """Sessions of all flows that are still open."""
        for step in self.table.sweep(every=True):
            yield from self._sessions(step)

    def say(self, code: str, count: int) -> None:
        """Note what the last file, or all files, left out."""
        if count and self.sources:
            self.notes.append(CaptureNote(self.sources[-1].file, code, count))

    def _sessions(self, step: Step) -> Iterator[Session]:
        """Hand a step's pieces on, then tell its closed flows."""
        self._read(step)
        self.totals.sessions += len(step.closed)
        for serial, session in sessions_of_step(self.table, step, self.sources):
            yield self._complete(serial, session)

    def _read(self, step: Step) -> None:
        """Let the readers read, and stop handing on what they have done with."""
        if not len(step.pieces):
            return
        for want, reader in self.readers.by_want():
            rows = step.pieces[step.pieces["wanted"] & want != 0]
            if not len(rows):
                continue
            _, first = np.unique(rows["flow"], return_index=True)
            places, serials = rows["slot"][first], rows["flow"][first].tolist()
            if reader is None:
                self.table.ignore(places, want)
                continue
            reader.read(step.pieces_for(want))
            if want == WANT_DNS:
                self._learn(reader, places, serials)
                continue
            done = np.array([reader.hopeless(serial) for serial in serials], bool)
            self.table.ignore(places[done], want)

    def _learn(
        self, reader: PieceReader[Sequence[NameSeen]], places: NDArray[np.int64], serials: list[int]
    ) -> None:
        """A datagram is whole: what it answers is known before the connection that it leads to is told."""
        for place, serial in zip(places.tolist(), serials, strict=True):
            found, known = reader.close(serial), self.readers.answers
            if not found or known is None:
                continue
            client, server, file = self.table.ends(place)
            source = self.sources[file]
            known.add_all(replace(one, client=client, server=server, source=source) for one in found)

    def _complete(self, serial: int, session: Session) -> Session:
        """Add what the readers found."""
        readers = self.readers
        for reader in (readers.hello, readers.http):
            found = reader.close(serial) if reader is not None else None
            if found is not None:
                session.names = merged_names(session.names, found)
        if readers.messages is not None:
            session.dialogue = readers.messages.close(serial)
            if session.dialogue is not None and session.dialogue.reversed:
                session = turned(session)
        if readers.answers is not None:
            dns = readers.answers.names_of(
                session.server.address, session.client.address, session.first_ns, session.last_ns
            )
            if dns:
                session.names.dns = tuple(dict.fromkeys((*session.names.dns, *dns)))
        return session


NO_NAMES = Names()


def merged_names(kept: Names, found: Names) -> Names:
    """Names of two readers together; what the first told stays."""
    if kept == NO_NAMES:
        return found
    changes = {
        name: getattr(found, name)
        for name in Names.__slots__
        if getattr(found, name) and not getattr(kept, name)
    }
    return replace(kept, **changes)


def turned(session: Session) -> Session:
    """A session whose messages tell that the presumed client is the server; its pushes were the client's and go."""
    counts, opening = session.counts, session.opening
    if opening is not None:
        opening = replace(
            opening,
            flights=tuple(-flight for flight in opening.flights),
            distinct_up=opening.distinct_down,
            distinct_down=opening.distinct_up,
            printable_up=0.0,
        )
    timing = session.timing
    if timing is not None:
        timing = Timing(
            active_minutes=timing.active_minutes, gap_p50_s=timing.gap_p50_s, gap_p99_s=timing.gap_p99_s
        )
    return replace(
        session,
        client=session.server,
        server=session.client,
        counts=Counts(
            counts.packets_down,
            counts.packets_up,
            counts.bytes_down,
            counts.bytes_up,
            counts.data_packets_down,
            counts.data_packets_up,
            counts.payload,
        ),
        opening=opening,
        timing=timing,
    )
