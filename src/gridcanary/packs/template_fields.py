"""What a document template may say: the names that papers may use, and a check that a template uses no other.

Templates are DOCX with Jinja marks as docxtpl reads them: ``{{ party_name }}`` in text, ``{%tr for d in devices %}``
around table rows, ``{%p if ... %}`` around paragraphs.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache

from defusedxml import ElementTree

FIELDS: dict[str, str] = {
    "case.number": "number of the case",
    "case.title": "name of the case",
    "case.summary": "what is known",
    "case.stage": "its stage",
    "case.opened_on": "day on which it was opened",
    "case.outcome": "its outcome",
    "document.title": "title of the paper",
    "document.number": "its number",
    "document.date": "day of issue",
    "document.code": "code of its kind",
    "document.version": "number of the version",
    "document.seal_text": "issuing unit and day, for the seal",
    "document.short_kind": "decision or notice, as the text calls itself",
    "unit.name": "issuing unit as its letterhead names it",
    "unit.address": "its address",
    "unit.telephone": "its telephone",
    "unit.kind": "its kind",
    "sites": "list of the places",
    "leads": "list of what pointed to them",
    "parties": "list of the parties",
    "devices": "list of the devices",
    "measures": "list of the measures taken",
    "money": "list of the amounts",
    "clocks": "list of the deadlines",
    "evidence": "list of the evidence",
    "papers": "list of the papers issued in the case",
    "legal_bases": "list of the provisions cited, unverified ones marked",
    "attachments": "list of what belongs to the paper",
    "device_total": "number of devices",
    "party_name": "party (person or company)",
    "party_id": "identity or credit-code number",
    "representative": "legal representative or person in charge",
    "party_phone": "party's telephone",
    "party_address": "party's address",
    "party_statement": "what the party stated",
    "account_no": "customer number and meter number",
    "began_at": "from (day and time)",
    "ended_at": "until (day and time)",
    "place": "place",
    "officer_names": "officers",
    "certificate_numbers": "certificate numbers",
    "recorder": "recorder",
    "witness": "witness",
    "witness_reason": "reason for no witness",
    "contact_person": "contact person",
    "contact_phone": "contact telephone",
    "hearing_host": "chair",
    "hearing_kind": "public or closed hearing",
    "responsible_person": "person responsible",
    "violation": "violation",
    "lead_source": "source of the lead",
    "facts": "facts",
    "evidence_text": "evidence",
    "reasons": "reasons",
    "decision": "decision",
    "conclusion": "conclusion",
    "opinion": "officer's opinion",
    "innocent_checked": "innocent explanations that were checked",
    "suspected_crime": "suspected crime",
    "measures_taken": "measures taken",
    "note": "note",
    "inspection_content": "what is inspected",
    "inspection_result": "course and result of the check",
    "rights_answer": "answer to the rights told",
    "finding_devices": "computing devices found",
    "finding_software": "mining software found",
    "finding_pool": "records of pool access found",
    "meter_reading": "meter reading and seals",
    "meter_reading_after": "readings after disconnection",
    "measured_kw": "power measured on site (kW)",
    "wiring": "wiring and metering equipment",
    "network_state": "network connection",
    "recording": "audio and video recording",
    "contract_state": "contract capacity and tariff class",
    "monitoring_system": "monitoring system",
    "technical_opinion": "technical review",
    "interviewee": "person interviewed",
    "interviewee_sex": "sex",
    "interviewee_id": "identity number",
    "interviewee_phone": "telephone",
    "interviewee_role": "employer and position",
    "interviewee_address": "home address",
    "dialogue": "questions and answers",
    "preserve_place": "where the objects are kept",
    "preserve_method": "how they are kept",
    "stop_scope": "how and how far supply is cut",
    "restore_condition": "when supply is restored",
    "seal_numbers": "seal numbers",
    "disposal": "disposal of the devices",
    "review_competence": "competence and certificates",
    "review_facts": "facts and evidence",
    "review_law": "law and discretion",
    "review_procedure": "procedure",
    "review_limits": "limits of power; crime to be referred",
    "legal_opinion": "opinion of the legal review",
    "review_body": "body that hears appeals",
    "recipient": "addressed to",
    "request": "what is asked for",
    "reply_by": "answer by",
    "time_limit": "time limit",
    "report_day": "day of the monthly report",
    "letter_number": "number of the other paper",
    "decision_number": "number of the decision",
    "receipt_number": "receipt number",
    "served_to": "served on",
    "served_at": "served at",
    "service_way": "way of service",
    "document_served": "paper served, with its number",
    "substitute": "substitute recipient",
    "refused_reason": "refusal and how it was left",
    "period": "period",
    "kwh": "energy (kWh)",
    "rate": "rate (per kWh)",
    "charge": "charge or difference",
    "multiplier": "multiple",
    "amount": "amount",
    "charge_scope": "what the surcharge applies to",
    "calculation": "calculation",
    "payment": "how and when it is paid",
    "rectification_measures": "rectification",
    "conversion": "lawful use afterwards",
    "accept_devices": "devices removed",
    "accept_load": "load back to normal",
    "accept_supply": "supply and metering in order",
    "accept_money": "money collected",
    "accept_commitment": "commitment and landlord's duty",
    "accept_safety": "safety",
    "visit_number": "which visit, planned for which day",
    "watch_plan": "plan of the watch",
}
"""Field by name; a dot marks a field of a field."""

LIST_FIELDS: dict[str, frozenset[str]] = {
    "sites": frozenset({"address", "area", "kind", "meter", "premises", "transformer"}),
    "leads": frozenset({"as_of", "kw", "onset", "source", "text"}),
    "parties": frozenset({"address", "id", "name", "phone", "representative", "role"}),
    "devices": frozenset({"hash_rate", "model", "power_kw", "quantity", "serial", "state", "tag"}),
    "measures": frozenset({"basis", "began", "ends", "name", "unit"}),
    "money": frozenset({"basis", "collected", "due", "energy", "name"}),
    "clocks": frozenset({"due", "state", "title"}),
    "evidence": frozenset({"description", "kind", "ref", "sha256", "size", "sm3"}),
    "papers": frozenset({"date", "number", "title", "unit"}),
    "legal_bases": frozenset({"text", "verified"}),
    "attachments": frozenset(),
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
    return list(_unknown_fields(docx))


@lru_cache(maxsize=512)
def _unknown_fields(docx: bytes) -> tuple[str, ...]:
    """The same for a template that was seen before: packs share them, and are read again when one file changes."""
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
    return tuple(sorted(unknown))


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
