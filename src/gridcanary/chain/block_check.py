"""What can be checked of a block by itself: work, Merkle root, witnesses, height, the parent's proof."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.auxpow import merged_work_faults
from gridcanary.chain.coinbase import told_height, witnesses_hold
from gridcanary.chain.merkle import merkle_root, repeats_itself
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.transactions import MalformedTransaction
from gridcanary.chain.whole_blocks import WholeBlock, parse_block
from gridcanary.chain.work import work_holds


@dataclass(frozen=True, slots=True)
class BlockCheck:
    """What was found about one block.

    Args:
        hash: of the header, in the order of hashing.
        transactions: how many it has; 0 where it can't be read.
        work: whether the proof of work holds, the parent's where it was mined together with one.
        merkle: whether the header commits to exactly these transactions.
        witness: whether the coinbase commits to exactly these witnesses; None where there is no commitment and no
            witness, as before SegWit.
        told_height: the height in the coinbase (BIP34), None where it tells none.
        faults: a clause for everything that doesn't hold.
        notes: a clause for everything a reader should know that is no fault.
    """

    hash: bytes
    transactions: int
    work: bool
    merkle: bool
    witness: bool | None
    told_height: int | None
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the block."""
        return not self.faults


def check_block(raw: bytes, network: Network, *, height: int | None = None) -> BlockCheck:
    """Checks a block by itself; a fault is told, never raised.

    Args:
        raw: the block without anything around it.
        network: whose rules count.
        height: where it stands in its chain, if that is known.
    """
    try:
        whole = parse_block(raw, network)
    except MalformedTransaction as error:
        return BlockCheck(b"", 0, False, False, None, None, (str(error),))
    block = whole.block
    txids = [one.txid for one in block.transactions]
    work_faults = _work_faults(whole, network)
    merkle_faults = _merkle_faults(txids, block.header.merkle_root)
    witness = witnesses_hold(block.transactions)
    faults = work_faults + merkle_faults
    if not block.transactions[0].is_coinbase:
        faults.append("the first transaction isn't a coinbase")
    if witness is False:
        faults.append("the witnesses aren't those that the coinbase commits to")
    told = told_height(block.transactions[0].inputs[0].script) if block.transactions[0].inputs else None
    if height is not None and told not in (None, height) and block.header.version > 1:
        faults.append(f"the coinbase says height {told}, the chain says {height}")
    return BlockCheck(
        block.header.hash,
        len(txids),
        not work_faults,
        not merkle_faults,
        witness,
        told if block.header.version != 1 else None,
        tuple(faults),
        _notes(whole),
    )


def fitting_network(raw: bytes) -> Network | None:
    """The network that a block on its own is probably of, by how its work was proven.

    Bitcoin's own test networks and Bitcoin Cash prove theirs like Bitcoin and are taken for it; where that
    matters somebody must say which network it is.
    """
    for name in ("dogecoin", "bitcoin", "litecoin", "signet", "regtest", "litecoin-regtest"):
        network = NETWORKS[name]
        try:
            whole = parse_block(raw, network)
        except MalformedTransaction:
            continue
        if (whole.merged is not None) == network.merged and not _work_faults(whole, network):
            return network
    return None


def _work_faults(whole: WholeBlock, network: Network) -> list[str]:
    header = whole.block.header
    if whole.merged is not None:
        return merged_work_faults(header, whole.merged, network)
    return [] if work_holds(header.raw, network) else ["the proof of work doesn't hold"]


def _merkle_faults(txids: list[bytes], root: bytes) -> list[str]:
    if merkle_root(txids) != root:
        return ["the Merkle root isn't that of the transactions"]
    if repeats_itself(txids):
        return ["the list of transactions repeats its end (CVE-2012-2459)"]
    return []


def _notes(whole: WholeBlock) -> tuple[str, ...]:
    extension = whole.extension
    if extension is not None and not extension.whole_header:
        return ("the Mimblewimble extension block is cut off; the open transactions are whole",)
    return ()
