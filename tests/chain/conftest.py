from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib import resources

import pytest

from gridcanary.chain.blocks import Block, read_block
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.transactions import Cursor
from gridcanary.chain.whole_blocks import parse_block

REGTEST = NETWORKS["regtest"]


def recorded(name: str) -> bytes:
    """A file of the recorded chain, unpacked."""
    folder = resources.files("gridcanary.simulator") / "recorded_chain"
    return gzip.decompress((folder / f"{name}.gz").read_bytes())


def plain_blocks() -> bytes:
    """The recorded blk00000.dat without its obfuscation."""
    key = (resources.files("gridcanary.simulator") / "recorded_chain" / "xor.dat").read_bytes()
    hidden = recorded("blk00000.dat")
    return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(hidden))


def framed_blocks(data: bytes, magic: bytes) -> Iterator[Block]:
    """The blocks of a block file that holds nothing else, in its order."""
    cursor = Cursor(data)
    while cursor.data[cursor.at : cursor.at + 4] == magic:
        cursor.take(8)
        yield read_block(cursor)


@pytest.fixture(scope="session")
def regtest() -> MemoryHistory:
    """The recorded chain: 652 blocks, 3 pools, 12 miners, 2 exchanges; it was recorded without a fork."""
    return MemoryHistory(
        REGTEST,
        [
            Confirmed(Place(height, position, block.header.hash, block.header.time), transaction)
            for height, block in enumerate(framed_blocks(plain_blocks(), REGTEST.magic))
            for position, transaction in enumerate(block.transactions)
        ],
    )


class EvidentMemory(MemoryHistory):
    """Whole blocks in memory: a chain whose transactions can be proven."""

    def __init__(self, network: Network, blocks: dict[int, bytes]) -> None:
        whole = {height: parse_block(raw, network).block for height, raw in blocks.items()}
        super().__init__(
            network,
            [
                Confirmed(Place(height, position, block.header.hash, block.header.time), transaction)
                for height, block in whole.items()
                for position, transaction in enumerate(block.transactions)
            ],
        )
        self._headers = [(height, whole[height].header.raw) for height in sorted(whole)]
        self._blocks = {whole[height].header.hash: raw for height, raw in blocks.items()}

    def headers(self) -> Iterator[tuple[int, bytes]]:
        """Heights and headers, lowest first."""
        return iter(self._headers)

    def block(self, block_hash: bytes) -> bytes:
        """All bytes of a block."""
        return self._blocks[block_hash]


@pytest.fixture(scope="session")
def evident() -> EvidentMemory:
    """The recorded chain with its blocks."""
    cursor, blocks = Cursor(plain_blocks()), []
    while cursor.data[cursor.at : cursor.at + 4] == REGTEST.magic:
        cursor.take(4)
        blocks.append(cursor.take(cursor.number(4)))
    return EvidentMemory(REGTEST, dict(enumerate(blocks)))


@pytest.fixture(scope="session")
def truth() -> dict:
    """What the recording knows: pools' scripts, miners' and deposit addresses, the ledger of payouts."""
    return json.loads(recorded("truth.json"))
