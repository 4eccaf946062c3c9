"""What the customer archive says for or against a constant load: class, trade, contract capacity.

The weights are documented judgements and no measurement (docs/lenses/power.md says on what): they hold until
outcomes of inspections replace them, and together move the log-odds by at most CAP either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridcanary.contracts.reasons import Reason

NAME = "archive_fit"
CAP = 2.0

TARIFF_WEIGHT = {
    "agricultural": 1.0,
    "clean_heating": 1.0,
    "ev_charging": 1.0,
    "residential": 0.7,
    "commercial": 0.0,
    "general_industrial": 0.0,
    "large_industrial": 0.0,
    "public_service": -0.3,
    "data_centre": -2.0,
    "other": 0.0,
}
"""Log-odds for a found constant load by tariff class: where such a load has no lawful use and the tariff is
cheap, documented cases cluster (farms, clean heating, chargers, homes)."""

COMPUTING_TRADES = ("6450", "6550", "631", "641", "642", "643")
"""GB/T 4754-2017: internet data services, data processing and storage, telecoms, internet (unverified)."""

COLD_TRADES = ("593",)
"""GB/T 4754-2017: refrigerated storage (unverified)."""

OVER_CONTRACT = 0.9
TARIFF_NAMES = {
    "residential": ("居民生活", "residential"),
    "agricultural": ("农业生产", "agricultural"),
    "clean_heating": ("清洁取暖", "clean heating"),
    "ev_charging": ("充电设施", "EV charging"),
    "commercial": ("一般工商业", "commercial"),
    "general_industrial": ("普通工业", "general industrial"),
    "large_industrial": ("大工业", "large industrial"),
    "public_service": ("公共服务", "public service"),
    "data_centre": ("数据中心", "data centre"),
    "other": ("其他", "other"),
}
SMALL_KW = {"residential": 5.0, "agricultural": 10.0, "clean_heating": 10.0, "ev_charging": 15.0}
"""Constant load [kW] above which a class is called unlikely to need it."""


def weigh(customer: Mapping[str, Any] | None, kw: float) -> tuple[float, list[Reason], list[Reason]]:
    """Log-odds of the archive for a found constant load, with reasons and innocent explanations.

    Args:
        customer: a row of CUSTOMERS; None where the meter is not in the archive.
        kw: the load found [kW].
    """
    if customer is None:
        return 0.0, [], []
    reasons: list[Reason] = []
    innocent: list[Reason] = []
    trade = customer.get("trade_code") or ""
    tariff = customer.get("tariff_class") or "other"
    weight = TARIFF_WEIGHT.get(tariff, 0.0)
    if trade.startswith(COMPUTING_TRADES):
        weight = min(weight, -1.5)
        innocent.append(Reason("archive.expected_computing", {"trade_code": trade}))
    elif tariff == "data_centre":
        innocent.append(Reason("archive.data_centre"))
    elif trade.startswith(COLD_TRADES):
        weight = min(weight, -1.0)
        innocent.append(Reason("innocent.cold_store"))
    elif tariff in SMALL_KW and kw > SMALL_KW[tariff]:
        zh, en = TARIFF_NAMES[tariff]
        reasons.append(
            Reason("archive.class_mismatch", {"tariff_zh": zh, "tariff_en": en, "kw": round(kw, 2)})
        )
    elif tariff in SMALL_KW:
        weight = 0.0
    contract = customer.get("contract_kva")
    if contract and kw > OVER_CONTRACT * contract:
        weight += 0.5
        use = {"contract_kva": round(contract, 1), "use_pct": round(100 * kw / contract)}
        reasons.append(Reason("archive.over_contract", use))
    return max(-CAP, min(CAP, weight)), reasons, innocent
