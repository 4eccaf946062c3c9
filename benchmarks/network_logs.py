"""How fast one core reads sensors' logs to sessions, and what a filter before any object is made is worth.

    python benchmarks/network_logs.py                      the logs of GRIDCANARY_DATA, repeated to 256 MB each
    python benchmarks/network_logs.py --megabytes 32       less, for a smoke test
    python benchmarks/network_logs.py --everything         a session of every flow, as ``network scan --all``
    python benchmarks/network_logs.py --peers              duckdb and json beside it, on the same files

Logs are repeated with other addresses, ports and times in each copy, so that no two flows are one and no cache of a
text helps more than it would in life. What is wanted is a list as long as a pool list: names and addresses that the
logs don't have, and one that they do. Rates are bytes of plain log per second of processor time, so that others on a
busy machine count only through its caches; the process keeps to one core. Memory is the peak of the whole process.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gridcanary.network.logs import LogReport, Wanted, sessions_of_log

FORMATS = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "network" / "formats"
SOURCES = {
    "EVE": ("eve", "[bc]*i[gv]*.eve.json"),
    "EVE, many alerts": ("eve", "*.eve.json"),
    "Zeek conn TSV": ("zeek", "test10*conn.log"),
    "Zeek conn JSON": ("zeek", "test9*conn.log"),
    "Zeek ssl JSON": ("zeek", "test9*ssl.log"),
    "Zeek dns TSV": ("zeek", "test10*dns.log"),
    "nfdump csv": ("nfdump", "*.csv"),
    "nfdump json": ("nfdump", "*.json"),
}
_ADDRESS = re.compile(rb'(?<=["\t,])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?=["\t,])')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument(
        "--everything", action="store_true", help="sessions of every flow instead of a pool list"
    )
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'log':28} {'MB':>5} {'records':>9} {'passed over':>11} {'sessions':>8} {'MB/s':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (kind, pattern) in SOURCES.items():
            log = Path(folder) / "log"
            written = _repeat(sorted((FORMATS / kind).glob(pattern)), log, options.megabytes * 1_000_000)
            _measure(name, log, written, _everything if options.everything else _pool_list)
            if options.peers and name == "EVE":
                _peers(log, written)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _pool_list() -> Wanted:
    """As many names and addresses as a pool list has; authedmine.com is in the logs."""
    return Wanted(
        names=[f"pool{number}.example" for number in range(1500)] + ["authedmine.com"],
        addresses=[f"203.0.113.{number}" for number in range(250)] + ["47.101.30.124"],
    )


def _everything() -> Wanted:
    """Every flow, as ``network scan --all`` asks for."""
    return Wanted(everything=True)


def _measure(name: str, log: Path, size: int, wanted: Callable[[], Wanted]) -> None:
    warm = log.with_name("warm")
    with log.open("rb") as beginning:
        warm.write_bytes(_whole_lines(beginning.read(200_000)))
    list(sessions_of_log(warm, wanted()))
    report = LogReport("")
    begin = time.process_time()
    sessions = sum(1 for _ in sessions_of_log(log, wanted(), report=report))
    seconds = time.process_time() - begin
    print(
        f"{name:28} {size / 1e6:5.0f} {report.records:9,} {report.passed_over:11,} {sessions:8,}"
        f" {size / 1e6 / seconds:6.0f}" + (f"  rejected {report.rejected}" if report.rejected else "")
    )


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _repeat(paths: list[Path], log: Path, size: int) -> int:
    """Write copies of some logs until there is enough; gives the bytes."""
    if not paths:
        sys.exit(f"no logs under {FORMATS}; set GRIDCANARY_DATA")
    whole = b"".join(path.read_bytes().rstrip(b"\n") + b"\n" for path in paths)
    if whole.startswith(b"["):  # objects of an array, one array over all copies
        whole = whole.strip()[1:-1].strip() + b",\n"
    head = re.match(rb"(?:\s*#.*\n|ts,.*\n)*", whole)
    head_text = head[0] if head else b""
    whole = re.sub(rb"(?m)^\s*#.*\n|^ts,.*\n|^Summary\n.*\n.*\n", b"", whole)
    written = 0
    with log.open("wb") as target:
        target.write(head_text)
        for copy in _copies(whole):
            written += target.write(copy)
            if written >= size:
                return written
    return written


def _copies(whole: bytes) -> Iterator[bytes]:
    """The log, then again and again with the second and third octet of every address moved on."""
    yield whole
    number = 0
    while True:
        number += 1
        shift, carry = number % 256, number // 256

        def moved(found: re.Match[bytes], shift: int = shift, carry: int = carry) -> bytes:
            second, third = (int(found[2]) + shift) % 256, (int(found[3]) + carry) % 256
            return b"%s.%d.%d.%s" % (found[1], second, third, found[4])

        yield _ADDRESS.sub(moved, whole)


def _peers(log: Path, size: int) -> None:
    begin = time.process_time()
    with log.open("rb") as lines:
        wanted = sum(json.loads(line).get("dest_ip") == "47.101.30.124" for line in lines)
    print(
        f"{'  json.loads a line':28} {size / 1e6:5.0f} {wanted:30,} {size / 1e6 / (time.process_time() - begin):6.0f}"
    )
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    columns = (
        "{event_type: 'VARCHAR', dest_ip: 'VARCHAR', src_ip: 'VARCHAR', flow_id: 'UBIGINT', timestamp: 'VARCHAR',\
        flow: 'STRUCT(pkts_toserver BIGINT, bytes_toserver BIGINT, \"start\" VARCHAR, \"end\" VARCHAR)',\
        tls: 'STRUCT(sni VARCHAR, ja3 STRUCT(hash VARCHAR))', dns: 'STRUCT(rrname VARCHAR)'}"
    )
    begin = time.process_time()
    found = connection.execute(
        f"SELECT count(*), max(flow.pkts_toserver), max(tls.ja3.hash), max(dns.rrname), max(timestamp), max(src_ip)"
        f" FROM read_json('{log}', format='newline_delimited', columns={columns})"
        " WHERE event_type IN ('flow', 'tls', 'dns')"
    ).fetchall()
    rate = size / 1e6 / (time.process_time() - begin)
    print(f"{'  duckdb, explicit columns':28} {size / 1e6:5.0f} {found[0][0]:30,} {rate:6.0f}")


if __name__ == "__main__":
    main()
