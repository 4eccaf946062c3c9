"""From a case and a chain to the draft of a dossier: which transactions must be in it, and which files.

A result leans on more than the transactions that pay the wallets: that a change goes on, that a recipient is paid
again and again. So the method runs on a history that notes what it showed, and the evidence is the smallest of some
sets of which the same method gives the same receipts: the pools that paid, or all that was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from gridcanary.chain.dossier import (
    Draft,
    Gathered,
    ProvenHistory,
    Reference,
    UnsoundDraft,
    WitnessedHistory,
    gather,
    unproven_outputs,
)
from gridcanary.chain.history import Confirmed, EvidentHistory
from gridcanary.chain.income.case import IncomeCase
from gridcanary.chain.income.known import LABELS, POOLS, labels_bytes, labels_from, pools_bytes, pools_from
from gridcanary.chain.income.power import earliest_work
from gridcanary.chain.income.receipts import Found, Receipt, find_receipts
from gridcanary.chain.income.totals import pool_name
from gridcanary.chain.spenders import spent_script

KIND = "income"
Progress = Callable[[str], None]
"""Told the name of each stage."""


def draft_income(
    history: EvidentHistory,
    case: IncomeCase,
    *,
    scanned: Callable[[], Mapping[str, object]] | None = None,
    references: Collection[Reference] = (),
    progress: Progress | None = None,
) -> Draft:
    """The evidence for a case's income.

    Args:
        history: the chain.
        case: what is asked; its files are copied.
        scanned: tells what was searched, for the dossier; asked when the search is done.
        references: files that are named by digest.
        progress: told of the stages ``following``, ``proving``.

    Raises:
        UnsoundDraft: no set of transactions gives the same receipts again, which would be a fault of ours.
    """
    tell = progress or (lambda stage: None)
    tell("following")
    witness = WitnessedHistory(history)
    found = find_receipts(witness, case)
    tell("proving")
    first = _first_height(history, found, case)
    for chosen in _candidates(witness, found, case):
        gathered = gather(history, chosen, first_height=first)
        kept = _kept(case, chosen, gathered)
        told = unproven_outputs(witness.told, _confirmed(gathered))
        replayed = ProvenHistory(case.network, gathered.transactions, gathered.headers, told)
        if find_receipts(replayed, kept).receipts == found.receipts:
            return Draft(
                KIND,
                case.network,
                gathered.transactions,
                gathered.headers,
                kept.parameters(),
                dict(scanned() if scanned else {}),
                kept.files,
                tuple(references),
                told,
                gathered.merged,
            )
    raise UnsoundDraft("the evidence that was gathered doesn't give the same receipts again")


def _confirmed(gathered: Gathered) -> list[Confirmed]:
    return [one.confirmed(gathered.headers) for one in gathered.transactions]


def _candidates(witness: WitnessedHistory, found: Found, case: IncomeCase) -> Iterator[list[Confirmed]]:
    """Sets of transactions from small to large."""
    yield _of_the_pools(witness, found, case)
    yield list(witness.seen.values())


def _of_the_pools(witness: WitnessedHistory, found: Found, case: IncomeCase) -> list[Confirmed]:
    """What pays the wallets, and everything of the pools that did: their blocks, payments, and their payees'."""
    pools = {name for one in found.receipts for name in one.pools}
    wanted = {one.transaction.txid for one in found.touching}
    wanted |= {one.root for one in found.receipts if one.root is not None}
    payees: set[bytes] = set()
    for txid, one in found.ledger.transactions.items():
        if pools & set(one.pools):
            wanted.add(txid)
            payees |= {output.script for output in one.confirmed.transaction.outputs}
    for txid, seen in witness.seen.items():
        if seen.transaction.is_coinbase:
            if pools & set(case.pools.of(seen)):
                wanted.add(txid)
        elif any(output.script in payees for output in seen.transaction.outputs):
            wanted.add(txid)
    return [witness.seen[txid] for txid in sorted(wanted)]


def _first_height(history: EvidentHistory, found: Found, case: IncomeCase) -> int | None:
    """The height from which headers tell the difficulty of the work."""
    by_pool: dict[str, list[Receipt]] = {}
    for one in found.receipts:
        if one.is_income:
            by_pool.setdefault(f"{one.wallet.script.hex()} {pool_name(one)}", []).append(one)
    start = earliest_work(by_pool, case)
    if start is None:
        return None
    heights = [
        height
        for height, raw in history.headers()
        if height >= 0 and int.from_bytes(raw[68:72], "little") <= start
    ]
    return max(heights, default=0)


def _kept(case: IncomeCase, chosen: Collection[Confirmed], gathered: Gathered) -> IncomeCase:
    """The case as its dossier will read it: lists cut down to what its transactions touch."""
    scripts = {wallet.script for wallet in case.wallets}
    for one in (*chosen, *_confirmed(gathered)):
        scripts |= {output.script for output in one.transaction.outputs}
        spent = (spent_script(claim, case.network) for claim in one.transaction.inputs)
        scripts |= {script for script in spent if script is not None}
    pools, labels = pools_bytes(case.pools, scripts), labels_bytes(case.labels, scripts)
    files = {**case.files, POOLS: pools, LABELS: labels}
    return replace(
        case, pools=pools_from(pools), labels=labels_from(labels), files=dict(sorted(files.items()))
    )
