"""How long a tip's place takes to be looked up in an archive of a city.

    python benchmarks/premises_lookup.py [ROWS]

The archive is made up: addresses of one street grid and firms' names, spread evenly over five counties, so that a
county has a fifth of the rows. Asked are addresses with a name, and addresses with a point that is elsewhere.
"""

from __future__ import annotations

import random
import statistics
import sys
import time

import pyarrow as pa

from gridcanary.places import Point
from gridcanary.tips import premises

STREETS = [first + second + "路" for first in "明山水泉龙双章绣" for second in "湖阳清波华安宁平"]
COUNTIES = ["370114", "370102", "370112", "370113", "370115"]
ASKED = 50


def archive(rows: int) -> pa.Table:
    """A made-up archive."""
    made = random.Random(1)

    def of(*parts: str) -> str:
        return "".join(made.choice(part) for part in parts)

    return pa.table(
        {
            "premises_id": [f"P{i}" for i in range(rows)],
            "meter_id": [f"M{i}" for i in range(rows)],
            "name": [
                f"济南{of('鑫恒瑞盛华', '达丰源通泰', '顺和佳美')}{made.choice(['机械', '粮油', '纺织'])}有限公司"
                for _ in range(rows)
            ],
            "address": [f"济南市{made.choice(STREETS)}{made.randint(1, 999)}号" for _ in range(rows)],
            "admin_code": [COUNTIES[i % len(COUNTIES)] for i in range(rows)],
            "lat": [36.0 + made.random() for _ in range(rows)],
            "lon": [117.0 + made.random() for _ in range(rows)],
        }
    )


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    table = archive(rows)
    premises.register_archive(lambda: table)
    asked = random.Random(2)
    taken, right, wrong = [], 0, 0
    for _ in range(ASKED):
        at = asked.randrange(rows // 5) * 5
        place = f"章丘区{table['address'][at].as_py()[3:]} {table['name'][at].as_py()}"
        for pin in (None, Point(35.0, 117.5)):
            begun = time.perf_counter()
            match = premises.premises_of(place, pin, "370114")
            taken.append(time.perf_counter() - begun)
            if pin is None and match.premises_id:
                right += match.premises_id == f"P{at}"
                wrong += match.premises_id != f"P{at}"
    taken.sort()
    print(f"{rows} rows, {rows // 5} in the county, {len(taken)} asked")
    print(
        f"median {statistics.median(taken) * 1000:.0f} ms, 95th percentile {taken[-len(taken) // 20] * 1000:.0f} ms"
    )
    print(
        f"of {ASKED} addresses with a name: {right} right, {wrong} wrong, {ASKED - right - wrong} left open"
    )


if __name__ == "__main__":
    main()
