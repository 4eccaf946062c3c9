"""What kind of log a file is, by what is in it and not by its name."""

from __future__ import annotations

import re
from pathlib import Path

from gridcanary.network.logs.line_blocks import beginning_of

_JSON = re.compile(rb"\{|\[\s*(?:\{|$)")
_JSON_KINDS = (
    ("eve", re.compile(rb'"event_type"\s*:')),
    ("cof", re.compile(rb'(?m)^(?=.*"rrname"\s*:).*"(?:zone_)?time_(?:first|last)"\s*:')),
    ("nfdump", re.compile(rb'"(?:src|dst)[46]_addr"\s*:')),
    ("zeek", re.compile(rb'"id\.orig_h"\s*:|"uid"\s*:\s*"[CFD]|"ts"\s*:')),
)  # fmt: skip
_TEXT_KINDS = (
    ("zeek", re.compile(rb"(?m)^\s*#(?:separator|fields|path)\s")),
    ("nfdump", re.compile(rb"(?im)^ts,te,td,|^(?=.*srcAddr)(?=.*dstAddr).*firstSeen,")),
    ("resolver", re.compile(rb"(?m) query: \S+ \S+ \S+|dnsmasq\[\d+\]|query\[[A-Z0-9]+\] \S+ from "
                            rb"|unbound\[\d+(?::\d+)?\]|\binfo: \S+ \S+\. [A-Z0-9]+ IN\b")),
    ("resolver", re.compile(rb"(?i)\A(?=[^\n]*[,;\t])(?=[^\n]*\bclient\b)[^\n]*\bname\b")),
)  # fmt: skip


def kind_of_log(path: Path) -> str | None:
    """One of network.ends.KINDS but ``capture``, None where the file is no log that is known.

    Args:
        path: the file, plain, gzip or zstd.

    Raises:
        InputError: it cannot be opened.
    """
    head = beginning_of(path)
    if b"\0" in head[:4096]:
        return None
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    kinds = _JSON_KINDS if _JSON.match(text) else _TEXT_KINDS
    return next((kind for kind, pattern in kinds if pattern.search(text)), None)
