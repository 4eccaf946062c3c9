"""Streams put together from segments in any order, beside a slow twin; junk anywhere in a capture."""

from __future__ import annotations

import itertools
import random

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.captured_sessions import PayloadReaders, sessions_of_captures

from .test_captured_sessions import BEGIN, MINER, POOL, SECOND, Recorder
from .written_captures import ACK, SYN, Frame, ethernet, interface, packet_block, pcap, section, tcp

HEAD = b'{"id":1,"method":"login"}\n'


def read(path, frames: list[Frame], recorder: Recorder) -> None:
    path.write_bytes(pcap(frames))
    for _ in sessions_of_captures([path], PayloadReaders(messages=recorder)):
        pass


def segments_of(rng: random.Random, size: int) -> list[tuple[int, int]]:
    """A text cut at random, some parts sent twice or again with what stood before."""
    cuts = sorted({0, size, *(rng.randrange(size) for _ in range(30))})
    parts = list(itertools.pairwise(cuts))
    parts += [(max(0, start - rng.randint(0, 40)), stop) for start, stop in rng.sample(parts, 6)]
    return parts


def shuffled_a_little(rng: random.Random, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts in an order that a network may bring: none moves by more than some places."""
    return [part for _, part in sorted((i + rng.random() * 12, part) for i, part in enumerate(parts))]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_order_the_text_is_whole(tmp_path, seed):
    rng = random.Random(seed)
    text = HEAD + bytes(rng.randrange(256) for _ in range(rng.choice((200, 3000, 20_000))))
    begin = rng.choice((5, 2**32 - 100, rng.randrange(2**32)))
    frames = [Frame(BEGIN, ethernet(tcp(MINER, POOL, begin - 1, flags=SYN)))]
    frames.append(Frame(BEGIN + 1, ethernet(tcp(MINER, POOL, begin, HEAD))))
    for i, (start, stop) in enumerate(shuffled_a_little(rng, segments_of(rng, len(text)))):
        raw = ethernet(tcp(MINER, POOL, begin + start, text[start:stop]))
        frames.append(Frame(BEGIN + 1_000_000 * (i + 1), raw))
    recorder = Recorder()
    read(tmp_path / "a.pcap", frames, recorder)
    assert recorder.closed == [{True: b"^" + text}]


@pytest.mark.parametrize("seed", range(40))
def test_lost_segments_leave_marked_gaps_and_the_rest_in_order(tmp_path, seed):
    rng = random.Random(1000 + seed)
    lines = [b'{"n":%d}\n' % i for i in range(100)]
    kept = [0, *(i for i in range(1, 100) if rng.random() < 0.8)]
    frames, at = [Frame(BEGIN, ethernet(tcp(MINER, POOL, 999, flags=SYN)))], 1000
    for i, line in enumerate(lines):
        if i in kept:
            frames.append(Frame(BEGIN + i * SECOND * 2, ethernet(tcp(MINER, POOL, at, line))))
        at += len(line)
    twin = b"".join(
        (b"^" if i == 0 else b"|" if i - 1 not in kept else b"") + line
        for i, line in enumerate(lines)
        if i in kept
    )
    recorder = Recorder()
    read(tmp_path / "a.pcap", frames, recorder)
    assert recorder.closed == [{True: twin}]


def test_a_position_far_off_is_not_believed_at_once_but_when_it_stays(tmp_path):
    def at(second: float, seq: int, text: bytes) -> Frame:
        return Frame(BEGIN + round(second * SECOND), ethernet(tcp(MINER, POOL, seq, text)))

    jumped = [at(10 + i, 900_000_000 + 8 * i, b'{"c":%d}\n' % i) for i in range(5)]
    recorder = Recorder()
    read(
        tmp_path / "a.pcap",
        [at(0, 100, HEAD), at(1, 800_000_000, b"junk"), at(2, 126, b'{"b":1}\n'), *jumped],
        recorder,
    )
    assert recorder.closed == [{True: b"|" + HEAD + b'{"b":1}\n|{"c":2}\n{"c":3}\n{"c":4}\n'}]


def test_many_holes_at_once_are_held_in_bounded_room(tmp_path):
    frames = []
    for i in range(300):
        frames.append(Frame(BEGIN + i, ethernet(tcp(("10.0.0.7", 2000 + i), POOL, 10, HEAD))))
        for k in range(40):
            raw = tcp(("10.0.0.7", 2000 + i), POOL, 100 + 100 * k, b"%04d" % k + bytes(1400))
            frames.append(Frame(BEGIN + 1000 + i, ethernet(raw)))
    recorder = Recorder()
    read(tmp_path / "a.pcap", frames, recorder)
    assert len(recorder.closed) == 300
    for sides in recorder.closed:
        assert sides[True].startswith(b"|" + HEAD)
        assert len(sides[True]) >= 4000


def small_capture() -> bytes:
    frames = [Frame(BEGIN, ethernet(tcp(MINER, POOL, 99, flags=SYN)))]
    for i in range(12):
        frames.append(Frame(BEGIN + i * SECOND, ethernet(tcp(MINER, POOL, 100 + 26 * i, HEAD))))
        frames.append(Frame(BEGIN + i * SECOND, ethernet(tcp(POOL, MINER, 500 + 9 * i, b'{"r":"1"}', ACK))))
    return pcap(frames)


def small_pcapng() -> bytes:
    raw = ethernet(tcp(MINER, POOL, 100, HEAD))
    packets = b"".join(packet_block(raw, (BEGIN + i * SECOND) // 1000) for i in range(6))
    return (
        section()
        + interface()
        + packets
        + section(">")
        + interface(order=">")
        + packet_block(raw, 9, order=">")
    )


@pytest.mark.parametrize(
    "whole", [pytest.param(small_capture(), id="pcap"), pytest.param(small_pcapng(), id="pcapng")]
)
def test_junk_anywhere_gives_sessions_notes_or_a_refusal(tmp_path, whole):
    rng, path = random.Random(7), tmp_path / "a"
    for _ in range(400):
        raw = bytearray(whole[: rng.randint(1, len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.choice((1, 1, 3, 30))):
            at = rng.randrange(len(raw))
            raw[at : at + rng.choice((1, 4))] = rng.randbytes(rng.choice((1, 4)))
        path.write_bytes(raw)
        notes: list = []
        try:
            sessions = list(
                sessions_of_captures([path], PayloadReaders(messages=Recorder()), most_flows=64, notes=notes)
            )
        except InputError:
            continue
        assert all(0 <= session.first_ns <= session.last_ns for session in sessions)
        assert sum(session.counts.packets for session in sessions) <= len(raw) // 54
