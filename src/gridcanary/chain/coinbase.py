"""What a coinbase says of its block: the height (BIP34) and the commitment to the witnesses (BIP141)."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.transactions import MWEB_FLAG, Transaction, sha256d

_COMMITMENT_START = bytes.fromhex("6a24aa21a9ed")
_NO_WITNESS = bytes(32)


def told_height(script: bytes) -> int | None:
    """The height at the start of a coinbase's script (BIP34).

    Args:
        script: the scriptSig of the only input.

    Returns:
        None where the script doesn't start with a number pushed the shortest way. A block of version 1 may start
        with one by chance, so its answer counts for nothing.
    """
    first = script[0] if script else 0xFF
    if first == 0:
        return 0
    if 0x51 <= first <= 0x60:
        return first - 0x50
    pushed = script[1 : 1 + first]
    if not 1 <= first <= 5 or len(pushed) != first or pushed[-1] & 0x80:
        return None
    if pushed[-1] == 0 and (first == 1 or not pushed[-2] & 0x80):
        return None
    height = int.from_bytes(pushed, "little")
    return height if height > 16 else None


def witness_commitment(coinbase: Transaction) -> bytes | None:
    """The 32 bytes that commit to all witnesses; the last output that looks like one counts; None without."""
    for output in reversed(coinbase.outputs):
        if output.script.startswith(_COMMITMENT_START) and len(output.script) >= 38:
            return output.script[6:38]
    return None


def witness_id(transaction: Transaction) -> bytes:
    """Double SHA-256 of the transaction with its witnesses (wtxid), in the order of hashing.

    A Mimblewimble flag isn't hashed, as in Litecoin Core's ``SERIALIZE_NO_MWEB``.
    """
    raw = transaction.raw
    if not any(claim.witness for claim in transaction.inputs):
        return transaction.txid
    if raw[5] & MWEB_FLAG:
        raw = raw[:5] + bytes([raw[5] & ~MWEB_FLAG]) + raw[6:-5] + raw[-4:]
    return sha256d(raw)


def witnesses_hold(transactions: Sequence[Transaction]) -> bool | None:
    """Whether a block's witnesses are those that its coinbase commits to.

    Returns:
        None where there is neither a commitment nor a witness, as before SegWit; False also for witnesses that
        nothing commits to.
    """
    coinbase = transactions[0]
    committed = witness_commitment(coinbase)
    if committed is None:
        return False if any(claim.witness for one in transactions for claim in one.inputs) else None
    reserved = coinbase.inputs[0].witness
    if not reserved:
        # Blocks without a segregated witness may still carry a commitment that nobody checks.
        return False if any(claim.witness for one in transactions for claim in one.inputs) else None
    root = merkle_root([_NO_WITNESS, *(witness_id(one) for one in transactions[1:])])
    return len(reserved) == 1 and sha256d(root + reserved[0]) == committed
