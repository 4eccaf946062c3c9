"""A table of GraphSense tags in Parquet: one row a tag, with address, currency, label, category, actor and pack."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.contracts.errors import InputError, SchemaMismatch

COLUMNS = {
    "address": ("addr", "address"),
    "coin": ("cur", "currency", "network"),
    "label": ("label",),
    "category": ("cat", "category"),
    "actor": ("actor",),
    "confidence": ("conf", "confidence"),
    "pack": ("pack", "tagpack"),
    "source": ("source",),
    "date": ("lastmod", "date"),
}
"""Our names of the columns, and theirs."""
_NEEDED = ("address", "coin", "label")
_NOTHING = (None, "", "None", "nan")
LICENCE = "MIT"
"""Of GraphSense's public TagPacks."""


def graphsense_tags(file: LabelFile) -> Iterator[Tag]:
    """The tags of a table.

    Raises:
        InputError: no Parquet.
        SchemaMismatch: no column of addresses, coins or labels.
    """
    try:
        table = pq.ParquetFile(file.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(file.path, f"is no Parquet: {error}") from error
    places = {
        ours: name for ours, theirs in COLUMNS.items() for name in theirs if name in table.schema_arrow.names
    }
    for needed in _NEEDED:
        if needed not in places:
            raise SchemaMismatch(
                file.path,
                f"no column is called {' or '.join(COLUMNS[needed])}",
                column=needed,
                remedy=f"its columns are {', '.join(table.schema_arrow.names)}",
            )
    names = tuple(name for name in places if name not in ("address", "coin"))
    said = cache(lambda *values: _attribution(file, dict(zip(names, values, strict=True))))
    row = 0
    for batch in table.iter_batches(columns=list(places.values())):
        columns = {ours: batch.column(theirs).to_pylist() for ours, theirs in places.items()}
        about = zip(*(columns[name] for name in names), strict=True)
        for address, coin, values in zip(columns["address"], columns["coin"], about, strict=True):
            row += 1
            yield Tag(str(address), str(coin), said(*values), row)


def _attribution(file: LabelFile, fields: dict[str, str | None]) -> Attribution:
    told = {name: "" if value in _NOTHING else str(value) for name, value in fields.items()}
    pack = told.get("pack", "")
    return Attribution(
        name=told["label"],
        file=file,
        category=told.get("category", ""),
        actor=told.get("actor", ""),
        confidence=told.get("confidence", ""),
        source=told.get("source") or pack,
        date=told.get("date", ""),
        licence=LICENCE if pack else "",
    )
