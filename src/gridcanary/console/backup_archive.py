"""The file of a backup: a plain tar whose last member, ``manifest.json``, names every other one with its digest."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from gridcanary.contracts.errors import GridcanaryError

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1024 * 1024
LARGEST_MANIFEST = 512 * CHUNK_BYTES


class BackupFault(GridcanaryError):
    """A backup that cannot be written, or must not be trusted."""

    def __init__(self, file: Path, problem: str) -> None:
        self.file, self.problem = file, problem
        super().__init__(f"{file}: {problem}")


class _Digesting:
    """A file that digests what is read from it, so that the digest is of what was stored, not of what was there."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sha256, self.read_bytes = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._sha256.update(chunk)
        self.read_bytes += len(chunk)
        return chunk

    def entry(self) -> dict[str, Any]:
        return {"sha256": self._sha256.hexdigest(), "bytes": self.read_bytes}


def write_archive(
    file: Path, members: Iterable[tuple[str, Path]], about: dict[str, Any], *, force: bool
) -> str:
    """Write a backup in one step: it is there whole, or not at all.

    Args:
        file: where to; readable by its owner alone.
        members: name in the archive and file on disk.
        about: facts for the manifest.
        force: replace a file that is there.

    Returns:
        SHA-256 of the archive, to be kept elsewhere.

    Raises:
        BackupFault: the file exists, or a member changed while it was read.
    """
    if file.exists() and not force:
        raise BackupFault(file, "exists already; choose another name or say --force")
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".partial")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
                entries = {name: _add(archive, name, path, file) for name, path in members}
                text = json.dumps(
                    {"format": FORMAT, **about, "files": entries}, indent=1, sort_keys=True
                ).encode()
                archive.addfile(_info(MANIFEST, len(text)), io.BytesIO(text))
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, file)
    finally:
        Path(draft).unlink(missing_ok=True)
    with file.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def _add(archive: tarfile.TarFile, name: str, path: Path, file: Path) -> dict[str, Any]:
    with path.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        digesting = _Digesting(opened)
        try:
            archive.addfile(_info(name, size), digesting)
        except OSError as error:
            raise BackupFault(file, f"{path} changed while it was read; try again") from error
        return digesting.entry()


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


@contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The content of a backup, verified, in a folder that goes away afterwards unless it was moved.

    Args:
        file: the backup.
        beside: the folder is made next to this one, so that it can be moved there in one step.

    Yields:
        The folder and the manifest.

    Raises:
        BackupFault: no backup, a member that is missing, unnamed, changed, or would escape the folder.
    """
    beside.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=beside.parent, prefix=f".{beside.name}.restoring-"))
    try:
        yield folder, _unpack(file, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                if manifest is not None:
                    raise BackupFault(file, f"{member.name} stands after the manifest")
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise BackupFault(file, f"{member.name} is no plain file")
                if member.name == MANIFEST:
                    manifest = _manifest(file, content.read(LARGEST_MANIFEST))
                else:
                    found[member.name] = _store(file, member.name, content, folder)
    except FileNotFoundError as error:
        raise BackupFault(file, "there is no such file") from error
    except tarfile.TarError as error:
        raise BackupFault(file, "it is no backup, or it was cut short") from error
    if manifest is None:
        raise BackupFault(file, "it has no manifest: it was cut short, or is no backup")
    _compare(file, manifest["files"], found)
    return manifest


def _store(file: Path, name: str, content: IO[bytes], folder: Path) -> dict[str, Any]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or name in ("", "."):
        raise BackupFault(file, f"{name!r} would be written outside of the folder")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digesting = _Digesting(content)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BackupFault(file, f"{name} is in it twice") from error
    with os.fdopen(handle, "wb") as out:
        while chunk := digesting.read(CHUNK_BYTES):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digesting.entry()


def _manifest(file: Path, text: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(text)
        is_known = manifest["format"] == FORMAT and isinstance(manifest["files"], dict)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupFault(file, "its manifest cannot be read") from error
    if not is_known:
        raise BackupFault(file, "it was made by another version of gridcanary")
    return dict(manifest)


def _compare(file: Path, named: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    for name in sorted(named.keys() | found.keys()):
        if name not in found:
            raise BackupFault(file, f"{name} is missing")
        if name not in named:
            raise BackupFault(file, f"{name} is not in the manifest")
        if named[name] != found[name]:
            raise BackupFault(file, f"{name} is not what was backed up: its digest differs")
