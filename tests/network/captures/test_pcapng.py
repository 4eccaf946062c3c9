"""pcapng files: sections, interfaces with clocks of their own, all kinds of packet blocks, and what stands between."""

from __future__ import annotations

import struct
import time

import pytest

from gridcanary.network.kernels.pcapng_frames import nanoseconds

from ..written_captures import block, interface, option, packet_block, section
from .test_pcap import read

TIME_NS = 1_700_000_000_123_456_789


def write(tmp_path, *blocks: bytes):
    path = tmp_path / "a.pcapng"
    path.write_bytes(b"".join(blocks))
    return path


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "ticks", "time_ns"),
    [
        pytest.param(None, TIME_NS // 1000, TIME_NS // 1000 * 1000, id="microseconds unless told"),
        pytest.param(9, TIME_NS, TIME_NS, id="nanoseconds"),
        pytest.param(3, TIME_NS // 10**6, TIME_NS // 10**6 * 10**6, id="milliseconds"),
        pytest.param(0, TIME_NS // 10**9, TIME_NS // 10**9 * 10**9, id="seconds"),
        pytest.param(10, TIME_NS * 10 + 7, TIME_NS, id="finer than nanoseconds"),
        pytest.param(0x80 | 32, (TIME_NS << 32) // 10**9 + 1, TIME_NS, id="powers of two"),
    ],
)
def test_clocks(tmp_path, order, resolution, ticks, time_ns):
    blocks = (
        section(order),
        interface(101, resolution, order=order),
        packet_block(b"abcde", ticks, order=order),
    )
    told, notes = read(write(tmp_path, *blocks))
    assert [(raw, link) for _, raw, _, link in told] == [(b"abcde", 101)]
    assert abs(told[0][0] - time_ns) <= 1
    assert notes == []


@pytest.mark.parametrize(
    "resolution", [*range(20), 40, 127, *(0x80 | power for power in (0, 1, 20, 30, 40, 63, 127))]
)
@pytest.mark.parametrize("ticks", [0, 1, TIME_NS, (1 << 63) - 1, (1 << 64) - 1])
def test_times_are_those_of_exact_arithmetic_held_to_what_can_be_told(resolution, ticks):
    import numpy as np

    power = resolution & 0x7F
    units = 1 << min(power, 63) if resolution & 0x80 else 10 ** min(power, 19)
    exact = ticks * 10**9 // units
    told = nanoseconds(np.uint64(ticks), resolution, 0)
    assert 0 <= told < 1 << 63
    if exact < 1 << 62:
        assert abs(told - exact) <= 1


def test_an_offset_shifts_a_clock_either_way(tmp_path):
    blocks = [section(), interface(1, 9, 3600), interface(1, 9, -3600)]
    path = write(tmp_path, *blocks, packet_block(b"a", TIME_NS), packet_block(b"b", TIME_NS, number=1))
    assert [time for time, *_ in read(path)[0]] == [TIME_NS + 3600 * 10**9, TIME_NS - 3600 * 10**9]


def test_simple_and_old_packets_are_read_and_other_blocks_passed_over(tmp_path):
    old = struct.pack("<HHIIII", 0, 0, TIME_NS >> 32, TIME_NS & 0xFFFFFFFF, 3, 9) + b"old"
    path = write(
        tmp_path,
        section(),
        interface(1, 9),
        block(0x0000000A, b"secret keys that nobody reads!!!"),
        block(2, old),
        block(3, struct.pack("<I", 6) + b"simple"),
        block(0x0BAD, b"whatever"),
    )
    assert read(path) == ([(TIME_NS, b"old", 9, 1), (TIME_NS, b"simple", 6, 1)], [])


def test_each_section_has_its_own_interfaces_and_order(tmp_path):
    first = section("<"), interface(1, 9), packet_block(b"one", TIME_NS)
    second = section(">"), interface(113, 9, order=">"), packet_block(b"two", TIME_NS, order=">")
    assert [(raw, link) for _, raw, _, link in read(write(tmp_path, *first, *second))[0]] == [
        (b"one", 1),
        (b"two", 113),
    ]


def test_lost_packets_and_blocks_that_contradict_themselves_are_counted(tmp_path):
    statistics = block(5, struct.pack("<III", 0, 0, 0) + option(5, struct.pack("<Q", 77)) + bytes(4))
    nobody = packet_block(b"x", TIME_NS, number=4)
    lying = block(6, struct.pack("<IIIII", 0, 0, 0, 500, 500) + b"short")
    path = write(
        tmp_path, section(), interface(1, 9), nobody, lying, packet_block(b"ok", TIME_NS), statistics
    )
    told, notes = read(path)
    assert [raw for _, raw, *_ in told] == [b"ok"]
    assert [(note.code, note.count) for note in notes] == [("unreadable_blocks", 2), ("sensor_dropped", 77)]


def test_a_file_cut_anywhere_gives_the_whole_packets_before_the_cut(tmp_path):
    whole = section() + interface(1, 9)
    raw = whole + packet_block(b"one", TIME_NS)
    for size in range(28, len(raw) - 1):
        path = write(tmp_path, raw[:size])
        told, notes = read(path)
        assert told == []
        assert [note.code for note in notes] == ([] if size in (28, len(whole)) else ["truncated"])


def test_a_block_without_a_possible_length_ends_the_reading(tmp_path):
    path = write(
        tmp_path, section(), interface(1, 9), packet_block(b"one", TIME_NS), struct.pack("<III", 6, 3, 0)
    )
    told, notes = read(path)
    assert len(told) == 1
    assert [note.code for note in notes] == ["damaged"]


def test_a_file_of_interfaces_takes_no_longer_for_each_of_them(tmp_path):
    count = 20_000
    described = [interface(offset_s=number) + packet_block(b"x" * 60, 0, number) for number in range(count)]
    path = write(tmp_path, section(), *described)
    began = time.process_time()
    frames, notes = read(path)
    assert time.process_time() - began < 10  # a minute where all are gone through for each
    assert [frame[0] for frame in frames] == [number * 1_000_000_000 for number in range(count)]
    assert notes == []
