"""Labels in CSV, as departments and exchanges hand them over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.chain.rows import TextFile, table_rows
from gridcanary.contracts.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "address": ("addr", "wallet", "地址", "钱包地址"),
    "label": ("name", "entity", "标签", "名称", "归属"),
    "category": ("cat", "type", "类别", "类型"),
    "actor": ("owner", "主体", "所有人"),
    "confidence": ("conf", "可信度", "置信度"),
    "source": ("origin", "url", "来源"),
    "date": ("lastmod", "updated", "日期", "更新日期"),
    "licence": ("license", "许可"),
    "coin": ("currency", "network", "cur", "币种"),
}
"""Our columns and what files may call them."""


def csv_tags(file: LabelFile, text: TextFile, mapping: Mapping[str, str] | None = None) -> Iterator[Tag]:
    """The tags of a CSV file with a header.

    Args:
        file: what the attributions point to.
        text: the CSV.
        mapping: names of columns in the file by our names.

    Raises:
        InputError: no column of addresses, or a row without address or label.
    """
    said = cache(lambda *fields: _attribution(file, dict(fields)))
    for row in table_rows(text, COLUMNS, mapping):
        for needed in ("address", "label"):
            if not row.cells.get(needed):
                raise InputError(text.path, "is empty", row=row.number, column=needed)
        about = ((name, value) for name, value in row.cells.items() if name not in ("address", "coin"))
        yield Tag(row.cells["address"], row.cells.get("coin", ""), said(*about), row.number)


def _attribution(file: LabelFile, fields: Mapping[str, str]) -> Attribution:
    return Attribution(
        name=fields["label"],
        file=file,
        category=fields.get("category", ""),
        actor=fields.get("actor", ""),
        confidence=fields.get("confidence", ""),
        source=fields.get("source", ""),
        date=fields.get("date", ""),
        licence=fields.get("licence", ""),
    )
