"""Pictures are decoded apart, and one made to harm harms nothing."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from gridcanary.evidence import pictures
from gridcanary.evidence.errors import UnsafePicture
from gridcanary.evidence.pictures import plain_picture


def encoded(form: str, *, size: tuple[int, int] = (12, 8), **more: object) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, (10, 200, 30)).save(raw, form, **more)
    return raw.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_known_formats_come_out_as_plain_pictures(form: str) -> None:
    copy = plain_picture(io.BytesIO(encoded(form)))
    with Image.open(io.BytesIO(copy.content)) as picture:
        assert picture.size == (12, 8)
        red, green, blue = picture.convert("RGB").getpixel((5, 5))
        assert (red < 40, green > 170, blue < 60) == (True, True, True)
        assert f"image/{picture.format.lower()}" == copy.media_type
    assert copy.ending in {".jpg", ".png"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", id="postscript"),
        pytest.param(encoded("JPEG")[:200], id="cut off"),
        pytest.param(png_that_claims(100_000, 100_000), id="decompression bomb"),
        pytest.param(png_that_claims(7000, 8000), id="needs more than it holds"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnsafePicture, match="cannot be decoded"):
        plain_picture(io.BytesIO(content))


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(UnsafePicture, match="12 x 8 pixels are too many"):
        plain_picture(io.BytesIO(encoded("PNG")), most_pixels=95)


def test_too_many_bytes_and_too_much_time_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.001)
    with pytest.raises(UnsafePicture, match=r"within 0\.001 s"):
        plain_picture(io.BytesIO(encoded("PNG")))
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    with pytest.raises(UnsafePicture, match="more than 10 bytes"):
        plain_picture(io.BytesIO(encoded("PNG")))


def located(gps: dict[int, object]) -> bytes:
    hidden = Image.Exif()
    hidden[0x8825] = gps
    file = io.BytesIO()
    Image.new("RGB", (12, 8), "green").save(file, "JPEG", exif=hidden)
    return file.getvalue()


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        pytest.param(
            {1: "N", 2: (35.0, 30.0, 36.0), 3: "E", 4: (116.0, 48.0, 0.0)}, (35.51, 116.8), id="here"
        ),
        pytest.param(
            {1: "S", 2: (33.0, 51.0, 0.0), 3: "W", 4: (70.0, 30.0, 0.0)}, (-33.85, -70.5), id="south-west"
        ),
        pytest.param({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None, id="no fix"),
        pytest.param({1: "N", 2: (35.0, 30.0), 3: "E", 4: (116.0, 48.0, 0.0)}, None, id="two parts"),
        pytest.param({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (116.0, 0.0, 0.0)}, None, id="beyond the pole"),
        pytest.param({1: "N"}, None, id="nothing but a side"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_a_picture_says_where_it_was_taken_and_its_copy_does_not(
    gps: dict[int, object], place: tuple[float, float] | None
) -> None:
    copy = plain_picture(io.BytesIO(located(gps)))
    assert copy.place == (pytest.approx(place) if place else None)
    assert len(copy.greys) == 32 * 32
    assert plain_picture(io.BytesIO(copy.content)).place is None
