"""How a dossier's folder is laid out, and how its own files are written byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

FORMAT = 1
"""Number of the format that docs/formats.md describes."""

SHEET = "dossier.json"
SUMS = "SHA256SUMS"
SEAL = "SHA256SUMS.sha256"
HEADERS = "chain/headers.bin"
TRANSACTIONS = "chain/transactions.jsonl"
MERGED = "chain/merged.jsonl"
SPENT = "chain/spent.jsonl"
SOURCES = "sources/"

OWN_FILES = frozenset({SHEET, SUMS, SEAL, HEADERS, TRANSACTIONS, MERGED, SPENT})


def json_bytes(content: Any) -> bytes:
    """JSON for people: indented by one space, keys in the order given, UTF-8, a newline at the end.

    Amounts of money are strings and satoshi are integers; a float is a TypeError, because two machines may write
    one number differently.
    """
    _refuse_floats(content)
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def json_lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line, without spaces."""
    return "".join(
        json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records
    ).encode()


def shown(hashed: bytes) -> str:
    """A hash as people and explorers write it: reversed hex."""
    return hashed[::-1].hex()


def hash_from(text: Any) -> bytes:
    """A hash in the order of hashing from its shown form; ValueError where it is none."""
    if not isinstance(text, str) or len(text) != 64 or text != text.lower():
        raise ValueError("is no hash of 64 small hex letters")
    return bytes.fromhex(text)[::-1]


def _refuse_floats(content: Any) -> None:
    if isinstance(content, float):
        raise TypeError(f"{content!r} is a float; a dossier holds integers and texts")
    if isinstance(content, Mapping):
        for key, value in content.items():
            _refuse_floats(key)
            _refuse_floats(value)
    elif isinstance(content, list | tuple):
        for value in content:
            _refuse_floats(value)
