"""A regtest chain made block by block, with the owner of every script and the pools' own ledger written beside it."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from gridcanary.chain.blocks import read_block
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import NULL_TXID, Cursor, Input, Outpoint, Output, Transaction
from gridcanary.simulator.chain_truth.serialising import (
    GENESIS_TIME,
    genesis_block,
    height_push,
    mined_block,
    pushed,
    transaction_of,
    witness_commitment,
)
from gridcanary.simulator.chain_truth.wallets import Coin, Wallet

REGTEST = NETWORKS["regtest"]
MATURITY = 100
"""Blocks before a coinbase may be spent."""

DUST = 1_000


@dataclass(frozen=True, slots=True)
class TruePayout:
    """A line of a pool's own books.

    Args:
        outpoint, script, satoshi: what was paid.
        pool: whose miner earned it.
        miner: who.
    """

    outpoint: Outpoint
    script: bytes
    satoshi: int
    pool: str
    miner: str


@dataclass
class ChainTruth:
    """A simulated chain with what is true about it.

    Args:
        history: the chain.
        blocks: its blocks' bytes, the genesis block first.
        payouts: the pools' books.
        owners: who has the keys of each script.
        finders: who found each block, by its coinbase's txid.
        coinjoins: txids of transactions that several people made together.
    """

    history: MemoryHistory
    blocks: tuple[bytes, ...]
    payouts: dict[Outpoint, TruePayout]
    owners: dict[bytes, str]
    finders: dict[bytes, str]
    coinjoins: frozenset[bytes] = frozenset()

    def pools_of(self, coinbase: Confirmed) -> list[str]:
        """Who found a block, as tags and lists would tell; nobody knows who made the genesis block."""
        finder = self.finders.get(coinbase.transaction.txid)
        return [finder] if finder else []


@dataclass
class ChainMaker:
    """Takes payments into blocks.

    Args:
        chance: the seed's generator.
        block_seconds: time between blocks.
    """

    chance: random.Random
    block_seconds: int
    height: int = 0
    blocks: list[bytes] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)
    owners: dict[bytes, str] = field(default_factory=dict)
    payouts: dict[Outpoint, TruePayout] = field(default_factory=dict)
    finders: dict[bytes, str] = field(default_factory=dict)
    coinjoins: set[bytes] = field(default_factory=set)
    _wallets: dict[bytes, Wallet] = field(default_factory=dict)
    _waiting: list[Transaction] = field(default_factory=list)
    _fees: int = 0
    _tip: bytes = b""

    def __post_init__(self) -> None:
        self._tip, raw = genesis_block()
        self.blocks.append(raw)
        first = read_block(Cursor(raw)).transactions[0]
        self.confirmed.append(Confirmed(Place(0, 0, self._tip, GENESIS_TIME), first))

    @property
    def time(self) -> int:
        """Time of the next block."""
        return GENESIS_TIME + (self.height + 1) * self.block_seconds

    def script(self, wallet: Wallet) -> bytes:
        """A new script of the wallet, entered under its owner."""
        script = wallet.fresh_script()
        self.owners[script] = wallet.owner
        self._wallets[script] = wallet
        return script

    def spendable(self, wallet: Wallet) -> list[Coin]:
        """The wallet's coins that the next block may spend, the oldest first."""
        return [coin for coin in wallet.coins.values() if coin.spendable_from <= self.height + 1]

    def send(
        self,
        claims: Sequence[tuple[Wallet, Coin]],
        recipients: Sequence[tuple[bytes, int]],
        changes: Sequence[bytes] = (),
        data: bytes = b"",
    ) -> Transaction:
        """Spend coins, pay recipients, share what is left among the changes, and wait for the next block.

        Args:
            claims: coins with their wallets; the first one's program makes the transaction.
            recipients: script and satoshi of each.
            changes: scripts that share the rest less the fee; without any the rest is the fee.
            data: bytes of an OP_RETURN output.
        """
        software = claims[0][0].software
        paid = [Output(value, script) for script, value in recipients]
        size = 12 + 148 * len(claims) + 34 * (len(paid) + len(changes))
        rest = sum(coin.output.value for _, coin in claims) - sum(one.value for one in paid)
        rest -= software.fee_rate * size
        if rest < 0:
            raise ValueError(f"the coins fall short by {-rest} satoshi")
        paid += [
            Output(value, script)
            for script, value in zip(changes, self._shares(rest, len(changes)), strict=True)
        ]
        paid = [one for one in paid if one.value]
        self.chance.shuffle(paid)
        if data:
            paid.append(Output(0, b"\x6a" + pushed(data)))
        inputs = [wallet.spend(coin, self.chance) for wallet, coin in claims]
        locktime = self.height if software.locks else 0
        made = transaction_of(software.version, inputs, paid, locktime)
        for wallet, coin in claims:
            del wallet.coins[coin.outpoint]
        self._fees += sum(coin.output.value for _, coin in claims) - sum(one.value for one in made.outputs)
        self._receive(made, self.height + 1)
        self._waiting.append(made)
        return made

    def _shares(self, rest: int, count: int) -> list[int]:
        """The rest in unequal parts; nothing where it would be dust."""
        if count == 0:
            return []
        weights = [0.5 + self.chance.random() for _ in range(count)]
        parts = [int(rest * weight / sum(weights)) for weight in weights]
        parts[0] += rest - sum(parts)
        return [part if part >= DUST else 0 for part in parts]

    def _receive(self, made: Transaction, spendable_from: int) -> None:
        for at, output in enumerate(made.outputs):
            wallet = self._wallets.get(output.script)
            if wallet is not None and output.value:
                outpoint = Outpoint(made.txid, at)
                wallet.coins[outpoint] = Coin(outpoint, output, spendable_from)

    def book(
        self, made: Transaction, pool: str, miners: dict[bytes, str], left_out: Collection[bytes] = ()
    ) -> None:
        """Enter a transaction's outputs to miners into the pool's books."""
        for at, output in enumerate(made.outputs):
            if output.script in miners and output.script not in left_out:
                outpoint = Outpoint(made.txid, at)
                self.payouts[outpoint] = TruePayout(
                    outpoint, output.script, output.value, pool, miners[output.script]
                )

    def reward(self) -> int:
        """Satoshi of the next block: subsidy and the fees that wait."""
        return REGTEST.subsidy_at(self.height + 1) + self._fees

    def mine(self, finder: str, tag: bytes, outputs: Sequence[tuple[bytes, int]]) -> Transaction:
        """Close a block with everything that waits; the outputs must share the whole reward."""
        if sum(value for _, value in outputs) != self.reward():
            raise ValueError("a coinbase must pay the block's whole reward here")
        self.height += 1
        paid = [Output(value, script) for script, value in outputs]
        paid.append(Output(0, witness_commitment(self._waiting)))
        script = height_push(self.height) + pushed(tag + self.chance.randbytes(8))
        claim = Input(Outpoint(NULL_TXID, 0xFFFFFFFF), script, (bytes(32),))
        coinbase = transaction_of(2, [claim], paid, 0)
        self._receive(coinbase, self.height + MATURITY)
        time = self.time - self.block_seconds
        self._tip, raw = mined_block(self._tip, time, [coinbase, *self._waiting])
        self.blocks.append(raw)
        for position, made in enumerate([coinbase, *self._waiting]):
            self.confirmed.append(Confirmed(Place(self.height, position, self._tip, time), made))
        self.finders[coinbase.txid] = finder
        self._waiting, self._fees = [], 0
        return coinbase

    def truth(self) -> ChainTruth:
        """The chain as it is now."""
        history = MemoryHistory(REGTEST, self.confirmed)
        return ChainTruth(
            history,
            tuple(self.blocks),
            dict(self.payouts),
            dict(self.owners),
            dict(self.finders),
            frozenset(self.coinjoins),
        )
