"""A node and an Esplora server in a thread, which keep a chain and can be told to lie about it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.blocks import read_block
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.merkle import merkle_branch
from gridcanary.chain.transactions import Cursor, Transaction, sha256d
from tests.chain.conftest import REGTEST

Answer = tuple[int, bytes]
USER, PASSWORD = "watcher", "a-long-word"


class FakeServer:
    """Answers from a list of raw blocks; ``lie`` may change any answer on its way out.

    Args:
        blocks: the best chain from height 0 on.
    """

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks = blocks
        self.lie: Callable[[str, Answer], Answer] = lambda _path, answer: answer
        self.asked: list[str] = []
        self.seconds_a_byte = 0.0
        self.cut_after: int | None = None
        self.busy_times = 0
        self.redirect = ""
        self.authorizations: set[str] = set()
        self.url = ""

    def answer(self, path: str, body: bytes) -> Answer:
        """The honest answer to a path, or to a body of JSON-RPC."""
        if path == "/":
            return self._rpc(json.loads(body))
        hashes = [shown(sha256d(raw[:80])) for raw in self.blocks]
        match path.strip("/").split("/"):
            case ["rest", "chaininfo.json"]:
                return 200, self._info()
            case ["rest", "blockhashbyheight", name] if int(name.removesuffix(".hex")) < len(hashes):
                return 200, hashes[int(name.removesuffix(".hex"))].encode() + b"\n"
            case ["rest", "block", name]:
                return 200, self.blocks[hashes.index(name.removesuffix(".bin"))]
            case ["blocks", "tip", "hash"]:
                return 200, hashes[-1].encode()
            case ["block", name, "status"]:
                return 200, json.dumps({"in_best_chain": True, "height": hashes.index(name)}).encode()
            case ["block-height", height] if int(height) < len(hashes):
                return 200, hashes[int(height)].encode()
            case ["block", name, "raw"]:
                return 200, self.blocks[hashes.index(name)]
            case ["block", name, "header"]:
                return 200, self.blocks[hashes.index(name)][:80].hex().encode()
        return self._about_transactions(path)

    def _about_transactions(self, path: str) -> Answer:
        match path.strip("/").split("/"):
            case ["address", address, "txs", "chain", *after]:
                return 200, self._page(address, after[0] if after else "")
            case ["tx", txid, "raw"]:
                return 200, self._found(txid)[2].raw
            case ["tx", txid, "merkle-proof"]:
                height, position, _ = self._found(txid)
                txids = [one.txid for one in read_block(Cursor(self.blocks[height])).transactions]
                branch = [shown(one) for one in merkle_branch(txids, position)]
                return 200, json.dumps({"block_height": height, "merkle": branch, "pos": position}).encode()
        return 404, b"Not found"

    def _all(self) -> Iterator[tuple[int, int, Transaction]]:
        for height, raw in enumerate(self.blocks):
            for position, one in enumerate(read_block(Cursor(raw)).transactions):
                yield height, position, one

    def _found(self, txid: str) -> tuple[int, int, Transaction]:
        return next(found for found in self._all() if found[2].shown_id == txid)

    def _page(self, address: str, after: str) -> bytes:
        """Three transactions a page, newest first, that pay the address."""
        script = script_of_address(address, REGTEST)
        ids = [
            one.shown_id
            for _, _, one in self._all()
            if any(output.script == script for output in one.outputs)
        ][::-1]
        begin = ids.index(after) + 1 if after else 0
        return json.dumps([{"txid": txid} for txid in ids[begin : begin + 3]]).encode()

    def _info(self) -> bytes:
        tip = shown(sha256d(self.blocks[-1][:80]))
        return json.dumps({"chain": "regtest", "blocks": len(self.blocks) - 1, "bestblockhash": tip}).encode()

    def _rpc(self, asked: dict) -> Answer:
        hashes = [shown(sha256d(raw[:80])) for raw in self.blocks]
        params = asked["params"]
        match asked["method"]:
            case "getblockchaininfo":
                result = json.loads(self._info())
            case "getblockhash" if params[0] < len(hashes):
                result = hashes[params[0]]
            case "getblock":
                result = self.blocks[hashes.index(params[0])].hex()
            case _:
                error = {"code": -8, "message": "Block height out of range"}
                return 500, json.dumps({"result": None, "error": error, "id": asked["id"]}).encode()
        return 200, json.dumps({"result": result, "error": None, "id": asked["id"]}).encode()


def _handler(server: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, body: bytes) -> None:
            server.asked.append(self.path if self.path != "/" else json.loads(body)["method"])
            server.authorizations.add(self.headers.get("Authorization", ""))
            if server.redirect:
                self.send_response(302)
                self.send_header("Location", server.redirect)
                self.end_headers()
                return
            if server.busy_times:
                server.busy_times -= 1
                self.send_error(503)
                return
            status, content = server.lie(server.asked[-1], server.answer(self.path, body))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self._send(content)

        def _send(self, content: bytes) -> None:
            if server.cut_after is not None:
                content = content[: server.cut_after]
            if not server.seconds_a_byte:
                self.wfile.write(content)
                return
            for at in range(len(content)):
                try:
                    self.wfile.write(content[at : at + 1])
                except OSError:
                    return
                time.sleep(server.seconds_a_byte)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler


@contextmanager
def serving(blocks: list[bytes]) -> Iterator[FakeServer]:
    """A server on a free port of this machine."""
    fake = FakeServer(blocks)
    web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    web.daemon_threads = True
    fake.url = f"http://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


def with_other_time(
    raw: bytes, seconds: int, previous: bytes | None = None, bits: int | None = None
) -> bytes:
    """A block like this one, mined anew with another clock (and on another block, or to another target)."""
    header = bytearray(raw[:80])
    if previous is not None:
        header[4:36] = previous
    clock = int.from_bytes(header[68:72], "little") + seconds
    header[68:72] = clock.to_bytes(4, "little")
    if bits is not None:
        header[72:76] = bits.to_bytes(4, "little")
    for nonce in range(1000):
        header[76:80] = nonce.to_bytes(4, "little")
        if sha256d(bytes(header))[-1] < 0x7F:
            return bytes(header) + raw[80:]
    raise AssertionError("no nonce found")


def split_blocks(data: bytes, count: int) -> list[bytes]:
    """The first blocks of a plain block file of regtest."""
    found, at = [], 0
    while data[at : at + 4] == REGTEST.magic and len(found) < count:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    return found
