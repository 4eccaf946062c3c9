"""The kind of dossier ``trace``: everything computed again from its transactions, labels and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gridcanary.chain.dossier import (
    Basis,
    Draft,
    Kind,
    Reference,
    WitnessedHistory,
    gather,
    json_bytes,
    unproven_outputs,
)
from gridcanary.chain.history import EvidentHistory
from gridcanary.chain.trace.drawing import Names
from gridcanary.chain.trace.exposure import by_category, exposures
from gridcanary.chain.trace.freezing import freeze_list
from gridcanary.chain.trace.labelled import NotedBook, services_bytes, services_from
from gridcanary.chain.trace.owners import clusters
from gridcanary.chain.trace.report import report
from gridcanary.chain.trace.request import TraceRequest
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.services import ServiceBook
from gridcanary.chain.trace.summary import summary
from gridcanary.chain.trace.tables import (
    clusters_csv,
    ends_csv,
    exposure_csv,
    freeze_csv,
    freeze_files,
    payments_csv,
    receipts_csv,
)
from gridcanary.chain.trace.tracing import Trace, trace
from gridcanary.contracts.errors import GridcanaryError

LABELS = "labels.json"


class NothingReceived(GridcanaryError):
    """Wallets that got nothing in the blocks given, so that there is nothing to trace."""

    def __init__(self, wallets: int, tip: int) -> None:
        self.wallets, self.tip = wallets, tip
        super().__init__(
            f"none of the {wallets} wallets received anything up to height {tip}; nothing to trace"
        )


def derive(basis: Basis) -> Mapping[str, bytes]:
    """Every table and report of a trace."""
    request, found, names = _traced(basis)
    told, lines, entries = summary(found, request, names), exposures(found), freeze_list(found)
    return {
        "trace.json": json_bytes(told),
        "report.en.md": report(told, "en"),
        "report.zh-CN.md": report(told, "zh"),
        "tables/receipts.csv": receipts_csv(found, names),
        "tables/payments.csv": payments_csv(found),
        "tables/ends.csv": ends_csv(found, names),
        "tables/exposure.csv": exposure_csv(lines, request.rules),
        "tables/categories.csv": exposure_csv(by_category(lines), request.rules),
        "tables/clusters.csv": clusters_csv(clusters(found), names),
        "tables/freeze.csv": freeze_csv(entries, names, request.rules),
        **freeze_files(entries, names, request.rules),
    }


KIND = Kind("trace", derive)


def summary_of(basis: Basis) -> dict[str, Any]:
    """What ``trace.json`` holds."""
    request, found, names = _traced(basis)
    return summary(found, request, names)


def _traced(basis: Basis) -> tuple[TraceRequest, Trace, Names]:
    request = TraceRequest.from_parameters(basis.parameters)
    seeds = receipts(basis.history, request.sources, request.receipts)
    labels = services_from(basis.sources[LABELS])
    found = trace(basis.history, seeds, labels, request.limits, request.rules)
    return request, found, Names(basis.network, dict(enumerate(one.name for one in request.wallets)))


def trace_draft(
    history: EvidentHistory,
    request: TraceRequest,
    book: ServiceBook,
    references: Sequence[Reference] = (),
    scanned: Callable[[], Mapping[str, Any]] = dict,
) -> Draft:
    """Traces, and gathers what proves it.

    Args:
        history: the chain, with its blocks.
        request: what is traced.
        book: labels; those that were met go into the dossier.
        references: the files that were used, by digest.
        scanned: tells what was searched; asked when the work is done.

    Raises:
        NothingReceived: there is no receipt to follow.
    """
    witnessed, noted = WitnessedHistory(history), NotedBook(book)
    seeds = receipts(witnessed, request.sources, request.receipts)
    if not seeds:
        raise NothingReceived(len(request.wallets), history.tip.height)
    found = trace(witnessed, seeds, noted, request.limits, request.rules)
    confirmed = list(witnessed.seen.values())
    gathered = gather(history, confirmed)
    passes = [
        {
            "purpose": one.purpose,
            "hop": one.hop,
            "scripts": one.scripts,
            "outputs": one.outpoints,
            "transactions": one.transactions,
        }
        for one in found.collection.passes
    ]
    return Draft(
        KIND.name,
        history.network,
        gathered.transactions,
        gathered.headers,
        request.parameters(),
        {**scanned(), "passes": passes},
        {LABELS: services_bytes(noted.given.items())},
        references,
        unproven_outputs(witnessed.told, confirmed),
        gathered.merged,
    )
