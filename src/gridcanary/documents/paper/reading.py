"""Reads a filled DOCX into plain blocks of text and tables, which is all that is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import fromstring

from gridcanary.documents.paper.package import MAIN_PART, open_docx

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

KINDS = {
    "DocTitle": "title",
    "DocHeading": "heading",
    "DocBody": "body",
    "DocPlain": "plain",
    "DocCentre": "centre",
    "DocRight": "right",
    "DocSeal": "seal",
    "DocSmall": "small",
    "Title": "title",
}
"""What our paragraph styles mean in print. Paragraphs of other styles go by their alignment."""

_ALIGNMENTS = {"center": "centre", "right": "right", "end": "right"}


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. A line break is a ``\\n``."""

    text: str
    bold: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``kind`` is one of the values of KINDS."""

    kind: str
    runs: tuple[Run, ...]
    page_break: bool = False

    @property
    def text(self) -> str:
        """The words without their look."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with how many columns it spans."""

    paragraphs: tuple[Paragraph, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are shares of the line, ``head`` says whether the first row repeats on each page."""

    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a paper, from top to bottom."""

    blocks: tuple[Paragraph | Table, ...] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        """All words, a line a paragraph."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs())

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph, those in tables too."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
            else:
                for row in block.rows:
                    for cell in row:
                        yield from cell.paragraphs


def read_paper(content: bytes, file: str) -> Paper:
    """Read a filled DOCX.

    Args:
        content: the file.
        file: its name, for messages.

    Returns:
        Its paragraphs and tables. Headers and footers are left out: the print has its own.

    Raises:
        UnsafeFile: the file holds what a document must not.
    """
    body = fromstring(open_docx(content, file)[MAIN_PART]).find(f"{_W}body")
    return Paper(tuple(_blocks(body)) if body is not None else ())


def _blocks(parent: Any, *, in_cell: bool = False) -> Iterator[Paragraph | Table]:
    for element in parent:
        if element.tag == f"{_W}p":
            yield _paragraph(element, in_cell)
        elif element.tag == f"{_W}tbl":
            yield _table(element)
        elif element.tag == f"{_W}sdt":
            yield from _blocks(element.find(f"{_W}sdtContent"), in_cell=in_cell)


def _paragraph(element: Any, in_cell: bool) -> Paragraph:
    aligned = _ALIGNMENTS.get(_value(element, "pPr", "jc"), "plain" if in_cell else "body")
    kind = KINDS.get(_value(element, "pPr", "pStyle")) or aligned
    runs = tuple(run for part in element.iter(f"{_W}r") for run in _runs(part))
    breaks = any(br.get(f"{_W}type") == "page" for br in element.iter(f"{_W}br"))
    return Paragraph(kind, runs, breaks)


def _runs(element: Any) -> Iterator[Run]:
    text = "".join(_words(part) for part in element)
    if text:
        properties = element.find(f"{_W}rPr")
        yield Run(text, _is_on(properties, "b"), _is_on(properties, "u"))


def _words(part: Any) -> str:
    if part.tag == f"{_W}t":
        return str(part.text or "")
    if part.tag == f"{_W}tab":
        return "\u3000"
    if part.tag in (f"{_W}br", f"{_W}cr") and part.get(f"{_W}type") != "page":
        return "\n"
    return ""


def _table(element: Any) -> Table:
    widths = tuple(
        int(float(one.get(f"{_W}w") or 1)) or 1 for one in element.iterfind(f"{_W}tblGrid/{_W}gridCol")
    )
    rows = tuple(
        tuple(_cell(cell) for cell in row.iterfind(f"{_W}tc")) for row in element.iterfind(f"{_W}tr")
    )
    first = element.find(f"{_W}tr/{_W}trPr/{_W}tblHeader")
    columns = max((sum(cell.span for cell in row) for row in rows), default=1)
    if len(widths) != columns:
        widths = (1,) * columns
    return Table(widths, rows, first is not None)


def _cell(element: Any) -> Cell:
    span = _value(element, "tcPr", "gridSpan")
    paragraphs = tuple(block for block in _blocks(element, in_cell=True) if isinstance(block, Paragraph))
    return Cell(paragraphs, int(span) if span.isdigit() else 1)


def _value(element: Any, *path: str) -> str:
    found = element.find("/".join(f"{_W}{name}" for name in path))
    return "" if found is None else str(found.get(f"{_W}val") or "")


def _is_on(properties: Any, name: str) -> bool:
    found = None if properties is None else properties.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val") not in ("0", "false", "none")
