"""Ethernet frames of what passed a line, and the capture file that holds them."""

from __future__ import annotations

import ipaddress
import struct
import zlib
from pathlib import Path

import numpy as np

from gridcanary.network.ends import End
from gridcanary.simulator.mining_wire.conversation import ACK, SYN, Segment

TCP, UDP = 6, 17
PCAP_NS_MAGIC, ETHERNET = 0xA1B23C4D, 1
"""Magic number of captures with nanoseconds, and their link type, as draft-ietf-opsawg-pcap names them."""

CLIENT_MAC, SERVER_MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
WINDOW = 64_240


class CaptureTap:
    """Keeps what it sees as frames until they are written, in the order of time.

    Args:
        clock_error_ns: how far the sensor's clock goes ahead [ns].
    """

    def __init__(self, clock_error_ns: int = 0) -> None:
        self._clock_error_ns = clock_error_ns
        self._frames: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._frames)

    def saw(self, conversation: int, client: End, server: End, segment: Segment) -> None:
        """Keep a TCP segment."""
        source, target = (client, server) if segment.up else (server, client)
        body = _tcp(conversation, source, target, segment)
        self._keep(segment.time_ns, segment.up, source, target, TCP, body)

    def saw_datagram(self, time_ns: int, source: End, target: End, payload: bytes, *, up: bool) -> None:
        """Keep a UDP datagram; over IPv4 its checksum may be left out."""
        body = struct.pack(">HHHH", source.port, target.port, 8 + len(payload), 0) + payload
        self._keep(time_ns, up, source, target, UDP, body)

    def _keep(self, time_ns: int, up: bool, source: End, target: End, protocol: int, body: bytes) -> None:
        macs = SERVER_MAC + CLIENT_MAC if up else CLIENT_MAC + SERVER_MAC
        frame = macs + _ip(source, target, protocol, body)
        self._frames.append((time_ns + self._clock_error_ns, frame))

    def write(self, path: Path) -> None:
        """Write a pcap file with nanoseconds.

        Args:
            path: the file; what was there is lost.
        """
        with path.open("wb") as out:
            out.write(struct.pack("<IHHiIII", PCAP_NS_MAGIC, 2, 4, 0, 0, 262_144, ETHERNET))
            for time_ns, frame in sorted(self._frames, key=lambda one: one[0]):
                seconds, rest = divmod(time_ns, 1_000_000_000)
                out.write(struct.pack("<IIII", seconds, rest, len(frame), len(frame)) + frame)


def _ip(source: End, target: End, protocol: int, body: bytes) -> bytes:
    """EtherType and IP packet."""
    addresses = _packed(source) + _packed(target)
    if len(addresses) == 32:
        return struct.pack(">HIHBB", 0x86DD, 0x60000000, len(body), protocol, 60) + addresses + body
    number = zlib.crc32(body) & 0xFFFF
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), number, 0x4000, 60, protocol, 0) + addresses
    return b"\x08\x00" + head[:10] + _checksum(head) + head[12:] + body


def _tcp(conversation: int, source: End, target: End, segment: Segment) -> bytes:
    """TCP header and payload; the beginnings of both directions' numbers are those of the conversation."""
    begins = [zlib.crc32(b"%d/%d" % (conversation, up)) for up in (0, 1)]
    options = struct.pack(">BBHBBBB", 2, 4, 1452, 1, 1, 4, 2) if segment.flags & SYN else b""
    numbers = (
        (begins[segment.up] + segment.seq) & 0xFFFFFFFF,
        (begins[not segment.up] + segment.ack) & 0xFFFFFFFF if segment.flags & ACK else 0,
    )
    words = (20 + len(options)) // 4 << 4
    head = struct.pack(">HHIIBBHHH", source.port, target.port, *numbers, words, segment.flags, WINDOW, 0, 0)
    body = head + options + segment.payload
    pseudo = _packed(source) + _packed(target) + struct.pack(">HH", TCP, len(body))
    return body[:16] + _checksum(pseudo + body) + body[18:]


def _packed(end: End) -> bytes:
    return ipaddress.ip_address(end.address).packed


def _checksum(data: bytes) -> bytes:
    """The Internet checksum (RFC 1071)."""
    words = np.frombuffer(data + b"\0" if len(data) % 2 else data, ">u2")
    total = int(words.sum(dtype=np.int64))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)
