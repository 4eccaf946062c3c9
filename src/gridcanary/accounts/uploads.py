"""What may be uploaded: recognised by its first bytes, of an allowed type, with the right ending, not too large."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from gridcanary.contracts.errors import GridcanaryError

HEAD_BYTES = 4096
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that can be recognised.

    Args:
        media_type: as it is served and stored.
        endings: of the file name, lower case; any other is refused.
        group: image, video, audio, document, table or capture.
    """

    media_type: str
    endings: tuple[str, ...]
    group: str


JPEG = FileType("image/jpeg", ("jpg", "jpeg"), "image")
PNG = FileType("image/png", ("png",), "image")
WEBP = FileType("image/webp", ("webp",), "image")
HEIC = FileType("image/heic", ("heic", "heif"), "image")
MP4 = FileType("video/mp4", ("mp4", "m4v", "m4a", "mov", "3gp"), "video")
MP3 = FileType("audio/mpeg", ("mp3",), "audio")
WAV = FileType("audio/wav", ("wav",), "audio")
AMR = FileType("audio/amr", ("amr",), "audio")
OGG = FileType("audio/ogg", ("ogg", "oga", "opus"), "audio")
PDF = FileType("application/pdf", ("pdf",), "document")
DOCX = FileType(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "document"
)
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "table")
OFD = FileType("application/ofd", ("ofd",), "document")
PARQUET = FileType("application/vnd.apache.parquet", ("parquet",), "table")
PCAP = FileType("application/vnd.tcpdump.pcap", ("pcap", "cap"), "capture")
PCAPNG = FileType("application/x-pcapng", ("pcapng",), "capture")
TEXT = FileType("text/plain", ("txt", "csv", "tsv", "log", "json", "jsonl"), "table")
KNOWN = (JPEG, PNG, WEBP, HEIC, MP4, MP3, WAV, AMR, OGG, PDF, DOCX, XLSX, OFD, PARQUET, PCAP, PCAPNG, TEXT)

_MAGIC = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"%PDF-", PDF),
    (0, b"PAR1", PARQUET),
    (0, b"\xa1\xb2\xc3\xd4", PCAP),
    (0, b"\xd4\xc3\xb2\xa1", PCAP),
    (0, b"\xa1\xb2\x3c\x4d", PCAP),
    (0, b"\x4d\x3c\xb2\xa1", PCAP),
    (0, b"\x0a\x0d\x0d\x0a", PCAPNG),
    (0, b"#!AMR", AMR),
    (0, b"OggS", OGG),
    (0, b"ID3", MP3),
    (0, b"\xff\xfb", MP3),
    (0, b"\xff\xf3", MP3),
    (8, b"WAVE", WAV),
    (8, b"WEBP", WEBP),
)
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim"}
_ACTIVE = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|iframe|body|head)", re.IGNORECASE)


class UploadRefused(GridcanaryError):
    """A file that is not taken; the message is for the person who sent it."""


def limit_bytes(group: str) -> int:
    """The largest file of a group that is taken (``GRIDCANARY_UPLOAD_MB``)."""
    return int(settings.GRIDCANARY_UPLOAD_MB[group]) * MEBIBYTE


def check_upload(
    name: str, stream: BinaryIO, size_bytes: int, allowed: Collection[str] = ("image", "document")
) -> FileType:
    """Look at a file before it is stored.

    Args:
        name: as its sender calls it; only the ending counts.
        stream: the file; it stands at its beginning again afterwards.
        size_bytes: its length.
        allowed: groups of types that are taken here.

    Returns:
        What it is, by its bytes.

    Raises:
        UploadRefused: empty, too large, not recognised, not allowed here, or named as something else.
    """
    if size_bytes <= 0:
        raise UploadRefused(_("The file is empty."))
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    found = sniff(head, name)
    if found is None or found.group not in allowed:
        raise UploadRefused(_("Files of this type are not taken here."))
    if size_bytes > limit_bytes(found.group):
        limit = settings.GRIDCANARY_UPLOAD_MB[found.group]
        raise UploadRefused(_("The file is too large; the limit is %(limit)s MB.") % {"limit": limit})
    if _ending(name) not in found.endings:
        raise UploadRefused(_("The file's ending does not fit what is in it."))
    return found


def sniff(head: bytes, name: str = "") -> FileType | None:
    """What a file is by its first bytes; None where it is not known, or could run in a browser."""
    for offset, magic, found in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return found
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in _HEIC_BRANDS else MP4
    if head[:4] == b"PK\x03\x04":
        return _packed(head, name)
    return TEXT if _is_text(head) else None


def _packed(head: bytes, name: str) -> FileType | None:
    """Office files are zip archives; which one it is stands in the names inside, its ending decides a tie."""
    by_ending = {"docx": DOCX, "xlsx": XLSX, "ofd": OFD}
    for mark, found in ((b"word/", DOCX), (b"xl/", XLSX), (b"OFD.xml", OFD)):
        if mark in head:
            return found
    return by_ending.get(_ending(name)) if b"[Content_Types].xml" in head or b"OFD" in head else None


def _is_text(head: bytes) -> bool:
    if b"\0" in head or _ACTIVE.search(head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # A longer file may be cut in the middle of a character.
            codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _ending(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.removeprefix(".").casefold()
