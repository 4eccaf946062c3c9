"""getwork and block templates over HTTP, and Stratum in WebSocket frames, whole and cut."""

from __future__ import annotations

import base64
import json
import os
import struct
import zlib
from random import Random

import pytest

from gridcanary.network.messages import MessageReader
from gridcanary.network.messages.http_bodies import LONGEST_HEAD, HttpBodies
from gridcanary.network.messages.websocket import MOST_INFLATED, WebSocketFrames, begins_frame
from tests.network.messages.streams import DOWN, UP, Said, cut, dialogue, line, pieces
from tests.network.messages.talks import ETHER, TALKS, WALLET

HEADER = "00000002" + "ab" * 124
TARGET = "ff" * 26 + "00" * 6


def request(body: bytes, user: str = "", path: str = "/") -> bytes:
    """A POST with a login."""
    secret = base64.b64encode(f"{user}:secret".encode()).decode()
    login = f"Authorization: Basic {secret}\r\n" if user else ""
    head = f"POST {path} HTTP/1.1\r\nHost: pool\r\n{login}User-Agent: cpuminer/2.5\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(body: bytes, chunk: int = 16) -> bytes:
    """An answer with the body in chunks of so many bytes."""
    chunks = [body[at : at + chunk] for at in range(0, len(body), chunk)]
    text = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text + b"0\r\n\r\n"


def getwork(shares: int = 2, chunk: int = 16) -> list[Said]:
    """Work asked for, shares handed in."""
    work = {"data": HEADER, "target": TARGET, "midstate": "cd" * 32}
    said = [
        (UP, 0.0, request(line(id=1, method="getwork", params=[]), f"{WALLET}.rig")),
        (DOWN, 0.2, answer(line(id=1, result=work, error=None), chunk)),
    ]
    for number in range(shares):
        solved = HEADER[:152] + f"{number:08x}" + HEADER[160:]
        said.append(
            (UP, 1.0 + number, request(line(id=2, method="getwork", params=[solved]), f"{WALLET}.rig"))
        )
        said.append((DOWN, 1.2 + number, answer(line(id=2, result=number == 0, error=None), chunk)))
    return said


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4])
def test_getwork_over_http(seed):
    said = getwork() if seed is None else cut(getwork(), Random(seed))
    found = dialogue(said)
    assert (found.family, found.transport) == ("getwork", "http")
    assert found.shares.hashes.tolist() == pytest.approx([2.0**256 / int("00" * 6 + "ff" * 26, 16)] * 2)
    assert found.shares.accepted.tolist() == [1, 0]
    (login,) = found.logins
    assert (login.user, login.worker, login.agent, login.accepted) == (WALLET, "rig", "cpuminer/2.5", True)
    assert "secret" not in repr(found)


def test_the_wallet_of_an_ethereum_miner_may_stand_in_the_path():
    work = ["0x" + "a1" * 32, "0x" + "b2" * 32, "0x" + "00" * 4 + "ff" * 28]
    said = [
        (UP, 0.0, request(line(id=1, method="eth_getWork", params=[]), path=f"/{ETHER}/rig4")),
        (DOWN, 0.2, answer(line(id=1, result=work))),
    ]
    found = dialogue(said)
    assert (found.family, found.transport, found.algorithm) == ("getwork", "http", "ethash")
    assert [(login.wallet, login.worker) for login in found.logins] == [(ETHER, "rig4")]


def test_a_block_template_over_http():
    template = {"version": 2, "previousblockhash": "00" * 32, "transactions": [], "height": 800_000}
    said = [
        (UP, 0.0, request(line(id=1, method="getblocktemplate", params=[{"rules": ["segwit"]}]))),
        (DOWN, 0.2, answer(line(id=1, result=template | {"target": "00" * 8 + "ff" * 24}, error=None))),
    ]
    found = dialogue(said)
    assert (found.family, found.transport) == ("getblocktemplate", "http")
    assert found.job_heights.tolist() == [800_000]


@pytest.mark.parametrize(
    "method", ["getblockcount", "sendrawtransaction", "eth_blockNumber", "eth_call", "getinfo"]
)
def test_other_calls_of_a_node_are_no_mining(method):
    said = [
        (UP, 0.0, request(line(id=1, method=method, params=[]), "user")),
        (DOWN, 0.2, answer(line(id=1, result="0x10", error=None))),
    ]
    assert dialogue(said) is None


def frame(text: bytes, mask: bytes = b"", opcode: int = 1, end: bool = True, deflated: bool = False) -> bytes:
    """A WebSocket frame."""
    first = (0x80 if end else 0) | (0x40 if deflated else 0) | opcode
    masked = 0x80 if mask else 0
    size = struct.pack(">BBH", first, masked | 126, len(text))
    if len(text) <= 125:
        size = struct.pack("BB", first, masked | len(text))
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(text)) if mask else text
    return size + mask + body


