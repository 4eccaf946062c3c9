"""Decodes one picture in a process of its own, under limits, and writes it anew without hidden data.

Started by ``pictures`` as a file, alone: a picture made to break the decoder breaks this process and nothing else.
Reads the picture from standard input, writes ``JPEG`` or ``PNG``, a newline and the new picture to standard output.
"""

from __future__ import annotations

import io
import resource
import sys

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO")
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
JPEG_QUALITY = 92


def limit_itself() -> None:
    """Give up memory, time and files beyond what a picture needs."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def rewritten(content: bytes, most_pixels: int) -> tuple[str, bytes]:
    """The picture's pixels in a new file, turned as its orientation says.

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
        upright = ImageOps.exif_transpose(picture)
        sees_through = upright.has_transparency_data
        plain = upright.convert("RGBA" if sees_through else "RGB")
    # A new picture with nothing but the pixels: no EXIF, no text chunks, no colour profile, no thumbnails.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    new, name = io.BytesIO(), "PNG" if sees_through else "JPEG"
    bare.save(new, name, **({} if sees_through else {"quality": JPEG_QUALITY}))
    return name, new.getvalue()


def main() -> int:
    """Standard input to standard output; the reason of a failure to standard error."""
    limit_itself()
    Image.MAX_IMAGE_PIXELS = None  # checked before anything is decoded, in ``rewritten``
    try:
        name, picture = rewritten(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(f"{name}\n".encode() + picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
