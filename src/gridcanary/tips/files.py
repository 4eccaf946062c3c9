"""Photographs and sounds as they come in: known by their bytes, decoded apart, written anew."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from gridcanary.accounts.uploads import MP4, FileType, UploadRefused, sniff
from gridcanary.evidence.errors import UnsafePicture
from gridcanary.evidence.pictures import plain_picture
from gridcanary.tips.limits import MOST_FILE_BYTES
from gridcanary.tips.models import AttachmentKind
from gridcanary.tips.picture_hash import picture_hash
from gridcanary.tips.sounds import plain_sound

ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
}
"""Types that are taken, and the ending that their files get; the sender's name of a file is never kept."""

ACCEPT = "image/jpeg,image/png,image/webp,audio/*"
"""What the form offers to choose. Telephones that photograph in HEIC send JPEG where a page asks for it."""

_SOUND_BRANDS = {
    b"M4A ",
    b"M4B ",
    b"3gp4",
    b"3gp5",
    b"3gp6",
    b"3gpp",
    b"mp42",
    b"isom",
    b"iso2",
    b"mp41",
    b"dash",
}


class Readable(Protocol):
    """A file, or what a form brought."""

    def read(self) -> bytes:
        """All of it."""


FACTS = ("kind", "media_type", "copy_type", "picture_hash", "lat", "lon", "is_stripped")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of a report before it is evidence.

    Args:
        kind: of ``AttachmentKind``.
        media_type: by its bytes.
        content: as it came, or without hidden data where ``is_stripped``.
        copy: written anew; empty where that could not be done.
        copy_type: media type of the copy.
        picture_hash: of a picture; empty otherwise.
        lat, lon: where the picture said that it was taken.
        is_stripped: the reporter had hidden data removed; there is no original.
    """

    kind: str
    media_type: str
    content: bytes
    copy: bytes = b""
    copy_type: str = ""
    picture_hash: str = ""
    lat: float | None = None
    lon: float | None = None
    is_stripped: bool = False

    def facts(self) -> dict[str, Any]:
        """Everything but the contents."""
        return {**{name: getattr(self, name) for name in FACTS}, "sha256": self.sha256}

    @property
    def sha256(self) -> str:
        """Digest of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def stripped(self) -> NewFile:
        """Without hidden data and without a trace of the original; sounds that can't be written anew stay."""
        if not self.copy:
            return self
        return replace(
            self, content=self.copy, media_type=self.copy_type, lat=None, lon=None, is_stripped=True
        )


def examined(stream: Readable, size_bytes: int) -> NewFile:
    """Look at a file that somebody sends.

    Args:
        stream: the file.
        size_bytes: its length.

    Returns:
        The file with a copy that is safe to look at.

    Raises:
        UploadRefused: empty, too large, of a type that isn't taken, or broken; the message is for the reporter.
    """
    if size_bytes > MOST_FILE_BYTES:
        raise UploadRefused(
            _("The file is too large; the limit is %(limit)s MB.") % {"limit": MOST_FILE_BYTES >> 20}
        )
    content = stream.read()
    found = sniff(content[:4096]) if content else None
    if found is None:
        raise UploadRefused(_("Send photographs (JPEG, PNG) or sound recordings; this file is neither."))
    if found.group == "image":
        return _photograph(content, found)
    media_type = "audio/mp4" if found is MP4 and content[8:12] in _SOUND_BRANDS else found.media_type
    if media_type not in ENDINGS or (found is MP4 and _has_video(content)):
        raise UploadRefused(_("Send photographs (JPEG, PNG) or sound recordings; this file is neither."))
    copy = plain_sound(content, media_type)
    return NewFile(AttachmentKind.SOUND, media_type, content, copy or b"", media_type if copy else "")


def _photograph(content: bytes, found: FileType) -> NewFile:
    if found.media_type not in ENDINGS:
        raise UploadRefused(
            _("This kind of picture can't be read here. Send it as JPEG, or a screenshot of it.")
        )
    try:
        plain = plain_picture(io.BytesIO(content))
    except UnsafePicture as error:
        raise UploadRefused(_("This picture can't be read. Send another copy of it.")) from error
    lat, lon = plain.place or (None, None)
    return NewFile(
        AttachmentKind.PHOTO,
        found.media_type,
        content,
        plain.content,
        plain.media_type,
        picture_hash(plain.greys) if plain.greys else "",
        lat,
        lon,
    )


def _has_video(content: bytes) -> bool:
    """Whether a box of the MP4 file announces a track of pictures."""
    return b"hdlr" in content and b"vide" in content
