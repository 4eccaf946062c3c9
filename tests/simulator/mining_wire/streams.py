"""Streams of a capture, read by dpkt: a reader that shares no code with the product."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import dpkt


def packets_of(path: Path):
    """(time, IP packet) of each frame, checked whole."""
    with path.open("rb") as file:
        return [(time, dpkt.ethernet.Ethernet(frame).data) for time, frame in dpkt.pcap.Reader(file)]


def streams_of(path: Path) -> dict[tuple[bytes, int, bytes, int], bytes]:
    """Reassembled payload a direction, by source, port, target, port."""
    parts: dict = defaultdict(dict)
    begins: dict = {}
    for _, packet in packets_of(path):
        tcp = packet.data
        key = (packet.src, tcp.sport, packet.dst, tcp.dport)
        if tcp.flags & dpkt.tcp.TH_SYN:
            begins[key] = tcp.seq
        if tcp.data:
            parts[key][(tcp.seq - begins[key]) & 0xFFFFFFFF] = bytes(tcp.data)
    joined = {}
    for key, pieces in parts.items():
        data, expected = b"", 1
        for at in sorted(pieces):
            assert at <= expected, f"a hole at {expected}"
            data += pieces[at][expected - at :]
            expected = max(expected, at + len(pieces[at]))
        joined[key] = data
    return joined
