"""Serial numbers and network addresses in the form in which they are compared."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from gridcanary.casework.sharing import CaseRefused

LEAST_SERIAL = 5
"""Shorter numbers are labels of a rack rather than serials, and would recognise everything everywhere."""

_MAC = re.compile(r"[0-9A-F]{12}")
_PLACEHOLDERS = frozenset(
    {"NONE", "UNKNOWN", "NA", "NULL", "TOBEFILLEDBYOEM", "DEFAULTSTRING", "SYSTEMSERIALNUMBER"}
)


def serial_key(serial: str) -> str:
    """A serial number as it is compared: letters and digits in upper case.

    Empty for what names no device: too short, one character repeated, or a maker's placeholder.

    Example:
        >>> serial_key("ht-2304 0017a")
        'HT23040017A'
        >>> serial_key("To be filled by O.E.M.")
        ''
    """
    key = "".join(char for char in serial.upper() if char.isalnum())
    if len(key) < LEAST_SERIAL or len(set(key)) == 1 or key in _PLACEHOLDERS:
        return ""
    return key


def mac_key(mac: str) -> str:
    """A network address as it is compared: twelve hexadecimal digits in upper case; empty for an empty text.

    Raises:
        CaseRefused: it is no network address.

    Example:
        >>> mac_key("00-1a-2B-3c-4d-5e")
        '001A2B3C4D5E'
    """
    key = "".join(char for char in mac.upper() if char.isalnum())
    if key and not _MAC.fullmatch(key):
        raise CaseRefused(_("%(mac)s is no network address (12 hexadecimal digits).") % {"mac": mac})
    return "" if key in ("0" * 12, "F" * 12) else key
