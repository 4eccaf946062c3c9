"""Sound recordings written anew without what they tell of place, time and device.

Nothing is decoded: the file's own parts are read, those that carry the sound are kept, and everything else is left
out or blanked. What can't be read like that is no sound for us, and is kept sealed alone.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

AMR_NARROW: Final = b"#!AMR\n"
AMR_WIDE: Final = b"#!AMR-WB\n"
_NARROW_SIZES: Final = (12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0)
_WIDE_SIZES: Final = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0)
"""Bytes after the first of a frame, by its type (RFC 4867); -1 where there is no such type."""

_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBITS_V1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_V2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

_CONTAINERS: Final = {
    b"moov",
    b"trak",
    b"mdia",
    b"minf",
    b"stbl",
    b"edts",
    b"dinf",
    b"moof",
    b"traf",
    b"mvex",
}
_TELLING: Final = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"loci", b"pdin"}
_DATED: Final = {b"mvhd", b"tkhd", b"mdhd"}
_DEEPEST: Final = 8


class NoSound(ValueError):
    """A file that isn't what its first bytes say."""


def plain_sound(content: bytes, media_type: str) -> bytes | None:
    """The recording without hidden data.

    Args:
        content: the file.
        media_type: by its first bytes.

    Returns:
        A file of the same type that sounds the same; None where it can't be read.
    """
    writer = _WRITERS.get(media_type)
    if writer is None:
        return None
    try:
        return writer(content)
    except (NoSound, struct.error, IndexError):
        return None


def _wav(content: bytes) -> bytes:
    """The format and the samples; no list of texts, no broadcast data, nothing after the end."""
    kept, at = b"", 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int(struct.unpack_from("<I", content, at + 4)[0])
        part = content[at + 8 : at + 8 + size]
        if name in (b"fmt ", b"fact", b"data"):
            kept += name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) & 1)
        at += 8 + size + (size & 1)
    if b"fmt " not in kept or b"data" not in kept:
        raise NoSound
    return b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WAVE" + kept


def _mp3(content: bytes) -> bytes:
    """The frames of MPEG layer III and nothing between, before or after them."""
    at = 0
    if content[:3] == b"ID3":
        told = struct.unpack_from(">4B", content, 6)
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(told, (21, 14, 7, 0), strict=True))
    frames = []
    while at + 4 <= len(content):
        size = _mp3_frame_bytes(content[at : at + 4])
        if size and at + size <= len(content):
            frames.append(content[at : at + size])
            at += size
        else:
            following = content.find(b"\xff", at + 1)
            at = following if following > 0 else len(content)
    if len(frames) < 2:
        raise NoSound
    # The first frame of many encoders holds no sound but their name and settings; players do without it.
    if any(mark in frames[0] for mark in (b"Xing", b"Info", b"VBRI")):
        frames = frames[1:]
    return b"".join(frames)


def _mp3_frame_bytes(head: bytes) -> int:
    """Length of the frame that begins so; 0 where none does."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, kbits = head[2] >> 2 & 3, head[2] >> 4
    if (
        head[0] != 0xFF
        or head[1] & 0xE0 != 0xE0
        or version == 1
        or layer != 1
        or rate == 3
        or kbits in (0, 15)
    ):
        return 0
    table, factor = (_KBITS_V1, 144) if version == 3 else (_KBITS_V2, 72)
    return factor * 1000 * table[kbits] // _RATES[version][rate] + (head[2] >> 1 & 1)


def _mp4(content: bytes) -> bytes:
    """The same boxes at the same places; those that tell are blanked, and times are set to none."""
    written = bytearray(content)
    names = {name for name, _start, _end in _blank(written, 0, len(written), 0)}
    if not {b"ftyp", b"moov", b"mdat"} <= names:
        raise NoSound
    return bytes(written)


def _blank(written: bytearray, start: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes between two places, cleaned as they are passed."""
    at = start
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", written, at)
        head = 8
        if size == 1:
            size, head = int(struct.unpack_from(">Q", written, at + 8)[0]), 16
        stop = end if size == 0 else at + int(size)
        if stop > end or stop < at + head:
            raise NoSound
        if name in _TELLING:
            written[at + 4 : at + 8] = b"free"
            written[at + head : stop] = bytes(stop - at - head)
        elif name in _DATED:
            width = 16 if written[at + head] == 1 else 8
            written[at + head + 4 : at + head + 4 + width] = bytes(width)
        elif name == b"hdlr":  # the name of the handler, at the end of the box, often that of an app
            written[at + head + 24 : stop] = bytes(max(0, stop - at - head - 24))
        elif name in _CONTAINERS and depth < _DEEPEST:
            yield from _blank(written, at + head, stop, depth + 1)
        yield name, at, stop
        at = stop


def _ogg(content: bytes) -> bytes:
    """The same pages; the packet of comments has none, and nobody's name as the encoder's."""
    written, at, second = bytearray(content), 0, b""
    packets = 0
    while at + 27 <= len(written) and written[at : at + 4] == b"OggS":
        table = written[at + 27 : at + 27 + written[at + 26]]
        body = at + 27 + len(table)
        stop = body + sum(table)
        if stop > len(written):
            raise NoSound
        packets += sum(1 for size in table if size < 255)
        if not second and packets >= 2:
            second = _comments_blanked(written, body, table)
            struct.pack_into("<I", written, at + 22, 0)
            struct.pack_into("<I", written, at + 22, _ogg_checksum(written[at:stop]))
        at = stop
    if not second or at != len(written):
        raise NoSound
    return bytes(written)


def _comments_blanked(written: bytearray, body: int, table: bytearray) -> bytes:
    """Blank the packet of comments where it begins a page and ends on it, as encoders write it."""
    size = 0
    for part in table:
        size += part
        if part < 255:
            break
    else:
        raise NoSound
    kind = bytes(written[body : body + 8])
    head = 7 if kind[:7] == b"\x03vorbis" else 8 if kind == b"OpusTags" else 0
    framing = 1 if head == 7 else 0
    vendor = size - head - 8 - framing
    if not head or vendor < 0:
        raise NoSound
    new = struct.pack("<I", vendor) + b" " * vendor + struct.pack("<I", 0) + b"\x01" * framing
    written[body + head : body + size] = new
    return kind


def _ogg_checksum(page: bytes | bytearray) -> int:
    """CRC-32 of a page as Ogg reckons it: polynomial 0x04C11DB7, highest bit first, no complement."""
    value = 0
    for byte in page:
        value = (value << 8) & 0xFFFFFFFF ^ _CRC[(value >> 24) ^ byte]
    return value


def _crc_of(byte: int) -> int:
    value = byte << 24
    for _bit in range(8):
        value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
    return value & 0xFFFFFFFF


_CRC: Final = tuple(_crc_of(byte) for byte in range(256))


def _amr(content: bytes) -> bytes:
    """The frames; the format has room for nothing else."""
    start, sizes = (AMR_WIDE, _WIDE_SIZES) if content.startswith(AMR_WIDE) else (AMR_NARROW, _NARROW_SIZES)
    if not content.startswith(start):
        raise NoSound
    at, kept = len(start), start
    frames = []
    while at < len(content):
        size = sizes[content[at] >> 3 & 15]
        if size < 0 or at + 1 + size > len(content):
            raise NoSound
        frames.append(content[at : at + 1 + size])
        at += 1 + size
    return kept + b"".join(frames)


_WRITERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "audio/wav": _wav,
    "audio/mpeg": _mp3,
    "audio/mp4": _mp4,
    "audio/ogg": _ogg,
    "audio/amr": _amr,
}
