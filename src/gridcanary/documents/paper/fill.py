"""Fills a DOCX template with values."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError

from gridcanary.documents.paper.faults import TemplateFault
from gridcanary.documents.paper.tags import environment, tags_of

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every part of a filled file, so that the same values give the same bytes."""

LINE_BREAK = "\u2028"
"""Breaks a line on paper without beginning a paragraph."""

NEW_PARAGRAPH = "\a"
"""What docxtpl reads as the end of a paragraph; the next one looks alike."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UNDEFINED = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")


def fill(template: bytes, values: Mapping[str, Any], file: str) -> bytes:
    """Fill a template.

    Args:
        template: the DOCX file, already checked by ``check_template``.
        values: texts, numbers, lists and mappings of them; each line of a text is a paragraph on paper.
        file: name of the template, for messages.

    Returns:
        The filled DOCX; the same template and values give the same bytes.

    Raises:
        TemplateFault: a tag names something that has no value; file and tag are named.
    """
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(cleaned(values), environment(), autoescape=True)
    except UndefinedError as error:
        raise TemplateFault(file, _tag_with(template, file, str(error)), str(error)) from error
    except (TemplateError, SyntaxError) as error:  # SyntaxError: lxml could not read what came out
        raise TemplateFault(file, _tag_with(template, file, str(error)), str(error)) from error
    out = io.BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def cleaned(value: Any) -> Any:
    """A value without the control characters that neither XML nor paper can hold, its lines as paragraphs."""
    if isinstance(value, str):
        text = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text.replace("\n", NEW_PARAGRAPH).replace(LINE_BREAK, "\n")
    if isinstance(value, Mapping):
        return {name: cleaned(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value


def _tag_with(template: bytes, file: str, message: str) -> str:
    """The first tag that holds the name of an error's message."""
    found = _UNDEFINED.search(message)
    name = next((one for one in found.groups() if one), "") if found else ""
    return next((tag for tag in tags_of(template, file) if name and name in tag), name)


def _settled(content: bytes) -> bytes:
    """The same file with fixed times and order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as settled:
        for name in sorted(packed.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            settled.writestr(zipfile.ZipInfo(name, EPOCH), packed.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
