"""One file on its way into the lake: read, staged, merged day by day, published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.contracts.errors import InputError
from gridcanary.power import lake as lakes
from gridcanary.power.archive import merge_customers, merge_weather
from gridcanary.power.merging import CURVE_TABLES, CurveTable, merge_day, padded
from gridcanary.power.publication import Publication
from gridcanary.power.readers.base import Reader, ReadOptions, Rejects
from gridcanary.power.staging import Staging

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


class FileImport:
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

    run: FileImport
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
