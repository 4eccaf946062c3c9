"""The latest block that this installation knows of: its difficulty tells what one bitcoin takes today."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gridcanary.accounting.bitcoin import ChainDay
from gridcanary.chain.blocks import read_header
from gridcanary.chain.transactions import Cursor
from gridcanary.chain.work import target_of

HEADER_BYTES = 80
EASIEST = target_of(0x1D00FFFF)
"""Target at difficulty 1."""
LEAST_DIFFICULTY = 10**12
"""Below it a block isn't Bitcoin's of the last years, but that of a test network."""
_NAME = re.compile(r"(\d{7,})-([0-9a-f]{64})\.bin")


@dataclass(frozen=True, slots=True)
class Tip:
    """A block.

    Args:
        height: of it.
        bits: its target in compact form.
        time: its own time [s since 1970, UTC].
    """

    height: int
    bits: int
    time: int

    @property
    def day(self) -> ChainDay:
        """As accounting takes it; fees aren't counted."""
        difficulty = (Decimal(EASIEST) / target_of(self.bits)).quantize(Decimal(1))
        return ChainDay(dt.datetime.fromtimestamp(self.time, dt.UTC).date(), difficulty, self.height)


LAST_KNOWN = Tip(951_658, 0x1702068F, 1_780_112_431)
"""Bitcoin's block 00000000000000000001cbe4b4add61d60d9a470e0958f1b4024f202db9ca628 of 30 May 2026, for installations
that follow no chain; its hash shows the work that its bits ask for."""


def chain_tip() -> Tip:
    """The latest of ``GRIDCANARY_CHAIN_BLOCKS``, a folder of ``gridcanary chain follow``, or LAST_KNOWN."""
    folder = settings.GRIDCANARY_CHAIN_BLOCKS
    if not folder or not Path(folder).is_dir():
        return LAST_KNOWN
    found = _latest(Path(folder), Path(folder).stat().st_mtime_ns)
    return found if found is not None and found.time > LAST_KNOWN.time else LAST_KNOWN


@lru_cache(maxsize=2)
def _latest(folder: Path, _changed: int) -> Tip | None:
    named = sorted(
        ((int(name[1]), name[2], file) for file in folder.iterdir() if (name := _NAME.fullmatch(file.name))),
        reverse=True,
    )
    return next((tip for height, shown, file in named if (tip := _proven(height, shown, file))), None)


def _proven(height: int, shown: str, file: Path) -> Tip | None:
    """The block of a file whose name is its hash, and whose hash shows its work; else None."""
    with file.open("rb") as stream:
        raw = stream.read(HEADER_BYTES)
    if len(raw) < HEADER_BYTES:
        return None
    header = read_header(Cursor(raw))
    target = target_of(header.bits)
    if header.hash[::-1].hex() != shown or not target or int.from_bytes(header.hash, "little") > target:
        return None
    return Tip(height, header.bits, header.time) if EASIEST // target >= LEAST_DIFFICULTY else None
