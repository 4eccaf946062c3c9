from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.blocks import read_block
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.history import UNKNOWN_HEIGHT, MemoryHistory
from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor, Input, Outpoint, Output, sha256d
from gridcanary.contracts.errors import InputError
from tests.chain import written
from tests.chain.conftest import REGTEST, plain_blocks, recorded
from tests.chain.real_data import real_folder, single_blocks

BITCOIN = NETWORKS["bitcoin"]


@pytest.fixture(scope="module")
def raw_blocks() -> list[bytes]:
    data, raw, at = plain_blocks(), [], 0
    while data[at : at + 4] == REGTEST.magic:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        raw.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    return raw


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded chain as the node left it, under its key."""
    folder = tmp_path_factory.mktemp("blocks")
    (folder / "blk00000.dat").write_bytes(recorded("blk00000.dat"))
    plain, hidden = plain_blocks()[:8], recorded("blk00000.dat")[:8]
    (folder / "xor.dat").write_bytes(bytes(one ^ other for one, other in zip(plain, hidden, strict=True)))
    return folder


@pytest.fixture(scope="module")
def history(node_folder: Path) -> FileHistory:
    return FileHistory(REGTEST, [node_folder])


def test_the_recording_reads_as_it_does_from_memory(history: FileHistory, regtest: MemoryHistory) -> None:
    assert history.tip == regtest.tip
    assert list(history.coinbases()) == list(regtest.coinbases())
    assert history.remarks == []


def test_what_touches_scripts_and_outpoints_is_what_memory_finds(
    history: FileHistory, regtest: MemoryHistory, truth: dict
) -> None:
    chosen = random.Random(3)
    everything = list(regtest)
    scripts = {output.script for one in chosen.sample(everything, 40) for output in one.transaction.outputs}
    outpoints = {claim.previous for one in chosen.sample(everything, 40) for claim in one.transaction.inputs}
    for asked in ((scripts, set()), (set(), outpoints), (scripts, outpoints), (set(), set())):
        found = history.touching(*asked)
        expected = regtest.touching(*asked)
        assert [(one.place, one.transaction.raw) for one in found] == [
            (one.place, one.transaction.raw) for one in expected
        ]
    assert history.touching({b"a script nobody has"}, {Outpoint(b"\1" * 32, 0)}) == []


def test_undo_files_tell_what_inputs_spend(tmp_path: Path, node_folder: Path, regtest: MemoryHistory) -> None:
    for name in ("blk00000.dat", "xor.dat"):
        (tmp_path / name).write_bytes((node_folder / name).read_bytes())
    key = (tmp_path / "xor.dat").read_bytes()
    (tmp_path / "rev00000.dat").write_bytes(written.masked(recorded("rev00000.plain"), key))
    scripts = {output.script for one in regtest for output in one.transaction.outputs}
    found = FileHistory(REGTEST, [tmp_path]).touching(scripts, ())
    assert found == list(regtest)


def test_undo_data_that_fits_no_block_tells_nothing(
    tmp_path: Path, node_folder: Path, regtest: MemoryHistory
) -> None:
    (tmp_path / "blk00000.dat").write_bytes(plain_blocks())
    broken = bytes(byte ^ 1 if at % 100 == 50 else byte for at, byte in enumerate(recorded("rev00000.plain")))
    (tmp_path / "rev00000.dat").write_bytes(broken)
    spender = next(one.transaction for one in regtest if not one.transaction.is_coinbase)
    found = FileHistory(REGTEST, [tmp_path]).touching((), {spender.inputs[0].previous})
    assert [one.transaction.raw for one in found] == [spender.raw]
    assert [claim.spent for claim in found[0].transaction.inputs] == [None] * len(spender.inputs)


def test_outputs_are_found_by_their_txids(node_folder: Path, regtest: MemoryHistory) -> None:
    points = [claim.previous for one in regtest for claim in one.transaction.inputs]
    asked = [*points, Outpoint(b"\1" * 32, 0)]
    assert FileHistory(REGTEST, [node_folder]).outputs(asked) == dict(regtest.outputs(asked))


def test_an_output_that_is_not_there_is_looked_for_once(
    node_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = FileHistory(REGTEST, [node_folder])
    nowhere = Outpoint(b"\1" * 32, 0)
    assert history.outputs([nowhere]) == {}
    monkeypatch.setattr("gridcanary.chain.file_history.parse_file", None)
    assert history.outputs([nowhere, Outpoint(bytes(32), 0)]) == {}


def test_blocks_in_any_order_in_several_files_and_repeated(
    tmp_path: Path, raw_blocks: list[bytes], regtest: MemoryHistory
) -> None:
    shuffled = [*raw_blocks, *raw_blocks[100:150]]
    random.Random(1).shuffle(shuffled)
    for number in range(3):
        content = written.framed(shuffled[number::3], REGTEST.magic)
        (tmp_path / f"blk0000{number}.dat").write_bytes(content)
    history = FileHistory(REGTEST, [tmp_path], workers=2)
    assert history.tip == regtest.tip
    assert list(history.coinbases()) == list(regtest.coinbases())
    scripts = {output.script for one in regtest.coinbases() for output in one.transaction.outputs}
    assert len(history.touching(scripts, ())) == len(regtest.touching(scripts, ()))


def test_the_headers_are_those_of_the_best_chain(history: FileHistory, regtest: MemoryHistory) -> None:
    told = list(history.headers())
    assert [height for height, _ in told] == list(range(652))
    assert [sha256d(raw) for _, raw in told] == [one.place.block_hash for one in regtest.coinbases()]


def test_a_block_gives_its_bytes_and_its_root(history: FileHistory) -> None:
    block = read_block(Cursor(history.block(history.tip.block_hash)))
    assert block.header.hash == history.tip.block_hash
    assert merkle_root([one.txid for one in block.transactions]) == block.header.merkle_root


def test_a_chain_that_begins_late_takes_its_heights_from_coinbases(
    tmp_path: Path, raw_blocks: list[bytes], regtest: MemoryHistory
) -> None:
    (tmp_path / "blk00007.dat").write_bytes(written.framed(raw_blocks[400:], REGTEST.magic))
    history = FileHistory(REGTEST, [tmp_path])
    assert list(history.coinbases()) == list(regtest.coinbases())[400:]


def test_loose_blocks_count_only_where_they_are_asked_for(tmp_path: Path, raw_blocks: list[bytes]) -> None:
    silent = _silent_block()
    for name, block in (("genesis", raw_blocks[0]), ("ten", raw_blocks[10]), ("silent", silent)):
        (tmp_path / f"{name}.bin").write_bytes(block)
    loose = FileHistory(REGTEST, [tmp_path], loose=True)
    assert [one.place.height for one in loose.coinbases()] == [UNKNOWN_HEIGHT, 0, 10]
    assert [one.place.height for one in FileHistory(REGTEST, [tmp_path]).coinbases()] == [0, 10]


def _silent_block() -> bytes:
    """A block whose coinbase tells no height, with the work that regtest asks for."""
    claim = Input(Outpoint(bytes(32), 0xFFFFFFFF), b"\xff\xff")
    return _mined_again(written.block([written.transaction([claim], [Output(1, b"\x51")])]))


def test_a_losing_branch_is_not_told_as_confirmed(tmp_path: Path, raw_blocks: list[bytes]) -> None:
    """A fork of the recording's third block, mined anew with another time, loses by work."""
    lost = _mined_again(raw_blocks[3])
    (tmp_path / "blk00000.dat").write_bytes(
        written.framed([*raw_blocks[:3], lost, *raw_blocks[3:6]], REGTEST.magic)
    )
    history = FileHistory(REGTEST, [tmp_path])
    hashes = [one.place.block_hash for one in history.coinbases()]
    assert hashes == [read_block(Cursor(block)).header.hash for block in raw_blocks[:6]]
    script = read_block(Cursor(lost)).transactions[0].outputs[0].script
    lost_hash = read_block(Cursor(lost)).header.hash
    assert all(one.place.block_hash != lost_hash for one in history.touching([script], ()))
    loose = FileHistory(REGTEST, [tmp_path], loose=True)
    assert lost_hash in [one.place.block_hash for one in loose.coinbases()]


