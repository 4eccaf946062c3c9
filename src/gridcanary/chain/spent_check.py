"""What can be checked of a block once its inputs know what they spend: sums, the miner's claim, keys."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.blocks import Block
from gridcanary.chain.networks import Network
from gridcanary.chain.scripts import pubkey_hash, script_hash, witness_program
from gridcanary.chain.spenders import spender_script


@dataclass(frozen=True, slots=True)
class SpentCheck:
    """What a block's spent outputs tell.

    Args:
        fees: satoshi that the transactions leave to the miner.
        claimed: satoshi that the coinbase pays out.
        keys_fitting: inputs that show the key or script which the spent output names by its hash.
        keys_missing: inputs that show nothing to compare, such as Taproot's.
        faults: a clause for everything that doesn't hold.
    """

    fees: int
    claimed: int
    keys_fitting: int
    keys_missing: int
    faults: tuple[str, ...]


def check_spent(block: Block, network: Network, *, height: int | None = None) -> SpentCheck:
    """Adds up what a block spends and pays, and compares spent scripts with the keys that its inputs show.

    Args:
        block: with ``Input.spent`` filled everywhere but in the coinbase; ValueError otherwise.
        network: for the subsidy.
        height: of the block; without it the coinbase's claim isn't judged.
    """
    faults = []
    fees = fitting = missing = 0
    for transaction in block.transactions[1:]:
        spent = [claim.spent for claim in transaction.inputs if claim.spent is not None]
        if len(spent) != len(transaction.inputs):
            raise ValueError(f"{transaction.shown_id}: not all of what it spends is known")
        fee = sum(one.value for one in spent) - sum(one.value for one in transaction.outputs)
        fees += fee
        if fee < 0:
            faults.append(f"{transaction.shown_id} pays {-fee} satoshi more than it spends")
        for claim, one in zip(transaction.inputs, spent, strict=True):
            shown = spender_script(claim, network)
            if shown is None or not _names_a_hash(one.script):
                missing += 1
            elif shown == one.script:
                fitting += 1
            else:
                faults.append(
                    f"{transaction.shown_id} spends {one.script.hex()} but shows another key or script"
                )
    claimed = sum(one.value for one in block.transactions[0].outputs)
    if height is not None and network.halving and claimed > network.subsidy_at(height) + fees:
        faults.append(f"the coinbase claims {claimed - fees} satoshi beside the fees, more than the subsidy")
    return SpentCheck(fees, claimed, fitting, missing, tuple(faults))


def _names_a_hash(script: bytes) -> bool:
    program = witness_program(script)
    if program is not None:
        return program[0] == 0
    return pubkey_hash(script) is not None or script_hash(script) is not None
