"""Which script an input spends, as far as the input itself tells.

Most inputs show the key or the script whose hash the spent output named, so a single block already tells who
paid. It is what the input looks like, not a proof: somebody may build an odd output that accepts another
person's key as mere data. What goes into evidence therefore takes the spent output itself (``Input.spent``).
Taproot, P2PK and bare multisig show nothing, and give None.
"""

from __future__ import annotations

import hashlib

from gridcanary.chain.networks import Network
from gridcanary.chain.scripts import (
    has_signature_check,
    hash160,
    is_public_key,
    p2pkh,
    p2sh,
    pushes,
    witness_program,
    witness_script,
)
from gridcanary.chain.transactions import NULL_TXID, Input

_DER_SEQUENCE = 0x30
_DER_BYTES = range(9, 74)
_SCHNORR_BYTES = (64, 65)
_ANNEX = 0x50
_TAPROOT_LEAVES = frozenset(
    (*range(0xC0, 0x100, 2), 0x66, 0x7E, 0x80, 0x84, 0x96, 0x98, 0xBA, 0xBC, 0xBE)
)  # BIP 341, footnote 7: no valid P2WSH script begins with one of these or the next odd byte


def spent_script(claim: Input, network: Network) -> bytes | None:
    """The script of the spent output where that is known, else as the input tells it; None where neither does."""
    return claim.spent.script if claim.spent is not None else spender_script(claim, network)


def spender_script(claim: Input, network: Network) -> bytes | None:
    """The script that the input seems to spend, from its scriptSig and witness alone.

    Args:
        claim: the input; ``claim.spent`` is not looked at.
        network: on Bitcoin Cash a redeem script may stand for P2SH of 20 or 32 bytes, so it gives None there.

    Returns:
        A P2PKH, P2SH, P2WPKH or P2WSH script (in P2SH where nested), None where it can't be told.
    """
    if claim.previous.txid == NULL_TXID:
        return None
    if claim.witness:
        return _of_witness(claim)
    items = pushes(claim.script)
    if not items:
        return None
    schnorr = bool(network.cash_prefix) and len(items[0]) in _SCHNORR_BYTES
    if len(items) == 2 and is_public_key(items[1]) and (schnorr or _is_signature(items[0])):
        return p2pkh(hash160(items[1]))
    if network.cash_prefix or not _is_redeem_script(items[-1]):
        return None
    return p2sh(hash160(items[-1]))


def is_hashed(claim: Input) -> bool:
    """Whether what the input shows is part of what its txid hashes: a scriptSig is, a witness isn't.

    Who rewrites a witness in a copied transaction changes who seems to have paid, and the txid stays.
    """
    return bool(claim.script)


def _of_witness(claim: Input) -> bytes | None:
    if claim.script:
        items = pushes(claim.script)
        nested = items is not None and len(items) == 1 and witness_program(items[0]) is not None
        return p2sh(hash160(items[0])) if items and nested else None
    last = claim.witness[-1]
    if (
        len(claim.witness) == 2
        and len(last) == 33
        and is_public_key(last)
        and _is_signature(claim.witness[0])
    ):
        return witness_script(0, hash160(last))
    if not last or _is_taproot(claim.witness):
        return None
    return witness_script(0, hashlib.sha256(last).digest())


def _is_taproot(witness: tuple[bytes, ...]) -> bool:
    last = witness[-1]
    if len(witness) == 1:
        return len(last) in _SCHNORR_BYTES
    return last[0] == _ANNEX or (last[0] & 0xFE in _TAPROOT_LEAVES and len(last) % 32 == 1)


def _is_signature(item: bytes) -> bool:
    return len(item) in _DER_BYTES and item[0] == _DER_SEQUENCE


def _is_redeem_script(item: bytes) -> bool:
    """Whether the last push can only be a script: it asks for a signature, or it is a witness program."""
    return not _is_signature(item) and (has_signature_check(item) or witness_program(item) is not None)
