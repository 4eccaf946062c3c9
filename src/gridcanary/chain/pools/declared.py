"""What a coinbase's text says by itself: printable, and the names that no list knows."""

from __future__ import annotations

import re

_NAME = re.compile(r"/([\w .:&@#'!()-]{4,40})(?=/)|(?:mined|pool) by ([\w.@-]{4,40})", re.IGNORECASE)
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|top|cn|ru|info|pl|xyz|me|is|co)\b", re.IGNORECASE)
_SIGNALS = re.compile(
    r"P2SH|NYA|BIP\d+|BV\d+|EB\d+|AD\d+|EXTBLK|SEGWIT\S*|BU|CSV|BIP9|NOUASF|UASF|BIP148|8M|Jan|"
    r"stratumPool|nodeStratum|stratum|ckpool|pool|bitcoin|solo|height|version.*",
    re.IGNORECASE,
)
"""Votes on rules of the network, and names of software that anybody may run."""


def printable(script: bytes) -> str:
    """A script's bytes as ASCII, a point for each that can't be printed."""
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in script)


def declared_names(script: bytes) -> tuple[str, ...]:
    """Names that a coinbase gives itself: between strokes, behind "mined by", or a domain.

    Anybody may write anything there, so such a name is told apart from identified pools.
    """
    text = printable(script)
    found = [first or second for first, second in _NAME.findall(text)] + _DOMAIN.findall(text)
    names = (name.strip(" .") for name in found)
    kept = (name for name in names if sum(map(str.isalpha, name)) >= 4 and not _SIGNALS.fullmatch(name))
    return tuple(dict.fromkeys(kept))
