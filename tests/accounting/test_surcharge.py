"""The surcharge: goldens of the reference, provincial proration, starts, and what is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.accounting import BillingCycle, CannotReckon, surcharge_due
from gridcanary.packs import load
from gridcanary.packs.schema.money import PriceRule
from tests.accounting.rules import china, day


def cycle(
    first: str, last: str, kwh: int | str, mining: int | str | None = None, part: Any = None
) -> BillingCycle:
    return BillingCycle(
        day(first),
        day(last),
        Decimal(kwh),
        None if mining is None else Decimal(mining),
        None if part is None else Decimal(part),
    )


def changed(code: str, **fields: Any) -> PriceRule:
    return china().prices[code].model_copy(update=fields)


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        pytest.param("national_floor", "300000.00", id="1 GWh at the national floor: 0.30 m"),
        pytest.param("sichuan", "2000000.00", id="1 GWh at 2 yuan: 2.0 m"),
        pytest.param("zhejiang", "500000.00", id="1 GWh in Zhejiang"),
        pytest.param("hainan", "800000.00", id="1 GWh in Hainan"),
        pytest.param("neimenggu", "1000000.00", id="1 GWh in Inner Mongolia"),
    ],
)
def test_one_gigawatt_hour(code: str, amount: str) -> None:
    found = surcharge_due(
        china().prices[code],
        [cycle("2026-03-01", "2026-03-31", 1_000_000, 1_000_000)],
        mining_from=day("2026-03-01"),
        mining_to=day("2026-03-31"),
        listed=day("2026-03-01"),
    )
    assert (found.amount, found.unit) == (Decimal(amount), "CNY")
    assert found.verified is (code == "national_floor")


def test_sichuan_charges_a_part_of_a_cycle_by_the_daily_average_of_the_whole_account() -> None:
    found = surcharge_due(
        china().prices["sichuan"],
        [cycle("2026-03-01", "2026-03-31", 31_000, 9_000), cycle("2026-04-01", "2026-04-30", 60_000, 9_000)],
        mining_from=day("2026-03-22"),
        mining_to=day("2026-04-12"),
    )
    assert found.value("surcharge.days") == 22
    assert found.value("surcharge.cycle_daily_average") == 10 * 1_000 + 12 * 2_000
    assert found.amount == Decimal("68000.00")


def test_zhejiang_charges_everything_where_use_is_mixed() -> None:
    found = surcharge_due(
        china().prices["zhejiang"],
        [cycle("2026-03-01", "2026-03-31", 10_000, 100)],
        mining_from=day("2026-01-01"),
        mining_to=day("2026-03-31"),
        listed=day("2026-03-01"),
    )
    assert found.amount == Decimal("5000.00")


def test_the_national_floor_charges_mining_alone() -> None:
    found = surcharge_due(
        china().prices["national_floor"],
        [cycle("2026-03-01", "2026-03-31", 10_000, 100)],
        mining_from=day("2026-01-01"),
        mining_to=day("2026-03-31"),
    )
    assert found.amount == Decimal("30.00")


STARTS = [
    pytest.param(
        {"start": "mining_start", "not_before": "issue"}, "2026-03-05", id="from the start of mining"
    ),
    pytest.param({"start": "mining_start", "not_before": "notice"}, "2026-03-11", id="not before the notice"),
    pytest.param({"start": "notice", "not_before": None}, "2026-03-11", id="from the notice"),
    pytest.param({"start": "listing", "not_before": "listing"}, "2026-03-08", id="from the listing"),
    pytest.param(
        {"start": "mining_start", "not_before": None, "notice_required": True}, "2026-03-11", id="told first"
    ),
    pytest.param({"valid_from": day("2026-03-20")}, "2026-03-20", id="not before the rule was issued"),
]


@pytest.mark.parametrize(("fields", "first"), STARTS)
def test_from_when_it_is_charged(fields: dict[str, Any], first: str) -> None:
    found = surcharge_due(
        changed("sichuan", **fields),
        [cycle("2026-03-01", "2026-03-31", 31_000)],
        mining_from=day("2026-03-05"),
        mining_to=day("2026-03-31"),
        notified=day("2026-03-11"),
        listed=day("2026-03-08"),
    )
    assert found.lines[0].inputs["first"] == day(first)
    assert found.value("surcharge.days") == (day("2026-03-31") - day(first)).days + 1


def test_nothing_is_charged_where_mining_ended_before_the_notice_or_after_the_rule() -> None:
    told_late = surcharge_due(
        changed("sichuan", start="notice", not_before="notice"),
        [cycle("2026-03-01", "2026-03-31", 31_000)],
        mining_from=day("2026-03-01"),
        mining_to=day("2026-03-10"),
        notified=day("2026-03-11"),
    )
    assert (told_late.amount, told_late.lines[0].code) == (Decimal(0), "surcharge.no_days")
    expired = surcharge_due(
        china().prices["sichuan"],
        [cycle("2027-06-01", "2027-06-30", 30_000)],
        mining_from=day("2027-06-01"),
        mining_to=day("2027-06-30"),
    )
    assert expired.amount == 0


REFUSED = [
    pytest.param({"rule": {"draft": True}}, "rule: found a draft", id="a draft"),
    pytest.param({"rule": {"notice_required": True}}, "notified: found nothing", id="nobody was told"),
    pytest.param({"rule": {"start": "listing"}}, "listing: found nothing", id="not on the list"),
    pytest.param({"mining_to": "2026-02-01"}, "mining_to: found 2026-02-01", id="ends before it begins"),
    pytest.param({"rule": {"scope": "mining_only"}}, "mining_kwh: found nothing", id="mining unknown"),
    pytest.param({"rule": {"proration": "metered"}}, "the use on the 10 charged days", id="no reading"),
    pytest.param(
        {"rule": {"proration": "metered"}, "cycles": [cycle("2026-03-01", "2026-03-31", 100, None, 101)]},
        "part_kwh: found 101, needed is at most the 100 kWh",
        id="a part larger than the cycle",
    ),
    pytest.param(
        {"rule": {"scope": "mining_only"}, "cycles": [cycle("2026-03-01", "2026-03-31", 100, 101)]},
        "mining_kwh: found 101, needed is at most the 100 kWh",
        id="mining larger than the account",
    ),
    pytest.param(
        {"cycles": [cycle("2026-03-01", "2026-03-31", 1), cycle("2026-03-31", "2026-04-30", 1)]},
        "first_day: found 2026-03-31, needed is a day after 2026-03-31",
        id="cycles that overlap",
    ),
    pytest.param(
        {"cycles": [cycle("2026-03-31", "2026-03-01", 1)]}, "last_day", id="a cycle that runs backwards"
    ),
    pytest.param({"cycles": [cycle("2026-03-01", "2026-03-31", -1)]}, "kwh: found -1", id="negative energy"),
]


@pytest.mark.parametrize(("wrong", "told"), REFUSED)
def test_what_cannot_be_reckoned_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(CannotReckon, match=told):
        surcharge_due(
            changed("sichuan", **wrong.get("rule", {})),
            wrong.get("cycles", [cycle("2026-03-01", "2026-03-31", 31_000)]),
            mining_from=day("2026-03-22"),
            mining_to=day(wrong.get("mining_to", "2026-03-31")),
        )


def test_the_draft_of_shandong_is_never_charged() -> None:
    rule = load("cn_sd").prices["shandong_draft"]
    assert not rule.in_force(day("2026-03-01"))
    with pytest.raises(CannotReckon, match="draft"):
        surcharge_due(rule, [], mining_from=day("2026-03-01"), mining_to=day("2026-03-02"))


@settings(deadline=None)  # the first example loads a pack
@given(st.integers(0, 10**9), st.integers(0, 30), st.integers(0, 30))
def test_the_parts_of_a_cycle_never_cost_more_than_the_cycle(centi_kwh: int, one: int, other: int) -> None:
    first, last = sorted((one, other))
    whole = BillingCycle(day("2026-03-01"), day("2026-03-31"), Decimal(centi_kwh) / 100)

    def due(begin: int, end: int) -> Decimal:
        start = day("2026-03-01")
        return surcharge_due(
            china().prices["sichuan"],
            [whole],
            mining_from=start + dt.timedelta(days=begin),
            mining_to=start + dt.timedelta(days=end),
        ).amount

    assert Decimal(0) <= due(first, last) <= due(0, 30) + Decimal("0.02")


def test_it_explains_itself_in_both_languages() -> None:
    found = surcharge_due(
        china().prices["sichuan"],
        [cycle("2026-03-01", "2026-03-31", 31_000)],
        mining_from=day("2026-03-22"),
        mining_to=day("2026-03-31"),
    )
    cited = "（四川省虚拟货币“挖矿”差别电价通知（川发改价格规〔2022〕186号） 加价标准〔未核实〕）"
    assert found.text("zh", cite=lambda citation: china().cite(citation, "zh")) == [
        f"计收期 2026-03-22 至 2026-03-31，共 10 天（不早于 2022-04-01）{cited}",
        f"账期 2026-03-01 至 2026-03-31：31,000 千瓦时 ÷ 31 天 × 10 天 ＝ 10,000.00 千瓦时{cited}",
        f"加价电费：10,000.00 千瓦时 × 2.00 ＝ 20,000.00 CNY{cited}",
        "加价电费合计：20,000.00 CNY",
    ]
    assert found.text("en")[1] == (
        "Billing cycle 2026-03-01 to 2026-03-31: 31,000 kWh / 31 days x 10 days = 10,000.00 kWh "
        "(sichuan_price 加价标准, unverified)"
    )
