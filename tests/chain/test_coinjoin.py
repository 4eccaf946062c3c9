from __future__ import annotations

import pytest

from gridcanary.chain.coinjoin import WABISABI_DENOMINATIONS, coinjoin_of
from gridcanary.chain.transactions import NULL_TXID, Input, Outpoint, Output, Transaction


def script(number: int) -> bytes:
    return b"\0\x14" + number.to_bytes(20, "big")


def transaction(spent: list[tuple[int, int]], outputs: list[int], *, known: bool = True) -> Transaction:
    """One that spends (owner, satoshi) and pays new scripts; ``known`` fills what is spent."""
    inputs = tuple(
        Input(
            Outpoint(bytes([1]) * 32, at),
            b"",
            (b"s" * 71, b"\2" + owner.to_bytes(32, "big")),
            spent=Output(value, script(owner)) if known else None,
        )
        for at, (owner, value) in enumerate(spent)
    )
    paid = tuple(Output(value, script(10_000 + at)) for at, value in enumerate(outputs))
    return Transaction(bytes(32), 2, inputs, paid, 0, b"")


WHIRLPOOL = transaction([(at, 5_000_000 + 300 * at) for at in range(5)], [5_000_000] * 5)
WASABI_ONE = transaction(
    [(at, 11_000_000) for at in range(30)], [9_990_000] * 28 + [77_123 + at for at in range(20)]
)
WASABI_TWO = transaction(
    [(at, 1_000_000 + at) for at in range(60)],
    [2**20] * 10 + [3**12] * 9 + [5_000_000] * 9 + [123_457, 7_654_321],
)
JOINMARKET = transaction(
    [(at, 30_000_000 + at) for at in range(6)], [25_000_000] * 6 + [4_990_000 + at for at in range(5)]
)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        pytest.param(WHIRLPOOL, "whirlpool", id="five-equal-for-five"),
        pytest.param(WASABI_ONE, "wasabi1", id="near-a-tenth-of-a-coin"),
        pytest.param(WASABI_TWO, "wasabi2", id="standard-denominations"),
        pytest.param(JOINMARKET, "joinmarket", id="equal-outputs-with-a-change-each"),
        pytest.param(
            transaction([(at, 100_500) for at in range(4)], [100_000] * 4), "whirlpool-less", id="four"
        ),
    ],
)
def test_each_kind_is_told(made: Transaction, kind: str) -> None:
    found = coinjoin_of(made)
    assert found is not None
    assert found.kind == ("equal_outputs" if kind == "whirlpool-less" else kind)
    assert found.reason.code == f"coinjoin.{found.kind}"
    assert 50 <= found.confidence <= 95


def test_owners_are_told_by_their_keys_where_the_spent_outputs_are_not_known() -> None:
    made = transaction([(at, 0) for at in range(6)], [25_000_000] * 6 + [4_990_000], known=False)
    assert coinjoin_of(made) is not None


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(transaction([(1, 10**9)] * 5, [1_000_000] * 5), id="a-pool-pays-a-threshold-to-each"),
        pytest.param(
            transaction([(1, 10**9), (2, 10**9)], [1_000_000] * 40), id="two-scripts-pay-forty-equals"
        ),
        pytest.param(transaction([(at, 10**6) for at in range(30)], [29_000_000]), id="a-consolidation"),
        pytest.param(transaction([(at, 10**6) for at in range(4)], [1, 2, 3, 4_000]), id="no-equal-outputs"),
        pytest.param(
            transaction([(at, 10**6) for at in range(5)], [200_000] * 2 + [7], known=True), id="two-equals"
        ),
        pytest.param(transaction([(at, 10**6) for at in range(3)], [0, 0, 0]), id="nothing-of-value"),
        pytest.param(
            Transaction(
                bytes(32), 1, (Input(Outpoint(NULL_TXID, 0), b""),), (Output(5, script(1)),) * 9, 0, b""
            ),
            id="a-coinbase-to-many",
        ),
    ],
)
def test_ordinary_payments_are_none(made: Transaction) -> None:
    assert coinjoin_of(made) is None


def test_standard_denominations_are_those_of_the_protocol() -> None:
    assert {5_000, 6_561, 8_192, 10_000, 13_122, 20_000, 100_000_000, 134_217_728} <= WABISABI_DENOMINATIONS
    assert not {4_096, 30_000, 123_456} & WABISABI_DENOMINATIONS
