"""The money ledger: entries that stay, exact sums, who may enter what, clocks, loop, supervision."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from gridcanary.casework.loop import open_items
from gridcanary.casework.models import AppendOnly, Case, CaseClock, ClockState
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from gridcanary.enforcement.actions.money import MoneyRefused, Movement, _paid_at, claim, enter, open_item
from gridcanary.enforcement.balances import Balance, balance
from gridcanary.enforcement.calculators import late_fee_today
from gridcanary.enforcement.models import EntryKind, MoneyEntry, MoneyItem, Party
from gridcanary.enforcement.queries import balances_of, case_totals, money_totals
from tests.casework.conftest import browser
from tests.enforcement.conftest import World

pytestmark = pytest.mark.django_db


def owed(world: World, case: Case, amount: str = "1000.10", kind: str = "surcharge") -> MoneyItem:
    return open_item(world.officer, case, kind, world.utility, Decimal(amount), reason="bill 7")


def paid(item: MoneyItem) -> Balance:
    return balance(item.entries.values_list("kind", "amount"))


@pytest.fixture
def item(world: World, case: Case) -> MoneyItem:
    return owed(world, case)


def test_an_item_holds_no_amount_but_its_first_entry_does(item: MoneyItem) -> None:
    assert item.currency == "CNY"
    assert paid(item) == Balance(due=Decimal("1000.10"))
    event = Event.objects.get(kind="money.assessed")
    assert (event.body["amount"], event.body["currency"]) == ("1000.10", "CNY")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"kind": "gold"}, "no such kind", id="kind"),
        pytest.param({"rule": "theft"}, "belong", id="rule of another kind"),
        pytest.param({"amount": Decimal("0")}, "above zero", id="nothing"),
        pytest.param({"amount": Decimal("-1")}, "above zero", id="negative"),
        pytest.param({"amount": Decimal("1.001")}, "two decimal", id="third place"),
        pytest.param({"reason": " "}, "how the amount", id="no word on how"),
    ],
)
def test_what_is_not_owed_is_not_entered(
    world: World, case: Case, changes: dict[str, object], told: str
) -> None:
    facts = {"kind": "surcharge", "amount": Decimal(1), "rule": "", "reason": "bill", **changes}
    kind, amount = str(facts.pop("kind")), facts.pop("amount")
    with override("en"), pytest.raises(MoneyRefused, match=told):
        open_item(world.officer, case, kind, world.utility, amount, **facts)  # type: ignore[arg-type]
    assert not MoneyItem.objects.exists()


def test_who_is_outside_enters_nothing(world: World, case: Case, item: MoneyItem) -> None:
    payment = Movement(EntryKind.COLLECTED, Decimal(1))
    with pytest.raises(CaseRefused):
        enter(world.stranger, item, payment)
    with pytest.raises(MoneyRefused):
        open_item(world.officer, case, "surcharge", world.other_energy, Decimal(1), reason="x")


def test_a_party_of_another_case_owes_nothing_here(world: World, case: Case, foreign_case: Case) -> None:
    other = Party.objects.create(case=foreign_case, number=1, name="x", added_by=world.stranger)
    with pytest.raises(MoneyRefused):
        open_item(world.officer, case, "surcharge", world.utility, Decimal(1), reason="x", party=other)


class TestMovements:
    """What may follow an assessment."""

    def test_payments_settle_it(self, world: World, item: MoneyItem) -> None:
        enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal("1000.00"), document="receipt 1"))
        assert paid(item).outstanding == Decimal("0.10")
        enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal("0.10")))
        assert paid(item).is_settled

    def test_more_than_outstanding_is_refused_with_the_limit(self, world: World, item: MoneyItem) -> None:
        with override("en"), pytest.raises(MoneyRefused, match=r"1,000\.10 CNY"):
            enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal("1000.11")))

    def test_more_is_never_paid_back_than_was_paid(self, world: World, item: MoneyItem) -> None:
        with pytest.raises(MoneyRefused):
            enter(world.lineman, item, Movement(EntryKind.REFUNDED, Decimal("0.01"), reason="x"))

    @pytest.mark.parametrize("kind", ["adjusted", "refunded"])
    def test_it_needs_a_reason(self, world: World, item: MoneyItem, kind: str) -> None:
        with override("en"), pytest.raises(MoneyRefused, match="Say why"):
            enter(world.lineman, item, Movement(kind, Decimal(1)))

    @pytest.mark.parametrize("kind", [EntryKind.WAIVED, EntryKind.WRITTEN_OFF])
    def test_giving_up_is_for_the_approver_of_the_collector(
        self, world: World, item: MoneyItem, kind: str
    ) -> None:
        given_up = Movement(kind, Decimal(1), reason="decision 9")
        for wrong in (world.lineman, world.officer, world.head):
            with pytest.raises(CaseRefused):
                enter(wrong, item, given_up)
        assert enter(world.utility_head, item, given_up).unit == world.utility

    @pytest.mark.parametrize("kind", ["assessed", "stolen"])
    def test_nothing_else_is_a_movement(self, world: World, item: MoneyItem, kind: str) -> None:
        with pytest.raises(MoneyRefused):
            enter(world.lineman, item, Movement(kind, Decimal(1), reason="x"))

    def test_not_in_the_future(self, world: World, item: MoneyItem) -> None:
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        with pytest.raises(MoneyRefused):
            enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal(1), tomorrow))

    def test_every_movement_leaves_one_event(self, world: World, item: MoneyItem) -> None:
        enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal(1)))
        enter(world.officer, item, Movement(EntryKind.ADJUSTED, Decimal("-2.50"), reason="new reading"))
        kinds = list(Event.objects.filter(kind__startswith="money.").values_list("kind", flat=True))
        assert kinds == ["money.assessed", "money.collected", "money.adjusted"]


def test_entries_can_not_be_changed(item: MoneyItem) -> None:
    entry = item.entries.get()
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        MoneyEntry.objects.update(amount=Decimal(1))
    for statement in ("UPDATE enforcement_moneyentry SET amount = 1", "DELETE FROM enforcement_moneyentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert paid(item).due == Decimal("1000.10")


def test_sums_of_thousands_of_cents_are_exact(world: World, case: Case) -> None:
    """A tenth has no exact binary form; ten thousand of them still make a thousand."""
    item = owed(world, case, "0.10")
    MoneyEntry.objects.bulk_create(
        MoneyEntry(
            item=item, kind="adjusted", amount=Decimal("0.10"), on=timezone.localdate(), unit=world.utility,
            entered_by=world.officer,
        )
        for _ in range(9_999)
    )  # fmt: skip
    (total,) = money_totals(Case.objects.filter(pk=case.pk))
    assert total.balance.due == Decimal("1000.00")


class TestClocks:
    """Serving the claim starts the time for paying; full payment ends it."""

    @pytest.fixture
    def fine(self, world: World, case: Case) -> MoneyItem:
        return owed(world, case, "20000.00", "fine")

    def test_the_time_begins_with_the_service(self, world: World, fine: MoneyItem) -> None:
        served = timezone.now() - dt.timedelta(days=2)
        claim(world.officer, fine, served)
        clock = CaseClock.objects.get(subject=fine.subject)
        assert (clock.code, clock.started_at, clock.state) == ("penalty_payment", served, ClockState.RUNNING)
        with pytest.raises(MoneyRefused):
            claim(world.officer, fine, served)

    def test_only_full_payment_ends_it(self, world: World, fine: MoneyItem) -> None:
        claim(world.officer, fine, timezone.now() - dt.timedelta(days=2))
        enter(world.officer, fine, Movement(EntryKind.COLLECTED, Decimal("19999.99")))
        assert CaseClock.objects.get(subject=fine.subject).state == ClockState.RUNNING
        enter(world.officer, fine, Movement(EntryKind.COLLECTED, Decimal("0.01")))
        assert CaseClock.objects.get(subject=fine.subject).state == ClockState.STOPPED

    def test_payment_of_one_amount_leaves_the_clock_of_another(
        self, world: World, case: Case, fine: MoneyItem
    ) -> None:
        claim(world.officer, fine, timezone.now() - dt.timedelta(days=2))
        other = owed(world, case, "5.00")
        enter(world.officer, other, Movement(EntryKind.COLLECTED, Decimal("5.00")))
        assert CaseClock.objects.get(subject=fine.subject).state == ClockState.RUNNING

    def test_not_in_the_future(self, world: World, fine: MoneyItem) -> None:
        with pytest.raises(MoneyRefused):
            claim(world.officer, fine, timezone.now() + dt.timedelta(hours=1))

    def test_a_late_fine_shows_the_addition_and_enters_nothing(
        self, world: World, case: Case, fine: MoneyItem
    ) -> None:
        assert late_fee_today(case, fine, paid(fine)) is None
        claim(world.officer, fine, timezone.now() - dt.timedelta(days=100))
        found = late_fee_today(case, fine, paid(fine))
        assert found is not None
        assert found.reckoned.amount == Decimal("20000.00")  # three per cent a day, held at the fine itself
        assert (found.kind, found.rule) == ("late_fee", "late_fee")
        page = browser(world.officer).get(f"/cases/{case.number}/money/{fine.pk}/").content.decode()
        assert "never entered by itself" in page
        assert paid(fine).due == Decimal("20000.00")

    def test_a_surcharge_has_no_such_addition(self, world: World, case: Case, item: MoneyItem) -> None:
        assert late_fee_today(case, item, paid(item)) is None


def test_money_that_is_open_keeps_the_loop_open(world: World, case: Case, item: MoneyItem) -> None:
    with override("en"):
        (open_item_,) = [one for one in open_items(case) if one.kind == "money"]
        assert (open_item_.ref, open_item_.unit_id) == ("surcharge", world.utility.pk)
        assert "1,000.10 CNY outstanding" in open_item_.text
    enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal("1000.10")))
    assert not [one for one in open_items(case) if one.kind == "money"]
    with override("en"):
        enter(world.officer, item, Movement(EntryKind.ADJUSTED, Decimal("-0.10"), reason="reading"))
        assert ["to pay back" in one.text for one in open_items(case) if one.kind == "money"] == [True]


def test_totals_by_department_and_kind(world: World, case: Case, foreign_case: Case) -> None:
    first, second = owed(world, case, "100.00"), owed(world, case, "50.00")
    fine = owed(world, case, "7.00", "fine")
    foreign = open_item(
        world.stranger, foreign_case, "surcharge", world.other_energy, Decimal("9.00"), reason="x"
    )
    enter(world.lineman, first, Movement(EntryKind.COLLECTED, Decimal("30.00")))
    enter(world.utility_head, second, Movement(EntryKind.WRITTEN_OFF, Decimal("50.00"), reason="bankrupt"))
    rows = {
        (one.unit_id, one.kind): one.balance for one in money_totals(Case.objects.visible_to(world.officer))
    }
    assert rows == {
        (world.utility.pk, "surcharge"): Balance(
            Decimal("150.00"), Decimal("30.00"), written_off=Decimal("50.00")
        ),
        (world.utility.pk, "fine"): Balance(due=Decimal("7.00")),
    }
    assert case_totals(case)[""].outstanding == Decimal("77.00")
    assert balances_of(MoneyItem.objects.filter(pk=fine.pk)) == {fine.pk: Balance(due=Decimal("7.00"))}
    assert paid(foreign).due == Decimal("9.00")


@pytest.mark.django_db(transaction=True)
def test_two_people_can_not_collect_the_same_money(world: World, case: Case, item: MoneyItem) -> None:
    """Eight payments of 300 at once against 1000.10: three fit, whatever the order."""
    outcomes: list[str] = []

    def pay() -> None:
        try:
            enter(world.lineman, item, Movement(EntryKind.COLLECTED, Decimal("300.00")))
            outcomes.append("entered")
        except MoneyRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["entered"] * 3 + ["refused"] * 5
    assert paid(item).outstanding == Decimal("100.10")


@pytest.mark.parametrize("hour", [0, 11, 13, 23])
def test_a_payment_on_the_day_of_the_claim_comes_after_it(hour: int) -> None:
    day = dt.date(2026, 3, 2)
    claimed = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 30)))
    assert _paid_at(day, claimed) >= claimed
    assert timezone.localtime(_paid_at(day, claimed)).date() == day
    assert timezone.localtime(_paid_at(day, claimed - dt.timedelta(days=1))).hour == 12
    assert timezone.localtime(_paid_at(day, None)).hour == 12
