"""Single lines that would bring a whole scan down: numbers that fit no column, flows that last for centuries."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary import network
from gridcanary.network.logs import LogReport, sessions_of_log
from gridcanary.network.scan import told_of
from tests.network.logs.made_logs import MINER, POOL, eve_flow, write
from tests.network.logs.test_nfdump import flow_object

Line = Callable[..., str]
ENDS = {"id.orig_h": MINER, "id.orig_p": 5, "id.resp_h": POOL, "id.resp_p": 3333, "proto": "tcp", "uid": "C1"}


def zeek(**facts: object) -> str:
    """A conn record as JSON."""
    record = {
        "_path": "conn",
        "ts": 1_764_000_000.5,
        "conn_state": "SF",
        "duration": 2.5,
        "orig_pkts": 3,
        **ENDS,
    }
    return json.dumps(record | facts)


def eve(**facts: object) -> str:
    """A flow event."""
    return json.dumps(eve_flow() | facts)


def nfdump(**facts: object) -> str:
    """A flow as one line of JSON."""
    return json.dumps(flow_object(**facts))


LONG_EVE = {"start": "1970-01-02T00:00:00.000000+0000", "end": "2250-01-01T00:00:00.000000+0000"}


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        pytest.param(zeek, {"id.orig_p": 65_536}, id="zeek port"),
        pytest.param(zeek, {"id.resp_p": 1 << 31}, id="zeek port beyond int32"),
        pytest.param(zeek, {"orig_pkts": 10**17}, id="zeek packets"),
        pytest.param(zeek, {"duration": 8.9e9}, id="zeek centuries"),
        pytest.param(eve, {"src_port": 99_999_999_999}, id="eve port"),
        pytest.param(eve, {"flow": LONG_EVE}, id="eve centuries"),
        pytest.param(nfdump, {"dst_port": 70_000}, id="nfdump port"),
        pytest.param(nfdump, {"in_bytes": 10**18}, id="nfdump bytes"),
        pytest.param(nfdump, {"first": "1980-01-01T00:00:00"}, id="nfdump decades"),
    ],
)
def test_an_impossible_record_is_counted_and_the_others_are_written(
    tmp_path: Path, line: Line, facts: dict[str, object]
) -> None:
    log = write(tmp_path / "log", line(**facts), line())
    report = LogReport("")
    assert len(list(sessions_of_log(log, report=report))) == 1
    assert report.rejected == 1
    table = network.scan(log, every=True)
    assert table.num_rows == 1
    assert "1 records can't be read" in str(told_of(table)["notes"])
