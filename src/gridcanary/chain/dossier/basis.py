"""What a dossier's numbers are computed from, and what a kind of dossier must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gridcanary.chain.dossier.header_runs import HeaderRuns
from gridcanary.chain.dossier.proofs import Proven
from gridcanary.chain.history import MemoryHistory, Place
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Outpoint, Output


class ProvenHistory(MemoryHistory):
    """The History of a dossier: the transactions that it proves, up to the tip of its headers.

    Args:
        network: whose chain.
        proven: transactions with their proofs, which are checked elsewhere.
        headers: the best chain's headers that the dossier holds.
        told: outputs out of undo data or other blocks, for where the dossier lacks the transaction that made them.
    """

    def __init__(
        self,
        network: Network,
        proven: Iterable[Proven],
        headers: HeaderRuns,
        told: Mapping[Outpoint, Output] | None = None,
    ) -> None:
        super().__init__(network, (one.confirmed(headers) for one in proven))
        self.headers = headers
        if told:
            self._outputs = {**told, **self._outputs}
            self._confirmed = [self._filled(one) for one in self._confirmed]

    @property
    def tip(self) -> Place:
        """The last header's place."""
        return self.headers.tip


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that was used but not copied whole.

    Args:
        name: its file name, without folders.
        sha256: digest of all of it, hex.
        size: bytes.
        extract: path in the dossier of the rows that were used, empty where none were.
    """

    name: str
    sha256: str
    size: int
    extract: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that goes into a dossier before its numbers are computed.

    Args:
        kind: name of the kind.
        network: whose chain.
        transactions: raw transactions with their branches, the coinbase of each block among them.
        headers: headers of the best chain, the tip's included.
        parameters: what the computation was asked for, JSON without floats.
        scanned: what was searched: range, tip, files, what was not seen; JSON without floats.
        sources: files to copy, by path below ``sources/``.
        references: files that are named by digest only.
        told: outputs out of undo data or of blocks that aren't held, so that nothing proves them.
        merged: proofs of merged mining by block hash (AuxPoW).
    """

    kind: str
    network: Network
    transactions: Sequence[Proven]
    headers: HeaderRuns
    parameters: Mapping[str, Any]
    scanned: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, bytes] = field(default_factory=dict)
    references: Sequence[Reference] = ()
    told: Mapping[Outpoint, Output] = field(default_factory=dict)
    merged: Mapping[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a kind computes from; the same when a dossier is written and when it is verified.

    Args:
        network, parameters, scanned, sources, references: as in :class:`Draft`.
        history: the proven transactions as a History.
        version: of gridcanary that wrote the dossier.
    """

    network: Network
    history: ProvenHistory
    parameters: Mapping[str, Any]
    scanned: Mapping[str, Any]
    sources: Mapping[str, bytes]
    references: Sequence[Reference]
    version: str

    @property
    def headers(self) -> HeaderRuns:
        """The headers of the dossier."""
        return self.history.headers


Derive = Callable[[Basis], Mapping[str, bytes]]
"""All tables and reports by path, a pure function: no clock, no network, no float in a table."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dossier.

    Args:
        name: as ``dossier.json`` names it.
        derive: computes every table and report from the basis.
    """

    name: str
    derive: Derive


def basis_of(draft: Draft, version: str) -> Basis:
    """The basis that reading the written draft would give."""
    history = ProvenHistory(draft.network, draft.transactions, draft.headers, draft.told)
    return Basis(
        draft.network,
        history,
        draft.parameters,
        draft.scanned,
        dict(draft.sources),
        tuple(draft.references),
        version,
    )


def sorted_draft(draft: Draft) -> Draft:
    """The same draft with its transactions in the order of the chain, each once."""
    once = {one.txid: one for one in draft.transactions}
    ordered = sorted(once.values(), key=lambda one: one.confirmed(draft.headers).place)
    return replace(draft, transactions=tuple(ordered))
