"""Typesets a paper to PDF or pictures with typst and the CJK font that the installation brings; no network."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from gridcanary.documents.paper.reading import Paper, Paragraph, Table

FONT_PACKAGE = "cvttf_NotoSansCJK_Regular"
SCREEN_PPI = 96.0
SOURCE = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a paper's text on each page.

    Args:
        title: title of the paper, for the header and the file's own data.
        unit: who issues it.
        case_number: of the case.
        number: the paper's number; empty before it is issued.
        version: which version.
        sha256: digest of the version's DOCX.
        sm3: the same by SM3.
        event: number in the event log; None before it is recorded.
        mark: printed across each page of a paper that is not in force, such as 草稿; empty for none.
        language: of the text, such as ``zh`` or ``ms``.
        words: labels of the frame by name, in that language.
        made_at: time of the version, for the file's own data.
    """

    title: str
    unit: str
    case_number: str
    number: str
    version: int
    sha256: str
    sm3: str
    event: int | None
    mark: str
    language: str
    words: Mapping[str, str]
    made_at: dt.datetime


def typeset(paper: Paper, frame: Frame) -> bytes:
    """Print a paper.

    Args:
        paper: what stands on it; every character is printed as it is, none has a meaning to the typesetter.
        frame: what stands around it.

    Returns:
        A PDF on A4; the same paper and frame give the same bytes.
    """
    made: bytes = _compile(
        paper, frame, format="pdf", pdf_standards=["a-2b"], timestamp=int(frame.made_at.timestamp())
    )
    return made


def typeset_pages(paper: Paper, frame: Frame, ppi: float = SCREEN_PPI) -> list[bytes]:
    """Draw a paper for the screen: one PNG a page, ``ppi`` points an inch."""
    made = _compile(paper, frame, format="png", ppi=ppi)
    return list(made) if isinstance(made, list) else [made]


def _compile(paper: Paper, frame: Frame, **options: Any) -> Any:
    told = {
        **asdict(frame),
        "made_at": _date(frame.made_at),
        "blocks": [_told(block) for block in paper.blocks],
    }
    return typst.compile(
        str(SOURCE),
        root=str(SOURCE.parent),
        font_paths=fonts(),
        sys_inputs={"paper": json.dumps(told, ensure_ascii=False)},
        **options,
    )


@lru_cache(maxsize=1)
def fonts() -> Any:
    """The fonts that texts are set in: the installation's CJK font and typst's own, none of the machine's."""
    folder = importlib.resources.files(FONT_PACKAGE)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def _date(moment: dt.datetime) -> list[int]:
    return [moment.year, moment.month, moment.day]


def _told(block: Paragraph | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return _paragraph(block)
    rows = [
        [{"span": cell.span, "paragraphs": [_paragraph(one) for one in cell.paragraphs]} for cell in row]
        for row in block.rows
    ]
    return {"kind": "table", "widths": list(block.widths), "head": block.head, "rows": rows}


def _paragraph(paragraph: Paragraph) -> dict[str, Any]:
    runs = [
        {"lines": run.text.split("\n"), "bold": run.bold, "underline": run.underline}
        for run in paragraph.runs
    ]
    return {"kind": paragraph.kind, "runs": runs, "page_break": paragraph.page_break}
