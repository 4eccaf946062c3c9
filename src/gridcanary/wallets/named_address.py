"""An address that a dossier names, for the search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """An address in a dossier: what it is to it (a value of ``Role``), and what the dossier calls it."""

    address: str
    role: str
    label: str = ""
