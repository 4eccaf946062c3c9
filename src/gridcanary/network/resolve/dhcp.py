"""DHCP leases: which hardware address held an address, from ISC dhcpd.leases and Kea's lease file (CSV)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import ALL_PORTS, Assignment, Holder, single
from gridcanary.network.resolve.records import Row, address_of, lines_of, rows_of, time_ns

KEA = ("address", "valid_lifetime", "expire")
_LEASE = re.compile(r"lease\s+(\S+)\s*\{\s*$")
_HARDWARE = re.compile(r"\s*hardware\s+\S+\s+([0-9A-Fa-f:]+);")
_TIME = re.compile(r"\s*(starts|ends)\s+(?:(never)|epoch\s+(\d+)|\d\s+(\S+\s+\S+?));")
_NEVER_NS = int(dt.datetime(2199, 1, 1, tzinfo=dt.UTC).timestamp()) * 10**9


def read_dhcp(path: Path) -> list[Assignment]:
    """Holdings of addresses by hardware addresses.

    Args:
        path: ``dhcpd.leases`` (its times are UTC) or Kea's ``kea-leases4.csv`` / ``kea-leases6.csv``.

    Raises:
        InputError: a lease that makes no sense; names the row.
    """
    for _, line in lines_of(path):
        if line.startswith("address,"):
            return list(_kea(path))
        break
    return list(_isc(path))


def _kea(path: Path) -> Iterator[Assignment]:
    for number, row in rows_of(path, KEA):
        if row.get("state", "0") != "0":  # declined or expired-reclaimed
            continue
        if not row["valid_lifetime"].isdigit():
            problem = f"{row['valid_lifetime']!r} is no number of seconds"
            raise InputError(path, problem, row=number, column="valid_lifetime")
        end = time_ns(row["expire"], path, number, "expire")
        start = end - int(row["valid_lifetime"]) * 10**9
        who = Holder(account=row.get("hwaddr") or row.get("duid") or row.get("client_id"))
        prefix = single(address_of(row["address"], path, number, "address"))
        yield Assignment(prefix, ALL_PORTS, start, end, end, who, "dhcp", f"{path}, row {number}")


def _isc(path: Path) -> Iterator[Assignment]:
    lease: dict[str, str] | None = None
    begun = 0
    for number, line in lines_of(path):
        if opened := _LEASE.match(line):
            lease, begun = {"address": opened[1]}, number
        elif lease is not None and line.strip() == "}":
            yield from _lease(lease, path, begun)
            lease = None
        elif lease is not None:
            if hardware := _HARDWARE.match(line):
                lease["hardware"] = hardware[1].lower()
            elif moment := _TIME.match(line):
                lease[moment[1]] = moment[2] or moment[3] or moment[4].replace("/", "-") + "+00:00"
    if lease is not None:
        raise InputError(path, "the lease is cut off", row=begun)


def _lease(lease: Row, path: Path, number: int) -> Iterator[Assignment]:
    if "starts" not in lease or "hardware" not in lease:
        return
    start = time_ns(lease["starts"], path, number, "starts")
    end = lease.get("ends", "never")
    end_ns = _NEVER_NS if end == "never" else time_ns(end, path, number, "ends")
    if end_ns < start:
        raise InputError(path, "the lease ends before it starts", row=number, column="ends")
    prefix = single(address_of(lease["address"], path, number, "lease"))
    holder = Holder(account=lease["hardware"])
    yield Assignment(prefix, ALL_PORTS, start, end_ns, end_ns, holder, "dhcp", f"{path}, row {number}")
