"""Wallets and pools derived again from the lists that a dossier holds, and compared with what it says of them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from gridcanary.chain.dossier.basis import Basis
from gridcanary.chain.dossier.layout import SHEET, SOURCES
from gridcanary.chain.income.case import IncomeCase
from gridcanary.chain.income.known import POOLS
from gridcanary.chain.income.preparing import LARGEST_COPY, case_wallets
from gridcanary.chain.pools.known import PoolBook, read_pools
from gridcanary.contracts.errors import InputError


def refuse_other_sources(case: IncomeCase, basis: Basis) -> None:
    """InputError where the case says of wallets or pools what its own lists don't; names file and field.

    A list that was too large to be copied is named by digest among the references and can't be asked.
    """
    for one in basis.references:
        if type(one.size) is not int or one.size <= LARGEST_COPY:
            problem = (
                f"{one.name}: a list of up to {LARGEST_COPY:,} bytes is copied, never named by digest alone"
            )
            raise InputError(SHEET, problem, column="references")
    with tempfile.TemporaryDirectory() as made:
        _compare_wallets(case, basis, Path(made))
        _compare_pools(case, basis, Path(made))


def _compare_wallets(case: IncomeCase, basis: Basis, folder: Path) -> None:
    lists = _laid(basis.sources, "wallets/", folder)
    if not lists and any(one.extract == SOURCES for one in basis.references):
        return
    if len(lists) != 1:
        problem = f"{len(lists)} lists in {SOURCES}wallets, where there must be one"
        raise InputError(SHEET, problem, column="parameters.wallets")
    listed = case_wallets(case.network, lists[0])
    name = f"{SOURCES}wallets/{lists[0].name}"
    for field, told, derived in zip(
        ("wallets", "not_followed"), (case.wallets, case.not_followed), listed, strict=True
    ):
        if told != derived:
            raise InputError(SHEET, f"says something else than {name}", column=f"parameters.{field}")


def _compare_pools(case: IncomeCase, basis: Basis, folder: Path) -> None:
    """The tags must be the lists', and so must the names of each script; labels may add scripts and names."""
    copies = {sha256(path.read_bytes()).hexdigest(): path for path in _laid(basis.sources, "pools/", folder)}
    told = case.pools.book
    digests = [file.sha256 for file in told.files]
    known = {one.sha256 for one in basis.references if one.extract == SOURCES + POOLS}
    missing = [file.path.name for file in told.files if file.sha256 not in copies.keys() | known]
    if missing or not copies.keys() <= set(digests):
        problem = f"names other lists than {SOURCES}pools holds"
        raise InputError(SOURCES + POOLS, problem, column="lists")
    if known & set(digests):
        return
    derived = read_pools(case.network, [copies[digest] for digest in digests])
    if told.network != case.network or told.tags != derived.tags:
        raise InputError(SOURCES + POOLS, f"tags differ from the lists in {SOURCES}pools", column="tags")
    _compare_scripts(told, derived, labelled=any(one.startswith("labels/") for one in basis.sources))


def _compare_scripts(told: PoolBook, derived: PoolBook, *, labelled: bool) -> None:
    for script, names in told.scripts.items():
        listed = derived.scripts.get(script, ())
        if names[: len(listed)] != listed or (names != listed and not labelled):
            problem = (
                f"script {script.hex()}: the lists in {SOURCES}pools name {', '.join(listed) or 'no pool'}"
            )
            raise InputError(SOURCES + POOLS, problem, column="scripts")


def _laid(sources: Mapping[str, bytes], prefix: str, folder: Path) -> list[Path]:
    """The copies below a folder of the dossier, laid out as files, because their readers go by their names."""
    found = []
    for path, content in sorted(sources.items()):
        if path.startswith(prefix):
            target = folder / prefix / Path(path).name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
            found.append(target)
    return found
