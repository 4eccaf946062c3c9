"""Receipts: drawn by chance, checked before they are looked up, stored as a digest."""

from __future__ import annotations

import time

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.tips.receipts import check_digit, grouped, new_receipt, normalised, receipt_digest

SALT = bytes(range(32))
BODIES = st.text("0123456789", min_size=15, max_size=15)


def test_receipts_have_sixteen_digits_and_differ() -> None:
    made = {new_receipt() for _ in range(500)}
    assert len(made) == 500
    assert all(len(one) == 16 and one.isdigit() and normalised(one) == one for one in made)


@given(BODIES, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(body: str, at: int, by: int) -> None:
    right = body + check_digit(body)
    wrong = right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]
    assert normalised(right) == right
    assert normalised(wrong) is None


@given(BODIES, st.integers(0, 14))
def test_two_swapped_neighbours_are_noticed(body: str, at: int) -> None:
    right = body + check_digit(body)
    swapped = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    assert (normalised(swapped) is None) == (swapped != right)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{0} {1} {2} {3}", id="spaces"),
        pytest.param("{0}-{1}-{2}-{3}", id="hyphens"),
        pytest.param("{0}　{1}　{2}　{3}", id="wide spaces"),
        pytest.param("  {0}{1}{2}{3}  ", id="around"),
    ],
)
def test_people_write_it_in_their_own_way(written: str) -> None:
    receipt = new_receipt()
    assert normalised(written.format(*grouped(receipt).split())) == receipt


def test_full_width_digits_count() -> None:
    receipt = new_receipt()
    wide = "".join(chr(ord("０") + int(digit)) for digit in receipt)
    assert normalised(wide) == receipt


@pytest.mark.parametrize("typed", ["", "123", "x" * 16, "1" * 17, "²" * 16, "٣" * 16, "1234 5678 9012 345x"])
def test_what_is_no_receipt(typed: str) -> None:
    assert normalised(typed) is None


def test_the_digest_is_argon2id_with_the_documented_cost() -> None:
    expected = hash_secret_raw(b"1234567890123456", SALT, 1, 46 * 1024, 1, 32, Type.ID).hex()
    assert receipt_digest("1234567890123456", SALT) == expected


def test_another_installation_has_other_digests() -> None:
    one, other = (receipt_digest("1234567890123456", salt, memory_kib=64) for salt in (SALT, SALT[::-1]))
    assert one != other


def test_a_try_costs_time() -> None:
    began = time.process_time()
    receipt_digest("1234567890123456", SALT)
    assert time.process_time() - began > 0.01


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        receipt_digest("1234567890123456", b"salt")
