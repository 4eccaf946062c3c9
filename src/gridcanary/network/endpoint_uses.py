"""A table of who uses which address: without it nobody can tell a school's hacked server from a miner at home."""

from __future__ import annotations

import csv
import ipaddress
import math
from dataclasses import dataclass
from pathlib import Path

from gridcanary.contracts.errors import InputError, SchemaMismatch

USES = ("school", "office", "government", "hospital", "data_centre", "business", "industry", "farm", "home")
ROLES = ("server", "desktop", "network", "unknown")
INSTITUTIONS = frozenset({"school", "office", "government", "hospital", "data_centre"})
"""Uses whose computers run anyway and belong to someone who doesn't mine: what intruders look for."""
_COLUMNS = ("address", "use")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class EndpointUse:
    """Who uses an address.

    Args:
        network: the address or prefix.
        use: one of USES.
        role: one of ROLES.
        unexplained_kw: load of the premises beyond what its use explains, as the meter shows it; None where nobody
            looked [kW].
    """

    network: _Network
    use: str
    role: str = "unknown"
    unexplained_kw: float | None = None


class EndpointUses:
    """Uses by address; the longest prefix counts."""

    def __init__(self, uses: list[EndpointUse]) -> None:
        self._by_length: dict[tuple[int, int], dict[int, EndpointUse]] = {}
        for use in uses:
            key = (use.network.version, use.network.prefixlen)
            self._by_length.setdefault(key, {})[int(use.network.network_address)] = use
        self._lengths = sorted(self._by_length, key=lambda key: -key[1])

    def of(self, address: str) -> EndpointUse | None:
        """Who uses an address; None where the table tells nothing.

        Args:
            address: as :func:`gridcanary.network.ends.canonical` writes it.
        """
        parsed = ipaddress.ip_address(address)
        number, bits = int(parsed), parsed.max_prefixlen
        for version, length in self._lengths:
            if version == parsed.version:
                found = self._by_length[version, length].get(number >> bits - length << bits - length)
                if found is not None:
                    return found
        return None


def read_endpoint_uses(path: Path) -> EndpointUses:
    """The table of a CSV file: ``address``, ``use``, and where known ``role`` and ``unexplained_kw``.

    Args:
        path: UTF-8, with a header.

    Raises:
        InputError: a field that means nothing; names row and column.
        SchemaMismatch: no column of that name.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, "can't be read as UTF-8 text", remedy="save it as UTF-8 CSV") from error
    rows = csv.DictReader(lines)
    missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise SchemaMismatch(path, f"no column is called {', '.join(missing)}", row=1)
    return EndpointUses([_use(row, rows.line_num, path) for row in rows])


def _use(row: dict[str, str | None], number: int, path: Path) -> EndpointUse:
    address = (row["address"] or "").strip()
    try:
        network = ipaddress.ip_network(address)
    except ValueError as error:
        raise InputError(
            path,
            f"{address!r} is no address or prefix",
            row=number,
            column="address",
            remedy="10.1.2.3 or 10.1.2.0/24",
        ) from error
    return EndpointUse(
        network,
        _one_of(USES, row["use"], "use", number, path),
        _one_of(ROLES, row.get("role") or "unknown", "role", number, path),
        _kilowatts(row.get("unexplained_kw"), number, path),
    )


def _one_of(known: tuple[str, ...], value: str | None, column: str, number: int, path: Path) -> str:
    word = (value or "").strip().lower()
    if word not in known:
        raise InputError(
            path, f"{word!r} is not known", row=number, column=column, remedy=f"one of {', '.join(known)}"
        )
    return word


def _kilowatts(value: str | None, number: int, path: Path) -> float | None:
    if not (value or "").strip():
        return None
    try:
        kilowatts = float(value or "")
    except ValueError:
        kilowatts = math.nan
    if not 0 <= kilowatts < 1e6:
        raise InputError(path, f"{value!r} is no load in kW", row=number, column="unexplained_kw")
    return kilowatts
