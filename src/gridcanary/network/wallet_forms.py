"""Wallets by their form and their checksum: what a miner logs in with is one of these, or the name of an account.

A coin is only named where the form belongs to it; several are named where several coins share the form (an address of
Bitcoin's oldest kind is one of Bitcoin Cash too). Prefixes: each coin's ``chainparams`` and SLIP-0173 for Bech32.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from gridcanary.contracts.encodings import base58, bech32, cashaddr, cryptonote
from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.encodings.keccak import keccak_256


@dataclass(frozen=True, slots=True)
class WalletForm:
    """A wallet that a text is.

    Args:
        text: the wallet as written.
        network: coins that write wallets so, ``|`` between them.
        checked: whether a checksum held; some forms have none.
    """

    text: str
    network: str
    checked: bool = True


_BASE58_VERSIONS = {
    b"\x00": "bitcoin|bitcoin-cash",
    b"\x05": "bitcoin|bitcoin-cash|litecoin",
    b"\x30": "litecoin",
    b"\x32": "litecoin",
    b"\x1e": "dogecoin|digibyte",
    b"\x16": "dogecoin",
    b"\x3f": "digibyte",
    b"\x4c": "dash",
    b"\x10": "dash",
    b"\x3c": "ravencoin|komodo|verus",
    b"\x7a": "ravencoin",
    b"\x47": "vertcoin",
    b"\x26": "bitcoin-gold",
    b"\x17": "bitcoin-gold",
    b"\x52": "firo",
    b"\x41": "tron",
    b"\x1c\xb8": "zcash|flux",
    b"\x1c\xbd": "zcash|flux",
    b"\x20\x89": "horizen",
    b"\x20\x96": "horizen",
}
_HASH_BYTES = 20
_BECH32_PREFIXES = {
    "bc": "bitcoin",
    "ltc": "litecoin",
    "dgb": "digibyte",
    "vtc": "vertcoin",
    "grs": "groestlcoin",
    "btg": "bitcoin-gold",
    "hs": "handshake",
    "zs": "zcash",
    "aleo": "aleo",
}
_CASHADDR_PREFIXES = {
    "bitcoincash": "bitcoin-cash",
    "ecash": "ecash",
    "kaspa": "kaspa",
    "nexa": "nexa",
}
_CRYPTONOTE_COINS = {18: "monero", 19: "monero", 42: "monero", 4146: "wownero"}
"""Every number is another coin; those without a name here are called ``cryptonote``."""

_BASE58_FORM = re.compile(r"[1-9A-HJ-NP-Za-km-z]{25,120}")
_BECH32_FORM = re.compile(r"[a-z]{2,4}1[02-9ac-hj-np-z]{30,80}", re.IGNORECASE)
_CASHADDR_FORM = re.compile(r"(?:([a-z]{3,12}):)?([02-9ac-hj-np-z]{40,112})", re.IGNORECASE)
_HEX_40 = re.compile(r"(?:0x)?([0-9a-fA-F]{40})")
_HEX_76 = re.compile(r"[0-9a-fA-F]{76}")
_KADENA_FORM = re.compile(r"k:[0-9a-f]{64}")
_LONGEST = 240
_ERGO_NETWORKS = (0x01, 0x02, 0x03)


@lru_cache(maxsize=65_536)
def wallet_of(text: str) -> WalletForm | None:
    """The wallet that the whole text is; None where it is none, so that it may be the name of an account.

    Args:
        text: as a miner wrote it, without a worker's name behind it.

    >>> wallet_of("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").network
    'bitcoin|bitcoin-cash'
    """
    if not 25 <= len(text) <= _LONGEST or not text.isascii():
        return None
    for form in (_evm, _of_bech32, _of_base58, _of_cryptonote, _of_cashaddr, _ergo, _sia, _kadena):
        if (found := form(text)) is not None:
            return found
    return None


def wallet_in(login: str) -> WalletForm | None:
    """The first wallet in a login such as ``WALLET.worker``, ``WALLET+25000``, ``solo:WALLET`` or ``TRX:WALLET/mail``.

    Args:
        login: what the miner sent as its user.
    """
    return next((found for part in _parts(login) if (found := wallet_of(part)) is not None), None)


def _parts(login: str) -> Iterator[str]:
    """The login, what stands before a worker's name, and its pieces; those with a colon whole before they are cut."""
    yield login
    for pattern in (r"[./+@#\s|,;=]", r"[./+@#\s|,;=:_-]"):
        yield from (part for part in re.split(pattern, login) if len(part) >= 25)


