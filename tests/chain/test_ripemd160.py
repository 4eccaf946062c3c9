from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.ripemd160 import OFFERED, plain, ripemd160

VECTORS = {
    b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    b"a": "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe",
    b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    b"message digest": "5d0689ef49d2fae572b881b123a85ffa21595f36",
    b"1234567890" * 8: "9b752e45573d4b39f4dbd3323cab82bf63326bfb",
}


@pytest.mark.parametrize(("message", "digest"), VECTORS.items(), ids=[repr(key)[:20] for key in VECTORS])
def test_the_vectors_of_its_authors(message: bytes, digest: str) -> None:
    assert plain(message).hex() == ripemd160(message).hex() == digest


@pytest.mark.skipif(not OFFERED, reason="this OpenSSL has no RIPEMD-160")
@given(st.binary(max_size=200))
def test_the_same_as_openssl(message: bytes) -> None:
    assert plain(message) == hashlib.new("ripemd160", message).digest()
