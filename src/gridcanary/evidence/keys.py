"""Where secret keys come from: a file here, a key service where there is one.

A key service (KMS, a cryptographic machine) is connected by a class with the two methods of ``KeyProvider``.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path
from typing import Protocol

from gridcanary.evidence.durable import write_whole
from gridcanary.evidence.errors import KeyFault
from gridcanary.evidence.note import PLAIN, SigningKey

MASTER_KEY_BYTES = 32


class KeyProvider(Protocol):
    """Gives the master keys from which each object's key is derived."""

    def current_id(self) -> str:
        """Name of the key for new objects; up to 64 ASCII letters, digits, dashes and dots."""
        ...

    def master_key(self, key_id: str) -> bytes:
        """The key of that name, 32 bytes.

        Raises:
            KeyFault: there is none.
        """
        ...


class FileKeys:
    """Master keys in a text file, a line each: its name, a space, base64. The last line is the current one.

    Args:
        file: must not be readable by anybody but its owner.

    Raises:
        KeyFault: the file is missing, open to others, or malformed.
    """

    def __init__(self, file: Path) -> None:
        self._keys: dict[str, bytes] = {}
        for number, line in enumerate(read_secret(file).splitlines(), 1):
            if not line.strip():
                continue
            key_id, _, encoded = line.partition(" ")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError) as error:
                raise KeyFault(f"{file}, line {number}: not a name and a key in base64") from error
            if len(key) != MASTER_KEY_BYTES or not key_id.isascii() or not 0 < len(key_id) <= 64:
                raise KeyFault(f"{file}, line {number}: not a name and a key of {MASTER_KEY_BYTES} bytes")
            self._keys[key_id] = key
        if not self._keys:
            raise KeyFault(f"{file}: holds no key")

    @classmethod
    def add(cls, file: Path) -> FileKeys:
        """Append a new key, which new objects use from now on; older ones stay readable by theirs.

        Args:
            file: made where it doesn't exist.
        """
        before = read_secret(file) if file.exists() else ""
        count = sum(1 for line in before.splitlines() if line.strip())
        encoded = base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode()
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, f"{before}k{count + 1} {encoded}\n".encode(), mode=0o600)
        return cls(file)

    def current_id(self) -> str:
        """As KeyProvider asks."""
        return next(reversed(self._keys))

    def master_key(self, key_id: str) -> bytes:
        """As KeyProvider asks."""
        try:
            return self._keys[key_id]
        except KeyError as error:
            raise KeyFault(f"no key named {key_id}; restore the key file it was in") from error


def read_secret(file: Path) -> str:
    """Text of a file that only its owner may read.

    Raises:
        KeyFault: missing, or open to others.
    """
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise KeyFault(f"{file}: there is no such key file") from error
    except UnicodeDecodeError as error:
        raise KeyFault(f"{file}: is no key file") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFault(f"{file}: may be read by others; run: chmod 600 {file}")
    return text


def signing_key(file: Path, name: str, kind: int = PLAIN) -> SigningKey:
    """The signing key in a file; made with this name where there is no file.

    Args:
        file: read if it exists, whatever name the key in it has.
        name: for a new key.
        kind: 1 for a log, 4 for a witness.

    Raises:
        KeyFault: the file is open to others, malformed, or holds a key of the other kind.
    """
    if not file.exists():
        key = SigningKey.generate(name, kind)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, f"{key}\n".encode(), mode=0o600)
        return key
    key = SigningKey.parse(read_secret(file))
    if key.kind != kind:
        raise KeyFault(f"{file}: is a key of a {'witness' if kind == PLAIN else 'log'}")
    return key
