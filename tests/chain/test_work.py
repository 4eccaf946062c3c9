from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import sha256d
from gridcanary.chain.work import (
    bits_of,
    easiest_target,
    target_of,
    work_hash,
    work_holds,
    work_holds_all,
    work_of,
)

GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
    "7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
LITECOIN_GENESIS = bytes.fromhex(
    "010000000000000000000000000000000000000000000000000000000000000000000000d9ced4ed1130f7b7faad9be25323ffaf"
    "a33232a17c3edf6cfd97bee6bafbdd97b9aa8e4ef0ff0f1ecd513f7c"
)


@pytest.mark.parametrize(
    ("bits", "target"),
    [
        pytest.param(0x1D00FFFF, 0xFFFF << 208, id="the first target of Bitcoin"),
        pytest.param(0x207FFFFF, 0x7FFFFF << 232, id="regtest"),
        pytest.param(0x05009234, 0x92340000, id="a small one"),
        pytest.param(0x01123456, 0x12, id="shorter than its mantissa"),
        pytest.param(0x04923456, 0, id="negative"),
        pytest.param(0xFF123456, 0, id="more than 256 bits"),
        pytest.param(0x00000000, 0, id="zero"),
    ],
)
def test_compact_targets(bits: int, target: int) -> None:
    assert target_of(bits) == target


@given(st.integers(1, (1 << 256) - 1))
def test_the_compact_form_keeps_the_highest_bytes(target: int) -> None:
    again = target_of(bits_of(target))
    assert again <= target < again + (1 << max(0, target.bit_length() - 15))
    assert bits_of(again) == bits_of(target)


@given(st.integers(0, 0xFFFFFFFF))
def test_any_bits_give_a_target_of_256_bits_and_its_work(bits: int) -> None:
    target = target_of(bits)
    assert 0 <= target < 1 << 256
    assert work_of(bits) == ((1 << 256) // (target + 1) if target else 0)


@pytest.mark.parametrize(
    ("header", "network"),
    [pytest.param(GENESIS, "bitcoin", id="sha256d"), pytest.param(LITECOIN_GENESIS, "litecoin", id="scrypt")],
)
def test_genesis_headers_hold_and_changed_ones_do_not(header: bytes, network: str) -> None:
    assert sha256d(header)[::-1].hex() == NETWORKS[network].genesis
    assert work_holds(header, NETWORKS[network])
    changed = header[:-1] + bytes([header[-1] ^ 1])
    assert not work_holds(changed, NETWORKS[network])


def test_an_easier_target_than_the_network_allows_is_no_work() -> None:
    easy = GENESIS[:72] + (0x207FFFFF).to_bytes(4, "little") + GENESIS[76:]
    assert not work_holds(easy, NETWORKS["bitcoin"])


@given(
    st.lists(
        st.tuples(st.binary(min_size=32, max_size=32), st.integers(0, 0xFFFFFFFF)), min_size=1, max_size=20
    )
)
def test_many_at_once_are_judged_as_one_by_one(told: list[tuple[bytes, int]]) -> None:
    network = NETWORKS["regtest"]
    hashes = np.frombuffer(b"".join(one for one, _ in told), dtype=np.uint8).reshape(-1, 32)
    bits = np.array([one for _, one in told], dtype=np.uint32)
    expected = [
        0 < target_of(one) <= easiest_target(network) and int.from_bytes(each, "little") <= target_of(one)
        for each, one in told
    ]
    assert work_holds_all(hashes, bits, network).tolist() == expected


def test_every_network_has_a_limit_and_a_way_to_hash() -> None:
    for network in NETWORKS.values():
        assert easiest_target(network) > 0
        assert len(work_hash(GENESIS, network)) == 32
