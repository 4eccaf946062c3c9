"""The tables of an income dossier: receipts, totals, sensitivity, hash rate, power, and the steps back to the pools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gridcanary.chain.addresses import shown_script
from gridcanary.chain.dossier.csv_tables import csv_bytes, utc
from gridcanary.chain.dossier.layout import json_bytes, shown
from gridcanary.chain.hashrate import Interval, significant
from gridcanary.chain.income.computing import Income
from gridcanary.chain.income.power import ImpliedPower
from gridcanary.chain.income.receipts import Receipt
from gridcanary.chain.income.totals import Sum, pool_name
from gridcanary.chain.payouts import Edge
from gridcanary.chain.valuation import coins
from gridcanary.contracts.reasons import Reason

RECEIPT_COLUMNS = (
    "wallet", "name", "owner", "time_utc", "height", "txid", "vout", "satoshi", "coins", "standing", "pool",
    "pools_by_address", "pools_by_tag", "kind", "confidence_pct", "reasons", "payers", "steps", "coinbase",
    "provisional", "price_day", "price_convention", "price", "price_currency", "price_origin", "cny_per_usd",
    "rate_day", "usd", "cny",
)  # fmt: skip


def tables(income: Income) -> dict[str, bytes]:
    """All tables by path."""
    return {
        "tables/receipts.csv": csv_bytes(RECEIPT_COLUMNS, _receipt_rows(income)),
        "tables/totals.csv": _totals(income),
        "tables/sensitivity.csv": _sensitivity(income),
        "tables/hash_rate.csv": _hash_rate(income),
        "tables/power.csv": _power(income),
        "tables/steps.csv": _steps(income),
        "tables/income.json": json_bytes(summary(income)),
    }


def summary(income: Income) -> dict[str, Any]:
    """The main figures as JSON: amounts of money as texts, satoshi as integers."""
    return {
        "network": income.case.network.name,
        "tip": {
            "height": income.tip.height,
            "block": shown(income.tip.block_hash),
            "time": utc(income.tip.time),
        },
        "convention": income.case.valuer.used_convention,
        "complete": income.found.ledger.complete,
        "total": _sum(income.sums.total),
        "pools": {pool: _sum(income.sums.by_pool[pool]) for pool in sorted(income.sums.by_pool)},
        "wallets": [_wallet(income, at) for at in range(len(income.case.wallets))],
        "not_followed": [
            {"text": one.text, "coin": one.coin, "needed": one.needed_en} for one in income.case.not_followed
        ],
    }


def _wallet(income: Income, at: int) -> dict[str, Any]:
    wallet = income.case.wallets[at]
    own = [one for one in income.found.receipts if one.wallet is wallet]
    standings: dict[str, dict[str, int]] = {}
    for one in own:
        told = standings.setdefault(str(one.standing), {"receipts": 0, "satoshi": 0})
        told["receipts"] += 1
        told["satoshi"] += one.satoshi
    return {
        "address": wallet.address,
        "name": wallet.name,
        "owner": wallet.owner,
        "source": wallet.source,
        "income": _sum(income.sums.by_wallet[wallet.script]),
        "standings": dict(sorted(standings.items())),
        "months": [
            {"month": month, "pool": pool, **_sum(total)}
            for (script, month, pool), total in sorted(income.sums.by_month_and_pool.items())
            if script == wallet.script
        ],
        "power": [_implied(one) for one in income.power.get(wallet.script, ())],
    }


def _implied(one: ImpliedPower) -> dict[str, Any]:
    return {
        "pool": one.pool,
        "month": one.month,
        "from": utc(one.period.start),
        "to": utc(one.period.end),
        "receipts": one.receipts,
        "satoshi": one.satoshi,
        "pool_blocks": one.pool_blocks,
        "terahash": _interval(one.terahash),
        "kw": _interval(one.kw),
    }


def _interval(interval: Interval | None) -> list[str] | None:
    if interval is None:
        return None
    return [significant(value) for value in (interval.low, interval.mid, interval.high)]


def _sum(total: Sum) -> dict[str, Any]:
    return {
        "receipts": total.receipts,
        "satoshi": total.satoshi,
        "coins": coins(total.satoshi),
        "usd": str(total.usd) if total.without_usd < total.receipts else None,
        "cny": str(total.cny) if total.without_cny < total.receipts else None,
        "without_usd": total.without_usd,
        "without_cny": total.without_cny,
    }


def _receipt_rows(income: Income) -> Iterator[Sequence[Any]]:
    prices = income.case.valuer.prices
    for one in income.found.receipts:
        worth = income.sums.worth(one)
        quote, rate = worth.quote, worth.rate
        yield (
            one.wallet.address, one.wallet.name, one.wallet.owner, utc(one.place.time), one.place.height,
            shown(one.outpoint.txid), one.outpoint.vout, one.satoshi, coins(one.satoshi), str(one.standing),
            pool_name(one) if one.pools else "", " | ".join(one.by_address), " | ".join(one.by_tag), one.kind,
            one.confidence, "; ".join(reason_text(reason) for reason in one.reasons), " | ".join(one.payers),
            len(one.path), shown(one.root) if one.root else "", "yes" if one.provisional else "no",
            quote.day if quote else "", quote.convention if quote else "", quote.price if quote else "",
            prices.currency if prices else "", quote.origin if quote else "", rate.rate if rate else "",
            rate.of if rate else "", worth.usd, worth.cny,
        )  # fmt: skip


def reason_text(reason: Reason) -> str:
    """A reason as code and parameters, the same in every language."""
    told = ", ".join(f"{name} {value}" for name, value in sorted(reason.params.items()))
    return f"{reason.code} ({told})" if told else reason.code


def _totals(income: Income) -> bytes:
    header = (
        "wallet", "name", "month", "pool", "receipts", "satoshi", "coins", "usd", "cny", "without_usd", "without_cny",
    )  # fmt: skip
    rows: list[Sequence[Any]] = []
    for wallet in income.case.wallets:
        for (script, month, pool), total in sorted(income.sums.by_month_and_pool.items()):
            if script == wallet.script:
                rows.append((wallet.address, wallet.name, month, pool, *_cells(total)))
        rows.append(
            (wallet.address, wallet.name, "all", "all", *_cells(income.sums.by_wallet[wallet.script]))
        )
    rows += [("all", "", "all", pool, *_cells(total)) for pool, total in sorted(income.sums.by_pool.items())]
    rows.append(("all", "", "all", "all", *_cells(income.sums.total)))
    return csv_bytes(header, rows)


def _cells(total: Sum) -> tuple[Any, ...]:
    told = _sum(total)
    return tuple(
        told[name] for name in ("receipts", "satoshi", "coins", "usd", "cny", "without_usd", "without_cny")
    )


def _sensitivity(income: Income) -> bytes:
    header = ("wallet", "convention", "used", "usd", "cny", "receipts", "without_price", "prices_come_from")
    rows = []
    wallets: list[tuple[str, bytes | None]] = [(one.address, one.script) for one in income.case.wallets]
    for address, script in [*wallets, ("all", None)]:
        for one in income.sums.sensitivity(script):
            told = _sum(one.total)
            origins = ", ".join(f"{name} {count}" for name, count in one.origins.items())
            used = "yes" if one.convention == income.case.valuer.used_convention else "no"
            rows.append(
                (address, one.convention, used, told["usd"], told["cny"], one.total.receipts,
                 one.total.without_usd, origins)
            )  # fmt: skip
    return csv_bytes(header, rows)


def _hash_rate(income: Income) -> bytes:
    header = (
        "wallet", "name", "pool", "month", "from_utc", "to_utc", "days", "receipts", "satoshi", "pool_blocks",
        "th_s_low", "th_s_mid", "th_s_high", "kw_low", "kw_mid", "kw_high",
    )  # fmt: skip
    rows = [
        (
            one.wallet.address, one.wallet.name, one.pool, one.month, utc(one.period.start), utc(one.period.end),
            one.period.days.quantize(Decimal("0.01")), one.receipts, one.satoshi, one.pool_blocks,
            *(_interval(one.terahash) or ("", "", "")), *(_interval(one.kw) or ("", "", "")),
        )
        for of in income.power.values()
        for one in of
    ]  # fmt: skip
    return csv_bytes(header, rows)


def _power(income: Income) -> bytes:
    header = (
        "wallet", "name", "machine", "joules_per_th", "as_of", "source", "verified", "kw_low", "kw_mid", "kw_high",
    )  # fmt: skip
    rows = [
        (
            one.wallet.address, one.wallet.name, machine.model, significant(joules), machine.as_of, machine.source,
            "yes" if machine.verified else "no", *(_interval(kw) or ()),
        )
        for one in income.whole_time
        for machine, joules, kw in income.classes(one)
    ]  # fmt: skip
    return csv_bytes(header, rows)


def _steps(income: Income) -> bytes:
    """Every step between a receipt and the block that its coins come from, each once."""
    header = (
        "txid", "vout", "satoshi", "address", "pool", "rule", "reason", "confidence_pct", "path_confidence_pct",
        "paid_by",
    )  # fmt: skip
    edges: Mapping[Any, Edge] = {edge.outpoint: edge for one in income.found.receipts for edge in one.path}
    return csv_bytes(header, (_step(edges[point], income) for point in sorted(edges)))


def _step(edge: Edge, income: Income) -> Sequence[Any]:
    paid_by = f"{shown(edge.sources[0].txid)}:{edge.sources[0].vout}" if edge.sources else ""
    return (
        shown(edge.outpoint.txid), edge.outpoint.vout, edge.output.value,
        str(shown_script(edge.output.script, income.case.network)), " ? ".join(edge.pools), str(edge.rule),
        reason_text(edge.reason), edge.confidence, edge.path_confidence, paid_by,
    )  # fmt: skip


def listed(income: Income, *, counted: bool) -> list[Receipt]:
    """The receipts that count as income, or those that don't."""
    return [one for one in income.found.receipts if one.is_income == counted]
