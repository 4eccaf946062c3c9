"""Captures to sessions: who speaks to whom, what is handed to readers, what is said about the rest."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from gridcanary.network.captured_sessions import CaptureTotals, PayloadReaders, sessions_of_captures
from gridcanary.network.dialogue import Dialogue
from gridcanary.network.ends import End, Source
from gridcanary.network.names_seen import NameSeen, NamesSeen
from gridcanary.network.pieces import Pieces

from .written_captures import ACK, FIN, RST, SYN, Frame, ethernet, pcap, tcp, udp

MINER, POOL = ("10.0.0.7", 50123), ("192.0.2.9", 3333)
SECOND = 1_000_000_000
BEGIN = 1_700_000_000 * SECOND


class Recorder:
    """A reader that keeps all that it is given, with ``|`` for a gap and ``^`` for a beginning."""

    def __init__(self, enough: int = 1 << 60) -> None:
        self.streams: dict[tuple[int, bool], bytes] = defaultdict(bytes)
        self.closed: list[dict[bool, bytes]] = []
        self.enough = enough

    def read(self, pieces: Pieces) -> None:
        for i in range(len(pieces)):
            text = pieces.data[pieces.start[i] : pieces.stop[i]].tobytes()
            marks = b"^" * int(pieces.first[i]) + b"|" * int(pieces.gap[i])
            self.streams[int(pieces.flow[i]), bool(pieces.up[i])] += marks + text

    def close(self, flow: int) -> Dialogue | None:
        sides = {up: self.streams.pop((flow, up)) for up in (True, False) if (flow, up) in self.streams}
        self.closed.append(sides)
        return Dialogue("stratum_v1", {}, reversed=b"turn" in b"".join(sides.values())) if sides else None

    def hopeless(self, flow: int) -> bool:
        return sum(len(self.streams.get((flow, up), b"")) for up in (True, False)) > self.enough


def scan(tmp_path: Path, packets: list[tuple[float, bytes]], reader: Recorder | None = None, **more):
    """Sessions of packets given with seconds since the beginning."""
    path = tmp_path / "some.pcap"
    path.write_bytes(pcap([Frame(BEGIN + round(at * SECOND), ethernet(raw)) for at, raw in packets]))
    return list(sessions_of_captures([path], PayloadReaders(messages=reader), **more))


def conversation(up: list[bytes], down: list[bytes], begin: bool = True) -> list[tuple[float, bytes]]:
    """Lines that go back and forth, a second apart, with the handshake."""
    mine, theirs = 1000, 5000
    packets = []
    if begin:
        packets = [
            (0.0, tcp(MINER, POOL, mine - 1, flags=SYN)),
            (0.1, tcp(POOL, MINER, theirs - 1, flags=SYN | ACK)),
        ]
    at = 1.0
    for asked, answered in zip(up, down, strict=True):
        packets.append((at, tcp(MINER, POOL, mine, asked)))
        packets.append((at + 0.5, tcp(POOL, MINER, theirs, answered)))
        mine, theirs, at = mine + len(asked), theirs + len(answered), at + 1
    return packets


def test_a_conversation_is_one_session_with_both_streams(tmp_path):
    recorder = Recorder()
    (session,) = scan(
        tmp_path, conversation([b'{"a":1}\n', b'{"b":2}\n'], [b'{"r":1}\n', b'{"s":22}\n']), recorder
    )
    assert recorder.closed == [{True: b'^{"a":1}\n{"b":2}\n', False: b'^{"r":1}\n{"s":22}\n'}]
    assert (session.client, session.server) == (End(*MINER), End(*POOL))
    assert (session.counts.packets_up, session.counts.packets_down) == (3, 3)
    assert (session.counts.bytes_up, session.counts.bytes_down) == (16, 17)
    assert (session.counts.data_packets_up, session.counts.data_packets_down) == (2, 2)
    assert session.opening.complete
    assert session.opening.flights == (8, -8, 8, -9)
    assert session.opening.kind == "json"
    assert session.opening.distinct_up == len(set(b'{"a":1}\n{"b":2}\n'))
    assert (session.first_ns, session.last_ns) == (BEGIN, BEGIN + 2_500_000_000)
    assert session.timing.pushes_ns.tolist() == [BEGIN + 1_500_000_000, BEGIN + 2_500_000_000]
    assert session.timing.push_bytes.tolist() == [8, 9]
    assert session.dialogue is not None


def test_segments_out_of_order_doubled_and_overlapping_come_in_stream_order(tmp_path):
    text = b'{"id":1,"method":"login"}\n{"id":2}\n'
    recorder = Recorder()
    packets = [(0, tcp(MINER, POOL, 99, flags=SYN))]
    for at, (start, stop) in enumerate([(0, 5), (10, 20), (0, 5), (3, 12), (25, 30), (20, 35)]):
        packets.append((0.01 * at + 0.01, tcp(MINER, POOL, 100 + start, text[start:stop])))
    scan(tmp_path, packets, recorder)
    assert recorder.closed == [{True: b"^" + text}]


def test_sequence_numbers_wrap(tmp_path):
    recorder = Recorder()
    start = (1 << 32) - 6
    packets = [(0, tcp(MINER, POOL, start - 1, flags=SYN)), (1, tcp(MINER, POOL, start, b'{"a":"b'))]
    scan(tmp_path, [*packets, (2, tcp(MINER, POOL, start + 7, b'c"}'))], recorder)
    assert recorder.closed == [{True: b'^{"a":"bc"}'}]


def test_a_lost_segment_leaves_a_gap_after_a_second(tmp_path):
    recorder = Recorder()
    packets = [
        (0, tcp(MINER, POOL, 99, flags=SYN)),
        (0.1, tcp(MINER, POOL, 100, b'{"a":1}\n')),
        (0.2, tcp(MINER, POOL, 120, b'{"b":2}\n')),
        (5.0, tcp(MINER, POOL, 128, b'{"c":3}\n')),
    ]
    scan(tmp_path, packets, recorder)
    assert recorder.closed == [{True: b'^{"a":1}\n|{"b":2}\n{"c":3}\n'}]


def test_the_middle_of_a_conversation_is_read_from_where_it_speaks_of_json_rpc(tmp_path):
    recorder = Recorder()
    packets = [
        (0, tcp(POOL, MINER, 7000, b'4f","params":["x"],"method":"mining.notify"}\n')),
        (1, tcp(MINER, POOL, 300, b'{"method":"mining.submit"}\n')),
    ]
    (session,) = scan(tmp_path, packets, recorder)
    assert session.client == End(*MINER)
    assert not session.opening.complete
    assert recorder.closed == [
        {True: b'|{"method":"mining.submit"}\n', False: b'|4f","params":["x"],"method":"mining.notify"}\n'}
    ]


def test_what_is_no_json_is_handed_to_nobody_and_still_a_session(tmp_path):
    recorder = Recorder()
    (session,) = scan(tmp_path, conversation([bytes(range(200))], [b"\x00" * 40]), recorder)
    assert recorder.closed == [{}]
    assert session.dialogue is None
    assert session.opening.kind == "binary"
    assert session.opening.distinct_up == 64


def test_a_reader_that_gives_up_gets_nothing_more(tmp_path):
    recorder = Recorder(enough=10)
    lines = [b'{"chat":"%d"}\n' % i for i in range(12_000)]
    scan(tmp_path, conversation(lines, lines), recorder)
    assert lines[0] in recorder.closed[0][True]
    assert lines[-1] not in recorder.closed[0][True]


def test_messages_that_tell_who_mines_turn_the_session(tmp_path):
    packets = conversation([b'{"turn":1}'], [b'{"r":12345}'])
    (session,) = scan(tmp_path, packets, Recorder())
    assert (session.client, session.server) == (End(*POOL), End(*MINER))
    assert (session.counts.bytes_up, session.counts.bytes_down) == (11, 10)
    assert session.opening.flights == (-10, 11)
    assert len(session.timing.pushes_ns) == 0


def test_a_new_syn_begins_a_new_session(tmp_path):
    first = conversation([b"{}"], [b"{}"])
    later = [(at + 60, raw) for at, raw in conversation([b'{"x":0}'], [b"{}"])]
    again = [(at, raw.replace((999).to_bytes(4, "big"), (998).to_bytes(4, "big"))) for at, raw in later]
    assert len(scan(tmp_path, [*first, (3, tcp(MINER, POOL, 1002, flags=RST)), *again])) == 2


@pytest.mark.parametrize(
    ("seconds", "count"), [pytest.param(1700, 1, id="pause"), pytest.param(1900, 2, id="over")]
)
def test_long_silence_ends_a_session(tmp_path, seconds, count):
    begin = conversation([b"{}"], [b"{}"])
    assert len(scan(tmp_path, [*begin, (1.5 + seconds, tcp(MINER, POOL, 1002, b"{}"))])) == count


def test_connections_without_payload_are_counted_and_give_no_session(tmp_path):
    totals, notes = CaptureTotals(), []
    packets = [(i, tcp(("10.0.0.8", 1024 + i), POOL, 1, flags=SYN)) for i in range(20)]
    assert scan(tmp_path, packets, totals=totals, notes=notes) == []
    assert (totals.packets, totals.without_payload) == (20, 20)
    assert [(note.code, note.count) for note in notes] == [("without_payload", 20)]


def test_a_full_table_sheds_what_says_least_and_says_so(tmp_path):
    packets = [(0.0, tcp(MINER, POOL, 10, b'{"id":1,"method":"login"}\n'))]
    for i in range(300):
        packets.append((1 + i / 100, tcp(("10.1.0.1", 2000 + i), ("192.0.2.5", 443), 5, b"\x00\x01\x02\x03")))
    packets.append((10.0, tcp(MINER, POOL, 36, b'{"id":2,"method":"submit"}\n')))
    recorder, notes = Recorder(), []
    sessions = scan(tmp_path, packets, recorder, most_flows=64, notes=notes)
    assert len(sessions) == 301
    (mined,) = [session for session in sessions if session.server == End(*POOL)]
    assert not mined.shed
    assert mined.counts.packets_up == 2
    shed = sum(session.shed for session in sessions)
    assert [(note.code, note.count) for note in notes] == [("shed", shed)]
    assert shed >= 300 - 64


def test_answers_to_names_are_known_at_once(tmp_path):
    class Answers(Recorder):
        def close(self, flow: int):
            told = self.streams.pop((flow, False), None)
            nobody = Source("", "capture")
            return told and [NameSeen(told.decode(), None, BEGIN, BEGIN, nobody, (POOL[0],))]

    packets = [
        (0.0, udp(("10.0.0.7", 5353), ("10.0.0.1", 53), b"asked")),
        (0.1, udp(("10.0.0.1", 53), ("10.0.0.7", 5353), b"answered")),
        (0.2, tcp(MINER, POOL, 100, b"{}")),
    ]
    path, known = tmp_path / "names.pcap", NamesSeen()
    path.write_bytes(pcap([Frame(BEGIN + round(at * SECOND), ethernet(raw)) for at, raw in packets]))
    sessions = list(sessions_of_captures([path], PayloadReaders(dns=Answers(), answers=known)))
    (mined,) = sessions
    assert mined.names.dns == ("^answered",)
    assert known.names_of(POOL[0], "10.0.0.7", BEGIN) == ("^answered",)


@pytest.mark.parametrize(
    ("up", "down", "port", "sessions"),
    [
        pytest.param(8, 8, 51820, 1, id="a tunnel"),
        pytest.param(2, 2, 51820, 0, id="a few"),
        pytest.param(20, 0, 1900, 0, id="one side"),
        pytest.param(8, 8, 53, 0, id="names"),
    ],
)
def test_datagrams_are_a_session_when_they_go_on(tmp_path, up, down, port, sessions):
    here, there, totals = ("10.0.0.7", 40000), ("192.0.2.9", port), CaptureTotals()
    packets = [(i / 10, udp(here, there, b"\x01" * 90)) for i in range(up)]
    packets += [(10 + i / 10, udp(there, here, b"\x02" * 90)) for i in range(down)]
    found = scan(tmp_path, packets, totals=totals)
    assert [(session.client.port, session.protocol) for session in found] == [(40000, 17)] * sessions
    assert totals.brief_datagrams == 1 - sessions


def test_a_ring_of_files_is_one_capture_and_captures_at_the_same_time_are_not(tmp_path):
    packets = [
        Frame(BEGIN + round(at * SECOND), ethernet(raw)) for at, raw in conversation([b"{}"] * 4, [b"{}"] * 4)
    ]
    parts = [tmp_path / "b.pcap", tmp_path / "a.pcap"]
    parts[0].write_bytes(pcap(packets[:5]))
    parts[1].write_bytes(pcap(packets[5:]))
    assert len(list(sessions_of_captures(parts[::-1]))) == 1
    longer = [*packets, Frame(BEGIN + 60 * SECOND, ethernet(tcp(MINER, POOL, 1008, flags=FIN)))]
    parts[0].write_bytes(pcap(longer))
    parts[1].write_bytes(pcap(longer))
    assert len(list(sessions_of_captures(parts))) == 2


def test_quiet_and_wants_are_those_of_the_vocabulary():
    from gridcanary.network import pieces, sessions
    from gridcanary.network.kernels import contents, flow_tracking, profile

    assert profile._QUIET_NS == sessions.QUIET_NS
    assert (contents._MESSAGES, contents._HELLO, contents._HTTP) == (
        pieces.WANT_MESSAGES,
        pieces.WANT_HELLO,
        pieces.WANT_HTTP,
    )
    assert flow_tracking._WANT_DNS == pieces.WANT_DNS
    kinds = [
        contents.UNKNOWN,
        contents.JSON,
        contents.TLS,
        contents.HTTP,
        contents.SSH,
        contents.BITCOIN,
        contents.MONERO,
        contents.BINARY,
        contents.TEXT,
    ]
    assert np.array_equal(kinds, range(len(sessions.OPENINGS)))
