"""The trace as CSV: receipts, payments, ends, exposure, and the addresses to freeze."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gridcanary.chain.dossier.csv_tables import csv_bytes, utc
from gridcanary.chain.dossier.layout import shown
from gridcanary.chain.explain import render
from gridcanary.chain.trace.drawing import Names, outpoint_name
from gridcanary.chain.trace.exposure import Exposure
from gridcanary.chain.trace.freezing import FreezeEntry
from gridcanary.chain.trace.owners import Cluster
from gridcanary.chain.trace.tracing import Trace
from gridcanary.contracts.phrases import LANGUAGES


def receipts_csv(trace: Trace, names: Names) -> bytes:
    """A row per receipt that was followed."""
    header = ("wallet", "name", "address", "output", "height", "time", "satoshi")
    return csv_bytes(
        header,
        (
            (
                seed.source,
                names.wallets[seed.source],
                names.address(seed.output.script),
                outpoint_name(seed.outpoint),
                seed.place.height,
                utc(seed.place.time),
                seed.output.value,
            )
            for seed in sorted(trace.collection.seeds, key=lambda seed: (seed.place, seed.outpoint))
        ),
    )


def payments_csv(trace: Trace) -> bytes:
    """A row per payment that was followed, with the case's satoshi that entered it and left as its fee."""
    header = ("txid", "height", "time", "inputs", "outputs", "fee_satoshi", "fee_assumed")
    rules = [f"{part}_{rule}" for part in ("spent", "fee") for rule in trace.flows]
    rows = []
    for step in trace.collection.in_order():
        one = step.one.transaction
        fee = sum(step.spent) - sum(output.value for output in one.outputs)
        held = [claim.previous for claim in one.inputs if claim.previous not in trace.collection.ended]
        spent = [sum(flowed.tainted(point) for point in held) for flowed in trace.flows.values()]
        fees = [flowed.fees[one.txid].tainted for flowed in trace.flows.values()]
        place = step.one.place
        told = (shown(one.txid), place.height, utc(place.time), len(one.inputs), len(one.outputs), fee)
        rows.append((*told, _yes(step.fee_assumed), *spent, *fees))
    return csv_bytes((*header, *rules), rows)


def ends_csv(trace: Trace, names: Names) -> bytes:
    """A row per output that is followed no further, with the reason in both languages."""
    header = ("output", "address", "height", "time", "hop", "satoshi", *trace.flows)
    told = ("end", "service", "category", "confidence", "txid", *(f"reason_{lang}" for lang in LANGUAGES))
    collection = trace.collection
    rows = []
    for point, output in sorted(collection.outputs.items(), key=lambda item: (item[1].place, item[0])):
        ended = collection.ended.get(point)
        if ended is None:
            continue
        service = (ended.service.name, ended.service.category) if ended.service else ("", "")
        where = (outpoint_name(point), names.address(output.script))
        when = (output.place.height, utc(output.place.time), output.hop, output.value)
        amounts = [flowed.tainted(point) for flowed in trace.flows.values()]
        why = (str(ended.kind), *service, ended.confidence, shown(ended.txid) if ended.txid else "")
        rows.append((*where, *when, *amounts, *why, *(render(ended.reason, lang) for lang in LANGUAGES)))
    return csv_bytes((*header, *told), rows)


def clusters_csv(found: Iterable[Cluster], names: Names) -> bytes:
    """A row per merge of two addresses into one owner's."""
    header = ("cluster", "scripts", "services", "first", "second", "txid", "confidence")
    rows = []
    for number, cluster in enumerate(found, start=1):
        about = (number, len(cluster.scripts), " / ".join(cluster.services))
        for merge in cluster.merges:
            pair = (names.address(merge.first), names.address(merge.second), shown(merge.txid))
            why = [render(merge.reason, lang) for lang in LANGUAGES]
            rows.append((*about, *pair, merge.confidence, *why))
    return csv_bytes((*header, *(f"reason_{lang}" for lang in LANGUAGES)), rows)


def exposure_csv(lines: Iterable[Exposure], rules: Sequence[str]) -> bytes:
    """A row per service and way, direct or not."""
    header = ("category", "service", "exposure", "outputs", "confidence", *rules)
    return csv_bytes(
        header,
        (
            (
                line.category,
                line.service,
                "direct" if line.direct else "indirect",
                line.outputs,
                line.confidence,
                *(line.satoshi[rule] for rule in rules),
            )
            for line in lines
        ),
    )


def freeze_csv(entries: Iterable[FreezeEntry], names: Names, rules: Sequence[str]) -> bytes:
    """A row per output with the case's coins at a service, the address's own facts repeated on each."""
    header = ("service", "category", "address", "customer_address", "role_confidence", "deposit_output")
    deposit = ("deposit_height", "deposit_time", "hop", "deposit_satoshi", *rules, "spent_in", "spent_time")
    address = ("address_last_activity", "address_unspent_satoshi", "case_unspent_satoshi")
    rows = []
    for entry in entries:
        whose = (entry.service.name, entry.service.category, names.address(entry.script))
        role = (_yes(entry.is_customer), entry.ended.confidence)
        unspent = "" if entry.unspent is None else entry.unspent
        reasons = [render(entry.ended.reason, lang) for lang in LANGUAGES]
        for one in entry.deposits:
            when = (one.place.height, utc(one.place.time), one.hop, one.value)
            spent = (
                (one.spent_in.transaction.shown_id, utc(one.spent_in.place.time))
                if one.spent_in
                else ("", "")
            )
            amounts = [one.satoshi[rule] for rule in rules]
            facts = (utc(entry.last.time), unspent, entry.case_unspent)
            rows.append(
                (*whose, *role, outpoint_name(one.outpoint), *when, *amounts, *spent, *facts, *reasons)
            )
    return csv_bytes((*header, *deposit, *address, *(f"reason_{lang}" for lang in LANGUAGES)), rows)


def freeze_files(entries: Sequence[FreezeEntry], names: Names, rules: Sequence[str]) -> dict[str, bytes]:
    """One list a service, to be handed to it, by path."""
    services = sorted({(entry.service.name, entry.service.category) for entry in entries})
    files = {}
    for number, (name, category) in enumerate(services, start=1):
        own = [e for e in entries if (e.service.name, e.service.category) == (name, category)]
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "service"
        files[f"freeze/{number:02d}-{slug}.csv"] = freeze_csv(own, names, rules)
    return files


def _yes(told: bool) -> str:
    return "yes" if told else "no"
