"""The keys that personal data is encrypted with: several by name, one of them current, in a file of their own.

The file lies beside the data only by default. Whoever has both the database and this file can read everything,
so a backup carries it apart.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridcanary.contracts.errors import GridcanaryError, InputError

KEY_BYTES = 32
NONCE_BYTES = 12


class UnknownKey(GridcanaryError):
    """Something was encrypted with a key that the ring does not hold."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(
            f"the key {key_id} is not in the key file; put the key file of this database back in its place"
        )


class Tampered(GridcanaryError):
    """An encrypted value does not belong where it stands, or was changed."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"the encrypted value of {place} was changed, or copied from another place")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by name.

    Args:
        current: name of the key that new values are encrypted with.
        keys: name to 32 bytes; old ones stay for reading.
        index_key: 32 bytes for the digests that equality is searched by.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def encrypt(self, plain: bytes, place: str) -> tuple[str, bytes]:
        """Encrypt with the current key (AES-256-GCM).

        Args:
            plain: what to hide.
            place: where it will stand, such as ``casework.party.phone``; it opens nowhere else.

        Returns:
            Name of the key, and nonce plus ciphertext.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.current, nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, place.encode())

    def decrypt(self, key_id: str, sealed: bytes, place: str) -> bytes:
        """Undo ``encrypt``.

        Raises:
            UnknownKey: the ring lacks the key.
            Tampered: the value or its place is not what was encrypted.
        """
        if key_id not in self.keys:
            raise UnknownKey(key_id)
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self.keys[key_id]).decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce and a tag
            raise Tampered(place) from error

    def digest(self, plain: str, place: str) -> str:
        """A keyed digest to search equal values by (HMAC-SHA-256): 64 hex digits, other in each place."""
        mac = hmac.HMAC(self.index_key, hashes.SHA256())
        mac.update(place.encode() + b"\0" + plain.encode())
        return mac.finalize().hex()

    def with_new_key(self) -> KeyRing:
        """The same ring with one more key, which is current from now on."""
        key_id = f"k{max(int(name[1:]) for name in self.keys) + 1}"
        return KeyRing(key_id, {**self.keys, key_id: secrets.token_bytes(KEY_BYTES)}, self.index_key)

    def without_old_keys(self) -> KeyRing:
        """The same ring with its current key alone, once nothing is encrypted with the others."""
        return KeyRing(self.current, {self.current: self.keys[self.current]}, self.index_key)


def new_ring() -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing("k1", {"k1": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def to_json(ring: KeyRing) -> str:
    """The text of a key file."""
    keys = {name: base64.b64encode(key).decode() for name, key in ring.keys.items()}
    index = base64.b64encode(ring.index_key).decode()
    return json.dumps({"current": ring.current, "keys": keys, "index": index}, indent=1) + "\n"


def from_json(text: str, source: str) -> KeyRing:
    """Read the text of a key file.

    Args:
        text: JSON as ``to_json`` writes it.
        source: the file or variable it came from, for the message.

    Raises:
        InputError: it is no key file, or a key has not 32 bytes.
    """
    try:
        found = json.loads(text)
        keys = {str(name): base64.b64decode(key, validate=True) for name, key in found["keys"].items()}
        ring = KeyRing(found["current"], keys, base64.b64decode(found["index"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise InputError(source, "it is no key file", remedy="put a copy of the key file back") from error
    names_fit = all(name[:1] == "k" and name[1:].isdecimal() for name in keys)
    sizes_fit = all(len(key) == KEY_BYTES for key in (*keys.values(), ring.index_key))
    if ring.current not in keys or not names_fit or not sizes_fit:
        raise InputError(source, "it is no key file", remedy="put a copy of the key file back")
    return ring


def read_ring(file: Path) -> KeyRing:
    """The ring of a key file, which is made where there is none and the folder exists.

    Raises:
        InputError: the file is no key file.
    """
    if not file.parent.is_dir():
        return new_ring()  # a type checker or a test imports the settings; nothing is written
    try:
        # O_EXCL: two processes that start together agree on the keys of the one that came first.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return from_json(file.read_text(encoding="ascii"), str(file))
    ring = new_ring()
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(to_json(ring))
    return ring


def write_ring(ring: KeyRing, file: Path) -> None:
    """Put a ring in the place of a key file, in one step."""
    draft = file.with_name(file.name + ".partial")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(to_json(ring))
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
