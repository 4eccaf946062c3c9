"""Files of findings and endpoint days: Parquet, CSV or JSON by their ending, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.contracts.network import NETWORK_FINDINGS

ENDINGS = (".parquet", ".csv", ".json")
JSON_COLUMNS = ("reasons", "innocent", "votes", "synchronous_with", "pools", "wallets", "methods")
_STARTS_FORMULA = r"^([=+\-@\t\r])"
"""A spreadsheet program would run a text that begins so, and miners write what they like (OWASP, CSV injection)."""


def check_ending(path: Path) -> None:
    """InputError where no table can be written under this name."""
    if path.suffix.lower() not in ENDINGS:
        raise InputError(
            path, f"ends in {path.suffix or 'nothing'}", remedy=f"use one of {', '.join(ENDINGS)}"
        )


def write_table(table: pa.Table, path: Path) -> None:
    """Write findings or endpoint days by the file's ending.

    In CSV a text that begins like a formula gets an apostrophe before it.

    Raises:
        InputError: no format has that ending.
    """
    check_ending(path)
    with _written_whole(path) as partial:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, partial, compression="zstd")
        elif path.suffix.lower() == ".csv":
            pa_csv.write_csv(_without_formulas(table), partial)
        else:
            _write_json(table, partial)


def read_findings(path: Path) -> pa.Table:
    """Findings that a scan wrote as Parquet.

    Raises:
        InputError: there is no such file, or it is none of a scan's.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            path, "is no findings file", remedy="name a .parquet that network scan wrote"
        ) from error
    for field in NETWORK_FINDINGS:
        if field.name not in table.schema.names:
            raise SchemaMismatch(path, "is no findings file of the network lens", column=field.name)
    try:
        return table.select(NETWORK_FINDINGS.names).cast(NETWORK_FINDINGS)
    except (pa.ArrowException, ValueError) as error:
        raise SchemaMismatch(path, f"has a column of another type: {error}") from error


def _write_json(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for at, row in enumerate(row for batch in table.to_batches() for row in batch.to_pylist()):
            file.write(
                (",\n" if at else "\n")
                + json.dumps({name: _plain(name, row[name]) for name in row}, ensure_ascii=False)
            )
        file.write("\n]\n")


def _plain(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS and value is not None:
        return json.loads(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _without_formulas(table: pa.Table) -> pa.Table:
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            safe = pc.replace_substring_regex(table.column(at), _STARTS_FORMULA, r"'\1")
            table = table.set_column(at, field, safe)
    return table


@contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of the target, or vanishes on an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
