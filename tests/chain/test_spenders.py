from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from gridcanary.chain.blocks import Block, read_block
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.scripts import hash160, p2pkh, p2sh, script_type, witness_script
from gridcanary.chain.spenders import spender_script, spent_script
from gridcanary.chain.transactions import NULL_TXID, Cursor, Input, MalformedTransaction, Outpoint, Output
from gridcanary.chain.undo.records import (
    UnfittingUndo,
    read_plain_outputs,
    read_undo,
    with_spent,
    with_spent_outputs,
)
from tests.chain.real_data import real_folder

BITCOIN, CASH = NETWORKS["bitcoin"], NETWORKS["bitcoin-cash"]
KEY, WIDE_KEY = bytes([2]) + bytes(32), bytes([4]) + bytes(64)
SIGNATURE = bytes([0x30]) + bytes(70)
MULTISIG = bytes([0x51, 33]) + KEY + bytes([0x51, 0xAE])
PROGRAM = witness_script(0, hash160(KEY))
TELLING = ("p2pkh", "p2wpkh")
"""Types whose every spend shows the key."""


def push(*items: bytes) -> bytes:
    """Pushes of up to 255 bytes."""
    return b"".join(
        (bytes([len(item)]) if len(item) < 0x4C else bytes([0x4C, len(item)])) + item for item in items
    )


def claim(script: bytes = b"", *witness: bytes) -> Input:
    return Input(Outpoint(b"\1" * 32, 0), script, witness)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("given", "script"),
    [
        pytest.param(claim(push(SIGNATURE, KEY)), p2pkh(hash160(KEY)), id="p2pkh"),
        pytest.param(claim(push(SIGNATURE, WIDE_KEY)), p2pkh(hash160(WIDE_KEY)), id="p2pkh, long key"),
        pytest.param(claim(push(b"", SIGNATURE, MULTISIG)), p2sh(hash160(MULTISIG)), id="p2sh"),
        pytest.param(claim(push(PROGRAM), SIGNATURE, KEY), p2sh(hash160(PROGRAM)), id="p2sh-p2wpkh"),
        pytest.param(claim(push(PROGRAM)), p2sh(hash160(PROGRAM)), id="p2sh-p2wpkh before SegWit"),
        pytest.param(claim(b"", SIGNATURE, KEY), PROGRAM, id="p2wpkh"),
        pytest.param(claim(b"", b"", SIGNATURE, MULTISIG), witness_script(0, sha(MULTISIG)), id="p2wsh"),
        pytest.param(claim(b"", b"\x51"), witness_script(0, sha(b"\x51")), id="p2wsh that anybody may spend"),
        pytest.param(claim(b"", bytes(64)), None, id="taproot by key"),
        pytest.param(claim(b"", bytes(65), b"\x50annex"), None, id="taproot with annex"),
        pytest.param(claim(b"", b"\x51", b"\xc0" + bytes(32)), None, id="taproot by script"),
        pytest.param(claim(b"", b"\x51", b"\xc1" + bytes(96)), None, id="taproot by a deep script"),
        pytest.param(claim(push(SIGNATURE)), None, id="p2pk"),
        pytest.param(claim(push(b"", SIGNATURE, SIGNATURE)), None, id="bare multisig"),
        pytest.param(claim(push(b"secret")), None, id="a secret"),
        pytest.param(claim(bytes([0x76])), None, id="not only pushes"),
        pytest.param(claim(push(b"x"), SIGNATURE, KEY), None, id="witness beside a strange script"),
        pytest.param(claim(), None, id="nothing"),
        pytest.param(claim(b"", b""), None, id="an empty witness item"),
        pytest.param(Input(Outpoint(NULL_TXID, 0xFFFFFFFF), push(SIGNATURE, KEY)), None, id="coinbase"),
    ],
)
def test_what_an_input_shows(given: Input, script: bytes | None) -> None:
    assert spender_script(given, BITCOIN) == script


def test_bitcoin_cash_signs_with_schnorr_and_hides_the_length_of_p2sh() -> None:
    assert spender_script(claim(push(bytes(65), KEY)), CASH) == p2pkh(hash160(KEY))
    assert spender_script(claim(push(bytes(65), KEY)), BITCOIN) is None
    assert spender_script(claim(push(b"", SIGNATURE, MULTISIG)), CASH) is None


def test_the_spent_output_goes_first() -> None:
    known = Input(Outpoint(b"\1" * 32, 0), push(SIGNATURE, KEY), spent=Output(1, b"\x51"))
    assert spent_script(known, BITCOIN) == b"\x51"
    assert spent_script(claim(push(SIGNATURE, KEY)), BITCOIN) == p2pkh(hash160(KEY))


def test_the_recorded_chain_is_told_rightly(regtest: MemoryHistory) -> None:
    told = Counter()
    for one in regtest:
        for spending in one.transaction.inputs:
            if spending.spent is not None:
                kind = script_type(spending.spent.script)
                guess = spender_script(spending, regtest.network)
                assert guess in (None, spending.spent.script)
                told[kind, guess is not None] += 1
    assert {kind for kind, right in told if right} >= {"p2pkh", "p2wpkh", "p2sh"}
    assert not [kind for kind, right in told if not right and kind != "p2tr"]


@pytest.mark.data
def test_real_blocks_are_told_rightly() -> None:
    """Inputs whose spent output lies in another block of the data."""
    folder = real_folder("blocks")
    files = sorted(folder.glob("run_*/*.bin")) + sorted(folder.glob("one_per_pool/*.bin"))
    transactions = [one for file in files for one in read_block(Cursor(file.read_bytes())).transactions]
    outputs = {
        Outpoint(one.txid, index): output for one in transactions for index, output in enumerate(one.outputs)
    }
    told = Counter()
    for one in transactions:
        for spending in one.inputs:
            if spending.previous in outputs:
                spent = outputs[spending.previous].script
                guess = spender_script(spending, BITCOIN)
                assert guess in (None, spent), one.shown_id
                told[script_type(spent), guess is not None] += 1
    assert sum(told.values()) > 1_000
    assert not [kind for kind, right in told if not right and kind in TELLING]


@pytest.mark.data
def test_undo_data_agree_with_what_inputs_show() -> None:
    files = sorted(real_folder("blocks").glob("with_undo/*-undo.raw"))
    told = Counter()
    for file in files:
        block = read_block(Cursor(file.with_name(file.name.replace("-undo", "")).read_bytes()))
        for one in _with_spent(block, file.read_bytes()).transactions[1:]:
            for spending in one.inputs:
                assert spending.spent is not None
                guess = spender_script(spending, BITCOIN)
                assert guess in (None, spending.spent.script), one.shown_id
                told[script_type(spending.spent.script), guess is not None] += 1
    assert sum(told.values()) > 1_000
    assert not [kind for kind, right in told if not right and kind in TELLING]


def _with_spent(block: Block, undo: bytes) -> Block:
    """The block with its spent outputs, from a record as a node keeps it or from a plain list."""
    try:
        return with_spent(block, read_undo(undo))
    except (MalformedTransaction, UnfittingUndo):
        return with_spent_outputs(block, read_plain_outputs(undo))
