"""Typesets a poster or a share card with typst and the fonts of the papers; no network."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import segno
import typst

from gridcanary.documents.paper.typeset import fonts

SOURCE = Path(__file__).with_name("poster.typ")
POSTER, CARD = "poster", "card"
PDF, PNG = "pdf", "png"
KINDS, ENDINGS = (POSTER, CARD), (PDF, PNG)
PIXELS_AN_INCH = {POSTER: 150.0, CARD: 144.0}
"""A card is 540 pt x 720 pt, so 1080 x 1440 pixels; a poster is A4, so 1240 x 1754."""
LEAST_QUIET = 4
"""Empty modules around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class TipLine:
    """A telephone line.

    Args:
        name, number, hours: as they are printed.
        mark: printed behind a number that was not checked at its source; else empty.
    """

    name: str
    number: str
    hours: str
    mark: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign by which a mine is known.

    Args:
        label: in words.
        drawing: an SVG drawing in lines.
    """

    label: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a poster or card; every text is printed as it is.

    Args:
        language: ``zh`` or ``en``.
        county: full name.
        address: where the QR code leads; empty for none.
        lines: telephone lines.
        signs: six signs.
        law: a sentence; empty for none.
        law_source: where it stands, with its date and, where it wasn't checked, a mark.
        words: the other texts by name.
        foot: the pack that it was made from.
    """

    language: str
    county: str
    address: str
    lines: tuple[TipLine, ...]
    signs: tuple[Sign, ...]
    law: str
    law_source: str
    words: dict[str, str]
    foot: str


def qr_drawing(address: str) -> str:
    """The QR code of an address as SVG, black on white with its quiet zone.

    Error correction is M or, where the code grows no larger by it, higher.
    """
    drawn = io.BytesIO()
    code = segno.make_qr(address, error="m", boost_error=True)
    code.save(drawn, kind="svg", border=LEAST_QUIET, light="white", xmldecl=False)
    return drawn.getvalue().decode()


def typeset_sheet(sheet: Sheet, kind: str, ending: str) -> bytes:
    """Set a sheet.

    Args:
        sheet: what stands on it.
        kind: POSTER or CARD.
        ending: PDF or PNG.

    Returns:
        The file; the same sheet gives the same bytes.
    """
    told = {
        **asdict(sheet),
        "kind": kind,
        "qr": qr_drawing(sheet.address) if sheet.address else "",
        "shown_address": sheet.address.partition("://")[2].partition("?")[0],
    }
    inputs = {"sheet": json.dumps(told, ensure_ascii=False)}
    made = _compile(inputs, format=ending, ppi=PIXELS_AN_INCH[kind])
    return bytes(made[0] if isinstance(made, list) else made)


def _compile(inputs: dict[str, str], **options: Any) -> Any:
    return typst.compile(
        str(SOURCE), root=str(SOURCE.parent), font_paths=fonts(), sys_inputs=inputs, **options
    )
