"""All labels in one index by script; contradictions are kept and shown, never resolved by a ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridcanary.chain.addresses import script_of_address, shown_script
from gridcanary.chain.labels.label import Attribution, Label, LabelFile, Tag
from gridcanary.chain.networks import Network
from gridcanary.contracts.encodings.errors import BadAddress

NETWORK_OF_COIN = {
    "BTC": "bitcoin",
    "XBT": "bitcoin",
    "BCH": "bitcoin-cash",
    "LTC": "litecoin",
    "DOGE": "dogecoin",
}
"""Tickers of label files; other coins are counted and left out."""


@dataclass(frozen=True, slots=True)
class RefusedTag:
    """A line whose address is none.

    Args:
        file: the label file.
        row: line, or row counted from 1.
        address: as written.
        problem: what is wrong with it.
    """

    file: LabelFile
    row: int
    address: str
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all labels of one script say together.

    Args:
        labels: every one, in the order of reading.
        name: the entity's name where all mean the same one; the names joined by `` / `` where they differ.
        category: the category where all that name one agree, else empty.
        contradictory: whether the labels name different entities. That an address stands on a list of sanctions
            is a state and contradicts nothing.
        listed: whether a label says that it stands on such a list.
    """

    labels: tuple[Label, ...]
    name: str
    category: str
    contradictory: bool
    listed: bool = False

    @property
    def sources(self) -> str:
        """The files that say it."""
        return ", ".join(dict.fromkeys(label.said.file.path.name for label in self.labels))


@dataclass
class LabelBook:
    """Labels of one network, asked by script.

    Args:
        network: labels of other networks are only counted.

    Attributes:
        files: what was read.
        count: labels kept.
        elsewhere: tags of other coins, by ticker.
        refused: tags whose address is none.
    """

    network: Network
    files: list[LabelFile] = field(default_factory=list)
    count: int = 0
    elsewhere: Counter[str] = field(default_factory=Counter)
    refused: list[RefusedTag] = field(default_factory=list)
    _said: dict[bytes, tuple[Attribution, ...]] = field(default_factory=dict)

    def add(self, tags: Iterable[Tag]) -> None:
        """Keep the tags of a file; a tag without a coin is taken to be of this network."""
        scripts: dict[str, bytes] = {}
        for tag in tags:
            if tag.coin and NETWORK_OF_COIN.get(tag.coin.upper(), tag.coin) != self.network.name:
                self.elsewhere[tag.coin.upper()] += 1
                continue
            script = scripts.get(tag.address)
            if script is None:
                try:
                    script = script_of_address(tag.address, self.network)
                except BadAddress as error:
                    self.refused.append(RefusedTag(tag.said.file, tag.row, tag.address, error.problem))
                    continue
                scripts[tag.address] = script
            self._keep(script, tag.said)

    def _keep(self, script: bytes, said: Attribution) -> None:
        known = self._said.get(script, ())
        if said not in known:
            self._said[script] = (*known, said)
            self.count += 1

    def __len__(self) -> int:
        """Scripts that have a label."""
        return len(self._said)

    def __contains__(self, script: bytes) -> bool:
        return script in self._said

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._said)

    def of(self, script: bytes) -> tuple[Label, ...]:
        """Every label of a script."""
        said = self._said.get(script, ())
        if not said:
            return ()
        address = str(shown_script(script, self.network))
        return tuple(Label(script, address, self.network.name, one) for one in said)

    def verdict(self, script: bytes) -> Verdict | None:
        """What the labels of a script say together; None without any."""
        labels = self.of(script)
        if not labels:
            return None
        owners = [label.said for label in labels if not label.said.is_listing]
        entities: dict[str, str] = {}
        for said in owners or [label.said for label in labels]:
            entities.setdefault(said.entity, said.name or said.actor)
        categories = {said.category for said in owners if said.category}
        category = categories.pop() if len(categories) == 1 else ""
        listed = len(owners) < len(labels)
        return Verdict(labels, " / ".join(entities.values()), category, len(entities) > 1, listed)

    def contradictions(self) -> Iterator[Verdict]:
        """The scripts whose labels name different entities."""
        for script, said in self._said.items():
            verdict = self.verdict(script) if len(said) > 1 else None
            if verdict is not None and verdict.contradictory:
                yield verdict

    def of_category(self, *categories: str) -> Iterator[Label]:
        """Every label of one of the categories, in the files' own words."""
        for script, said in self._said.items():
            if any(one.category in categories for one in said):
                yield from (label for label in self.of(script) if label.said.category in categories)
