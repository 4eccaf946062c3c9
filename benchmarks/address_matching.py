"""How many addresses are told right, and how many wrongly: this project's matcher, and jionlp beside it where it is.

    python benchmarks/address_matching.py                      the table in tests/places
    python benchmarks/address_matching.py --premises 1000000   besides, the time to index and ask a made archive

jionlp (Apache-2.0) is no dependency: install it beside to have its column. It knows all of China and returns the most
likely place; "wrong" counts places that are not the true one nor one above it.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

from gridcanary.places import Premises, PremisesIndex, State, match_address
from gridcanary.places.divisions import divisions, within

TABLE = Path(__file__).parents[1] / "tests" / "places" / "addresses.csv"


def ours(address: str) -> str:
    """A code, or the state."""
    match = match_address(address)
    return match.code if match.state in (State.EXACT, State.INFERRED) else match.state.value


def by_jionlp() -> Callable[[str], str]:
    """jionlp's answer as a code; ``unknown`` without one, ``elsewhere`` outside Shandong."""
    import jionlp

    codes: dict[tuple[str, ...], str] = {}
    for code, division in divisions().items():
        chain = [
            divisions()[part].name for part in (code[:2] + "0000", code[:4] + "00") if part in divisions()
        ]
        codes[(*chain, division.name)] = codes[tuple(dict.fromkeys((*chain, division.name)))] = code

    def answer(address: str) -> str:
        told = jionlp.parse_location(address)
        if not told["province"]:
            return "unknown"
        if told["province"] != "山东省":
            return "elsewhere"
        names = tuple(told[level] for level in ("province", "city", "county") if told[level])
        return codes.get(names, "unknown")

    return answer


def count(name: str, answer: Callable[[str], str]) -> None:
    """Print a row for each part of the table."""
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    for part in ("work", "held_back"):
        own = [row for row in rows if row["part"] == part]
        told = [(row["expected"], answer(row["address"])) for row in own]
        right = sum(expected == got for expected, got in told)
        wrong = sum(
            got != expected and got.isdigit() and not (expected.isdigit() and within(expected, got))
            for expected, got in told
        )
        print(
            f"{name:12} {part:10} right {right} of {len(own)} ({100 * right / len(own):.1f} %), wrong place {wrong}"
        )


def archive(size: int) -> list[Premises]:
    """Premises in all counties of Shandong, with streets, numbers and names drawn."""
    chance = random.Random(1)
    counties = [code for code in divisions() if code.startswith("37") and not code.endswith("00")]
    streets = [f"{one}{two}路" for one in "建设解放人民和平新华" for two in "东西南北中兴盛安"]
    made = []
    for number in range(size):
        code = chance.choice(counties)
        city, county = divisions()[code[:4] + "00"].name, divisions()[code].name
        name = "".join(chance.choices("宏鑫源达永丰兴隆恒信瑞泰金海", k=3)) + chance.choice(
            ["机械厂", "纺织厂", "养殖场"]
        )
        address = f"{city}{county}{chance.choice(streets)}{chance.randint(1, 400)}号"
        made.append(Premises(str(number), name, address, code))
    return made


def time_premises(size: int) -> None:
    """Print the time to index and ask."""
    made = archive(size)
    begin = time.process_time()
    index = PremisesIndex.of(made)
    built = time.process_time() - begin
    asked = random.Random(2).sample(made, 2000)
    begin = time.process_time()
    found = [index.find(f"{one.address} {one.name}") for one in asked]
    each = (time.process_time() - begin) / len(asked)
    right = sum(match.premises_id == one.premises_id for match, one in zip(found, asked, strict=True))
    wrong = sum(
        match.premises_id not in ("", one.premises_id) for match, one in zip(found, asked, strict=True)
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{size:,} premises: index {built:.1f} s, {memory:.1f} GB; a question {1e3 * each:.2f} ms; right {right}, wrong {wrong} of 2000"
    )


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--premises", type=int, default=0, metavar="N")
    told = options.parse_args()
    count("gridcanary", ours)
    if importlib.util.find_spec("jionlp"):
        count("jionlp", by_jionlp())
    else:
        print("jionlp: not installed")
    if told.premises:
        time_premises(told.premises)


if __name__ == "__main__":
    main()
