"""Importing files into a lake: which reader, what is merged, what is said about it.

One file is one import: it is published whole or not at all, and the same file with the same options a second
time changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import BALANCE, CUSTOMERS, WEATHER
from gridcanary.power import lake as lakes
from gridcanary.power.archive import merge_customers, merge_weather
from gridcanary.power.merging import CURVE_TABLES, CurveTable, merge_day, padded
from gridcanary.power.publication import Publication, manifest_entries, sole_import
from gridcanary.power.readers import registered
from gridcanary.power.readers.base import Reader, ReadOptions, Rejects, TableKind
from gridcanary.power.readers.text import read_head
from gridcanary.power.staging import Staging

CONTRACTS: dict[TableKind, pa.Schema] = {"balance": BALANCE, "customers": CUSTOMERS, "weather": WEATHER}

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xml", ".gz")
"""What is taken from a folder; a file that is named is taken whatever it is called."""

RANGE_GROUPS = 50
"""Row groups of a day that are merged at a time: 400,000 rows of 96 values and one curve are 160 MB."""

Progress = Callable[[Path, int], None]
"""Told the file and the rows read so far."""


@dataclass(slots=True)
class ImportReport:
    """What one file changed.

    Args:
        file: the file.
        format: the reader's name.
        table: the table of the contracts it went to.
        rows: rows that the reader gave.
        added: meter-days (transformer-days, customers, days of weather) that are new.
        changed: those that were there and are now different.
        days_changed: days of which a stored row was replaced by a different one.
        rejects: refused rows.
        reasons: refused rows by reason.
        skipped: rows that are sound but of no use, by reason.
        rejects_file: where the refused rows are; None where there are none.
        already: the same file was imported with the same options before, so nothing was done.
    """

    file: Path
    format: str
    table: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    days_changed: list[dt.date] = field(default_factory=list)
    rejects: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    rejects_file: Path | None = None
    already: bool = False


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
            return _Import(lake, path, reader, options, rejects, progress).run(told, durable=durable)
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


class _Import:
    """One file on its way into the lake."""

    def __init__(
        self,
        lake: Path,
        path: Path,
        reader: Reader,
        options: ReadOptions,
        rejects: Rejects,
        progress: Progress | None,
    ) -> None:
        self.lake, self.path, self.reader = lake, path, reader
        self.options, self.rejects, self.progress = options, rejects, progress
        self.report = ImportReport(path, reader.name, reader.table)

    def run(self, told: dict[str, object], *, durable: bool) -> ImportReport:
        kind = CURVE_TABLES.get(self.reader.table)
        with Staging(self.lake, kind.key if kind else "") as staging:
            publication = Publication(self.lake, staging.folder, durable=durable)
            if kind:
                self._stage_curves(staging, kind, publication)
            else:
                self._stage_beside(publication)
            self._summarise()
            self.rejects.commit()
            publication.commit({**told, **self._entry()})
        return self.report

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.reader.read(self.path, self.options, self.rejects):
            self.report.rows += batch.num_rows
            if self.progress:
                self.progress(self.path, self.report.rows)
            if batch.num_rows:
                yield batch
        if self.report.rows == 0:
            if self.rejects.first is not None:
                raise self.rejects.first
            raise InputError(self.path, "there is no row of data in it")

    def _stage_curves(self, staging: Staging, kind: CurveTable, publication: Publication) -> None:
        slots: set[int] = set()
        for batch in self._batches():
            staging.add(batch)
        staging.close()
        whole = self.reader.whole_days and not self.options.shifts_slots
        for day in staging.days():
            slots |= _Day(self, staging, kind, day, whole).write(publication)
        if self.reader.table == "readings":
            lakes.record_slots(self.lake, slots)

    def _stage_beside(self, publication: Publication) -> None:
        imported = pa.Table.from_batches(list(self._batches()))
        if self.reader.table == "customers":
            merged = merge_customers(lakes.read_customers(self.lake), imported)
        else:
            merged = merge_weather(lakes.read_weather(self.lake), imported)
        self.report.added, self.report.changed = merged.added, merged.changed
        if merged.added or merged.changed:
            pq.write_table(
                merged.table, publication.place(f"{self.reader.table}.parquet"), compression="zstd"
            )

    def refuse(self, row: int | None, key: str, reason: str) -> None:
        self.rejects.add(self.path, row, None, reason, key)

    def _summarise(self) -> None:
        self.report.rejects = self.rejects.count
        self.report.reasons = dict(self.rejects.reasons)
        self.report.skipped = dict(self.rejects.skipped)
        self.report.rejects_file = self.rejects.target if self.rejects.count else None

    def _entry(self) -> dict[str, object]:
        told = asdict(self.report)
        told.pop("already")
        told["file"] = self.path.name
        told["days_changed"] = [day.isoformat() for day in self.report.days_changed]
        told["rejects_file"] = str(self.report.rejects_file) if self.report.rejects_file else None
        told["imported_at"] = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        return told


@dataclass(slots=True)
class _Day:
    """One day of an import, merged with what is stored, a range of keys at a time."""

    run: _Import
    staging: Staging
    kind: CurveTable
    day: dt.date
    whole: bool

    def write(self, publication: Publication) -> set[int]:
        """Stage the day's new file where anything changes; gives the lengths of its curves."""
        stored = self._stored_parts()
        bounds = self._bounds(stored)
        pieces = self._pieces(stored, bounds)
        first = next(pieces, None)
        if first is None:
            return set()
        tables, added, changed = [first[0]], first[1], first[2]
        schema = first[0].schema if not bounds else self._widest_schema(stored)
        place = self.staging.folder / f"{self.day.isoformat()}.merged"
        slots: set[int] = set()
        with lakes.readings_writer(place, schema) as writer:
            while tables:
                table = padded(tables.pop(), schema)
                writer.write_table(table, lakes.ROW_GROUP_ROWS)
                slots.update(pc.unique(pc.list_value_length(table[self.kind.main])).to_pylist())
                following = next(pieces, None)
                if following:
                    tables, added, changed = [following[0]], added + following[1], changed + following[2]
        self._count(added, changed)
        if added or changed:
            place.rename(publication.place(self._name()))
            for part in stored:
                if part != self.run.lake / self._name():
                    publication.remove(str(part.relative_to(self.run.lake)))
        else:
            place.unlink()
        return slots

    def _pieces(self, stored: list[Path], bounds: Sequence[str]) -> Iterator[tuple[pa.Table, int, int]]:
        for low, high, staged in self.staging.day(self.day, list(bounds)):
            present = self._stored_range(stored, low, high)
            merged = merge_day(present, staged, self.kind, whole_days=self.whole, refuse=self.run.refuse)
            if merged.table.num_rows:
                yield merged.table, merged.added, merged.changed

    def _stored_parts(self) -> list[Path]:
        if self.run.reader.table == "readings":
            return lakes.day_parts(self.run.lake, self.day)
        path = self.run.lake / self._name()
        return [path] if path.exists() else []

    def _bounds(self, stored: list[Path]) -> list[str]:
        """Keys that cut the day, as imported and as stored, into ranges that fit the memory."""
        marks = self.staging.marks(self.day)
        for part in stored:
            footer = pq.read_metadata(part)
            groups = [footer.row_group(i).column(0).statistics for i in range(footer.num_row_groups)]
            marks += [told.min for told in groups if told is not None]
        return sorted(set(sorted(marks)[RANGE_GROUPS::RANGE_GROUPS]))

    def _stored_range(self, parts: list[Path], low: str | None, high: str | None) -> pa.Table:
        limits = ([(self.kind.key, ">=", low)] if low is not None else []) + (
            [(self.kind.key, "<", high)] if high is not None else []
        )
        tables = [pq.read_table(part, partitioning=None, filters=limits or None) for part in parts]
        return (
            pa.concat_tables(tables, promote_options="default") if tables else self.kind.schema.empty_table()
        )

    def _widest_schema(self, stored: list[Path]) -> pa.Schema:
        names = {name for part in stored for name in pq.read_schema(part).names} | self.staging.columns
        extra = [pa.field(name, self.kind.curve_type) for name in self.kind.extra if name in names]
        return pa.schema([*self.kind.schema, *extra])

    def _name(self) -> str:
        if self.run.reader.table == "readings":
            return f"readings/{self.day.isoformat()}/part-0.parquet"
        return f"{self.run.reader.table}/{self.day.isoformat()}.parquet"

    def _count(self, added: int, changed: int) -> None:
        report = self.run.report
        report.added += added
        report.changed += changed
        if changed:
            report.days_changed.append(self.day)


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
