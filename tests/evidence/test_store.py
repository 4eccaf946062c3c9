"""The store keeps what came, under the digests it computed itself, and notices every change."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.evidence.digests import digest_bytes, digest_file
from gridcanary.evidence.encryption import PIECE_BYTES, Algorithm
from gridcanary.evidence.errors import DigestMismatch, KeyFault, ObjectFault, TooLarge
from gridcanary.evidence.keys import FileKeys
from gridcanary.evidence.store import ObjectStore

CONTENT = b"P1,P2,P3\n" * 30_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.add(tmp_path / "keys" / "objects.keys")


@pytest.fixture(params=["plain", "AES_256_GCM", "SM4_GCM"])
def store(request: pytest.FixtureRequest, tmp_path: Path, keys: FileKeys) -> ObjectStore:
    if request.param == "plain":
        return ObjectStore(tmp_path / "store")
    return ObjectStore(tmp_path / "store", keys=keys, algorithm=Algorithm[request.param])


def only_file(folder: Path) -> Path:
    (found,) = (path for path in (folder / "store" / "objects").rglob("*") if path.is_file())
    return found


def read(store: ObjectStore, sha256: str) -> bytes:
    return b"".join(store.pieces(sha256))


def test_what_went_in_comes_out(store: ObjectStore, tmp_path: Path) -> None:
    stored = store.put(io.BytesIO(CONTENT))
    assert stored.digests == digest_bytes(CONTENT)
    assert stored.digests.sha256 == SHA256
    assert not stored.was_there
    assert read(store, SHA256) == CONTENT
    with store.opened(SHA256) as copy:
        assert copy.read() == CONTENT
    assert store.verify(SHA256) == stored.digests
    assert SHA256 in store
    assert list(store.names()) == [SHA256]
    assert list((tmp_path / "store" / "drafts").iterdir()) == []


def test_the_file_has_the_digests_name_and_cannot_be_written(store: ObjectStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(CONTENT))
    file = only_file(tmp_path)
    assert file.name.removesuffix(".enc") == SHA256
    assert file.parent.name == SHA256[:2]
    assert stat.S_IMODE(file.stat().st_mode) & 0o222 == 0


def test_the_same_content_is_stored_once(store: ObjectStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(CONTENT))
    before = only_file(tmp_path).read_bytes()
    assert store.put(io.BytesIO(CONTENT)).was_there
    assert only_file(tmp_path).read_bytes() == before


def test_an_empty_content_is_a_content(store: ObjectStore) -> None:
    stored = store.put(io.BytesIO(b""))
    assert read(store, stored.digests.sha256) == b""


def test_announced_digests_are_compared_and_never_believed(store: ObjectStore, tmp_path: Path) -> None:
    store.put(
        io.BytesIO(CONTENT), announced_sha256=f" {SHA256.upper()}", announced_sm3=digest_bytes(CONTENT).sm3
    )
    with pytest.raises(DigestMismatch, match=f"SHA-256, but {'0' * 64} was announced"):
        store.put(io.BytesIO(b"other"), announced_sha256="0" * 64)
    with pytest.raises(DigestMismatch, match="SM3"):
        store.put(io.BytesIO(b"other"), announced_sm3="0" * 64)
    assert only_file(tmp_path).name.startswith(SHA256)


def test_too_much_leaves_nothing_behind(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path, limit_bytes=1000)
    store.put(io.BytesIO(bytes(1000)))
    with pytest.raises(TooLarge, match="1,000 bytes"):
        store.put(io.BytesIO(bytes(1001)))
    with pytest.raises(TooLarge, match="10 bytes"):
        store.put(io.BytesIO(bytes(11)), limit_bytes=10)
    assert len(list(store.names())) == 1
    assert list((tmp_path / "drafts").iterdir()) == []


FLIPS: dict[str, Callable[[bytes], bytes]] = {
    "first byte": lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    "middle": lambda raw: raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 128]) + raw[len(raw) // 2 + 1 :],
    "last byte": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    "cut off": lambda raw: raw[:-1],
    "cut to nothing": lambda _raw: b"",
    "longer": lambda raw: raw + b"\0",
}


@pytest.mark.parametrize("change", FLIPS)
def test_every_change_is_noticed(store: ObjectStore, tmp_path: Path, change: str) -> None:
    store.put(io.BytesIO(CONTENT))
    file = only_file(tmp_path)
    file.chmod(0o600)
    file.write_bytes(FLIPS[change](file.read_bytes()))
    with pytest.raises(ObjectFault, match=SHA256):
        store.verify(SHA256)
    with pytest.raises(ObjectFault), store.opened(SHA256):
        pytest.fail("gave out a changed object")
    with pytest.raises(ObjectFault):
        store.put(io.BytesIO(CONTENT))


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "A" * 64, ""])
def test_a_missing_object_and_a_name_that_is_no_digest_are_faults(store: ObjectStore, name: str) -> None:
    with pytest.raises(ObjectFault):
        store.verify(name)


def test_files_that_are_no_objects_are_found(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    store.put(io.BytesIO(CONTENT))
    stranger = tmp_path / "objects" / "ab" / "notes.txt"
    stranger.parent.mkdir()
    stranger.write_text("x")
    assert list(store.strangers()) == [stranger]


@given(st.integers(0, 3), st.integers(-1, 1))
def test_encryption_streams_whatever_the_length(pieces: int, more: int) -> None:
    size = max(0, pieces * PIECE_BYTES + more)
    folder = Path(os.environ["PYTEST_TMP"])
    keys = FileKeys.add(folder / "k")
    store = ObjectStore(folder / "s", keys=keys)
    content = os.urandom(size)
    stored = store.put(io.BytesIO(content))
    assert read(store, stored.digests.sha256) == content


@pytest.fixture(autouse=True)
def _folder_for_properties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_TMP", str(tmp_path))


def test_pieces_cannot_be_swapped_or_taken_from_another_object(tmp_path: Path, keys: FileKeys) -> None:
    store = ObjectStore(tmp_path / "store", keys=keys)
    content = bytes(3 * PIECE_BYTES)
    sha256 = store.put(io.BytesIO(content)).digests.sha256
    file = only_file(tmp_path)
    raw = file.read_bytes()
    header = len(raw) - 3 * (PIECE_BYTES + 16)
    first, second = (
        raw[header : header + PIECE_BYTES + 16],
        raw[header + PIECE_BYTES + 16 : header + 2 * (PIECE_BYTES + 16)],
    )
    file.chmod(0o600)
    for forged in (
        raw[:header] + second + first + raw[header + 2 * (PIECE_BYTES + 16) :],
        raw[: header + 2 * (PIECE_BYTES + 16)],
        raw[:header] + first + first + raw[header + 2 * (PIECE_BYTES + 16) :],
    ):
        file.write_bytes(forged)
        with pytest.raises(ObjectFault):
            store.verify(sha256)


def test_nothing_of_the_content_is_readable_at_rest(tmp_path: Path, keys: FileKeys) -> None:
    store = ObjectStore(tmp_path / "store", keys=keys)
    store.put(io.BytesIO(CONTENT))
    assert b"P1,P2" not in only_file(tmp_path).read_bytes()


def test_a_new_key_leaves_older_objects_readable(tmp_path: Path, keys: FileKeys) -> None:
    file = tmp_path / "keys" / "objects.keys"
    old = ObjectStore(tmp_path / "store", keys=keys).put(io.BytesIO(b"old")).digests.sha256
    renewed = FileKeys.add(file)
    assert (keys.current_id(), renewed.current_id()) == ("k1", "k2")
    store = ObjectStore(tmp_path / "store", keys=renewed)
    new = store.put(io.BytesIO(b"new")).digests.sha256
    assert (read(store, old), read(store, new)) == (b"old", b"new")
    with pytest.raises(KeyFault, match="no key named k2"):
        read(ObjectStore(tmp_path / "store", keys=keys), new)
    with pytest.raises(KeyFault, match="no keys are configured"):
        read(ObjectStore(tmp_path / "store"), new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "holds no key", id="empty"),
        pytest.param("k1 not-base64!\n", "line 1: not a name and a key", id="not base64"),
        pytest.param("k1 AAAA\n", "line 1: not a name and a key of 32 bytes", id="short"),
        pytest.param("\n AAAA\n", "line 2", id="no name"),
    ],
)
def test_a_malformed_key_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=message):
        FileKeys(file)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    FileKeys.add(tmp_path / "k")
    (tmp_path / "k").chmod(0o640)
    with pytest.raises(KeyFault, match="chmod 600"):
        FileKeys(tmp_path / "k")
    with pytest.raises(KeyFault, match="no such key file"):
        FileKeys(tmp_path / "missing")


def test_digest_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    assert digest_file(tmp_path / "a") == digest_bytes(CONTENT)
