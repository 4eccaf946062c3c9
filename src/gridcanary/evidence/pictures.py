"""Copies of pictures that are safe to show: decoded in a process apart, written anew, without hidden data."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gridcanary.evidence.errors import UnsafePicture

WORKER = Path(__file__).with_name("picture_worker.py")
MOST_PIXELS = 60_000_000
"""A telephone of today takes 50 million."""

MOST_BYTES = 64 << 20
SECONDS = 30
GREY_VALUES = 32 * 32


@dataclass(frozen=True, slots=True)
class PlainPicture:
    """A picture without hidden data.

    Args:
        content: a JPEG or, where the picture has transparent parts, a PNG file.
        media_type: ``image/jpeg`` or ``image/png``.
        greys: the picture as 32 by 32 grey values, a byte each, to compare pictures by; empty where unknown.
        place: latitude and longitude that the picture said of itself, in degrees, WGS-84. It is not in ``content``.
    """

    content: bytes
    media_type: str
    greys: bytes = b""
    place: tuple[float, float] | None = None

    @property
    def ending(self) -> str:
        """Of a file name, with the dot."""
        return ".jpg" if self.media_type == "image/jpeg" else ".png"


def plain_picture(stream: BinaryIO, *, most_pixels: int = MOST_PIXELS) -> PlainPicture:
    """A copy of a picture with nothing but its pixels.

    Args:
        stream: the picture; read to its end.
        most_pixels: width times height.

    Returns:
        The copy, upright, without EXIF, comments, colour profile and thumbnails.

    Raises:
        UnsafePicture: no picture, too large, or more than the limits of memory and time allow.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnsafePicture(f"the picture has more than {MOST_BYTES:,} bytes")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(WORKER), str(most_pixels)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise UnsafePicture(f"the picture was not decoded within {SECONDS} s") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise UnsafePicture(f"the picture cannot be decoded: {reason or f'exit {done.returncode}'}")
    line, _, rest = done.stdout.partition(b"\n")
    known = json.loads(line)
    place = (known["place"][0], known["place"][1]) if known["place"] else None
    greys, picture = rest[:GREY_VALUES], rest[GREY_VALUES:]
    return PlainPicture(picture, f"image/{known['form'].lower()}", greys, place)
