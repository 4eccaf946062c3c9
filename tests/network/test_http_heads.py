"""Hosts and agents of plain HTTP requests."""

from __future__ import annotations

import random

import pytest

from gridcanary.network.http_heads import MOST_HEAD, HttpHeadReader, names_of_request
from tests.network.made_pieces import pieces_of, split

HEAD = (
    b"POST / HTTP/1.1\r\nhost: Pool.Example:9332\r\nUser-Agent: cgminer 4.10\r\nContent-Length: 2\r\n\r\n{}"
)


@pytest.mark.parametrize(
    ("head", "host", "agent"),
    [
        pytest.param(HEAD, "pool.example", "cgminer 4.10", id="post"),
        pytest.param(
            b"CONNECT pool.example:443 HTTP/1.1\r\nHost: proxy.example\r\n\r\n",
            "pool.example",
            None,
            id="proxy",
        ),
        pytest.param(b"GET http://a.example/x HTTP/1.0\r\n\r\n", "a.example", None, id="absolute"),
        pytest.param(b"GET / HTTP/1.1\nHost: a.example\n\n", "a.example", None, id="bare newlines"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "2001:db8::1", None, id="address"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", "a.example", None, id="twice"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nAccept: */*\r\nHost: a.ex", "a.ex", None, id="cut off"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\nHost: body.example\r\n", None, None, id="body is no head"),
    ],
)
def test_requests(head: bytes, host: str | None, agent: str | None) -> None:
    names = names_of_request(head)
    assert names is not None
    assert (names.http_host, names.http_agent) == (host, agent)


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", b"GET", b"GET  HTTP\r\n\r\n", b"\x16\x03\x01"],
)
def test_no_requests(head: bytes) -> None:
    assert names_of_request(head) is None


def test_split_anywhere() -> None:
    chance = random.Random(1)
    for _ in range(50):
        reader = HttpHeadReader()
        reader.read(
            pieces_of(
                [(1, True, part) for part in split(HEAD, [chance.randrange(len(HEAD)) for _ in range(6)])]
            )
        )
        assert reader.hopeless(1)
        names = reader.close(1)
        assert names is not None
        assert (names.http_host, names.http_agent) == ("pool.example", "cgminer 4.10")


def test_a_head_without_end_is_given_up() -> None:
    reader = HttpHeadReader()
    reader.read(pieces_of([(1, True, b"GET / HTTP/1.1\r\nHost: a.example\r\nX: " + b"x" * (2 * MOST_HEAD))]))
    assert reader.hopeless(1)
    assert reader.close(1) is not None
    assert reader.close(1) is None


def test_the_answer_first_does_not_hide_the_request() -> None:
    reader = HttpHeadReader()
    reader.read(pieces_of([(1, False, b"HTTP/1.1 200 OK\r\n\r\n"), (1, True, HEAD)]))
    names = reader.close(1)
    assert names is not None
    assert names.http_host == "pool.example"
