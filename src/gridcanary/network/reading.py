"""Files of any kind to sessions: captures first, since the names in them also name the flows of logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.captured_sessions import MOST_FLOWS, PayloadReaders, sessions_of_captures
from gridcanary.network.captures.frames import is_capture
from gridcanary.network.captures.notes import CaptureNote
from gridcanary.network.dns_answers import DnsAnswerReader
from gridcanary.network.hello import HelloReader
from gridcanary.network.http_heads import HttpHeadReader
from gridcanary.network.inputs import InputFile
from gridcanary.network.logs import LogReport, Wanted, kind_of_log, sessions_of_logs
from gridcanary.network.messages.reader import MessageReader
from gridcanary.network.names_seen import NamesSeen
from gridcanary.network.sessions import Session

NO_INPUT = "neither a capture nor a log that is known"


@dataclass(slots=True)
class Reading:
    """Reads files once.

    Args:
        files: what to read; those that a folder held and that are no input are passed over and noted.
        wanted: which records of logs could matter.
        most_flows: live flows of captures at a time.
        progress: called with bytes done and bytes in all.
        sampling: one packet in so many was looked at by the exporter of flows.
        zone_s: seconds east of Greenwich of log times that are written without a zone.
    """

    files: Sequence[InputFile]
    wanted: Wanted
    most_flows: int = MOST_FLOWS
    progress: Callable[[int, int], None] | None = None
    sampling: int = 1
    zone_s: int = 0
    notes: list[str] = field(default_factory=list)
    files_read: int = 0
    records: int = 0
    passed_over: int = 0
    _done: int = 0
    _total: int = 0

    def sessions(self) -> Iterator[Session]:
        """All sessions; afterwards ``notes`` tell what could not be read.

        Raises:
            InputError: a file that was named is no input.
        """
        captures, logs = self._told_apart()
        self.files_read = len(captures) + len(logs)
        self._total = sum(path.stat().st_size for path in (*captures, *logs))
        names = NamesSeen()
        if captures:
            yield from self._captured(captures, names)
        if logs:
            yield from self._logged(logs, names)
        self._advance(self._total - self._done)

    def _told_apart(self) -> tuple[list[Path], list[Path]]:
        captures: list[Path] = []
        logs: list[Path] = []
        for file in self.files:
            if is_capture(file.path):
                captures.append(file.path)
            elif kind_of_log(file.path) is not None:
                logs.append(file.path)
            elif file.named:
                raise InputError(file.path, f"is {NO_INPUT}", remedy="see the formats of the network lens")
            else:
                self.notes.append(f"{file.path}: {NO_INPUT}, passed over")
        return captures, logs

    def _captured(self, paths: Sequence[Path], names: NamesSeen) -> Iterator[Session]:
        found: list[CaptureNote] = []
        sizes = {str(path): path.stat().st_size for path in paths}
        begun: list[str] = []

        def step(file: str, _frames: int) -> None:
            if not begun or begun[-1] != file:
                self._advance(sizes[begun[-1]] if begun else 0)
                begun.append(file)

        yield from sessions_of_captures(
            paths, readers_of(names), most_flows=self.most_flows, notes=found, progress=step
        )
        self._advance(sizes[begun[-1]] if begun else 0)
        self.notes += [note_text(note) for note in found]

    def _logged(self, paths: Sequence[Path], names: NamesSeen) -> Iterator[Session]:
        reports: list[LogReport] = []
        yield from sessions_of_logs(
            paths, self.wanted, names=names, reports=reports, sampling=self.sampling, zone_s=self.zone_s,
            progress=self._advance,
        )  # fmt: skip
        for report in reports:
            self.records += report.records
            self.passed_over += report.passed_over
            self.notes += [f"{report.file}: {note}" for note in report.notes]
            if report.rejected:
                self.notes.append(
                    f"{report.file}: {report.rejected} records can't be read; first: {report.examples[0]}"
                )

    def _advance(self, size: int) -> None:
        self._done += size
        if self.progress is not None:
            self.progress(self._done, self._total)


def readers_of(names: NamesSeen) -> PayloadReaders:
    """All readers of payload; DNS answers go into ``names``."""
    return PayloadReaders(MessageReader(), HelloReader(), HttpHeadReader(), DnsAnswerReader(), names)


def note_text(note: CaptureNote) -> str:
    """One line on what limits a capture."""
    place = f", byte {note.offset}" if note.offset is not None else ""
    return f"{note.file}{place}: {note.code.replace('_', ' ')} ({note.count})"
