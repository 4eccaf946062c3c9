from __future__ import annotations

import base64
import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.network.pseudonyms import KEY_BYTES, Pseudonyms, make_key, pseudonyms_from

NAMES = Pseudonyms(bytes(range(KEY_BYTES)))


@given(st.ip_addresses().map(str))
def test_a_name_has_a_fixed_form_and_does_not_hold_the_address(address: str) -> None:
    name = NAMES.of(address)
    assert len(name) == 24
    assert name.startswith("e:")
    assert address not in name


@given(st.lists(st.ip_addresses().map(str), unique=True, min_size=2, max_size=20))
def test_different_addresses_have_different_names(addresses: list[str]) -> None:
    assert len({NAMES.of(one) for one in addresses}) == len(addresses)


def test_the_name_is_that_of_hmac_sha256_and_stays_so() -> None:
    """By the definition of HMAC (RFC 2104), without the module that makes it."""
    key = bytes(range(KEY_BYTES)).ljust(64, b"\0")
    inner = hashlib.sha256(
        bytes(b ^ 0x36 for b in key) + b"gridcanary network end\0" + bytes([10, 0, 0, 1])
    ).digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key) + inner).digest()
    assert base64.urlsafe_b64decode(NAMES.of("10.0.0.1")[2:] + "==") == outer[:16]


def test_another_key_gives_another_name() -> None:
    assert Pseudonyms(bytes(KEY_BYTES)).of("10.0.0.1") != NAMES.of("10.0.0.1")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pool.example", True),
        ("10.0.0.1", False),
        ("2001:db8::1", False),
        ("pool.example:3333", True),
        ("", True),
        ("1.2.3", True),
    ],
)
def test_only_addresses_are_masked(text: str, kept: bool) -> None:
    assert (NAMES.masked(text) == text) is kept


def test_addresses_in_a_list_are_masked_one_by_one() -> None:
    assert NAMES.masked("a.example, 10.0.0.1") == f"a.example, {NAMES.of('10.0.0.1')}"


def test_without_a_key_addresses_stay_plain() -> None:
    assert Pseudonyms(None).masked("10.0.0.1") == "10.0.0.1"


def test_a_missing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ends.key"
    first = pseudonyms_from(path).of("10.0.0.1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pseudonyms_from(path).of("10.0.0.1") == first


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    before = (tmp_path / "key").read_bytes()
    with pytest.raises(InputError, match="can't be written"):
        make_key(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "xyz", "00" * 31, "00" * 33, "é"], ids=["empty", "word", "short", "long", "letter"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(InputError, match="key"):
        pseudonyms_from(path)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key(path)
    path.chmod(0o640)
    with pytest.raises(InputError, match="others may read"):
        pseudonyms_from(path)
