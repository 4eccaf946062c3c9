"""Wallets of the simulated chain: scripts of every usual type, and inputs of the shape that spends them.

Signatures have the right form and length and are otherwise random: nothing here can be spent anywhere.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Literal

from gridcanary.chain.scripts import hash160, p2pkh, p2sh, witness_script
from gridcanary.chain.transactions import Input, Outpoint, Output
from gridcanary.simulator.chain_truth.serialising import pushed

Form = Literal["p2pkh", "p2sh-p2wpkh", "p2wpkh", "p2tr"]
FORMS: tuple[Form, ...] = ("p2pkh", "p2sh-p2wpkh", "p2wpkh", "p2tr")


@dataclass(frozen=True, slots=True)
class Coin:
    """An output that a wallet can spend.

    Args:
        outpoint, output: which.
        spendable_from: first height at which it may be spent.
    """

    outpoint: Outpoint
    output: Output
    spendable_from: int


@dataclass(frozen=True, slots=True)
class Software:
    """What a wallet's program leaves in its transactions.

    Args:
        version, sequence: of what it makes.
        locks: whether it locks to the present height, as Bitcoin Core does.
        fee_rate: satoshi per byte.
    """

    version: int
    sequence: int
    locks: bool
    fee_rate: int


CORE = Software(2, 0xFFFFFFFD, True, 6)
BATCHER = Software(1, 0xFFFFFFFF, False, 9)
PHONE = Software(2, 0xFFFFFFFE, False, 12)


@dataclass
class Wallet:
    """Coins under one owner's keys.

    Args:
        owner: who has the keys, the truth that a follower is judged by.
        form: type of its scripts.
        software: what it signs with.
        coins: what it can spend, by outpoint.
        scripts: every script that it ever gave out, with the key.
    """

    owner: str
    form: Form
    software: Software
    coins: dict[Outpoint, Coin] = field(default_factory=dict)
    scripts: dict[bytes, bytes] = field(default_factory=dict)

    def fresh_script(self) -> bytes:
        """A script that nobody has seen."""
        seed = f"{self.owner}/{id_of(self)}/{len(self.scripts)}".encode()
        key = b"\2" + hashlib.sha256(seed).digest()
        script = script_of(key, self.form)
        self.scripts[script] = key
        return script

    def balance(self, height: int) -> int:
        """Satoshi that it may spend at the height."""
        return sum(coin.output.value for coin in self.coins.values() if coin.spendable_from <= height)

    def spend(self, coin: Coin, chance: random.Random) -> Input:
        """An input that claims the coin."""
        return _claim(coin, self.scripts[coin.output.script], self.form, self.software.sequence, chance)


def id_of(wallet: Wallet) -> str:
    """What sets apart two wallets of one owner: their form and program."""
    return f"{wallet.form}/{wallet.software.version}/{wallet.software.fee_rate}"


def script_of(key: bytes, form: Form) -> bytes:
    """The output script that a key of 33 bytes is paid by."""
    if form == "p2pkh":
        return p2pkh(hash160(key))
    if form == "p2wpkh":
        return witness_script(0, hash160(key))
    if form == "p2tr":
        return witness_script(1, key[1:])
    return p2sh(hash160(witness_script(0, hash160(key))))


def _claim(coin: Coin, key: bytes, form: Form, sequence: int, chance: random.Random) -> Input:
    signature = b"\x30\x44\x02\x20" + chance.randbytes(32) + b"\x02\x20" + chance.randbytes(32) + b"\x01"
    script, witness = b"", tuple[bytes, ...]((signature, key))
    if form == "p2pkh":
        script, witness = pushed(signature) + pushed(key), ()
    elif form == "p2tr":
        witness = (chance.randbytes(64),)
    elif form == "p2sh-p2wpkh":
        script = pushed(witness_script(0, hash160(key)))
    return Input(coin.outpoint, script, witness, sequence, coin.output)
