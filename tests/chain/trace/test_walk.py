from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.trace.custody import Role
from gridcanary.chain.trace.flow import by_end
from gridcanary.chain.trace.limits import BadLimit, Limits
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.services import UNRESOLVED, MappingBook, Service
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.chain.trace.tracing import Trace, trace
from gridcanary.chain.transactions import Outpoint
from tests.chain.trace.ledger import Ledger, book, script

EXACT = [name for name in TAINT_RULES if name != "poison"]
NOBODY = MappingBook({})


def followed(ledger: Ledger, labels: MappingBook = NOBODY, **limits: object) -> Trace:
    """The trace of what ``miner`` received."""
    history = ledger.history()
    return trace(history, receipts(history, {script("miner"): 0}), labels, Limits(**limits))


def ends(found: Trace, rule: str = "fifo") -> dict[str, int]:
    return {str(kind): satoshi for kind, satoshi in by_end(found.collection, found.flows[rule]).items()}


def test_a_straight_way_to_an_exchange() -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=1000)
    paid, _ = ledger.pay([coin], ("hot", 600), ("miner", 390))
    found = followed(ledger, book(hot="Exchange A:exchange"))
    assert ends(found) == {"service": 600, "unspent": 390, "fee": 10}
    assert found.collection.ended[paid].service == Service("Exchange A", "exchange")
    assert found.collection.outputs[paid].hop == 1


@pytest.mark.parametrize(("category", "end"), [("miner", "unspent"), ("exchange", "service")])
def test_a_wallet_that_is_labelled_itself(category: str, end: str) -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=1000)
    ledger.pay([coin], ("friend", 1000))
    assert ends(followed(ledger, book(miner=f"Somebody:{category}"))) == {end: 1000}


def test_what_a_wallet_pays_itself_is_no_receipt() -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=1000)
    ledger.pay([coin], ("miner", 990))
    history = ledger.history()
    assert [seed.output.value for seed in receipts(history, {script("miner"): 0})] == [1000]


def test_only_the_receipts_of_an_income_dossier() -> None:
    ledger = Ledger()
    (mined,), (gift,) = ledger.mint(miner=1000), ledger.mint(miner=7)
    history = ledger.history()
    assert [seed.outpoint for seed in receipts(history, {script("miner"): 0}, only=[mined])] == [mined]
    assert gift != mined


def test_a_receipt_that_the_case_s_own_coins_paid_counts_once_as_receipt() -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=1000)
    (again,) = ledger.pay([coin], ("miner", 990))
    history = ledger.history()
    seeds = receipts(history, {script("miner"): 0}, only=[coin, again])
    found = trace(history, seeds, NOBODY)
    assert ends(found) == {"receipt": 990, "unspent": 990, "fee": 10}


def test_a_payment_along_with_a_service_s_coins_is_the_service_s() -> None:
    ledger = Ledger()
    (coin,), (other,) = ledger.mint(miner=1000), ledger.mint(hot=5000)
    (deposit,) = ledger.pay([coin], ("deposit", 990))
    (store,) = ledger.pay([deposit, other], ("store", 5980))
    found = followed(ledger, book(hot="Exchange A:exchange"))
    assert ends(found) == {"service": 990, "fee": 10}
    assert found.collection.ended[deposit].confidence == 90
    stored = found.custody.owner_of_script(script("store"))
    assert stored is not None
    assert (stored.role, stored.confidence) == (Role.GATHERED, 70)
    assert store not in found.collection.outputs


def sweep(ledger: Ledger, people: dict[str, list[Outpoint]], into: str, value: int = 100) -> None:
    """All these coins into one wallet with no change, and a withdrawal out of it."""
    swept = ledger.pay([coin for coins in people.values() for coin in coins], (into, value))
    ledger.pay(swept, ("customer", 20), ("another", 30), (into, value - 60))


def deposit_ledger(*, sweeps: int, strangers: int) -> Ledger:
    """A miner whose deposit address is swept so often, together with so many other people's."""
    ledger = Ledger()
    for _ in range(sweeps):
        (coin,) = ledger.mint(miner=1000)
        mine = ledger.pay([coin], ("deposit", 900))
        others = {f"other{at}": ledger.mint(**{f"other{at}": 50}) for at in range(strangers)}
        sweep(ledger, {"mine": mine, **others}, "hot")
    return ledger


@pytest.mark.parametrize(
    ("sweeps", "strangers", "confidence"),
    [
        pytest.param(1, 0, None, id="one payment alone may be the customer's own address"),
        pytest.param(1, 1, 60, id="one sweep with one other's coins"),
        pytest.param(2, 0, 65, id="two sweeps"),
        pytest.param(1, 4, 75, id="one sweep with many others' coins"),
        pytest.param(3, 4, 95, id="many sweeps with many others' coins"),
    ],
)
def test_a_deposit_address_is_known_by_its_sweeps(
    sweeps: int, strangers: int, confidence: int | None
) -> None:
    found = followed(deposit_ledger(sweeps=sweeps, strangers=strangers), book(hot="Exchange A:exchange"))
    owner = found.custody.owner_of_script(script("deposit"))
    assert (owner.confidence if owner else None) == confidence
    hops = {found.collection.outputs[at].hop for at, ended in found.collection.ended.items() if ended.service}
    assert hops == ({1} if confidence else {2})


