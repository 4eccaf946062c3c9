"""Public lists of several kinds, told apart by content; malformed ones are refused."""

from __future__ import annotations

from datetime import date

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.reading import MOST_BYTES, entries_of

DAY = date(2026, 8, 16)

TRAIL = b"""# Copyright
# Reference: https://twitter.com/r3dbU7z/status/1347527548977242116
# Reference: https://www.virustotal.com/gui/file/6cd5

192.0.2.1:3333
Pool.Example.com
http://192.0.2.2

# Reference: https://example.com

192.0.2.3:99999
xmr.pool.example.com:443
/gate.php?x=
films.example
"""
RULES = b"""alert dns any any -> any any (msg:"ET COINMINER Domain"; dns.query; content:".deep|2e|pool.example"; \
endswith; sid:2033901; rev:1; metadata:created_at 2021_09_06, updated_at 2022_01_02;)
alert dns any any -> any any (msg:"ETPRO COINMINER x"; dns.query; content:"secret.example"; sid:2833901; rev:1;)
alert dns any any -> any any (msg:"ET MALWARE x"; dns.query; content:"other.example"; sid:2033902; rev:1;)
"""
FALCO = b'- list: ports\n  items: [25]\n- list: miner_domains\n  items: [\n "a.pool.example", "b.pool.example"\n ]\n'
MEMPOOL = (
    b'[{"name":"Big","link":"https://www.big.example/pool"},{"link":"https://github.com/x"},{"name":"N"}]'
)


def test_trails_are_dated_by_the_report_above_them() -> None:
    rows = {(e.host, e.port): (e.role, e.seen) for e in entries_of(TRAIL, "t.txt", DAY)}
    reported = date(2021, 1, 8)
    assert rows == {
        ("192.0.2.1", 3333): ("reported", reported),
        ("pool.example.com", None): ("stratum", reported),
        ("192.0.2.2", None): ("reported", reported),
        ("xmr.pool.example.com", 443): ("stratum", None),
        ("films.example", None): ("reported", None),
    }


def test_only_open_rules_about_mining_are_taken() -> None:
    (row,) = entries_of(RULES, "x.rules", DAY)
    assert (row.host, row.source_date, row.licence) == ("deep.pool.example", date(2022, 1, 2), "BSD-3-Clause")


def test_falco_domains() -> None:
    assert [e.host for e in entries_of(FALCO, "f.yaml", DAY)] == ["a.pool.example", "b.pool.example"]


def test_mempool_gives_sites_that_are_the_pools_own() -> None:
    (row,) = entries_of(MEMPOOL, "pools.json", DAY)
    assert (row.host, row.pool, row.role) == ("big.example", "Big", "website")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\x00", id="no utf-8"),
        pytest.param(b"[1, 2]", id="json of something else"),
        pytest.param(b'{"name": ', id="cut json"),
        pytest.param(b"# nothing but a comment\n", id="no row"),
        pytest.param(b"<html><body>Not found</body></html>", id="a web page"),
        pytest.param(b"[" * 200_000, id="deep json"),
        pytest.param(b" " * (MOST_BYTES + 1), id="too long"),
    ],
)
def test_other_content_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as fault:
        entries_of(content, "list.bin", DAY)
    assert fault.value.file == "list.bin"
