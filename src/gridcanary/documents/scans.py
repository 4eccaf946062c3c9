"""Which uploaded files are taken as scans: PDF and pictures, told by their content."""

from __future__ import annotations

import io
import re

from django.utils.translation import gettext as _

from gridcanary.contracts.errors import GridcanaryError
from gridcanary.evidence.errors import UnsafePicture
from gridcanary.evidence.pictures import plain_picture

MOST_BYTES = 20 * 1024 * 1024
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class UnreadableScan(GridcanaryError):
    """A file that is not taken as a scan; the message is for the person who uploaded it."""


def scan_type(content: bytes) -> str:
    """The type of a scan by its content, whatever it is called.

    Returns:
        ``application/pdf``, ``image/jpeg`` or ``image/png``.

    Raises:
        UnreadableScan: another type, damaged, too large, or a PDF that runs something.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableScan(_("The file is larger than %(size)d MB.") % {"size": MOST_BYTES // 1024 // 1024})
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        if _ACTIVE.search(content):
            raise UnreadableScan(_("The PDF contains scripts or attached files. Scan the paper again."))
        return "application/pdf"
    for beginning, media_type in _PICTURES.items():
        if content.startswith(beginning):
            try:
                plain_picture(io.BytesIO(content))  # decoded apart, with limits
            except UnsafePicture as error:
                raise UnreadableScan(_("The picture can't be read. Scan the paper again.")) from error
            return media_type
    raise UnreadableScan(_("Upload the scan as PDF, JPEG or PNG."))
