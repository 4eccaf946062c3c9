"""Damaged and junk logs: refused or read in part, never a crash, a hang or a record lost without a count."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.logs import LogReport, Wanted, sessions_of_log
from gridcanary.network.logs.line_blocks import MOST_LINE_BYTES
from tests.network.logs.made_logs import MINER, POOL, eve_dns, eve_event, eve_flow, write
from tests.network.logs.test_nfdump import SHORT, TRAILER, flow_object, short
from tests.network.logs.test_resolver import BIND
from tests.network.logs.test_zeek import CONN, HEAD, conn

NAME = "x.pool.example"
TLS = {"sni": "x.pool.example", "version": "TLS 1.2", "ja3": {"hash": "a"}, "subjectaltname": ["a", "b"]}
PDNS = {
    "rrname": "x.pool.example",
    "rrtype": "A",
    "rdata": [POOL],
    "time_first": 1,
    "time_last": 2,
    "count": 3,
}
WHOLE = {
    "eve": [eve_event("tls", tls=TLS), *eve_dns(2, NAME, POOL), *eve_dns(3, NAME, POOL), eve_flow()],
    "zeek": [*HEAD, "#path\tconn", CONN, *(conn(f"C{number}") for number in range(6))],
    "zeek json": [{"ts": 1.5, "uid": "C1", "id.orig_h": MINER, "id.orig_p": 1, "id.resp_h": POOL, "id.resp_p": 2,
                   "proto": "tcp", "duration": 1.0, "history": "ShAD", "orig_pkts": 3, "answers": ["b"]}] * 6,
    "nfdump": [SHORT, *(short(number, number % 2 == 0) for number in range(6)), *TRAILER],
    "nfdump json": [json.dumps([flow_object(), flow_object(src_port=5)] * 3, indent=1)],
    "cof": [PDNS] * 6,
    "resolver": [f"23-Nov-2026 12:00:0{number} {BIND}" for number in range(6)]
    + [f"Nov 23 12:00:00 dnsmasq[1]: reply a is {value}" for value in ("<CNAME>", POOL)],
    "table": ["time,client,name,answers", *(f'17954352{number},{MINER},"{NAME}",{POOL}' for number in range(9))],
}  # fmt: skip
ROUNDS = 60


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four things done to them."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at : at + chance.randint(1, 40)] = b""
            case 1:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            case 2:
                data[at:at] = chance.choice(
                    [b'"', b"\\", b"{", b"}", b"[", b"]", b"\n", b"\t", b",", b":", b"\0"]
                )
            case 3:
                del data[at:]
            case 4:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + chance.randint(1, 200)]
            case _:
                data[at:at] = chance.choice(
                    [b"9" * 40, b"1e999", b"-1", b"null", b"::::", b"1e-400", b"\xff\xfe"]
                )
    return bytes(data)


@pytest.mark.parametrize("kind", WHOLE)
def test_damage_is_refused_or_counted(tmp_path: Path, kind: str) -> None:
    chance = random.Random(kind)
    whole = write(tmp_path / "whole", *WHOLE[kind]).read_bytes()
    assert (
        list(sessions_of_log(tmp_path / "whole", Wanted(names=["pool.example"], ports=[3333, 2])))
        or kind == "cof"
    )
    log = tmp_path / "log"
    places: set[str] = set()
    read = 0
    for _ in range(ROUNDS):
        log.write_bytes(damaged(whole, chance))
        for wanted in (Wanted(everything=True), Wanted(names=["pool.example"], addresses=[POOL])):
            report = LogReport("")
            try:
                sessions = list(sessions_of_log(log, wanted, report=report))
            except InputError as refused:
                places.add(refused.file)
                continue
            read += 1
            assert report.rejected + report.passed_over <= report.records
            assert all(session.first_ns <= session.last_ns for session in sessions)
            assert len(sessions) <= 2 * report.records
    assert places <= {str(log)}
    assert read > ROUNDS  # most damage costs a record, not the log


@pytest.mark.parametrize("kind", WHOLE)
def test_a_log_read_in_small_pieces_tells_the_same(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write(tmp_path / "log", *WHOLE[kind])
    whole, pieces = LogReport(""), LogReport("")
    once = list(sessions_of_log(log, report=whole))
    monkeypatch.setattr("gridcanary.network.logs.line_blocks._READ_BYTES", 7)
    monkeypatch.setattr("gridcanary.network.logs.line_blocks.BLOCK_BYTES", 50)
    assert list(sessions_of_log(log, report=pieces)) == once
    assert pieces == whole


@pytest.mark.parametrize(
    "opening", [b'{"event_type":"flow","x":"', b'{"src4_addr":"1.2.3.4","x":"'], ids=["line", "object"]
)
def test_a_record_without_end_is_refused_and_what_follows_is_read(tmp_path: Path, opening: bytes) -> None:
    follows = json.dumps(eve_flow() if b"event_type" in opening else flow_object()).encode()
    log = tmp_path / "log"
    log.write_bytes(
        follows
        + b"\n"
        + opening
        + b"x" * (3 * MOST_LINE_BYTES)
        + b"\n"
        + follows.replace(b"50000", b"50001")
        + b"\n"
    )
    report = LogReport("")
    assert len(list(sessions_of_log(log, report=report))) == 2
    assert report.rejected == 1
