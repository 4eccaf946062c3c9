"""Zeek's conn, dns, ssl, quic, http and notice logs: tab-separated by their own header, or JSON, one kind or mixed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import End, Source, canonical
from gridcanary.network.logs.certificates import common_names, tls_version
from gridcanary.network.logs.fields import BAD, MISSING, Fields, text_digest
from gridcanary.network.logs.reading import Reading, passed_over
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.stitching import FlowRecord
from gridcanary.network.logs.zeek_fields import zeek_fields
from gridcanary.network.names_seen import NameSeen
from gridcanary.network.sessions import TCP, UDP, Counts, Names, SensorAlert, Session

_KINDS = ("conn", "dns", "ssl", "quic", "http", "notice")
_TELLING = (
    ("conn", ("conn_state", "history", "orig_pkts")), ("dns", ("trans_id", "query")), ("notice", ("note",)),
    ("http", ("method", "host", "agent", "uri")), ("ssl", ("cipher", "established", "server_name", "version")),
)  # fmt: skip
"""Fields by which a JSON record without ``_path`` is known, in the order of asking."""
_NAME_FIELDS = ("server_name", "host", "subject", "alternatives", "query", "answers")
_PROTOCOLS = {"tcp": TCP, "udp": UDP}


def zeek_sessions(path: Path, reading: Reading, report: LogReport) -> Iterator[Session]:
    """Sessions of one Zeek log; those still open stay with the reading, as do names whose conn record comes later.

    Args:
        path: the log, plain or compressed.
        reading: shared state.
        report: tally, written to.

    Raises:
        InputError: a tab-separated log has no ``#fields`` line before its first record.
    """
    source = Source(str(path), "zeek")
    for kind, fields in zeek_fields(path, report):
        fields.account(report)
        yield from _ZeekBlock(fields, kind, reading, report, source).sessions()


class _ZeekBlock:
    """The records of one block."""

    def __init__(
        self, fields: Fields, kind: str | None, reading: Reading, report: LogReport, source: Source
    ) -> None:
        self._fields, self._reading, self._report, self._source = fields, reading, report, source
        rows = fields.rows
        kinds = _kinds_of(fields, rows, kind)
        protocols = fields.digests("proto", rows)
        told = np.isin(protocols, [np.uint64(text_digest(name)) for name in _PROTOCOLS])
        # ssl, http and some notices name no protocol
        told = (kinds >= 0) & (told | ((protocols == 0) & (kinds != _KINDS.index("conn"))))
        self._rows, self._kinds = passed_over(report, rows, told), kinds[told]

    def sessions(self) -> Iterator[Session]:
        """Sessions that are over with this block."""
        fields, rows = self._fields, self._rows
        client, server = fields.addresses("client", rows), fields.addresses("server", rows)
        good = self._refuse(client, server)
        dns = self._kinds == _KINDS.index("dns")
        named = self._reading.wanted.by_name(fields, _NAME_FIELDS, rows)
        asked = dns & good & (named | self._reading.wanted.everything)
        self._report.passed_over += int(np.count_nonzero(dns & good & ~asked))
        yield from self._names(rows[asked])
        others = good & ~dns
        marks = self._matters(client, server, named)
        kept = passed_over(self._report, rows[others], marks[others])
        yield from self._records(kept, self._kinds[others][marks[others]])

    def _refuse(self, client: NDArray[np.uint64], server: NDArray[np.uint64]) -> NDArray[np.bool_]:
        good = (client != 0) & (server != 0)
        notice = self._kinds == _KINDS.index("notice")
        for place in np.flatnonzero(~good).tolist():
            column = "id.resp_h" if client[place] else "id.orig_h"
            present = (
                self._fields.raw("server" if client[place] else "client", int(self._rows[place])) is not None
            )
            if notice[place] and not present:
                self._report.passed_over += 1  # notices about hosts have no conversation
                continue
            self._report.reject(
                int(self._fields.block.rows[self._rows[place]]),
                column,
                "is no address" if present else "is missing",
            )
        return good

    def _matters(
        self, client: NDArray[np.uint64], server: NDArray[np.uint64], named: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        wanted, fields, rows = self._reading.wanted, self._fields, self._rows
        if wanted.everything:
            return np.ones(rows.size, np.bool_)
        telling = named & (self._kinds != _KINDS.index("dns"))
        notices = np.flatnonzero(self._kinds == _KINDS.index("notice"))
        telling[notices] |= wanted.by_words(fields, ("note", "msg"), rows[notices])
        marks = self._reading.of_wanted(fields.digests("uid", rows), telling)
        marks |= wanted.by_address(client, server)
        return marks | wanted.by_port(fields.counts("client_port", rows), fields.counts("server_port", rows))

    def _names(self, rows: NDArray[np.int64]) -> Iterator[Session]:
        times = self._fields.times("ts", rows).tolist()
        for row, time_ns in zip(rows.tolist(), times, strict=True):
            if time_ns <= BAD:
                self._bad(row, "ts")
                continue
            seen = self._name_seen(row, time_ns)
            if seen is not None:
                yield from self._reading.seen(seen)
            elif self._fields.raw("query", row) is None:
                self._report.passed_over += 1  # an answer whose question was not seen
            else:
                self._bad(row, "answers")

    def _name_seen(self, row: int, time_ns: int) -> NameSeen | None:
        query = self._fields.text("query", row)
        try:
            answers = _listed(self._fields, "answers", row)
        except ValueError:
            return None
        if not query:
            return None
        name = query.lower().rstrip(".")
        addresses: dict[str, None] = {}
        aliases: dict[str, None] = {}
        for answer in answers:
            try:
                addresses[canonical(answer)] = None
            except ValueError:
                alias = answer.lower().rstrip(".")
                if alias != name and "." in alias and " " not in alias:
                    aliases[alias] = None
        return NameSeen(
            name, self._fields.address("client", row), time_ns, time_ns, self._source, tuple(addresses), tuple(aliases),
            server=self._fields.address("server", row),
        )  # fmt: skip

    def _records(self, rows: NDArray[np.int64], kinds: NDArray[np.int64]) -> Iterator[Session]:
        fields = self._fields
        counted = ("client_port", "server_port", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes",
                   "orig_ip_bytes", "resp_ip_bytes")  # fmt: skip
        numbers = {name: fields.counts(name, rows).tolist() for name in counted}
        numbers["ts"], numbers["duration"] = (
            fields.times("ts", rows).tolist(),
            fields.spans("duration", rows).tolist(),
        )
        for place, (row, kind) in enumerate(zip(rows.tolist(), kinds.tolist(), strict=True)):
            facts = {name: column[place] for name, column in numbers.items()}
            bad = next((name for name, value in facts.items() if value == BAD), None)
            if bad or facts["ts"] == MISSING:
                self._bad(row, bad or "ts")
                continue
            yield from self._record(
                row, _KINDS[kind], {k: 0 if v == MISSING else v for k, v in facts.items()}
            )

    def _record(self, row: int, kind: str, facts: dict[str, int]) -> Iterator[Session]:
        fields = self._fields
        payload = fields.raw("orig_bytes", row) is not None or fields.raw("resp_bytes", row) is not None
        up, down = ("orig_bytes", "resp_bytes") if payload else ("orig_ip_bytes", "resp_ip_bytes")
        history = fields.text("history", row)
        protocol = fields.text("proto", row) or ("udp" if kind == "quic" else "tcp")
        record = FlowRecord(
            End(self._fields.address("client", row), facts["client_port"]),
            End(self._fields.address("server", row), facts["server_port"]),
            _PROTOCOLS[protocol], facts["ts"], facts["ts"] + facts["duration"],
            Counts(facts["orig_pkts"], facts["resp_pkts"], facts[up], facts[down], payload=payload),
            self._source, opens="S" in history if history else None,
        )  # fmt: skip
        uid = fields.text("uid", row)
        if kind != "conn":
            record.names = _names_of(fields, row) if kind != "notice" else Names()
            record.alerts = _alerts_of(fields, row) if kind == "notice" else ()
            if any(fields.raw(name, row) is not None for name in ("cipher", "status")):
                record.counts = Counts(1, 1, payload=False)  # the server spoke; a conn record tells how much
            yield from self._reading.said(uid or f"{record.client} {record.server}", record)
            return
        if uid is not None:
            record.names, record.alerts = self._reading.naming.take(uid)
        yield from self._reading.flow(record)

    def _bad(self, row: int, column: str) -> None:
        self._report.reject(int(self._fields.block.rows[row]), column, "is missing or cannot be read")


def _kinds_of(fields: Fields, rows: NDArray[np.int64], kind: str | None) -> NDArray[np.int64]:
    """The kind of each record as a place in _KINDS, -1 for those that tell nothing here."""
    if kind is not None:
        return np.full(rows.size, _KINDS.index(kind) if kind in _KINDS else -1, np.int64)
    kinds = np.full(rows.size, -1, np.int64)
    for name, telling in reversed(_TELLING):
        for field in telling:
            kinds[fields.has(field, rows)] = _KINDS.index(name)
    paths = fields.digests("_path", rows)
    kinds[paths != 0] = -1
    for place, name in enumerate(_KINDS):
        kinds[paths == np.uint64(text_digest(name))] = place
    return kinds


def _listed(fields: Fields, column: str, row: int) -> list[str]:
    """The texts of a list, whether JSON or joined by commas; ValueError where the JSON is broken."""
    raw = fields.raw(column, row)
    if raw is None or raw == b"(empty)":
        return []
    if fields.escapes == "json":
        found: Any = json.loads(raw) if raw[:1] == b"[" else []
        return [one for one in found if isinstance(one, str)]
    return (fields.text(column, row) or "").split(",")


def _names_of(fields: Fields, row: int) -> Names:
    server, host = fields.text("server_name", row), fields.text("host", row)
    protocols = fields.text("next_protocol", row)
    return Names(
        tls=server.lower().rstrip(".") if server else None,
        tls_version=tls_version(fields.text("version", row)),
        alpn=(protocols,) if protocols else (),
        certificate=common_names(fields.text("subject", row)),
        ja3=fields.text("ja3", row),
        ja4=fields.text("ja4", row),
        http_host=host.lower() if host else None,
        http_agent=fields.text("agent", row),
    )


def _alerts_of(fields: Fields, row: int) -> tuple[SensorAlert, ...]:
    text = f"{fields.text('note', row) or ''} {fields.text('msg', row) or ''}".strip()
    return (SensorAlert(text[:200], "zeek notice"),)
