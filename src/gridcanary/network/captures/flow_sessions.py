"""Sessions out of closed flows: what the table counted, in the words of sessions.py."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.flow_table import FlowTable, Step
from gridcanary.network.ends import End, Source, canonical
from gridcanary.network.kernels.flow_columns import DOWN, GAP_BINS, GAP_LEAST_BITS, MOST_FLIGHTS, UP
from gridcanary.network.sessions import OPENINGS, TCP, Counts, Opening, Session, Timing


def sessions_of_step(table: FlowTable, step: Step, sources: list[Source]) -> Iterator[tuple[int, Session]]:
    """Sessions of the flows that a step closed, with the flows' numbers; those without payload are left out.

    Args:
        table: where the step came from; its pushes are read.
        step: the step.
        sources: by number of the file.
    """
    rows = np.flatnonzero(step.closed["data_packets"].sum(axis=1) > 0)
    flows = step.closed[rows]
    gaps = gap_percentiles(flows["gaps"])
    shares = top_sizes_share(flows)
    for i in range(len(flows)):
        flow = flows[i]
        session = _session(flow, sources[int(flow["file"])])
        session.timing = _timing(table, flow, gaps[i], float(shares[i]))
        yield int(flow["serial"]), session


def _session(flow: np.void, source: Source) -> Session:
    """A session but for its timing."""
    a = End(_address(flow["a_hi"], flow["a_lo"]), int(flow["a_port"]))
    b = End(_address(flow["b_hi"], flow["b_lo"]), int(flow["b_port"]))
    client, server = (a, b) if flow["up_is_a"] else (b, a)
    packets, payload, data = flow["packets"].tolist(), flow["bytes"].tolist(), flow["data_packets"].tolist()
    return Session(
        client,
        server,
        int(flow["protocol"]),
        int(flow["first_ns"]),
        int(flow["last_ns"]),
        Counts(packets[UP], packets[DOWN], payload[UP], payload[DOWN], data[UP], data[DOWN]),
        source,
        opening=_opening(flow) if flow["protocol"] == TCP else None,
        shed=bool(flow["shed"]),
    )


def _address(high: np.uint64, low: np.uint64) -> str:
    """An address out of its two halves."""
    if not high and int(low) >> 32 == 0xFFFF:
        value = int(low)
        return f"{value >> 24 & 255}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return canonical(int(high).to_bytes(8, "big") + int(low).to_bytes(8, "big"))


def _opening(flow: np.void) -> Opening:
    seen_up = int(flow["heads_seen"][UP])
    words = [int(word) for word in flow["values"]]
    return Opening(
        complete=bool(flow["began"]),
        flights=tuple(flow["flights"][: min(int(flow["flight_count"]), MOST_FLIGHTS)].tolist()),
        distinct_up=sum(word.bit_count() for word in words[:4]),
        distinct_down=sum(word.bit_count() for word in words[4:]),
        printable_up=int(flow["printable"]) / seen_up if seen_up else 0.0,
        kind=OPENINGS[int(flow["kind"])],
    )


def _timing(table: FlowTable, flow: np.void, gaps: NDArray[np.float64], share: float) -> Timing:
    push_ns, push_bytes = table.pushes(flow)
    order = np.argsort(push_ns, kind="stable")
    return Timing(
        push_ns[order],
        push_bytes[order],
        bool(flow["cut"]),
        int(flow["active_minutes"]),
        float(gaps[0]),
        float(gaps[1]),
        share,
    )


def gap_percentiles(gaps: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Median and 99th percentile of the gaps [s], float (n, 2), 0 where there was none.

    Args:
        gaps: counts in half octaves from 2^GAP_LEAST_BITS ns on, (n, GAP_BINS); within one, gaps are taken to be
            spread evenly on the logarithmic scale.
    """
    total = gaps.sum(axis=1, dtype=np.int64)
    running = np.cumsum(gaps, axis=1, dtype=np.int64)
    told = np.zeros((len(gaps), 2))
    for column, part in enumerate((0.5, 0.99)):
        wanted = part * total
        bins = np.minimum((running < wanted[:, None]).sum(axis=1), GAP_BINS - 1)
        here = np.take_along_axis(gaps, bins[:, None], 1)[:, 0]
        before = np.take_along_axis(running, bins[:, None], 1)[:, 0] - here
        within = np.divide(wanted - before, here, out=np.zeros(len(gaps)), where=here > 0)
        told[:, column] = np.exp2(GAP_LEAST_BITS + (bins + within) / 2) / 1e9
    told[total == 0] = 0.0
    return told


def top_sizes_share(flows: NDArray[np.void]) -> NDArray[np.float64]:
    """Share of server payloads that surely have one of the two commonest sizes, float (n,)."""
    sure = np.sort(flows["size_counts"] - flows["size_errors"], axis=1)[:, -2:].sum(axis=1)
    total = flows["size_counts"].sum(axis=1)
    return np.divide(sure, total, out=np.zeros(len(flows)), where=total > 0)
