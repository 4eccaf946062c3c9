"""The names that templates may use beside the officer's fields: what the case itself tells."""

from __future__ import annotations

from typing import Any

from gridcanary.documents.fields import FIELDS

GROUPS: dict[str, dict[str, str]] = {
    "case": {"number": "", "title": "", "summary": "", "stage": "", "opened_on": "", "outcome": ""},
    "document": {
        "title": "", "number": "", "date": "", "code": "", "version": "", "seal_text": "", "short_kind": "",
    },
    "unit": {"name": "", "address": "", "telephone": "", "kind": ""},
}  # fmt: skip
"""Groups of single values."""

LISTS: dict[str, dict[str, str]] = {
    "sites": {"address": "", "kind": "", "premises": "", "meter": "", "transformer": "", "area": ""},
    "leads": {"source": "", "text": "", "as_of": "", "kw": "", "onset": ""},
    "parties": {"name": "", "role": "", "id": "", "address": "", "phone": "", "representative": ""},
    "devices": {
        "model": "", "serial": "", "tag": "", "quantity": "", "hash_rate": "", "power_kw": "", "state": "",
    },
    "measures": {"name": "", "basis": "", "unit": "", "began": "", "ends": ""},
    "money": {"name": "", "due": "", "collected": "", "energy": "", "basis": ""},
    "clocks": {"title": "", "due": "", "state": ""},
    "evidence": {"ref": "", "description": "", "kind": "", "sha256": "", "sm3": "", "size": ""},
    "papers": {"title": "", "number": "", "date": "", "unit": ""},
    "legal_bases": {"text": "", "verified": ""},
}  # fmt: skip
"""Lists, with what each of their rows holds."""


def template_shape() -> dict[str, Any]:
    """Every name that a template may use, for ``paper.check_template``."""
    shape: dict[str, Any] = {**GROUPS, **{name: [row] for name, row in LISTS.items()}}
    shape["attachments"] = [""]
    shape["device_total"] = ""
    return {**shape, **dict.fromkeys(FIELDS, "")}


def sample_values(text: str = "样例") -> dict[str, Any]:
    """Values of every name, for filling a template to see whether it works."""
    values: dict[str, Any] = {name: dict.fromkeys(group, text) for name, group in GROUPS.items()}
    values |= {name: [dict.fromkeys(row, text), dict.fromkeys(row, text)] for name, row in LISTS.items()}
    values |= {"attachments": [text, text], "device_total": "2"}
    return {**values, **dict.fromkeys(FIELDS, text)}
