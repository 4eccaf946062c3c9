from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.kernels.parse import parse_block, writable
from gridcanary.chain.kernels.sha256.instructions import has_sha_instructions
from gridcanary.chain.kernels.sha256.messages import hash_pairs, hash_transactions
from gridcanary.chain.kernels.sha256.ways import Portable, Way, WithInstructions, fastest_way
from gridcanary.chain.kernels.txids import merkle_root_over, txids, wtxids
from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.transactions import Cursor, read_transaction, sha256d
from tests.chain import written

WAYS = [
    pytest.param(Portable(), id="portable"),
    pytest.param(
        WithInstructions(),
        id="instructions",
        marks=pytest.mark.skipif(not has_sha_instructions(), reason="this processor has no SHA instructions"),
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("flags", [0, 1])
@pytest.mark.parametrize("slack", [0, 64], ids=["at the buffer's end", "with bytes behind"])
def test_messages_of_every_length(way: Way, flags: int, slack: int) -> None:
    """Version, body and lock time around each boundary of a block, with something between that isn't hashed."""
    random = np.random.default_rng(1)
    for body in range(200):
        between = 2 if flags else 0
        data = random.integers(0, 256, 4 + between + body + 4 + slack).astype(np.uint8)
        body_end = 4 + between + body
        digests = np.zeros((1, 32), np.uint8)
        places = (np.array([at]) for at in (0, body_end + 4, body_end))
        hash_transactions(way, data, *places, np.array([flags]), digests)
        raw = data.tobytes()
        assert digests.tobytes() == sha256d(raw[:4] + raw[4 + between : body_end + 4]), body


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=100, deadline=None)
@given(raw=written.BLOCKS)
def test_txids_are_those_of_the_plain_reader(way: Way, raw: bytes) -> None:
    columns, cursor = parse_block(raw), Cursor(raw, 81)
    plain = [read_transaction(cursor) for _ in range(raw[80])]
    assert [one.tobytes() for one in txids(writable(raw), columns, way)] == [one.txid for one in plain]
    assert [one.tobytes() for one in wtxids(writable(raw), columns, way)] == [
        sha256d(one.raw) for one in plain
    ]


@pytest.mark.parametrize("way", WAYS)
def test_pairs(way: Way) -> None:
    digests = np.random.default_rng(2).integers(0, 256, (10, 32)).astype(np.uint8)
    parents = np.zeros((5, 32), np.uint8)
    hash_pairs(way, digests, parents)
    assert parents.tobytes() == b"".join(sha256d(digests[at : at + 2].tobytes()) for at in range(0, 10, 2))


@pytest.mark.parametrize("way", WAYS)
@given(leaves=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_the_merkle_root_is_the_plain_one(way: Way, leaves: list[bytes]) -> None:
    digests = np.frombuffer(bytearray(b"".join(leaves)), np.uint8).reshape(-1, 32)
    assert merkle_root_over(digests, way) == merkle_root(leaves)


@pytest.mark.slow
def test_a_processor_without_sha_instructions_hashes_as_well() -> None:
    """Numba can be told to compile for a processor that has nothing but the basics."""
    program = (
        "import numpy as np\n"
        "from gridcanary.chain.kernels.sha256.ways import fastest_way\n"
        "from gridcanary.chain.kernels.txids import merkle_root_over\n"
        "print(type(fastest_way()).__name__, merkle_root_over(np.zeros((2, 32), np.uint8)).hex())"
    )
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["Portable", sha256d(bytes(64)).hex()]


def test_the_fastest_way_is_one_that_the_processor_has() -> None:
    assert isinstance(fastest_way(), WithInstructions) == has_sha_instructions()
