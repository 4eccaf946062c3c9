"""Encryption at rest in pieces, so that a file of any size streams: AES-256-GCM, or SM4-GCM.

A header names the algorithm, the master key and a random salt; from these each object gets a key of its own (HKDF), so
that the nonce can simply count the pieces. The nonce of the last piece differs, and the header is authenticated
with every piece: pieces can be neither swapped, nor dropped, nor cut off at the end, nor taken from another object.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gridcanary.evidence.errors import ObjectFault
from gridcanary.evidence.keys import KeyProvider

MAGIC = b"GCOBJ\x01"
SALT_BYTES, TAG_BYTES = 32, 16
PIECE_BYTES = 1 << 16


class Algorithm(enum.IntEnum):
    """How objects are encrypted; the number stands in their headers."""

    AES_256_GCM = 1
    SM4_GCM = 2

    @property
    def key_bytes(self) -> int:
        """Length of an object's key."""
        return 32 if self is Algorithm.AES_256_GCM else 16


class Sealing:
    """Encrypts one object piece by piece.

    Args:
        keys: where the master key comes from.
        algorithm: for this object.
    """

    def __init__(self, keys: KeyProvider, algorithm: Algorithm) -> None:
        key_id = keys.current_id()
        salt = secrets.token_bytes(SALT_BYTES)
        name = key_id.encode("ascii")
        self.header = MAGIC + bytes([algorithm, len(name)]) + name + salt
        self._key = _object_key(keys.master_key(key_id), salt, algorithm)
        self._algorithm, self._count = algorithm, 0
        self._held = b""

    def update(self, content: bytes) -> bytes:
        """Take plain bytes, give what is ready of the encrypted ones."""
        self._held += content
        ready = []
        while len(self._held) > PIECE_BYTES:  # the last piece stays until it is known to be the last
            piece, self._held = self._held[:PIECE_BYTES], self._held[PIECE_BYTES:]
            ready.append(self._piece(piece, last=False))
        return b"".join(ready)

    def finish(self) -> bytes:
        """The last piece."""
        return self._piece(self._held, last=True)

    def _piece(self, plain: bytes, *, last: bool) -> bytes:
        nonce = _nonce(self._count, last=last)
        self._count += 1
        encryptor = Cipher(_block(self._algorithm, self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(self.header)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def opened(stream: BinaryIO, keys: KeyProvider, sha256: str) -> Iterator[bytes]:
    """The plain pieces of an encrypted object.

    Args:
        stream: at its start.
        keys: where the master key comes from.
        sha256: the object's name, for errors.

    Raises:
        ObjectFault: changed, cut off, or no encrypted object.
        KeyFault: its master key is not there.
    """
    header, algorithm, key = _read_header(stream, keys, sha256)
    piece, count = stream.read(PIECE_BYTES + TAG_BYTES), 0
    while True:
        following = stream.read(PIECE_BYTES + TAG_BYTES)
        nonce, tag = _nonce(count, last=not following), piece[-TAG_BYTES:]
        if len(tag) < TAG_BYTES:
            raise ObjectFault(sha256, "is cut off")
        decryptor = Cipher(_block(algorithm, key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(header)
        try:
            yield decryptor.update(piece[:-TAG_BYTES]) + decryptor.finalize()
        except InvalidTag as error:
            raise ObjectFault(sha256, "was changed, cut off, or encrypted with another key") from error
        if not following:
            return
        piece, count = following, count + 1


def _read_header(stream: BinaryIO, keys: KeyProvider, sha256: str) -> tuple[bytes, Algorithm, bytes]:
    start = stream.read(len(MAGIC) + 2)
    if len(start) < len(MAGIC) + 2 or not start.startswith(MAGIC):
        raise ObjectFault(sha256, "has no header of an encrypted object")
    number, length = start[-2], start[-1]
    rest = stream.read(length + SALT_BYTES)
    if len(rest) < length + SALT_BYTES or number not in set(Algorithm) or not rest[:length].isascii():
        raise ObjectFault(sha256, "has a damaged header")
    algorithm = Algorithm(number)
    master = keys.master_key(rest[:length].decode("ascii"))
    return start + rest, algorithm, _object_key(master, rest[length:], algorithm)


def _object_key(master: bytes, salt: bytes, algorithm: Algorithm) -> bytes:
    info = b"gridcanary object " + algorithm.name.encode()
    return HKDF(hashes.SHA256(), algorithm.key_bytes, salt, info).derive(master)


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _block(algorithm: Algorithm, key: bytes) -> algorithms.AES | algorithms.SM4:
    return algorithms.AES(key) if algorithm is Algorithm.AES_256_GCM else algorithms.SM4(key)
