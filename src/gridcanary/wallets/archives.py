"""A dossier as one file: a ZIP that is unpacked with suspicion, or made the same from the same folder."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from gridcanary.contracts.errors import GridcanaryError

MOST_FILES = 20_000
CHUNK_BYTES = 1 << 20
SHEET = "dossier.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


class DossierRefused(GridcanaryError):
    """A file or folder that is no dossier that can be taken; the message is for the person who brought it."""


def unpack(archive: BinaryIO, folder: Path, limit_bytes: int) -> Path:
    """Write a dossier's files below an empty folder.

    Args:
        archive: a ZIP; the dossier lies at its top, or in the one folder there.
        folder: where to.
        limit_bytes: the most that may come out of it, whatever the ZIP says of itself.

    Returns:
        The dossier's own folder.

    Raises:
        DossierRefused: no ZIP, too many or too large files, a path that leaves the folder, a link, encryption.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [_checked(info) for info in _members(opened)]
            if len(set(names)) != len(names):
                raise DossierRefused(_("The ZIP holds a file twice."))
            left = limit_bytes
            for info, name in zip(_members(opened), names, strict=True):
                left -= _write(opened, info, folder / name, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise DossierRefused(_("This is no ZIP that can be read.")) from error
    return _top(folder)


def _members(opened: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    members = [info for info in opened.infolist() if not info.is_dir()]
    if len(members) > MOST_FILES:
        raise DossierRefused(_("The ZIP holds more than %(most)s files.") % {"most": MOST_FILES})
    yield from members


def _checked(info: zipfile.ZipInfo) -> str:
    """The member's path, where it stays inside; DossierRefused otherwise."""
    path = PurePosixPath(info.filename)
    strange = path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename
    if strange or not info.filename.isprintable() or stat.S_ISLNK(info.external_attr >> 16):
        raise DossierRefused(_("The ZIP holds a path that leads outside of it, or a link."))
    if info.flag_bits & 1:
        raise DossierRefused(_("The ZIP is encrypted."))
    return path.as_posix()


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write a member and count its bytes; DossierRefused where more come out than are left."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(info) as source, target.open("xb") as written:
        while chunk := source.read(CHUNK_BYTES):
            size += len(chunk)
            if size > left:
                raise DossierRefused(_("What the ZIP holds is too large."))
            written.write(chunk)
    return size


def _top(folder: Path) -> Path:
    """The folder with the dossier's sheet: the given one, or the only one in it."""
    inside = list(folder.iterdir())
    top = inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
    if not (top / SHEET).is_file():
        raise DossierRefused(_("There is no %(sheet)s in it, so it is no dossier.") % {"sheet": SHEET})
    return top


def pack(folder: Path, into: BinaryIO) -> None:
    """Write a dossier's folder as a ZIP; the same folder gives the same bytes."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    into.seek(0)
