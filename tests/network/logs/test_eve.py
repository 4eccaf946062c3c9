"""EVE to sessions: the joining of events, DNS in all its shapes, what is passed over and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from gridcanary.network.ends import End
from gridcanary.network.logs import LogReport, Wanted, sessions_of_log, sessions_of_logs
from gridcanary.network.names_seen import NamesSeen
from gridcanary.network.sessions import TCP
from tests.network.logs.made_logs import MINER, OTHER, POOL, eve_dns, eve_event, eve_flow, write
from tests.network.real_data import FORMATS, needs_network_data

START_NS = 1_795_399_200_000_001_000  # 2026-11-23T02:00:00.000001Z


def test_tls_alert_and_flow_of_one_number_are_one_session(tmp_path: Path) -> None:
    tls = {"sni": "EU.Pool.example.", "version": "TLS 1.2", "subject": "CN=*.pool.example, O=X",
           "ja3": {"hash": "aa", "string": "1"}, "ja4": "t13"}  # fmt: skip
    alert = {
        "signature_id": 2017871,
        "signature": "ET COINMINER Stratum",
        "category": "Mining",
        "metadata": {"a": ["}"]},
    }
    log = write(tmp_path / "eve.json", eve_event("tls", tls=tls), eve_event("alert", alert=alert), eve_flow())
    (session,) = sessions_of_log(log)
    assert (session.client, session.server, session.protocol) == (End(MINER, 50000), End(POOL, 3333), TCP)
    assert (session.first_ns, session.seconds, session.records) == (START_NS, 2, 1)
    assert (session.counts.packets_up, session.counts.bytes_down, session.counts.payload) == (5, 400, False)
    assert session.names.tls == "eu.pool.example"
    assert session.names.tls_version == "TLSv1.2"
    assert session.names.certificate == ("*.pool.example",)
    assert (session.names.ja3, session.names.ja4) == ("aa", "t13")
    assert [alert.rule for alert in session.alerts] == ["2017871 ET COINMINER Stratum"]


@pytest.mark.parametrize("shape", [1, 2, 3, 4], ids=["v1", "v2", "v3 of Suricata 8", "grouped"])
def test_every_shape_of_dns_ties_the_pool_to_its_address(tmp_path: Path, shape: int) -> None:
    log = write(tmp_path / "eve.json", *eve_dns(shape, "stratum.pool.example", POOL), eve_flow())
    names = NamesSeen()
    asked, flow = sorted(
        sessions_of_log(log, Wanted(names=["pool.example"]), names=names), key=lambda one: one.protocol
    )[::-1]
    led = ("stratum.pool.example",) if shape == 1 else ("edge.example.net", "stratum.pool.example")
    assert flow.names.dns == led  # version 1 tells of an alias alone, without what it leads to
    assert (asked.client, asked.server, asked.records) == (End(MINER, 0), End(POOL, 0), 1)
    assert names.names_of(POOL, MINER, START_NS) == led


def test_an_alias_that_leads_to_a_pool_is_met_too(tmp_path: Path) -> None:
    log = write(tmp_path / "eve.json", *eve_dns(2, "printer.office.example", POOL), eve_flow())
    sessions = list(sessions_of_log(log, Wanted(names=["edge.example.net"])))
    assert {session.server.address for session in sessions} == {POOL}
    assert len(sessions) == 2


def test_what_cannot_matter_is_passed_over_and_counted(tmp_path: Path) -> None:
    other = eve_flow(2) | {"dest_ip": OTHER}
    report = LogReport("")
    log = write(
        tmp_path / "eve.json",
        eve_event("stats", stats={}),
        other,
        eve_flow(),
        eve_event("tls", 2, tls={}) | {"dest_ip": OTHER},
    )
    (session,) = sessions_of_log(log, Wanted(addresses=[POOL]), report=report)
    assert session.server.address == POOL
    assert (report.records, report.passed_over, report.rejected) == (4, 3, 0)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(Wanted(addresses=["2001:DB8::1"]), id="short"),
        pytest.param(Wanted(addresses=["2001:db8:0:0:0:0:0:1"]), id="long"),
        pytest.param(Wanted(ports=[3333]), id="port"),
        pytest.param(Wanted(names=["pool.example"]), id="name"),
    ],
)
def test_an_address_is_met_however_it_is_written(tmp_path: Path, wanted: Wanted) -> None:
    long = {"dest_ip": "2001:0db8:0000:0000:0000:0000:0000:0001"}
    log = write(
        tmp_path / "eve.json", eve_event("tls", tls={"sni": "a.pool.example"}) | long, eve_flow() | long
    )
    (session,) = sessions_of_log(log, wanted)
    assert session.server.address == "2001:db8::1"


def test_a_name_that_only_ends_like_a_pool_is_not_wanted(tmp_path: Path) -> None:
    log = write(tmp_path / "eve.json", eve_event("tls", tls={"sni": "notpool.example"}), eve_flow())
    assert list(sessions_of_log(log, Wanted(names=["pool.example"]))) == []


def test_an_alert_on_the_servers_packet_does_not_turn_the_session(tmp_path: Path) -> None:
    back = {"src_ip": POOL, "src_port": 3333, "dest_ip": MINER, "dest_port": 50000, "direction": "to_client"}
    alert = {"signature_id": 1, "signature": "ET COINMINER pool answer", "category": "x"}
    log = write(tmp_path / "eve.json", eve_event("alert", alert=alert) | back)
    (session,) = sessions_of_log(log, Wanted())
    assert session.client == End(MINER, 50000)


def test_flows_cut_by_a_timeout_are_one_session_and_a_new_beginning_is_another(tmp_path: Path) -> None:
    later = "2026-11-23T10:05:00.000000+0800"
    cut = eve_flow(2, later, tcp={"tcp_flags": "18"})
    again = eve_flow(3, "2026-11-23T10:09:00.000000+0800")
    sessions = list(sessions_of_log(write(tmp_path / "eve.json", eve_flow(), cut, again)))
    assert [session.records for session in sessions] == [2, 1]
    assert sessions[0].counts.packets_up == 10


def test_netflow_events_of_both_directions_are_one_session(tmp_path: Path) -> None:
    def half(turned: bool, second: int) -> dict:
        start = f"2026-11-23T10:00:0{second}.000000+0800"
        facts = {"pkts": 3 + turned, "bytes": 100, "start": start, "end": start, "tcp_flags": "1b"}
        event = eve_event("netflow", netflow=facts)
        if turned:
            event |= {"src_ip": POOL, "src_port": 3333, "dest_ip": MINER, "dest_port": 50000}
        return event

    for order in ([half(False, 1), half(True, 2)], [half(True, 2), half(False, 1)]):
        (session,) = sessions_of_log(write(tmp_path / "eve.json", *order))
        assert session.client == End(MINER, 50000)
        assert (session.counts.packets_up, session.counts.packets_down) == (3, 4)


BROKEN = [
    pytest.param('{"event_type":"flow"', "ends too early", id="cut off"),
    pytest.param('{"event_type":"flow" "a":1}', "is no JSON", id="no comma"),
    pytest.param('{"event_type":"flow",}', "is no JSON", id="comma too many"),
    pytest.param('{"a":1,"event_type":"flow","proto":"TCP"} x', "after the JSON object", id="trailing"),
    pytest.param("flow", "is no JSON object", id="no object"),
    pytest.param('{"event_type":"flow","x":' + "[" * 500 + "]" * 500 + "}", "nested too deep", id="deep"),
    pytest.param('{"event_type":"flow","proto":"TCP","src_ip":"10.0.0.999"}', "src_ip: is no address", id="address"),
    pytest.param('{"event_type":"flow","proto":"TCP","src_ip":"10.0.0.9"}', "dest_ip: is missing", id="no address"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), BROKEN)
def test_a_broken_line_is_refused_by_its_row_and_costs_no_other(
    tmp_path: Path, line: str, reason: str
) -> None:
    report = LogReport("")
    assert (
        len(
            list(
                sessions_of_log(
                    write(tmp_path / "eve.json", eve_flow(), line, eve_flow(2) | {"src_port": 50001}),
                    report=report,
                )
            )
        )
        == 2
    )
    assert report.rejected == 1
    assert [example.row for example in report.examples] == [2]
    assert reason in next(iter(report.reasons))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("start", "2026-02-30T00:00:00.0+0000", id="no such day"),
        pytest.param("start", "yesterday", id="no time"),
        pytest.param("pkts_toserver", "-1", id="below zero"),
        pytest.param("bytes_toclient", "1" * 30, id="too large"),
    ],
)
def test_a_broken_number_is_refused_by_its_field(tmp_path: Path, field: str, value: str) -> None:
    flow, report = eve_flow(), LogReport("")
    flow["flow"][field] = value
    assert list(sessions_of_log(write(tmp_path / "eve.json", flow), report=report)) == []
    assert [example.column for example in report.examples] == [field]


def test_compressed_logs_are_read_and_a_cut_off_one_as_far_as_it_goes(tmp_path: Path) -> None:
    plain = write(
        tmp_path / "eve.json", *(eve_flow(number) | {"src_port": 1000 + number} for number in range(3000))
    )
    (tmp_path / "eve.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "eve.zst").write_bytes(pa.compress(plain.read_bytes(), "zstd", asbytes=True))
    assert [len(list(sessions_of_log(tmp_path / name))) for name in ("eve.json", "eve.gz", "eve.zst")] == [
        3000
    ] * 3
    report = LogReport("")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(plain.read_bytes())[:-4000])
    found = len(list(sessions_of_log(tmp_path / "cut.gz", report=report)))
    assert 0 < found < 3000
    assert report.notes or report.rejected


@pytest.mark.data
@needs_network_data
def test_the_web_socket_miner_among_firefox_flows_is_found_by_its_name() -> None:
    log = FORMATS / "eve" / "coinhive.pcap.eve.json"
    sessions = list(sessions_of_log(log, Wanted(names=["authedmine.com"])))
    long = [session for session in sessions if session.seconds > 400]
    assert "ws027.authedmine.com" in [session.names.tls for session in long]
    assert all("authedmine.com" in " ".join(session.names.dns) for session in long)
    everything = list(sessions_of_log(log))
    assert len(everything) > 5 * len(sessions)


def test_progress_is_told_in_bytes_of_the_files_as_they_are_stored(tmp_path: Path) -> None:
    plain = write(tmp_path / "eve.json", *(eve_flow(number) for number in range(500)))
    packed = tmp_path / "eve.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    steps: list[int] = []
    list(sessions_of_logs([plain, packed], progress=steps.append))
    assert sum(steps) == plain.stat().st_size + packed.stat().st_size
