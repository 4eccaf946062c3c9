"""pcap files of every kind, whole, cut and damaged."""

from __future__ import annotations

import gzip
import struct

import pyarrow as pa
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.captures.frames import frames_of, is_capture
from gridcanary.network.captures.notes import CaptureNote

from ..written_captures import Frame, pcap

FRAMES = [Frame(1_700_000_000_123_456_000 + i * 1_000_000, bytes([i]) * (60 + i)) for i in range(5)]


def read(path):
    """(time, bytes, length on the wire, link type) of all frames, and the notes."""
    notes: list[CaptureNote] = []
    told = [
        (
            int(row["time_ns"]),
            batch.data[row["start"] : row["stop"]].tobytes(),
            int(row["wire_bytes"]),
            int(row["link"]),
        )
        for batch in frames_of(path, notes)
        for row in batch.columns
    ]
    return told, notes


EXPECTED = [(frame.time_ns, frame.raw, len(frame.raw), 1) for frame in FRAMES]


@pytest.mark.parametrize("order", [pytest.param("<", id="little"), pytest.param(">", id="big")])
@pytest.mark.parametrize("nanoseconds", [pytest.param(True, id="ns"), pytest.param(False, id="us")])
def test_every_byte_order_and_clock(tmp_path, order, nanoseconds):
    path = tmp_path / "a"
    path.write_bytes(pcap(FRAMES, order=order, nanoseconds=nanoseconds))
    assert read(path) == (EXPECTED, [])


@pytest.mark.parametrize("compress", [pytest.param(gzip.compress, id="gzip"), pytest.param(
    lambda raw: pa.Codec("zstd").compress(raw, asbytes=True), id="zstd")])  # fmt: skip
def test_compression_is_told_by_content(tmp_path, compress):
    path = tmp_path / "capture.dat"
    path.write_bytes(compress(pcap(FRAMES)))
    assert read(path) == (EXPECTED, [])
    assert is_capture(path)


def test_members_of_gzip_may_follow_one_another(tmp_path):
    raw, path = pcap(FRAMES), tmp_path / "a.gz"
    path.write_bytes(gzip.compress(raw[:100]) + gzip.compress(raw[100:]))
    assert read(path) == (EXPECTED, [])


def test_a_compressed_file_that_breaks_off_gives_what_was_there(tmp_path):
    many = FRAMES * 2000
    path = tmp_path / "a.gz"
    raw = gzip.compress(pcap(many))
    path.write_bytes(raw[: len(raw) // 2])
    told, notes = read(path)
    assert 0 < len(told) < len(many)
    assert told == EXPECTED * (len(told) // 5) + EXPECTED[: len(told) % 5]
    assert "compression_broken" in {note.code for note in notes}


def test_frames_cut_by_the_snap_length_know_their_true_length(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(pcap(FRAMES, snap=50))
    assert [(len(raw), wire) for _, raw, wire, _ in read(path)[0]] == [(50, 60 + i) for i in range(5)]


def test_a_file_cut_anywhere_gives_the_whole_frames_before_the_cut(tmp_path):
    raw, path = pcap(FRAMES[:2]), tmp_path / "a"
    for size in range(24, len(raw)):
        path.write_bytes(raw[:size])
        told, notes = read(path)
        whole = 0 if size < 24 + 76 else 1
        assert told == EXPECTED[:whole]
        left = size - (24, 100)[whole]
        assert notes == ([CaptureNote(str(path), "truncated", offset=(24, 100)[whole])] if left else [])


def test_reading_ends_where_no_frame_can_be(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(pcap(FRAMES) + b"\xff" * 64)
    told, notes = read(path)
    assert told == EXPECTED
    assert [(note.code, note.offset) for note in notes] == [("damaged", len(pcap(FRAMES)))]


def test_the_patched_format_has_longer_heads(tmp_path):
    path = tmp_path / "a"
    raw = struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)
    for frame in FRAMES:
        seconds, rest = divmod(frame.time_ns, 1_000_000_000)
        raw += (
            struct.pack("<IIIIIHBB", seconds, rest // 1000, len(frame.raw), len(frame.raw), 2, 0, 0, 0)
            + frame.raw
        )
    path.write_bytes(raw)
    assert read(path) == (EXPECTED, [])


def test_a_frame_larger_than_the_window_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("gridcanary.network.captures.windows.WINDOW_BYTES", 64)
    path = tmp_path / "a"
    path.write_bytes(pcap(FRAMES))
    assert read(path) == (EXPECTED, [])


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"time,source,destination\n", id="text"),
        pytest.param(pcap([])[:23], id="half a head"),
        pytest.param(gzip.compress(b"{}"), id="something else in gzip"),
    ],
)
def test_what_is_no_capture_is_refused_by_name(tmp_path, raw):
    path = tmp_path / "a.pcap"
    path.write_bytes(raw)
    assert not is_capture(path)
    with pytest.raises(InputError, match=r"a\.pcap: is no capture.*editcap"):
        read(path)


def test_a_capture_without_frames_is_one(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(pcap([]))
    assert read(path) == ([], [])


def test_a_hole_of_zeros_ends_the_reading(tmp_path):
    path = tmp_path / "a.gz"
    raw = pcap(FRAMES)
    path.write_bytes(gzip.compress(raw + bytes(1 << 20)))
    assert read(path) == (EXPECTED, [CaptureNote(str(path), "damaged", offset=len(raw))])


def test_a_frame_without_bytes_is_one_where_its_header_tells_a_time(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(pcap([FRAMES[0], Frame(FRAMES[0].time_ns, b""), FRAMES[1]]))
    frames, notes = read(path)
    assert (len(frames), notes) == (3, [])
