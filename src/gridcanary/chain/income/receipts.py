"""Everything that the case's wallets received, sorted: from pools, mined themselves, unsure, from others, their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridcanary.chain.addresses import shown_script
from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed, History, Place
from gridcanary.chain.income.case import IncomeCase, WatchedWallet
from gridcanary.chain.payouts import PAYING, Edge, PayoutLine, PoolLedger, Rule, follow_pools
from gridcanary.chain.payouts import Kind as PayoutKind
from gridcanary.chain.spenders import is_hashed, spent_script
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.reasons import Reason

SETTLED_CONFIRMATIONS = 6
"""Confirmations below which a receipt is provisional."""

_MOST_PAYERS = 3

LISTED_PAYER = "listed_payer"
"""Kind of a payment out of a pool's listed address that can't be followed back to a block at hand."""

LISTED_SURE, LISTED_UNSURE = 85, 40
"""Confidence that such a payment is mining income [per cent]: all coins are the pool's and it pays several, or not.

Below that of a payment that was followed from its block, since a list is all that names the payer.
"""


class Standing(StrEnum):
    """What a receipt is."""

    POOL = "pool"
    """Mining income from one pool."""
    UNRESOLVED = "unresolved"
    """Mining income, but several pools may have paid it; nobody is preferred."""
    BLOCK_REWARD = "block_reward"
    """A block's own reward: the wallet found it, or took it for whoever did."""
    UNSURE = "unsure"
    """Out of a pool's wallet, but not clearly mining income; listed, not counted."""
    OTHER = "other"
    """From somebody who is no known pool; listed with the payer, not counted."""
    OWN = "own"
    """Change, or a move between the wallets of the case; no income."""


INCOME = frozenset({Standing.POOL, Standing.UNRESOLVED, Standing.BLOCK_REWARD})
"""What counts as mining income."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One output that pays a wallet of the case.

    Args:
        wallet: who received.
        place, outpoint, satoshi: where it stands, and how much.
        standing: what it is.
        pools: names of the pools that may have paid.
        by_address, by_tag: what the coinbase at the start of the surest way says by its address and by its tag.
        kind: of the paying transaction, as followed from the pool; empty where it isn't a pool's.
        confidence: that it is mining income [per cent].
        reasons: why.
        payers: labels or addresses of who paid, where that is no pool; empty where nothing tells.
        path: the surest way back to a coinbase, the nearest edge first.
        root: txid of the coinbase at its start, None where the way ends early.
        provisional: whether fewer than six blocks confirm it.
    """

    wallet: WatchedWallet
    place: Place
    outpoint: Outpoint
    satoshi: int
    standing: Standing
    pools: tuple[str, ...] = ()
    by_address: tuple[str, ...] = ()
    by_tag: tuple[str, ...] = ()
    kind: str = ""
    confidence: int = 0
    reasons: tuple[Reason, ...] = ()
    payers: tuple[str, ...] = ()
    path: tuple[Edge, ...] = ()
    root: bytes | None = None
    provisional: bool = False

    @property
    def is_income(self) -> bool:
        """Whether it counts as mining income."""
        return self.standing in INCOME


@dataclass(frozen=True, slots=True)
class Found:
    """The receipts of a case, and what was followed to find them.

    Args:
        receipts: by wallet in the order of the list, then in the order of the chain.
        ledger: the pools' wallets.
        touching: every transaction that pays a wallet of the case.
    """

    receipts: tuple[Receipt, ...]
    ledger: PoolLedger
    touching: tuple[Confirmed, ...]


def find_receipts(history: History, case: IncomeCase) -> Found:
    """Everything that the wallets of a case received.

    Args:
        history: the best chain; gone through once for the wallets and several times for the pools.
        case: the wallets, and what is known of pools and services.
    """
    scripts = case.scripts
    touching = tuple(history.touching(scripts.keys(), ()))

    def service_of(script: bytes) -> str | None:
        if script in scripts:
            return scripts[script].shown
        service = case.labels.get(script)
        return (
            service.name
            if service is not None and service.category != "miner" and service.ends_trace
            else None
        )

    ledger = follow_pools(
        history, case.pools.of, listed=case.pools.listed, service_of=service_of, rules=case.rules
    )
    sorter = _Sorter(case, history, ledger, touching)
    receipts = [receipt for one in touching for receipt in sorter.receipts_in(one)]
    order = {wallet.script: at for at, wallet in enumerate(case.wallets)}
    receipts.sort(key=lambda one: (order[one.wallet.script], one.place, one.outpoint.vout))
    return Found(tuple(receipts), ledger, touching)


