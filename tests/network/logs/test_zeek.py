"""Zeek's logs to sessions: by their own header, as JSON, one kind or mixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.ends import End
from gridcanary.network.logs import LogReport, Wanted, sessions_of_log, sessions_of_logs
from tests.network.logs.made_logs import MINER, OTHER, POOL, RESOLVER, write
from tests.network.real_data import FORMATS, needs_network_data

ENDS = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p"
CONN = f"{ENDS}\tproto\tduration\torig_bytes\tresp_bytes\thistory\torig_pkts\tresp_pkts\textra"
DNS = f"{ENDS}\tproto\ttrans_id\tquery\tanswers"
SSL = f"{ENDS}\tversion\tserver_name\tsubject"
HEAD = ("#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-")


def row(*values: object) -> str:
    """One tab-separated record."""
    return "\t".join(str(value) for value in values)


def conn(uid: str = "C1", server: str = POOL, ts: str = "1601998366.785668", history: str = "ShADad") -> str:
    """One conn record of two seconds."""
    return row(ts, uid, MINER, 50000, server, 3333, "tcp", "2.000001", 500, 400, history, 5, 4, "x")


def folder(path: Path) -> list[Path]:
    """Conn, dns and ssl logs of one sensor."""
    return [
        write(path / "conn.log", *HEAD, "#path\tconn", CONN, conn(), conn("C2", OTHER), "#close\tnow"),
        write(path / "ssl.log", *HEAD, "#path\tssl", SSL,
              row("1601998366.9", "C1", MINER, 50000, POOL, 3333, "TLSv13", "x.pool.example", "CN=a.org,O=B\\\\, C")),
        write(path / "dns.log", *HEAD, "#path\tdns", DNS,
              row("1601998366.1", "C9", MINER, 40000, RESOLVER, 53, "udp", 7,
                  "X.pool.example", f"a.edge.example,{POOL}")),
    ]  # fmt: skip


def test_conn_dns_and_ssl_of_a_sensor_are_joined_in_whatever_order_they_are_given(tmp_path: Path) -> None:
    logs = folder(tmp_path)
    for paths in (logs, logs[::-1]):
        reports: list[LogReport] = []
        flow, asked = sessions_of_logs(paths, Wanted(names=["pool.example"]), reports=reports)
        assert (flow.client, flow.server) == (End(MINER, 50000), End(POOL, 3333))
        assert (flow.first_ns, flow.last_ns) == (1601998366785668000, 1601998368785669000)
        assert (flow.names.tls, flow.names.tls_version) == ("x.pool.example", "TLSv1.3")
        assert flow.names.certificate == ("a.org",)
        assert flow.names.dns == ("a.edge.example", "x.pool.example")
        assert (flow.counts.bytes_up, flow.counts.payload) == (500, True)
        assert asked.names.dns == ("x.pool.example", "a.edge.example")
        assert (sum(one.records for one in reports), sum(one.passed_over for one in reports)) == (4, 1)


def test_logs_joined_end_to_end_keep_each_its_own_header(tmp_path: Path) -> None:
    other = CONN.replace("\tuid", "\tnew\tuid")
    record = conn("C2", OTHER).replace("\tC2", "\t-\tC2")
    log = write(tmp_path / "conn.log", "\t" + HEAD[0], *HEAD[1:], "#path\tconn", CONN, conn(), "#close\tx",
                *HEAD, "#path\tconn", other, record)  # fmt: skip
    assert {session.server.address for session in sessions_of_log(log)} == {POOL, OTHER}


def test_json_of_one_kind_or_mixed_by_path_is_read(tmp_path: Path) -> None:
    ends = {"uid": "C1", "id.orig_h": MINER, "id.orig_p": 50000, "id.resp_h": POOL, "id.resp_p": 3333}
    records = [
        {"ts": 1601998366.9, **ends, "version": "TLSv12", "server_name": "x.pool.example"},
        {"ts": "2020-10-06T15:32:46.785668Z", **ends, "proto": "tcp", "duration": 2e-6, "conn_state": "SF",
         "orig_pkts": 5},
    ]  # fmt: skip
    plain = write(tmp_path / "plain.log", *records)
    mixed = write(
        tmp_path / "mixed.log",
        {"_path": "ssl", **records[0]},
        {"_path": "conn", **records[1]},
        {"_path": "weird", **ends},
    )
    for log in (plain, mixed):
        (session,) = sessions_of_log(log, Wanted(names=["pool.example"]))
        assert session.names.tls == "x.pool.example"
        assert (session.first_ns, session.last_ns) == (1601998366785668000, 1601998366785670000)
        assert session.counts.packets_up == 5


def test_a_notice_about_mining_makes_its_conversation_wanted(tmp_path: Path) -> None:
    ends = {
        "uid": "C1",
        "id.orig_h": MINER,
        "id.orig_p": 50000,
        "id.resp_h": POOL,
        "id.resp_p": 3333,
        "proto": "tcp",
    }
    log = write(
        tmp_path / "z.log",
        {"_path": "notice", "ts": 1.0, **ends, "note": "CryptoMining::Stratum", "msg": "seen"},
        {"_path": "notice", "ts": 1.0, "note": "Stratum", "msg": "of no conversation"},
        {"_path": "conn", "ts": 1.5, **ends, "duration": 1.0, "orig_pkts": 3, "history": "ShAD"},
    )
    (session,) = sessions_of_log(log, Wanted())
    assert [alert.rule for alert in session.alerts] == ["CryptoMining::Stratum seen"]
    assert session.counts.packets_up == 3


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(conn() + "\tmore", "has more columns than the header", id="columns too many"),
        pytest.param(
            row("1601998366.1", "C1", MINER), "has fewer columns than the header", id="columns too few"
        ),
        pytest.param(conn(server="pool"), "id.resp_h: is no address", id="address"),
        pytest.param(conn(server="-"), "id.resp_h: is missing", id="no address"),
        pytest.param(conn(ts="soon"), "ts: is missing or cannot be read", id="time"),
    ],
)
def test_a_broken_record_is_refused_by_its_row_and_costs_no_other(
    tmp_path: Path, record: str, reason: str
) -> None:
    report = LogReport("")
    log = write(tmp_path / "conn.log", *HEAD, "#path\tconn", CONN, record, conn("C2", OTHER))
    assert len(list(sessions_of_log(log, report=report))) == 1
    assert (report.records, report.rejected, dict(report.reasons)) == (2, 1, {reason: 1})
    assert report.examples[0].row == 7


def test_records_without_a_header_are_refused_with_the_row(tmp_path: Path) -> None:
    log = write(tmp_path / "conn.log", HEAD[0], "#path\tconn", conn())
    with pytest.raises(InputError, match=r"row 3: a record stands before the #fields line"):
        list(sessions_of_log(log))


@pytest.mark.data
@needs_network_data
@pytest.mark.parametrize("name", ["test10-mixed-zeek-dir", "test9-mixed-zeek-dir"])
def test_real_logs_are_read_without_a_refusal(name: str) -> None:
    logs = sorted((FORMATS / "zeek").glob(f"{name}_*.log"))
    reports: list[LogReport] = []
    sessions = list(sessions_of_logs(logs, reports=reports))
    assert [report.rejected for report in reports] == [0, 0, 0]
    assert sum(session.names.tls is not None for session in sessions) > 5
    assert all(session.last_ns >= session.first_ns for session in sessions)
