"""Headers of a chain in runs of neighbouring heights: eighty bytes each, linked by hash, with their work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gridcanary.chain.blocks import Header, read_header
from gridcanary.chain.follow.floors import difficulty_of, least_difficulty
from gridcanary.chain.history import Place
from gridcanary.chain.networks import Network
from gridcanary.chain.targets import PERIOD, UNJUDGED, expected_bits
from gridcanary.chain.transactions import Cursor
from gridcanary.chain.work import target_of, work_holds, work_of

HEADER_BYTES = 80
_KEEP_BITS = frozenset({"litecoin"})
"""Networks whose target changes at every 2,016th height and nowhere else, by a rule that isn't judged here."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring headers: height of the first, -1 where no block of the run has a known height, and how many."""

    first: int
    count: int


@dataclass(frozen=True)
class HeaderRuns:
    """Headers in the order of the chain.

    Args:
        raw: eighty bytes each.
        runs: where in the chain they stand; their counts sum up to the number of headers.
    """

    raw: tuple[bytes, ...]
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, headers: Iterable[tuple[int, bytes]]) -> HeaderRuns:
        """Runs from heights and headers, ascending."""
        raw: list[bytes] = []
        runs: list[Run] = []
        for height, header in headers:
            last = runs[-1] if runs else None
            if last is not None and (height == last.first + last.count if height >= 0 else last.first < 0):
                runs[-1] = Run(last.first, last.count + 1)
            else:
                runs.append(Run(height, 1))
            raw.append(header)
        return cls(tuple(raw), tuple(runs))

    @classmethod
    def from_bytes(cls, content: bytes, runs: Any) -> HeaderRuns:
        """Runs from the files of a dossier; ValueError where they don't fit together."""
        told = tuple(Run(_whole(run["first"], -1), _whole(run["count"], 1)) for run in runs)
        count = sum(run.count for run in told)
        if len(content) != count * HEADER_BYTES:
            raise ValueError(f"{len(content)} bytes are no {count} headers of {HEADER_BYTES} bytes")
        raw = tuple(content[at : at + HEADER_BYTES] for at in range(0, len(content), HEADER_BYTES))
        return cls(raw, told)

    def __len__(self) -> int:
        return len(self.raw)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        return zip(self._heights, self.raw, strict=True)

    @property
    def told_runs(self) -> list[dict[str, int]]:
        """The runs as ``dossier.json`` tells them."""
        return [{"first": run.first, "count": run.count} for run in self.runs]

    @property
    def tip(self) -> Place:
        """The coinbase's place of the last header; ValueError without headers."""
        if not self.raw:
            raise ValueError("there are no headers")
        header = self.header(len(self.raw) - 1)
        return Place(self._heights[-1], 0, header.hash, header.time)

    @property
    def work(self) -> int:
        """Hashes that all of them took on average."""
        return sum(work_of(int.from_bytes(raw[72:76], "little")) for raw in self.raw)

    def header(self, row: int) -> Header:
        """The header of a row."""
        return read_header(Cursor(self.raw[row]))

    def row_of(self, block_hash: bytes) -> int:
        """Row of a block; KeyError where there is none."""
        return self._row_of_hash[block_hash]

    def height_at(self, row: int) -> int:
        """Height of a row, -1 where it isn't known."""
        return self._heights[row]

    def row_at(self, height: int) -> int:
        """Row of a height; KeyError where there is none."""
        return self._row_of_height[height]

    @cached_property
    def _heights(self) -> list[int]:
        return [run.first + at if run.first >= 0 else -1 for run in self.runs for at in range(run.count)]

    @cached_property
    def _row_of_hash(self) -> Mapping[bytes, int]:
        return {self.header(row).hash: row for row in range(len(self.raw))}

    @cached_property
    def _row_of_height(self) -> Mapping[int, int]:
        return {height: row for row, height in enumerate(self._heights) if height >= 0}

    def faults(
        self, network: Network, proven_otherwise: frozenset[int] = frozenset()
    ) -> list[tuple[int, str]]:
        """Row and problem of every header that is wrong by itself or beside its neighbours.

        Args:
            network: whose rules of work count.
            proven_otherwise: rows whose work a parent chain's header is said to prove (AuxPoW), checked elsewhere.
        """
        found = list(self._own_faults(network, proven_otherwise))
        wrong = {row for row, _ in found}
        for row in range(1, len(self.raw)):
            if row not in wrong and row - 1 not in wrong:
                found += [(row, problem) for problem in self._neighbour_faults(row, network)]
        if not found:
            found += self._target_faults(network)
        return sorted(found)

    def _own_faults(self, network: Network, proven_otherwise: frozenset[int]) -> Iterator[tuple[int, str]]:
        for row, raw in enumerate(self.raw):
            if row in proven_otherwise:
                continue
            if not work_holds(raw, network):
                yield row, "its hash doesn't meet its target: there is no proof of work"
            elif self._is_cheap(row, network):
                yield row, f"its difficulty is far below what {network.name} had at this height"
            if self._heights[row] == 0 and self.header(row).hash[::-1].hex() != network.genesis:
                yield row, f"it isn't the first block of {network.name}"

    def _is_cheap(self, row: int, network: Network) -> bool:
        """Whether anybody could have made the header: work that holds says little where it was easy."""
        floor = least_difficulty(network, max(self._heights[row], 0))
        return difficulty_of(target_of(self.header(row).bits)) < floor

    def _neighbour_faults(self, row: int, network: Network) -> Iterator[str]:
        height = self._heights[row]
        if height < 0 or self._heights[row - 1] != height - 1:
            if 0 <= height < self._heights[row - 1]:
                yield "its height lies below that of the header before"
            return
        before, here = self.header(row - 1), self.header(row)
        if here.previous != before.hash:
            yield "it doesn't name the header before it"
        if network.name in _KEEP_BITS and height % PERIOD and here.bits != before.bits:
            yield f"its target changes at a height that is no multiple of {PERIOD}"

    def _target_faults(self, network: Network) -> Iterator[tuple[int, str]]:
        """Targets that the network's rule doesn't give, as far as the runs reach back to where it begins."""
        rows, highest = [], -1
        for row, height in enumerate(self._heights):
            if height > highest:
                rows.append(row)
                highest = height
        headers = [self.header(row) for row in rows]
        told = expected_bits(
            np.array([self._heights[row] for row in rows], dtype=np.int64),
            np.array([header.time for header in headers], dtype=np.int64),
            np.array([header.bits for header in headers], dtype=np.uint32),
            network,
        )
        for row, header, bits in zip(rows, headers, told.tolist(), strict=True):
            if bits not in (UNJUDGED, header.bits):
                yield row, f"its target is {header.bits:#010x}, the network's rule gives {bits:#010x}"


def _whole(value: Any, least: int) -> int:
    if type(value) is not int or value < least:
        raise ValueError(f"{value!r} is no whole number from {least}")
    return value
