"""What a reader of block files passes over, and must not pass over in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class RemarkCode(StrEnum):
    """Why some bytes of a file, or all of it, count for nothing."""

    JUNK = "junk"
    CUT_OFF = "cut_off"
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    NO_BLOCK = "no_block"


_SENTENCES = {
    RemarkCode.JUNK: "{size} bytes that belong to no block",
    RemarkCode.CUT_OFF: "the file ends inside a block: {size} bytes of it are there",
    RemarkCode.DAMAGED: "a block of {size} bytes can't be read",
    RemarkCode.FOREIGN: "the file holds blocks of another network",
    RemarkCode.NO_BLOCK: "the file holds no block",
}


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Bytes that were passed over.

    Args:
        file: the file.
        offset: the first of the bytes; in a file of hexadecimal digits, counted in the bytes that they stand for.
        code: why.
        size: how many bytes.
        detail: what more is known: another network's name, the field where a block broke off.
    """

    file: Path
    offset: int
    code: RemarkCode
    size: int
    detail: str = ""

    def __str__(self) -> str:
        told = _SENTENCES[self.code].format(size=self.size)
        return f"{self.file}, byte {self.offset}: {told}" + (f" ({self.detail})" if self.detail else "")
