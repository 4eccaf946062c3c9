"""What in a text could tell who or where somebody is: numbers by their forms, and the names that a case knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

FORMS: dict[str, re.Pattern[str]] = {
    "id_number": re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)"),
    "credit_code": re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])"),
    "mobile": re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    "landline": re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"),
    "card": re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){2}[ -]?\d{4,7}(?!\d)"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·.]?[A-Z0-9]{5,6}(?![A-Z0-9])"
    ),
    "house": re.compile(
        r"(?:路|街|巷|道|胡同|里|村|庄|组|园|栋|幢|楼|单元)[^，。；、\s]{0,8}?\d+(?:-\d+)?\s*(?:号|室|户|层)"
    ),
    "ip_address": re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    "wallet": re.compile(
        r"\b(?:bc1[0-9a-z]{20,}|ltc1[0-9a-z]{20,}|0x[0-9a-fA-F]{40}|[13LMDT][1-9A-HJ-NP-Za-km-z]{25,34})\b"
    ),
    "coordinates": re.compile(r"(?<!\d)\d{1,3}\.\d{4,}\s*[,，]\s*\d{1,3}\.\d{4,}"),
    "link": re.compile(r"(?:https?://|www\.)\S+"),
    "long_number": re.compile(r"(?<!\d)\d{8,}(?!\d)"),
}
"""Forms of numbers that are somebody's."""
SHORTEST_NAME = 2
SHORTEST_OTHER = 4
"""Letters from which a known value is looked for; shorter ones stand in ordinary words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a text that tells.

    Args:
        kind: a key of FORMS, or the kind of a known value.
        text: as it stands there.
    """

    kind: str
    text: str


def telling_marks(text: str, known: Iterable[tuple[str, str]] = ()) -> list[Mark]:
    """What a text must not say before everybody reads it.

    Args:
        text: what would be published.
        known: kind and value of what the case knows: names, addresses, numbers. Spaces and letters' case don't matter.

    Returns:
        In the order of the kinds, each text once.

    Example:
        >>> telling_marks("张三在建设路88号，电话13812341234", [("name", "张三")])
        [Mark(kind='name', text='张三'), Mark(kind='mobile', text='13812341234'), Mark(kind='house', text='路88号')]
    """
    plain = _plain(text)
    found = [
        Mark(kind, value)
        for kind, value in dict.fromkeys(known)
        if len(_plain(value)) >= (SHORTEST_NAME if kind == "name" else SHORTEST_OTHER)
        and _plain(value) in plain
    ]
    taken: list[str] = []
    for kind, form in FORMS.items():
        for match in form.findall(text):
            if kind == "id_number" and len(match) == 18 and not _is_id(match):
                continue
            if not any(match in one for one in taken):
                taken.append(match)
                found.append(Mark(kind, match))
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s·,，.。()（）-]", "", text).casefold()


def _is_id(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == number[17].upper()
