"""Where the console's files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that scans write to and the console reads from.

    Args:
        home: GRIDCANARY_HOME.
    """

    home: Path

    @property
    def lake(self) -> Path:
        """Readings, archive, balances and weather."""
        return self.home / "lake"

    @property
    def customers(self) -> Path:
        """The archive."""
        return self.lake / "customers.parquet"

    @property
    def findings(self) -> Path:
        """What the last scan wrote."""
        return self.home / "findings.parquet"

    @property
    def curve_cache(self) -> Path:
        """Curves of the listed premises, drawn out of the lake; may be deleted at any time."""
        return self.home / "cache" / "curves"


def workspace() -> Workspace:
    """The workspace that the settings point to."""
    return Workspace(Path(settings.GRIDCANARY_HOME))


Stamp = tuple[tuple[str, int, int], ...]


def file_stamp(*files: Path) -> Stamp:
    """Name, size and time of files, for caches that must notice a new scan; a missing file has size -1."""
    stamp = []
    for file in files:
        try:
            status = file.stat()
        except FileNotFoundError:
            stamp.append((str(file), -1, 0))
        else:
            stamp.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(stamp)
