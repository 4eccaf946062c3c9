from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest

from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.errors import SourceUnreachable
from gridcanary.chain.follow.rpc import COOKIE, PASSWORD, USER, RpcNode, authorization
from gridcanary.contracts.errors import InputError
from tests.chain.follow.fake_server import FakeServer


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://node:8332", "is no address"),
        ("node:8332", "is no address"),
        ("http://", "is no address"),
        ("http://node:99999999", "can't be read"),
        ("http://me:secret@node:8332", "must not hold a password"),
        ("http://node/?token=1", "is no address"),
    ],
)
def test_addresses_that_are_none(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Client(url).get("/", 10)


@pytest.mark.parametrize(("secret", "said"), [(True, "show the password"), (False, "show what is asked")])
def test_nothing_goes_out_in_the_clear(secret: bool, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_names: found)
    client = Client("http://explorer.example", (lambda: "Basic x") if secret else None)
    with pytest.raises(InputError, match=said):
        client.get("/blocks/tip/hash", 100)


def test_waits_grow_between_tries() -> None:
    waited: list[float] = []
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(SourceUnreachable, match=r"refused.*tried 6 times"):
        Client(f"http://127.0.0.1:{port}", tries=6, wait=waited.append).get("/", 10)
    assert waited == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_user_and_password_come_from_the_environment(server: FakeServer) -> None:
    told = authorization({USER: "watcher", PASSWORD: "a-long-word"}, None)
    RpcNode(Client(server.url, told)).tip()
    assert server.authorizations == {"Basic " + base64.b64encode(b"watcher:a-long-word").decode()}


@pytest.mark.parametrize("by_environment", [True, False])
def test_the_cookie_is_read_anew(by_environment: bool, server: FakeServer, tmp_path: Path) -> None:
    cookie = tmp_path / ".cookie"
    told = authorization({COOKIE: str(cookie)}, None) if by_environment else authorization({}, cookie)
    node = RpcNode(Client(server.url, told))
    for word in (b"__cookie__:one", b"__cookie__:two"):
        cookie.write_bytes(word + b"\n")
        node.tip()
    assert server.authorizations == {
        f"Basic {base64.b64encode(word).decode()}" for word in (b"__cookie__:one", b"__cookie__:two")
    }


def test_a_missing_cookie_is_named(server: FakeServer, tmp_path: Path) -> None:
    node = RpcNode(Client(server.url, authorization({}, tmp_path / ".cookie")))
    with pytest.raises(InputError, match=r"\.cookie: the cookie file can't be read \(is the node running"):
        node.tip()


def test_no_credentials_are_said_with_what_to_do() -> None:
    with pytest.raises(InputError, match=rf"--cookie FILE .*{USER} and {PASSWORD}.*/rest"):
        authorization({}, None)


@pytest.mark.parametrize(("status", "said"), [(401, "refuses us"), (403, "refuses us")])
def test_a_refusal_names_the_password(status: int, said: str, server: FakeServer) -> None:
    server.lie = lambda _path, _answer: (status, b"")
    with pytest.raises(SourceUnreachable, match=said):
        RpcNode(Client(server.url, lambda: "Basic x")).tip()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (b'{"code": -28, "message": "Loading block index"}', "still starting: Loading block index"),
        (b'{"code": -1, "message": "Block not available (pruned data)"}', "pruned data"),
        (b'"odd"', "getblockchaininfo: odd"),
    ],
)
def test_errors_of_a_node_are_passed_on(error: bytes, said: str, server: FakeServer) -> None:
    server.lie = lambda _path, _answer: (
        500,
        b'{"result": null, "error": ' + error + b', "id": "getblockchaininfo"}',
    )
    with pytest.raises(SourceUnreachable, match=said):
        RpcNode(Client(server.url, lambda: "Basic x")).tip()


def test_the_name_holds_no_path() -> None:
    assert Client("https://explorer.example/api").name == "explorer.example"
