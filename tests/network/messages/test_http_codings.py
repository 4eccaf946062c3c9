"""Coded bodies: getwork whose answers come as gzip or deflate, cut anywhere, damaged, and as bombs."""

from __future__ import annotations

import gzip
import time
import zlib
from random import Random

import pytest

from gridcanary.network.messages.http_bodies import HttpBodies
from gridcanary.network.messages.http_codings import MOST_INFLATED, Inflater
from tests.network.messages.streams import DOWN, UP, Said, cut, dialogue, line
from tests.network.messages.test_wrappings import HEADER, TARGET, request

WORK = line(id=1, result={"data": HEADER, "target": TARGET}, error=None)


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the frame of zlib, as some programs send it."""
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


CODINGS = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("X-GZIP", gzip.compress, id="x-gzip"),
    pytest.param("deflate", zlib.compress, id="deflate"),
    pytest.param("deflate", raw_deflate, id="raw deflate"),
]


def coded(coding: str, body: bytes, chunk: int = 0) -> bytes:
    """An answer with a body that is coded already, whole or in chunks."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n".encode()
    if not chunk:
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = [body[at : at + chunk] for at in range(0, len(body), chunk)]
    text = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in chunks)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + text + b"0\r\n\r\n"


def asked_and(answer: bytes) -> list[Said]:
    """Work asked for twice with the same answer."""
    ask = request(line(id=1, method="getwork", params=[]), "someone")
    return [(UP, 0.0, ask), (DOWN, 0.2, answer), (UP, 60.0, ask), (DOWN, 60.2, answer)]


@pytest.mark.parametrize("chunk", [0, 1, 7])
@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_work_in_a_coded_answer_is_read(coding, compress, chunk):
    said = asked_and(coded(coding, compress(WORK), chunk))
    for found in (dialogue(said), dialogue(cut(said, Random(1)))):
        assert found.family == "getwork"
        assert len(found.jobs_ns) == 2


def test_a_damaged_body_gives_nothing_and_the_next_one_is_read():
    broken = gzip.compress(WORK)[:12] + b"\xff" * 40
    said = asked_and(coded("gzip", broken))
    said[3] = (DOWN, 60.2, coded("gzip", gzip.compress(WORK)))
    assert len(dialogue(said).jobs_ns) == 1


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_a_bomb_gives_a_megabyte_however_it_comes(coding, compress):
    bomb = compress(bytes(64 << 20))
    for step in (len(bomb), 1000):
        inflater = Inflater(coding.lower())
        given = [inflater.inflate(bomb[at : at + step]) for at in range(0, len(bomb), step)]
        assert sum(map(len, given)) == MOST_INFLATED


def test_chunks_of_a_byte_take_no_longer_for_a_long_piece():
    body = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 500_000
    bodies, began, got = HttpBodies(), time.process_time(), 0
    for at in range(0, len(body), 1 << 20):
        got += len(bodies.feed(body[at : at + (1 << 20)], False))
    assert got == 500_000
    assert time.process_time() - began < 15  # minutes where the rest of the piece is copied at each chunk
