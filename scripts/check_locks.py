"""Checks, without a network, that requirements/*.txt fit pyproject.toml and can be installed with hashes.

Every requirement of a kind has a pin that satisfies it, every pin has a hash, the locks agree with each other
where they pin the same package, and none names a package index or a file of the machine that made it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("run", "dev", "bench", "spark", "postgres")
PLACE = re.compile(r"https?://|--(extra-)?index-url|--find-links|file:|^#.*/(home|tmp|root|work)/", re.M)

Pins = dict[str, set[str]]


def main() -> int:
    """Prints what is wrong; returns 1 if anything is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {"run": project["dependencies"]}
    wanted |= {kind: project["dependencies"] + project["optional-dependencies"][kind] for kind in KINDS[1:]}
    faults: list[str] = []
    locks: dict[str, Pins] = {}
    for kind in KINDS:
        name = f"requirements/{kind}.txt"
        text = (ROOT / name).read_text("utf-8")
        locks[kind] = read_pins(text)
        faults += [f"{name}: names a place: {found.group(0)}" for found in PLACE.finditer(text)]
        faults += [f"{name}: {line} has no hash" for line in pins_without_hash(text)]
        faults += [f"{name}: {problem}" for problem in unmet(wanted[kind], locks[kind])]
    faults += disagreements(locks)
    for fault in faults:
        sys.stderr.write(fault + "\n")
    if faults:
        sys.stderr.write("Run 'make lock' to write the locks anew.\n")
    return 1 if faults else 0


def read_pins(text: str) -> Pins:
    """Versions by package name; more than one where markers choose."""
    pins: Pins = {}
    for found in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.M):
        pins.setdefault(canonicalize_name(found.group(1)), set()).add(found.group(2))
    return pins


def pins_without_hash(text: str) -> list[str]:
    """Pins whose block of lines has no hash."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
    return [
        block.split(" \\")[0].strip() for block in blocks if "==" in block and "--hash=sha256:" not in block
    ]


def unmet(wanted: list[str], pins: Pins) -> list[str]:
    """Requirements of the project that no pin satisfies."""
    problems = []
    for text in wanted:
        requirement = Requirement(text)
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not any(requirement.specifier.contains(version, prereleases=True) for version in versions):
            problems.append(f"no pin satisfies {text}")
    return problems


def disagreements(locks: dict[str, Pins]) -> list[str]:
    """Packages that two locks pin differently, which one environment could not hold."""
    problems = []
    for kind in KINDS[1:]:
        for name, versions in locks["run"].items():
            if locks[kind].get(name) != versions:
                problems.append(f"requirements/{kind}.txt: {name} differs from requirements/run.txt")
    return problems


if __name__ == "__main__":
    sys.exit(main())
