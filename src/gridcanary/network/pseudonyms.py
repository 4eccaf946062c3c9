"""Keyed pseudonyms of addresses: the same key and address give the same name, and nobody without the key undoes it."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.spelled_addresses import is_public, without_addresses

PREFIX = "e:"
KEY_BYTES = 32
NAME_BYTES = 16
"""128 of HMAC-SHA256's 256 bits: among 10^12 addresses two share a name with probability below 10^-14."""

_DOMAIN = b"gridcanary network end\x00"
_NAMES_KEPT = 1 << 16


class Pseudonyms:
    """Names of addresses under one key.

    Args:
        key: KEY_BYTES random bytes; None leaves addresses plain.

    >>> Pseudonyms(bytes(32)).of("10.0.0.1") == Pseudonyms(bytes(32)).of("10.0.0.1")
    True
    >>> Pseudonyms(None).of("10.0.0.1")
    '10.0.0.1'
    """

    def __init__(self, key: bytes | None) -> None:
        if key is not None and len(key) != KEY_BYTES:
            raise ValueError(f"a key of {len(key)} bytes, expected {KEY_BYTES}")
        self.plain = key is None
        self._name = lru_cache(_NAMES_KEPT)(lambda address: _named(key, address)) if key is not None else str

    def of(self, address: str) -> str:
        """The name of an address: ``e:`` and 22 characters.

        Args:
            address: as ends.canonical writes it.
        """
        return self._name(address)

    def masked(self, text: str) -> str:
        """The text with every comma-separated part that is an address replaced by its name."""
        if self.plain or not any(mark in text for mark in ".:"):
            return text
        return ", ".join(self.of(part) if _is_address(part) else part for part in text.split(", "))

    def hidden(
        self, text: str, ends: Iterable[str] = (), *, others: Callable[[str], bool] = is_public
    ) -> str:
        """A text that somebody chose, with names in the place of the addresses that it spells.

        Args:
            text: a worker's or a program's name, a host's, a file's.
            ends: the session's own addresses.
            others: which other addresses are replaced too, where they are written plainly.
        """
        if self.plain:
            return text
        return without_addresses(self.masked(text), ends, self.of, others=others)


def pseudonyms_from(path: Path) -> Pseudonyms:
    """The names under the key in a file, which is made where there is none, readable by its owner alone.

    Raises:
        InputError: the file is no key, or others may read it.
    """
    if not path.exists():
        make_key(path)
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise InputError(
            path, "is no key", remedy=f"{2 * KEY_BYTES} hexadecimal digits; a new one is made"
        ) from error
    if len(key) != KEY_BYTES:
        raise InputError(path, f"holds a key of {len(key)} bytes", remedy=f"expected {KEY_BYTES}")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(path, "others may read this key", remedy="chmod 600, and think of it as known")
    return Pseudonyms(key)


def make_key(path: Path) -> None:
    """Write a new random key, readable by its owner alone from the first moment.

    Raises:
        InputError: there is something already, or it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(path, f"the key can't be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def _named(key: bytes, address: str) -> str:
    packed = ipaddress.ip_address(address).packed
    digest = hmac.digest(key, _DOMAIN + packed, "sha256")[:NAME_BYTES]
    return PREFIX + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
