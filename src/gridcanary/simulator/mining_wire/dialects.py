"""How miners and pools word their messages: Stratum v1 and the CryptoNote dialect, a line of JSON each."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import ClassVar, Protocol

from gridcanary.simulator.mining_wire.coins import Coin

NBITS = {"sha256d": "17034219", "scrypt": "1934fa0b"}
"""Targets of blocks as Bitcoin's and Litecoin's were in 2024, in their compact form."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a miner names himself to a pool.

    Args:
        user: an account or a wallet.
        workers: names, at least one; each share is one worker's.
        agent: the mining software.
    """

    user: str
    workers: tuple[str, ...]
    agent: str


class Dialect(Protocol):
    """Words of a miner and of a pool; both know each other's kinds of message by :meth:`kind`."""

    def greetings(self, account: Account) -> list[bytes]:
        """A miner's first messages; each waits for the answer of the one before."""

    def answer(self, greeting: bytes) -> bytes:
        """The pool's answer to one greeting."""

    def target(self, difficulty: float) -> bytes:
        """The pool sets a share's difficulty; empty where the job tells it."""

    def job(self, height: int, difficulty: float, *, clean: bool) -> bytes:
        """New work."""

    def share(self, worker: str) -> bytes:
        """A miner's share for the last job."""

    def verdict(self, share: bytes, *, accepted: bool) -> bytes:
        """The pool's answer to a share."""

    def messages(self, pending: bytes) -> tuple[list[bytes], bytes]:
        """Whole messages out of a stream, and the rest."""

    def kind(self, message: bytes) -> str:
        """``greeting``, ``share``, ``job``, ``target`` or ``answer``."""

    def difficulty(self, message: bytes) -> float | None:
        """What a job or a target says of the difficulty; None where it says nothing."""


