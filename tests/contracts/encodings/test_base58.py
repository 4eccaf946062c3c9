from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.encodings import base58
from gridcanary.contracts.encodings.errors import BadAddress


@given(st.binary(min_size=1, max_size=60))
def test_what_is_encoded_is_decoded(payload: bytes) -> None:
    assert base58.decode_check(base58.encode_check(payload)) == payload


@given(st.binary(min_size=21, max_size=21), st.data())
def test_one_wrong_letter_is_noticed(payload: bytes, data: st.DataObject) -> None:
    text = base58.encode_check(payload)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([letter for letter in base58.ALPHABET if letter != text[at]]))
    with pytest.raises(BadAddress):
        base58.decode_check(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum", id="last letter changed"),
        pytest.param("1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", "characters", id="a zero"),
        pytest.param("1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf a", "characters", id="a blank"),
        pytest.param("", "length", id="nothing"),
        pytest.param("1111", "length", id="only a checksum's worth"),
        pytest.param("z" * 10_000, "length", id="very long"),
    ],
)
def test_faults_are_named(text: str, fault: str) -> None:
    with pytest.raises(BadAddress) as caught:
        base58.decode_check(text)
    assert caught.value.fault == fault


def test_the_address_of_the_first_block() -> None:
    payload = bytes.fromhex("0062e907b15cbf27d5425399ebf6f0fb50ebb88f18")
    assert base58.encode_check(payload) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
