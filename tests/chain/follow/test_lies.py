from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.chain.follow.following import Follower
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.transactions import sha256d
from tests.chain.follow.conftest import source_of
from tests.chain.follow.fake_server import FakeServer, with_other_time

LIED_AT = 7
Change = Callable[[list[bytes]], bytes]


def flip(raw: bytes, at: int) -> bytes:
    """The same bytes with one bit turned."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


@dataclass(frozen=True)
class Lie:
    """Another block in place of one, and what must be said of it."""

    change: Change
    said: str


LIES = {
    "a byte of a transaction": Lie(lambda all_: flip(all_[LIED_AT], 130), "Merkle root isn't that"),
    "the last byte": Lie(lambda all_: flip(all_[LIED_AT], -1 % len(all_[LIED_AT])), "Merkle root"),
    "a byte of the witness": Lie(
        lambda all_: flip(all_[LIED_AT], all_[LIED_AT].rindex(bytes(32)) + 5), "the coinbase commits to"
    ),
    "a byte of the header": Lie(lambda all_: flip(all_[LIED_AT], 0), "the bytes are those of"),
    "another block": Lie(lambda all_: all_[LIED_AT + 1], "the bytes are those of"),
    "the end cut off": Lie(lambda all_: all_[LIED_AT][:-9], "is broken at byte"),
    "cut within the header": Lie(lambda all_: all_[LIED_AT][:50], "is broken at byte"),
    "nothing": Lie(lambda all_: b"", "is broken at byte 0"),
    "more behind it": Lie(lambda all_: all_[LIED_AT] + b"\0", "1 bytes are left"),
    "no transactions": Lie(lambda all_: all_[LIED_AT][:80] + b"\0", "is broken at byte 80: 0 transactions"),
}


@pytest.mark.parametrize("kind", ["rpc", "rest", "esplora"])
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_wrong_bytes_are_named_and_not_kept(
    kind: str, lie: Lie, follower: Follower, server: FakeServer, raw_blocks: list[bytes]
) -> None:
    right, wrong = raw_blocks[LIED_AT], lie.change(raw_blocks)
    name = shown(sha256d(right[:80]))

    def lying(_path: str, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        if answer[1] == right:
            return 200, wrong
        return answer[0], answer[1].replace(right.hex().encode(), wrong.hex().encode())

    server.lie = lying
    with pytest.raises(SourceLied, match=f"block {name}: .*{lie.said}"):
        follower.round(source_of(kind, server))
    assert follower.folder.tip is not None
    assert follower.folder.tip.height == LIED_AT - 1
    assert not list(follower.folder.path.glob(f"*{name}*"))


@dataclass(frozen=True)
class FalseBlock:
    """A block that hangs together in itself and yet can't be what was asked for."""

    make: Change
    said: str


FALSE_BLOCKS = {
    "on another parent": FalseBlock(
        lambda all_: with_other_time(all_[LIED_AT], 5, previous=bytes(32)),
        "follows 0000.* the block before it",
    ),
    "of another height": FalseBlock(
        lambda all_: with_other_time(all_[LIED_AT + 1], 5, previous=sha256d(all_[LIED_AT - 1][:80])),
        "tells height 8, expected 7",
    ),
    "too easy for its network": FalseBlock(
        lambda all_: with_other_time(all_[LIED_AT], 5, bits=0x217FFFFF), "proof of work"
    ),
    "with a target of none": FalseBlock(
        lambda all_: with_other_time(all_[LIED_AT], 5, bits=0), "proof of work"
    ),
    "without enough work": FalseBlock(
        lambda all_: with_other_time(all_[LIED_AT], 5, bits=0x1D00FFFF), "proof of work"
    ),
}


@pytest.mark.parametrize("false", FALSE_BLOCKS.values(), ids=FALSE_BLOCKS)
def test_false_blocks_are_named_and_not_kept(
    false: FalseBlock, follower: Follower, server: FakeServer, raw_blocks: list[bytes]
) -> None:
    server.blocks = [*raw_blocks[:LIED_AT], false.make(raw_blocks), *raw_blocks[LIED_AT + 1 :]]
    with pytest.raises(SourceLied, match=false.said):
        follower.round(source_of("esplora", server))
    assert follower.folder.tip is not None
    assert follower.folder.tip.height == LIED_AT - 1


def test_a_floor_of_difficulty_keeps_cheap_chains_out(follower: Follower, server: FakeServer) -> None:
    demanding = replace(follower, floor=1.0)
    with pytest.raises(SourceLied, match=r"difficulty 4.65654e-10 lies below 1, the least at height 0"):
        demanding.round(source_of("rest", server))


WORDS = {
    "a page of HTML": b"<html>login</html>",
    "JSON of another kind": b"[]",
    "nested without end": b"[" * 100_000,
    "no hash": b'{"blocks": 3, "bestblockhash": "xyz"}',
    "a height below zero": b'{"blocks": -3, "bestblockhash": "' + b"0" * 64 + b'", "height": -3}',
    "nothing": b"",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize(
    ("kind", "path"), [("rpc", "getblockchaininfo"), ("rest", "/rest/chaininfo.json"), ("esplora", "/status")]
)
def test_answers_that_make_no_sense_are_said(
    kind: str, path: str, words: bytes, follower: Follower, server: FakeServer
) -> None:
    server.lie = lambda asked, answer: (200, words) if path in asked else answer
    with pytest.raises(SourceLied, match="expected"):
        follower.round(source_of(kind, server))
    assert not list(Path(follower.folder.path).iterdir())


@pytest.mark.parametrize("kind", ["rpc", "rest", "esplora"])
def test_an_answer_without_end_is_cut(kind: str, follower: Follower, server: FakeServer) -> None:
    server.lie = lambda _path, answer: (200, b"0" * (2 << 20))
    with pytest.raises(SourceLied, match="can be right"):
        follower.round(source_of(kind, server))


@pytest.mark.parametrize("kind", ["rpc", "rest", "esplora"])
def test_a_trickle_is_cut_off_in_time(kind: str, follower: Follower, server: FakeServer) -> None:
    server.seconds_a_byte = 0.05
    with pytest.raises(SourceUnreachable, match=r"no complete answer in 0.3 seconds \(tried 4 times\)"):
        follower.round(source_of(kind, server, timeout_s=0.3))


@pytest.mark.parametrize("kind", ["rpc", "rest", "esplora"])
def test_an_answer_that_breaks_off_is_asked_for_again(
    kind: str, follower: Follower, server: FakeServer
) -> None:
    server.cut_after = 10
    with pytest.raises(SourceUnreachable, match="tried 4 times"):
        follower.round(source_of(kind, server))
    assert len(server.asked) == 4


def test_a_busy_server_is_asked_again(follower: Follower, server: FakeServer) -> None:
    server.busy_times = 3
    assert follower.round(source_of("rest", server)).tip.height == len(server.blocks) - 1


def test_a_server_that_stays_busy_is_said(follower: Follower, server: FakeServer) -> None:
    server.busy_times = 99
    with pytest.raises(SourceUnreachable, match=r"is busy \(HTTP 503\)"):
        follower.round(source_of("rest", server))


def test_redirects_are_not_followed(follower: Follower, server: FakeServer) -> None:
    server.redirect = f"{server.url}/elsewhere"
    with pytest.raises(SourceUnreachable, match="sends us elsewhere"):
        follower.round(source_of("rpc", server))
    assert server.asked == ["getblockhash"]
