"""Any list that we can read, told apart by its content."""

from __future__ import annotations

from datetime import date

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.csv_list import COLUMNS, read_list
from gridcanary.network.pools.entry import PoolEntry
from gridcanary.network.pools.readers.et_rules import is_rules, read_et_rules
from gridcanary.network.pools.readers.falco import is_falco, read_falco
from gridcanary.network.pools.readers.maltrail import read_maltrail
from gridcanary.network.pools.readers.mempool import read_mempool

MOST_BYTES = 64 << 20
"""The largest list read so far has 55 kB."""


def entries_of(content: bytes, file: str, day: date) -> list[PoolEntry]:
    """Entries of a list: our CSV, Maltrail's trails, the mempool project's JSON, Falco's or Emerging Threats' rules.

    Args:
        content: the file.
        file: its name for messages.
        day: when it was last changed; our own CSV tells that itself.

    Raises:
        InputError: it is too long, no UTF-8, of an unknown kind, or holds no entry.
    """
    if len(content) > MOST_BYTES:
        raise InputError(file, f"has more than {MOST_BYTES >> 20} MB, which no pool list has")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(file, "is not UTF-8") from fault
    found = _by_kind(text, file, day)
    if not found:
        remedy = f"a CSV with {','.join(COLUMNS)}, or a list of maltrail, mempool, falco or Emerging Threats"
        raise InputError(file, "holds no pool that can be read", remedy=remedy)
    return found


def _by_kind(text: str, file: str, day: date) -> list[PoolEntry]:
    header = {name.strip() for name in text.partition("\n")[0].split(",")}
    if {"host", "role"} <= header:
        return read_list(text, file)
    if text.lstrip().startswith(("[", "{")):
        return list(read_mempool(text, day, file))
    if is_rules(text):
        return list(read_et_rules(text, day))
    if is_falco(text):
        return list(read_falco(text, day))
    return list(read_maltrail(text, day))
