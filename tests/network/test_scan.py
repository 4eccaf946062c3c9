from __future__ import annotations

import io
import socket
from pathlib import Path

import dpkt
import pytest

from gridcanary import network
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.network.scan import pools_with, told_of

NOON_S = 1_772_366_400.0
MINER, POOL = "10.20.30.40", "203.0.113.7"


def capture(path: Path, *said: tuple[bool, bytes], begin_s: float = NOON_S) -> Path:
    """A pcap of one TCP connection; each payload from the client (true) or the server, a second apart."""
    sequence = {True: 1, False: 1}
    packets = [(True, dpkt.tcp.TH_SYN, b""), (False, dpkt.tcp.TH_SYN | dpkt.tcp.TH_ACK, b"")]
    packets += [(up, dpkt.tcp.TH_ACK | dpkt.tcp.TH_PUSH, text) for up, text in said]
    with path.open("wb") as file:
        writer = dpkt.pcap.Writer(file)
        for at, (up, flags, text) in enumerate(packets):
            ports = (40_001, 3333) if up else (3333, 40_001)
            syn = bool(flags & dpkt.tcp.TH_SYN)
            tcp = dpkt.tcp.TCP(
                sport=ports[0], dport=ports[1], seq=0 if syn else sequence[up], flags=flags, data=text
            )
            sequence[up] += len(text)
            ends = (MINER, POOL) if up else (POOL, MINER)
            ip = dpkt.ip.IP(src=socket.inet_aton(ends[0]), dst=socket.inet_aton(ends[1]), p=6, data=tcp)
            ip.len = len(ip)
            writer.writepkt(bytes(dpkt.ethernet.Ethernet(data=ip)), ts=begin_s + at)
    return path


TALK = ((True, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n"), (False, b"HTTP/1.1 204 No Content\r\n\r\n"))


def test_a_session_that_is_nothing_is_written_only_when_all_are_asked_for(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.pcap", *TALK)
    assert network.scan(path).num_rows == 0
    table = network.scan(path, every=True)
    assert table.schema.equals(NETWORK_FINDINGS)
    assert table["client"].to_pylist() == [MINER]
    assert table["listed"].to_pylist() == [False]


def test_files_of_a_folder_that_are_no_input_are_passed_over_and_named(tmp_path: Path) -> None:
    capture(tmp_path / "a.pcap", *TALK)
    (tmp_path / "notes.txt").write_text("nothing of interest\n", encoding="utf-8")
    told = told_of(network.scan(tmp_path, every=True))
    assert (told["files"], told["sessions"]) == (1, 1)
    assert "notes.txt" in str(told["notes"])


def test_a_file_that_was_named_and_is_no_input_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing of interest\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt: is neither a capture nor a log"):
        network.scan(tmp_path / "notes.txt")


def test_progress_ends_with_all_bytes(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    for name in ("a.pcap", "b.pcap"):
        capture(tmp_path / name, *TALK)
    network.scan(tmp_path, progress=lambda done, total: steps.append((done, total)))
    size = sum(item.stat().st_size for item in tmp_path.iterdir())
    assert steps[-1] == (size, size)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_list_of_ones_own_comes_beside_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    rows = io.StringIO()
    rows.write("host,port,tls,pool,coin,role,source,source_date,licence,seen\n")
    rows.write("pool.example.test,3333,no,Example,XMR,stratum,own,2026-03-01,own,\n")
    own.write_text(rows.getvalue(), encoding="utf-8")
    pools = pools_with([own])
    assert len(pools) == len(pools_with([])) + 1
    assert pools.by_name("eu.pool.example.test", 3333, int(NOON_S * 1e9)) is not None


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        pools_with([tmp_path / "none.csv"])


LOGIN = (
    b'{"id":1,"method":"login","params":{"login":"farm8.rig7","pass":"x","agent":"XMRig/6.21.0"}}\n',
    b'{"id":1,"jsonrpc":"2.0","result":{"id":"a1","job":{"job_id":"j1","target":"b88d0600"},"status":"OK"}}\n',
    b'{"id":2,"method":"submit","params":{"id":"a1","job_id":"j1","nonce":"01","result":"02"}}\n',
    b'{"id":2,"jsonrpc":"2.0","result":{"status":"OK"},"error":null}\n',
)


def test_a_mining_session_is_listed_with_what_it_said(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.pcap", *((at % 2 == 0, text) for at, text in enumerate(LOGIN)))
    (row,) = network.scan(path).to_pylist()
    assert (row["method"], row["client"], row["agent"], row["shares"]) == (
        "cryptonote",
        MINER,
        "XMRig/6.21.0",
        1,
    )
    assert "farm8" in str(row["account"])
    days = network.endpoint_days(network.scan(path)).to_pylist()
    assert [(day["endpoint"], day["sessions"]) for day in days] == [(MINER, 1)]


def test_no_password_is_kept(tmp_path: Path) -> None:
    secret = LOGIN[0].replace(b'"x"', b'"hunter2"')
    path = capture(
        tmp_path / "a.pcap", (True, secret), *((at % 2 == 1, text) for at, text in enumerate(LOGIN[1:]))
    )
    assert "hunter2" not in str(network.scan(path, every=True).to_pylist())
