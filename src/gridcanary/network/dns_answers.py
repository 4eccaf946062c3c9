"""Names and addresses out of DNS answers over UDP (RFC 1035, RFC 3596)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gridcanary.network.ends import Source, canonical
from gridcanary.network.names_seen import NameSeen
from gridcanary.network.pieces import Pieces
from gridcanary.network.tls.client_hello import host_name
from gridcanary.network.tls.octets import CutShort, Octets

A, CNAME, AAAA, INTERNET = 1, 5, 28, 1
ADDRESS_BYTES = {A: 4, AAAA: 16}
ANSWER, FAULT = 0x8000, 0x000F
MOST_RECORDS, MOST_JUMPS, MOST_LABELS = 64, 32, 64
UNTOLD = Source("", "capture")
"""Where it was read is the scan's to say."""


@dataclass(slots=True)
class DnsAnswer:
    """What one message answers.

    Args:
        name: what was asked.
        addresses: those answered, as ends.canonical writes them.
        aliases: names put in its place, in the answer's order.
    """

    name: str
    addresses: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


class DnsAnswerReader:
    """A PieceReader of DNS datagrams: one piece, one message."""

    def __init__(self) -> None:
        self._seen: dict[int, list[NameSeen]] = {}

    def read(self, pieces: Pieces) -> None:
        """Take the next datagrams."""
        columns = (pieces.flow, pieces.time_ns, pieces.start, pieces.stop)
        for flow, time_ns, start, stop in zip(*(column.tolist() for column in columns), strict=True):
            answer = read_answer(pieces.data[start:stop].tobytes())
            if answer is not None:
                seen = NameSeen(
                    answer.name,
                    None,
                    time_ns,
                    time_ns,
                    UNTOLD,
                    tuple(answer.addresses),
                    tuple(answer.aliases),
                )
                self._seen.setdefault(flow, []).append(seen)

    def close(self, flow: int) -> Sequence[NameSeen] | None:
        """Names answered since the last time; None without any."""
        return self._seen.pop(flow, None)

    def hopeless(self, flow: int) -> bool:
        """Never: every datagram may be an answer."""
        return False


def read_answer(message: bytes) -> DnsAnswer | None:
    """What a message answers; None where it is a question, a fault, malformed, or without address and alias.

    Args:
        message: the DNS message [bytes].
    """
    octets = Octets(message)
    try:
        octets.take(2)
        flags, questions, records = octets.number(2), octets.number(2), octets.number(2)
        octets.take(4)
        if not flags & ANSWER or flags & FAULT or questions != 1:
            return None
        name = host_name(_name(octets))
        octets.take(4)
    except CutShort:
        return None
    if name is None:
        return None
    answer = DnsAnswer(name)
    try:
        for _ in range(min(records, MOST_RECORDS)):
            _read_record(octets, answer)
    except CutShort:
        pass  # a datagram may be cut off; what stood before counts
    return answer if answer.addresses or answer.aliases else None


def _read_record(octets: Octets, answer: DnsAnswer) -> None:
    _pass_name(octets)
    kind, network = octets.number(2), octets.number(2)
    octets.take(4)
    size = octets.number(2)
    begin = octets.at
    if network == INTERNET and size == ADDRESS_BYTES.get(kind):
        answer.addresses.append(canonical(octets.take(size)))
    elif network == INTERNET and kind == CNAME:
        alias = host_name(_name(octets))
        if alias is not None:
            answer.aliases.append(alias)
    octets.at = begin
    octets.take(size)


def _pass_name(octets: Octets) -> None:
    """Go behind a name; whose record it is need not be known, for an answer is about what was asked."""
    while size := octets.number(1):
        if size >= 64:
            octets.take(1)
            return
        octets.take(size)


def _name(octets: Octets) -> bytes:
    """A name at the cursor, pointers followed; the cursor then stands behind it.

    Raises:
        CutShort: it leads past the end, in circles, or is too long.
    """
    labels: list[bytes] = []
    behind, jumps = -1, 0
    while len(labels) < MOST_LABELS:
        size = octets.number(1)
        if size == 0:
            octets.at = behind if behind >= 0 else octets.at
            return b".".join(labels)
        if size < 64:
            labels.append(octets.take(size))
            continue
        target = (size & 0x3F) << 8 | octets.number(1)
        jumps += 1
        if size < 192 or jumps > MOST_JUMPS:
            raise CutShort
        behind = octets.at if behind < 0 else behind
        octets.at = target
    raise CutShort
