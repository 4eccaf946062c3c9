"""nfdump's flows to sessions: stitched over timeouts and directions, turned the right way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.ends import End
from gridcanary.network.logs import LogReport, Wanted, kind_of_log, sessions_of_log
from tests.network.logs.made_logs import MINER, OTHER, POOL, write
from tests.network.real_data import FORMATS, needs_network_data

SHORT = "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows"
TRAILER = ("Summary", "flows,bytes,packets,avg_bps,avg_pps,avg_bpp", "78,150572,959,121,0,157")


def short(second: int, up: bool = True, server: str = POOL, seconds: str = "50.500") -> str:
    """One flow as nfdump prints it since 1.7.5."""
    minute, second = divmod(second, 60)
    ends = f"{MINER},50000,{server},3333" if up else f"{server},3333,{MINER},50000"
    return f"2026-11-23 10:{minute:02}:{second:02}.250,{seconds},TCP,{ends},{20 if up else 10},{2000 if up else 900},1"


def flow_object(**facts: object) -> dict:
    """One flow as JSON."""
    return {
        "type": "FLOW", "sampled": 0, "first": "2026-11-23T10:00:00.100", "last": "2026-11-23T10:04:00.000",
        "in_packets": 3, "in_bytes": 300, "proto": 6, "tcp_flags": "...AP.S.", "src_port": 50000, "dst_port": 3333,
        "src4_addr": MINER, "dst4_addr": POOL,
    } | facts  # fmt: skip


def test_flows_of_both_directions_over_many_timeouts_are_one_session(tmp_path: Path) -> None:
    flows = [short(second, up) for second in range(0, 600, 60) for up in (False, True)]
    (session,) = sessions_of_log(write(tmp_path / "flows.csv", SHORT, *flows, *TRAILER))
    assert (session.client, session.server) == (End(MINER, 50000), End(POOL, 3333))
    assert (session.counts.packets_up, session.counts.packets_down, session.records) == (200, 100, 20)
    assert session.seconds == 540 + 50.5
    assert (session.source.kind, session.counts.payload) == ("nfdump", False)


def test_a_silence_longer_than_any_timeout_ends_a_session(tmp_path: Path) -> None:
    log = write(tmp_path / "flows.csv", SHORT, short(0), short(3540))
    assert len(list(sessions_of_log(log))) == 2


def test_joined_outputs_are_read_over_their_trailers(tmp_path: Path) -> None:
    report = LogReport("")
    log = write(tmp_path / "flows.csv", SHORT, short(0), *TRAILER, SHORT, short(0, server=OTHER), *TRAILER)
    assert len(list(sessions_of_log(log, report=report))) == 2
    assert (report.records, report.rejected) == (2, 0)


@pytest.mark.parametrize("indent", [None, "\t"], ids=["one line", "pretty"])
@pytest.mark.parametrize("lines", [True, False], ids=["ndjson", "array"])
def test_json_is_read_however_it_is_broken_into_lines(
    tmp_path: Path, indent: str | None, lines: bool
) -> None:
    flows = [
        flow_object(),
        flow_object(src4_addr=POOL, dst4_addr=MINER, src_port=3333, dst_port=50000, sampled=1),
    ]
    text = (
        "\n".join(json.dumps(one, indent=indent) for one in flows)
        if lines
        else json.dumps(flows, indent=indent)
    )
    (session,) = sessions_of_log(write(tmp_path / "flows.json", text), sampling=1000)
    assert (session.client, session.records, session.source.sampling) == (End(MINER, 50000), 2, 1000)


def test_a_sampled_flow_of_untold_rate_says_so(tmp_path: Path) -> None:
    (session,) = sessions_of_log(write(tmp_path / "flows.json", flow_object(sampled=1)))
    assert session.source.sampling == 0


def test_a_broken_object_costs_no_other(tmp_path: Path) -> None:
    whole = json.dumps(flow_object(), indent=1)
    other = json.dumps(flow_object(src_port=50001), indent=1)
    report = LogReport("")
    log = write(tmp_path / "flows.json", "[", whole + ",", whole[:-9] + "\n,", other, "]")
    assert len(list(sessions_of_log(log, report=report))) == 2
    assert (report.rejected, report.examples[0].row) == (1, 16)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        pytest.param(short(0).replace(POOL, "192.0.2.256"), "dst", id="address"),
        pytest.param(short(0).replace("10:00", "10:61"), "first", id="time"),
        pytest.param(short(0, seconds="abc"), "duration", id="duration"),
        pytest.param(short(0).replace(",2000,", ",2.0 K,"), "in_bytes", id="bytes for people"),
        pytest.param(short(0) + ",1", None, id="columns too many"),
    ],
)
def test_a_broken_flow_is_refused_by_row_and_field(tmp_path: Path, line: str, column: str | None) -> None:
    report = LogReport("")
    log = write(tmp_path / "flows.csv", SHORT, line, short(0, server=OTHER))
    assert len(list(sessions_of_log(log, report=report))) == 1
    assert [(example.row, example.column) for example in report.examples] == [(2, column)]


def test_a_header_without_an_address_is_refused(tmp_path: Path) -> None:
    log = write(tmp_path / "flows.csv", "ts,te,td,sa,sp,dp,pr", "2026-11-23 10:00:00,,,10.0.0.1,1,2,TCP")
    with pytest.raises(InputError, match=r"row 1, column dst: the header has none of da, dstAddr"):
        list(sessions_of_log(log))


@pytest.mark.data
@needs_network_data
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_real_mining_flow_of_78_records_is_one_session(ending: str) -> None:
    log = FORMATS / "nfdump" / f"zBDVc.nfdump.{ending}"
    assert kind_of_log(log) == "nfdump"
    report = LogReport("")
    (session,) = sessions_of_log(log, Wanted(ports=[13531]), report=report)
    assert (session.client, session.server) == (End("10.185.238.78", 56078), End("47.101.30.124", 13531))
    # the sensor's own summary of the same capture
    assert (session.counts.packets_up, session.counts.packets_down, session.records) == (575, 384, 78)
    assert session.seconds == pytest.approx(9887.4, abs=1)
    assert (report.records, report.rejected) == (78, 0)
