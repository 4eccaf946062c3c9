"""One TCP segment in every wrapping must come out the same; what is cut or lies must come out as nothing."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from gridcanary.network.captures.addresses import address_of
from gridcanary.network.captures.frame_columns import FRAME
from gridcanary.network.kernels import packet_columns as packets
from gridcanary.network.kernels.decapsulation import decapsulate

from ..written_captures import ACK, ethernet, ip, tcp, udp

CLIENT, SERVER, TEXT = ("10.0.0.7", 50123), ("192.0.2.9", 3333), b'{"method":"login"}'
CLIENT6, SERVER6 = ("2001:db8::7", 50123), ("2001:db8::9", 3333)
INNER = tcp(CLIENT, SERVER, 0xDEADBEEF, TEXT, ACK, 77)
INNER6 = tcp(CLIENT6, SERVER6, 0xDEADBEEF, TEXT, ACK, 77)
OUTER = ("198.51.100.1", 4000), ("198.51.100.2", 4001)


def unwrapped(raw: bytes, link: int = 1, wire_bytes: int | None = None):
    """(kind, packet row, payload) of one frame that stands in the middle of a window."""
    data = np.frombuffer(b"\xaa" * 7 + raw + b"\xbb" * 9, np.uint8)
    frames, rows, kinds = np.zeros(1, FRAME), np.zeros(1, packets.PACKET), np.zeros(7, np.int64)
    frames[0] = (0, 7, 7 + len(raw), wire_bytes or len(raw), link)
    decapsulate(data, frames, rows, kinds)
    row = rows[0]
    return int(row["kind"]), row, data[row["start"] : row["stop"]].tobytes()


def outer(protocol: int, carried: bytes) -> bytes:
    return ethernet(ip(OUTER[0][0], OUTER[1][0], protocol, carried))


def over_udp(port: int, carried: bytes, source: int = 4000) -> bytes:
    return ethernet(udp((OUTER[0][0], source), (OUTER[1][0], port), carried))


def extended(kind: int, head: bytes, rest: bytes) -> bytes:
    """IPv6 with an extension header before TCP."""
    segment = INNER6[40:]
    return ethernet(ip(CLIENT6[0], SERVER6[0], kind, b"\x06" + head + segment + rest))


PPP_IP = b"\x00\x21" + INNER
WRAPPINGS = [
    pytest.param(ethernet(INNER), 1, id="Ethernet"),
    pytest.param(ethernet(INNER) + bytes(12), 1, id="Ethernet padding"),
    pytest.param(ethernet(b"\x00\x05\x08\x00" + INNER, 0x8100), 1, id="VLAN"),
    pytest.param(ethernet(b"\x00\x05\x81\x00\x00\x06\x08\x00" + INNER, 0x88A8), 1, id="QinQ"),
    pytest.param(ethernet(b"\x11\x00\x00\x01" + struct.pack(">H", len(PPP_IP)) + PPP_IP, 0x8864), 1, id="PPPoE"),
    pytest.param(ethernet(b"\x00\x01\x01\x40" + INNER, 0x8847), 1, id="MPLS"),
    pytest.param(ethernet(b"\x00\x01\x00\x40\x00\x02\x01\x40" + INNER, 0x8847), 1, id="MPLS two labels"),
    pytest.param(ethernet(b"\x00\x01\x01\x40" + bytes(4) + ethernet(INNER), 0x8847), 1, id="MPLS pseudowire"),
    pytest.param(ethernet(b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + INNER, 300), 1, id="LLC SNAP"),
    pytest.param(bytes(14) + b"\x08\x00" + INNER, 113, id="Linux cooked"),
    pytest.param(b"\x08\x00" + bytes(18) + INNER, 276, id="Linux cooked 2"),
    pytest.param(bytes(14) + b"\x81\x00\x00\x07\x08\x00" + INNER, 113, id="Linux cooked VLAN"),
    pytest.param(INNER, 101, id="raw"),
    pytest.param(INNER, 12, id="raw of BSD"),
    pytest.param(INNER, 228, id="IPv4"),
    pytest.param(b"\x02\x00\x00\x00" + INNER, 0, id="null"),
    pytest.param(b"\x00\x00\x00\x02" + INNER, 108, id="loop"),
    pytest.param(PPP_IP, 9, id="PPP"),
    pytest.param(b"\xff\x03\x21" + INNER, 9, id="PPP with short protocol"),
    pytest.param(b"\x0f\x00\x08\x00" + INNER, 104, id="Cisco HDLC"),
    pytest.param(outer(4, INNER), 1, id="IP in IP"),
    pytest.param(outer(4, ip("10.9.9.9", "10.8.8.8", 4, INNER)), 1, id="IP in IP in IP"),
    pytest.param(outer(47, b"\x00\x00\x08\x00" + INNER), 1, id="GRE"),
    pytest.param(outer(47, b"\xb0\x00\x08\x00" + bytes(12) + INNER), 1, id="GRE checksum key sequence"),
    pytest.param(outer(47, b"\x00\x00\x65\x58" + ethernet(INNER)), 1, id="GRE Ethernet"),
    pytest.param(outer(47, b"\x30\x81\x88\x0b" + bytes(12) + b"\xff\x03" + PPP_IP), 1, id="PPTP"),
    pytest.param(outer(47, b"\x10\x00\x88\xbe" + bytes(12) + ethernet(INNER)), 1, id="ERSPAN II"),
    pytest.param(outer(137, b"\x00\x01\x01\x40" + INNER), 1, id="MPLS in IP"),
    pytest.param(outer(97, bytes([0x30, 0]) + ethernet(INNER)), 1, id="EtherIP"),
    pytest.param(over_udp(2152, b"\x30\xff" + bytes(6) + INNER), 1, id="GTP-U"),
    pytest.param(over_udp(2152, b"\x34\xff" + bytes(9) + b"\x85\x01\x00\x00\x00" + INNER), 1, id="GTP-U extension"),
    pytest.param(over_udp(4789, b"\x08" + bytes(7) + ethernet(INNER)), 1, id="VXLAN"),
    pytest.param(over_udp(6081, b"\x01\x00\x65\x58" + bytes(8) + ethernet(INNER)), 1, id="Geneve with option"),
    pytest.param(over_udp(1701, b"\x00\x02\x00\x01\x00\x02" + PPP_IP, 1701), 1, id="L2TP"),
]  # fmt: skip
WRAPPINGS6 = [
    pytest.param(ethernet(INNER6), 1, id="Ethernet"),
    pytest.param(outer(41, INNER6), 1, id="6in4"),
    pytest.param(INNER6, 229, id="IPv6"),
    pytest.param(b"\x1e\x00\x00\x00" + INNER6, 0, id="null of a Mac"),
    pytest.param(over_udp(3544, b"\x00\x00" + bytes(6) + INNER6), 1, id="Teredo with origin"),
    pytest.param(extended(0, bytes(7), b""), 1, id="hop by hop"),
    pytest.param(extended(60, b"\x01" + bytes(14), b""), 1, id="destination options"),
    pytest.param(extended(44, b"\x00\x00\x01\x00\x00\x00\x01", b""), 1, id="first fragment"),
    pytest.param(extended(51, b"\x04" + bytes(22), b""), 1, id="authentication"),
]


@pytest.mark.parametrize(("raw", "link"), WRAPPINGS)
def test_ipv4_comes_out_of_every_wrapping(raw, link):
    kind, row, payload = unwrapped(raw, link)
    assert kind == packets.TCP_PACKET
    assert (address_of(int(row["src_hi"]), int(row["src_lo"])), int(row["src_port"])) == CLIENT
    assert (address_of(int(row["dst_hi"]), int(row["dst_lo"])), int(row["dst_port"])) == SERVER
    assert (int(row["seq"]), int(row["ack"]), int(row["flags"]), payload) == (0xDEADBEEF, 77, ACK, TEXT)
    assert row["wire_payload"] == len(TEXT)


@pytest.mark.parametrize(("raw", "link"), WRAPPINGS6)
def test_ipv6_comes_out_of_every_wrapping(raw, link):
    kind, row, payload = unwrapped(raw, link)
    assert kind == packets.TCP_PACKET
    assert (address_of(int(row["src_hi"]), int(row["src_lo"])), int(row["src_port"])) == CLIENT6
    assert (address_of(int(row["dst_hi"]), int(row["dst_lo"])), int(row["dst_port"])) == SERVER6
    assert (int(row["seq"]), payload) == (0xDEADBEEF, TEXT)


@pytest.mark.parametrize("port", [2152, 4789, 6081, 3544, 1701])
def test_datagrams_to_a_tunnel_port_that_carry_something_else_stay_datagrams(port):
    kind, row, payload = unwrapped(over_udp(port, b"\x30\xff\x08 something else entirely", port))
    assert kind == packets.UDP_PACKET
    assert (int(row["src_port"]), int(row["dst_port"])) == (port, port)
    assert payload.endswith(b"entirely")


@pytest.mark.parametrize(
    ("raw", "link", "kind"),
    [
        pytest.param(ethernet(bytes(28), 0x0806), 1, packets.NOT_IP, id="ARP"),
        pytest.param(ethernet(ip("10.0.0.1", "10.0.0.2", 1, bytes(8))), 1, packets.OTHER_IP, id="ICMP"),
        pytest.param(
            ethernet(ip("10.0.0.1", "10.0.0.2", 6, INNER[20:], 5)), 1, packets.FRAGMENT, id="fragment"
        ),
        pytest.param(ethernet(INNER[:30]), 1, packets.MALFORMED, id="cut TCP head"),
        pytest.param(ethernet(b"\x42" + INNER[1:]), 1, packets.MALFORMED, id="IP head too short"),
        pytest.param(
            ethernet(INNER[:32] + b"\xf0" + INNER[33:52]), 1, packets.MALFORMED, id="TCP head past the end"
        ),
        pytest.param(INNER, 105, packets.UNKNOWN_LINK, id="link type that isn't read"),
        pytest.param(b"", 1, packets.NOT_IP, id="empty"),
    ],
)
def test_what_has_no_ports_is_told_apart(raw, link, kind):
    assert unwrapped(raw, link)[0] == kind


def test_a_snapped_segment_keeps_its_length_on_the_wire():
    raw = ethernet(INNER)
    kind, row, payload = unwrapped(raw[:-10], wire_bytes=len(raw))
    assert (kind, payload, int(row["wire_payload"])) == (packets.TCP_PACKET, TEXT[:-10], len(TEXT))


def test_a_segment_that_the_card_is_to_cut_has_no_ip_length():
    raw = ethernet(INNER[:2] + bytes(2) + INNER[4:])
    assert unwrapped(raw)[2] == TEXT


def test_cut_and_changed_frames_never_reach_outside_of_themselves():
    rng = random.Random(20260101)
    frames = [param.values for param in (*WRAPPINGS, *WRAPPINGS6)]
    for _ in range(20_000):
        raw, link = rng.choice(frames)
        changed = bytearray(raw[: rng.randint(0, len(raw))] if rng.random() < 0.5 else raw)
        for _ in range(rng.randint(0, 4) if changed else 0):
            changed[rng.randrange(len(changed))] = rng.choice((0, 255, rng.randrange(256)))
        kind, row, _ = unwrapped(bytes(changed), link)
        if kind in (packets.TCP_PACKET, packets.UDP_PACKET):
            assert 7 <= row["start"] <= row["stop"] <= 7 + len(changed)
            assert row["wire_payload"] >= 0
            assert row["stop"] - row["start"] <= row["wire_payload"]
