"""Lists of pools in the form of ``pools-v2.json``: name, payout addresses, coinbase tags, link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.chain.rows import TextFile
from gridcanary.contracts.errors import InputError


@dataclass(frozen=True, slots=True)
class ListedPool:
    """A pool as a list knows it.

    Args:
        name: the pool's name.
        addresses: where its blocks pay, as written.
        tags: what its coinbases hold.
        link: its page.
        also: other names of the same pool, as labels may call it.
        coin: ticker of the coin that the addresses are of; Bitcoin where empty.
        place: its place in the list, from 1.
    """

    name: str
    addresses: tuple[str, ...]
    tags: tuple[str, ...]
    link: str = ""
    also: tuple[str, ...] = ()
    coin: str = ""
    place: int = 0


def read_pool_list(text: TextFile) -> list[ListedPool]:
    """The pools of a list.

    Raises:
        InputError: no JSON list of objects with ``name``, ``addresses`` and ``tags``; names the pool and field.
    """
    entries = parse_json(text)
    if not isinstance(entries, list):
        raise InputError(
            text.path, "is no list of pools", remedy='[{"name": …, "addresses": […], "tags": […]}]'
        )
    return [_pool(text, entry, place) for place, entry in enumerate(entries, start=1)]


def parse_json(text: TextFile) -> Any:
    """What a JSON file holds; InputError with the line where it is none."""
    try:
        return json.loads(text.text)
    except (ValueError, RecursionError) as error:  # ValueError also of numbers with thousands of digits
        raise InputError(text.path, f"is no JSON: {error}", row=getattr(error, "lineno", None)) from error


def _pool(text: TextFile, entry: Any, place: int) -> ListedPool:
    if not isinstance(entry, dict):
        raise InputError(text.path, "a pool is not an object", row=place)
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise InputError(text.path, "a pool has no name", row=place, column="name")
    for field in ("link", "coin"):
        if not isinstance(entry.get(field) or "", str):
            raise InputError(text.path, f"{name}: a text is expected", row=place, column=field)
    addresses, tags, also = (
        _texts(text, entry, field, name, place) for field in ("addresses", "tags", "also")
    )
    link, coin = entry.get("link") or "", (entry.get("coin") or "").upper()
    return ListedPool(name.strip(), addresses, tags, link, also, coin, place)


def _texts(text: TextFile, entry: dict[str, Any], field: str, name: str, place: int) -> tuple[str, ...]:
    values = entry.get(field) or []
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise InputError(text.path, f"{name}: a list of texts is expected", row=place, column=field)
    return tuple(values)


def pool_tags(file: LabelFile, pools: list[ListedPool]) -> Iterator[Tag]:
    """The payout addresses of pools as labels of miners."""
    for pool in pools:
        said = Attribution(pool.name, file, category="miner", source=pool.link, confidence="pool_list")
        for address in pool.addresses:
            yield Tag(address, pool.coin or "BTC", said, pool.place)
