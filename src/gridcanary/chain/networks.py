"""The networks whose blocks can be read, and what differs between them."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.contracts.errors import GridcanaryError

SATOSHI = 100_000_000
"""Smallest units in one coin; the same on every network here."""


class UnknownNetwork(GridcanaryError):
    """A network that gridcanary doesn't read, with what it would take."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class Network:
    """What a reader must know of a network.

    Args:
        name: our name of it, as in ``--network``.
        coin: ticker of its coin.
        magic: four bytes before each block in a node's block files.
        p2pkh, p2sh: version bytes of Base58 addresses; the first of each is used in writing.
        hrp: human-readable part of Bech32 addresses; empty where there are none.
        cash_prefix: prefix of CashAddr addresses; empty where there are none.
        work: proof-of-work hash, ``sha256d`` or ``scrypt``.
        merged: whether a block may prove the work of a parent chain (AuxPoW).
        mweb: whether blocks may carry Mimblewimble extension data.
        genesis: hash of the first block, as shown (big-endian hex).
        subsidy: satoshi of a block's reward at height 0; 0 where it follows no halving rule.
        halving: blocks between two halvings of the subsidy.
        block_seconds: intended time between two blocks.
    """

    name: str
    coin: str
    magic: bytes
    p2pkh: tuple[int, ...]
    p2sh: tuple[int, ...]
    hrp: str
    cash_prefix: str
    work: str
    merged: bool
    mweb: bool
    genesis: str
    subsidy: int
    halving: int
    block_seconds: int = 600

    def subsidy_at(self, height: int) -> int:
        """Satoshi that a block of this height may create beside its fees; ValueError where no rule is known."""
        if not self.halving:
            raise ValueError(f"{self.name}: the subsidy follows no halving rule")
        halvings = height // self.halving
        return self.subsidy >> halvings if halvings < 64 else 0


_GENESIS = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
_REGTEST_GENESIS = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
_COIN = SATOSHI

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            "bitcoin", "BTC", bytes.fromhex("f9beb4d9"), (0,), (5,), "bc", "", "sha256d", False, False,
            _GENESIS, 50 * _COIN, 210_000,
        ),
        Network(
            "testnet3", "tBTC", bytes.fromhex("0b110907"), (111,), (196,), "tb", "", "sha256d", False, False,
            "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943", 50 * _COIN, 210_000,
        ),
        Network(
            "testnet4", "tBTC", bytes.fromhex("1c163f28"), (111,), (196,), "tb", "", "sha256d", False, False,
            "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043", 50 * _COIN, 210_000,
        ),
        Network(
            "signet", "sBTC", bytes.fromhex("0a03cf40"), (111,), (196,), "tb", "", "sha256d", False, False,
            "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6", 50 * _COIN, 210_000,
        ),
        Network(
            "regtest", "rBTC", bytes.fromhex("fabfb5da"), (111,), (196,), "bcrt", "", "sha256d", False, False,
            _REGTEST_GENESIS, 50 * _COIN, 150,
        ),
        Network(
            "bitcoin-cash", "BCH", bytes.fromhex("e3e1f3e8"), (0,), (5,), "", "bitcoincash", "sha256d", False,
            False, _GENESIS, 50 * _COIN, 210_000,
        ),
        Network(
            "litecoin", "LTC", bytes.fromhex("fbc0b6db"), (48,), (50, 5), "ltc", "", "scrypt", False, True,
            "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2", 50 * _COIN, 840_000, 150,
        ),
        Network(
            "litecoin-regtest", "rLTC", bytes.fromhex("fabfb5da"), (111,), (58, 196), "rltc", "", "scrypt", False, True,
            "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9", 50 * _COIN, 150, 150,
        ),
        Network(
            "dogecoin", "DOGE", bytes.fromhex("c0c0c0c0"), (30,), (22,), "", "", "scrypt", True, False,
            "1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691", 0, 0, 60,
        ),
    )
}  # fmt: skip


def network_named(name: str) -> Network:
    """The network of a name; UnknownNetwork says what is known instead."""
    if name not in NETWORKS:
        raise UnknownNetwork(name, f"is not a known network (known: {', '.join(NETWORKS)})")
    return NETWORKS[name]