def test_an_address_that_also_pays_elsewhere_is_no_deposit_address() -> None:
    ledger = deposit_ledger(sweeps=3, strangers=4)
    (gift,) = ledger.mint(deposit=500)
    ledger.pay([gift], ("friend", 490))
    found = followed(ledger, book(hot="Exchange A:exchange"))
    assert found.custody.owner_of_script(script("deposit")) is None


def test_a_miner_s_own_addresses_that_empty_into_an_exchange_are_no_deposit_addresses() -> None:
    ledger = Ledger()
    for _ in range(3):
        people = {name: ledger.mint(**{name: 100}) for name in ("miner", "second", "third")}
        sweep(ledger, people, "hot", 290)
    history = ledger.history()
    wallets = {script(name): 0 for name in ("miner", "second", "third")}
    found = trace(history, receipts(history, wallets), book(hot="Exchange A:exchange"))
    assert all(found.custody.owner_of_script(one) is None for one in wallets)
    assert ends(found) == {"service": 870, "fee": 30}


def test_a_wallet_that_is_itself_swept_with_strangers_is_a_deposit_address() -> None:
    ledger = Ledger()
    for _ in range(2):
        people = {name: ledger.mint(**{name: 100}) for name in ("miner", "x", "y")}
        sweep(ledger, people, "hot")
    found = followed(ledger, book(hot="Exchange A:exchange"))
    owner = found.custody.owner_of_script(script("miner"))
    assert owner is not None
    assert owner.role is Role.DEPOSIT
    assert ends(found) == {"service": 200}


def test_whoever_sends_everything_to_a_labelled_deposit_address_is_no_deposit_address() -> None:
    """Of the customer's addresses the case knows one; the exchange sweeps its labelled deposit address on."""
    ledger = Ledger()
    for at in range(3):
        coins = [point for name in ("miner", f"b{at}", f"c{at}") for point in ledger.mint(**{name: 100})]
        swept = ledger.pay(coins, ("labelled", 290))
        ledger.pay([*swept, *ledger.mint(deposit2=50), *ledger.mint(deposit3=50)], ("hot", 380))
    found = followed(ledger, book(labelled="Exchange A:exchange"))
    assert found.custody.owner_of_script(script("miner")) is None
    hops = {found.collection.outputs[at].hop for at, ended in found.collection.ended.items() if ended.service}
    assert hops == {1}


def test_a_wallet_between_deposits_and_the_hot_wallet_is_seen_through() -> None:
    ledger = Ledger()
    for _ in range(2):
        (coin,) = ledger.mint(miner=100)
        people = {"mine": ledger.pay([coin], ("deposit", 100))}
        people |= {name: ledger.mint(**{name: 100}) for name in ("x", "y")}
        between = ledger.pay([coin for coins in people.values() for coin in coins], ("between", 300))
        other = ledger.mint(z=50)
        sweep(ledger, {"between": between, "other": other}, "hot", 350)
    found = followed(ledger, book(hot="Exchange A:exchange"))
    roles = {name: found.custody.owner_of_script(script(name)) for name in ("deposit", "between")}
    assert {name: owner.role for name, owner in roles.items() if owner} == {
        "deposit": Role.DEPOSIT,
        "between": Role.GATHERED,
    }


def test_labels_that_contradict_each_other_stay_unresolved() -> None:
    ledger = Ledger()
    (coin,), (one,), (two,) = ledger.mint(miner=1000), ledger.mint(one=5), ledger.mint(two=5)
    ledger.pay([coin, one, two], ("somewhere", 1010))
    found = followed(ledger, book(one="A:exchange", two="B:exchange"))
    service = found.collection.ended[coin].service
    assert service == Service("A / B", UNRESOLVED)


def test_a_coinjoin_ends_what_enters_it_unless_asked() -> None:
    ledger = Ledger()
    coins = [ledger.mint(**{name: 11_000})[0] for name in ("miner", "b", "c", "d", "e")]
    outputs = [(f"mixed{at}", 10_000) for at in range(5)] + [(f"change{at}", 900) for at in range(5)]
    ledger.pay(coins, *outputs)
    assert ends(followed(ledger)) == {"coinjoin": 11_000}
    through = followed(ledger, through_coinjoins=True)
    assert ends(through, "haircut") == {"unspent": 10_900, "fee": 100}


