"""Names of mining hosts in Emerging Threats' open rules (BSD licence, rule numbers below 2,800,000)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gridcanary.network.pools.entry import POOL, STRATUM, PoolEntry
from gridcanary.network.pools.host_names import clean_host, is_work, own_labels

SOURCE, LICENCE = "Emerging Threats Open", "BSD-3-Clause"
OPEN_RULES = range(2_000_000, 2_800_000)
"""Rules outside of this range are the vendor's own or under the GPL, and none of their content is taken."""
_SID = re.compile(r"\bsid:\s*(\d+)")
_NAME = re.compile(r'(?:dns[._]query|tls[._]sni|http[._]host);(?:\s*bsize:\d+;)?\s*content:\s*"([^"]+)"')
_UPDATED = re.compile(r"\b(?:updated|created)_at (\d{4})_(\d{2})_(\d{2})")
_HEX = re.compile(r"\|([0-9A-Fa-f ]+)\|")
_MINING = re.compile(r"coin|min(?:er|ing)|stratum|monero|pool", re.IGNORECASE)
_MESSAGE = re.compile(r'msg:"([^"]*)"')


def is_rules(text: str) -> bool:
    """Whether the text is one of Suricata's or Snort's rules."""
    return re.search(r"^#?\s*(?:alert|drop|reject)\s.*\bsid:\s*\d+", text, re.MULTILINE) is not None


def read_et_rules(text: str, day: date) -> Iterator[PoolEntry]:
    """Names that a rule about mining wants in DNS, TLS or HTTP.

    Args:
        text: the rules; disabled ones are read as well, for they are off because of their load or age.
        day: when the file was last changed; a rule's own date of change goes before.
    """
    found: dict[str, PoolEntry] = {}
    for line in text.splitlines():
        sid, message = _SID.search(line), _MESSAGE.search(line)
        if not sid or int(sid[1]) not in OPEN_RULES or not message or not _MINING.search(message[1]):
            continue
        for content in _NAME.findall(line):
            host = clean_host(_HEX.sub(lambda m: bytes.fromhex(m[1]).decode("latin-1"), content)).lstrip(".")
            if re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", host):
                role = STRATUM if is_work(own_labels(host)) else POOL
                found[host] = PoolEntry(
                    host, None, None, "", "", role, SOURCE, _changed(line) or day, LICENCE
                )
    yield from (found[host] for host in sorted(found))


def _changed(line: str) -> date | None:
    try:
        return max((date(int(y), int(m), int(d)) for y, m, d in _UPDATED.findall(line)), default=None)
    except ValueError:
        return None
