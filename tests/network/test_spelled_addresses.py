"""Names that spell an address out: nothing of an end stays in what a scan writes."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.endpoint_days import endpoint_days
from gridcanary.network.findings_files import write_table
from gridcanary.network.pseudonyms import Pseudonyms
from gridcanary.network.scan import Scan
from tests.network.test_scan import MINER, POOL, capture

NAMES = Pseudonyms(bytes(32))
END, OTHER = "203.0.113.7", "8.8.4.4"
SPELLED = [
    pytest.param("{0}.{1}.{2}.{3}", id="plain"),
    pytest.param("acct.{0}x{1}x{2}x{3}", id="with x, as farms do"),
    pytest.param("host-{0}-{1}-{2}-{3}.isp.example", id="as providers name lines"),
    pytest.param("{3}.{2}.{1}.{0}.in-addr.arpa", id="backwards"),
    pytest.param("rig_{0}_{1}_{2}_{3}", id="underscores"),
    pytest.param("{0:03}.{1:03}.{2:03}.{3:03}", id="filled with zeros"),
    pytest.param("rig{0:02x}{1:02X}{2:02x}{3:02x}", id="hexadecimal"),
    pytest.param("9.{0}.{1}.{2}.{3}", id="behind a number"),
    pytest.param("at ::ffff:{0}.{1}.{2}.{3}", id="mapped"),
    pytest.param("tcp://{0}.{1}.{2}.{3}:3333/", id="in an address of the web"),
]


@pytest.mark.parametrize("form", SPELLED)
def test_an_end_is_found_however_it_is_spelled(form: str) -> None:
    text = form.format(*ip_address(END).packed)
    hidden = NAMES.hidden(text, [END])
    assert NAMES.of(END) in hidden
    assert "113" not in hidden.replace(NAMES.of(END), "")
    assert Pseudonyms(None).hidden(text, [END]) == text


@given(st.ip_addresses(), st.text("ab .-/:_", max_size=5), st.text("xyz .-/_", max_size=5))
def test_an_end_within_a_text_is_hidden(address: object, before: str, behind: str) -> None:
    assert str(address) not in NAMES.hidden(f"{before} {address} {behind}", [str(address)])


@pytest.mark.parametrize(
    "text",
    [
        "10x1x1x24",
        "rack 10.1.1.24",
        "rig001",
        "r12-s3-p4",
        "1.2.3.4.5.6",
        "12:30:45",
        "xmr-eu1.pool.example",
        "::x",
    ],
)
def test_names_of_places_times_and_pools_stay(text: str) -> None:
    public = ("1.2.3.4", "2.3.4.5", "3.4.5.6")  # four numbers of six are taken for an address, to be sure
    expected = text if text != "1.2.3.4.5.6" else f"{NAMES.of(public[0])}.5.6"
    assert NAMES.hidden(text, [END]) == expected


def test_other_public_addresses_go_where_they_are_written_plainly() -> None:
    assert NAMES.hidden(f"acct.{OTHER}") == f"acct.{NAMES.of(OTHER)}"
    assert NAMES.hidden("acct.8-8-4-4") == "acct.8-8-4-4"
    assert NAMES.hidden("x 2606:4700::1111") == f"x {NAMES.of('2606:4700::1111')}"


@pytest.fixture
def talkative(tmp_path: Path) -> pa.Table:
    """A scan of a miner who calls everything after its address, in a file that is called so too."""
    dashed = MINER.replace(".", "-")
    said = [
        (True, {"id": 1, "method": "mining.subscribe", "params": [f"cpuminer/2.5.1.0 {MINER} at {POOL}"]}),
        (False, {"id": 1, "result": [[["mining.notify", "a"]], "08", 4], "error": None}),
        (
            True,
            {
                "id": 2,
                "method": "mining.authorize",
                "params": [f"{dashed}.{MINER.replace('.', 'x')}", "secret"],
            },
        ),
        (False, {"id": 2, "result": True, "error": None}),
    ]
    path = capture(tmp_path / f"{MINER}.pcap", *((up, json.dumps(one).encode() + b"\n") for up, one in said))
    return Scan([path.parent], NAMES).run()


def test_no_address_of_an_end_stays_in_anything_that_a_scan_writes(
    tmp_path: Path, talkative: pa.Table
) -> None:
    assert talkative["listed"].to_pylist() == [True]
    told = str(talkative.schema.metadata)
    for ending in (".json", ".csv"):
        for name, table in (("findings", talkative), ("days", endpoint_days(talkative))):
            write_table(table, tmp_path / (name + ending))
            told += (tmp_path / (name + ending)).read_text(encoding="utf-8")
    for address in (MINER, POOL):
        for joined in ".-x":
            assert address.replace(".", joined) not in told
    assert "secret" not in told
    assert "cpuminer/2.5.1.0 e:" in told
    assert talkative["rack_position"].to_pylist() == [None]
