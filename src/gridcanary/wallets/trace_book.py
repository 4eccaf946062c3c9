"""What a dossier of the kind ``trace`` tells, as its pages want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gridcanary.wallets.contents import Contents
from gridcanary.wallets.named_address import Named

SUMMARY = "trace.json"
FREEZE = "tables/freeze.csv"


@dataclass(frozen=True, slots=True)
class Edge:
    """All outputs from one node of the graph to another.

    Args:
        start, end: ids of the nodes.
        outputs: how many.
        satoshi: their whole worth.
        tainted: the case's satoshi in them by rule.
        ends: how they ended, where they did.
        names: the outputs as ``txid:number``.
    """

    start: str
    end: str
    outputs: int
    satoshi: int
    tainted: Mapping[str, int]
    ends: tuple[str, ...]
    names: tuple[str, ...]


class TraceBook:
    """The summary of a trace.

    Args:
        told: what ``trace.json`` says; it was computed again when the dossier was verified.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told

    @classmethod
    def of(cls, contents: Contents) -> TraceBook | None:
        """The book of a dossier; None where it has none."""
        told = contents.json(SUMMARY)
        return cls(told) if isinstance(told, dict) else None

    @property
    def rules(self) -> list[str]:
        """Names of the rules of taint, in the dossier's order."""
        return list(self.told["rules"])

    def rule(self, asked: str) -> str:
        """The asked rule where the dossier has it, else FIFO, else the first."""
        known = self.rules
        return asked if asked in known else "fifo" if "fifo" in known else known[0]

    @cached_property
    def nodes(self) -> dict[str, dict[str, Any]]:
        """Nodes of the graph by id."""
        return {node["id"]: node for node in self.told["graph"]["nodes"]}

    @cached_property
    def edges(self) -> dict[str, list[Edge]]:
        """Edges of the graph by the id of the node they leave, those with the most of the case's coins first."""
        joined: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for edge in self.told["graph"]["edges"]:
            joined.setdefault((edge["from"], edge["to"]), []).append(edge)
        found: dict[str, list[Edge]] = {}
        for (start, end), several in joined.items():
            found.setdefault(start, []).append(self._edge(start, end, several))
        for edges in found.values():
            edges.sort(key=lambda edge: (-max(edge.tainted.values(), default=0), edge.end))
        return found

    def _edge(self, start: str, end: str, several: list[Mapping[str, Any]]) -> Edge:
        return Edge(
            start,
            end,
            len(several),
            sum(one["satoshi"] for one in several),
            {rule: sum(one["tainted"].get(rule, 0) for one in several) for rule in self.rules},
            tuple(dict.fromkeys(one["end"] for one in several if "end" in one)),
            tuple(one["output"] for one in several),
        )

    @property
    def roots(self) -> list[str]:
        """Ids of the wallets' nodes that are in the graph."""
        return [name for name, node in self.nodes.items() if node["kind"] == "wallet"]

    def wallet_name(self, number: int) -> str:
        """What the dossier calls a wallet."""
        return next((one["name"] for one in self.told["wallets"] if one["number"] == number), str(number))

    @property
    def services(self) -> list[str]:
        """Names of the services with addresses to freeze."""
        return sorted({entry["service"] for entry in self.told["freeze"]})

    def named(self) -> Iterator[Named]:
        """Every address of the trace, for the search."""
        for wallet in self.told["wallets"]:
            yield Named(wallet["address"], "watched", wallet["name"])
        for name, node in self.nodes.items():
            kind, _, address = name.partition(":")
            if kind == "address" and node["kind"] != "wallet":
                yield Named(address, "service" if "service" in node else "passed", node.get("service", ""))
