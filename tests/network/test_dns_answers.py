"""DNS answers: names, aliases, addresses; compressed names that lead in circles and datagrams cut short."""

from __future__ import annotations

import random
import struct
from functools import partial

import dpkt
import pytest

from gridcanary.network.dns_answers import DnsAnswerReader, read_answer
from tests.network.made_pieces import pieces_of

_rr = partial(dpkt.dns.DNS.RR, cls=1, ttl=60)


def answered(rcode: int = 0) -> bytes:
    """An alias with two addresses, as dpkt writes it."""
    message = dpkt.dns.DNS(id=7, qr=dpkt.dns.DNS_R, rcode=rcode)
    message.qd = [dpkt.dns.DNS.Q(name="Pool.Example", type=dpkt.dns.DNS_A)]
    told = [
        _rr(name="Pool.Example", type=dpkt.dns.DNS_CNAME, cname="front.cdn.example"),
        _rr(name="front.cdn.example", type=dpkt.dns.DNS_A, ip=bytes([192, 0, 2, 1])),
        _rr(
            name="front.cdn.example",
            type=dpkt.dns.DNS_AAAA,
            cls=1,
            ttl=60,
            ip6=b"\x20\x01\x0d\xb8" + bytes(12),
        ),
    ]
    message.an = told
    return bytes(message)


def test_names_aliases_and_addresses() -> None:
    answer = read_answer(answered())
    assert answer is not None
    assert answer.name == "pool.example"
    assert answer.aliases == ["front.cdn.example"]
    assert answer.addresses == ["192.0.2.1", "2001:db8::"]


def test_reader_tells_name_and_time() -> None:
    reader = DnsAnswerReader()
    reader.read(
        pieces_of([(4, False, answered()), (4, False, b"junk"), (5, False, answered(rcode=3))], time_ns=99)
    )
    seen = reader.close(4)
    assert seen is not None
    assert [(one.names, one.first_ns, one.client) for one in seen] == [
        (("pool.example", "front.cdn.example"), 99, None)
    ]
    assert reader.close(4) is None
    assert reader.close(5) is None
    assert not reader.hopeless(4)


HEADER = struct.pack(">6H", 1, 0x8180, 1, 1, 0, 0)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"", id="empty"),
        pytest.param(answered()[:11], id="cut in the header"),
        pytest.param(answered()[:20], id="cut in the question"),
        pytest.param(answered(rcode=3), id="no such name"),
        pytest.param(b"\x00\x07\x01\x00" + answered()[4:], id="a question"),
        pytest.param(HEADER + b"\xc0\x0c\x00\x01\x00\x01", id="a name that points at itself"),
        pytest.param(HEADER + b"\xc0\xff\x00\x01\x00\x01", id="a name that points past the end"),
        pytest.param(HEADER + b"\x00\x00\x01\x00\x01", id="the root"),
        pytest.param(HEADER + b"\x3f" + b"a" * 10, id="a label past the end"),
    ],
)
def test_others_answer_nothing(message: bytes) -> None:
    assert read_answer(message) is None


def test_what_stands_before_a_cut_counts() -> None:
    whole = answered()
    answer = read_answer(whole[:-20])
    assert answer is not None
    assert answer.addresses == ["192.0.2.1"]


def test_damaged_answers_never_break_the_reader() -> None:
    chance, whole = random.Random(8), answered()
    for _ in range(2000):
        damaged = bytearray(whole[: chance.randint(12, len(whole))])
        for _ in range(chance.randint(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        answer = read_answer(bytes(damaged))
        assert answer is None or answer.name.isascii()
