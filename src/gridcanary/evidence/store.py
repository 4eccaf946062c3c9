"""The object store: every content once, under its SHA-256 digest, never changed.

    objects/3f/3f0c…    as it came, read-only
    objects/3f/3f0c….enc    the same, encrypted at rest

The digest is always computed here while the content streams in; what a sender announces is only compared.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gridcanary.evidence.digests import CHUNK_BYTES, Digester, Digests
from gridcanary.evidence.durable import sync_folder
from gridcanary.evidence.encryption import Algorithm, Sealing, opened
from gridcanary.evidence.errors import DigestMismatch, KeyFault, ObjectFault, TooLarge
from gridcanary.evidence.keys import KeyProvider

_NAME = re.compile(r"[0-9a-f]{64}")
ENCRYPTED = ".enc"
READ_ONLY = 0o440
DEFAULT_LIMIT_BYTES = 8 << 30


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What ``put`` did.

    Args:
        digests: of the content.
        was_there: the same content was stored before, and nothing was written.
    """

    digests: Digests
    was_there: bool


class ObjectStore:
    """A write-once store below a folder.

    Args:
        folder: made where it doesn't exist.
        keys: to encrypt with; None keeps contents as they come. Needed to read encrypted objects.
        algorithm: for new objects, where there are keys.
        limit_bytes: the most that one object may hold.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keys: KeyProvider | None = None,
        algorithm: Algorithm = Algorithm.AES_256_GCM,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
    ) -> None:
        self._objects, self._drafts = folder / "objects", folder / "drafts"
        self._keys, self._algorithm, self._limit_bytes = keys, algorithm, limit_bytes

    def put(
        self,
        stream: BinaryIO,
        *,
        announced_sha256: str | None = None,
        announced_sm3: str | None = None,
        limit_bytes: int | None = None,
    ) -> StoredObject:
        """Store what a stream gives.

        Args:
            stream: read to its end.
            announced_sha256: what the sender says the digest is, in hexadecimal; only compared.
            announced_sm3: the same for SM3.
            limit_bytes: a lower limit than the store's.

        Returns:
            The digests computed here, and whether the content was there already.

        Raises:
            TooLarge: over the limit; nothing is kept.
            DigestMismatch: not what was announced; nothing is kept.
            ObjectFault: the same content was stored before and has been damaged since.
        """
        limit = min(limit_bytes or self._limit_bytes, self._limit_bytes)
        self._drafts.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._drafts)
        try:
            with os.fdopen(handle, "wb") as file:
                digests = self._write(stream, file, limit)
                file.flush()
                os.fsync(file.fileno())
            for algorithm, announced, found in (
                ("SHA-256", announced_sha256, digests.sha256),
                ("SM3", announced_sm3, digests.sm3),
            ):
                if announced is not None and announced.strip().lower() != found:
                    raise DigestMismatch(algorithm, announced, found)
            return StoredObject(digests, was_there=not self._admit(Path(draft), digests))
        finally:
            Path(draft).unlink(missing_ok=True)
            _blur(self._drafts)

    def _write(self, stream: BinaryIO, file: BinaryIO, limit: int) -> Digests:
        digester = Digester()
        sealing = Sealing(self._keys, self._algorithm) if self._keys else None
        if sealing:
            file.write(sealing.header)
        while piece := stream.read(CHUNK_BYTES):
            digester.update(piece)
            if digester.size_bytes > limit:
                raise TooLarge(limit)
            file.write(sealing.update(piece) if sealing else piece)
        if sealing:
            file.write(sealing.finish())
        return digester.digests()

    def _admit(self, draft: Path, digests: Digests) -> bool:
        """Give the draft its name; False where the content was there."""
        if self._find(digests.sha256) is not None:
            if self.verify(digests.sha256) != digests:
                raise ObjectFault(digests.sha256, "has another SM3 digest than before")
            return False
        final = self._objects / digests.sha256[:2] / (digests.sha256 + (ENCRYPTED if self._keys else ""))
        final.parent.mkdir(parents=True, exist_ok=True)
        draft.chmod(READ_ONLY)
        _blur(draft)
        try:
            os.link(draft, final)  # never replaces, unlike a rename
        except FileExistsError:
            return False
        _blur(final.parent)
        _blur(self._objects)
        sync_folder(final.parent)
        return True

    def _find(self, sha256: str) -> Path | None:
        if not _NAME.fullmatch(sha256):
            raise ObjectFault(sha256, "is no SHA-256 digest in hexadecimal")
        for ending in ("", ENCRYPTED):
            path = self._objects / sha256[:2] / (sha256 + ending)
            if path.exists():
                return path
        return None

    def __contains__(self, sha256: str) -> bool:
        return self._find(sha256) is not None

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The content, piece by piece, checked against its digest by the end.

        Args:
            sha256: the object's name.

        Raises:
            ObjectFault: missing, changed or damaged. Pieces given before it must not be used.
            KeyFault: encrypted, and the key is not there.
        """
        path = self._find(sha256)
        if path is None:
            raise ObjectFault(sha256, "is missing")
        digester = Digester()
        with path.open("rb") as file:
            for piece in self._plain(file, path, sha256):
                digester.update(piece)
                yield piece
        if digester.digests().sha256 != sha256:
            raise ObjectFault(sha256, "was changed: its content has another digest")

    def _plain(self, file: BinaryIO, path: Path, sha256: str) -> Iterator[bytes]:
        if path.suffix != ENCRYPTED:
            while piece := file.read(CHUNK_BYTES):
                yield piece
        elif self._keys is None:
            raise KeyFault(f"object {sha256} is encrypted, and no keys are configured")
        else:
            yield from opened(file, self._keys, sha256)

    @contextmanager
    def opened(self, sha256: str) -> Iterator[BinaryIO]:
        """A readable copy of an object that was checked as a whole before a byte is given out.

        Args:
            sha256: the object's name.

        Raises:
            ObjectFault, KeyFault: as for ``pieces``.
        """
        self._drafts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._drafts) as copy:
            for piece in self.pieces(sha256):
                copy.write(piece)
            copy.seek(0)
            yield copy

    def verify(self, sha256: str) -> Digests:
        """Read an object again.

        Args:
            sha256: its name.

        Returns:
            Its digests.

        Raises:
            ObjectFault, KeyFault: as for ``pieces``.
        """
        digester = Digester()
        with closing(self.pieces(sha256)) as pieces:  # type: ignore[type-var]  # a generator closes
            for piece in pieces:
                digester.update(piece)
        return digester.digests()

    def names(self) -> Iterator[str]:
        """SHA-256 digests of everything stored, in order."""
        if not self._objects.is_dir():
            return
        for folder in sorted(self._objects.iterdir()):
            yield from sorted({path.name.removesuffix(ENCRYPTED) for path in folder.iterdir()})

    def strangers(self) -> Iterator[Path]:
        """Files below the store that no object should be called."""
        for path in sorted(self._objects.rglob("*")):
            name = path.name.removesuffix(ENCRYPTED)
            if path.is_file() and not (_NAME.fullmatch(name) and path.parent.name == name[:2]):
                yield path


def _blur(path: Path) -> None:
    """Set a file's times to the start of the day (UTC): when evidence came stands in the log, where it may stand."""
    day = time.time() // 86_400 * 86_400
    os.utime(path, (day, day))
