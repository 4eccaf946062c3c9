"""Makes the DOCX templates of the shipped packs from short texts, so that their wording can be reviewed as text.

    python scripts/make_templates.py            write them
    python scripts/make_templates.py --check    say which differ from their texts; exit 1 if any does

One text a template, ``scripts/templates/<pack>/<name>.txt``:

    # title            ## heading           > right             = centre
    body paragraph     - without indent     ! small print       ~ empty line      [seal] text above the seal
    | a | b |          row of a table; the first row is its head when it begins with |!
    |: 2 | 1           widths of the next table's columns
    |% for x in xs | a row that repeats: |% for …, rows, |% endfor
    % if x             condition or loop over paragraphs: % if …, % for …, % endif, % endfor
    < name             takes in scripts/templates/<pack>/_name.txt, or that of common/
    **bold** inside a line; tags such as {{ case.number }} as docxtpl reads them
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "scripts" / "templates"
PACKS = ROOT / "src" / "gridcanary" / "packs" / "data"
EPOCH = (1980, 1, 1, 0, 0, 0)
LINE_TWIPS = 8900
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

STYLES = {
    "# ": "DocTitle", "## ": "DocHeading", "> ": "DocRight", "= ": "DocCentre", "- ": "DocPlain", "! ": "DocSmall",
    "[seal] ": "DocSeal",
}  # fmt: skip

LOOKS = {
    "DocTitle": ("center", 0, 36, True),
    "DocHeading": ("left", 0, 24, True),
    "DocBody": ("both", 480, 24, False),
    "DocPlain": ("left", 0, 24, False),
    "DocCentre": ("center", 0, 24, False),
    "DocRight": ("right", 0, 24, False),
    "DocSeal": ("right", 0, 24, False),
    "DocSmall": ("left", 0, 18, False),
}
"""Alignment, indent of the first line in twips, size in half points, bold."""

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
)
DOCUMENT_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def main(arguments: list[str] | None = None) -> int:
    """Write or check the templates; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true")
    checks = parser.parse_args(arguments).check
    stale = [
        target for target, content in templates() if not target.is_file() or target.read_bytes() != content
    ]
    made = dict(templates())
    for target in stale:
        if checks:
            sys.stderr.write(
                f"{target.relative_to(ROOT)} differs from its text; run scripts/make_templates.py\n"
            )
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made[target])
    return 1 if checks and stale else 0


def templates() -> Iterator[tuple[Path, bytes]]:
    """Where each template belongs, and its content."""
    for text in sorted(TEXTS.glob("*/*.txt")):
        if not text.name.startswith("_") and text.parent.name != "common":
            yield PACKS / text.parent.name / "templates" / f"{text.stem}.docx", docx(text)


def docx(text: Path) -> bytes:
    """The DOCX of one text; the same text gives the same bytes."""
    chinese = not text.parent.name.startswith(("my", "kz"))
    body = "".join(_blocks(_lines(text)))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1587" w:right="1417" w:bottom="1587" w:left="1587" w:header="850" w:footer="992"/></w:sectPr>'
    )
    parts = {
        "[Content_Types].xml": HEAD + CONTENT_TYPES,
        "_rels/.rels": HEAD + ROOT_RELATIONS,
        "word/_rels/document.xml.rels": HEAD + DOCUMENT_RELATIONS,
        "word/document.xml": f"{HEAD}<w:document {NAMESPACE}><w:body>{body}{page}</w:body></w:document>",
        "word/styles.xml": HEAD + _styles(chinese),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _lines(text: Path) -> Iterator[str]:
    for line in text.read_text(encoding="utf-8").splitlines():
        if line.startswith("< "):
            name = f"_{line[2:].strip()}.txt"
            own = text.parent / name
            yield from _lines(own if own.is_file() else TEXTS / "common" / name)
        elif not line.startswith("//"):
            yield line.rstrip()


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    rows: list[str] = []
    widths: list[int] = []
    for line in lines:
        if line.startswith("|:"):
            widths = [int(share) for share in line[2:].split("|")]
        elif line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            yield _table(rows, widths)
            rows, widths = [], widths if line.startswith("|:") else []
        if line and not line.startswith("|:"):
            yield _paragraph(line)
    if rows:
        yield _table(rows, widths)


def _paragraph(line: str) -> str:
    if line.startswith("% "):
        return _styled("DocPlain", f"{{%p {line[2:]} %}}")
    if line == "~":
        return _styled("DocPlain", "")
    for mark, style in STYLES.items():
        if line.startswith(mark):
            return _styled(style, line[len(mark) :])
    return _styled("DocBody", line)


def _styled(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_runs(text)}</w:p>'


def _runs(text: str) -> str:
    pieces = re.split(r"\*\*(.+?)\*\*", text)
    return "".join(_run(piece, bold=number % 2 == 1) for number, piece in enumerate(pieces) if piece)


def _run(text: str, *, bold: bool) -> str:
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _table(rows: list[str], widths: list[int]) -> str:
    cells = [
        [cell.strip() for cell in row.strip("|!").split("|")] for row in rows if not row.startswith("|%")
    ]
    columns = max(len(row) for row in cells)
    shares = widths or [1] * columns
    twips = [LINE_TWIPS * share // sum(shares) for share in shares]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = f'<w:tblPr><w:tblW w:w="{LINE_TWIPS}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    drawn = "".join(_row(row, twips) for row in rows)
    return f"<w:tbl>{head}<w:tblGrid>{grid}</w:tblGrid>{drawn}</w:tbl>{_styled('DocPlain', '')}"


def _row(row: str, twips: list[int]) -> str:
    if row.startswith("|%"):
        span = f'<w:gridSpan w:val="{len(twips)}"/>' if len(twips) > 1 else ""
        tag = _styled("DocPlain", f"{{%tr {row[2:].strip(' |')} %}}")
        return f"<w:tr><w:tc><w:tcPr>{span}</w:tcPr>{tag}</w:tc></w:tr>"
    is_head = row.startswith("|!")
    cells = [cell.strip() for cell in row.strip("|!").split("|")]
    look = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
    made = []
    for number, cell in enumerate(cells):
        span = len(twips) - number if number == len(cells) - 1 else 1
        width = sum(twips[number : number + span])
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        text = f"**{cell}**" if is_head and cell else cell
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{_styled("DocPlain", text)}</w:tc>'
        )
    return f"<w:tr>{look}{''.join(made)}</w:tr>"


def _styles(chinese: bool) -> str:
    fonts = ("仿宋", "Times New Roman") if chinese else ("仿宋", "Calibri")
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{fonts[1]}" w:hAnsi="{fonts[1]}" w:eastAsia="{fonts[0]}"/>'
        '<w:sz w:val="24"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="360" w:lineRule="auto"/>'
        "</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    return f"<w:styles {NAMESPACE}>{defaults}{''.join(_style(name, chinese) for name in LOOKS)}</w:styles>"


def _style(name: str, chinese: bool) -> str:
    align, indent, size, bold = LOOKS[name]
    first = f'<w:ind w:firstLine="{indent}"/>' if indent and chinese else ""
    weight = "<w:b/>" if bold else ""
    heading = "黑体" if bold else "仿宋"
    east = f'<w:rFonts w:eastAsia="{heading}"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:qFormat/>'
        f'<w:pPr><w:jc w:val="{align}"/>{first}</w:pPr><w:rPr>{east}{weight}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


if __name__ == "__main__":
    sys.exit(main())
