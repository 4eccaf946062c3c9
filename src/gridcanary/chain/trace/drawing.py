"""The trace as nodes and edges: a Sankey diagram of totals, and a graph of addresses and payments to expand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridcanary.chain.addresses import shown_script
from gridcanary.chain.dossier.layout import shown
from gridcanary.chain.networks import Network
from gridcanary.chain.trace.endings import Ended, EndKind
from gridcanary.chain.trace.taint import Coin
from gridcanary.chain.trace.tracing import Trace
from gridcanary.chain.transactions import Outpoint


@dataclass(frozen=True, slots=True)
class Names:
    """How results call things.

    Args:
        network: whose way of writing addresses applies.
        wallets: name of each wallet by its number.
    """

    network: Network
    wallets: Mapping[int, str]

    def address(self, script: bytes) -> str:
        """The address, or else the script in hex."""
        return str(shown_script(script, self.network))


def outpoint_name(outpoint: Outpoint) -> str:
    """Txid and number of an output as explorers write it."""
    return f"{shown(outpoint.txid)}:{outpoint.vout}"


def sankey(trace: Trace, names: Names) -> dict[str, Any]:
    """Wallets, addresses at services, services and other ends, with exact sums on the edges.

    What lies between a wallet and an address at a service is left out: who in between had whose coins is a matter
    of the rule, how much of a wallet's coins arrived is told by it.
    """
    nodes: dict[str, dict[str, Any]] = {}
    edges: dict[tuple[str, str], dict[str, int]] = {}
    for rule, flowed in trace.flows.items():
        for outpoint, ended in trace.collection.ended.items():
            ways = _ways(trace, names, outpoint, ended, nodes)
            _add(edges, ways, rule, flowed.coins.get(outpoint, Coin(())), names, nodes)
        for coin in flowed.fees.values():
            _add(edges, [_end_node(EndKind.FEE, nodes)], rule, coin, names, nodes)
        for coin in flowed.received_again.values():
            _add(edges, [_end_node(EndKind.RECEIPT, nodes)], rule, coin, names, nodes)
    return {"nodes": [nodes[key] for key in sorted(nodes)], "edges": _told_edges(edges, trace)}


def graph(trace: Trace, names: Names) -> dict[str, Any]:
    """Every address and payment of the trace; an edge is an output on its way into or out of a payment."""
    nodes: dict[str, dict[str, Any]] = {}
    edges: list[dict[str, Any]] = []
    collection = trace.collection
    wallets = {seed.output.script: seed.source for seed in collection.seeds}
    for outpoint, output in sorted(collection.outputs.items(), key=lambda item: (item[1].place, item[0])):
        address = names.address(output.script)
        owner, ended = trace.custody.owner_of_script(output.script), collection.ended.get(outpoint)
        node = nodes.setdefault(f"address:{address}", {"id": f"address:{address}", "kind": "address"})
        node["hop"] = min(output.hop, node.get("hop", output.hop))
        if output.script in wallets:
            node |= {"kind": "wallet", "wallet": wallets[output.script]}
        if owner is not None:
            node |= {
                "service": owner.service.name,
                "category": owner.service.category,
                "role": str(owner.role),
                "confidence": owner.confidence,
                "reason": {"code": owner.reason.code, "params": dict(owner.reason.params)},
            }
        if outpoint.txid in collection.steps:
            edges.append(_edge(trace, outpoint, f"payment:{shown(outpoint.txid)}", node["id"], ended))
    for step in collection.in_order():
        name = f"payment:{step.one.transaction.shown_id}"
        place = step.one.place
        nodes[name] = {"id": name, "kind": "payment", "height": place.height, "time": place.time}
        for claim in step.one.transaction.inputs:
            if claim.previous in collection.outputs and claim.previous not in collection.ended:
                holder = names.address(collection.outputs[claim.previous].script)
                edges.append(_edge(trace, claim.previous, f"address:{holder}", name, None))
    return {"nodes": list(nodes.values()), "edges": edges}


def _edge(trace: Trace, outpoint: Outpoint, start: str, end: str, ended: Ended | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "from": start,
        "to": end,
        "output": outpoint_name(outpoint),
        "satoshi": trace.collection.outputs[outpoint].value,
        "tainted": {rule: flowed.tainted(outpoint) for rule, flowed in trace.flows.items()},
    }
    return told | ({"end": str(ended.kind)} if ended is not None else {})


def _ways(
    trace: Trace, names: Names, outpoint: Outpoint, ended: Ended, nodes: dict[str, dict[str, Any]]
) -> list[str]:
    """The nodes that a coin passes from its wallet to where it ended."""
    if ended.service is None:
        return [_end_node(ended.kind, nodes)]
    address = names.address(trace.collection.outputs[outpoint].script)
    at, keeper = f"address:{address}", f"service:{ended.service.category}:{ended.service.name}"
    nodes[at] = {"id": at, "kind": "address", "name": address}
    nodes[keeper] = {
        "id": keeper,
        "kind": "service",
        "name": ended.service.name,
        "category": ended.service.category,
    }
    return [at, keeper]


def _end_node(kind: EndKind, nodes: dict[str, dict[str, Any]]) -> str:
    name = f"end:{kind}"
    nodes[name] = {"id": name, "kind": "end", "name": str(kind)}
    return name


def _add(
    edges: dict[tuple[str, str], dict[str, int]],
    ways: list[str],
    rule: str,
    coin: Coin,
    names: Names,
    nodes: dict[str, dict[str, Any]],
) -> None:
    for source, satoshi in coin.by_source().items():
        start = f"wallet:{source}"
        nodes[start] = {"id": start, "kind": "wallet", "name": names.wallets[source]}
        for one, other in zip([start, *ways], ways, strict=False):
            rules = edges.setdefault((one, other), {})
            rules[rule] = rules.get(rule, 0) + satoshi


def _told_edges(edges: dict[tuple[str, str], dict[str, int]], trace: Trace) -> list[dict[str, Any]]:
    return [
        {"from": one, "to": other, "tainted": {rule: rules.get(rule, 0) for rule in trace.flows}}
        for (one, other), rules in sorted(edges.items())
    ]
