"""What a label file says of an address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_LISTINGS = ("sanctioned", "sanction", "black_list")


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file that labels were read from.

    Args:
        path: as the user named it.
        sha256: digest of its bytes, hex.
        format: ``tagpack``, ``pools``, ``csv``, ``ofac`` or ``graphsense-table``.
    """

    path: Path
    sha256: str
    format: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a file says; many addresses may share it. Texts are empty where the file is silent.

    Args:
        name: the label itself.
        category: exchange, miner, mixing_service …, in the file's own words.
        actor: id of the actor behind it, where the file knows actors.
        confidence: the file's own id of how sure it is (GraphSense: ``ownership``, ``service_data``,
            ``authority_data``, ``forensic``, ``web_crawl`` …); never made into a number here.
        source: where the file has it from.
        date: when it was last changed, as written (ISO 8601 where it is a date).
        licence: of the data.
        cluster_definer: whether it is meant for all addresses of the wallet; None where not said.
        file: which file says it.
    """

    name: str
    file: LabelFile
    category: str = ""
    actor: str = ""
    confidence: str = ""
    source: str = ""
    date: str = ""
    licence: str = ""
    cluster_definer: bool | None = None

    @property
    def entity(self) -> str:
        """Who is meant, comparable between files: the actor, or the name where no actor is known."""
        return (self.actor or self.name).strip().casefold()

    @property
    def is_listing(self) -> bool:
        """Whether it tells that the address stands on a list of sanctions, which is a state and not an owner."""
        return self.category.casefold() in _LISTINGS or "ofac" in self.name.casefold()


@dataclass(frozen=True, slots=True)
class Label:
    """An attribution of one script.

    Args:
        script: the output script.
        address: how its network writes it.
        network: the network's name.
        said: what is said.
    """

    script: bytes
    address: str
    network: str
    said: Attribution


class Tag(NamedTuple):
    """A line of a label file before its address was checked.

    Args:
        address: as written.
        coin: ticker as written; empty where the file doesn't say.
        said: what is said of it.
        row: line, or row counted from 1.
    """

    address: str
    coin: str
    said: Attribution
    row: int
