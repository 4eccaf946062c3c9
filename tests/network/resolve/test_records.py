from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import Assignment
from gridcanary.network.resolve.dhcp import read_dhcp
from gridcanary.network.resolve.lines import read_lines, read_places
from gridcanary.network.resolve.nat import read_nat
from gridcanary.network.resolve.radius import LAPSE_NS, read_radius

RADIUS = "Acct-Status-Type,Acct-Session-Id,User-Name,Framed-IP-Address,NAS-Port-Id,Acct-Session-Time,Event-Timestamp\n"
DETAIL = """Sun May 31 20:00:00 2026
\tAcct-Status-Type = Start
\tAcct-Session-Id = "s1"
\tUser-Name = "a1"
\tNAS-Port-Id = "olt1/1/3"
\tFramed-IP-Address = 100.64.0.1
\tEvent-Timestamp = "May 31 2026 20:00:00 CST"
\tTimestamp = 1780228800

Sun May 31 21:00:00 2026
\tAcct-Status-Type = Stop
\tAcct-Session-Id = "s1"
\tUser-Name = "a1"
\tFramed-IP-Address = 100.64.0.1
\tAcct-Session-Time = 3600
\tTimestamp = 1780232400
"""
JSON = (
    '{"Acct-Status-Type": "Stop", "Acct-Session-Id": "s1", "User-Name": "a1", "NAS-Port-Id": "p", '
    '"Framed-IP-Address": ["100.64.0.1"], "Acct-Session-Time": 3600, "Event-Timestamp": 1780232400}\n'
)
NAT = "time,natEvent,sourceIPv4Address,postNATSourceIPv4Address,postNAPTSourceTransportPort\n"
ISC = """lease 10.1.2.3 {
  starts 0 2026/05/31 12:00:00;
  ends 0 2026/05/31 18:00:00;
  hardware ethernet AA:BB:CC:00:11:22;
  client-hostname "box";
}
"""
KEA = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n"
    "10.1.2.3,aa:bb:cc:00:11:22,,3600,1780232400,1,0,0,,0\n"
    "10.1.2.4,aa:bb:cc:00:11:23,,3600,1780232400,1,0,0,,1\n"
)


