"""The report of an income dossier in zh-CN and en: HTML without scripts, which reads and prints anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined

from gridcanary.chain.dossier.basis import Basis
from gridcanary.chain.dossier.csv_tables import utc
from gridcanary.chain.dossier.layout import shown
from gridcanary.chain.explain import phrases, render
from gridcanary.chain.hashrate import significant
from gridcanary.chain.income.case import PRICES, RATES
from gridcanary.chain.income.computing import Income
from gridcanary.chain.income.measured_errors import measured_errors
from gridcanary.chain.income.receipts import Receipt
from gridcanary.chain.income.settings import unusual
from gridcanary.chain.income.tables import listed, reason_text, summary
from gridcanary.chain.income.totals import pool_name
from gridcanary.chain.valuation import coins
from gridcanary.contracts.reasons import Reason

LANGUAGES = {"zh": "zh-CN", "en": "en"}
LEAST_PLAIN = Decimal("0.000001")
"""Numbers below are written with an exponent."""

MOST_ROWS = 300
"""Receipts that a report lists; the CSV holds all."""


def reports(income: Income, basis: Basis) -> dict[str, bytes]:
    """A report for each language by path."""
    template = _environment().from_string(_resource("report.html.j2"))
    return {
        f"report.{tag}.html": template.render(_Content(income, basis, lang).told()).encode()
        for lang, tag in LANGUAGES.items()
    }


class _Content:
    """What one language's report shows."""

    def __init__(self, income: Income, basis: Basis, lang: str) -> None:
        self._income, self._basis, self._lang = income, basis, lang
        self._texts = {name: texts[lang] for name, texts in _texts().items()}

    def told(self) -> dict[str, Any]:
        """Everything that the template asks for."""
        income, texts, case = self._income, self._texts, self._income.case
        main = summary(income)
        counted, others = listed(income, counted=True), listed(income, counted=False)
        convention = case.valuer.used_convention
        unvalued = max(income.sums.total.without_usd, income.sums.total.without_cny)
        tip = income.tip
        errors = measured_errors(self._basis.sources)
        return {
            "t": texts,
            "lang_tag": LANGUAGES[self._lang],
            "network": case.network.name,
            "coin": case.network.coin,
            "version": self._basis.version,
            "tip": texts["tip_told"].format(
                height=tip.height, block=shown(tip.block_hash), time=utc(tip.time)
            ),
            "convention": texts[f"convention_{convention}"] if convention else "",
            "prices": case.table_told(PRICES),
            "rates": case.table_told(RATES),
            "unusual": [
                (texts[f"setting_{name}"], *values) for name, *values in unusual(case.assumptions, case.rules)
            ],
            "complete": main["complete"],
            "wallets": main["wallets"],
            "total": main["total"],
            "pools": main["pools"],
            "unvalued": texts["unvalued"].format(count=unvalued) if case.valuer.prices and unvalued else "",
            "months_zone": texts["months_zone"].format(zone=case.time_zone),
            "sensitivity": list(self._sensitivity()),
            "power_note": self._power_note(),
            "classes": list(self._classes()),
            "receipts": [self._receipt(one) for one in counted[:MOST_ROWS]],
            "receipts_more": self._more(counted),
            "others": [self._receipt(one) for one in others[:MOST_ROWS]],
            "others_more": self._more(others),
            "rules": list(self._rules()),
            "errors": errors,
            "scenarios": [self._scenario(one) for one in errors.scenarios] if errors else [],
            "errors_note": texts["errors_note"].format(
                chains=errors.chains, date=errors.date, command=errors.command
            )
            if errors
            else "",
            "scanned": [
                (self._texts.get(f"scanned_{name}", name), self._scanned(told))
                for name, told in self._basis.scanned.items()
            ],
            "not_followed": [
                {
                    "text": one.text,
                    "coin": one.coin,
                    "needed": one.needed_zh if self._lang == "zh" else one.needed_en,
                }
                for one in case.not_followed
            ],
            "files": list(self._files()),
        }

    def _more(self, receipts: Sequence[Receipt]) -> str:
        if len(receipts) <= MOST_ROWS:
            return ""
        return self._texts["more"].format(shown=MOST_ROWS, count=len(receipts), file="tables/receipts.csv")

    def _receipt(self, one: Receipt) -> dict[str, Any]:
        worth = self._income.sums.worth(one)
        quote, rate, prices = worth.quote, worth.rate, self._income.case.valuer.prices
        price = f"{quote.price} {prices.currency} ({quote.day})" if quote and quote.price and prices else ""
        if quote and quote.origin not in ("own", "missing"):
            price += f", {self._texts[f'origin_{quote.origin}']}"
        return {
            "wallet": one.wallet.shown,
            "time": utc(one.place.time),
            "pool": pool_name(one),
            "by_address": ", ".join(one.by_address),
            "by_tag": ", ".join(one.by_tag),
            "txid": f"{shown(one.outpoint.txid)}:{one.outpoint.vout}",
            "coins": coins(one.satoshi),
            "standing": self._texts[f"standing_{one.standing}"],
            "payers": ", ".join(one.payers),
            "reasons": "; ".join(self._sentence(reason) for reason in one.reasons),
            "price": price,
            "rate": f"{rate.rate} ({rate.of})" if rate else "",
            "usd": worth.usd,
            "cny": worth.cny,
            "confidence": one.confidence,
            "provisional": one.provisional,
        }

    def _sentence(self, reason: Reason) -> str:
        """The reason in the report's language; its code where no phrase has been written for it."""
        if reason.code not in phrases():
            return reason_text(reason)
        return render(reason, self._lang)

    def _sensitivity(self) -> Iterator[dict[str, Any]]:
        used = self._income.case.valuer.used_convention
        for one in self._income.sums.sensitivity():
            told = ", ".join(
                f"{self._texts[f'origin_{origin}']} {count}" for origin, count in one.origins.items()
            )
            valued = one.total.receipts - one.total.without_usd
            yield {
                "name": self._texts[f"convention_{one.convention}"],
                "used": one.convention == used,
                "usd": one.total.usd if valued else None,
                "cny": one.total.cny if one.total.without_cny < one.total.receipts else None,
                "origins": told,
            }

    def _power_note(self) -> str:
        assumed = self._income.case.assumptions
        return self._texts["power_note"].format(
            lag="–".join(str(one) for one in assumed.lag_days),
            fee="–".join(f"{significant(one * 100)} %" for one in assumed.pool_fee),
            fees="–".join(f"{significant(one * 100)} %" for one in assumed.fees_handed_on),
            overhead="–".join(f"{significant((one - 1) * 100)} %" for one in assumed.overhead),
        )

    def _classes(self) -> Iterator[dict[str, Any]]:
        for one in self._income.whole_time:
            for machine, joules, kw in self._income.classes(one):
                yield {
                    "wallet": one.wallet.shown,
                    "model": machine.model,
                    "joules": significant(joules),
                    "kw": [significant(value) for value in (kw.low, kw.mid, kw.high)],
                    "source": f"{machine.source}, {machine.as_of}",
                    "verified": machine.verified,
                }

    def _rules(self) -> Iterator[dict[str, Any]]:
        """How often each rule stands between a receipt and its block, and its least confidence."""
        steps = {edge.outpoint: edge for one in self._income.found.receipts for edge in one.path}
        by_rule: dict[str, list[int]] = {}
        for edge in steps.values():
            by_rule.setdefault(str(edge.rule), []).append(edge.confidence)
        for rule, confidences in sorted(by_rule.items()):
            name = self._texts.get(f"rule_{rule}", rule)
            yield {"name": f"{name} ({rule})", "steps": len(confidences), "least": min(confidences)}

    def _scanned(self, told: Any) -> str:
        """A figure of the scan in words: ranges of heights as from–to."""
        if isinstance(told, bool):
            return self._texts["yes" if told else "no"]
        if isinstance(told, list):
            return (
                "; ".join("–".join(map(str, one)) if isinstance(one, list) else str(one) for one in told)
                or "–"
            )
        return str(told)

    def _scenario(self, told: Sequence[str]) -> list[str]:
        """A scenario's row: its title in the report's language, then its rates."""
        name, title, *rates = told
        return [self._texts.get(f"truth_{name}", title), *rates]

    def _files(self) -> Iterator[dict[str, Any]]:
        for path, content in sorted(self._basis.sources.items()):
            named = self._income.case.names.get(path)
            name = f"{path} ({named})" if named else path
            yield {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "copied": True}
        for one in self._basis.references:
            yield {"name": one.name, "sha256": one.sha256, "copied": False}


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: Mapping[str, Mapping[str, str]] = yaml.safe_load(_resource("report_texts.yaml"))
    return texts


def _resource(name: str) -> str:
    return resources.files("gridcanary.chain.income").joinpath(name).read_text("utf-8")


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["grouped"] = _grouped
    environment.filters["brief"] = _brief
    return environment


def _grouped(amount: str | Decimal | None) -> str:
    """Money with commas between thousands; a dash where there is none."""
    return "–" if amount is None else f"{Decimal(amount):,}"


def _brief(values: Sequence[str] | None) -> str:
    """Low, middle and high; next to nothing, as on test networks, with an exponent."""
    told = [Decimal(one) for one in values or ()]
    return " / ".join(f"{one:.3e}" if 0 < one < LEAST_PLAIN else f"{one:f}" for one in told) or "–"
