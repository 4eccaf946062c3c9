"""TLS hellos of real handshakes, split anywhere, in one direction, with bytes missing, and junk."""

from __future__ import annotations

import random
import ssl
from pathlib import Path

import pytest

from gridcanary.network.hello import MOST_SEEN, HelloReader, fingerprints_of
from gridcanary.network.sessions import Names
from tests.network.made_pieces import pieces_of, split
from tests.network.made_tls import CERTIFICATE_NAMES, talk

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> dict[ssl.TLSVersion, tuple[bytes, bytes]]:
    folder: Path = tmp_path_factory.mktemp("tls")
    return {version: talk(folder, version, "Pool.Example", ("h2", "http/1.1")) for version in (V12, V13)}


def read(*parts: tuple[int, bool, bytes], gaps: tuple[int, ...] = ()) -> Names | None:
    reader = HelloReader()
    reader.read(pieces_of(parts, gaps))
    return reader.close(1)


@pytest.mark.parametrize(
    ("version", "told", "certificate"), [(V12, "TLSv1.2", CERTIFICATE_NAMES), (V13, "TLSv1.3", ())]
)
def test_both_directions(talks, version, told: str, certificate: tuple[str, ...]) -> None:
    up, down = talks[version]
    reader = HelloReader()
    reader.read(pieces_of([(1, True, up[:200]), (1, True, up[200:])]))
    assert not reader.hopeless(1)
    reader.read(pieces_of([(1, False, down)]))
    assert reader.hopeless(1)
    names = reader.close(1)
    assert names is not None
    assert (names.tls, names.tls_version, names.alpn) == ("pool.example", told, ("h2", "http/1.1"))
    assert names.certificate == certificate
    ja3, ja4 = fingerprints_of(names)
    assert ja3 is not None
    assert ja4 is not None
    assert ja4.startswith(f"t{told[4:].replace('.', '')}d")
    assert ja4.split("_")[0].endswith("h2")
    assert len(ja3) == 32
    assert reader.close(1) is None


def test_split_anywhere_gives_the_same(talks) -> None:
    up, down = talks[V12]
    whole = read((1, True, up), (1, False, down))
    chance = random.Random(3)
    for _ in range(60):
        parts = [(1, True, part) for part in split(up, [chance.randrange(len(up)) for _ in range(5)])]
        parts += [(1, False, part) for part in split(down, [chance.randrange(len(down)) for _ in range(9)])]
        assert read(*parts) == whole
    assert read(*[(1, True, bytes([byte])) for byte in up], (1, False, down)) == whole


def test_records_may_be_cut_finer_than_messages(talks) -> None:
    up, _ = talks[V13]
    body = up[5 : 5 + int.from_bytes(up[3:5], "big")]
    fine = b"".join(
        b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part for part in split(body, range(0, 600, 40))
    )
    names = read((1, True, fine))
    assert names is not None
    assert names.tls == "pool.example"


def test_directions_may_be_presumed_wrongly(talks) -> None:
    up, down = talks[V12]
    assert read((1, False, up), (1, True, down)) == read((1, True, up), (1, False, down))


def test_one_direction_tells_what_it_can(talks) -> None:
    up, down = talks[V12]
    client, server = read((1, True, up)), read((1, False, down))
    assert client is not None
    assert server is not None
    assert (client.tls, client.tls_version, client.certificate) == ("pool.example", None, ())
    assert (server.tls, server.tls_version, server.certificate) == (None, "TLSv1.2", CERTIFICATE_NAMES)


def test_a_gap_ends_a_direction_but_not_before_a_fresh_hello(talks) -> None:
    up, down = talks[V12]
    assert read((1, True, up[:100]), (1, True, up[120:]), gaps=(1,)) is None
    names = read((1, True, up), (1, False, down), gaps=(0, 1))
    assert names is not None
    assert names.certificate == CERTIFICATE_NAMES


def test_flows_stand_side_by_side(talks) -> None:
    (up, down), (other, _) = talks[V12], talks[V13]
    reader = HelloReader()
    reader.read(
        pieces_of([(1, True, up[:99]), (2, True, other[:50]), (1, True, up[99:]), (2, True, other[50:])])
    )
    reader.read(pieces_of([(1, False, down)]))
    one, two = reader.close(1), reader.close(2)
    assert one is not None
    assert two is not None
    assert fingerprints_of(one) != fingerprints_of(two)
    assert two.certificate == ()


def test_damaged_hellos_never_break_the_reader(talks) -> None:
    chance = random.Random(11)
    for up, down in talks.values():
        for _ in range(400):
            damaged = [bytearray(up), bytearray(down)]
            for one in damaged:
                for _ in range(chance.randint(1, 6)):
                    one[chance.randrange(min(len(one), 600))] = chance.randrange(256)
            names = read((1, True, bytes(damaged[0])), (1, False, bytes(damaged[1])))
            assert names is None or names.tls is None or names.tls.isascii()


def test_endless_junk_is_given_up() -> None:
    reader = HelloReader()
    record = b"\x16\x03\x01\x40\x00\x01\x00\xff\xff" + bytes(16_380)
    for _ in range(MOST_SEEN // len(record) + 2):
        reader.read(pieces_of([(1, True, record)]))
    assert reader.hopeless(1)
    assert reader.close(1) is None
