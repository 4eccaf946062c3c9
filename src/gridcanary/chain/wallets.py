"""The list of wallets that a case is about: addresses, scripts or descriptors, each with whose it is and its source.

CSV, TXT or JSON. What is malformed stops the reading, because a mistyped address would silently find nothing;
what belongs to a coin that can't be followed here is kept apart, with what would be needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gridcanary.chain.addresses import networks_of_address, script_of_address, shown_script
from gridcanary.chain.descriptors import BadDescriptor, looks_like_descriptor, scripts_of_descriptor
from gridcanary.chain.foreign_coins import Foreign, foreign
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.rows import Row, read_text
from gridcanary.chain.scripts import script_type
from gridcanary.chain.wallet_rows import wallet_rows
from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.errors import InputError

COINS = {
    **{name: name for name in NETWORKS},
    "btc": "bitcoin",
    "xbt": "bitcoin",
    "比特币": "bitcoin",
    "bch": "bitcoin-cash",
    "比特币现金": "bitcoin-cash",
    "ltc": "litecoin",
    "莱特币": "litecoin",
    "doge": "dogecoin",
    "狗狗币": "dogecoin",
}
"""What a file may call a coin, in small letters, and the network."""

_SCRIPT_HEX = re.compile(r"([0-9a-fA-F]{2}){3,}")
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wallet:
    """One script that the case watches.

    Args:
        script: the output script.
        network: the name of its network.
        text: what the file says: an address, a script in hex or a descriptor.
        name, owner, source: as the file says, empty where it doesn't.
        row: line in the file, from 1; place in the list for JSON.
    """

    script: bytes
    network: str
    text: str
    name: str = ""
    owner: str = ""
    source: str = ""
    row: int = 0

    @property
    def shown(self) -> str:
        """The script as its network writes it."""
        return str(shown_script(self.script, NETWORKS[self.network]))


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """A line of the file that no public UTXO chain can answer.

    Args:
        text: what the file says; masked where it is a secret.
        what: the coin, and what would be needed.
        name, owner, source, row: as in :class:`Wallet`.
    """

    text: str
    what: Foreign
    name: str = ""
    owner: str = ""
    source: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class WalletList:
    """A file of wallets as read.

    Args:
        path: the file.
        sha256: its digest, hex.
        wallets: what can be followed, each script once per network (the first row that names it).
        not_followed: what can't.
        repeated: rows that name a script again, left out of ``wallets``.
    """

    path: Path
    sha256: str
    wallets: tuple[Wallet, ...]
    not_followed: tuple[NotFollowed, ...]
    repeated: tuple[Wallet, ...]

    def on(self, network: Network) -> tuple[Wallet, ...]:
        """The wallets of one network."""
        return tuple(wallet for wallet in self.wallets if wallet.network == network.name)


class WalletsRefused(InputError):
    """Rows of a list of wallets that are malformed; all of them, so that they can be mended at once.

    Args:
        file: the list.
        faults: row and problem of each.
    """

    def __init__(self, file: Path, faults: list[tuple[int, str]]) -> None:
        self.faults = faults
        row, problem = faults[0]
        others = [f"row {at}: {what}" for at, what in faults[1:_MOST_SHOWN]]
        if len(faults) > _MOST_SHOWN:
            others.append(f"{len(faults) - _MOST_SHOWN} more rows")
        super().__init__(file, "; ".join([problem, *others]), row=row, column="address")


def read_wallets(path: Path, network: Network, mapping: Mapping[str, str] | None = None) -> WalletList:
    """The wallets of a file.

    Args:
        path: ``.csv`` with a header, ``.json`` (a list of texts or of objects), or anything else as text with
            an address a line, a name behind it, and remarks from ``#``.
        network: of rows that name no coin. A row whose address can only belong to one other network (bc1…,
            ltc1…, D…) goes there; one that could belong to several is refused.
        mapping: names of columns in the file by our names (:data:`gridcanary.chain.wallet_rows.COLUMNS`).

    Raises:
        InputError: unreadable, without a column of addresses, or with malformed rows (:class:`WalletsRefused`).
    """
    file = read_text(path)
    found: dict[tuple[str, bytes], Wallet] = {}
    not_followed: list[NotFollowed] = []
    repeated: list[Wallet] = []
    faults: list[tuple[int, str]] = []
    for row in wallet_rows(file, mapping):
        try:
            told = _told(row, network)
        except (BadAddress, BadDescriptor, _BadRow) as error:
            faults.append((row.number, error.problem))
            continue
        if isinstance(told, NotFollowed):
            not_followed.append(told)
            continue
        for wallet in told:
            kept = found.setdefault((wallet.network, wallet.script), wallet)
            if kept is not wallet:
                repeated.append(wallet)
    if faults:
        raise WalletsRefused(path, faults)
    if not found and not not_followed:
        raise InputError(
            path, "holds no wallets", remedy="one address a line, or a CSV with a column address"
        )
    return WalletList(path, file.sha256, tuple(found.values()), tuple(not_followed), tuple(repeated))


class _BadRow(Exception):
    """A row that is wrong in another way than its address."""

    def __init__(self, problem: str) -> None:
        self.problem = problem


def _told(row: Row, network: Network) -> list[Wallet] | NotFollowed:
    """What one row means."""
    text = row.cells.get("address", "")
    if not text:
        raise _BadRow("no address")
    named = _network_named(row)
    meant = named or network
    about = {name: row.cells.get(name, "") for name in ("name", "owner", "source")}
    base = Wallet(b"", meant.name, text, **about, row=row.number)
    script = _script_on(text, meant)
    if script is not None:
        return [replace(base, script=script)]
    other = foreign(text)
    if other is not None:
        shown = f"{text[:2]}… ({len(text)} letters)" if other.secret else text
        return NotFollowed(shown, other, **about, row=row.number)
    text, worker = _without_worker(text)
    base = replace(base, text=text, name=base.name or worker)
    if looks_like_descriptor(text):
        return [replace(base, script=script) for script in scripts_of_descriptor(text, meant)]
    if _SCRIPT_HEX.fullmatch(text):
        return [replace(base, script=_script(text))]
    where = meant if named is not None else _network_of(text, network)
    return [replace(base, network=where.name, script=script_of_address(text, where))]


def _script_on(text: str, network: Network) -> bytes | None:
    """The script of an address, None where the text isn't one on the network."""
    try:
        return script_of_address(text, network)
    except BadAddress:
        return None


def _network_named(row: Row) -> Network | None:
    coin = row.cells.get("coin", "").lower()
    if not coin:
        return None
    if coin not in COINS:
        if foreign(row.cells["address"]) is not None:
            return None
        known = ", ".join(sorted({*NETWORKS, "btc", "bch", "ltc", "doge"}))
        raise _BadRow(f"coin {coin!r} is not known here (known: {known})")
    return NETWORKS[COINS[coin]]


def _network_of(address: str, network: Network) -> Network:
    """The given network where the address is valid there, else the only other one; BadAddress otherwise."""
    where = networks_of_address(address)
    if network in where or len(where) != 1:
        return network
    return where[0]


def _script(text: str) -> bytes:
    script = bytes.fromhex(text)
    kind = script_type(script)
    if kind in ("other", "data"):
        raise _BadRow(f"{text!r} is hex, but no script that pays anybody; a public key is written pk(KEY)")
    return script


def _without_worker(text: str) -> tuple[str, str]:
    """An address as miners log in with it, ``ADDRESS.worker``, as address and worker."""
    address, point, worker = text.partition(".")
    return (address, worker) if point and networks_of_address(address) else (text, "")
