"""Captures written by hand for tests: Ethernet, IPv4 and TCP or UDP around given payload, in pcap or pcapng."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import ip_address

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def tcp(
    source: tuple[str, int],
    target: tuple[str, int],
    seq: int,
    payload: bytes = b"",
    flags: int = ACK,
    ack: int = 0,
) -> bytes:
    """An IP packet with a TCP segment; checksums stay zero, since nobody looks at them."""
    ports = struct.pack(">HH", source[1], target[1])
    segment = ports + struct.pack(">IIBBHHH", seq % (1 << 32), ack % (1 << 32), 0x50, flags, 65535, 0, 0)
    return ip(source[0], target[0], 6, segment + payload)


def udp(source: tuple[str, int], target: tuple[str, int], payload: bytes) -> bytes:
    """An IP packet with a UDP datagram."""
    head = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0)
    return ip(source[0], target[0], 17, head + payload)


def ip(source: str, target: str, protocol: int, carried: bytes, fragment: int = 0) -> bytes:
    """An IPv4 or IPv6 packet, by the form of the addresses."""
    ends = ip_address(source).packed + ip_address(target).packed
    if len(ends) == 8:
        return (
            struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(carried), 1, fragment, 64, protocol, 0)
            + ends
            + carried
        )
    return struct.pack(">IHBB", 6 << 28, len(carried), protocol, 64) + ends + carried


def ethernet(packet: bytes, kind: int | None = None) -> bytes:
    """An Ethernet frame around an IP packet, or around what a given EtherType says."""
    if kind is None:
        kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    return bytes(12) + kind.to_bytes(2, "big") + packet


@dataclass(frozen=True)
class Frame:
    """A frame with its time [ns since 1970]."""

    time_ns: int
    raw: bytes


def pcap(
    frames: list[Frame], link: int = 1, order: str = "<", nanoseconds: bool = True, snap: int = 65535
) -> bytes:
    """A pcap file."""
    magic, tick = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    told = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for frame in frames:
        seconds, rest = divmod(frame.time_ns, 1_000_000_000)
        kept = frame.raw[:snap]
        told.append(struct.pack(order + "IIII", seconds, rest // tick, len(kept), len(frame.raw)) + kept)
    return b"".join(told)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """A pcapng option."""
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<") -> bytes:
    """A pcapng section header."""
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(
    link: int = 1, resolution: int | None = None, offset_s: int | None = None, order: str = "<"
) -> bytes:
    """A pcapng interface description."""
    options = b""
    if resolution is not None:
        options += option(9, bytes([resolution]), order)
    if offset_s is not None:
        options += option(14, struct.pack(order + "q", offset_s), order)
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options + (bytes(4) if options else b""), order)


def packet_block(raw: bytes, ticks: int, number: int = 0, order: str = "<") -> bytes:
    """A pcapng enhanced packet block."""
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(raw), len(raw))
    return block(6, head + raw, order)
