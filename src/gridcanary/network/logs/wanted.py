"""What of a log could matter, asked before any object is made of a record."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import canonical
from gridcanary.network.logs.fields import Fields, digest_table
from gridcanary.network.logs.kernels.digests import digest_of_address, put_all
from gridcanary.network.logs.kernels.marks import mark_members, mark_names, mark_words, name_digest
from gridcanary.network.logs.line_blocks import LineBlock

ALERT_WORDS = (
    "miner", "mining", "coin", "crypto", "stratum", "monero", "ethereum", "xmrig", "getwork", "getblocktemplate",
)  # fmt: skip
"""An alert with one of these in its name or category could matter; whether it does is the detectors' to say."""

_MAPPED = 0xFFFF << 32


class DigestSet:
    """A set of 64-bit digests that kernels look into."""

    def __init__(self, digests: Iterable[int] = ()) -> None:
        self.table: NDArray[np.uint64] = digest_table(digests)
        self._held = int(np.count_nonzero(self.table))

    def __len__(self) -> int:
        return self._held

    def add(self, digests: NDArray[np.uint64]) -> None:
        """Put more digests in; zeros are none."""
        digests = digests[digests != 0]
        if 2 * (self._held + digests.size) > self.table.size:
            digests = np.unique(np.concatenate([self.table[self.table != 0], digests]))
            self.table = np.zeros(1 << int(4 * digests.size).bit_length(), np.uint64)
            self._held = 0
        self._held += put_all(self.table, digests)


class Wanted:
    """Records that could matter: a flow with one of these addresses or ports, a name, a certificate's or a host's
    name under one of these names, an alert with one of these words; and all records of a session that has one.

    Addresses that wanted names resolve to become wanted while reading. Without any argument everything is wanted.

    Args:
        addresses: of either end, IPv4 or IPv6.
        names: domain names; names below them are wanted as well.
        ports: of either end, TCP or UDP; leave ports such as 443 out, or nearly all is wanted.
        alert_words: lower case.
        everything: make a session of every flow, whatever it is.
    """

    def __init__(
        self,
        *,
        addresses: Iterable[str] = (),
        names: Iterable[str] = (),
        ports: Iterable[int] = (),
        alert_words: Iterable[str] = ALERT_WORDS,
        everything: bool = False,
    ) -> None:
        self.everything = everything
        self._addresses = DigestSet(address_number(one) for one in addresses)
        self._names = DigestSet(_name_number(one) for one in names)
        self._ports = np.zeros(65536, np.bool_)
        self._ports[list(ports)] = True
        words = sorted({word.encode() for word in alert_words})
        self._words = np.zeros((len(words), max(map(len, words), default=1)), np.uint8)
        for place, word in enumerate(words):
            self._words[place, : len(word)] = np.frombuffer(word, np.uint8)
        self._lengths = np.array([len(word) for word in words], np.int64)

    def add_addresses(self, addresses: Iterable[str]) -> bool:
        """Want more addresses; whether any is new."""
        before = len(self._addresses)
        self._addresses.add(np.fromiter((address_number(one) for one in addresses), np.uint64))
        return len(self._addresses) > before

    def add_names(self, names: Iterable[str]) -> bool:
        """Want more names; whether any is new."""
        before = len(self._names)
        self._names.add(np.fromiter((_name_number(one) for one in names), np.uint64))
        return len(self._names) > before

    def by_address(self, *ends: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which records have a wanted address, by the digests of their ends."""
        marks = np.zeros(len(ends[0]), np.bool_)
        for digests in ends:
            mark_members(digests, self._addresses.table, marks)
        return marks

    @staticmethod
    def members(digests: NDArray[np.uint64], held: DigestSet) -> NDArray[np.bool_]:
        """Which digests are in a set; 0 never is."""
        marks = np.zeros(digests.size, np.bool_)
        mark_members(digests, held.table, marks)
        return marks

    def by_port(self, *ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which records have a wanted port."""
        marks = np.zeros(len(ends[0]), np.bool_)
        for ports in ends:
            marks |= self._ports[np.clip(ports, 0, 65535)] & (ports >= 0)
        return marks

    def by_name(self, fields: Fields, columns: Iterable[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some rows have a wanted name in one of some columns."""
        marks = np.zeros(rows.size, np.bool_)
        if len(self._names):
            for column in columns:
                mark_names(*fields.slices(column), rows, self._names.table, marks)
        return marks

    def in_lines(self, block: LineBlock) -> NDArray[np.bool_]:
        """Which lines have a wanted name anywhere."""
        marks = np.zeros(len(block), np.bool_)
        mark_names(block.data, block.begin, block.end, np.arange(len(block)), self._names.table, marks)
        return marks

    def by_words(self, fields: Fields, columns: Iterable[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some rows have a wanted word in one of some columns."""
        marks = np.zeros(rows.size, np.bool_)
        for column in columns:
            mark_words(*fields.slices(column), rows, self._words, self._lengths, marks)
        return marks

    def wants_name(self, *names: str) -> bool:
        """Whether one of some names, or a name above it, is wanted."""
        if self.everything:
            return True
        table = self._names.table
        for name in names:
            labels = name.lower().rstrip(".").split(".")
            parents = (".".join(labels[place:]) for place in range(len(labels)))
            digests = np.array([_name_number(parent) for parent in parents], np.uint64)
            marks = np.zeros(digests.size, np.bool_)
            mark_members(digests, table, marks)
            if marks.any():
                return True
        return False


def address_number(address: str) -> int:
    """Digest of an address as the kernels make it; ValueError where it is none."""
    parsed = ipaddress.ip_address(canonical(address))
    value = int(parsed) | (_MAPPED if parsed.version == 4 else 0)
    return int(digest_of_address(np.uint64(value >> 64), np.uint64(value & 0xFFFFFFFFFFFFFFFF)))


def _name_number(name: str) -> int:
    data = np.frombuffer(name.lower().rstrip(".").encode(), np.uint8)
    return int(name_digest(data, 0, data.size))
