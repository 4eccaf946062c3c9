"""DOCX files for tests."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from xml.sax.saxutils import escape

from gridcanary.documents.paper import Frame

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(*paragraphs: str, raw: str = "", pressing: int = zipfile.ZIP_STORED, **parts: str | bytes) -> bytes:
    """A DOCX of plain paragraphs.

    Args:
        paragraphs: their texts.
        raw: more of its body.
        pressing: how its parts are packed, as zipfile names it.
        parts: more files (``__`` for a slash).
    """
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(one)}</w:t></w:r></w:p>' for one in paragraphs
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f"<w:document {W}><w:body>{body}{raw}<w:sectPr/></w:body></w:document>",
    }
    members |= {name.replace("__", "/").replace("_DOT_", "."): content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", pressing) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def damaged(content: bytes) -> bytes:
    """A DOCX with the packed text of its main part overwritten, all lengths and names as they were."""
    at = content.index(b"word/document.xml") + len(b"word/document.xml")
    return content[: at + 4] + b"\xff" * 40 + content[at + 44 :]


def without(content: bytes, text: bytes) -> bytes:
    """A DOCX whose parts have lost a text, packed soundly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            changed.writestr(name, packed.read(name).replace(text, b""))
    return out.getvalue()


def frame(**changes: object) -> Frame:
    """A frame around a test's paper."""
    given: dict[str, object] = {
        "title": "行政处罚决定书", "unit": "某市能源局", "number": "济能源〔2026〕7号",
        "case_number": "jn-energy-2026-0001",
        "version": 2, "sha256": "ab" * 32, "sm3": "cd" * 32, "event": 12, "mark": "", "language": "zh",
        "words": {"case": "案件编号", "version": "版本", "event": "事件日志序号", "seal": "（印章）"},
        "made_at": dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC),
    }  # fmt: skip
    return Frame(**{**given, **changes})  # type: ignore[arg-type]
