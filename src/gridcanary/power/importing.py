"""Importing files into a lake: which reader, what is merged, what is said about it.

One file is one import: it is published whole or not at all, and the same file with the same options a second
time changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import BALANCE, CUSTOMERS, WEATHER
from gridcanary.power import lake as lakes
from gridcanary.power.file_import import FileImport, ImportReport, Progress
from gridcanary.power.publication import manifest_entries, sole_import
from gridcanary.power.readers import registered
from gridcanary.power.readers.base import Reader, ReadOptions, Rejects, TableKind
from gridcanary.power.readers.text import read_head

CONTRACTS: dict[TableKind, pa.Schema] = {"balance": BALANCE, "customers": CUSTOMERS, "weather": WEATHER}

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xml", ".gz")
"""What is taken from a folder; a file that is named is taken whatever it is called."""


def import_file(
    lake: Path,
    path: Path,
    *,
    options: ReadOptions | None = None,
    format_name: str = "auto",
    rejects_file: Path | None = None,
    append_rejects: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    durable: bool = True,
) -> ImportReport:
    """Import one file.

    Args:
        lake: the lake; made where there is none.
        path: the file.
        options: how to understand it.
        format_name: a reader's name, or ``auto``.
        rejects_file: where refused rows go; None puts them into the lake's folder ``rejects``.
        append_rejects: keep what ``rejects_file`` has.
        strict: stop at the first refused row.
        progress: told how far the reading is.
        durable: whether the lake must outlast a failure of power.

    Raises:
        InputError: the file or every row of it cannot be read, or strict and one row; nothing is changed.
        LakeError: the folder is no lake, or another import is at work in it.
    """
    options = options or ReadOptions()
    reader = find_reader(path, format_name)
    lakes.create_lake(lake, options.timezone)
    sha256 = _digest(path)
    told: dict[str, object] = {"sha256": sha256, "format": reader.name, "options": _fingerprint(options)}
    with sole_import(lake):
        if any(
            all(entry.get(key) == value for key, value in told.items()) for entry in manifest_entries(lake)
        ):
            return ImportReport(path, reader.name, reader.table, already=True)
        target = rejects_file or lake / "rejects" / f"{path.name}.{sha256[:12]}.csv"
        rejects = Rejects(target, strict=strict, append=append_rejects)
        try:
            return FileImport(lake, path, reader, options, rejects, progress).run(told, durable=durable)
        finally:
            rejects.discard()


def import_files(
    lake: Path,
    paths: Iterable[Path],
    *,
    options: ReadOptions | None = None,
    format_name: str = "auto",
    rejects_file: Path | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    durable: bool = True,
) -> Iterator[ImportReport]:
    """Import files one after the other, folders file by file; the arguments are those of :func:`import_file`.

    Raises:
        InputError: one cannot be read; those before it stay imported.
    """
    append = False
    for file in (file for path in paths for file in files_of(path)):
        yield import_file(
            lake,
            file,
            options=options,
            format_name=format_name,
            rejects_file=rejects_file,
            append_rejects=append,
            strict=strict,
            progress=progress,
            durable=durable,
        )
        append = True


def as_lake(path: Path, workdir: Path, options: ReadOptions | None = None) -> Path:
    """A lake with the readings of a path.

    Args:
        path: a lake, a file that any reader knows, or a folder of such files.
        workdir: where a lake is made if the path is none; it may exist already from an earlier call.
        options: how to understand the files.

    Returns:
        The path itself, or ``workdir``.

    Raises:
        InputError: a file cannot be read.
        LakeError: the path is missing.
    """
    path = Path(path)
    if lakes.is_lake(path):
        lakes.open_lake(path)
        return path
    if not path.exists():
        raise InputError(path, "there is no such file or folder")
    for _ in import_files(Path(workdir), [path], options=options, durable=False):
        pass
    return Path(workdir)


def read_table(path: Path, table: TableKind, options: ReadOptions | None = None) -> pa.Table:
    """A file of customers, balance or weather as one table, without a lake.

    Args:
        path: the file, in any form that a reader knows.
        table: which table of the contracts it must be.
        options: how to understand it.

    Returns:
        The table with the columns of its contract; rows that cannot be read are left out.

    Raises:
        InputError: the file cannot be read, no row of it can, or it is another table.
    """
    reader = find_reader(path)
    if reader.table != table:
        raise InputError(path, f"holds {reader.table} ({reader.title_en}) where {table} should be")
    rejects = Rejects()
    batches = [batch for batch in reader.read(path, options or ReadOptions(), rejects) if batch.num_rows]
    if not batches:
        raise rejects.first or InputError(path, "there is no row of data in it")
    schema = CONTRACTS[table]
    return pa.Table.from_batches([batch.select(schema.names) for batch in batches]).cast(schema)


def find_reader(path: Path, format_name: str = "auto") -> Reader:
    """The reader for a file.

    Raises:
        InputError: no reader has that name, or none knows the file.
    """
    readers = registered()
    names = ", ".join(reader.name for reader in readers)
    if format_name != "auto":
        chosen = next((reader for reader in readers if reader.name == format_name), None)
        if chosen is None:
            raise InputError(path, f"there is no format {format_name!r}", remedy=f"one of {names}")
        return chosen
    head = read_head(path)
    if not head:
        raise InputError(path, "the file is empty", remedy="export it again")
    sure = [(reader.sniff(path, head), -place) for place, reader in enumerate(readers)]
    confidence, place = max(sure)
    if confidence <= 0:
        remedy = f"name the format with --format ({names}), and columns with --map"
        raise InputError(path, "the format is not recognised", remedy=remedy)
    return readers[-place]


def files_of(path: Path) -> list[Path]:
    """The file itself, or the files of a folder that can be imported.

    Raises:
        InputError: the folder has none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(
        item
        for item in path.rglob("*")
        if item.is_file() and item.suffix.lower() in SUFFIXES and item.name[0] != "."
    )
    if not files:
        raise InputError(
            path, "the folder has no file to import", remedy=f"files ending in {', '.join(SUFFIXES)}"
        )
    return files


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _fingerprint(options: ReadOptions) -> str:
    """Digest of what an option can change in the result."""
    told = asdict(options)
    told["latest_day"] = str(options.latest_day)
    told["codes"] = _digest(options.codes) if options.codes else None
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]
