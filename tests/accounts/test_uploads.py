"""Uploads are known by their bytes, whatever they are called."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from gridcanary.accounts.uploads import HEAD_BYTES, KNOWN, UploadRefused, check_upload, sniff

ALL = ("image", "video", "audio", "document", "table", "capture")
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
DOCX = b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml"
CHINESE = "户号,日期,电量\n".encode("gb18030")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.JPG", JPEG, "image/jpeg"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.heic", b"\0\0\0\x18ftypheic", "image/heic"),
        ("a.mp4", b"\0\0\0\x18ftypisom", "video/mp4"),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.pcap", b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "application/vnd.tcpdump.pcap"),
        ("a.csv", CHINESE, "text/plain"),
        ("a.csv", "户号,日期,电量\n".encode(), "text/plain"),
        ("long.csv", ("户" * HEAD_BYTES).encode(), "text/plain"),
        ("C:\\scan\\a.pdf", b"%PDF-1.7", "application/pdf"),
    ],
)
def test_what_is_known(name: str, content: bytes, media_type: str) -> None:
    stream = io.BytesIO(content)
    assert check_upload(name, stream, len(content), ALL).media_type == media_type
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.jpg", b"", id="empty"),
        pytest.param("a.png", JPEG, id="a JPEG called PNG"),
        pytest.param("a.exe", JPEG, id="an ending that runs"),
        pytest.param("a.jpg.html", JPEG, id="two endings"),
        pytest.param("a", JPEG, id="no ending"),
        pytest.param("a.jpg", b"MZ\x90\0", id="a program"),
        pytest.param("a.svg", b"<svg onload='x'>", id="SVG"),
        pytest.param("a.txt", b"  <!DOCTYPE html><script>", id="a page called text"),
        pytest.param("a.csv", b"x\n" * 20 + b"< ScRiPt >", id="a page further down"),
        pytest.param("a.docx", b"PK\x03\x04" + b"\0" * 26 + b"classes.dex", id="another zip"),
        pytest.param("a.txt", b"\x80\x81\xff\xff", id="no text"),
        pytest.param("a.txt", b"abc\0def", id="text with a NUL"),
    ],
)
def test_what_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UploadRefused):
        check_upload(name, io.BytesIO(content), len(content), ALL)


def test_groups_and_sizes_are_limited(settings: Settings) -> None:
    with pytest.raises(UploadRefused):
        check_upload("a.pdf", io.BytesIO(b"%PDF-1.7"), 8, ("image",))
    settings.GRIDCANARY_UPLOAD_MB = {"image": 1}
    check_upload("a.jpg", io.BytesIO(JPEG), 1024 * 1024)
    with pytest.raises(UploadRefused, match="1 MB"):
        check_upload("a.jpg", io.BytesIO(JPEG), 1024 * 1024 + 1)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert sniff(content, "a.bin") in (None, *KNOWN)