def written(folder: Path, text: str, name: str = "records.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def span(one: Assignment) -> tuple[int, int, int]:
    return one.start_ns // 10**9, one.sure_until_ns // 10**9, one.end_ns // 10**9


@pytest.mark.parametrize(
    "text",
    [
        RADIUS + "Start,s1,a1,100.64.0.1,p,,1780228800\nStop,s1,a1,100.64.0.1,p,3600,1780232400\n",
        RADIUS + "Stop,s1,a1,100.64.0.1,p,3600,1780232400\n",
        RADIUS + "Stop,s1,a1,100.64.0.1,p,3600,2026-05-31T21:00:00+08:00\n",
        JSON,
        DETAIL,
    ],
    ids=["start and stop", "stop alone tells its time", "offset", "JSON", "detail"],
)
def test_a_session_in_every_form(text: str, tmp_path: Path) -> None:
    (one,) = read_radius(written(tmp_path, text))
    assert span(one) == (1780228800, 1780232400, 1780232400)
    assert one.holder.account == "a1"
    assert str(one.prefix) == "100.64.0.1/32"


def test_compressed_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "detail.gz"
    path.write_bytes(gzip.compress(DETAIL.encode()))
    assert len(read_radius(path)) == 1


def test_a_missing_stop_ends_at_the_next_start(tmp_path: Path) -> None:
    text = RADIUS + "Start,s1,a1,100.64.0.1,p,,1780228800\nStart,s2,a2,100.64.0.1,p,,1780232400\n"
    first, second = read_radius(written(tmp_path, text))
    assert span(first) == (1780228800, 1780228800, 1780232400)
    assert second.end_ns == second.start_ns + LAPSE_NS


def test_an_interim_update_vouches(tmp_path: Path) -> None:
    text = RADIUS + "Start,s1,a1,100.64.0.1,p,,1780228800\nInterim-Update,s1,a1,100.64.0.1,p,600,1780229400\n"
    (one,) = read_radius(written(tmp_path, text))
    assert one.sure_until_ns == 1780229400 * 10**9


def test_a_deletion_alone_means_a_beginning_before_the_file(tmp_path: Path) -> None:
    (one,) = read_nat(written(tmp_path, NAT + "1780228800,5,100.64.0.1,203.0.113.9,1500\n"))
    assert (one.ports, one.end_ns) == ((1500, 1500), 1780228800 * 10**9)


def test_milliseconds_are_milliseconds(tmp_path: Path) -> None:
    text = NAT.replace("time", "observationTimeMilliseconds", 1)
    (one,) = read_nat(written(tmp_path, text + "1780228800123,4,100.64.0.1,203.0.113.9,1500\n"))
    assert one.start_ns == 1780228800123 * 10**6


@pytest.mark.parametrize(
    ("text", "span_s"),
    [(ISC, (1780228800, 1780250400)), (KEA, (1780228800, 1780232400))],
    ids=["dhcpd", "kea"],
)
def test_leases(text: str, span_s: tuple[int, int], tmp_path: Path) -> None:
    (one,) = read_dhcp(written(tmp_path, text))
    assert (span(one)[0], span(one)[2]) == span_s
    assert one.holder.account == "aa:bb:cc:00:11:22"


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (
            read_radius,
            RADIUS + "Start,s1,a1,100.64.0.1,p,,2026-05-31T20:00:00\n",
            "row 2, column Event-Timestamp.*offset",
        ),
        (read_radius, RADIUS + "Begin,s1,a1,100.64.0.1,p,,1780228800\n", "row 2, column Acct-Status-Type"),
        (read_radius, RADIUS + "Start,s1,a1,100.64.0.300,p,,1780228800\n", "row 2, column Framed-IP-Address"),
        (
            read_radius,
            RADIUS + "Start,s1,a1,100.64.0.1,p,,\n",
            "row 2, column Event-Timestamp: tells no time",
        ),
        (read_radius, RADIUS + "Start,s1,a1\n", "row 2: has 3 fields, the header 7"),
        (read_radius, RADIUS + "Stop,s1,a1,100.64.0.1,p,-5,1780228800\n", "row 2, column Acct-Session-Time"),
        (read_radius, "User-Name,Event-Timestamp\n", "row 1: no column is called Acct-Status-Type"),
        (read_radius, DETAIL + "\tbroken\n", "row 17: 'broken' is no attribute"),
        (read_radius, '{"Acct-Status-Type": "Stop"\n', "row 1: is no JSON"),
        (read_radius, "", "is empty"),
        (read_nat, NAT + "1780228800,99,100.64.0.1,203.0.113.9,1500\n", "row 2, column natEvent"),
        (read_nat, NAT + "1780228800,4,100.64.0.1,203.0.113.9,70000\n", "row 2, column postNAPTSource"),
        (read_nat, NAT + "1780228800,4,x,203.0.113.9,7\n", "row 2, column sourceIPv4Address"),
        (read_dhcp, ISC.rstrip("}\n"), "row 1: the lease is cut off"),
        (read_dhcp, ISC.replace("18:00", "10:00"), "row 1, column ends"),
        (
            read_dhcp,
            KEA.replace("3600,1780232400,1,0,0,,0", "x,1780232400,1,0,0,,0"),
            "row 2, column valid_lifetime",
        ),
        (read_lines, "prefix,premises_id\n10.0.0.1/8,P1\n", "row 2, column prefix"),
    ],
)
def test_what_makes_no_sense_is_named(
    read: Callable[[Path], list[Assignment]], text: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=told):
        read(written(tmp_path, text))


def test_an_account_cannot_be_in_two_places(tmp_path: Path) -> None:
    path = written(tmp_path, "account,premises_id\nAA-BB-CC-00-11-22,P1\naa:bb:cc:00:11:22,P2\n")
    with pytest.raises(InputError, match="row 3, column premises_id"):
        read_places(path, "account")


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize(
    ("read", "text"),
    [(read_radius, DETAIL), (read_nat, NAT + "1,4,100.64.0.1,203.0.113.9,1500\n"), (read_dhcp, ISC)],
)
def test_damage_gives_an_error_or_records(
    seed: int, read: Callable[[Path], list[Assignment]], text: str, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    data = bytearray(text.encode())
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "records.csv"
    path.write_bytes(bytes(data))
    try:
        found = read(path)
    except InputError as error:
        found, told = [], str(error)
    else:
        told = str(path)
    assert str(path) in told
    assert all(one.start_ns <= one.end_ns for one in found)
