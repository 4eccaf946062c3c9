"""Conversations that resemble mining and are none, in the form in which they are met."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gridcanary import network
from tests.network.test_scan import capture

Said = tuple[bool, bytes]


def line(up: bool, **message: object) -> Said:
    return up, json.dumps(message).encode() + b"\n"


def request(**message: object) -> Said:
    body = json.dumps(message).encode()
    return True, b"POST / HTTP/1.1\r\nHost: node\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def answer(body: bytes, kind: bytes = b"application/json") -> Said:
    return False, b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        kind,
        len(body),
        body,
    )


def result(**message: object) -> Said:
    return answer(json.dumps(message).encode())


PAGE = b"""<html><pre>{"id":1,"method":"mining.subscribe","params":["cgminer/4.10"]}
{"id":2,"method":"mining.authorize","params":["user.worker","x"]}</pre></html>"""

LOOKALIKES = {
    "Electrum's wallet": (
        line(True, id=0, method="server.version", params=["4.5", "1.4"]),
        line(False, id=0, result=["ElectrumX 1.16", "1.4"]),
        line(True, id=1, method="blockchain.headers.subscribe", params=[]),
        line(False, id=1, result={"height": 800_000, "hex": "00"}),
    ),
    "a monitor's login": (
        request(jsonrpc="2.0", method="user.login", params={"username": "Admin", "password": "z"}, id=1),
        result(jsonrpc="2.0", result="abc", id=1),
    ),
    "a business program's login": (
        request(jsonrpc="2.0", method="call", params={"method": "login", "args": ["db", "admin", "x"]}, id=1),
        result(jsonrpc="2.0", result=2, id=1),
    ),
    "another protocol's login": (
        line(True, id=1, method="login", params={"login": "alice", "pass": "x", "agent": "ChatApp/2.1"}),
        line(False, id=1, result={"status": "OK"}),
    ),
    "a queue of jobs": (
        line(True, id=1, method="login", params={"login": "worker1", "pass": "x"}),
        line(False, id=1, result={"id": "s", "job": {"job_id": "1", "task": "resize"}, "status": "OK"}),
        line(True, id=2, method="submit", params={"id": "s", "job_id": "1", "result": "done"}),
        line(False, method="job", params={"job_id": "2", "task": "crop"}),
    ),
    "a node's interface": (
        request(method="getblockchaininfo", params=[], id=1),
        result(result={"blocks": 1}, id=1),
        request(method="getmininginfo", params=[], id=2),
        result(result={"networkhashps": 1e20}, id=2),
    ),
    "a web3 wallet": (
        request(jsonrpc="2.0", method="eth_blockNumber", params=[], id=1),
        result(jsonrpc="2.0", id=1, result="0x1"),
        request(jsonrpc="2.0", method="eth_hashrate", params=[], id=2),
        result(jsonrpc="2.0", id=2, result="0x0"),
    ),
    "a scan for work that a node refuses": (
        request(jsonrpc="2.0", method="eth_getWork", params=[], id=1),
        result(jsonrpc="2.0", id=1, error={"code": -32601, "message": "method not found"}),
    ),
    "a monitor that asks for a template once": (
        request(method="getblocktemplate", params=[{"rules": ["segwit"]}], id=1),
        result(result=None, error={"code": -10, "message": "downloading"}, id=1),
    ),
    "a page that explains the protocol": (
        (True, b"GET /stratum HTTP/1.1\r\nHost: docs\r\n\r\n"),
        answer(PAGE, b"text/html; charset=utf-8"),
    ),
    "a language server": (
        (True, b'Content-Length: 58\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'),
        (False, b'Content-Length: 36\r\n\r\n{"jsonrpc":"2.0","id":1,"result":{}}'),
    ),
}


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_what_only_resembles_mining_is_not_listed(kind: str, tmp_path: Path) -> None:
    findings = network.scan(capture(tmp_path / "a.pcap", *LOOKALIKES[kind]), every=True)
    assert findings.num_rows == 1
    assert findings["listed"].to_pylist() == [False]


MINING = {
    "a machine that subscribes": (
        line(True, id=1, method="mining.subscribe", params=["bmminer/2.0.0"]),
        line(False, id=1, result=[[["mining.notify", "ab"]], "08000002", 4], error=None),
    ),
    "a login of a program that mines": (
        line(True, id=1, method="login", params={"login": "farm8", "pass": "x", "agent": "xmr/1.0"}),
    ),
    "shares from the middle of a session": (
        line(True, id=44, method="mining.submit", params=["a.b", "j", "00", "5e", "ab"]),
        line(False, id=44, result=True, error=None),
    ),
    "a template asked for by a program that mines": (
        (
            True,
            b'POST / HTTP/1.1\r\nUser-Agent: bfgminer/5.2.0\r\n\r\n{"method":"getblocktemplate","params":[{}],"id":1}',
        ),
    ),
    "work over HTTP": (
        request(jsonrpc="2.0", method="eth_getWork", params=[], id=1),
        result(jsonrpc="2.0", id=1, result=["0x" + "1" * 64, "0x" + "2" * 64, "0x" + "0" * 8 + "f" * 56]),
    ),
}


@pytest.mark.parametrize("kind", MINING)
def test_a_few_messages_of_mining_are_enough(kind: str, tmp_path: Path) -> None:
    findings = network.scan(capture(tmp_path / "a.pcap", *MINING[kind]))
    assert findings["listed"].to_pylist() == [True]
