"""Decodes one picture in a process of its own, under limits, and writes it anew without hidden data.

Started by ``pictures`` as a file, alone: a picture made to break the decoder breaks this process and nothing else.
Reads the picture from standard input. Writes to standard output: a line of JSON (``form``: ``JPEG`` or ``PNG``,
``place``: latitude and longitude that the picture says of itself, or null), 32 by 32 grey values, the new picture.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO")
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
JPEG_QUALITY = 92
GREY_SIDE = 32
"""Of the small grey picture that a perceptual hash is taken of."""
GPS = 0x8825
LAT_SIDE, LAT, LON_SIDE, LON = 1, 2, 3, 4


def limit_itself() -> None:
    """Give up memory, time and files beyond what a picture needs."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def place_of(picture: Image.Image) -> tuple[float, float] | None:
    """Where the picture says that it was taken: latitude and longitude in degrees; None where it says nothing."""
    try:
        told = picture.getexif().get_ifd(GPS)
        lat = _degrees(told[LAT]) * (-1 if told.get(LAT_SIDE, "N") == "S" else 1)
        lon = _degrees(told[LON]) * (-1 if told.get(LON_SIDE, "E") == "W" else 1)
    # whatever a camera or an attacker wrote there: without a sense it says nothing
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError, OSError, SyntaxError):
        return None
    # false for what is no number, too
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 and (lat, lon) != (0.0, 0.0) else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def rewritten(content: bytes, most_pixels: int) -> tuple[dict[str, Any], bytes, bytes]:
    """The picture's pixels in a new file, turned as its orientation says, and what is known of it.

    Returns:
        ``form`` and ``place``; 32 by 32 grey values, a byte each; the new file.

    Args:
        content: of the picture.
        most_pixels: width times height.

    Raises:
        ValueError: too many pixels.
        OSError: no picture of a known format.
    """
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > most_pixels:
            raise ValueError(f"{picture.width} x {picture.height} pixels are too many")
        place = place_of(picture)
        upright = ImageOps.exif_transpose(picture)
        sees_through = upright.has_transparency_data
        plain = upright.convert("RGBA" if sees_through else "RGB")
    # A new picture with nothing but the pixels: no EXIF, no text chunks, no colour profile, no thumbnails.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    new, name = io.BytesIO(), "PNG" if sees_through else "JPEG"
    bare.save(new, name, **({} if sees_through else {"quality": JPEG_QUALITY}))
    grey = bare.convert("L").resize((GREY_SIDE, GREY_SIDE), Image.Resampling.BOX)
    return {"form": name, "place": place}, grey.tobytes(), new.getvalue()


def main() -> int:
    """Standard input to standard output; the reason of a failure to standard error."""
    limit_itself()
    Image.MAX_IMAGE_PIXELS = None  # checked before anything is decoded, in ``rewritten``
    try:
        known, greys, picture = rewritten(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(json.dumps(known).encode() + b"\n" + greys + picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
