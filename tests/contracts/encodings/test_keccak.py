from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.encodings.keccak import SHA3_PADDING, keccak_256


@settings(max_examples=40)
@given(st.binary(max_size=500))
def test_with_the_standards_padding_it_is_sha3(data: bytes) -> None:
    assert keccak_256(data, SHA3_PADDING) == hashlib.sha3_256(data).digest()


@pytest.mark.parametrize("size", [135, 136, 137, 272])
def test_it_is_sha3_about_the_ends_of_blocks(size: int) -> None:
    assert keccak_256(b"a" * size, SHA3_PADDING) == hashlib.sha3_256(b"a" * size).digest()


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        pytest.param(b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", id="nothing"),
        pytest.param(
            b"Transfer(address,address,uint256)",
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            id="the topic of every ERC-20 transfer",
        ),
    ],
)
def test_known_digests(data: bytes, digest: str) -> None:
    assert keccak_256(data).hex() == digest
