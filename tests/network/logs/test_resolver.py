"""Resolvers' logs and passive DNS: who asked for what, and which names led to which addresses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.ends import End
from gridcanary.network.logs import LogReport, Wanted, kind_of_log, sessions_of_log, sessions_of_logs
from gridcanary.network.names_seen import NamesSeen
from tests.network.logs.made_logs import MINER, POOL, eve_flow, write

NOON_NS = 1_795_435_200_000_000_000  # 2026-11-23T12:00:00Z
WRITTEN = NOON_NS // 1_000_000_000 + 3600

SYSLOG = "Nov 23 12:00:00"
BIND = f"client @0x7f {MINER}#53124 (Eu.Pool.example): query: Eu.Pool.example IN A +E(0)K (10.0.0.53)"
QUESTIONS = [
    pytest.param(f"23-Nov-2026 12:00:00.000 queries: info: {BIND}", id="BIND"),
    pytest.param(f"2026-11-23T12:00:00.000Z {BIND}", id="BIND, ISO time"),
    pytest.param(f"Nov 23 12:00:00 ns1 named[77]: {BIND}", id="BIND through syslog"),
    pytest.param(f"Nov 23 12:00:00 dnsmasq[77]: query[A] Eu.Pool.example from {MINER}", id="dnsmasq"),
    pytest.param(f"{SYSLOG} gw dnsmasq[77]: 12 {MINER}/4444 query[A] Eu.Pool.example from {MINER}", id="dnsmasq extra"),
    pytest.param(f"[1795435200] unbound[77:0] info: {MINER} Eu.Pool.example. A IN", id="unbound"),
    pytest.param(f"{SYSLOG} gw unbound: [77:0] info: {MINER} Eu.Pool.example. A IN NOERROR 0.05 0", id="unbound reply"),
]  # fmt: skip


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_question_is_a_row_of_client_name_and_day(tmp_path: Path, line: str) -> None:
    other = line.replace("Eu.Pool.example", "news.example")
    log = write(tmp_path / "dns.log", line, other, "Nov 23 12:00:00 gw kernel: up", line)
    os.utime(log, (WRITTEN, WRITTEN))
    assert kind_of_log(log) == "resolver"
    report = LogReport("")
    (session,) = sessions_of_log(log, Wanted(names=["pool.example"]), report=report)
    assert (session.client, session.server) == (End(MINER, 0), End("0.0.0.0", 0))
    assert (session.names.dns, session.records, session.first_ns) == (("eu.pool.example",), 2, NOON_NS)
    assert (report.records, report.passed_over, report.rejected) == (4, 2, 0)
    assert len(list(sessions_of_log(log))) == 2


def test_dnsmasqs_answers_lead_over_aliases_to_the_address(tmp_path: Path) -> None:
    lines = [
        f"query[A] eu.pool.example from {MINER}", "forwarded eu.pool.example to 10.0.0.53",
        "reply eu.pool.example is <CNAME>", f"reply edge.example.net is {POOL}", "reply edge.example.net is 192.0.2.8",
    ]  # fmt: skip
    log = write(tmp_path / "dns.log", *(f"Nov 23 12:00:00 dnsmasq[7]: {line}" for line in lines))
    os.utime(log, (WRITTEN, WRITTEN))
    names = NamesSeen()
    list(sessions_of_log(log, Wanted(names=["pool.example"]), names=names))
    for address in (POOL, "192.0.2.8"):
        assert names.names_of(address, MINER, NOON_NS) == ("edge.example.net", "eu.pool.example")


def test_a_syslog_time_of_december_in_a_file_of_january_is_last_years(tmp_path: Path) -> None:
    log = write(tmp_path / "dns.log", f"Dec 31 23:59:59 dnsmasq[7]: query[A] eu.pool.example from {MINER}")
    os.utime(log, (1_767_225_700, 1_767_225_700))  # 2026-01-01
    report = LogReport("")
    (session,) = sessions_of_log(log, report=report)
    assert session.first_ns == 1_767_225_599_000_000_000
    assert "no year" in report.notes[0]


def test_a_table_of_ones_own_is_read(tmp_path: Path) -> None:
    log = write(
        tmp_path / "dns.csv", "time,client,name,type,answers",
        f"2026-11-23T20:00:00+08:00,{MINER},Eu.Pool.example.,A,edge.example|{POOL} 2001:DB8::7",
        f"1795435200,{MINER},news.example,A,", "soon,10.0.0.1,x.pool.example,A,", "1,10.0.0.x,x.pool.example,A,",
        "1,10.0.0.1,x.pool.example",
    )  # fmt: skip
    report, names = LogReport(""), NamesSeen()
    (session,) = sessions_of_log(log, Wanted(names=["pool.example"]), report=report, names=names)
    assert (session.server.address, session.first_ns) == (POOL, NOON_NS)
    assert names.names_of("2001:db8::7", None, NOON_NS) == ("eu.pool.example",)
    assert (report.records, report.passed_over, report.rejected) == (5, 1, 3)
    assert [example.row for example in report.examples] == [4, 5, 6]


def test_a_table_without_times_is_refused(tmp_path: Path) -> None:
    log = write(tmp_path / "dns.csv", "client,name,runtime", f"{MINER},x.example,1")
    with pytest.raises(InputError, match="column time: the header lacks it"):
        list(sessions_of_log(log))


def test_passive_dns_names_a_flow_over_an_alias_that_stands_after_its_address(tmp_path: Path) -> None:
    facts = {"time_first": 1795390000, "time_last": "2026-11-23T11:00:00Z", "count": 7}
    pdns = write(
        tmp_path / "pdns.json",
        {"rrname": "edge.example.net.", "rrtype": "A", "rdata": [POOL], **facts},
        {"rrname": "eu.pool.example.", "rrtype": "CNAME", "rdata": "edge.example.net.", **facts},
        {"rrname": "news.example.", "rrtype": "A", "rdata": "192.0.2.99", **facts},
        {"rrname": "pool.example.", "rrtype": "NS", "rdata": "ns.example.", **facts},
        {"rrname": "bad.pool.example.", "rrtype": "A", "rdata": "192.0.2.999", **facts},
    )  # fmt: skip
    reports: list[LogReport] = []
    flows = write(tmp_path / "eve.json", eve_flow())
    (session,) = sessions_of_logs([flows, pdns], Wanted(names=["pool.example"]), reports=reports)
    assert session.names.dns == ("edge.example.net", "eu.pool.example")
    assert (reports[0].kind, reports[0].records, reports[0].passed_over, reports[0].rejected) == (
        "cof",
        5,
        3,
        1,
    )


@pytest.mark.parametrize("text", ["", "hello\nworld\n", "\0" * 100, "{}", '{"a": 1}\n', "a,b,c\n1,2,3\n"])
def test_what_is_no_log_is_refused_with_what_would_be(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text)
    assert kind_of_log(path) is None
    with pytest.raises(InputError, match="is no log that is known"):
        list(sessions_of_log(path))
