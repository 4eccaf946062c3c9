"""What lies in a stored dossier: its tables and reports, opened once and kept while they are looked at.

The store checks the digest whenever it opens a file, and a stored file never changes, so a digest can stand for what
it holds.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gridcanary.custody.places import object_store

KEPT = 8
UNREAD = ("chain/",)
"""Raw transactions and headers: read by the verifier, shown by no page."""


class Contents:
    """The tables and reports of a dossier by path.

    Args:
        files: their bytes.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._parsed: dict[str, Any] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def raw(self, path: str) -> bytes:
        """The bytes of a file; KeyError where there is none."""
        return self._files[path]

    def sheet(self) -> dict[str, Any]:
        """``dossier.json``."""
        found: dict[str, Any] = self.json("dossier.json", {})
        return found

    def json(self, path: str, absent: Any = None) -> Any:
        """What a JSON file says; the given value where there is none."""
        if path not in self._files:
            return absent
        if path not in self._parsed:
            self._parsed[path] = json.loads(self._files[path])
        return self._parsed[path]

    def rows(self, path: str) -> list[dict[str, str]]:
        """The rows of a CSV file by column; none where there is no such file."""
        if path not in self._files:
            return []
        if path not in self._parsed:
            self._parsed[path] = list(csv.DictReader(io.StringIO(self._files[path].decode("utf-8-sig"))))
        found: list[dict[str, str]] = self._parsed[path]
        return found


@lru_cache(maxsize=KEPT)
def contents_of(sha256: str) -> Contents:
    """The contents of a stored dossier.

    Args:
        sha256: digest of the stored ZIP.

    Raises:
        ObjectFault: the file is missing or was changed.
    """
    with object_store().opened(sha256) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        names = {info.filename: info for info in members}
        top = "" if "dossier.json" in names else members[0].filename.partition("/")[0] + "/"
        return Contents(
            {
                name.removeprefix(top): archive.read(info)
                for name, info in names.items()
                if not name.removeprefix(top).startswith(UNREAD)
            }
        )
