"""Real blocks under GRIDCANARY_DATA, found by looking into the folder; tests skip, with the reason, without it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridcanary.chain.networks import NETWORKS, Network

CHAIN = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "chain"

_NAMES = {
    "mainnet": "bitcoin",
    "litecoin_mainnet": "litecoin",
    "bitcoinsv_mainnet": "bitcoin-cash",
    "bitcoin_signet": "signet",
    "bitcoin_testnet4": "testnet4",
    "bch-regtest": "regtest",
}
"""Names of networks in manifests that differ from ours; Bitcoin Cash's regtest has the rules of Bitcoin's."""


@dataclass(frozen=True)
class RealBlock:
    """A block in a file of its own, with what its manifest says of it, if there is one."""

    path: Path
    told: dict

    @property
    def network(self) -> Network | None:
        name = self.told.get("network")
        return NETWORKS[_NAMES.get(name, name)] if name else None


def real_folder(name: str = "") -> Path:
    """A folder of real chain data; skips where it is missing."""
    folder = CHAIN / name
    if not folder.exists():
        pytest.skip(f"the real data is not at {folder}; set GRIDCANARY_DATA")
    return folder


def single_blocks() -> Iterator[RealBlock]:
    """Every block that has a file of its own."""
    folder = real_folder("blocks")
    manifest = folder / "manifest.json"
    told = {entry["file"].split("/")[-1].split("-")[-1]: entry for entry in json.loads(manifest.read_text())}
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".bin", ".raw"} and not path.stem.endswith("-undo"):
            yield RealBlock(path, told.get(path.name.split("-")[-1], {}))
