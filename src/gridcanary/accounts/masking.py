"""How personal data is shown to those who may not see it whole."""

from __future__ import annotations

import re
from collections.abc import Callable

HIDDEN = "****"

_DISTRICT = re.compile(
    r"^(?:[一-龥]{2,5}(?:省|自治区))?"
    r"(?:[一-龥]{1,6}?(?:市|州|盟|地区))?"
    r"(?:[一-龥]{1,6}?(?:县|旗|市|(?<![小园社])区))?"
)
"""Province, city and county of an address; a housing estate (小区), park or community names too few people."""


def masked(value: str, kind: str = "text") -> str:
    """A value with its telling part hidden.

    Args:
        value: the value in clear.
        kind: one of KINDS.

    Returns:
        Such as ``王**`` (name), ``138****1234`` (phone), ``3708**********123X`` (id_number). Empty stays empty; a
        value too short to hide anything in is hidden whole.

    Raises:
        KeyError: no such kind.

    Example:
        >>> masked("13812341234", "phone")
        '138****1234'
    """
    text = value.strip()
    return KINDS[kind](text) if text else ""


def _name(text: str) -> str:
    if len(text) == 1:
        return "*"
    return text[0] + "*" * (2 if text.isascii() else len(text) - 1)


def _ends(head: int, tail: int) -> Callable[[str], str]:
    """Shows some characters at both ends when at least as many again stay hidden."""

    def mask(text: str) -> str:
        if len(text) < head + tail + 4:
            return HIDDEN
        return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]

    return mask


def _address(text: str) -> str:
    district = _DISTRICT.match(text)
    return (district.group() if district else "") + HIDDEN


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    return f"{local[0]}***@{domain}" if at and len(local) > 1 else HIDDEN


def _text(_text: str) -> str:
    return HIDDEN


KINDS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "phone": _ends(3, 4),
    "id_number": _ends(4, 4),
    "account": _ends(0, 4),
    "plate": _ends(2, 0),
    "address": _address,
    "email": _email,
    "text": _text,
}
"""What can be masked: names, telephone, identity, account and customer numbers, car plates, addresses, mail."""
