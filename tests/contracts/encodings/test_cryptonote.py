from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.encodings import cryptonote
from gridcanary.contracts.encodings.errors import BadAddress

DONATION = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
"""Monero's own donation address, as its site has it."""


def test_the_donation_address_of_monero() -> None:
    coin, keys = cryptonote.decode(DONATION)
    assert (coin, len(keys)) == (18, 64)
    assert cryptonote.encode(coin, keys) == DONATION


@settings(max_examples=25)
@given(st.integers(0, 2**40), st.sampled_from([64, 72]), st.randoms(use_true_random=False))
def test_what_is_encoded_is_decoded(coin: int, size: int, chance) -> None:
    keys = chance.randbytes(size)
    assert cryptonote.decode(cryptonote.encode(coin, keys)) == (coin, keys)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(DONATION[:-1] + "B", "checksum", id="last letter changed"),
        pytest.param(DONATION[:40] + "0" + DONATION[41:], "characters", id="a zero"),
        pytest.param(DONATION[:-1], "length", id="a letter is missing"),
        pytest.param(DONATION[:60], "length", id="too short"),
        pytest.param("z" * 95, "length", id="blocks that hold too much"),
    ],
)
def test_malformed(text: str, fault: str) -> None:
    with pytest.raises(BadAddress) as caught:
        cryptonote.decode(text)
    assert caught.value.fault == fault
