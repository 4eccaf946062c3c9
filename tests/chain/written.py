"""A plain writer of transactions and blocks, and strategies that draw them."""

from __future__ import annotations

from hypothesis import strategies as st

from gridcanary.chain.transactions import Input, Outpoint, Output

HEADER = bytes.fromhex("00000020") + bytes(64) + bytes.fromhex("00000060ffff7f2000000000")


def count(number: int) -> bytes:
    """A variable-length integer."""
    if number < 0xFD:
        return bytes([number])
    for mark, size in ((0xFD, 2), (0xFE, 4), (0xFF, 8)):
        if number < 1 << 8 * size:
            return bytes([mark]) + number.to_bytes(size, "little")
    raise ValueError(number)


def transaction(
    inputs: list[Input], outputs: list[Output], *, version: int = 2, locktime: int = 0, flags: int = 0
) -> bytes:
    """A transaction; the inputs' witnesses are written where the flags say so."""
    body = count(len(inputs)) + b"".join(
        one.previous.txid + one.previous.vout.to_bytes(4, "little")
        + count(len(one.script)) + one.script + one.sequence.to_bytes(4, "little")
        for one in inputs
    ) + count(len(outputs)) + b"".join(
        one.value.to_bytes(8, "little") + count(len(one.script)) + one.script for one in outputs
    )  # fmt: skip
    witness = b"".join(
        count(len(one.witness)) + b"".join(count(len(item)) + item for item in one.witness) for one in inputs
    )
    return (
        version.to_bytes(4, "little")
        + (bytes([0, flags]) if flags else b"")
        + body
        + (witness if flags & 1 else b"")
        + (b"\0" if flags & 8 else b"")
        + locktime.to_bytes(4, "little")
    )


def block(transactions: list[bytes], header: bytes = HEADER) -> bytes:
    """A header, the count, the transactions; nobody has worked for it."""
    return header + count(len(transactions)) + b"".join(transactions)


def framed(blocks: list[bytes], magic: bytes) -> bytes:
    """Blocks as a node's file holds them."""
    return b"".join(magic + len(one).to_bytes(4, "little") + one for one in blocks)


def masked(content: bytes, key: bytes, position: int = 0) -> bytes:
    """Bytes under a node's key."""
    return bytes(byte ^ key[(position + at) % len(key)] for at, byte in enumerate(content))


SCRIPTS = st.one_of(st.binary(max_size=40), st.integers(250, 260).map(bytes), st.just(bytes(70_000)))

INPUTS = st.builds(
    Input,
    previous=st.builds(Outpoint, st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 1)),
    script=SCRIPTS,
    witness=st.lists(SCRIPTS, max_size=4).map(tuple),
    sequence=st.integers(0, 2**32 - 1),
)
OUTPUTS = st.builds(Output, value=st.integers(0, 2**63 - 1), script=SCRIPTS)

TRANSACTIONS = st.builds(
    transaction,
    st.lists(INPUTS, min_size=1, max_size=4),
    st.lists(OUTPUTS, max_size=4),
    version=st.integers(1, 2),
    locktime=st.integers(0, 2**32 - 1),
    flags=st.sampled_from([0, 1, 8, 9]),
)

BLOCKS = st.lists(TRANSACTIONS, min_size=1, max_size=5).map(block)
