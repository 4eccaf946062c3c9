from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary.chain.addresses import address_of_script
from gridcanary.chain.blocks import read_block
from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.errors import SourceLied
from gridcanary.chain.follow.esplora import Esplora
from gridcanary.chain.follow.wallets import WalletFetcher
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor
from tests.chain.conftest import REGTEST
from tests.chain.follow.fake_server import FakeServer, with_other_time

PAID_AT = 9


def esplora(server: FakeServer) -> Esplora:
    return Esplora(Client(server.url, wait=lambda _seconds: None))


@pytest.fixture
def paid(raw_blocks: list[bytes]) -> tuple[str, str]:
    """The address that block 9's coinbase pays, and the id of that coinbase."""
    coinbase = read_block(Cursor(raw_blocks[PAID_AT])).transactions[0]
    return str(address_of_script(coinbase.outputs[0].script, REGTEST)), coinbase.shown_id


@pytest.fixture
def fetcher(tmp_path: Path) -> WalletFetcher:
    return WalletFetcher(REGTEST, tmp_path / "blocks")


def test_exactly_the_blocks_with_their_transactions_are_kept(
    fetcher: WalletFetcher, server: FakeServer, paid: tuple[str, str]
) -> None:
    found = fetcher.fetch(esplora(server), [paid[0]])
    paying = {
        raw
        for raw in server.blocks
        for one in read_block(Cursor(raw)).transactions
        if any(address_of_script(output.script, REGTEST) == paid[0] for output in one.outputs)
    }
    assert {file.read_bytes() for file in fetcher.folder.glob("*.bin")} == paying
    assert len(found.added) == len(paying) > 3
    assert paid[1] in found.transactions[paid[0]]


def test_a_second_time_fetches_no_block(
    fetcher: WalletFetcher, server: FakeServer, paid: tuple[str, str]
) -> None:
    fetcher.fetch(esplora(server), [paid[0]])
    server.asked.clear()
    assert fetcher.fetch(esplora(server), [paid[0]]).added == ()
    assert not [path for path in server.asked if path.startswith("/block/") and path.endswith("/raw")]


def test_the_newest_are_provisional(
    fetcher: WalletFetcher, server: FakeServer, paid: tuple[str, str], raw_blocks: list[bytes]
) -> None:
    server.blocks = raw_blocks[: PAID_AT + 5]
    assert paid[1] in fetcher.fetch(esplora(server), [paid[0]]).provisional
    server.blocks = raw_blocks[: PAID_AT + 6]
    assert paid[1] not in fetcher.fetch(esplora(server), [paid[0]]).provisional


def changed(answer: bytes, **values: object) -> bytes:
    return json.dumps({**json.loads(answer), **values}).encode()


LIES = {
    "another transaction": ("/raw", lambda other, a: other, "the bytes are those of"),
    "a broken transaction": ("/raw", lambda _other, a: a[:-1], "is broken at"),
    "a longer branch": ("merkle-proof", lambda _other, a: changed(a, merkle=["00" * 32] * 3), "has 3 hashes"),
    "another position": ("merkle-proof", lambda _other, a: changed(a, pos=5), "position 5 lies outside"),
    "another height": (
        "merkle-proof",
        lambda _other, a: changed(a, block_height=3),
        "doesn't lead to the Merkle root",
    ),
    "behind the tip": ("merkle-proof", lambda _other, a: changed(a, block_height=4000), "behind the tip"),
    "no branch": ("merkle-proof", lambda _other, a: b'{"pos": 1}', "expected block_height, merkle and pos"),
    "no list": ("txs/chain", lambda _other, a: b'{"error": 1}', "expected a list"),
}


@pytest.mark.parametrize(("path", "lie", "said"), LIES.values(), ids=LIES)
def test_lies_about_transactions_are_named_and_nothing_is_kept(
    path: str, lie: Callable[[bytes, bytes], bytes], said: str,
    fetcher: WalletFetcher, server: FakeServer, paid: tuple[str, str], raw_blocks: list[bytes],
) -> None:  # fmt: skip
    other = read_block(Cursor(raw_blocks[2])).transactions[0].raw

    def lying(asked: str, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        return (200, lie(other, answer[1])) if path in asked and "/block/" not in asked else answer

    server.lie = lying
    with pytest.raises(SourceLied, match=said):
        fetcher.fetch(esplora(server), [paid[0]])
    assert not list(fetcher.folder.iterdir())


def test_headers_must_stand_on_the_block(
    fetcher: WalletFetcher, server: FakeServer, paid: tuple[str, str], raw_blocks: list[bytes]
) -> None:
    server.blocks = [*raw_blocks[:12], with_other_time(raw_blocks[12], 9), *raw_blocks[13:15]]
    with pytest.raises(SourceLied, match="doesn't follow"):
        fetcher.fetch(esplora(server), [paid[0]])


def test_a_floor_holds_for_single_blocks_too(
    server: FakeServer, paid: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(SourceLied, match="lies below 2"):
        WalletFetcher(REGTEST, tmp_path / "b", floor=2.0).fetch(esplora(server), [paid[0]])


def test_another_network_is_refused(server: FakeServer, paid: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(SourceLied, match="its chain: begins with 0f9188f1"):
        WalletFetcher(NETWORKS["bitcoin"], tmp_path / "b").fetch(esplora(server), [paid[0]])
