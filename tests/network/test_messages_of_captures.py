"""Mining in HTTP and WebSocket, from a capture's packets to the dialogue, by the product's own reassembly."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from gridcanary.network.captured_sessions import PayloadReaders, sessions_of_captures
from gridcanary.network.messages import MessageReader
from gridcanary.network.sessions import Session
from tests.network.messages.streams import DOWN, UP, Said
from tests.network.messages.talks import TALKS
from tests.network.messages.test_wrappings import getwork, websocket
from tests.network.written_captures import ACK, PSH, SYN, Frame, ethernet, pcap, tcp

ENDS = {UP: ("10.0.0.7", 50_000), DOWN: ("203.0.113.9", 8080)}
EPOCH_NS = 1_700_000_000 * 10**9


def captured(said: list[Said], begun: bool = True, size: int = 1400, only: bool | None = None) -> list[Frame]:
    """Frames of a conversation, each text in segments of at most a size."""
    at = {UP: 1000, DOWN: 9000}
    frames = []
    if begun:
        for up in (UP, DOWN):
            frames.append((up, EPOCH_NS, b"", SYN if up else SYN | ACK))
    for up, time, text in said:
        parts = [text[start : start + size] for start in range(0, len(text), size)]
        frames += [
            (up, EPOCH_NS + int(time * 1e9) + place, part, PSH | ACK) for place, part in enumerate(parts)
        ]
    written = []
    for up, time_ns, payload, flags in frames:
        segment = tcp(ENDS[up], ENDS[not up], at[up], payload, flags)
        at[up] += len(payload) + bool(flags & SYN)
        if only is None or only == up:
            written.append(Frame(time_ns, ethernet(segment)))
    return written


def session_of(frames: list[Frame], folder: Path) -> Session:
    """The only session of a capture of these frames."""
    path = folder / "one.pcap"
    path.write_bytes(pcap(frames))
    (session,) = sessions_of_captures([path], PayloadReaders(messages=MessageReader()))
    return session


TALKED = {
    **{family: talk() for family, talk in TALKS.items()},
    "getwork": getwork(chunk=512),
    "websocket": websocket(TALKS["cryptonote"]()),
    "websocket-deflated": websocket(TALKS["stratum_v1"](), deflated=True),
}


@pytest.mark.parametrize("size", [1400, 61])
@pytest.mark.parametrize("name", list(TALKED))
def test_every_wrapping_is_read_out_of_packets(name, size, tmp_path):
    found = session_of(captured(TALKED[name], size=size), tmp_path).dialogue
    assert found is not None
    assert len(found.shares) >= 2
    assert (found.shares.accepted == 1).any()
    assert found.login_count == 1
    assert found.begun


@pytest.mark.parametrize("name", [*TALKS, "getwork"])
@pytest.mark.parametrize("only", [UP, DOWN], ids=["client-only", "server-only"])
def test_one_side_from_the_middle_is_recognised(name, only, tmp_path):
    talk = [*TALKED[name], *TALKED[name]]
    rest = talk[2:] if name == "getwork" else talk[len(TALKED[name]) - 4 :]
    found = session_of(captured(rest, begun=False, only=only), tmp_path).dialogue
    assert found is not None
    assert found.family == name
    assert not found.begun


def test_packets_out_of_order_are_put_in_order(tmp_path):
    frames = captured(TALKS["cryptonote"](shares=20), size=100)
    random = Random(5)
    times = [frame.time_ns for frame in frames]
    for place in range(2, len(frames) - 3, 3):
        mixed = frames[place : place + 3]
        random.shuffle(mixed)
        frames[place : place + 3] = mixed
    frames = [Frame(time, frame.raw) for time, frame in zip(times, frames, strict=True)]
    found = session_of(frames, tmp_path).dialogue
    assert len(found.shares) == 20
    assert found.gaps == 0
