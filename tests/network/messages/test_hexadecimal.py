"""Targets in hexadecimal against Python's whole numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.network.messages.hexadecimal import (
    big_endian_hashes,
    coinbase_height,
    hex_number,
    little_endian_hashes,
)


def as_bytes(text: str) -> np.ndarray:
    """Text with strange bytes around it."""
    return np.frombuffer(b"zz" + text.encode("latin-1") + b"zz", np.uint8)


def of(kernel, text: str) -> float:
    """What a kernel makes of a text within others."""
    return kernel(as_bytes(text), 2, 2 + len(text))


@settings(deadline=None)  # the first call compiles
@given(st.integers(1, 2**256 - 1), st.booleans(), st.booleans())
def test_big_endian_targets(target, with_0x, padded):
    text = ("0x" if with_0x else "") + (f"{target:064x}" if padded else f"{target:x}")
    assert of(big_endian_hashes, text) == pytest.approx(2**256 / target, rel=1e-12)


@settings(deadline=None)  # the first call compiles
@given(
    st.sampled_from([4, 8, 32]).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, 256**size - 1)))
)
def test_little_endian_targets(case):
    size, target = case
    text = target.to_bytes(size, "little").hex()
    assert of(little_endian_hashes, text) == pytest.approx(256**size / target, rel=1e-11)


@pytest.mark.parametrize("text", ["", "0x", "00", "0" * 64, "g1", "1" * 66, "12 4", "\xff\xff"])
@pytest.mark.parametrize("kernel", [big_endian_hashes, little_endian_hashes])
def test_what_is_no_target(kernel, text):
    assert math.isnan(of(kernel, text))


@pytest.mark.parametrize(
    ("text", "value"), [("0x492609", 0x492609), ("ff", 255), ("", -1), ("0x", -1), ("x", -1)]
)
def test_small_numbers(text, value):
    assert of(hex_number, text) == value


@pytest.mark.parametrize(
    ("script", "height"),
    [
        pytest.param("03290808" + "00" * 8, 0x080829, id="three-bytes"),
        pytest.param("0229080000" + "00" * 8, -1, id="two-bytes"),
        pytest.param("", -1, id="nothing"),
    ],
)
def test_height_in_a_coinbase(script, height):
    assert of(coinbase_height, "01000000" + "01" + "00" * 32 + "ff" * 4 + "20" + script) == height
