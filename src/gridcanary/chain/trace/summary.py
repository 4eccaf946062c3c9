"""The whole trace in JSON, for the console and for other programs."""

from __future__ import annotations

from typing import Any

from gridcanary.chain.dossier.csv_tables import utc
from gridcanary.chain.dossier.layout import shown
from gridcanary.chain.trace.drawing import Names, graph, outpoint_name, sankey
from gridcanary.chain.trace.endings import Ended, EndKind
from gridcanary.chain.trace.error_rates import error_rates
from gridcanary.chain.trace.exposure import Exposure, by_category, exposures, totals
from gridcanary.chain.trace.flow import by_end
from gridcanary.chain.trace.freezing import FreezeEntry, freeze_list
from gridcanary.chain.trace.owners import Cluster, clusters
from gridcanary.chain.trace.request import TraceRequest
from gridcanary.chain.trace.tracing import Trace
from gridcanary.chain.transactions import Outpoint

FORMAT = 1


def summary(trace: Trace, request: TraceRequest, names: Names) -> dict[str, Any]:
    """Everything that a page shows, integers and texts only; satoshi by rule are keyed by the rule's name."""
    lines = exposures(trace)
    received = sum(seed.output.value for seed in trace.collection.seeds)
    return {
        "format": FORMAT,
        "network": names.network.name,
        "tip": {
            "height": trace.tip.height,
            "block": shown(trace.tip.block_hash),
            "time": utc(trace.tip.time),
        },
        "rules": list(trace.flows),
        "request": request.parameters(),
        "wallets": _wallets(trace, request, names),
        "received_satoshi": received,
        "receipts": len(trace.collection.seeds),
        "payments": len(trace.collection.steps),
        "fees_assumed": sum(step.fee_assumed for step in trace.collection.steps.values()),
        "ends": {rule: _by_name(by_end(trace.collection, flowed)) for rule, flowed in trace.flows.items()},
        "exposure": [_exposure(line) for line in lines],
        "exposure_by_category": [_exposure(line) for line in by_category(lines)],
        "freeze": [_entry(entry, names) for entry in freeze_list(trace)],
        "coinjoins": _coinjoins(trace),
        "clusters": [_cluster(one, names) for one in clusters(trace)],
        "sankey": sankey(trace, names),
        "graph": graph(trace, names),
        "error_rates": error_rates(),
    }


def _wallets(trace: Trace, request: TraceRequest, names: Names) -> list[dict[str, Any]]:
    received = dict.fromkeys(range(len(request.wallets)), 0)
    for seed in trace.collection.seeds:
        received[seed.source] += seed.output.value
    return [
        {
            "number": number,
            "name": wallet.name,
            "owner": wallet.owner,
            "source": wallet.source,
            "address": names.address(wallet.script),
            "received_satoshi": received[number],
        }
        for number, wallet in enumerate(request.wallets)
    ]


def _exposure(line: Exposure) -> dict[str, Any]:
    return {
        "service": line.service,
        "category": line.category,
        "direct": line.direct,
        "outputs": line.outputs,
        "confidence": line.confidence,
        "satoshi": line.satoshi,
    }


def _entry(entry: FreezeEntry, names: Names) -> dict[str, Any]:
    return {
        "service": entry.service.name,
        "category": entry.service.category,
        "address": names.address(entry.script),
        "customer_address": entry.is_customer,
        **_ended(entry.ended),
        "satoshi": entry.satoshi,
        "last_activity": {"height": entry.last.height, "time": utc(entry.last.time)},
        "unspent_satoshi": entry.unspent,
        "case_unspent_satoshi": entry.case_unspent,
        "deposits": [
            {
                "output": outpoint_name(one.outpoint),
                "height": one.place.height,
                "time": utc(one.place.time),
                "value": one.value,
                "hop": one.hop,
                "satoshi": one.satoshi,
                "spent_in": one.spent_in.transaction.shown_id if one.spent_in else None,
                "path": [outpoint_name(point) for point in one.path],
            }
            for one in entry.deposits
        ],
    }


def _ended(ended: Ended) -> dict[str, Any]:
    return {
        "confidence": ended.confidence,
        "reason": {"code": ended.reason.code, "params": dict(ended.reason.params)},
    }


def _coinjoins(trace: Trace) -> list[dict[str, Any]]:
    """Every CoinJoin that coins of the case went into, with what went in under each rule."""
    entered: dict[bytes, list[tuple[Outpoint, Ended]]] = {}
    for outpoint, ended in trace.collection.ended.items():
        if ended.kind is EndKind.COINJOIN and ended.txid is not None:
            entered.setdefault(ended.txid, []).append((outpoint, ended))
    return [
        {
            "txid": shown(txid),
            **_ended(items[0][1]),
            "satoshi": totals(trace, (outpoint for outpoint, _ in items)),
        }
        for txid, items in sorted(entered.items(), key=lambda item: shown(item[0]))
    ]


def _cluster(cluster: Cluster, names: Names) -> dict[str, Any]:
    return {
        "addresses": [names.address(script) for script in cluster.scripts],
        "services": list(cluster.services),
        "merges": [
            {
                "first": names.address(merge.first),
                "second": names.address(merge.second),
                "txid": shown(merge.txid),
                "confidence": merge.confidence,
                "reason": {"code": merge.reason.code, "params": dict(merge.reason.params)},
            }
            for merge in cluster.merges
        ],
    }


def _by_name(sums: dict[EndKind, int]) -> dict[str, int]:
    return {str(kind): satoshi for kind, satoshi in sums.items()}
