"""Flow records of one conversation put together again: cut by timeouts, or told a direction at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gridcanary.network.ends import End, Source
from gridcanary.network.logs.kernels.numbers import LONGEST_SPAN_S
from gridcanary.network.sessions import TCP, Counts, Names, SensorAlert, Session

GAP_NS = 30 * 60 * 1_000_000_000
"""Records of the same ends belong together when less than this lies between them. Sensors cut conversations after 60
to 300 s without a packet; a pool is silent for minutes at the most, and a client port is hardly reused within the
half hour for the same server port."""

MOST_OPEN = 200_000
"""Conversations that wait for more records; beyond it those without news for longest are let go as they are."""

LONGEST_NS = LONGEST_SPAN_S * 1_000_000_000
"""A record that lasts longer is refused."""

_EPHEMERAL, _WELL_KNOWN = 32768, 1024


@dataclass(slots=True)
class FlowRecord:
    """One record of a flow log.

    Args:
        client, server: the ends as the record has them; source and destination where ``directed`` is false.
        protocol: IP protocol number.
        first_ns, last_ns: UTC [ns since 1970].
        counts: traffic, up from ``client``.
        source: where it was read.
        directed: the sensor knows who began.
        opens: the conversation's beginning (a SYN) is in the record; None where the record tells nothing of it.
        names, alerts: what else the sensor said.
        shed: as in Session.
    """

    client: End
    server: End
    protocol: int
    first_ns: int
    last_ns: int
    counts: Counts
    source: Source
    directed: bool = True
    opens: bool | None = None
    names: Names = field(default_factory=Names)
    alerts: tuple[SensorAlert, ...] = ()
    shed: bool = False

    @property
    def too_long(self) -> bool:
        """Whether no flow lasts as long as this."""
        return self.last_ns - self.first_ns > LONGEST_NS


@dataclass(slots=True)
class _Open:
    """A conversation in the making; ``up`` is from ``session.client``."""

    session: Session
    directed: bool
    up_first_ns: int | None
    down_first_ns: int | None
    opens: bool


class Stitcher:
    """Takes records about in the order of time and gives sessions.

    Args:
        gap_ns: longest time between records of one conversation.
        most: conversations held.
    """

    def __init__(self, gap_ns: int = GAP_NS, most: int = MOST_OPEN) -> None:
        self._gap, self._most = gap_ns, most
        self._open: OrderedDict[tuple[End, End, int], _Open] = OrderedDict()
        self._now_ns = 0

    def add(self, record: FlowRecord) -> Iterator[Session]:
        """Take a record; gives the sessions that are over by now."""
        low, high = sorted((record.client, record.server))
        key = (low, high, record.protocol)
        held = self._open.get(key)
        if held is not None and self._continues(held, record):
            _join(held, record)
        else:
            if held is not None:
                yield _finished(held)
            self._open[key] = _begun(record)
        self._open.move_to_end(key)
        self._now_ns = max(self._now_ns, record.last_ns)
        while self._open:
            oldest = next(iter(self._open.values()))
            if len(self._open) <= self._most and oldest.session.last_ns >= self._now_ns - 2 * self._gap:
                break
            yield _finished(self._open.popitem(last=False)[1])

    def close(self) -> Iterator[Session]:
        """The sessions that are left."""
        while self._open:
            yield _finished(self._open.popitem(last=False)[1])

    def _continues(self, held: _Open, record: FlowRecord) -> bool:
        session = held.session
        if record.first_ns - session.last_ns > self._gap or session.first_ns - record.last_ns > self._gap:
            return False
        if record.opens is None or record.protocol != TCP:
            return True
        # A second beginning in the same direction is another conversation on the same ports.
        same = record.client == session.client
        other_half = (held.up_first_ns if same else held.down_first_ns) is None
        return not (record.opens and held.opens and record.first_ns > session.first_ns) or (
            not record.directed and other_half
        )


def _begun(record: FlowRecord) -> _Open:
    session = Session(
        record.client, record.server, record.protocol, record.first_ns, record.last_ns, record.counts, record.source,
        names=record.names, alerts=record.alerts, shed=record.shed,
    )  # fmt: skip
    down = record.first_ns if record.counts.packets_down else None
    return _Open(session, record.directed, record.first_ns, down, bool(record.opens))


def _join(held: _Open, record: FlowRecord) -> None:
    session, counts = held.session, record.counts
    same = record.client == session.client
    if not same and record.directed and (record.opens or not held.directed):
        _turn(held)
        same = True
    up, down, up_bytes, down_bytes = (
        counts.packets_up,
        counts.packets_down,
        counts.bytes_up,
        counts.bytes_down,
    )
    if not same:
        up, down, up_bytes, down_bytes = down, up, down_bytes, up_bytes
    session.counts = Counts(
        session.counts.packets_up + up, session.counts.packets_down + down,
        session.counts.bytes_up + up_bytes, session.counts.bytes_down + down_bytes,
        payload=session.counts.payload and counts.payload,
    )  # fmt: skip
    if up:
        held.up_first_ns = min(filter(None, (held.up_first_ns, record.first_ns)))
    if down:
        held.down_first_ns = min(filter(None, (held.down_first_ns, record.first_ns)))
    session.first_ns, session.last_ns = (
        min(session.first_ns, record.first_ns),
        max(session.last_ns, record.last_ns),
    )
    session.names = merged_names(session.names, record.names)
    session.alerts += tuple(alert for alert in record.alerts if alert not in session.alerts)
    session.records += 1
    session.shed |= record.shed
    held.opens |= bool(record.opens)
    held.directed |= record.directed


def _turn(held: _Open) -> None:
    session, counts = held.session, held.session.counts
    session.client, session.server = session.server, session.client
    session.counts = Counts(
        counts.packets_down, counts.packets_up, counts.bytes_down, counts.bytes_up, payload=counts.payload
    )
    held.up_first_ns, held.down_first_ns = held.down_first_ns, held.up_first_ns


def _finished(held: _Open) -> Session:
    if not held.directed and _is_backwards(held):
        _turn(held)
    return held.session


def _is_backwards(held: _Open) -> bool:
    """Whether the server stands where the client should.

    Where the beginning was seen, who spoke first is the client. Otherwise clients have ports that systems hand out
    (from 32768 on, RFC 6335 from 49152), servers those below 1024 or at least lower ones.
    """
    up, down = held.up_first_ns, held.down_first_ns
    if held.opens and up is not None and down is not None and up != down:
        return down < up
    client, server = held.session.client.port, held.session.server.port
    for limit in (_WELL_KNOWN, _EPHEMERAL):
        if (client < limit) != (server < limit):
            return client < limit
    return client < server


def merged_names(one: Names, other: Names) -> Names:
    """What two records say of a server's names; the first has the word where both tell."""
    if other == Names():
        return one
    return Names(
        tls=one.tls or other.tls,
        tls_version=one.tls_version or other.tls_version,
        alpn=one.alpn or other.alpn,
        certificate=tuple(dict.fromkeys((*one.certificate, *other.certificate))),
        ja3=one.ja3 or other.ja3,
        ja4=one.ja4 or other.ja4,
        http_host=one.http_host or other.http_host,
        http_agent=one.http_agent or other.http_agent,
        dns=tuple(dict.fromkeys((*one.dns, *other.dns))),
        encrypted_hello=one.encrypted_hello or other.encrypted_hello,
    )
