"""Bringing the folder up to the end of a server's chain: find the last block in common, then take what follows.

Every block is checked before it is written. The server's word counts for nothing but where to look: the best chain is
the one with the most work among the stored blocks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridcanary.chain.follow.checking import Expected, check_block
from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.chain.follow.floors import least_difficulty
from gridcanary.chain.follow.folder import BlockFolder, Stored, write_whole
from gridcanary.chain.follow.sources import BlockSource, Tip, shown
from gridcanary.chain.networks import Network
from gridcanary.contracts.errors import InputError

FINAL_CONFIRMATIONS = 6
"""A block with fewer is provisional: another branch may still replace it."""
FIRST_BLOCKS = 144
"""How far back a first run begins where no height is given: a day of Bitcoin's blocks."""
DEEPEST_FORK = 1000
ATTEMPTS = 5
STATE_FILE = "follow.json"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round brought.

    Args:
        added: blocks that were written.
        stale: blocks that belonged to the best chain before this round and no longer do.
        tip: the end of the best chain.
        told: the end of the server's chain, as it said.
    """

    added: tuple[Stored, ...]
    stale: tuple[Stored, ...]
    tip: Stored
    told: Tip

    @property
    def provisional_from(self) -> int:
        """The lowest height with fewer than FINAL_CONFIRMATIONS."""
        return max(0, self.tip.height - FINAL_CONFIRMATIONS + 2)


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows one chain into one folder.

    Args:
        network: whose chain.
        folder: where blocks go.
        first_height: where a first run begins; None for a day before the tip.
        first_hash: what the first block's hash must be, in the order of hashing; None trusts its work alone.
        floor: least difficulty of every block; None takes the network's floors.
        said: told of each block that was written, for progress.
    """

    network: Network
    folder: BlockFolder
    first_height: int | None = None
    first_hash: bytes | None = None
    floor: float | None = None
    said: Callable[[Stored], None] = lambda _block: None

    def round(self, source: BlockSource) -> Round:
        """Fetch what is new from a server.

        Raises:
            SourceUnreachable: no answer, or a chain that moves faster than it can be read.
            SourceLied: something didn't hold; what was written before it was checked and stays.
            InputError: the folder holds another chain, or begins later than the wanted height.
        """
        self._check_network(source)
        before = self.folder.best_chain()
        added: list[Stored] = []
        for _attempt in range(ATTEMPTS):
            told = source.tip()
            if self._take(source, told, added):
                break
        else:
            raise SourceUnreachable(source.name, "its chain changes while it is read", "try again")
        tip = self.folder.tip
        if tip is None:
            problem = f"its chain ends at height {told.height}, before {self.first_height}"
            raise SourceUnreachable(source.name, problem, "is it still loading blocks?")
        now_best = {one.hash for one in self.folder.best_chain()}
        stale = tuple(one for one in before if one.hash not in now_best)
        found = Round(tuple(added), stale, tip, told)
        write_state(self.folder, self.network, source.name, found)
        return found

    def _check_network(self, source: BlockSource) -> None:
        genesis = shown(source.block_hash(0))
        if genesis != self.network.genesis:
            raise InputError(
                source.name,
                f"keeps another chain than {self.network.name}: its first block is {genesis}",
                remedy="name its network with --network",
            )

    def _take(self, source: BlockSource, told: Tip, added: list[Stored]) -> bool:
        """Add the blocks up to the told tip; False where the server's chain changed meanwhile."""
        height = self._fork_height(source, told) + 1
        previous = self.folder.best_at(height - 1)
        while height <= told.height:
            block_hash = source.block_hash(height)
            if block_hash in self.folder:
                known = self.folder[block_hash]
                if previous is not None and known.previous != previous.hash:
                    return False
                previous, height = known, height + 1
                continue
            raw = source.block(block_hash)
            header = check_block(raw, self._expected(source, height, block_hash, previous))
            if previous is not None and header.previous != previous.hash:
                if source.block_hash(height - 1) != previous.hash:
                    return False
                problem = f"follows {shown(header.previous)}, the block before it is {shown(previous.hash)}"
                raise SourceLied(source.name, f"block {shown(block_hash)}", problem)
            previous = self.folder.add(height, raw)
            added.append(previous)
            self.said(previous)
            height += 1
        return True

    def _expected(
        self, source: BlockSource, height: int, block_hash: bytes, previous: Stored | None
    ) -> Expected:
        floor = least_difficulty(self.network, height) if self.floor is None else self.floor
        if previous is None:
            self._check_first(source, height, block_hash)
        return Expected(
            source.name, self.network, height, block_hash, floor, previous.bits if previous else None
        )

    def _check_first(self, source: BlockSource, height: int, block_hash: bytes) -> None:
        """Hold the first block of a folder against what the user knows of it."""
        if self.first_hash is not None and block_hash != self.first_hash:
            problem = f"is {shown(block_hash)}, expected {shown(self.first_hash)}"
            raise SourceLied(source.name, f"the block of height {height}", problem)

    def _fork_height(self, source: BlockSource, told: Tip) -> int:
        """Height of the last block that the best chain and the server's have in common; before the first if none."""
        tip, first = self.folder.tip, self.folder.first
        if tip is None or first is None:
            start = max(0, told.height - FIRST_BLOCKS + 1) if self.first_height is None else self.first_height
            return start - 1
        if self.first_height is not None and self.first_height < first.height:
            raise InputError(
                self.folder.path,
                f"begins at height {first.height}, later than {self.first_height}",
                remedy="follow earlier blocks into another folder",
            )
        height = min(tip.height, told.height)
        lowest = max(first.height, height - DEEPEST_FORK)
        while height >= lowest:
            stored = self.folder.best_at(height)
            if stored is not None and source.block_hash(height) == stored.hash:
                return height
            height -= 1
        raise InputError(
            self.folder.path,
            f"has no block in common with {source.name} from height {lowest} on",
            remedy="ask a second server: one of the two is on another chain",
        )


def write_state(folder: BlockFolder, network: Network, source: str, found: Round) -> None:
    """Say beside the blocks where the chain ends, from where on it is provisional, and which blocks are stale."""
    state = {
        "network": network.name,
        "source": source,
        "first": _told(folder.best_chain()[0]),
        "tip": _told(found.tip),
        "tip_told_by_source": {"height": found.told.height, "hash": shown(found.told.hash)},
        "provisional_from_height": found.provisional_from,
        "final_confirmations": FINAL_CONFIRMATIONS,
        "stale": [_told(one) for one in folder.stale()],
    }
    write_whole(Path(folder.path) / STATE_FILE, json.dumps(state, indent=1).encode() + b"\n")


def _told(block: Stored) -> dict[str, object]:
    return {"height": block.height, "hash": shown(block.hash), "time": block.time}
