"""The pools that lists and labels know, under one name each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.labels.label import LabelFile
from gridcanary.chain.labels.pool_list import ListedPool, read_pool_list
from gridcanary.chain.networks import Network
from gridcanary.chain.pools.tags import Tag, tag_of
from gridcanary.chain.rows import read_text
from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.errors import InputError

BITCOINS_OWN = ("bitcoin", "testnet3", "testnet4", "signet", "regtest")
"""Networks that a list means which names no coin. The same letters may be an address of another coin, whose
owner is nobody that the list speaks of; tags hold on every network."""

MINERS = ("miner", "mining_pool", "mining_service", "矿池")
"""Categories of labels whose addresses are pools' (GraphSense, INTERPOL's taxonomy, and how departments write it)."""

_ENDING = re.compile(r"(pool|com|org|net|io)$")


@dataclass(frozen=True)
class PoolBook:
    """Pools by payout script and by tag.

    Args:
        network: whose addresses were read.
        files: the lists, the first those that ship with gridcanary.
        scripts: for each payout script the pools that it is said to be of.
        tags: every tag.
    """

    network: Network
    files: tuple[LabelFile, ...]
    scripts: dict[bytes, tuple[str, ...]]
    tags: tuple[Tag, ...]

    @property
    def sole(self) -> dict[bytes, str]:
        """The payout scripts that are of one pool alone."""
        return {script: names[0] for script, names in self.scripts.items() if len(names) == 1}


def shipped_lists() -> list[Path]:
    """The lists that come with gridcanary: ``pools-v2.json`` of the mempool project, and additions with sources."""
    folder = resources.files("gridcanary.chain.pools") / "lists"
    return [Path(str(folder / name)) for name in ("pools-v2.json", "more-pools.json")]


def read_pools(
    network: Network, lists: Sequence[Path] | None = None, labels: LabelBook | None = None
) -> PoolBook:
    """The pools of lists in the form of ``pools-v2.json``, and of labels.

    Args:
        network: for the addresses.
        lists: None for :func:`shipped_lists`; give those too where further lists are to be added.
        labels: labels of the categories :data:`MINERS` add payout addresses.

    Raises:
        InputError: a list that is malformed, or a mistyped address in it.
    """
    files, pools = [], []
    for path in shipped_lists() if lists is None else lists:
        text = read_text(path)
        file = LabelFile(path, text.sha256, "pools")
        files.append(file)
        pools += [(file, pool) for pool in read_pool_list(text)]
    names = _Names(pool for _, pool in pools)
    scripts: dict[bytes, dict[str, None]] = {}
    tags: dict[tuple[str, str], Tag] = {}
    for file, pool in pools:
        name = names.of(pool.name)
        for script in _scripts(file, pool, network):
            scripts.setdefault(script, {})[name] = None
        for text_of_tag in pool.tags:
            tags.setdefault((name, text_of_tag.casefold()), tag_of(name, text_of_tag))
    for label in labels.of_category(*MINERS) if labels is not None else ():
        scripts.setdefault(label.script, {})[names.of_label(label.said.name)] = None
    held = {script: tuple(of) for script, of in scripts.items()}
    return PoolBook(network, tuple(files), held, tuple(tags.values()))


def _scripts(file: LabelFile, pool: ListedPool, network: Network) -> Iterator[bytes]:
    """The payout scripts of a listed pool on the network; its addresses elsewhere are passed over."""
    meant = network.coin == pool.coin if pool.coin else network.name in BITCOINS_OWN
    for address in pool.addresses if meant else ():
        try:
            yield script_of_address(address, network)
        except BadAddress as error:
            if error.fault != "network":
                problem = f"{pool.name}: {address}: {error.problem}"
                raise InputError(file.path, problem, row=pool.place, column="addresses") from error


class _Names:
    """One name a pool, however lists and labels call it."""

    def __init__(self, pools: Iterable[ListedPool]) -> None:
        pools = list(pools)
        self._known = {_key(other): pool.name for pool in pools for other in pool.also}
        for pool in pools:
            self._known.setdefault(_key(pool.name), pool.name)
        short: dict[str, set[str]] = {}
        for key, name in self._known.items():
            short.setdefault(_ENDING.sub("", key), set()).add(name)
        self._short = {key: names.pop() for key, names in short.items() if len(names) == 1}

    def of(self, name: str) -> str:
        """The pool's name in the lists."""
        return self._known.get(_key(name), name)

    def of_label(self, name: str) -> str:
        """The pool that a label means: ``Rawpool.com`` is Rawpool; its own name where no list knows it."""
        key = _key(name)
        known = self._known.get(key) or self._known.get(_ENDING.sub("", key))
        return known or self._short.get(_ENDING.sub("", key), name)


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
