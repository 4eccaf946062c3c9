"""Stratum V2 with the lengths of its reference implementation: a Noise handshake of 64 and 234 bytes, sealed frames."""

from __future__ import annotations

import hashlib
import random
import struct

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from gridcanary.simulator.mining_wire.coins import Coin
from gridcanary.simulator.mining_wire.dialects import Account
from gridcanary.simulator.mining_wire.links import Layer, Link

FIRST_FLIGHT, SECOND_FLIGHT = 64, 234
"""The client's ElligatorSwift key; the server's, its sealed static key and certificate (noise-sv2's constants)."""

HEADER, TAG = 6, 16
SETUP, SETUP_DONE, OPEN, OPEN_DONE = 0x00, 0x01, 0x10, 0x11
JOB, SHARE, SHARE_DONE, SHARE_ERROR, PREVIOUS, TARGET = 0x15, 0x1A, 0x1C, 0x1D, 0x20, 0x21
"""Message types of the mining protocol (SV2 specification, chapter 8)."""


class NoiseEnd(Layer):
    """One end of the sealed transport. The keys are drawn, not agreed on: only lengths and sealing are real.

    Args:
        below: the link that carries it.
        secret: what both ends draw their keys from.
        server: whether this is the server's end.
    """

    def __init__(self, below: Link, secret: bytes, *, server: bool) -> None:
        super().__init__(below)
        self._server, self._chance = server, random.Random(secret + b"%d" % server)  # noqa: S311 - bytes of a simulation
        keys = [ChaCha20Poly1305(hashlib.sha256(secret + side).digest()) for side in (b"up", b"down")]
        self._seal, self._open = keys[::-1] if server else keys
        self._sealed = self._opened = 0
        self._pending, self._shaken, self._size = b"", False, -1

    def start(self) -> None:
        """The client's key."""
        if not self._server:
            self.below.send(self._chance.randbytes(FIRST_FLIGHT))

    def take(self, data: bytes) -> None:
        """The handshake's lengths first, then frames."""
        self._pending += data
        if not self._shaken:
            self._shake()
        while self._shaken and (frame := self._next_frame()) is not None:
            self.heard(frame)

    def _shake(self) -> None:
        awaited = FIRST_FLIGHT if self._server else SECOND_FLIGHT
        if len(self._pending) < awaited:
            return
        self._pending, self._shaken = self._pending[awaited:], True
        if self._server:
            self.below.send(self._chance.randbytes(SECOND_FLIGHT))
        self.opened()

    def _next_frame(self) -> bytes | None:
        if self._size < 0 and len(self._pending) >= HEADER + TAG:
            self._header = self._unseal(HEADER + TAG)
            self._size = int.from_bytes(self._header[3:6], "little")
        if self._size < 0 or len(self._pending) < self._size + TAG:
            return None
        payload, self._size = self._unseal(self._size + TAG), -1
        return self._header + payload

    def _unseal(self, size: int) -> bytes:
        sealed, self._pending = self._pending[:size], self._pending[size:]
        self._opened += 1
        return self._open.decrypt(self._opened.to_bytes(12, "little"), sealed, None)

    def send(self, data: bytes) -> None:
        """Seal one frame: header and payload apart."""
        sealed = b""
        for part in (data[:HEADER], data[HEADER:]):
            self._sealed += 1
            sealed += self._seal.encrypt(self._sealed.to_bytes(12, "little"), part, None)
        self.below.send(sealed)


def _frame(kind: int, payload: bytes) -> bytes:
    return (
        struct.pack("<HB", 0x8000 if kind >= JOB else 0, kind) + len(payload).to_bytes(3, "little") + payload
    )


def _text(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


class StratumV2:
    """Words of an extended channel: one job and one previous hash a block, shares of 24 bytes and an extranonce."""

    def __init__(self, coin: Coin, chance: random.Random) -> None:
        self._coin, self._chance, self._number = coin, chance, 0

    def greetings(self, account: Account) -> list[bytes]:
        """Set-up, and the opening of a channel."""
        agent, version = account.agent.partition("/")[::2]
        setup = struct.pack("<BHHI", 0, 2, 2, 1) + _text("pool.example") + struct.pack("<H", 34254)
        setup += _text("") + _text(agent) + _text(version) + _text("")
        opening = (
            struct.pack("<I", 1) + _text(f"{account.user}.{account.workers[0]}") + struct.pack("<f", 1e14)
        )
        return [_frame(SETUP, setup), _frame(OPEN, opening + b"\xff" * 32 + struct.pack("<H", 8))]

    def answer(self, greeting: bytes) -> bytes:
        """What was asked for is granted."""
        if greeting[2] == SETUP:
            return _frame(SETUP_DONE, struct.pack("<HI", 2, 0))
        granted = struct.pack("<II", 1, 1) + b"\xff" * 32 + struct.pack("<H", 8) + bytes([8]) + bytes(8)
        return _frame(OPEN_DONE, granted)

    def target(self, difficulty: float) -> bytes:
        """SetTarget, as a whole number of expected hashes in the simulation's own writing."""
        return _frame(TARGET, struct.pack("<I", 1) + struct.pack("<d", difficulty).ljust(32, b"\0"))

    def job(self, height: int, difficulty: float, *, clean: bool) -> bytes:
        """NewExtendedMiningJob with a dozen branches."""
        coinbase = struct.pack("<H", 60) + bytes(60) + struct.pack("<H", 70) + bytes(70)
        payload = struct.pack("<IIBIB", 1, self._next(), not clean, 0x20000000, 1)
        return _frame(JOB, payload + bytes([12]) + bytes(12 * 32) + coinbase)

    def share(self, worker: str) -> bytes:
        """SubmitSharesExtended."""
        payload = struct.pack("<IIIIII", 1, self._next(), 1, self._chance.getrandbits(32), 0, 0x20000000)
        return _frame(SHARE, payload + bytes([8]) + self._chance.randbytes(8))

    def verdict(self, share: bytes, *, accepted: bool) -> bytes:
        """One answer a share."""
        if accepted:
            return _frame(SHARE_DONE, struct.pack("<IIIQ", 1, self._next(), 1, 1))
        return _frame(SHARE_ERROR, struct.pack("<II", 1, self._next()) + _text("stale-share"))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def messages(self, pending: bytes) -> tuple[list[bytes], bytes]:
        """The transport hands on whole frames."""
        return [pending], b""

    def kind(self, message: bytes) -> str:
        """By the type in the header."""
        kinds = {SETUP: "greeting", OPEN: "greeting", SHARE: "share", JOB: "job", TARGET: "target"}
        return kinds.get(message[2], "answer")

    def difficulty(self, message: bytes) -> float | None:
        """Only SetTarget tells it."""
        if message[2] != TARGET:
            return None
        return float(struct.unpack_from("<d", message, HEADER + 4)[0])
