"""Recordings lose what they tell of place, time and device, and keep their sound."""

from __future__ import annotations

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.tips.sounds import _ogg_checksum, plain_sound

SECRET = b"CanaryPhone 35.51 116.80"
FRAME = b"\xff\xfb\x90\x00" + b"\x55" * 413
"""One frame of 128 kbit/s at 44.1 kHz: 417 bytes."""


def wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<400h", *range(400)))
    plain = file.getvalue()
    secret = b"LIST" + struct.pack("<I", len(SECRET)) + SECRET
    return b"RIFF" + struct.pack("<I", len(plain) - 8 + len(secret)) + plain[8:] + secret


def mp3() -> bytes:
    tag = b"ID3\x03\x00\x00" + bytes([0, 0, 0, len(SECRET)]) + SECRET
    return tag + FRAME * 3 + b"TAG" + SECRET.ljust(125, b"\0")


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def m4a() -> bytes:
    stamp = struct.pack(">IIII", 0, 3_800_000_000, 3_800_000_001, 1000) + bytes(80)
    track = box(
        b"trak", box(b"mdia", box(b"mdhd", stamp) + box(b"hdlr", bytes(8) + b"soun" + bytes(12) + SECRET))
    )
    moov = box(b"moov", box(b"mvhd", stamp) + track + box(b"udta", box(b"\xa9xyz", SECRET)))
    return box(b"ftyp", b"M4A \0\0\0\0") + moov + box(b"mdat", b"\x21" * 50) + box(b"uuid", SECRET)


def page(number: int, packet: bytes) -> bytes:
    table = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    head = b"OggS\0\0" + bytes(8) + struct.pack("<III", 7, number, 0) + bytes([len(table)]) + table
    made = bytearray(head + packet)
    struct.pack_into("<I", made, 22, _ogg_checksum(made))
    return bytes(made)


def ogg(kind: str) -> bytes:
    comment = struct.pack("<I", 3) + b"abc" + struct.pack("<II", 1, len(SECRET)) + SECRET
    if kind == "opus":
        first, second = b"OpusHead" + bytes(11), b"OpusTags" + comment
    else:
        first, second = b"\x01vorbis" + bytes(23), b"\x03vorbis" + comment + b"\x01"
    return page(0, first) + page(1, second) + page(2, b"\x42" * 600)


def amr() -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\x11" * 31) * 4


SOUNDS = [
    pytest.param("audio/wav", wav(), id="wav"),
    pytest.param("audio/mpeg", mp3(), id="mp3"),
    pytest.param("audio/mp4", m4a(), id="m4a"),
    pytest.param("audio/ogg", ogg("opus"), id="opus"),
    pytest.param("audio/ogg", ogg("vorbis"), id="vorbis"),
]


@pytest.mark.parametrize(("media_type", "content"), SOUNDS)
def test_what_tells_is_gone(media_type: str, content: bytes) -> None:
    assert SECRET in content
    plain = plain_sound(content, media_type)
    assert plain is not None
    assert b"Canary" not in plain
    assert plain_sound(plain, media_type) == plain


def test_the_samples_of_a_wav_file_stay() -> None:
    with wave.open(io.BytesIO(plain_sound(wav(), "audio/wav") or b"")) as sound:
        assert sound.readframes(1000) == struct.pack("<400h", *range(400))


def test_the_frames_of_an_mp3_file_stay() -> None:
    assert plain_sound(mp3(), "audio/mpeg") == FRAME * 3


def test_the_sound_of_an_m4a_file_stays_at_its_place() -> None:
    content = m4a()
    plain = plain_sound(content, "audio/mp4") or b""
    assert len(plain) == len(content)
    assert plain.index(b"\x21" * 50) == content.index(b"\x21" * 50)
    assert struct.pack(">I", 3_800_000_000) not in plain


def test_pages_of_an_ogg_file_keep_their_checksums() -> None:
    plain = plain_sound(ogg("opus"), "audio/ogg") or b""
    at = 0
    while at < len(plain):
        table = plain[at + 27 : at + 27 + plain[at + 26]]
        stop = at + 27 + len(table) + sum(table)
        one = bytearray(plain[at:stop])
        said = struct.unpack_from("<I", one, 22)[0]
        struct.pack_into("<I", one, 22, 0)
        assert _ogg_checksum(one) == said
        at = stop
    assert b"\x42" * 600 in plain


def test_an_ogg_checksum_is_the_one_of_the_format() -> None:
    assert _ogg_checksum(b"123456789") == 0x89A1897F


def test_amr_has_room_for_nothing_else() -> None:
    assert plain_sound(amr(), "audio/amr") == amr()
    assert plain_sound(amr() + b"\x7c" + SECRET, "audio/amr") is None


@pytest.mark.parametrize(
    "media_type", ["audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/amr", "x/y"]
)
@given(content=st.binary(max_size=300))
def test_broken_files_give_no_copy(media_type: str, content: bytes) -> None:
    plain = plain_sound(content, media_type)
    assert plain is None or len(plain) <= len(content)


@pytest.mark.parametrize(("media_type", "content"), SOUNDS)
def test_files_cut_short_break_nothing(media_type: str, content: bytes) -> None:
    for length in range(0, len(content), 7):
        plain_sound(content[:length], media_type)
