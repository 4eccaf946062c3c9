"""Scan captures and logs: what goes in are files, what comes out is the table of findings."""

from __future__ import annotations

import datetime as dt
import gc
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.network.captured_sessions import MOST_FLOWS
from gridcanary.network.detectors import Given, detectors_for, group_detectors_for
from gridcanary.network.finding_rows import any_address, finding_row, ranked
from gridcanary.network.inputs import input_files
from gridcanary.network.judging import Judging
from gridcanary.network.logs import Wanted
from gridcanary.network.pools.pool_list import PoolList, shipped
from gridcanary.network.pools.reading import entries_of
from gridcanary.network.pools.updating import updated
from gridcanary.network.pseudonyms import Pseudonyms
from gridcanary.network.reading import Reading
from gridcanary.network.sessions import Session

BATCH_ROWS = 20_000
TOLD = b"gridcanary.network.scan"
"""Key of the table's metadata under which a scan tells what it read, as JSON (see :func:`told_of`)."""

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(slots=True)
class Scan:
    """A scan that is ready to run.

    Args:
        paths: captures and logs, or folders of them.
        names: pseudonyms of the ends.
        given: what detectors may know besides.
        every: also sessions that aren't listed.
        most_flows: live flows of captures at a time.
        progress: told how far it is.
        sampling: one packet in so many was looked at by the exporter of flows.
        zone_s: seconds east of Greenwich of log times that are written without a zone.
    """

    paths: Sequence[Path]
    names: Pseudonyms
    given: Given = field(default_factory=Given)
    every: bool = False
    most_flows: int = MOST_FLOWS
    progress: Progress | None = None
    sampling: int = 1
    zone_s: int = 0
    sessions_read: int = 0

    def run(self) -> pa.Table:
        """The findings, the most suspicious first.

        Raises:
            InputError: a file that was named can't be read; names file and place.
        """
        wanted = Wanted(everything=True) if self.every else wanted_by(self.given.pools)
        files = input_files(self.paths)
        reading = Reading(files, wanted, self.most_flows, self.progress, self.sampling, self.zone_s)
        judging = Judging(detectors_for(self.given), group_detectors_for(self.given))
        judged = judging.judge(self._counted(reading.sessions()))
        rows = (finding_row(one, self.names, self.given.pools) for one in judged if one.listed or self.every)
        with _collected_rarely():
            table = ranked(pa.Table.from_batches(_batches(rows), schema=NETWORK_FINDINGS))
        notes = [*reading.notes]
        if judging.released:
            notes.append(
                f"{judging.released} sessions were judged without the synchrony of lines: memory was short"
            )
        told = {
            "sessions": self.sessions_read, "files": reading.files_read, "records": reading.records,
            "passed_over": reading.passed_over,
            "notes": [self.names.hidden(note, others=any_address) for note in notes],
        }  # fmt: skip
        return table.replace_schema_metadata({TOLD: json.dumps(told, ensure_ascii=False).encode()})

    def _counted(self, sessions: Iterable[Session]) -> Iterator[Session]:
        for session in sessions:
            self.sessions_read += 1
            yield session


MOST_MADE = 100_000
"""Objects made before the interpreter looks for circles of them again; 700 unless told otherwise."""


@contextmanager
def _collected_rarely() -> Iterator[None]:
    """Look for circles of objects less often: sessions make none, and looking through those that wait takes time."""
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, MOST_MADE), *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


def scan(
    *paths: Path | str,
    names: Pseudonyms | None = None,
    pools: Sequence[Path] = (),
    endpoints: Path | None = None,
    every: bool = False,
    progress: Progress | None = None,
) -> pa.Table:
    """Findings of captures, flow logs and DNS logs.

    Args:
        paths: files, or folders of them; formats are found from the content.
        names: pseudonyms of the ends (see pseudonyms.pseudonyms_from); without them addresses stay plain.
        pools: lists of pools of your own beside the one that ships, in any form that pools.reading knows.
        endpoints: table of endpoints with their class of use.
        every: also sessions that aren't listed.
        progress: called with bytes done and bytes in all.

    Returns:
        A table of contracts.network.NETWORK_FINDINGS.

    Raises:
        InputError: a file that was named can't be read; names file and place.
    """
    given = Given(pools_with(pools), endpoints)
    names = names or Pseudonyms(None)
    return Scan([Path(path) for path in paths], names, given, every, progress=progress).run()


def pools_with(lists: Sequence[Path]) -> PoolList:
    """The pool list that ships, and others in it.

    Raises:
        InputError: a list can't be read.
    """
    entries = shipped().entries
    for path in lists:
        try:
            content, changed = path.read_bytes(), path.stat().st_mtime
        except OSError as error:
            raise InputError(path, f"can't be read: {error.strerror}") from error
        day = dt.datetime.fromtimestamp(changed, dt.UTC).date()
        entries = tuple(updated(entries, entries_of(content, str(path), day))[0])
    return PoolList(entries, "shipped and own") if lists else shipped()


def wanted_by(pools: PoolList) -> Wanted:
    """Records of logs that could matter: those that meet the pool list, and the sensor's own alerts."""
    hosts = {True: set[str](), False: set[str]()}
    for entry in pools.entries:
        hosts[entry.is_address].add(entry.host)
    return Wanted(addresses=hosts[True], names=hosts[False])


def told_of(findings: pa.Table) -> dict[str, object]:
    """What a scan told of itself: ``sessions`` and ``files`` that were read, ``records`` of logs and how many of these
    were ``passed_over`` because they could not matter, ``notes`` on what wasn't read."""
    return dict(json.loads((findings.schema.metadata or {}).get(TOLD, b"{}")))


def _batches(rows: Iterator[dict[str, object]]) -> Iterator[pa.RecordBatch]:
    while chunk := list(itertools.islice(rows, BATCH_ROWS)):
        yield pa.RecordBatch.from_pylist(chunk, schema=NETWORK_FINDINGS)
