from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.transactions import Cursor, MalformedTransaction
from gridcanary.chain.undo.compression import (
    FIELD_PRIME,
    expanded_amount,
    expanded_key,
    read_script,
    read_varint,
)

GENERATOR_X = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
GENERATOR_Y = bytes.fromhex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")


def varint(number: int) -> bytes:
    """Written as Bitcoin Core does."""
    told = bytes([number & 0x7F])
    while number > 0x7F:
        number = (number >> 7) - 1
        told = bytes([number & 0x7F | 0x80]) + told
    return told


def squeezed(amount: int) -> int:
    """Bitcoin Core's CompressAmount."""
    if amount == 0:
        return 0
    exponent = 0
    while amount % 10 == 0 and exponent < 9:
        amount //= 10
        exponent += 1
    if exponent < 9:
        amount, digit = divmod(amount, 10)
        return 1 + (amount * 9 + digit - 1) * 10 + exponent
    return 1 + (amount - 1) * 10 + 9


@pytest.mark.parametrize(
    ("squeezed_form", "amount"),
    [
        (0x0, 0),
        (0x1, 1),
        (0x7, 1_000_000),
        (0x9, 100_000_000),
        (0x32, 5_000_000_000),
        (0x1406F40, 2_100_000_000_000_000),
    ],
)
def test_amounts_of_the_reference(squeezed_form: int, amount: int) -> None:
    """From Bitcoin Core's ``compress_tests.cpp``."""
    assert expanded_amount(squeezed_form) == amount


@given(st.integers(0, 2_100_000_000_000_000))
def test_every_amount_comes_back(amount: int) -> None:
    assert expanded_amount(squeezed(amount)) == amount


@given(st.integers(0, (1 << 63) - 1))
def test_every_number_comes_back(number: int) -> None:
    assert read_varint(Cursor(varint(number))) == number


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(MalformedTransaction, match="doesn't end"):
        read_varint(Cursor(b"\xff" * 20))


@pytest.mark.parametrize("odd", [False, True])
def test_the_generator_is_expanded(odd: bool) -> None:
    y = int.from_bytes(GENERATOR_Y, "big")
    expected = y if bool(y & 1) == odd else FIELD_PRIME - y
    assert expanded_key(GENERATOR_X, odd) == b"\x04" + GENERATOR_X + expected.to_bytes(32, "big")


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_an_expanded_key_lies_on_the_curve(x: bytes, odd: bool) -> None:
    key = expanded_key(x, odd)
    if key is not None:
        number, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
        assert (y * y - number**3 - 7) % FIELD_PRIME == 0
        assert bool(y & 1) == odd


@pytest.mark.parametrize(
    ("packed", "script"),
    [
        pytest.param("00" + "ab" * 20, "76a914" + "ab" * 20 + "88ac", id="P2PKH"),
        pytest.param("01" + "ab" * 20, "a914" + "ab" * 20 + "87", id="P2SH"),
        pytest.param("02" + "ab" * 32, "2102" + "ab" * 32 + "ac", id="P2PK, even"),
        pytest.param("03" + "ab" * 32, "2103" + "ab" * 32 + "ac", id="P2PK, odd"),
        pytest.param(
            "04" + GENERATOR_X.hex(),
            "4104" + GENERATOR_X.hex() + GENERATOR_Y.hex() + "ac",
            id="P2PK, uncompressed",
        ),
        pytest.param("06", "", id="empty"),
        pytest.param("1c0014" + "cd" * 20, "0014" + "cd" * 20, id="any other"),
    ],
)
def test_scripts_are_expanded(packed: str, script: str) -> None:
    assert read_script(Cursor(bytes.fromhex(packed))).hex() == script


@pytest.mark.parametrize(
    ("packed", "problem"),
    [
        pytest.param(b"\x04" + b"\xff" * 32, "isn't on the curve", id="no such point"),
        pytest.param(b"\x00" + bytes(19), "are left", id="cut"),
        pytest.param(varint(20_000) + bytes(20_000), "can't be spent", id="too long"),
    ],
)
def test_scripts_that_are_none(packed: bytes, problem: str) -> None:
    with pytest.raises(MalformedTransaction, match=problem):
        read_script(Cursor(packed))
