"""Lists of sanctioned addresses as published from OFAC's SDN list: one address a line, or a JSON list of them.

The coin stands in the file's name (``sanctioned_addresses_XBT.txt``). The lists carry no date: how old they are
must be known from where they were taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.chain.labels.pool_list import parse_json
from gridcanary.chain.rows import TextFile
from gridcanary.contracts.errors import InputError

NAME = "OFAC SDN"
SOURCE = "https://sanctionslist.ofac.treas.gov"
_FILE_NAME = re.compile(r"sanctioned_addresses_(\w+?)\.(txt|json)", re.IGNORECASE)


def coin_of_list(path: Path) -> str | None:
    """The coin that a list's name tells, None where the file isn't called like one."""
    match = _FILE_NAME.fullmatch(path.name)
    return match.group(1).upper() if match else None


def sanction_tags(file: LabelFile, text: TextFile) -> Iterator[Tag]:
    """The addresses of a list.

    Raises:
        InputError: a JSON file that is no list of texts, or a file whose name tells no coin.
    """
    coin = coin_of_list(text.path)
    if coin is None:
        raise InputError(text.path, "its name tells no coin", remedy="call it sanctioned_addresses_XBT.txt")
    said = Attribution(NAME, file, category="sanctioned", confidence="authority_data", source=SOURCE)
    for row, address in _addresses(text):
        yield Tag(address, coin, said, row)


def _addresses(text: TextFile) -> Iterator[tuple[int, str]]:
    if text.path.suffix.lower() == ".json":
        entries = parse_json(text)
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise InputError(text.path, "is no list of addresses")
        yield from enumerate(entries, start=1)
        return
    for number, line in enumerate(text.text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()