def websocket(said: list[Said], deflated: bool = False) -> list[Said]:
    """The talk in frames, each message in two and a ping between."""
    deflate = {up: zlib.compressobj(wbits=-15) for up in (UP, DOWN)}
    framed = [
        (UP, 0.0, b"GET /stratum HTTP/1.1\r\nHost: p\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        (DOWN, 0.0, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n\r\n"),
    ]
    for up, time, text in said:
        mask = os.urandom(4) if up else b""
        body = text
        if deflated:
            body = deflate[up].compress(text) + deflate[up].flush(zlib.Z_SYNC_FLUSH)
            body = body.removesuffix(b"\x00\x00\xff\xff")
        half = len(body) // 2
        parts = frame(body[:half], mask, end=False, deflated=deflated) + frame(b"ping", mask, opcode=9)
        framed.append((up, time, parts + frame(body[half:], mask, opcode=0)))
    return framed


@pytest.mark.parametrize("deflated", [False, True], ids=["plain", "deflated"])
@pytest.mark.parametrize("family", list(TALKS))
def test_frames_hold_the_same_talk(family, deflated):
    plain, framed = dialogue(TALKS[family]()), dialogue(websocket(TALKS[family](), deflated))
    assert framed.transport == "websocket"
    assert framed.methods == plain.methods
    assert framed.shares.accepted.tolist() == plain.shares.accepted.tolist()
    assert framed.logins[0].worker == plain.logins[0].worker


@pytest.mark.parametrize("seed", range(6))
def test_frames_cut_anywhere(seed):
    whole, parts = websocket(TALKS["cryptonote"]()), []
    parts = cut(whole, Random(seed))
    assert len(dialogue(parts).shares) == 3


def test_frames_from_the_middle_on():
    said = [
        (up, time, frame(text, b"abcd" if up else b"")) for up, time, text in TALKS["stratum_v1"](shares=4)
    ][6:]
    found = dialogue(said)
    assert found.transport == "websocket"
    assert len(found.shares) == 4


def test_a_hole_in_frames_is_got_over():
    framed = [
        (up, time, frame(text, b"abcd" if up else b"")) for up, time, text in TALKS["stratum_v1"](shares=4)
    ]
    up, time, text = framed[6]
    found = dialogue([*framed[:6], (up, time, text[20:]), *framed[7:]], gaps=[6])
    assert len(found.shares) == 3
    assert found.gaps == 1


def test_a_deflate_bomb_is_bounded():
    deflate = zlib.compressobj(wbits=-15)
    bomb = deflate.compress(b"{" * 50_000_000) + deflate.flush(zlib.Z_SYNC_FLUSH)
    frames = WebSocketFrames()
    head = struct.pack(">BBQ", 0xC1, 127, len(bomb))
    assert len(frames.feed(head + bomb, False)) <= MOST_INFLATED + 1


def test_a_head_without_end_is_let_go():
    bodies = HttpBodies()
    for _ in range(40):
        bodies.feed(b"POST / HTTP/1.1\r\nX: " + b"a" * 1000, False)
    assert bodies.feed(b"x" * LONGEST_HEAD + b"\r\n\r\n", False) is not None
    assert len(bodies._head) <= LONGEST_HEAD + 1100


@pytest.mark.parametrize(
    "text", [b"", b"\x81", b"\x81\xfe", b"\x81\x05hello", b"\x16\x03\x01", b"\x88\x02{}"], ids=repr
)
def test_what_is_no_frame(text):
    assert not begins_frame(text)


@pytest.mark.parametrize("seed", range(4))
def test_junk_in_wrappings_neither_raises_nor_grows(seed):
    random = Random(seed)
    good = getwork() + websocket(TALKS["cryptonote"](), True)
    for _ in range(60):
        reader = MessageReader()
        said = []
        for up, time, text in good:
            broken = bytearray(text)
            for _ in range(random.randint(0, 6)):
                broken[random.randrange(len(broken))] = random.randrange(256)
            start = random.choice((0, 0, random.randrange(len(broken))))
            said.append((up, time, bytes(broken[start:])))
        random.shuffle(said)
        reader.read(pieces(said, gaps=[random.randrange(len(said))]))
        reader.close(7)


def test_json_that_python_refuses_is_no_login():
    deep = b'{"method":"mining.authorize","params":["' + b"\xff\xfe" + b'"],"id":' + b"1" * 5000 + b"}"
    found = dialogue(
        [(UP, 0.0, deep), (UP, 1.0, json.dumps({"method": "mining.authorize", "params": 3}).encode())]
    )
    assert found.methods == {">mining.authorize": 2}
    assert found.logins == ()
