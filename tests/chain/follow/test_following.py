from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gridcanary.chain.blocks import read_block
from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.chain.follow.folder import BlockFolder
from gridcanary.chain.follow.following import STATE_FILE, Follower
from gridcanary.chain.follow.sources import BlockSource, shown
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor, sha256d
from gridcanary.contracts.errors import InputError
from tests.chain.conftest import REGTEST
from tests.chain.follow.conftest import SERVED, source_of
from tests.chain.follow.fake_server import FakeServer, with_other_time


def files(follower: Follower) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in follower.folder.path.iterdir()}


def test_all_blocks_are_stored_as_they_are(
    follower: Follower, source: BlockSource, raw_blocks: list[bytes]
) -> None:
    found = follower.round(source)
    assert found.tip.height == SERVED - 1
    stored = sorted(follower.folder.path.glob("*.bin"))
    assert [file.read_bytes() for file in stored] == raw_blocks[:SERVED]
    assert [read_block(Cursor(raw)).header.hash for raw in raw_blocks[:SERVED]] == [
        one.hash for one in follower.folder.best_chain()
    ]


def test_a_second_round_and_a_second_start_change_nothing(
    follower: Follower, source: BlockSource, server: FakeServer
) -> None:
    follower.round(source)
    before = files(follower)
    server.asked.clear()
    again = replace(follower, folder=BlockFolder(follower.folder.path))
    assert follower.round(source).added == again.round(source).added == ()
    assert files(follower) == before
    assert not [path for path in server.asked if path == "getblock" or path.endswith((".bin", "/raw"))]


def test_what_was_broken_off_goes_on(
    follower: Follower, source: BlockSource, server: FakeServer, raw_blocks: list[bytes]
) -> None:
    server.blocks = raw_blocks[:17]
    follower.round(source)
    server.blocks = raw_blocks[:SERVED]
    again = replace(follower, folder=BlockFolder(follower.folder.path))
    assert [one.height for one in again.round(source).added] == list(range(17, SERVED))


def test_draft_files_of_a_crash_are_ignored(follower: Follower, source: BlockSource) -> None:
    follower.folder.path.joinpath(".0000003-ab.bin.1.part").write_bytes(b"half")
    assert follower.round(source).tip.height > 0


@pytest.fixture
def fork(raw_blocks: list[bytes]) -> list[bytes]:
    """A branch that leaves the recorded chain after height 36 and is two blocks longer."""
    branch = list(raw_blocks[:37])
    for height in range(37, 42):
        branch.append(with_other_time(raw_blocks[height], 60, previous=sha256d(branch[-1][:80])))
    return branch


def test_stale_blocks_are_said_and_kept(
    follower: Follower, source: BlockSource, server: FakeServer, fork: list[bytes], raw_blocks: list[bytes]
) -> None:
    follower.round(source)
    server.blocks = fork
    found = follower.round(source)
    lost = [sha256d(raw[:80]) for raw in raw_blocks[37:SERVED]]
    assert [one.hash for one in found.stale] == lost
    assert found.tip.hash == sha256d(fork[-1][:80])
    assert all((follower.folder.path / f"{height:07d}-{shown(one)}.bin").exists()
               for height, one in enumerate(lost, start=37))  # fmt: skip
    state = json.loads((follower.folder.path / STATE_FILE).read_text())
    assert [one["hash"] for one in state["stale"]] == [shown(one) for one in lost]
    reread = BlockFolder(follower.folder.path)
    assert reread.best_chain() == follower.folder.best_chain()


def test_a_branch_with_less_work_wins_nothing(
    follower: Follower, source: BlockSource, server: FakeServer, fork: list[bytes]
) -> None:
    tip = follower.round(source).tip
    server.blocks = fork[:39]
    found = follower.round(source)
    assert (found.tip, found.stale) == (tip, ())
    assert [one.height for one in follower.folder.stale()] == [37, 38]


def test_a_chain_that_changes_while_it_is_read_is_read_again(
    follower: Follower, server: FakeServer, fork: list[bytes], raw_blocks: list[bytes]
) -> None:
    def turn(path: str, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        if path == "/block-height/38":
            server.blocks = fork
            return server.answer(path, b"")
        return answer

    server.lie = turn
    found = follower.round(source_of("esplora", server))
    assert found.tip.hash == sha256d(fork[-1][:80])


def test_the_last_five_blocks_are_provisional(follower: Follower, server: FakeServer) -> None:
    found = follower.round(source_of("rest", server))
    confirmations = found.tip.height - found.provisional_from + 1
    assert confirmations == 5
    state = json.loads((follower.folder.path / STATE_FILE).read_text())
    assert state["provisional_from_height"] == found.provisional_from


def test_a_first_run_begins_a_day_before_the_tip(tmp_path: Path, server: FakeServer) -> None:
    follower = Follower(REGTEST, BlockFolder(tmp_path / "short"), first_height=None)
    assert follower.round(source_of("rest", server)).tip.height == len(server.blocks) - 1
    assert follower.folder.first is not None
    assert follower.folder.first.height == 0


def test_another_network_is_refused(tmp_path: Path, source: BlockSource) -> None:
    follower = Follower(NETWORKS["bitcoin"], BlockFolder(tmp_path / "other"))
    with pytest.raises(InputError, match="another chain than bitcoin"):
        follower.round(source)


def test_the_first_block_must_be_the_one_that_was_named(tmp_path: Path, source: BlockSource) -> None:
    follower = Follower(REGTEST, BlockFolder(tmp_path / "b"), first_height=5, first_hash=bytes(32))
    with pytest.raises(SourceLied, match=r"height 5: is .*, expected 0000"):
        follower.round(source)


def test_a_folder_that_begins_later_is_no_place_for_earlier_blocks(
    tmp_path: Path, source: BlockSource
) -> None:
    folder = BlockFolder(tmp_path / "b")
    Follower(REGTEST, folder, first_height=20).round(source)
    with pytest.raises(InputError, match="begins at height 20, later than 3"):
        Follower(REGTEST, folder, first_height=3).round(source)


def test_a_folder_with_a_missing_block_is_refused(follower: Follower, source: BlockSource) -> None:
    follower.round(source)
    sorted(follower.folder.path.glob("*.bin"))[7].unlink()
    with pytest.raises(InputError, match=r"0000008-.*: follows none of the blocks"):
        BlockFolder(follower.folder.path)


def test_a_server_on_another_chain_is_named(
    follower: Follower, source: BlockSource, server: FakeServer, raw_blocks: list[bytes]
) -> None:
    begun_later = replace(follower, first_height=5)
    begun_later.round(source)
    branch = [raw_blocks[0]]
    for raw in raw_blocks[1:12]:
        branch.append(with_other_time(raw, 7, previous=sha256d(branch[-1][:80])))
    server.blocks = branch
    with pytest.raises(InputError, match=r"no block in common with 127.0.0.1:.* from height 5 on"):
        begun_later.round(source)


def test_a_changed_file_is_named(follower: Follower, source: BlockSource) -> None:
    follower.round(source)
    file = sorted(follower.folder.path.glob("*.bin"))[4]
    raw = bytearray(file.read_bytes())
    raw[70] ^= 1
    file.write_bytes(raw)
    with pytest.raises(InputError, match=f"{file.name}: is not the block"):
        BlockFolder(follower.folder.path)


def test_a_tip_below_the_wanted_height_is_said(tmp_path: Path, source: BlockSource) -> None:
    follower = Follower(REGTEST, BlockFolder(tmp_path / "b"), first_height=4000)
    with pytest.raises(SourceUnreachable, match="ends at height 39, before 4000"):
        follower.round(source)
