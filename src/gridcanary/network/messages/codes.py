"""Numbers for the words of mining messages: methods, and the keys that hold what is worth reading.

A kernel can't compare Python strings, so words are told apart by a 64-bit FNV-1a digest of their bytes. Two words
of the tables never share one (a test holds that); a stranger's word that does is as harmless as the word itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FNV_BASIS, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3

CLIENT_METHODS = (
    "mining.submit",
    "mining.subscribe",
    "mining.authorize",
    "mining.configure",
    "mining.extranonce.subscribe",
    "mining.get_transactions",
    "mining.suggest_difficulty",
    "mining.suggest_target",
    "mining.hello",
    "mining.capabilities",
    "mining.multi_version",
    "login",
    "submit",
    "getjob",
    "keepalived",
    "solution",
    "eth_submitLogin",
    "eth_login",
    "eth_getWork",
    "eth_submitWork",
    "eth_submitHashrate",
    "getwork",
    "getblocktemplate",
    "submitblock",
)
"""Methods that a miner calls, by what the documents of the dialects and the sources of common miners name."""

SERVER_METHODS = (
    "mining.notify",
    "mining.set_difficulty",
    "mining.set_target",
    "mining.set_extranonce",
    "mining.set_version_mask",
    "mining.set",
    "client.reconnect",
    "client.show_message",
    "client.get_version",
    "job",
)
"""Methods that a pool calls."""

RESULTS = ("result", "result.work", "result.job", "result.getwork", "result.template", "result.subscribed")
"""Answers, by what they carry; the first is an answer that carries no work."""

METHODS = (*CLIENT_METHODS, *SERVER_METHODS, *RESULTS, "mining.other", "")
"""All kinds of messages; the code of a kind is its place here. The last stands for everything that isn't mining."""

CODE = {name: place for place, name in enumerate(METHODS)}
OTHER = CODE[""]
MINING_OTHER = CODE["mining.other"]
RESULT = CODE["result"]
CLIENT_END, SERVER_END = len(CLIENT_METHODS), len(CLIENT_METHODS) + len(SERVER_METHODS)
RESULTS_END = SERVER_END + len(RESULTS)

KEYS = (
    "id",
    "method",
    "params",
    "result",
    "error",
    "worker",
    "login",
    "pass",
    "agent",
    "job_id",
    "nonce",
    "blob",
    "target",
    "height",
    "status",
    "job",
    "data",
    "previousblockhash",
    "midstate",
    "algo",
    "seed_hash",
    "output",
    "pow",
    "difficulty",
    "input",
    "pre_pow",
    "api_key",
    "jobId",
    "type",
    "identifier",
)
"""Keys of JSON objects that say something about mining; the number of a key is its place here plus one."""

KEY = {name: place + 1 for place, name in enumerate(KEYS)}


def digest(word: bytes) -> int:
    """64-bit FNV-1a of a word, as the kernels compute it.

    >>> hex(digest(b"a"))
    '0xaf63dc4c8601ec8c'
    """
    value = FNV_BASIS
    for byte in word:
        value = ((value ^ byte) * FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return value


def _table(words: tuple[str, ...]) -> NDArray[np.uint64]:
    return np.array([digest(word.encode()) for word in words], dtype=np.uint64)


SLOTS = 512


def _open_addresses(digests: NDArray[np.uint64], first: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A table for a kernel: a word's digest stands at its low bits or, where that is taken, behind them."""
    at = np.zeros(SLOTS, np.uint64)
    number = np.full(SLOTS, -1, np.int64)
    for place, value in enumerate(digests):
        slot = int(value) % SLOTS
        while number[slot] >= 0:
            slot = (slot + 1) % SLOTS
        at[slot], number[slot] = value, place + first
    return at, number


METHOD_AT, METHOD_NUMBER = _open_addresses(_table((*CLIENT_METHODS, *SERVER_METHODS)), 0)
KEY_AT, KEY_NUMBER = _open_addresses(_table(KEYS), 1)
