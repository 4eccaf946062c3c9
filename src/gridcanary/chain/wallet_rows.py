"""The rows of a list of wallets, whatever its form: CSV with a header, JSON, or an address a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from gridcanary.chain.descriptors import looks_like_descriptor
from gridcanary.chain.foreign_coins import foreign
from gridcanary.chain.rows import Row, TextFile, table_rows
from gridcanary.contracts.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "address": ("wallet", "script", "descriptor", "account", "地址", "钱包地址", "收款地址", "钱包", "脚本"),
    "name": ("label", "alias", "worker", "名称", "标签", "备注", "矿工名"),
    "owner": ("holder", "person", "持有人", "所有人", "机主", "嫌疑人"),
    "source": ("origin", "found", "evidence", "来源", "出处", "证据编号"),
    "coin": ("network", "currency", "chain", "币种", "链", "网络"),
}
"""Our columns and what files may call them."""


def wallet_rows(file: TextFile, mapping: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The rows of a list of wallets, by the ending of its name.

    Args:
        file: the list.
        mapping: for CSV, names of columns in the file by our names (:data:`COLUMNS`).

    Raises:
        InputError: no column of addresses, no JSON, or values that are no texts.
    """
    ending = file.path.suffix.lower()
    if ending == ".csv":
        return table_rows(file, COLUMNS, mapping)
    return _json_rows(file) if ending == ".json" else _text_rows(file)


def _text_rows(file: TextFile) -> Iterator[Row]:
    """A line each: the address, then perhaps its name; a descriptor or a seed phrase takes the whole line."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        kept = line.partition("# ")[0].strip() if not line.lstrip().startswith("#") else ""
        if kept and (foreign(kept) is not None or looks_like_descriptor(kept)):
            yield Row(number, {"address": kept})
        elif kept:
            address, _, name = kept.replace("\t", " ").replace(",", " ").partition(" ")
            yield Row(number, {"address": address, "name": name.strip()})


def _json_rows(file: TextFile) -> Iterator[Row]:
    try:
        content = json.loads(file.text)
    except (ValueError, RecursionError) as error:  # ValueError also of numbers with thousands of digits
        raise InputError(file.path, f"is no JSON: {error}", row=getattr(error, "lineno", None)) from error
    entries = content.get("wallets") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise InputError(file.path, "is no list of wallets", remedy='[{"address": "…", "name": "…"}]')
    for number, entry in enumerate(entries, start=1):
        cells = entry if isinstance(entry, dict) else {"address": entry}
        known = {name.lower(): value for name, value in cells.items() if value is not None}
        if not all(isinstance(value, str) for value in known.values()):
            raise InputError(file.path, "every value must be a text", row=number)
        told = (
            (ours, known[name]) for ours, also in COLUMNS.items() for name in (*also, ours) if name in known
        )
        yield Row(number, dict(told))
