"""Prefixes as records write them."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import Prefix


def prefix_of(text: str, file: str | Path, row: int | None, column: str) -> Prefix:
    """A prefix, or an address as the prefix of itself.

    Raises:
        InputError: it is none, or has bits beyond its length.
    """
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise InputError(file, f"{text!r} is no address or prefix", row=row, column=column) from error
