"""What the rooms know of a case, told to those that write papers and reports about it.

Casework's neighbours don't import each other. Each registers what it knows here when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gridcanary.accounts.models import User
from gridcanary.casework.models.case import Case

Fact = Mapping[str, str]
FactSource = Callable[[Case, User], Iterable[Fact]]

KEYS: dict[str, frozenset[str]] = {
    "parties": frozenset({"name", "role", "id", "address", "phone", "representative"}),
    "devices": frozenset({"model", "serial", "tag", "quantity", "hash_rate", "power_kw", "state"}),
    "measures": frozenset({"name", "basis", "unit", "began", "ends"}),
    "money": frozenset({"name", "due", "collected", "energy", "basis"}),
    "fields": frozenset({"name", "value"}),
}
"""Kinds of facts and what a row of each may hold, as text that can be printed.

``fields`` offers what an officer would write into a paper: the name of a field such as ``measured_kw`` and its
value. Personal data go out in clear only through the accounts' own actions, which record who read them.
"""

_sources: dict[str, list[FactSource]] = {}


def register_facts(name: str, source: FactSource) -> None:
    """Add a source of facts.

    Args:
        name: one of KEYS.
        source: called with the case and the person who writes; gives the rows.

    Raises:
        KeyError: no such kind of facts.
    """
    KEYS[name]
    held = _sources.setdefault(name, [])
    if source not in held:
        held.append(source)


def facts(name: str, case: Case, user: User) -> list[dict[str, str]]:
    """Facts of a kind from every room, each row with all of its keys.

    Raises:
        ValueError: a room told a key that is not among those of the kind.
    """
    rows = []
    for source in _sources.get(name, ()):
        for row in source(case, user):
            if set(row) - KEYS[name]:
                raise ValueError(f"{name} hold {sorted(KEYS[name])}, found {sorted(row)}")
            rows.append({**dict.fromkeys(KEYS[name], ""), **row})
    return rows
