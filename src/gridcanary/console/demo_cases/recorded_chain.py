"""The recorded test chain as a history, and wallets of its miners: what the demonstration's dossiers are made from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.blocks import Block, read_block
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor

NETWORK = NETWORKS["regtest"]
FRAME_BYTES = 8


class RecordedChain(MemoryHistory):
    """The chain that comes with the simulator: 652 blocks of a test network of our own, with their bytes."""

    def __init__(self) -> None:
        self._raw: dict[bytes, bytes] = {}
        self._headers: list[bytes] = []
        super().__init__(NETWORK, self._read())

    def _read(self) -> Iterator[Confirmed]:
        data, at = _plain_blocks(), 0
        while data[at : at + 4] == NETWORK.magic:
            size = int.from_bytes(data[at + 4 : at + FRAME_BYTES], "little")
            raw = data[at + FRAME_BYTES : at + FRAME_BYTES + size]
            at += FRAME_BYTES + size
            yield from self._kept(read_block(Cursor(raw)), raw)

    def _kept(self, block: Block, raw: bytes) -> Iterator[Confirmed]:
        height, header = len(self._headers), block.header
        self._headers.append(header.raw)
        self._raw[header.hash] = raw
        for position, transaction in enumerate(block.transactions):
            yield Confirmed(Place(height, position, header.hash, header.time), transaction)

    def address(self, name: str) -> str:
        """The address that a miner of the recording is paid at."""
        return _address(name)

    def headers(self) -> Iterator[tuple[int, bytes]]:
        """Height and eighty bytes of every header."""
        return iter(enumerate(self._headers))

    def block(self, block_hash: bytes) -> bytes:
        """All bytes of a block; KeyError where it isn't in the chain."""
        return self._raw[block_hash]


def _file(name: str) -> bytes:
    return (resources.files("gridcanary.simulator") / "recorded_chain" / name).read_bytes()


def _plain_blocks() -> bytes:
    """The recorded block file without its obfuscation."""
    hidden, key = gzip.decompress(_file("blk00000.dat.gz")), _file("xor.dat")
    mask = (key * (len(hidden) // len(key) + 1))[: len(hidden)]
    return (int.from_bytes(hidden, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(hidden), "big")


@cache
def _truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(_file("truth.json.gz")))
    return found


def _address(name: str) -> str:
    found: str = _truth()["miners"][name]
    return found


def miner(name: str) -> bytes:
    """The script that a miner of the recording is paid at."""
    return script_of_address(_address(name), NETWORK)


def exchange_wallets(chain: MemoryHistory) -> dict[bytes, str]:
    """Scripts that an exchange of the recording gathers its customers' deposits at, and the exchange's name."""
    exchange = {
        script_of_address(address, NETWORK): key.partition("|")[2]
        for key, address in _truth()["deposits"].items()
    }
    found: dict[bytes, str] = {}
    for one in chain:
        spenders = {exchange.get(claim.spent.script) for claim in one.transaction.inputs if claim.spent}
        for name in sorted(spenders - {None}, key=str):
            found[one.transaction.outputs[0].script] = str(name)
    return found
