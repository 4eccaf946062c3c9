"""Sessions out of closed flows: what the table counted, in the words of sessions.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.addresses import address_of
from gridcanary.network.captures.flow_table import FlowTable, Step
from gridcanary.network.ends import End, Source
from gridcanary.network.kernels.flow_columns import DOWN, GAP_BINS, GAP_LEAST_BITS, MOST_FLIGHTS, UP
from gridcanary.network.sessions import OPENINGS, TCP, Counts, Opening, Session, Timing


class _Scalars(NamedTuple):
    """Columns that are turned into Python's numbers all at once, which is far quicker than one by one."""

    serial: int
    file: int
    protocol: int
    up_is_a: int
    a_hi: int
    a_lo: int
    a_port: int
    b_hi: int
    b_lo: int
    b_port: int
    first_ns: int
    last_ns: int
    packets: tuple[int, int]
    bytes: tuple[int, int]
    data_packets: tuple[int, int]
    began: int
    flights: list[int]
    flight_count: int
    heads_seen: list[int]
    printable: int
    kind: int
    cut: int
    active_minutes: int
    shed: int


def sessions_of_step(table: FlowTable, step: Step, sources: list[Source]) -> Iterator[tuple[int, Session]]:
    """Sessions of the flows that a step closed, with the flows' numbers.

    Args:
        table: where the step came from; its pushes are read.
        step: the step.
        sources: by number of the file.
    """
    flows = step.closed
    if not len(flows):
        return
    columns: dict[str, list[Any]] = {name: flows[name].tolist() for name in _Scalars._fields}
    distinct = np.bitwise_count(flows["values"]).reshape(-1, 2, 4).sum(axis=2).tolist()
    timings = _timings(table, flows, columns)
    for told, values, timing in zip(
        map(_Scalars._make, zip(*columns.values(), strict=True)), distinct, timings, strict=True
    ):
        opening = _opening(told, values) if told.protocol == TCP else None
        yield told.serial, _session(told, sources[told.file], opening, timing)


def _session(told: _Scalars, source: Source, opening: Opening | None, timing: Timing) -> Session:
    """A session out of a flow's scalars."""
    a = End(address_of(told.a_hi, told.a_lo), told.a_port)
    b = End(address_of(told.b_hi, told.b_lo), told.b_port)
    client, server = (a, b) if told.up_is_a else (b, a)
    return Session(
        client,
        server,
        told.protocol,
        told.first_ns,
        told.last_ns,
        Counts(
            told.packets[0],
            told.packets[1],
            told.bytes[0],
            told.bytes[1],
            told.data_packets[0],
            told.data_packets[1],
        ),
        source,
        opening=opening,
        timing=timing,
        shed=bool(told.shed),
    )


def _opening(told: _Scalars, distinct: list[int]) -> Opening:
    seen_up = told.heads_seen[UP]
    return Opening(
        bool(told.began),
        tuple(told.flights[: min(told.flight_count, MOST_FLIGHTS)]),
        distinct[UP],
        distinct[DOWN],
        told.printable / seen_up if seen_up else 0.0,
        OPENINGS[told.kind],
    )


def _timings(table: FlowTable, flows: NDArray[np.void], columns: dict[str, list[Any]]) -> list[Timing]:
    """When the servers spoke unasked, and the flows' shapes."""
    gaps = gap_percentiles(flows["gaps"]).tolist()
    shares = top_share(flows["size_counts"], flows["size_errors"]).tolist()
    asks, answered, asked = (
        flows["asks"].tolist(),
        flows["asks_answered"].tolist(),
        ask_figures(flows).tolist(),
    )
    pushes = flows["pushes"].tolist()
    timings = []
    for i, (median_s, late_s) in enumerate(gaps):
        seen = (bool(columns["cut"][i]), columns["active_minutes"][i], median_s, late_s, shares[i])
        shape = (*seen, asks[i], answered[i], *asked[i])
        if pushes[i]:
            timings.append(Timing(*_in_order(*table.pushes(flows[i])), *shape))
        else:
            timings.append(Timing(_NO_TIMES, _NO_BYTES, *shape))
    return timings


_NO_TIMES, _NO_BYTES = np.zeros(0, np.int64), np.zeros(0, np.int32)
_NO_TIMES.flags.writeable = _NO_BYTES.flags.writeable = False


def _in_order(
    push_ns: NDArray[np.int64], push_bytes: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Pushes by time; packets of one capture may be a little out of order."""
    if (push_ns[1:] >= push_ns[:-1]).all():
        return push_ns, push_bytes
    order = np.argsort(push_ns, kind="stable")
    return push_ns[order], push_bytes[order]


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


def ask_figures(flows: NDArray[np.void]) -> NDArray[np.float64]:
    """Mean and standard deviation of the time between asks [s], share of their two commonest sizes, float (n, 3)."""
    gaps = np.maximum(flows["asks"] - 1, 1)
    mean = flows["ask_gap_s"] / gaps
    variance = np.maximum(flows["ask_gap_s2"] / gaps - mean**2, 0.0)
    told = np.column_stack((mean, np.sqrt(variance), top_share(flows["ask_counts"], flows["ask_errors"])))
    told[flows["asks"] < 3, :2] = 0.0
    return told


def top_share(counts: NDArray[np.int32], errors: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of payloads that surely have one of the two commonest sizes, float (n,).

    Args:
        counts, errors: what was counted for each size that is followed, and what it may owe to another, (n, slots).
    """
    sure = np.sort(counts - errors, axis=1)[:, -2:].sum(axis=1)
    total = counts.sum(axis=1)
    return np.divide(sure, total, out=np.zeros(len(counts)), where=total > 0)
