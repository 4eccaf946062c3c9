"""Bitcoin Core's own validation engine (py-bitcoinkernel) must accept what holds here and refuse what doesn't."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import pbk
import pytest

from gridcanary.chain.block_check import check_block
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.undo.files import UndoShelf, undo_records
from gridcanary.chain.whole_blocks import parse_block
from tests.chain.conftest import REGTEST
from tests.chain.real_data import single_blocks
from tests.chain.test_block_check import RECORDED

CHAINS = {
    "bitcoin": pbk.ChainType.MAINNET,
    "testnet3": pbk.ChainType.TESTNET,
    "testnet4": pbk.ChainType.TESTNET_4,
    "signet": pbk.ChainType.SIGNET,
    "regtest": pbk.ChainType.REGTEST,
}


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    pbk.logging_set_options(pbk.LoggingOptions(False, False, False, False, False))


def their_block(raw: bytes) -> pbk.Block:
    """Their block, made from a copy of the buffer: its own constructor takes a Python argument a byte."""
    block = pbk.Block.__new__(pbk.Block)
    super(pbk.Block, block).__init__((ctypes.c_ubyte * len(raw)).from_buffer_copy(raw), len(raw))
    return block


@dataclass
class Replayed:
    """The recorded chain as their engine took it in, and where it keeps its files."""

    manager: pbk.ChainstateManager
    folder: Path

    @property
    def height(self) -> int:
        return self.manager.get_active_chain().height


def replay(folder: Path, blocks: list[bytes]) -> Replayed:
    (folder / "blocks").mkdir()
    replayed = Replayed(pbk.load_chainman(folder, pbk.ChainType.REGTEST), folder)
    for raw in blocks:
        replayed.manager.process_block(their_block(raw))
    return replayed


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return replay(tmp_path_factory.mktemp("replay"), RECORDED[1:])


def test_the_recorded_chain_is_consensus_valid_to_its_tip(replayed: Replayed) -> None:
    assert replayed.height == len(RECORDED) - 1
    chain = replayed.manager.get_active_chain()
    for height, raw in enumerate(RECORDED):
        ours = parse_block(raw, REGTEST).block.header.hash
        assert bytes(chain.block_tree_entries[height].block_hash) == ours


def test_undo_data_that_their_engine_wrote_is_read_as_they_read_it(replayed: Replayed) -> None:
    key = (replayed.folder / "blocks" / "xor.dat").read_bytes()
    hidden = (replayed.folder / "blocks" / "rev00000.dat").read_bytes()
    plain = bytes(byte ^ key[at % len(key)] for at, byte in enumerate(hidden))
    shelf = UndoShelf(undo_records(plain, REGTEST.magic))
    assert len(shelf) == len(RECORDED) - 1
    entries = replayed.manager.get_active_chain().block_tree_entries
    for height in range(1, len(RECORDED)):
        ours = shelf.of(parse_block(RECORDED[height], REGTEST).block)
        assert ours is not None
        theirs = replayed.manager.block_spent_outputs[entries[height]].transactions
        told = [
            [
                (
                    coin.output.amount,
                    bytes(coin.output.script_pubkey),
                    coin.confirmation_height,
                    coin.is_coinbase,
                )
                for coin in one.coins
            ]
            for one in theirs
        ]
        assert told == [
            [(one.output.value, one.output.script, one.height, one.from_coinbase) for one in spent]
            for spent in ours
        ]


def test_a_tampered_block_is_refused_by_both(tmp_path: Path) -> None:
    replayed = replay(tmp_path, RECORDED[1:305])
    raw = bytearray(RECORDED[305])
    raw[-20] ^= 1
    assert not check_block(bytes(raw), REGTEST).holds
    with pytest.raises(pbk.ProcessBlockException):
        replayed.manager.process_block(their_block(bytes(raw)))
    assert replayed.height == 304
    replayed.manager.process_block(their_block(RECORDED[305]))
    assert replayed.height == 305


@pytest.mark.data
def test_real_blocks_pass_their_checks_and_have_the_same_txids() -> None:
    seen = 0
    parameters = {name: pbk.ChainParameters(chain) for name, chain in CHAINS.items()}
    for block in single_blocks():
        network = block.network or NETWORKS["bitcoin"]
        raw = block.path.read_bytes()
        if network.name not in CHAINS:
            continue
        theirs = their_block(raw)
        state = theirs.check(parameters[network.name].consensus_params, pbk.BlockCheckFlags.ALL)
        assert state.validation_mode == pbk.ValidationMode.VALID, block.path.name
        ours = parse_block(raw, network).block
        assert [bytes(one.txid) for one in theirs.transactions] == [one.txid for one in ours.transactions]
        seen += 1
    assert seen
