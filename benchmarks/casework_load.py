"""Lists, searches and work of a province with 100,000 cases and 5 million events, and 50 people at once.

    sh scripts/with_postgres.sh python benchmarks/casework_load.py                     everything; half an hour
    sh scripts/with_postgres.sh python benchmarks/casework_load.py --cases 2000 --events 20000    a look
    python benchmarks/casework_load.py --quick                                         SQLite, a smoke test

The database that GRIDCANARY_DATABASE_URL names must be empty; ``--keep`` goes on with one that was filled before by
the same figures and seed. Everything stays on this machine. Prints Markdown; docs/benchmarks.md has the tables.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import tempfile
import time
from pathlib import Path

if not __package__:  # run as a file: let the sibling modules be found under their one name
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def prepare(home: Path) -> None:
    """Django on the workspace, its database up to date."""
    os.environ["GRIDCANARY_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcanary.console.settings")
    os.environ.setdefault("GRIDCANARY_RATE_FACTOR", "0")  # one person asks faster here than any person does
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    call_command("migrate", interactive=False, verbosity=0)


def fill(cases: int, events: int, seed: int, cities: int, counties: int) -> tuple[object, object]:
    """Write everything and read a sample of the log again.

    Returns:
        The cases and the province.
    """
    import numpy as np
    from benchmarks.casework_cases import fill_cases
    from benchmarks.casework_log import check_log, fill_log
    from benchmarks.casework_rows import settle
    from benchmarks.casework_units import fill_units

    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    province = fill_units(rng, cities, counties)
    filled = fill_cases(province, cases, rng)
    between = time.perf_counter()
    fill_log(filled, events, rng)
    settle(())
    ended = time.perf_counter()
    checked = check_log(rng.integers(0, max(1, events - 50), min(200, 1 + events // 100)).tolist())
    listed = ", ".join(f"{count:,} {label.split('.')[1]}" for label, count in filled.rows.items())
    print(f"{province.units:,} units, {len(province.usernames):,} people; {listed}", file=sys.stderr)
    print(
        f"cases in {between - began:.0f} s, {checked.events:,} events in {ended - between:.0f} s; "
        f"{checked.compared:,} events and {checked.proofs} proofs of inclusion checked",
        file=sys.stderr,
    )
    return filled, province


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--cities", type=int, default=16)
    parser.add_argument("--counties", type=int, default=136)
    parser.add_argument("--requests", type=int, default=20, help="for each page and person")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--users", type=int, default=50, help="at once; 0 leaves that part out")
    parser.add_argument("--seconds", type=float, default=60, help="how long they work")
    parser.add_argument("--pause", type=float, default=2, help="mean pause of a person between two pages [s]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder to keep what was filled, and to go on from")
    parser.add_argument("--quick", action="store_true", help="a smoke test whose figures mean nothing")
    parser.add_argument("--no-pages", action="store_true", help="only the people at once")
    given = parser.parse_args()
    if given.quick:
        given.cases, given.events, given.cities, given.counties = 200, 2_000, 2, 4
        given.requests, given.users, given.seconds, given.pause = 2, 4, 3, 0.2
    with tempfile.TemporaryDirectory() as folder:
        run(given, given.keep or Path(folder))


def run(given: argparse.Namespace, home: Path) -> None:
    """One run in a workspace."""
    home.mkdir(parents=True, exist_ok=True)
    prepare(home)
    kept = home / "filled.pickle"
    if kept.exists():
        filled, province = pickle.loads(kept.read_bytes())
    else:
        filled, province = fill(given.cases, given.events, given.seed, given.cities, given.counties)
        kept.write_bytes(pickle.dumps((filled, province)))
    if not given.no_pages:
        from benchmarks.casework_pages import measure

        print("| page | person | median | 95 % | of it database | queries |\n|---|---|---|---|---|---|")
        for row in measure(filled, province, requests=given.requests, only=given.only):
            print(
                f"| {row.page} | {row.person} | {row.median_ms:.0f} ms | {row.p95_ms:.0f} ms | "
                f"{row.database_ms:.0f} ms | {row.queries} |",
                flush=True,
            )
    if given.users:
        from benchmarks.casework_crowd import crowd

        print("\n" + crowd(filled, province, home, given.users, given.seconds, given.pause, given.seed))


if __name__ == "__main__":
    main()
