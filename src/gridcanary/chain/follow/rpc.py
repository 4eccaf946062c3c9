"""A node by JSON-RPC, as Bitcoin Core and its relatives speak it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.chain.follow.sources import (
    BLOCK_BYTES,
    JSON_BYTES,
    Tip,
    read_hash,
    read_height,
    read_hex,
    read_json,
    shown,
)
from gridcanary.contracts.errors import InputError

USER, PASSWORD, COOKIE = "GRIDCANARY_NODE_USER", "GRIDCANARY_NODE_PASSWORD", "GRIDCANARY_NODE_COOKIE"
STARTING = -28
"""Core's code for a node that is still loading its blocks."""


def authorization(environment: Mapping[str, str], cookie: Path | None) -> Callable[[], str]:
    """What gives the Authorization header of each request.

    Args:
        environment: where user and password, or the path of the cookie file, are looked up.
        cookie: the node's ``.cookie`` file; read before each request, because a node writes a new one at its start.

    Raises:
        InputError: neither a cookie file nor user and password.
    """
    path = cookie or (Path(environment[COOKIE]) if environment.get(COOKIE) else None)
    if path is not None:
        return lambda: _basic(_cookie(path))
    user, password = environment.get(USER), environment.get(PASSWORD)
    if not user or password is None:
        raise InputError(
            "--node",
            "a node wants to know who asks",
            remedy=f"--cookie FILE (Core writes DATADIR/.cookie), or {USER} and {PASSWORD} in the environment; "
            "or its REST interface without a password: --node http://HOST:PORT/rest",
        )
    return lambda: _basic(f"{user}:{password}")


def _cookie(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, "the cookie file can't be read", remedy="is the node running?") from error


def _basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class RpcNode:
    """A BlockSource over JSON-RPC."""

    client: Client

    @property
    def name(self) -> str:
        """Host and port."""
        return self.client.name

    def tip(self) -> Tip:
        """As BlockSource asks."""
        told = self._call("getblockchaininfo", JSON_BYTES)
        if not isinstance(told, dict):
            raise SourceLied(self.name, "getblockchaininfo", "expected an object")
        return Tip(
            read_height(told.get("blocks"), self.name, "blocks of getblockchaininfo"),
            read_hash(told.get("bestblockhash"), self.name, "bestblockhash of getblockchaininfo"),
        )

    def block_hash(self, height: int) -> bytes:
        """As BlockSource asks."""
        return read_hash(self._call("getblockhash", JSON_BYTES, height), self.name, f"hash of block {height}")

    def block(self, block_hash: bytes) -> bytes:
        """As BlockSource asks."""
        wanted = shown(block_hash)
        return read_hex(self._call("getblock", 2 * BLOCK_BYTES, wanted, 0), self.name, f"block {wanted}")

    def _call(self, method: str, most_bytes: int, *params: object) -> Any:
        asked = {"jsonrpc": "1.0", "id": method, "method": method, "params": params}
        answer = self.client.ask("POST", "/", json.dumps(asked).encode(), most_bytes)
        if answer.status in (401, 403):
            raise SourceUnreachable(
                self.name, f"refuses us (HTTP {answer.status})", "check the cookie file, or user and password"
            )
        told = read_json(answer.body, self.name, method)
        if not isinstance(told, dict) or told.get("id") != method:
            raise SourceLied(self.name, method, "expected the answer to this question")
        if error := told.get("error"):
            return self._refused(method, error)
        return told.get("result")

    def _refused(self, method: str, error: object) -> None:
        code, message = (
            (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, error)
        )
        if code == STARTING:
            raise SourceUnreachable(self.name, f"is still starting: {message}")
        raise SourceUnreachable(self.name, f"{method}: {str(message)[:200]}")
