"""Names that clients asked for, as sessions: all that a resolver's log has of a miner.

A row for each client, name and UTC day. Its server is the address that was answered; where no answer was seen, the
unspecified address ``0.0.0.0`` stands for it. Protocol and ports are those of what was seen, the question.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gridcanary.network.ends import End, Source
from gridcanary.network.names_seen import NameSeen
from gridcanary.network.sessions import UDP, Counts, Names, Session

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 (nothing is bound to it)
"""The server of a session of which only the question for its name was seen."""

MOST_ASKED = 200_000
_DAY_NS = 86_400_000_000_000


@dataclass(slots=True)
class _Asked:
    first_ns: int
    last_ns: int
    source: Source
    count: int = 0
    addresses: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)


class Asked:
    """Gathers questions.

    Args:
        most: rows held; beyond it those without news for longest are given out as they are.
    """

    def __init__(self, most: int = MOST_ASKED) -> None:
        self._most = most
        self._held: OrderedDict[tuple[str, str, int], _Asked] = OrderedDict()

    def add(self, seen: NameSeen) -> Iterator[Session]:
        """Take a question or an answer; those of nobody known (passive DNS) are left out."""
        if seen.client is None:
            return
        key = (seen.client, seen.name, seen.first_ns // _DAY_NS)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = _Asked(seen.first_ns, seen.last_ns, seen.source)
        held.first_ns, held.last_ns = min(held.first_ns, seen.first_ns), max(held.last_ns, seen.last_ns)
        held.count += seen.count
        held.addresses.update(dict.fromkeys(seen.addresses))
        held.names.update(dict.fromkeys(seen.names))
        self._held.move_to_end(key)
        while len(self._held) > self._most:
            yield _session(*self._held.popitem(last=False))

    def close(self) -> Iterator[Session]:
        """The rows that are left."""
        while self._held:
            yield _session(*self._held.popitem(last=False))


def _session(key: tuple[str, str, int], held: _Asked) -> Session:
    server = End(next(iter(held.addresses), UNKNOWN_ADDRESS), 0)
    names = Names(dns=tuple(held.names))
    return Session(
        End(key[0], 0), server, UDP, held.first_ns, held.last_ns, Counts(packets_up=max(1, held.count), payload=False),
        held.source, names=names, records=max(1, held.count),
    )  # fmt: skip