def _mined_again(block: bytes) -> bytes:
    """The block with a later time and a nonce that meets regtest's target."""
    time = int.from_bytes(block[68:72], "little") + 1
    for nonce in range(1000):
        tried = (
            block[:68] + time.to_bytes(4, "little") + block[72:76] + nonce.to_bytes(4, "little") + block[80:]
        )
        if read_block(Cursor(tried)).header.hash[31] < 0x80:
            return tried
    raise AssertionError("regtest's target is met by every second hash")


def test_a_damaged_block_is_told_and_the_others_are_read(tmp_path: Path, raw_blocks: list[bytes]) -> None:
    broken = bytearray(raw_blocks[5])
    broken[80] = 0xFF
    content = written.framed([*raw_blocks[:5], bytes(broken), *raw_blocks[6:10]], REGTEST.magic)
    (tmp_path / "blk00000.dat").write_bytes(content)
    history = FileHistory(REGTEST, [tmp_path])
    assert [one.place.height for one in history.coinbases()] == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert ["can't be read" in str(one) for one in history.remarks] == [True]
    scripts = {output.script for one in history.coinbases() for output in one.transaction.outputs}
    assert {one.place.height for one in history.touching(scripts, ())} == {0, 1, 2, 3, 4, 6, 7, 8, 9}


