"""Suricata's EVE log, versions 4 to 8: flow, netflow, dns, tls, quic, http and alert events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.ends import End, Source
from gridcanary.network.logs.certificates import common_names, tls_version
from gridcanary.network.logs.eve_dns import name_seen
from gridcanary.network.logs.fields import BAD, MISSING, Fields, JsonTable, text_digest
from gridcanary.network.logs.line_blocks import line_blocks
from gridcanary.network.logs.reading import Reading, passed_over
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.stitching import FlowRecord
from gridcanary.network.sessions import TCP, UDP, Counts, Names, SensorAlert, Session

_TYPES = ("flow", "netflow", "dns", "tls", "quic", "http", "alert")
_PATHS = (
    ("type", "event_type"), ("time", "timestamp"), ("number", "flow_id"), ("proto", "proto"),
    ("src_ip", "src_ip"), ("src_port", "src_port"), ("dest_ip", "dest_ip"), ("dest_port", "dest_port"),
    ("direction", "direction"), ("flags", "tcp/tcp_flags"), ("flags", "netflow/tcp_flags"),
    ("pkts_toserver", "flow/pkts_toserver"), ("pkts_toclient", "flow/pkts_toclient"),
    ("bytes_toserver", "flow/bytes_toserver"), ("bytes_toclient", "flow/bytes_toclient"),
    ("pkts_toserver", "netflow/pkts"), ("bytes_toserver", "netflow/bytes"),
    ("start", "flow/start"), ("end", "flow/end"), ("start", "netflow/start"), ("end", "netflow/end"),
    ("flow_src_ip", "flow/src_ip"),
    ("sni", "tls/sni"), ("sni", "quic/sni"), ("version", "tls/version"), ("subject", "tls/subject"),
    ("alternatives", "tls/subjectaltname"), ("ja3", "tls/ja3/hash"), ("ja3", "quic/ja3/hash"),
    ("ja4", "tls/ja4"), ("ja4", "quic/ja4"), ("alpn", "tls/client_alpns"),
    ("status", "http/status"), ("host", "http/hostname"), ("agent", "http/http_user_agent"),
    ("rule", "alert/signature_id"), ("signature", "alert/signature"), ("category", "alert/category"),
    ("dns_type", "dns/type"), ("rrname", "dns/rrname"), ("rrtype", "dns/rrtype"), ("rdata", "dns/rdata"),
    ("answers", "dns/answers"), ("queries", "dns/queries"), ("queries", "dns/query"),
    ("grouped_a", "dns/grouped/A"), ("grouped_aaaa", "dns/grouped/AAAA"), ("grouped_cname", "dns/grouped/CNAME"),
)  # fmt: skip
_NAME_FIELDS = (
    "sni", "host", "subject", "alternatives", "rrname", "rdata", "answers", "queries", "grouped_cname",
)  # fmt: skip
_PROTOCOLS = {"TCP": TCP, "UDP": UDP}
_SYN = 0x02


def eve_table() -> JsonTable:
    """The fields of EVE that tell of mining."""
    return JsonTable(_PATHS, "type", _TYPES)


def eve_sessions(path: Path, reading: Reading, report: LogReport) -> Iterator[Session]:
    """Sessions of one EVE file; those still open stay with the reading.

    Args:
        path: the log, plain or compressed.
        reading: shared state.
        report: tally, written to.
    """
    table, source = eve_table(), Source(str(path), "eve")
    for block in line_blocks(path, report):
        fields = table.find(block)
        fields.account(report)
        yield from _EveBlock(fields, reading, report, source).sessions()


class _EveBlock:
    """The events of one block."""

    def __init__(self, fields: Fields, reading: Reading, report: LogReport, source: Source) -> None:
        self._fields, self._reading, self._report, self._source = fields, reading, report, source
        rows = fields.rows
        kinds, protocols = fields.digests("type", rows), fields.digests("proto", rows)
        told = np.isin(protocols, [np.uint64(text_digest(name)) for name in _PROTOCOLS]) & (kinds != 0)
        self._rows = passed_over(report, rows, told)
        kinds = kinds[told]
        self._is = {kind: kinds == np.uint64(text_digest(kind)) for kind in _TYPES}

    def sessions(self) -> Iterator[Session]:
        """Sessions that are over with this block."""
        fields, rows = self._fields, self._rows
        src, dest = fields.addresses("src_ip", rows), fields.addresses("dest_ip", rows)
        good = self._refuse(src, dest)
        named = self._reading.wanted.by_name(fields, _NAME_FIELDS, rows)
        dns = self._is["dns"] & good
        asked = dns & (named | self._reading.wanted.everything)
        self._report.passed_over += int(np.count_nonzero(dns & ~asked))
        yield from self._names(rows[asked])
        kept = passed_over(self._report, rows[good & ~dns], self._matters(src, dest, named)[good & ~dns])
        yield from self._events(kept)

    def _refuse(self, src: NDArray[np.uint64], dest: NDArray[np.uint64]) -> NDArray[np.bool_]:
        good = (src != 0) & (dest != 0)
        for place in np.flatnonzero(~good).tolist():
            row = int(self._rows[place])
            column = "dest_ip" if src[place] else "src_ip"
            found = "is no address" if self._fields.raw(column, row) is not None else "is missing"
            self._report.reject(int(self._fields.block.rows[row]), column, found)
        return good

    def _matters(
        self, src: NDArray[np.uint64], dest: NDArray[np.uint64], named: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        wanted, fields, rows = self._reading.wanted, self._fields, self._rows
        if wanted.everything:
            return np.ones(rows.size, np.bool_)
        telling = named & ~self._is["dns"]
        alerts = np.flatnonzero(self._is["alert"])
        telling[alerts] |= wanted.by_words(fields, ("signature", "category"), rows[alerts])
        marks = self._reading.of_wanted(fields.digests("number", rows), telling)
        marks |= wanted.by_address(src, dest)
        return marks | wanted.by_port(fields.counts("src_port", rows), fields.counts("dest_port", rows))

    def _names(self, rows: NDArray[np.int64]) -> Iterator[Session]:
        times = self._fields.times("time", rows, self._reading.zone_s).tolist()
        for row, time_ns in zip(rows.tolist(), times, strict=True):
            if time_ns <= BAD:
                self._bad(row, "timestamp")
                continue
            try:
                seen = name_seen(self._fields, row, time_ns, self._source)
            except ValueError:
                self._bad(row, "dns")
                continue
            if seen is None:
                self._report.passed_over += 1
            else:
                yield from self._reading.seen(seen)

    def _events(self, rows: NDArray[np.int64]) -> Iterator[Session]:
        fields, zone_s = self._fields, self._reading.zone_s
        numbers = {
            name: fields.counts(name, rows).tolist()
            for name in (
                "src_port",
                "dest_port",
                "pkts_toserver",
                "pkts_toclient",
                "bytes_toserver",
                "bytes_toclient",
            )
        }
        numbers |= {name: fields.times(name, rows, zone_s).tolist() for name in ("time", "start", "end")}
        for place, row in enumerate(rows.tolist()):
            facts = {name: column[place] for name, column in numbers.items()}
            bad = next((name for name, value in facts.items() if value == BAD), None)
            if bad or facts["time"] == MISSING:
                self._bad(row, bad or "timestamp")
                continue
            yield from self._event(row, facts)

    def _event(self, row: int, facts: dict[str, int]) -> Iterator[Session]:
        fields = self._fields
        kind = fields.text("type", row)
        record = self._record(row, facts, kind or "")
        if record.too_long:
            self._bad(row, "end")
            return
        number = fields.text("number", row)
        if kind == "flow":
            if number is not None:
                names, alerts = self._reading.naming.take(number)
                record.names, record.alerts = names, alerts
            yield from self._reading.flow(record)
        elif kind == "netflow":
            yield from self._reading.flow(record)
        else:
            record.names = _names_of(fields, row)
            if not record.counts.packets and self._is_answered(row, record.names):
                record.counts = Counts(1, 1, payload=False)  # at least, until a flow event tells better
            if kind == "alert":
                rule = f"{fields.text('rule', row) or ''} {fields.text('signature', row) or ''}".strip()
                record.alerts = (SensorAlert(rule, fields.text("category", row) or ""),)
            yield from self._reading.said(number or f"{record.client} {record.server}", record)

    def _record(self, row: int, facts: dict[str, int], kind: str) -> FlowRecord:
        fields = self._fields
        source = End(fields.address("src_ip", row), _or_zero(facts["src_port"]))
        target = End(fields.address("dest_ip", row), _or_zero(facts["dest_port"]))
        if kind == "alert" and self._is_answer(row, source):
            source, target = target, source
        first = facts["start"] if facts["start"] != MISSING else facts["time"]
        last = facts["end"] if facts["end"] != MISSING else facts["time"]
        counts = Counts(
            _or_zero(facts["pkts_toserver"]), _or_zero(facts["pkts_toclient"]),
            _or_zero(facts["bytes_toserver"]), _or_zero(facts["bytes_toclient"]), payload=False,
        )  # fmt: skip
        return FlowRecord(
            source, target, _PROTOCOLS[fields.text("proto", row) or "TCP"], min(first, last), max(first, last), counts,
            self._source, directed=kind != "netflow", opens=self._opens(row),
        )  # fmt: skip

    def _is_answer(self, row: int, source: End) -> bool:
        """Whether an alert's packet came from the server, so that its source is not the client."""
        if self._fields.raw("flow_src_ip", row) is not None:
            try:
                return self._fields.address("flow_src_ip", row) != source.address
            except ValueError:
                pass  # the packet's direction tells it as well
        return self._fields.raw("direction", row) == b"to_client"

    def _is_answered(self, row: int, names: Names) -> bool:
        """Whether an event shows that the server spoke: a version that was agreed on, a certificate, a status."""
        return bool(names.tls_version or names.certificate) or self._fields.raw("status", row) is not None

    def _opens(self, row: int) -> bool | None:
        flags = self._fields.text("flags", row)
        try:
            return bool(int(flags, 16) & _SYN) if flags else None
        except ValueError:
            return None

    def _bad(self, row: int, column: str) -> None:
        self._report.reject(int(self._fields.block.rows[row]), column, "is missing or cannot be read")


def _or_zero(value: int) -> int:
    return 0 if value == MISSING else value


def _names_of(fields: Fields, row: int) -> Names:
    sni, host = fields.text("sni", row), fields.text("host", row)
    return Names(
        tls=sni.lower().rstrip(".") if sni else None,
        tls_version=tls_version(fields.text("version", row)),
        alpn=tuple(_texts(fields.raw("alpn", row))),
        certificate=tuple(
            dict.fromkeys(
                (*common_names(fields.text("subject", row)), *_texts(fields.raw("alternatives", row)))
            )
        ),
        ja3=fields.text("ja3", row),
        ja4=fields.text("ja4", row),
        http_host=host.lower() if host else None,
        http_agent=fields.text("agent", row),
    )


def _texts(raw: bytes | None) -> list[str]:
    """The texts of a JSON array; none where it is broken, as nothing else of the event depends on it."""
    try:
        found: Any = json.loads(raw) if raw else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
