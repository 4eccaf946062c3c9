"""What a dossier keeps of the lists of pools and labels: all tags, and the scripts that its transactions touch."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridcanary.chain.dossier.layout import json_bytes
from gridcanary.chain.history import Confirmed
from gridcanary.chain.labels.label import LabelFile
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.pools.finders import Finder, finder_of, pools_of
from gridcanary.chain.pools.known import PoolBook
from gridcanary.chain.pools.tags import tag_of
from gridcanary.chain.trace.services import Service

POOLS, LABELS = "pools.json", "labels.json"


@dataclass(frozen=True, slots=True)
class KnownPools:
    """Who finds blocks, by the lists in use.

    Args:
        book: payout scripts and tags.
    """

    book: PoolBook
    _told: dict[bytes, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, coinbase: Confirmed) -> tuple[str, ...]:
        """Names of the pools that a block may be of: none unknown, several where tag and address disagree.

        Kept by txid, since every method asks for every block again and looking for all tags takes a while.
        """
        txid = coinbase.transaction.txid
        if txid not in self._told:
            self._told[txid] = pools_of(coinbase, self.book)
        return self._told[txid]

    def finder(self, coinbase: Confirmed) -> Finder:
        """What the coinbase's address and its tag say, side by side."""
        return finder_of(coinbase, self.book)

    @property
    def listed(self) -> Mapping[bytes, str]:
        """Payout scripts that the lists give to one pool alone."""
        return self.book.sole


def pools_bytes(pools: KnownPools, scripts: Collection[bytes]) -> bytes:
    """The pools as a dossier keeps them.

    Args:
        pools: all that the lists know.
        scripts: those that the dossier's transactions touch; of the others nothing is kept.
    """
    book = pools.book
    touched = sorted(book.scripts.keys() & set(scripts))
    return json_bytes(
        {
            "network": book.network.name,
            "scripts": {script.hex(): list(book.scripts[script]) for script in touched},
            "tags": [{"pool": tag.pool, "text": tag.text} for tag in book.tags],
            "lists": [{"name": file.path.name, "sha256": file.sha256} for file in book.files],
        }
    )


def pools_from(content: bytes) -> KnownPools:
    """The pools that a dossier keeps; ValueError, KeyError or TypeError where they are malformed."""
    told = json.loads(content)
    files = tuple(LabelFile(Path(one["name"]), one["sha256"], "pools") for one in told["lists"])
    scripts = {bytes.fromhex(script): tuple(names) for script, names in told["scripts"].items()}
    tags = tuple(tag_of(one["pool"], one["text"]) for one in told["tags"])
    return KnownPools(PoolBook(_network(told["network"]), files, scripts, tags))


def labels_bytes(labels: Mapping[bytes, Service], scripts: Collection[bytes]) -> bytes:
    """The labels of the scripts that the dossier's transactions touch, in their order."""
    touched = sorted(labels.keys() & set(scripts))
    return json_bytes(
        [
            {
                "script": script.hex(),
                "name": labels[script].name,
                "category": labels[script].category,
                "source": labels[script].source,
            }
            for script in touched
        ]
    )


def labels_from(content: bytes) -> dict[bytes, Service]:
    """The labels that a dossier keeps; ValueError, KeyError or TypeError where they are malformed."""
    return {
        bytes.fromhex(one["script"]): Service(one["name"], one["category"], one["source"])
        for one in json.loads(content)
    }


def _network(name: str) -> Network:
    return NETWORKS[name]
