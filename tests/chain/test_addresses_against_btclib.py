"""btclib, an independent implementation in Python, must write and read the same addresses."""

from __future__ import annotations

from typing import Literal

import pytest
from btclib import b32, b58
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.addresses import address_of_script, script_of_address
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.scripts import p2pkh, p2sh, witness_script

NAMES = {"bitcoin": "mainnet", "testnet3": "testnet", "signet": "signet", "regtest": "regtest"}
names = st.sampled_from(sorted(NAMES))
hashes = st.binary(min_size=20, max_size=20)


@pytest.mark.parametrize("kind", ["p2pkh", "p2sh"])
@given(digest=hashes, name=names)
def test_base58_addresses(kind: Literal["p2pkh", "p2sh"], digest: bytes, name: str) -> None:
    script = {"p2pkh": p2pkh, "p2sh": p2sh}[kind](digest)
    theirs = b58.address_from_h160(kind, digest, NAMES[name])
    assert address_of_script(script, NETWORKS[name]) == theirs
    assert script_of_address(theirs, NETWORKS[name]) == script


@given(
    program=st.one_of(
        st.tuples(st.just(0), st.one_of(hashes, st.binary(min_size=32, max_size=32))),
        st.tuples(st.just(1), st.binary(min_size=32, max_size=32)),
    ),
    name=names,
)
def test_witness_addresses(program: tuple[int, bytes], name: str) -> None:
    script = witness_script(*program)
    theirs = b32.address_from_witness(*program, NAMES[name])
    assert address_of_script(script, NETWORKS[name]) == theirs
    assert script_of_address(theirs.upper(), NETWORKS[name]) == script
    assert b32.witness_from_address(theirs)[:2] == program