def _line(message: dict[str, object]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


class _JsonLines:
    """What both dialects share: lines, numbers, names of methods."""

    KINDS: ClassVar[dict[str, str]] = {}

    def __init__(self, coin: Coin, chance: random.Random) -> None:
        self._coin, self._chance = coin, chance
        self._number, self._job, self._session = 0, "", ""

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _hex(self, size: int) -> str:
        return self._chance.randbytes(size).hex()

    def messages(self, pending: bytes) -> tuple[list[bytes], bytes]:
        """Lines; what follows the last line's end is not whole yet."""
        *lines, rest = pending.split(b"\n")
        return lines, rest

    def kind(self, message: bytes) -> str:
        """By the method; answers have none."""
        told = json.loads(message)
        kind = self.KINDS.get(told.get("method", ""), "answer")
        if kind == "job":
            self._heard_job(told["params"])
        elif kind == "answer":
            self._heard_answer(told.get("result"))
        return kind

    def _heard_job(self, params: object) -> None:
        """The miner takes the job's name."""

    def _heard_answer(self, result: object) -> None:
        """The miner takes what an answer tells."""


class StratumV1(_JsonLines):
    """Stratum v1 as ASICs and their pools speak it (BIP 310's ``mining.configure`` first)."""

    KINDS: ClassVar[dict[str, str]] = {
        "mining.configure": "greeting",
        "mining.subscribe": "greeting",
        "mining.authorize": "greeting",
        "mining.submit": "share",
        "mining.notify": "job",
        "mining.set_difficulty": "target",
    }

    def greetings(self, account: Account) -> list[bytes]:
        """configure, subscribe, and an authorisation a worker."""
        configure = [
            ["version-rolling"],
            {"version-rolling.mask": "1fffe000", "version-rolling.min-bit-count": 2},
        ]
        asked: list[tuple[str, list[object]]] = [
            ("mining.configure", list(configure)),
            ("mining.subscribe", [account.agent]),
            *(("mining.authorize", list[object]((f"{account.user}.{one}", "x"))) for one in account.workers),
        ]
        return [_line({"id": self._next(), "method": method, "params": params}) for method, params in asked]

    def answer(self, greeting: bytes) -> bytes:
        """Each in its form."""
        told = json.loads(greeting)
        results: dict[str, object] = {
            "mining.configure": {"version-rolling": True, "version-rolling.mask": "1fffe000"},
            "mining.subscribe": [[["mining.notify", self._hex(4)]], self._hex(4), 8],
        }
        return _line({"id": told["id"], "result": results.get(told["method"], True), "error": None})

    def target(self, difficulty: float) -> bytes:
        """mining.set_difficulty."""
        return _line({"id": None, "method": "mining.set_difficulty", "params": [difficulty]})

    def job(self, height: int, difficulty: float, *, clean: bool) -> bytes:
        """mining.notify with a coinbase that tells the height (BIP 34) and a dozen branches.

        The block before ends with zeros, words turned about, where blocks are named by their proof of work; scrypt's
        are named by SHA-256d.
        """
        named_by_proof = self._coin.algorithm == "sha256d"
        coinbase = (
            "01000000"
            "01" + "00" * 32 + "ffffffff" + "4b03" + height.to_bytes(3, "little").hex() + self._hex(40)
        )
        branches = [self._hex(32) for _ in range(12)]
        outputs = "ffffffff02" + self._hex(8) + "1976a914" + self._hex(20) + "88ac" + "00000000"
        head = [
            self._hex(4),
            self._hex(28) + ("00000000" if named_by_proof else self._hex(4)),
            coinbase,
            outputs,
            branches,
            "20000000",
            NBITS[self._coin.algorithm],
            self._hex(4),
            clean,
        ]
        return _line({"id": None, "method": "mining.notify", "params": head})

    def share(self, worker: str) -> bytes:
        """mining.submit with a rolled version."""
        params = [worker, self._job, self._hex(8), self._hex(4), self._hex(4), self._hex(4)]
        return _line({"id": self._next(), "method": "mining.submit", "params": params})

    def verdict(self, share: bytes, *, accepted: bool) -> bytes:
        """true, or error 21 for a share that came too late."""
        error = None if accepted else [21, "Job not found", None]
        return _line({"id": json.loads(share)["id"], "result": accepted or None, "error": error})

    def difficulty(self, message: bytes) -> float | None:
        """Only mining.set_difficulty tells it."""
        told = json.loads(message)
        return float(told["params"][0]) if told["method"] == "mining.set_difficulty" else None

    def _heard_job(self, params: object) -> None:
        if isinstance(params, list):
            self._job = str(params[0])


class CryptoNote(_JsonLines):
    """login, job and submit, as xmrig and Monero pools speak it."""

    KINDS: ClassVar[dict[str, str]] = {"login": "greeting", "submit": "share", "job": "job"}

    def greetings(self, account: Account) -> list[bytes]:
        """One login; the worker's name is the rig."""
        params = {
            "login": account.user,
            "pass": "x",
            "agent": account.agent,
            "rigid": account.workers[0],
            "algo": ["rx/0", "rx/wow", "cn/r"],
        }
        return [_line({"id": self._next(), "jsonrpc": "2.0", "method": "login", "params": params})]

    def answer(self, greeting: bytes) -> bytes:
        """The session's name; the first job follows as a message of its own."""
        result = {"id": self._hex(8), "status": "OK", "extensions": ["algo", "keepalive"]}
        told = json.loads(greeting)
        return _line({"id": told["id"], "jsonrpc": "2.0", "error": None, "result": result})

    def target(self, difficulty: float) -> bytes:
        """Jobs tell their target."""
        return b""

    def job(self, height: int, difficulty: float, *, clean: bool) -> bytes:
        """A blob of 76 bytes and a target of four, little-endian."""
        target = min(0xFFFFFFFF, round(2**32 / difficulty)).to_bytes(4, "little").hex()
        job = {
            "blob": self._hex(76),
            "job_id": self._hex(8),
            "target": target,
            "algo": "rx/0",
            "height": height,
            "seed_hash": self._hex(32),
        }
        return _line({"jsonrpc": "2.0", "method": "job", "params": job})

    def share(self, worker: str) -> bytes:
        """Nonce and result."""
        params = {"id": self._session, "job_id": self._job, "nonce": self._hex(4), "result": self._hex(32)}
        return _line({"id": self._next(), "jsonrpc": "2.0", "method": "submit", "params": params})

    def verdict(self, share: bytes, *, accepted: bool) -> bytes:
        """OK, or that the block has passed."""
        number = json.loads(share)["id"]
        if accepted:
            return _line({"id": number, "jsonrpc": "2.0", "error": None, "result": {"status": "OK"}})
        return _line({"id": number, "jsonrpc": "2.0", "error": {"code": -1, "message": "Block expired"}})

    def difficulty(self, message: bytes) -> float | None:
        """2^32 through the job's target."""
        return 2**32 / int.from_bytes(bytes.fromhex(json.loads(message)["params"]["target"]), "little")

    def _heard_job(self, params: object) -> None:
        if isinstance(params, dict):
            self._job = str(params["job_id"])

    def _heard_answer(self, result: object) -> None:
        if isinstance(result, dict) and "id" in result:
            self._session = str(result["id"])


def dialect_of(coin: Coin, chance: random.Random) -> Dialect:
    """The words that a coin's miners and pools use."""
    return StratumV1(coin, chance) if coin.dialect == "stratum_v1" else CryptoNote(coin, chance)
