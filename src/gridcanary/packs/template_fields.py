"""What a document template may say: the fields that casework fills, and a check that a template uses no other.

Templates are DOCX with Jinja marks as docxtpl reads them: ``{{ party.name }}`` in text, ``{%tr for d in devices %}``
around table rows, ``{%p if ... %}`` around paragraphs.
"""

from __future__ import annotations

import io
import re
import zipfile

from defusedxml import ElementTree

FIELDS: dict[str, str] = {
    "unit": "issuing unit",
    "unit_address": "its address",
    "unit_phone": "its telephone",
    "recipient": "unit that a letter is addressed to",
    "number": "number of the document",
    "issued_on": "day of issue",
    "case_number": "number of the case",
    "case_name": "name of the case",
    "stage": "stage of the case",
    "outcome": "outcome of the case",
    "party.name": "person or company concerned",
    "party.id_number": "its identity or registration number",
    "party.address": "its address",
    "party.representative": "legal representative",
    "party.phone": "its telephone",
    "premises.name": "name of the premises",
    "premises.address": "address of the premises",
    "premises.account": "electricity account",
    "officers": "list of officers: name, certificate, unit",
    "witness": "witness, or why there is none",
    "place": "place of what is recorded",
    "began_at": "when it began",
    "ended_at": "when it ended",
    "measure": "name of the measure",
    "basis": "how its legal basis is cited",
    "facts": "facts of the case",
    "reasons": "list of the reasons of a lead, sentences",
    "statement": "what the document states, decides or asks for",
    "opinion": "opinion of the reviewer or approver",
    "deadline": "day by which something is due",
    "evidence": "list of evidence: name, digest, note",
    "devices": "list of devices: index, model, serial, quantity, hash_rate, disposal, note",
    "photos": "list of photographs: index, taken_at, content, digest",
    "questions": "list of questions: question, answer",
    "money": "list of amounts: name, amount, rule",
    "money_total": "their sum with the currency",
    "calculation": "list of lines of a calculation",
    "energy_kwh": "electricity concerned [kWh]",
    "power_kw": "measured power [kW]",
    "meter_reading": "reading of the meter",
    "items": "list of points: name, result",
    "review_body": "body that decides on reconsideration",
    "court": "competent court",
    "unverified": "list of provisions cited that are unverified",
}
"""Field by name; a dot marks a field of a field."""

LIST_FIELDS: dict[str, frozenset[str]] = {
    "officers": frozenset({"name", "certificate", "unit"}),
    "evidence": frozenset({"name", "digest", "note"}),
    "devices": frozenset({"index", "model", "serial", "quantity", "hash_rate", "disposal", "note"}),
    "photos": frozenset({"index", "taken_at", "content", "digest"}),
    "questions": frozenset({"question", "answer"}),
    "money": frozenset({"name", "amount", "rule"}),
    "items": frozenset({"name", "result"}),
    "reasons": frozenset(),
    "calculation": frozenset(),
    "unverified": frozenset(),
}
"""What an element of a list holds; nothing where it is a text."""

_MARK = re.compile(r"\{\{(.+?)\}\}|\{%(?:tr|tc|p|r)?\s*(.+?)%\}", re.DOTALL)
_LOOP = re.compile(r"for\s+(\w+)\s+in\s+([\w.]+)")
_NAME = re.compile(r"(?<![\w.'\"])([a-z_]\w*(?:\.[a-z_]\w*)*)")
_WORDS = frozenset({"if", "elif", "else", "endif", "endfor", "for", "in", "not", "and", "or", "is", "loop"})
_TEXT_TAG = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


class UnreadableTemplate(ValueError):
    """A template that is not a DOCX."""


def unknown_fields(docx: bytes) -> list[str]:
    """Fields of a template that casework does not fill.

    Args:
        docx: the file.

    Returns:
        Their names, sorted.

    Raises:
        UnreadableTemplate: the file is not a DOCX.
    """
    unknown: set[str] = set()
    open_loops: list[tuple[str, str]] = []  # name of the element, list it goes over
    for mark in _marks(template_text(docx)):
        begun = _LOOP.match(mark)
        if begun:
            open_loops.append((begun[1], begun[2]))
            unknown |= {begun[2]} - LIST_FIELDS.keys()
        elif mark == "endfor" and open_loops:
            open_loops.pop()
        else:
            unknown |= {name for name in _NAME.findall(mark) if not _known(name, dict(open_loops))}
    return sorted(unknown)


def _known(name: str, loops: dict[str, str]) -> bool:
    head, _, rest = name.partition(".")
    if head in loops:
        return not rest or rest in LIST_FIELDS.get(loops[head], frozenset())
    return head in _WORDS or name in FIELDS


def template_text(docx: bytes) -> str:
    """All text of a DOCX body, runs joined."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            root = ElementTree.fromstring(archive.read("word/document.xml"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise UnreadableTemplate("is not a DOCX file") from error
    return "".join(node.text or "" for node in root.iter(_TEXT_TAG))


def _marks(text: str) -> list[str]:
    return [(found[0] or found[1]).strip() for found in _MARK.findall(text)]
