"""Draws the DOCX templates of the shipped packs from short texts, so that they can be reviewed as text.

``python scripts/draw_pack_templates.py`` writes ``src/gridcanary/packs/data/<pack>/templates/*.docx`` from
``scripts/pack_templates/<pack>.yaml``. What an installation changes it changes in its own pack, in Word or WPS.

A text is a list of lines. ``@name`` stands for a block of the same file; ``| a | b |`` is a table's head, and the
line after it, ``list: {{ x.a }} | {{ x.b }}``, its repeated row; ``> text`` is set to the right.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path(__file__).parent / "pack_templates"
PACKS = ROOT / "src" / "gridcanary" / "packs" / "data"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NEVER = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every member, so that drawing twice gives the same bytes."""

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="{WORD}"><w:docDefaults>'
    '<w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
    '<w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:line="480" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
)
PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1440" w:right="1500" w:bottom="1440" w:left="1500" w:header="851" w:footer="992"'
    ' w:gutter="0"/></w:sectPr>'
)
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def main() -> int:
    """Draws every template; removes those that no text asks for."""
    for source in sorted(TEXTS.glob("*.yaml")):
        folder = PACKS / source.stem / "templates"
        folder.mkdir(exist_ok=True)
        drawn = draw_pack(source.stem)
        for stale in set(folder.glob("*.docx")) - {folder / name for name in drawn}:
            stale.unlink()
        for name, content in drawn.items():
            (folder / name).write_bytes(content)
        sys.stdout.write(f"{source.stem}: {len(drawn)} templates\n")
    return 0


def draw_pack(pack: str) -> dict[str, bytes]:
    """Every template of a pack by file name."""
    texts = yaml.safe_load((TEXTS / f"{pack}.yaml").read_text("utf-8"))
    documents = yaml.safe_load((PACKS / pack / "documents.yaml").read_text("utf-8"))
    language = yaml.safe_load((PACKS / pack / "pack.yaml").read_text("utf-8"))["document_language"]
    missing = sorted(set(documents) ^ set(texts["bodies"]))
    if missing:
        raise SystemExit(f"{pack}: text without document, or document without text: {', '.join(missing)}")
    return {
        document["template"]: draw(
            document["title"].get(language, document["title"]["en"]),
            list(expand(texts["bodies"][code], texts["blocks"])),
            numbered="numbering" in document,
        )
        for code, document in documents.items()
    }


def expand(lines: list[str], blocks: dict[str, list[str]]) -> Iterator[str]:
    """The lines with every block in its place."""
    for line in lines:
        if line.startswith("@"):
            yield from expand(blocks[line[1:]], blocks)
        else:
            yield line


def draw(title: str, lines: list[str], *, numbered: bool) -> bytes:
    """A DOCX with a heading and the lines."""
    parts = [paragraph("{{ unit }}", align="center"), paragraph(title, align="center", size=40, bold=True)]
    if numbered:
        parts.append(paragraph("{{ number }}", align="center"))
    waiting: list[str] | None = None
    for line in lines:
        if waiting is not None:
            parts.append(table(waiting, line))
            waiting = None
        elif line.startswith("|"):
            waiting = [cell.strip() for cell in line.strip("|").split("|")]
        elif line.startswith(">"):
            parts.append(paragraph(line[1:].strip(), align="right"))
        else:
            parts.append(paragraph(line))
    body = "".join(parts) + PAGE
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    )
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.format(kind="officeDocument", target="word/document.xml"),
            "word/_rels/document.xml.rels": RELATIONS.format(kind="styles", target="styles.xml"),
            "word/document.xml": document,
            "word/styles.xml": STYLES,
        }
    )


def paragraph(text: str, *, align: str = "left", size: int = 28, bold: bool = False) -> str:
    """A paragraph of one run, so that no mark is torn apart."""
    look = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/>'
    return (
        f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>{look}</w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def table(head: list[str], repeated: str) -> str:
    """A table with a head and a row for each element of a list."""
    name, _, row = repeated.partition(":")
    cells = [cell.strip() for cell in row.split(" | ")]
    if len(cells) != len(head):
        raise SystemExit(f"{len(head)} cells in the head, {len(cells)} in the row: {repeated}")
    blank = [""] * (len(head) - 1)
    rows = [head, [f"{{%tr for x in {name.strip()} %}}", *blank], cells, ["{%tr endfor %}", *blank]]
    drawn = "".join("<w:tr>" + "".join(cell_of(text) for text in one) + "</w:tr>" for one in rows)
    grid = "<w:gridCol/>" * len(head)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{drawn}</w:tbl>"
    )


def cell_of(text: str) -> str:
    """A cell."""
    return f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{paragraph(text, size=22)}</w:tc>'


def packed(members: dict[str, Any]) -> bytes:
    """The members as a ZIP whose bytes depend on nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, NEVER)
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"), compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
