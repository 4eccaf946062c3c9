"""The quick reading of a hello says what the whole reading says, of sound hellos and of damaged ones."""

from __future__ import annotations

import random

from gridcanary.network.tls.asked_host import AskedHost, asked_host
from gridcanary.network.tls.client_hello import read_client_hello


def vector(width: int, content: bytes) -> bytes:
    return len(content).to_bytes(width, "big") + content


def extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2, "big") + vector(2, content)


def hello(chance: random.Random) -> bytes:
    """A hello with some of the extensions, in any order, some twice."""
    name = vector(2, b"\0" + vector(2, chance.choice([b"Pool.Example.", b"a b", b"", b"x" * 300])))
    protocols = vector(
        2, b"".join(vector(1, one) for one in (b"h2", b"http/1.1", b"\xff")[: chance.randint(0, 3)])
    )
    choices = [
        extension(0, name),
        extension(16, protocols),
        extension(43, vector(1, b"\3\4")),
        extension(10, vector(2, b"\0\x1d")),
        extension(0xFE0D, b"\1\2"),
        extension(0x1234, chance.randbytes(5)),
    ]
    told = b"".join(chance.choices(choices, k=chance.randint(0, 7)))
    head = b"\3\3" + chance.randbytes(32) + vector(1, chance.randbytes(chance.choice([0, 32])))
    return head + vector(2, b"\x13\x01" * chance.randint(0, 3)) + vector(1, b"\0") + vector(2, told)


def whole(body: bytes) -> AskedHost | None:
    told = read_client_hello(body)
    return AskedHost(told.name, tuple(told.alpn), told.is_encrypted) if told else None


def test_both_readings_agree_on_sound_and_damaged_hellos() -> None:
    chance, told = random.Random(7), 0
    for _ in range(4000):
        body = bytearray(hello(chance))
        for _ in range(chance.choice([0, 0, 1, 3])):
            body[chance.randrange(len(body))] = chance.randrange(256)
        cut = bytes(body[: chance.choice([len(body), chance.randint(0, len(body))])])
        assert asked_host(cut) == whole(cut), cut.hex()
        told += whole(cut) is not None
    assert 1000 < told < 4000
