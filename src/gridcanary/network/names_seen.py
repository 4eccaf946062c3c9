"""Which names led to which addresses, and when: the tie between a server's address and a pool's name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcanary.network.ends import Source

WINDOW_NS = 24 * 3600 * 1_000_000_000
"""How far an answer reaches. Pools answer with lifetimes of minutes, but miners ask once and keep the address while
they run, and addresses of content networks change owners within weeks: a day is between the two."""

MOST_ANSWERS = 1_000_000
"""Answers kept; beyond it those asked longest ago are forgotten and counted."""

_MOST_ALIASED = 256
"""Names that lead to one alias, as kept; thousands of sites may share a content network's."""


@dataclass(frozen=True, slots=True)
class NameSeen:
    """A name that was asked for, with the answer if one was seen.

    Args:
        name: what was asked, lower case, without the last dot.
        client: who asked; None where the source does not tell (passive DNS).
        server: who answered, a resolver; None where not told.
        first_ns, last_ns: when, UTC [ns since 1970]; passive DNS tells a span.
        addresses: those in the answer.
        aliases: names that the answer put in its place (CNAME), in their order.
        count: how often it was asked; 0 where only an answer was seen of a question told apart.
        source: where it was read.
    """

    name: str
    client: str | None
    first_ns: int
    last_ns: int
    source: Source
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    count: int = 1
    server: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


@dataclass(slots=True)
class _Tie:
    first_ns: int
    last_ns: int


class NamesSeen:
    """Answers by address, in bounded memory.

    Args:
        most: answers kept (of one address, client and name, however often given).
        window_ns: how long before a session (of other clients also after it) an answer may have been given.
    """

    def __init__(self, most: int = MOST_ANSWERS, window_ns: int = WINDOW_NS) -> None:
        self._most, self._window = most, window_ns
        self._ties: OrderedDict[tuple[str, str | None, str], _Tie] = OrderedDict()
        self._by_address: dict[str, set[tuple[str, str | None, str]]] = {}
        self._aliases: OrderedDict[str, set[str]] = OrderedDict()
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._ties)

    def add(self, seen: NameSeen) -> None:
        """Remember an answer; a question without one is not kept. An alias without an address is remembered for the
        answer that gives its address."""
        if not seen.addresses:
            for alias in seen.aliases:
                self._alias(alias, seen.name)
        for address in seen.addresses:
            for name in seen.names:
                self._tie((address, seen.client, name), seen.first_ns, seen.last_ns)

    def add_all(self, seen: Iterable[NameSeen]) -> None:
        """Remember many answers."""
        for one in seen:
            self.add(one)

    def names_of(
        self, address: str, client: str | None, first_ns: int, last_ns: int | None = None
    ) -> tuple[str, ...]:
        """Names whose answers gave an address near a session's time, those that its own client asked for first.

        Args:
            address: the server's.
            client: the session's; None where anyone's answers count alike.
            first_ns, last_ns: the session's time, UTC [ns since 1970].
        """
        last_ns = first_ns if last_ns is None else last_ns
        own: set[str] = set()
        others: set[str] = set()
        for key in self._by_address.get(address, ()):
            tie = self._ties[key]
            if tie.last_ns < first_ns - self._window or tie.first_ns > last_ns + self._window:
                continue
            if key[1] is not None and key[1] == client and tie.first_ns <= last_ns:
                own.update(self._with_aliases(key[2]))
            else:
                others.update(self._with_aliases(key[2]))
        return (*sorted(own), *sorted(others - own))

    def addresses(self) -> Iterator[str]:
        """All addresses that any answer gave."""
        return iter(self._by_address)

    def _alias(self, alias: str, name: str) -> None:
        names = self._aliases.setdefault(alias, set())
        if len(names) < _MOST_ALIASED:
            names.add(name)
        self._aliases.move_to_end(alias)
        if len(self._aliases) > self._most:
            self._aliases.popitem(last=False)
            self.forgotten += 1

    def _with_aliases(self, name: str) -> set[str]:
        """A name and those that lead to it."""
        found, ahead = {name}, [name]
        while ahead and len(found) < _MOST_ALIASED:
            new = self._aliases.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        return found

    def _tie(self, key: tuple[str, str | None, str], first_ns: int, last_ns: int) -> None:
        tie = self._ties.get(key)
        if (
            tie is not None
            and first_ns <= tie.last_ns + self._window
            and last_ns >= tie.first_ns - self._window
        ):
            tie.first_ns, tie.last_ns = min(tie.first_ns, first_ns), max(tie.last_ns, last_ns)
            self._ties.move_to_end(key)
            return
        if tie is not None and last_ns < tie.first_ns:
            return
        self._ties[key] = _Tie(first_ns, last_ns)
        self._ties.move_to_end(key)
        self._by_address.setdefault(key[0], set()).add(key)
        while len(self._ties) > self._most:
            old, _ = self._ties.popitem(last=False)
            held = self._by_address[old[0]]
            held.discard(old)
            if not held:
                del self._by_address[old[0]]
            self.forgotten += 1
