"""How fast the event log takes events, how fast it is verified, and how large its proofs are.

    python benchmarks/ledger.py            20,000 events; about two minutes
    python benchmarks/ledger.py --quick    1,000 events
    sh scripts/with_postgres.sh python benchmarks/ledger.py --durable    and on PostgreSQL beside it

SQLite in a temporary folder, on the disk that TMPDIR names. GRIDCANARY_POSTGRES_URL, or GRIDCANARY_DATABASE_URL where it
names one, adds PostgreSQL: a database of its own is made there and dropped. Each event is a transaction.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BODY = {
    "premises": "3708-0012345",
    "measure": "sealed_and_disconnected",
    "basis": "节约能源法第七十一条",
    "kw": "975.0",
    "machines": 300,
}
OBJECT_BYTES = 64 << 20


def measured(events: int) -> dict[str, str]:
    """Run in a process of its own, whose environment says which database."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from gridcanary.custody.actions import checkpoint, record
    from gridcanary.custody.checking import verify_all
    from gridcanary.custody.events import Checkpoint, Event, StoredHashes
    from gridcanary.evidence.merkle import consistency_proof, inclusion_proof
    from gridcanary.evidence.note import Note
    from gridcanary.evidence.tlog_proof import TlogProof

    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            synced = "fsync {}, synchronous_commit {}".format(*cursor.fetchone())
        else:
            cursor.execute("PRAGMA synchronous")
            synced = {1: "synchronous=NORMAL", 2: "synchronous=FULL"}[cursor.fetchone()[0]]
    rows = {"commits": synced}
    waits, began, core = [], time.perf_counter(), time.process_time()
    for number in range(events):
        one = time.perf_counter()
        record("case.measured", actor=None, case_ref=f"C{number % 97}", body={**BODY, "number": number})
        waits.append(time.perf_counter() - one)
    rows["appends a second, one writer"] = f"{events / (time.perf_counter() - began):,.0f}"
    rows["processor time of one append, without the database server"] = (
        f"{(time.process_time() - core) / events * 1e3:.2f} ms"
    )
    cuts = statistics.quantiles(waits, n=100)
    rows["wait for one append, median / 99 %"] = f"{cuts[49] * 1e3:.1f} / {cuts[98] * 1e3:.1f} ms"
    began = time.perf_counter()
    with transaction.atomic():
        for number in range(events // 10):
            record("case.measured", actor=None, case_ref="bulk", body={**BODY, "number": number})
    rows["appends a second, in one transaction"] = f"{events // 10 / (time.perf_counter() - began):,.0f}"
    began = time.perf_counter()
    signed = checkpoint()
    rows["checkpoint"] = f"{(time.perf_counter() - began) * 1e3:.1f} ms"
    core = time.process_time()
    report = verify_all(objects=False)
    seconds = time.process_time() - core
    assert report.intact, report.faults
    size = sum(len(entry.encode()) for entry in Event.objects.values_list("entry", flat=True))
    rows["verification of the log, per core-second"] = (
        f"{report.events / seconds:,.0f} events, {size / seconds / 1e6:.1f} MB of events"
    )
    began = time.perf_counter()
    path = inclusion_proof(StoredHashes(), signed.size // 3, signed.size)
    rows["making an inclusion proof"] = f"{(time.perf_counter() - began) * 1e3:.1f} ms"
    proof = str(TlogProof(signed.size // 3, tuple(path), Note.parse(Checkpoint.objects.get().note_text)))
    rows[f"proof file at {signed.size:,} events"] = f"{len(proof):,} bytes, {len(path)} hashes"
    consistent = consistency_proof(StoredHashes(), signed.size // 2 + 1, signed.size)
    rows["consistency proof"] = f"{len(consistent)} hashes"
    rows["bytes of an event, mean"] = f"{size / report.events:,.0f}"
    connection.close()
    return rows


def stored() -> dict[str, str]:
    """Writing and reading again 64 MiB, plain and encrypted."""
    from gridcanary.evidence.encryption import Algorithm
    from gridcanary.evidence.keys import FileKeys
    from gridcanary.evidence.store import ObjectStore

    content, rows = os.urandom(OBJECT_BYTES), {}
    with tempfile.TemporaryDirectory() as folder:
        keys = FileKeys.add(Path(folder) / "keys")
        stores = {
            "plain": ObjectStore(Path(folder) / "plain"),
            "AES-256-GCM": ObjectStore(Path(folder) / "aes", keys=keys),
            "SM4-GCM": ObjectStore(Path(folder) / "sm4", keys=keys, algorithm=Algorithm.SM4_GCM),
        }
        for name, store in stores.items():
            began = time.process_time()
            sha256 = store.put(io.BytesIO(content)).digests.sha256
            between = time.process_time()
            store.verify(sha256)
            ended = time.process_time()
            write, read = (OBJECT_BYTES / 1e6 / seconds for seconds in (between - began, ended - between))
            rows[f"store, {name}"] = f"written {write:.0f} MB, verified {read:.0f} MB"
    return rows


def in_a_process(events: int, home: str, database: str) -> dict[str, str]:
    """The rows of a child process."""
    environment = {
        **os.environ,
        "GRIDCANARY_HOME": home,
        "GRIDCANARY_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "gridcanary.console.settings",
    }
    command = [sys.executable, __file__, "--child", "--events", str(events)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


def postgres(events: int, home: str, url: str, *, durable: bool) -> dict[str, str]:
    """The same on a database of its own on this server."""
    import psycopg

    base, _, name = url.partition("?")[0].rpartition("/")
    own = f"ledger_benchmark_{os.getpid()}"
    with psycopg.connect(f"{base}/{name}", autocommit=True) as server:
        if durable:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                server.execute(f"ALTER SYSTEM SET {name} = on")
            server.execute("SELECT pg_reload_conf()")
        server.execute(f"CREATE DATABASE {own}")
        try:
            return in_a_process(events, home, f"{base}/{own}?pool=0")
        finally:
            server.execute(f"DROP DATABASE {own} WITH (FORCE)")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test whose figures mean nothing")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument(
        "--durable", action="store_true", help="switch the server's fsync on, which test servers have off"
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    events = 1_000 if given.quick else given.events
    if given.child:
        for name, value in measured(events).items():
            print(name, value, sep="\t")
        return
    url = os.environ.get("GRIDCANARY_POSTGRES_URL") or os.environ.get("GRIDCANARY_DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as home:
        columns = {"SQLite": in_a_process(events, home, "")}
        if url:
            columns["PostgreSQL"] = postgres(events, home, url, durable=given.durable)
    print(f"| {events:,} events | " + " | ".join(columns) + " |")
    print("|---" * (1 + len(columns)) + "|")
    for name in columns["SQLite"]:
        print(f"| {name} | " + " | ".join(rows[name] for rows in columns.values()) + " |")
    print("\n| contents, per core-second | |\n|---|---|")
    for name, value in stored().items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
