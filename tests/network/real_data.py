"""Real captures, logs and pool lists under GRIDCANARY_DATA; tests skip, with the reason, without them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

NETWORK = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "network"
CAPTURES = NETWORK / "pcap"
FORMATS = NETWORK / "formats"
POOLS = NETWORK / "pools"

needs_network_data = pytest.mark.skipif(
    not (CAPTURES / "manifest.json").is_file(), reason=f"no captures under {CAPTURES}; set GRIDCANARY_DATA"
)


@dataclass(frozen=True)
class RealCapture:
    """A capture with what its manifest says of it.

    Args:
        path: the file.
        label: ``mining``, ``mixed`` or ``benign``.
        told: the manifest's entry.
    """

    path: Path
    label: str
    told: dict

    @property
    def source(self) -> str:
        """The folder: captures of one source are one fold of a leave-one-source-out test."""
        return self.path.parent.name


@cache
def real_captures() -> tuple[RealCapture, ...]:
    """Captures that are here, in the manifest's order; per-packet tables (CSV) are left out."""
    manifest = CAPTURES / "manifest.json"
    if not manifest.is_file():
        return ()
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    found = (RealCapture(CAPTURES / told["file"], told["label"], told) for told in entries)
    return tuple(one for one in found if one.path.suffix in {".pcap", ".pcapng"} and one.path.is_file())
