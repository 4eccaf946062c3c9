"""A draft opens with its own token, in its own place, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.tips.draft_seal import DraftBroken, DraftSeal

SEAL = DraftSeal.fresh()


@given(st.binary(max_size=300))
def test_what_was_sealed_opens(plain: bytes) -> None:
    sealed = SEAL.sealed(plain, "1.file")
    assert SEAL.opened(sealed, "1.file") == plain


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(SEAL.sealed(b"fans", "1.file"))
    sealed[at] ^= 1
    with pytest.raises(DraftBroken):
        SEAL.opened(bytes(sealed), "1.file")


def test_neither_another_token_nor_another_place_opens_it() -> None:
    sealed = SEAL.sealed(b"fans", "1.file")
    with pytest.raises(DraftBroken):
        DraftSeal.fresh().opened(sealed, "1.file")
    with pytest.raises(DraftBroken):
        SEAL.opened(sealed, "2.file")
    with pytest.raises(DraftBroken):
        SEAL.opened(b"", "1.file")


def test_the_digest_tells_nothing_of_the_token() -> None:
    assert SEAL.token not in SEAL.digest
    assert SEAL.token not in repr(SEAL)
    assert DraftSeal.of(SEAL.token) == SEAL


@pytest.mark.parametrize("text", ["", "x", "A" * 42, "A" * 44, "ä" * 43, "A" * 42 + "!"])
def test_what_is_no_token(text: str) -> None:
    assert DraftSeal.of(text) is None
