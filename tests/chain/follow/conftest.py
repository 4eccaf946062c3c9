from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.esplora import Esplora
from gridcanary.chain.follow.folder import BlockFolder
from gridcanary.chain.follow.following import Follower
from gridcanary.chain.follow.rest import RestNode
from gridcanary.chain.follow.rpc import PASSWORD, USER, RpcNode, authorization
from gridcanary.chain.follow.sources import BlockSource
from tests.chain.conftest import REGTEST, plain_blocks
from tests.chain.follow.fake_server import FakeServer, serving, split_blocks

HEIGHTS, SERVED = 45, 40


@pytest.fixture(scope="session")
def raw_blocks() -> list[bytes]:
    """The first blocks of the recorded chain, as they were mined."""
    return split_blocks(plain_blocks(), HEIGHTS)


@pytest.fixture
def server(raw_blocks: list[bytes]) -> Iterator[FakeServer]:
    """A node and Esplora server that keeps the first blocks of the recorded chain."""
    with serving(raw_blocks[:SERVED]) as fake:
        yield fake


def source_of(kind: str, server: FakeServer, timeout_s: float = 5.0) -> BlockSource:
    """A source of a kind on the fake server, which does not wait between tries."""

    def patient(base: str, secret: bool = False) -> Client:
        told = authorization({USER: "watcher", PASSWORD: "a-long-word"}, None) if secret else None
        return Client(base, told, timeout_s=timeout_s, wait=lambda _seconds: None)

    match kind:
        case "rpc":
            return RpcNode(patient(server.url, secret=True))
        case "rest":
            return RestNode(patient(f"{server.url}/rest"))
    return Esplora(patient(server.url))


@pytest.fixture(params=["rpc", "rest", "esplora"])
def source(request: pytest.FixtureRequest, server: FakeServer) -> BlockSource:
    """The fake server, asked in each of the three languages."""
    return source_of(request.param, server)


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    """Follows the recorded chain from its first block into an empty folder."""
    return Follower(REGTEST, BlockFolder(tmp_path / "blocks"), first_height=0)