def chain_of_payments(length: int) -> Ledger:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=10_000)
    for at in range(length):
        (coin,) = ledger.pay([coin], (f"next{at}", 9_000 - at))
    return ledger


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        pytest.param({"hops": 3}, "hop_limit", id="hops"),
        pytest.param({"least_satoshi": 8_998}, "amount_limit", id="amount"),
        pytest.param({"most_transactions": 2}, "size_limit", id="size"),
        pytest.param({"until": 1_700_000_000 + 1200}, "time_limit", id="time"),
    ],
)
def test_each_limit_is_told_where_it_cuts(limits: dict[str, int], kind: str) -> None:
    found = followed(chain_of_payments(6), **limits)
    (told,) = [ended for ended in found.collection.ended.values() if ended.kind == kind]
    assert told.reason.code == f"trace.{kind}"
    assert sum(ends(found).values()) == 10_000


def test_a_payment_to_many_is_not_followed_and_says_so() -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=100)
    first, *_ = ledger.pay([coin], *[(f"p{at}", 10) for at in range(10)])
    ledger.pay([first], ("late", 10))
    assert ends(followed(ledger, most_outputs=9)) == {"output_limit": 100}
    assert ends(followed(ledger, most_outputs=10)) == {"unspent": 100}


def test_an_input_that_cannot_be_had_is_deduced_once_and_told_twice() -> None:
    ledger = Ledger()
    (coin,) = ledger.mint(miner=100)
    gone = [Outpoint(bytes([7]) * 32, 0), Outpoint(bytes([8]) * 32, 0)]
    ledger.pay([coin, gone[0]], ("one", 150))
    found = followed(ledger)
    assert [step.fee_assumed for step in found.collection.steps.values()] == [True]
    assert [step.spent for step in found.collection.steps.values()] == [(100, 50)]
    other = Ledger()
    (coin,) = other.mint(miner=100)
    other.pay([coin, *gone], ("one", 150))
    assert ends(followed(other)) == {"unknown_inputs": 100}


def test_a_hop_is_one_question_to_the_chain() -> None:
    found = followed(chain_of_payments(4))
    assert [(one.purpose, one.hop) for one in found.collection.passes] == [("hop", at) for at in range(1, 6)]


def test_a_limit_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(BadLimit, match="hops must be 1 or more, not 0"):
        Limits(hops=0)


@st.composite
def economies(draw: st.DrawFn) -> Ledger:
    """Payments among a few people, some labelled, some of them the miner."""
    ledger, pool = Ledger(), []
    people = ["miner", "a", "b", "c", "d", "hot", "shop"]
    for _ in range(draw(st.integers(2, 14))):
        if len(pool) < 2 or draw(st.integers(0, 3)) == 0:
            value = draw(st.integers(1, 500))
            pool += [(point, value) for point in ledger.mint(**{draw(st.sampled_from(people)): value})]
            continue
        count = draw(st.integers(1, min(4, len(pool))))
        spent = [pool.pop(draw(st.integers(0, len(pool) - 1))) for _ in range(count)]
        left = sum(value for _, value in spent)
        outputs = []
        for _ in range(draw(st.integers(1, 4))):
            value = draw(st.integers(0, left))
            left -= value
            outputs.append((draw(st.sampled_from(people)), value))
        pool += list(
            zip(
                ledger.pay([point for point, _ in spent], *outputs),
                [value for _, value in outputs],
                strict=True,
            )
        )
    return ledger


LABELS = book(hot="Exchange A:exchange", shop="Shop:merchant_services")


@given(economies(), st.integers(1, 5), st.integers(0, 60))
def test_every_satoshi_ends_somewhere_exactly_once(ledger: Ledger, hops: int, least: int) -> None:
    found = followed(ledger, LABELS, hops=hops, least_satoshi=least)
    received = sum(seed.output.value for seed in found.collection.seeds)
    for name in EXACT:
        assert sum(ends(found, name).values()) == received
    assert sum(ends(found, "poison").values()) >= received
    spent = {
        claim.previous
        for step in found.collection.steps.values()
        for claim in step.one.transaction.inputs
    }  # fmt: skip
    assert all(at in spent or at in found.collection.ended for at in found.collection.outputs)


@given(economies(), st.integers(0, 1000))
def test_the_order_of_receipts_and_transactions_changes_nothing(ledger: Ledger, seed: int) -> None:
    history = ledger.history()
    seeds = receipts(history, {script("miner"): 0})
    chance = random.Random(seed)
    turned, ledger.confirmed = list(seeds), list(ledger.confirmed)
    chance.shuffle(turned)
    chance.shuffle(ledger.confirmed)
    one, other = trace(history, seeds, LABELS), trace(ledger.history(), turned, LABELS)
    assert one.flows == other.flows
    assert one.collection.ended == other.collection.ended


@given(economies())
def test_no_rule_finds_more_than_poison_anywhere(ledger: Ledger) -> None:
    found = followed(ledger, LABELS)
    for name in EXACT:
        for outpoint in found.collection.outputs:
            assert found.flows[name].tainted(outpoint) <= found.flows["poison"].tainted(outpoint)
