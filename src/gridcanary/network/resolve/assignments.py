"""Who held an address, or a range of its ports, from when to when; and how sure that is at each moment."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ALL_PORTS = (0, 65_535)
Prefix = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Holder:
    """Who an address was given to; what a record doesn't tell stays None.

    Args:
        account: subscriber's account (RADIUS User-Name), or hardware address of a DHCP client.
        drop: where the line ends (NAS-Port-Id, ONU, Option 82), more reliable than a customer's address.
        premises_id: the premises, where the record names it (leased lines).
        inside: the address behind a translator (CGNAT), to be looked up in turn.
    """

    account: str | None = None
    drop: str | None = None
    premises_id: str | None = None
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One holding of a prefix and ports.

    Args:
        prefix: addresses held, a single one mostly.
        ports: first and last port, both included.
        start_ns: beginning, UTC [ns since 1970].
        sure_until_ns: last moment that a record vouches for (stop, interim update, end of a lease).
        end_ns: moment at which it surely is over; from ``sure_until_ns`` on its certainty falls evenly to zero.
        holder: who held it.
        basis: ``radius``, ``nat``, ``dhcp`` or ``line``.
        record: file and row, for the protocol.
    """

    prefix: Prefix
    ports: tuple[int, int]
    start_ns: int
    sure_until_ns: int
    end_ns: int
    holder: Holder
    basis: str
    record: str

    def __post_init__(self) -> None:
        if not self.start_ns <= self.sure_until_ns <= self.end_ns:
            raise ValueError(f"{self.record}: times out of order")

    def certainty(self, begin_ns: int, end_ns: int) -> float:
        """Mean certainty that the holding lasted, over a window of time, 0 to 1.

        Args:
            begin_ns, end_ns: the window; a moment where both are the same.
        """
        if begin_ns == end_ns:
            return self._at(begin_ns)
        sure = _overlap(begin_ns, end_ns, self.start_ns, self.sure_until_ns)
        low, high = max(begin_ns, self.sure_until_ns), min(end_ns, self.end_ns)
        fading = (high - low) * (self._at(low) + self._at(high)) / 2 if high > low else 0.0
        return (sure + fading) / (end_ns - begin_ns)

    def _at(self, moment_ns: int) -> float:
        if not self.start_ns <= moment_ns <= self.end_ns:
            return 0.0
        if moment_ns <= self.sure_until_ns:
            return 1.0
        return (self.end_ns - moment_ns) / (self.end_ns - self.sure_until_ns)


def _overlap(begin: int, end: int, start: int, stop: int) -> int:
    return max(0, min(end, stop) - max(begin, start))


def single(address: str) -> Prefix:
    """The prefix of one address."""
    return ipaddress.ip_network(address)


class AssignmentBook:
    """Assignments by prefix; a look-up goes over the lengths of prefix that occur."""

    def __init__(self, assignments: Iterable[Assignment] = ()) -> None:
        self._by_prefix: defaultdict[Prefix, list[Assignment]] = defaultdict(list)
        for one in assignments:
            self.add(one)

    def add(self, assignment: Assignment) -> None:
        """Put in one more."""
        self._by_prefix[assignment.prefix].append(assignment)

    def __len__(self) -> int:
        return sum(len(held) for held in self._by_prefix.values())

    def holding(
        self, address: str, port: int | None, begin_ns: int, end_ns: int
    ) -> Iterator[tuple[Assignment, float]]:
        """Assignments of an address and port in a window, each with its mean certainty there, above zero.

        Args:
            address: canonical address.
            port: source port; None where it was not seen: any port may be meant then.
            begin_ns, end_ns: the window, UTC [ns since 1970].
        """
        parsed = ipaddress.ip_address(address)
        lengths = {(prefix.version, prefix.prefixlen) for prefix in self._by_prefix}
        for version, length in sorted(lengths, reverse=True):
            if version != parsed.version:
                continue
            prefix: Prefix = ipaddress.ip_network((parsed, length), strict=False)
            for one in self._by_prefix.get(prefix, ()):
                certainty = one.certainty(begin_ns, end_ns)
                if certainty > 0 and (port is None or one.ports[0] <= port <= one.ports[1]):
                    yield one, certainty
