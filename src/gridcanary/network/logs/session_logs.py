"""The way in: log files of any kind to sessions and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.logs.cof import cof_sessions
from gridcanary.network.logs.eve import eve_sessions
from gridcanary.network.logs.kinds import kind_of_log
from gridcanary.network.logs.line_blocks import beginning_of
from gridcanary.network.logs.nfdump import nfdump_sessions
from gridcanary.network.logs.reading import Reading
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.resolver import resolver_sessions
from gridcanary.network.logs.wanted import Wanted
from gridcanary.network.logs.zeek import zeek_sessions
from gridcanary.network.names_seen import NamesSeen
from gridcanary.network.sessions import Session

Reader = Callable[[Path, Reading, LogReport], Iterator[Session]]

_READERS: dict[str, Reader] = {
    "cof": cof_sessions,
    "eve": eve_sessions,
    "nfdump": nfdump_sessions,
    "resolver": resolver_sessions,
    "zeek": zeek_sessions,
}
_ORDER = ("cof", "resolver", "zeek", "eve", "nfdump")
"""Names before flows: an answer read first makes its address wanted, and names flows that would stay without."""


def sessions_of_log(
    path: Path,
    wanted: Wanted | None = None,
    *,
    names: NamesSeen | None = None,
    report: LogReport | None = None,
    sampling: int = 1,
    zone_s: int = 0,
) -> Iterator[Session]:
    """Sessions of one log; see :func:`sessions_of_logs`.

    Args:
        path: the log.
        wanted: what could matter; everything where None.
        names: answers seen elsewhere; those of this log are added.
        report: tally, written to.
        sampling: one packet in so many was looked at by the exporter of flows; 0 where that is not known.
        zone_s: seconds east of Greenwich of times that are written without a zone.
    """
    reports = [] if report is None else [report]
    return sessions_of_logs([path], wanted, names=names, reports=reports, sampling=sampling, zone_s=zone_s)


def sessions_of_logs(
    paths: Iterable[Path],
    wanted: Wanted | None = None,
    *,
    names: NamesSeen | None = None,
    reports: list[LogReport] | None = None,
    sampling: int = 1,
    zone_s: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Session]:
    """Sessions of several logs that belong together, such as one sensor's conn, dns and ssl logs.

    Records that could not matter are passed over before any object is made of them, and counted. Conversations that
    were cut into several records are put together again. Names that clients asked for become rows of their own, a row
    for a client, name and day. Memory is bounded by what waits for its other half, not by the logs' size.

    Args:
        paths: the logs, of any kinds, plain, gzip or zstd; read in an order that lets names come before flows.
        wanted: what could matter; everything where None. Addresses that wanted names resolve to are added.
        names: answers seen elsewhere, as in captures; those of these logs are added.
        reports: a tally for each file, in the order of reading; reports already in the list are used first.
        sampling, zone_s: as in :func:`sessions_of_log`.
        progress: told of bytes as they are read, compressed ones where a log is compressed.

    Raises:
        InputError: a file cannot be opened or is of no known kind.
    """
    wanted = Wanted(everything=True) if wanted is None else wanted
    reading = Reading(wanted, NamesSeen() if names is None else names, sampling, zone_s)
    reports = [] if reports is None else reports
    ordered = sorted(((_known_kind(path), path) for path in paths), key=lambda one: _rank(*one))
    for place, (kind, path) in enumerate(ordered):
        if place == len(reports):
            reports.append(LogReport(str(path), on_read=progress))
        reports[place].file, reports[place].kind = str(path), kind
        yield from _READERS[kind](path, reading, reports[place])
    yield from reading.close()


def _known_kind(path: Path) -> str:
    kind = kind_of_log(path)
    if kind is None:
        raise InputError(
            path,
            "is no log that is known",
            remedy="EVE, Zeek, nfdump csv or json, passive DNS in COF, logs of BIND, dnsmasq or unbound",
        )
    return kind


def _rank(kind: str, path: Path) -> tuple[int, int]:
    """Names first; a Zeek log of connections last of Zeek's."""
    flows = kind == "zeek" and b"orig_pkts" in beginning_of(path)
    return _ORDER.index(kind), int(flows)
