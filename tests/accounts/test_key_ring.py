"""The keys: made once, readable by their owner alone, refused when they are not what they should be."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounts.key_ring import (
    Tampered,
    UnknownKey,
    from_json,
    new_ring,
    read_ring,
    to_json,
    write_ring,
)
from gridcanary.contracts.errors import InputError

RING = new_ring()
PLACE = "casework.party.phone"


@given(st.binary(max_size=300))
def test_what_is_encrypted_comes_back_and_never_looks_the_same(plain: bytes) -> None:
    key_id, sealed = RING.encrypt(plain, PLACE)
    assert RING.decrypt(key_id, sealed, PLACE) == plain
    assert RING.encrypt(plain, PLACE)[1] != sealed


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    key_id, sealed = RING.encrypt(plain, PLACE)
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Tampered, match=PLACE):
        RING.decrypt(key_id, bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_a_truncated_value_is_noticed(length: int) -> None:
    key_id, sealed = RING.encrypt(b"13800001234", PLACE)
    with pytest.raises(Tampered):
        RING.decrypt(key_id, sealed[:length], PLACE)


def test_a_value_opens_only_where_it_was_sealed() -> None:
    key_id, sealed = RING.encrypt(b"13800001234", PLACE)
    with pytest.raises(Tampered):
        RING.decrypt(key_id, sealed, "casework.party.name")


def test_old_keys_still_open_and_forgotten_ones_do_not() -> None:
    key_id, sealed = RING.encrypt(b"x", PLACE)
    newer = RING.with_new_key()
    assert (newer.current, newer.decrypt(key_id, sealed, PLACE)) == ("k2", b"x")
    with pytest.raises(UnknownKey, match="k1"):
        newer.without_old_keys().decrypt(key_id, sealed, PLACE)


def test_digests_are_equal_for_equal_values_in_one_place_only() -> None:
    assert RING.digest("138", PLACE) == RING.digest("138", PLACE)
    assert RING.digest("138", PLACE) != RING.digest("138", "other")
    assert RING.digest("138", PLACE) != new_ring().digest("138", PLACE)


def test_the_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "personal-data.keys"
    ring = read_ring(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_ring(file) == ring
    write_ring(ring.with_new_key(), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_ring(file).current == "k2"
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]


def test_without_a_workspace_nothing_is_written(tmp_path: Path) -> None:
    read_ring(tmp_path / "missing" / "keys")
    assert list(tmp_path.iterdir()) == []


def test_the_keys_are_in_no_representation() -> None:
    assert repr(RING) == "KeyRing(current='k1')"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="a list"),
        pytest.param('{"current": "k1", "keys": {}, "index": ""}', id="no keys"),
        pytest.param('{"current": "k1", "keys": {"k1": "YQ=="}, "index": "YQ=="}', id="short keys"),
        pytest.param('{"current": "k1", "keys": {"k1": 5}, "index": 5}', id="numbers"),
        pytest.param(to_json(RING).replace('"k1"', '"../k"'), id="a name of another shape"),
        pytest.param(to_json(RING).replace('"current": "k1"', '"current": "k9"'), id="current key missing"),
    ],
)
def test_what_is_no_key_file_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no key file"):
        from_json(text, "keys")
