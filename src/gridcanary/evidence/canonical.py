"""One byte string for one value: the JSON Canonicalization Scheme, RFC 8785."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import rfc8785

from gridcanary.evidence.errors import NotCanonical

GREATEST_INTEGER = 2**53 - 1
"""RFC 8785 writes numbers as IEEE doubles; greater integers would not come back as they were."""


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value.

    Decimals become strings (money and quantities never pass through a float), dates and times ISO 8601,
    times in UTC.

    Args:
        value: None, truth values, numbers, texts, dates, UUIDs, and lists and mappings of them.

    Returns:
        UTF-8 without a final newline.

    Raises:
        NotCanonical: a value that JSON cannot hold exactly; the message names its place.
    """
    try:
        return rfc8785.dumps(plain(value, "body"))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical("body", str(error)) from error


def plain(value: Any, place: str) -> Any:
    """The value in JSON's own types.

    Args:
        value: as for ``canonical``.
        place: how to call it in an error.

    Returns:
        The same, made of dicts, lists, texts, numbers, truth values and None.

    Raises:
        NotCanonical: as for ``canonical``.
    """
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(place, f"the name {key!r} is no text")
        return {str(key): plain(inner, f"{place}.{key}") for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner, f"{place}[{number}]") for number, inner in enumerate(value)]
    return _plain_single(value, place)


def _plain_single(value: Any, place: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)  # not the members of text enumerations
    if isinstance(value, int):
        if abs(value) > GREATEST_INTEGER:
            raise NotCanonical(place, f"the integer {value} is too great; give it as text")
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise NotCanonical(place, f"{value} is no number that JSON knows")
        if GREATEST_INTEGER < abs(value) < 1e21 and value.is_integer():  # written without an exponent
            raise NotCanonical(place, f"the integer {value} is too great; give it as text")
        return float(value)
    if isinstance(value, (Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, dt.datetime):
        return utc_text(value, place)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise NotCanonical(place, f"a {type(value).__name__} has no JSON form")


def utc_text(moment: dt.datetime, place: str = "at") -> str:
    """A moment as ``2026-11-23T08:15:00.000000Z``, always of the same length.

    Raises:
        NotCanonical: a time without a zone.
    """
    if moment.tzinfo is None:
        raise NotCanonical(place, f"the time {moment} has no zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_utc_text(text: str) -> dt.datetime:
    """The moment that ``utc_text`` wrote.

    Raises:
        ValueError: another form.
    """
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def is_canonical(text: bytes) -> bool:
    """Whether bytes are JSON in canonical form."""
    try:
        return canonical(json.loads(text)) == text
    except (ValueError, NotCanonical):
        return False
