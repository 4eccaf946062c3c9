"""The test vectors of BIP 173 and BIP 350."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.encodings import bech32
from gridcanary.contracts.encodings.errors import BadAddress

BECH32 = (
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "?1ezyfcl",
)
BECH32M = (
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
)
INVALID = (
    ("\x201nwldj5", "characters"),
    ("\x7f1axkwrx", "characters"),
    ("\x801eym55h", "characters"),
    ("an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx", "length"),
    ("pzry9x0s0muk", "characters"),
    ("1pzry9x0s0muk", "characters"),
    ("x1b4n0q5v", "characters"),
    ("li1dgmt3", "length"),
    ("de1lg7wt\xff", "characters"),
    ("A1G7SGD8", "checksum"),
    ("10a06t8", "characters"),
    ("1qzzfhee", "characters"),
    ("\x201xj0phk", "characters"),
    ("\x7f1g6xzxy", "characters"),
    ("\x801vctc34", "characters"),
    ("an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4", "length"),
    ("qyrz8wqd2c9m", "characters"),
    ("1qyrz8wqd2c9m", "characters"),
    ("y1b0jsk6g", "characters"),
    ("lt1igcx5c0", "characters"),
    ("in1muywd", "length"),
    ("mm1crxm3i", "characters"),
    ("au1s5cgom", "characters"),
    ("M1VUXWEZ", "checksum"),
    ("16plkw9", "characters"),
    ("1p2gdwpf", "characters"),
)
INVALID_WITNESS = (
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "checksum"),
    ("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "checksum"),
    ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "checksum"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "checksum"),
    ("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", "checksum"),
    ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "characters"),
    ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "version"),
    ("bc1pw5dgrnzv", "length"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "length"),
    ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "length"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixed_case"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "padding"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "padding"),
    ("bc1gmk9yu", "length"),
)


@pytest.mark.parametrize("text", BECH32)
def test_valid_bech32(text: str) -> None:
    prefix, values, variant = bech32.decode(text)
    assert (variant, bech32.encode(prefix, values, "bech32")) == ("bech32", text.lower())


@pytest.mark.parametrize("text", BECH32M)
def test_valid_bech32m(text: str) -> None:
    prefix, values, variant = bech32.decode(text)
    assert (variant, bech32.encode(prefix, values, "bech32m")) == ("bech32m", text.lower())


@pytest.mark.parametrize(("text", "fault"), INVALID, ids=[repr(text) for text, _ in INVALID])
def test_invalid_texts(text: str, fault: str) -> None:
    with pytest.raises(BadAddress) as caught:
        bech32.decode(text)
    assert caught.value.fault == fault


@pytest.mark.parametrize(("text", "fault"), INVALID_WITNESS, ids=[text for text, _ in INVALID_WITNESS])
def test_invalid_witness_addresses(text: str, fault: str) -> None:
    with pytest.raises(BadAddress) as caught:
        bech32.decode_witness(text)
    assert caught.value.fault == fault


@given(st.integers(1, 16), st.binary(min_size=2, max_size=40))
def test_what_is_encoded_is_decoded(version: int, program: bytes) -> None:
    assert bech32.decode_witness(bech32.encode_witness("bc", version, program)) == ("bc", version, program)


@pytest.mark.parametrize(("version", "size"), [(0, 21), (1, 41), (1, 1), (17, 32), (-1, 20)])
def test_a_program_that_cannot_be_one_is_not_written(version: int, size: int) -> None:
    with pytest.raises(ValueError, match="no witness program"):
        bech32.encode_witness("bc", version, bytes(size))
