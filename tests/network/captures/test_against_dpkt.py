"""Real captures: the same frames, ends and payload as dpkt finds, an independent reader."""

from __future__ import annotations

from collections import Counter

import dpkt
import numpy as np
import pytest

from gridcanary.network.captures.addresses import address_of
from gridcanary.network.captures.frame_columns import BATCH
from gridcanary.network.captures.frames import frames_of
from gridcanary.network.ends import canonical
from gridcanary.network.kernels import packet_columns as packets
from gridcanary.network.kernels.decapsulation import decapsulate

from ..real_data import needs_network_data, real_captures

MOST_FRAMES = 400
"""Of a capture: dpkt is slow, and variety counts more than length."""


def ours(path):
    """Times and lengths of frames; (ends, ports, sequence, payload) of TCP and UDP in no tunnel."""
    rows, kinds = np.zeros(BATCH, packets.PACKET), np.zeros(7, np.int64)
    batch = next(frames_of(path, []), None)
    if batch is None:
        return [], Counter()
    columns = batch.columns[:MOST_FRAMES]
    decapsulate(batch.data, columns, rows, kinds)
    told = Counter()
    for row in rows[: len(columns)]:
        if row["kind"] in (packets.TCP_PACKET, packets.UDP_PACKET):
            source, target = (
                address_of(int(row[f"{end}_hi"]), int(row[f"{end}_lo"])) for end in ("src", "dst")
            )
            payload = batch.data[row["start"] : row["stop"]].tobytes()
            told[source, int(row["src_port"]), target, int(row["dst_port"]), int(row["seq"]), payload] += 1
    return [(int(row["time_ns"]), int(row["stop"] - row["start"])) for row in columns], told


def theirs(path):
    """The same by dpkt; Ethernet alone."""
    frames, told = [], Counter()
    with path.open("rb") as file:
        for time, raw in dpkt.pcap.UniversalReader(file):
            frames.append((round(float(time) * 1e6), len(raw)))
            if len(frames) == MOST_FRAMES + 1:
                break
            packet = dpkt.ethernet.Ethernet(raw).data
            if isinstance(packet, (dpkt.ip.IP, dpkt.ip6.IP6)) and isinstance(
                packet.data, (dpkt.tcp.TCP, dpkt.udp.UDP)
            ):
                inner = packet.data
                seq = inner.seq if isinstance(inner, dpkt.tcp.TCP) else 0
                ends = canonical(packet.src), inner.sport, canonical(packet.dst), inner.dport
                told[*ends, seq, bytes(inner.data)] += 1
    return frames[:MOST_FRAMES], told


TUNNELS = {2152, 4789, 8472, 6081, 3544, 1701}
"""Ports whose datagrams are opened."""


@needs_network_data
@pytest.mark.data
def test_frames_and_segments_are_those_of_dpkt():
    looked, segments = 0, 0
    for capture in real_captures():
        if (
            "fuzz" in capture.path.name
        ):  # headers that contradict themselves are read or refused, each in its way
            continue
        try:
            frames, expected = theirs(capture.path)
        except (ValueError, dpkt.UnpackError, dpkt.NeedData):
            continue
        found_frames, found = ours(capture.path)
        assert [size for _, size in found_frames] == [size for _, size in frames], capture.path
        if capture.path.suffix == ".pcap":  # of pcapng dpkt knows one interface's clock only
            times = zip((ns for ns, _ in found_frames), (us for us, _ in frames), strict=True)
            assert all(abs(time_ns // 1000 - time_us) <= 1 for time_ns, time_us in times), capture.path
        plain = {one for one in expected if not TUNNELS & {one[1], one[3]}}
        missing = {one for one in plain if one not in found}
        assert not missing, (capture.path, list(missing)[:2])
        looked, segments = looked + 1, segments + len(plain)
    assert looked > 0
    assert segments > 10 * looked