class _Sorter:
    """Sorts outputs to the wallets by what was followed."""

    def __init__(
        self, case: IncomeCase, history: History, ledger: PoolLedger, touching: Collection[Confirmed]
    ) -> None:
        self._case, self._ledger = case, ledger
        self._scripts = case.scripts
        self._tip = history.tip.height
        self._coinbases = {one.transaction.txid: one for one in history.coinbases()}
        self._lines: Mapping[Outpoint, PayoutLine] = {
            line.outpoint: line for line in ledger.lines_to(self._scripts)
        }
        self._own = {
            Outpoint(one.transaction.txid, vout)
            for one in touching
            for vout, output in enumerate(one.transaction.outputs)
            if output.script in self._scripts
        }

    def receipts_in(self, one: Confirmed) -> list[Receipt]:
        """The receipts in a transaction."""
        return [
            self._receipt(one, vout)
            for vout, output in enumerate(one.transaction.outputs)
            if output.script in self._scripts and output.value
        ]

    def _receipt(self, one: Confirmed, vout: int) -> Receipt:
        outpoint = Outpoint(one.transaction.txid, vout)
        output = one.transaction.outputs[vout]
        provisional = one.place.height >= 0 and self._tip - one.place.height + 1 < SETTLED_CONFIRMATIONS
        plain = Receipt(
            self._scripts[output.script],
            one.place,
            outpoint,
            output.value,
            Standing.OTHER,
            provisional=provisional,
        )
        own = sum(claim.previous in self._own for claim in one.transaction.inputs)
        if own:
            reason = Reason("income.own", {"own_inputs": own, "inputs": len(one.transaction.inputs)})
            return _with(plain, standing=Standing.OWN, reasons=(reason,), confidence=0)
        if one.transaction.is_coinbase and outpoint not in self._lines:
            return self._block_reward(plain, one)
        if outpoint in self._lines:
            return self._from_pool(plain, one, self._lines[outpoint])
        if outpoint in self._ledger.edges:
            edge = self._ledger.edges[outpoint]
            reason = Reason("income.taken_for_pool", {"rule": str(edge.rule)})
            return _with(
                plain, standing=Standing.UNSURE, pools=edge.pools, reasons=(reason, edge.reason), path=(edge,)
            )
        return self._from_listed(plain, one)

    def _block_reward(self, plain: Receipt, one: Confirmed) -> Receipt:
        """A coinbase that pays the wallet as the one who found the block."""
        finder = self._case.pools.finder(one)
        edge = self._ledger.edges.get(plain.outpoint)
        return _with(
            plain,
            standing=Standing.BLOCK_REWARD,
            pools=self._case.pools.of(one),
            by_address=finder.by_address,
            by_tag=finder.by_tag,
            kind=str(PayoutKind.FOUND_BLOCK),
            confidence=edge.confidence if edge else 99,
            reasons=(Reason("income.block_reward"),),
            root=one.transaction.txid,
        )

    def _from_pool(self, plain: Receipt, one: Confirmed, line: PayoutLine) -> Receipt:
        path = tuple(self._ledger.path(line))
        root = self._root(one, path)
        coinbase = self._coinbases.get(root) if root is not None else None
        finder = self._case.pools.finder(coinbase) if coinbase is not None else None
        sure = line.kind in PAYING and line.confidence >= self._ledger.least_confidence
        standing = Standing.UNSURE if not sure else _standing(line)
        return _with(
            plain,
            standing=standing,
            pools=line.pools,
            by_address=finder.by_address if finder else (),
            by_tag=finder.by_tag if finder else (),
            kind=str(line.kind),
            confidence=line.confidence,
            reasons=line.reasons,
            path=path,
            root=root,
        )

    def _from_listed(self, plain: Receipt, one: Confirmed) -> Receipt:
        """Paid out of an address that lists give to a pool, though its coins come from before the blocks at hand."""
        spent = [spent_script(claim, self._case.network) for claim in one.transaction.inputs]
        owners = [self._case.pools.book.scripts.get(script, ()) for script in spent if script is not None]
        pools = tuple(dict.fromkeys(name for names in owners for name in names))
        if not pools or coinjoin_of(one.transaction) is not None:
            return _with(plain, payers=self._payers(one), reasons=(Reason("income.no_pool"),))
        of_pools = sum(bool(names) for names in owners)
        whole = of_pools == len(spent)
        hashed = all(claim.spent is not None or is_hashed(claim) for claim in one.transaction.inputs)
        sure = whole and hashed and len(one.transaction.outputs) >= self._case.rules.least_recipients
        counted = Standing.POOL if len(pools) == 1 else Standing.UNRESOLVED
        reasons = [Reason("income.listed_payer", {"listed_inputs": of_pools, "inputs": len(spent)})]
        if not hashed:
            reasons.append(Reason("income.shown_by_witness"))
        return _with(
            plain,
            standing=counted if sure else Standing.UNSURE,
            pools=pools,
            by_address=pools,
            kind=LISTED_PAYER,
            confidence=LISTED_SURE if sure else LISTED_UNSURE,
            reasons=tuple(reasons),
            payers=self._payers(one),
        )

    @staticmethod
    def _root(one: Confirmed, path: tuple[Edge, ...]) -> bytes | None:
        if one.transaction.is_coinbase:
            return one.transaction.txid
        return path[-1].outpoint.txid if path and path[-1].rule is Rule.COINBASE else None

    def _payers(self, one: Confirmed) -> tuple[str, ...]:
        """Labels, else addresses, of those who put coins in; the first few."""
        payers: dict[str, None] = {}
        for claim in one.transaction.inputs:
            script = spent_script(claim, self._case.network)
            if script is not None:
                payers[self._named(script)] = None
        shown = list(payers)
        more = len(shown) - _MOST_PAYERS
        return (*shown[:_MOST_PAYERS], *([f"+{more}"] if more > 0 else []))

    def _named(self, script: bytes) -> str:
        service = self._case.labels.get(script)
        if service is not None:
            return f"{service.name} [{service.category}; {service.source}]"
        return str(shown_script(script, self._case.network))


def _standing(line: PayoutLine) -> Standing:
    if line.kind is PayoutKind.FOUND_BLOCK:
        return Standing.BLOCK_REWARD
    return Standing.POOL if line.payer is not None else Standing.UNRESOLVED


def _with(receipt: Receipt, **changes: object) -> Receipt:
    told = {name: getattr(receipt, name) for name in Receipt.__dataclass_fields__}
    return Receipt(**{**told, **changes})