def _of_base58(text: str) -> WalletForm | None:
    if not _BASE58_FORM.fullmatch(text) or len(text) > 40:
        return None
    try:
        payload = base58.decode_check(text)
    except BadAddress:
        return None
    network = _BASE58_VERSIONS.get(payload[: len(payload) - _HASH_BYTES])
    return WalletForm(text, network) if network else None


def _of_cryptonote(text: str) -> WalletForm | None:
    if not _BASE58_FORM.fullmatch(text):
        return None
    try:
        coin, _keys = cryptonote.decode(text)
    except BadAddress:
        return None
    return WalletForm(text, _CRYPTONOTE_COINS.get(coin, "cryptonote"))


def _of_bech32(text: str) -> WalletForm | None:
    if not _BECH32_FORM.fullmatch(text):
        return None
    network = _BECH32_PREFIXES.get(text.lower().rpartition("1")[0])
    if network is None:
        return None
    try:
        bech32.decode(text)
    except BadAddress:
        return None
    return WalletForm(text, network)


def _of_cashaddr(text: str) -> WalletForm | None:
    match = _CASHADDR_FORM.fullmatch(text)
    if match is None:
        return None
    given, letters = (match[1] or "").lower(), match[2].lower()
    for prefix, network in _CASHADDR_PREFIXES.items():
        if given in ("", prefix) and cashaddr.checksum_holds(prefix, letters):
            return WalletForm(text, network)
    return None


def _evm(text: str) -> WalletForm | None:
    """0x and 40 hexadecimal digits; capital and small letters carry a checksum (EIP-55) only where both are used."""
    match = _HEX_40.fullmatch(text)
    if match is None:
        return None
    digits, mixed = match[1], match[1].lower() != match[1] and match[1].upper() != match[1]
    if mixed and not _eip55_holds(digits):
        return None
    return WalletForm(text, "ethereum|ethereum-classic", checked=mixed)


def _eip55_holds(digits: str) -> bool:
    digest = keccak_256(digits.lower().encode("ascii")).hex()
    return all(
        letter.isdigit() or letter.isupper() == (int(nibble, 16) >= 8)
        for letter, nibble in zip(digits, digest[:40], strict=True)
    )


def _ergo(text: str) -> WalletForm | None:
    """Ergo: Base58 of a network byte, a key and four bytes of BLAKE2b-256."""
    if not _BASE58_FORM.fullmatch(text) or not 50 <= len(text) <= 53:
        return None
    data = base58.decode(text)
    held = blake2b(data[:-4], digest_size=32).digest()[:4] == data[-4:]
    return WalletForm(text, "ergo") if held and data[0] in _ERGO_NETWORKS else None


def _sia(text: str) -> WalletForm | None:
    """Siacoin: a 32-byte hash and six bytes of its BLAKE2b-256, in hexadecimal."""
    if not _HEX_76.fullmatch(text):
        return None
    data = bytes.fromhex(text)
    return (
        WalletForm(text, "siacoin") if blake2b(data[:32], digest_size=32).digest()[:6] == data[32:] else None
    )


def _kadena(text: str) -> WalletForm | None:
    return WalletForm(text, "kadena", checked=False) if _KADENA_FORM.fullmatch(text) else None
