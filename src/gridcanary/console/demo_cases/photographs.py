"""Small pictures that stand for photographs, each with the word for drawn on it."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageDraw

SIZE = (320, 240)
RACKS, ROWS = 4, 3


def picture(name: str, shade: int) -> UploadedFile[Any]:
    """A drawn rack of machines as JPEG.

    Args:
        name: of the file without ending.
        shade: of the background, 0 to 255, so that no two pictures are the same.
    """
    image = Image.new("RGB", SIZE, (40 + shade % 160, 60, 80))
    drawing = ImageDraw.Draw(image)
    width, height = SIZE[0] // RACKS, (SIZE[1] - 40) // ROWS
    for rack in range(RACKS):
        for row in range(ROWS):
            left, top = rack * width + 6, 34 + row * height
            drawing.rectangle((left, top, left + width - 12, top + height - 8), fill=(190, 195, 200))
            drawing.ellipse((left + 8, top + 8, left + 20, top + 20), fill=(60, 200, 90))
    drawing.text((8, 8), f"DEMO / {name}", fill=(255, 255, 255))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return SimpleUploadedFile(f"{name}.jpg", content.getvalue(), "image/jpeg")