def test_another_networks_folder_is_refused_with_its_name(node_folder: Path) -> None:
    with pytest.raises(InputError, match=r"no block of bitcoin .*--network regtest"):
        FileHistory(BITCOIN, [node_folder])


@pytest.mark.data
def test_real_blocks_that_follow_one_another_link() -> None:
    folder = real_folder("blocks/run_831328")
    heights = [one.place.height for one in FileHistory(BITCOIN, [folder]).coinbases()]
    assert heights == list(range(heights[0], heights[0] + len(list(folder.glob("*.bin")))))


@pytest.mark.data
def test_every_real_block_is_found_loose_where_its_network_is_asked_for() -> None:
    for network in {block.network for block in single_blocks()} - {None}:
        told = {block.told["hash"] for block in single_blocks() if block.network == network}
        files = [block.path for block in single_blocks() if block.network == network]
        places = [one.place for one in FileHistory(network, files, loose=True).coinbases()]
        assert {place.block_hash[::-1].hex() for place in places} == told, network.name


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_folder_is_an_answer_or_an_error_about_input(
    tmp_path_factory: pytest.TempPathFactory, raw_blocks: list[bytes], data: st.DataObject
) -> None:
    """Blocks whole, cut and with flipped bits, in any order, with junk between, behind a key or not."""
    folder = tmp_path_factory.mktemp("blocks")
    parts = []
    for number in data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=12)):
        block = bytearray(raw_blocks[number])
        for at in data.draw(st.lists(st.integers(0, len(block) - 1), max_size=2)):
            block[at] ^= 1 << data.draw(st.integers(0, 7))
        whole = written.framed([bytes(block)], REGTEST.magic)
        parts += [whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole]
        parts += [data.draw(st.binary(max_size=12))]
    key = data.draw(st.sampled_from([b"", bytes(8), bytes.fromhex("fa67b2b8f993db05")]))
    content = b"".join(parts)
    (folder / "blk00000.dat").write_bytes(written.masked(content, key) if key else content)
    if key:
        (folder / "xor.dat").write_bytes(key)
    for loose in (False, True):
        try:
            history = FileHistory(REGTEST, [folder], loose=loose)
        except InputError:
            continue
        coinbases = list(history.coinbases())
        scripts = {output.script for one in coinbases for output in one.transaction.outputs}
        touching = history.touching(scripts, ())
        assert len(touching) <= sum(len(read_block(Cursor(block)).transactions) for block in raw_blocks[:21])
        assert {one.place.block_hash for one in touching} <= {
            history.tree.hashes[row].tobytes() for row in history.rows
        }
        history.outputs([Outpoint(one.transaction.txid, 0) for one in coinbases])
