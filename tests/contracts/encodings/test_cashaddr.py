"""The test vectors of the CashAddr specification, and of CHIP-2022-02-CashTokens for types 2 and 3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.encodings import cashaddr
from gridcanary.contracts.encodings.errors import BadAddress

H20 = "F5BF48B397DAE70BE82B3CCA4793F8EB2B6CDAC9"
H24 = "7ADBF6C17084BC86C1706827B41A56F5CA32865925E946EA"
H28 = "3A84F9CF51AAE98A3BB3A78BF16A6183790B18719126325BFC0C075B"
H32 = "3173EF6623C6B48FFD1A3DCC0CC6489B0A07BB47A37F47CFEF4FE69DE825C060"
H40 = "C07138323E00FA4FC122D3B85B9628EA810B3F381706385E289B0B25631197D194B5C238BEB136FB"
VECTORS = (
    (0, "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", H20),
    (1, "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t", H20),
    (1, "pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5", H20),
    (15, "prefix:0r6m7j9njldwwzlg9v7v53unlr4jkmx6ey3qnjwsrf", H20),
    (2, "bitcoincash:zr6m7j9njldwwzlg9v7v53unlr4jkmx6eycnjehshe", H20),
    (0, "bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0", H24),
    (1, "bchtest:p9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2u94tsynr", H24),
    (15, "prefix:09adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2p29kc2lp", H24),
    (0, "bitcoincash:qgagf7w02x4wnz3mkwnchut2vxphjzccwxgjvvjmlsxqwkcw59jxxuz", H28),
    (1, "pref:pgagf7w02x4wnz3mkwnchut2vxphjzccwxgjvvjmlsxqwkcrsr6gzkn", H28),
    (0, "bitcoincash:qvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq5nlegake", H32),
    (1, "pref:pvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq4k9m7qf9", H32),
    (
        0,
        "bitcoincash:qnq8zwpj8cq05n7pytfmskuk9r4gzzel8qtsvwz79zdskftrzxtar994cgutavfklv39gr3uvz",
        H40,
    ),
)


@pytest.mark.parametrize(("kind", "text", "digest"), VECTORS, ids=[text for _, text, _ in VECTORS])
def test_vectors_both_ways(kind: int, text: str, digest: str) -> None:
    prefix = text.partition(":")[0]
    assert cashaddr.decode(text, prefix) == (kind, bytes.fromhex(digest))
    assert cashaddr.decode(text.partition(":")[2].upper(), prefix) == (kind, bytes.fromhex(digest))
    assert cashaddr.encode(prefix, kind, bytes.fromhex(digest)) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg3", "checksum", id="mistyped"),
        pytest.param("bitcoincash:Qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", "mixed_case", id="mixed"),
        pytest.param("bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t", "network", id="test network"),
        pytest.param("pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t", "checksum", id="test network, no prefix"),
        pytest.param("bitcoincash:br6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", "characters", id="a b"),
        pytest.param("bitcoincash:qpzry9x8gf2tvdw0s3jn54khce6mua7lcw20ayyn", "length", id="no payload"),
        pytest.param("bitcoincash:qqqq", "length", id="short"),
        pytest.param("", "length", id="nothing"),
    ],
)
def test_faults_are_named(text: str, fault: str) -> None:
    with pytest.raises(BadAddress) as caught:
        cashaddr.decode(text, "bitcoincash")
    assert caught.value.fault == fault


def test_the_reserved_bit_is_refused() -> None:
    values = cashaddr.to_fives(bytes([0x80]) + bytes(20))
    check = cashaddr._remainder(cashaddr._expanded("bitcoincash") + values + [0] * 8)
    letters = cashaddr.letters_of(values + [check >> 5 * (7 - at) & 31 for at in range(8)])
    with pytest.raises(BadAddress) as caught:
        cashaddr.decode(letters, "bitcoincash")
    assert caught.value.fault == "version"


@given(st.integers(0, 15), st.sampled_from([20, 24, 28, 32, 40, 48, 56, 64]), st.data())
def test_what_is_encoded_is_decoded(kind: int, size: int, data: st.DataObject) -> None:
    digest = data.draw(st.binary(min_size=size, max_size=size))
    assert cashaddr.decode(cashaddr.encode("bitcoincash", kind, digest), "bitcoincash") == (kind, digest)


@pytest.mark.parametrize(("kind", "size"), [(0, 21), (16, 20), (-1, 20)])
def test_what_is_no_address_is_not_written(kind: int, size: int) -> None:
    with pytest.raises(ValueError, match="no CashAddr"):
        cashaddr.encode("bitcoincash", kind, bytes(size))
