"""Pieces of payload from real captures by dpkt and plain dictionaries: a slow twin of the product's own reassembly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dpkt
import numpy as np

from gridcanary.network.pieces import Pieces

_LINKS = {1: dpkt.ethernet.Ethernet, 113: dpkt.sll.SLL}


@dataclass
class Flow:
    """A TCP conversation: packets, whether its SYN was seen, and the next sequence number by direction."""

    number: int
    ends: tuple
    packets: int = 0
    expected: dict[bool, int] = field(default_factory=dict)
    ahead: dict[bool, dict[int, tuple[bytes, int]]] = field(default_factory=lambda: {False: {}, True: {}})
    begun: set[bool] = field(default_factory=set)


def segments(path: Path) -> Iterator[tuple[int, bytes, bytes, dpkt.tcp.TCP]]:
    """Time [ns], source, destination and segment of each TCP packet that dpkt reads."""
    with path.open("rb") as file:
        try:
            reader = dpkt.pcap.Reader(file)
        except ValueError:
            file.seek(0)
            reader = dpkt.pcapng.Reader(file)
        link = reader.datalink()
        try:
            for time, frame in reader:
                try:
                    packet = _LINKS[link](frame).data if link in _LINKS else dpkt.ip.IP(frame)
                except (dpkt.UnpackError, IndexError, ValueError):
                    continue
                if isinstance(packet, dpkt.ip.IP | dpkt.ip6.IP6) and isinstance(packet.data, dpkt.tcp.TCP):
                    yield min(int(float(time) * 1e9), 2**62), packet.src, packet.dst, packet.data
        except (dpkt.UnpackError, ValueError):
            return


def pieces_of(path: Path) -> tuple[Pieces, dict[int, Flow]]:
    """All payload of a capture in stream order, and its flows."""
    flows: dict[tuple, Flow] = {}
    found: list[tuple[int, bool, int, bytes, bool, bool]] = []
    for time_ns, source, target, tcp in segments(path):
        key = (source, tcp.sport, target, tcp.dport)
        turned = (target, tcp.dport, source, tcp.sport)
        up = turned not in flows
        flow = flows.get(turned) or flows.setdefault(key, Flow(len(flows), key))
        flow.packets += 1
        if tcp.flags & dpkt.tcp.TH_SYN:
            flow.expected[up] = (tcp.seq + 1) & 0xFFFFFFFF
            flow.begun.add(up)
        if tcp.data:
            found += [(flow.number, up, time_ns, *piece) for piece in _in_order(flow, up, tcp.seq, tcp.data)]
    return _as_pieces(found), {flow.number: flow for flow in flows.values()}


def _in_order(flow: Flow, up: bool, sequence: int, payload: bytes) -> Iterator[tuple[bytes, bool, bool]]:
    expected = flow.expected.get(up)
    first, gap = up in flow.begun, expected is None
    flow.begun.discard(up)
    if expected is not None:
        offset = (sequence - expected + 0x80000000) % 0x100000000 - 0x80000000
        if offset < 0:
            payload = payload[-offset:]
            sequence = expected
        elif offset > 0:
            flow.ahead[up][sequence] = (payload, sequence)
            if len(flow.ahead[up]) < 16:
                return
            sequence = min(flow.ahead[up], key=lambda at: (at - expected) % 0x100000000)
            payload, gap = flow.ahead[up].pop(sequence)[0], True
    while payload:
        flow.expected[up] = (sequence + len(payload)) & 0xFFFFFFFF
        yield payload, gap, first
        gap = first = False
        sequence = flow.expected[up]
        payload = flow.ahead[up].pop(sequence, (b"", 0))[0]


def _as_pieces(found: list[tuple[int, bool, int, bytes, bool, bool]]) -> Pieces:
    sizes = np.array([len(row[3]) for row in found], np.int64)
    stop = np.cumsum(sizes)
    columns = list(zip(*found, strict=True)) or [()] * 6
    return Pieces(
        np.frombuffer(b"".join(columns[3]), np.uint8),
        np.array(columns[0], np.int64),
        np.array(columns[1], np.bool_),
        np.array(columns[2], np.int64),
        stop - sizes,
        stop,
        np.array(columns[4], np.bool_),
        np.array(columns[5], np.bool_),
    )
