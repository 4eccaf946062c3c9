"""Who found each block: both signals side by side, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.payouts.rewards import MANY_OUTPUTS
from gridcanary.chain.pools.declared import declared_names, printable
from gridcanary.chain.pools.known import PoolBook
from gridcanary.chain.pools.tags import TagMatch, find_tags, telling_tags
from gridcanary.chain.scripts import OP_RETURN
from gridcanary.chain.transactions import Output, Transaction


class Status(StrEnum):
    """How sure it is who found a block.

    ``agreed``: the payout address and the text name the same pool. ``address_only``, ``tag_only``: one of them
    speaks, the other is silent. ``unresolved``: they name different pools, or one of them names several and the
    other none of these; nobody is preferred. ``self_declared``: no list knows it, but the text names somebody.
    ``unknown``: nothing speaks.
    """

    AGREED = "agreed"
    ADDRESS_ONLY = "address_only"
    TAG_ONLY = "tag_only"
    UNRESOLVED = "unresolved"
    SELF_DECLARED = "self_declared"
    UNKNOWN = "unknown"


IDENTIFIED = (Status.AGREED, Status.ADDRESS_ONLY, Status.TAG_ONLY)
"""The statuses that name one pool."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Who found a block, as its coinbase tells.

    Args:
        place: the block.
        txid: the coinbase's, in the order of hashing.
        by_address: pools that the coinbase pays.
        by_tag: pools that its text names.
        pool: the one pool that follows; None where the status names none.
        status: how they stand to each other.
        tags: the tags that count.
        passed_over: tags that don't: part of a longer one, or a customer's name.
        declared: names that the text gives and no list knows.
        text: the script as ASCII, points for what can't be printed.
        value: satoshi of all outputs.
        outputs: their number.
        paid: scripts that receive something.
        pays_miners: whether miners are paid in the coinbase itself.
        parent_text: the parent's script as ASCII, in a block that was mined together with a parent's.
    """

    place: Place
    txid: bytes
    by_address: tuple[str, ...]
    by_tag: tuple[str, ...]
    pool: str | None
    status: Status
    tags: tuple[TagMatch, ...]
    passed_over: tuple[TagMatch, ...]
    declared: tuple[str, ...]
    text: str
    value: int
    outputs: int
    paid: int
    pays_miners: bool
    parent_text: str = ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """Everybody who is named, by address first."""
        return tuple(dict.fromkeys((*self.by_address, *self.by_tag)))


def finder_of(coinbase: Confirmed, book: PoolBook, parent: Transaction | None = None) -> Finder:
    """Who found the block of a coinbase.

    Args:
        coinbase: the block's first transaction.
        book: the pools that are known.
        parent: the parent's coinbase, where the block was mined together with a parent chain's; the same miner
            wrote it, so its tags count like the block's own.
    """
    script = coinbase.transaction.inputs[0].script
    scripts = [script, *([parent.inputs[0].script] if parent is not None else [])]
    told = [telling_tags(one, find_tags(one, book.tags)) for one in scripts]
    telling, passed_over = ([match for pair in told for match in pair[which]] for which in (0, 1))
    paid = paid_scripts(coinbase.transaction.outputs)
    by_address = tuple(dict.fromkeys(name for one in paid for name in book.scripts.get(one, ())))
    by_tag = tuple(dict.fromkeys(match.tag.pool for match in telling))
    names = () if by_address or by_tag else (name for one in scripts for name in declared_names(one))
    declared = tuple(dict.fromkeys(names))
    pool, status = _judged(by_address, by_tag, declared)
    return Finder(
        place=coinbase.place,
        txid=coinbase.transaction.txid,
        by_address=by_address,
        by_tag=by_tag,
        pool=pool,
        status=status,
        tags=tuple(telling),
        passed_over=tuple(passed_over),
        declared=declared,
        text=printable(script),
        value=sum(output.value for output in coinbase.transaction.outputs),
        outputs=len(coinbase.transaction.outputs),
        paid=len(paid),
        pays_miners=len(paid) >= MANY_OUTPUTS,
        parent_text="" if parent is None else printable(scripts[-1]),
    )


def finders(coinbases: Iterable[Confirmed], book: PoolBook) -> Iterator[Finder]:
    """Who found each of the blocks."""
    return (finder_of(coinbase, book) for coinbase in coinbases)


def pools_of(coinbase: Confirmed, book: PoolBook) -> tuple[str, ...]:
    """The pools that may have found a block: none, one, or those between which it is unresolved."""
    told = finder_of(coinbase, book)
    return (told.pool,) if told.pool is not None else told.candidates


def paid_scripts(outputs: Iterable[Output]) -> list[bytes]:
    """The scripts that receive something, each once, in order."""
    paying = (one.script for one in outputs if one.value and one.script[:1] != bytes([OP_RETURN]))
    return list(dict.fromkeys(paying))


def _judged(
    by_address: tuple[str, ...], by_tag: tuple[str, ...], declared: tuple[str, ...]
) -> tuple[str | None, Status]:
    both = [name for name in by_address if name in by_tag]
    if len(both) == 1:
        return both[0], Status.AGREED
    if by_address and not by_tag and len(by_address) == 1:
        return by_address[0], Status.ADDRESS_ONLY
    if by_tag and not by_address and len(by_tag) == 1:
        return by_tag[0], Status.TAG_ONLY
    if by_address or by_tag:
        return None, Status.UNRESOLVED
    return None, Status.SELF_DECLARED if declared else Status.UNKNOWN
