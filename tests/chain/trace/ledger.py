"""A small ledger that tests write by hand: payments between names, one a block."""

from __future__ import annotations

from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.scripts import witness_script
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.chain.transactions import Input, Outpoint, Output, Transaction, parse_transaction
from tests.chain.written import transaction

REGTEST = NETWORKS["regtest"]


def script(name: str) -> bytes:
    """The script of somebody."""
    return witness_script(0, name.encode().ljust(20, b"."))


def book(**services: str) -> MappingBook:
    """Labels: scripts' names with ``service:category``."""
    return MappingBook({script(name): Service(*told.split(":"), "test") for name, told in services.items()})


class Ledger:
    """Payments in the order of writing; each gets a block of its own."""

    def __init__(self) -> None:
        self.confirmed: list[Confirmed] = []
        self._minted = 0

    def mint(self, **values: int) -> list[Outpoint]:
        """Coins from nowhere for these people, out of an output that nobody saw."""
        self._minted += 1
        return self._write([Input(Outpoint(self._minted.to_bytes(32, "big"), 0), b"")], list(values.items()))

    def pay(self, spent: list[Outpoint], *outputs: tuple[str, int]) -> list[Outpoint]:
        """A payment; gives the outputs that it makes."""
        return self._write([Input(outpoint, b"") for outpoint in spent], list(outputs))

    def history(self) -> MemoryHistory:
        """All of it."""
        return MemoryHistory(REGTEST, self.confirmed)

    def _write(self, inputs: list[Input], outputs: list[tuple[str, int]]) -> list[Outpoint]:
        made = [Output(value, script(name)) for name, value in outputs]
        one: Transaction = parse_transaction(transaction(inputs, made))
        height = len(self.confirmed)
        place = Place(height, 1, height.to_bytes(32, "big"), 1_700_000_000 + 600 * height)
        self.confirmed.append(Confirmed(place, one))
        return [Outpoint(one.txid, at) for at in range(len(made))]
