"""What a DOCX file may hold before anything reads it: text, tables and styles; nothing that runs or reaches out."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

from docxtpl import DocxTemplate

from gridcanary.documents.paper.faults import UnsafeFile

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED_BYTES = 40 * 1024 * 1024
MOST_PARTS = 200
MAIN_PART = "word/document.xml"

_FORBIDDEN_PARTS = {
    "vbaproject": "macros; save it as .docx without macros",
    "vbadata": "macros; save it as .docx without macros",
    "activex": "controls that run code; remove them",
    "embeddings/": "embedded objects; remove them",
    "word/media/": "pictures, which would be missing in print; remove them",
    "afchunk": "embedded files; remove them",
    "customui": "changes to the program's menus; save it anew",
}
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_FIELD = re.compile(
    rb"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE)\b", re.IGNORECASE
)
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>(.*?)</w:instrText>|w:instr=\"([^\"]*)\"", re.DOTALL)
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, LookupError,
    ValueError, TypeError, AttributeError, SyntaxError, EOFError, OSError,
)  # fmt: skip
"""What a damaged or forged package makes the readers of ZIP files, XML and DOCX raise."""

_DAMAGED = "is no DOCX document, or it is damaged; save it as .docx"


def open_docx(content: bytes, file: str) -> dict[str, bytes]:
    """The parts of a DOCX file, checked.

    Args:
        content: the file.
        file: its name, for messages.

    Returns:
        Content of each part by its name inside the file.

    Raises:
        UnsafeFile: too large, no DOCX, or it holds something that runs or reaches outside.
    """
    if len(content) > MOST_BYTES:
        raise UnsafeFile(file, f"is larger than {MOST_BYTES // 1024 // 1024} MB")
    parts = _unpacked(content, file)
    if MAIN_PART not in parts or "[Content_Types].xml" not in parts:
        raise UnsafeFile(file, "is no DOCX document; save it as .docx")
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        raise UnsafeFile(file, "contains macros; save it as .docx without macros")
    for name, part in parts.items():
        _check_part(name, part, file)
    return parts


def opened(content: bytes, file: str) -> DocxTemplate:
    """A DOCX file as docxtpl reads it, all its parts and relations read.

    Args:
        content: the file, checked by :func:`open_docx`.
        file: its name, for messages.

    Raises:
        UnsafeFile: a part is no XML, or the file lacks what it refers to.
    """
    template = DocxTemplate(io.BytesIO(content))
    try:
        template.init_docx()
        template.get_xml()
        for kind in (template.HEADER_URI, template.FOOTER_URI):
            for _name, part in template.get_headers_footers(kind):
                template.get_part_xml(part)
    except DAMAGE as error:
        raise UnsafeFile(file, _DAMAGED) from error
    return template


def _unpacked(content: bytes, file: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.infolist()
            if len(inside) > MOST_PARTS or sum(one.file_size for one in inside) > MOST_UNPACKED_BYTES:
                raise UnsafeFile(file, "unpacks to more than a document can be")
            if len({one.filename for one in inside}) != len(inside):
                raise UnsafeFile(file, "holds two parts of the same name")
            parts: dict[str, bytes] = {}
            for one in inside:
                with packed.open(one) as stream:
                    parts[one.filename] = stream.read(one.file_size + 1)
                if len(parts[one.filename]) != one.file_size:
                    raise UnsafeFile(file, "is damaged: a part is longer than it says")
            return parts
    except DAMAGE as error:
        raise UnsafeFile(file, _DAMAGED) from error


def _check_part(name: str, part: bytes, file: str) -> None:
    lowered = name.lower()
    for sign, what in _FORBIDDEN_PARTS.items():
        if sign in lowered:
            raise UnsafeFile(file, f"contains {what}")
    if lowered.endswith(".rels") and _OUTSIDE.search(part):
        raise UnsafeFile(
            file, "refers to something outside the file (a link, picture or template); remove it"
        )
    if lowered.endswith((".xml", ".rels")) and _ENTITY.search(part):
        raise UnsafeFile(file, "contains an XML declaration that documents never need")
    for instruction in _INSTRUCTION.finditer(part):
        found = _FIELD.search(instruction.group(1) or instruction.group(2) or b"")
        if found:
            raise UnsafeFile(
                file, f"contains a field that reaches outside ({found.group(1).decode()}); remove it"
            )
