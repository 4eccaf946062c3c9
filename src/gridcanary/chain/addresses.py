"""Scripts as addresses and addresses as scripts, on each network; an address is never read on a guess.

The same text may be an address of several networks (1… of Bitcoin and Bitcoin Cash, 3… of those and of old
Litecoin), so the caller always names the network.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.scripts import (
    ScriptType,
    hash160,
    multisig,
    p2pkh,
    p2sh,
    p2sh32,
    pubkey_hash,
    public_key,
    script_hash,
    script_type,
    witness_program,
    witness_script,
)
from gridcanary.contracts.encodings import base58, bech32, cashaddr
from gridcanary.contracts.encodings.errors import BadAddress

_BASE58_PAYLOAD = 21
_LONGEST_BASE58_ADDRESS = 35
_P2PKH_TYPES = (0, 2)
_P2SH_TYPES = (1, 3)


def address_of_script(script: bytes, network: Network) -> str | None:
    """The address that people pay when they pay this script; None where the script has none.

    A public key alone (P2PK), bare multisig and data carriers have no address. Litecoin's P2SH is written
    M…, Bitcoin Cash in CashAddr with its prefix.

    Args:
        script: the output script.
        network: whose way of writing applies.
    """
    if (digest := pubkey_hash(script)) is not None:
        return _of_hash(network, 0, network.p2pkh[0], digest)
    if (digest := script_hash(script)) is not None:
        if len(digest) == 20:
            return _of_hash(network, 1, network.p2sh[0], digest)
        return cashaddr.encode(network.cash_prefix, 1, digest) if network.cash_prefix else None
    program = witness_program(script)
    if program is None or not network.hrp:
        return None
    version, data = program
    if version == 0 and len(data) not in (20, 32):
        return None
    return bech32.encode_witness(network.hrp, version, data)


def _of_hash(network: Network, kind: int, version: int, digest: bytes) -> str:
    if network.cash_prefix:
        return cashaddr.encode(network.cash_prefix, kind, digest)
    return base58.encode_check(bytes([version]) + digest)


def script_of_address(address: str, network: Network) -> bytes:
    """The script that an address of the network stands for.

    Args:
        address: as people write it, without blanks around it.
        network: where it shall be valid.

    Raises:
        BadAddress: mistyped, of another network, or none at all; ``fault`` says which.
    """
    prefix = address.lower().rpartition("1")[0]
    if any(prefix == known.hrp for known in NETWORKS.values() if known.hrp):
        return _of_bech32(address, network)
    if ":" in address or (network.cash_prefix and len(address) > _LONGEST_BASE58_ADDRESS):
        return _of_cashaddr(address, network)
    if len(address) > _LONGEST_BASE58_ADDRESS and address in (address.lower(), address.upper()):
        return _of_bech32(address, network)
    return _of_base58(address, network)


@dataclass(frozen=True, slots=True)
class ShownScript:
    """A script for people's eyes.

    Args:
        type: its type, which is always said with it.
        address: its address; None where it has none.
        key_address: for a public key alone (P2PK), the address of that key. Explorers show it as if the script
            had this address, but paying the address makes another script.
        script: the script itself.
    """

    type: ScriptType
    address: str | None
    key_address: str | None
    script: bytes

    def __str__(self) -> str:
        if self.address is not None:
            return self.address
        if self.key_address is not None:
            return f"{self.key_address} (p2pk)"
        asked = multisig(self.script)
        kind = f"{asked.required}-of-{len(asked.keys)} multisig" if asked else self.type
        return f"{kind} {self.script.hex()}".strip()


def shown_script(script: bytes, network: Network) -> ShownScript:
    """A script with its type and its address, or what else it can be called by."""
    key = public_key(script)
    key_address = address_of_script(p2pkh(hash160(key)), network) if key is not None else None
    return ShownScript(script_type(script), address_of_script(script, network), key_address, script)


def networks_of_address(address: str) -> list[Network]:
    """Every network where this text is a valid address; empty where it is none."""
    found = []
    for network in NETWORKS.values():
        try:
            script_of_address(address, network)
        except BadAddress:
            continue
        found.append(network)
    return found


def _of_base58(address: str, network: Network) -> bytes:
    payload = base58.decode_check(address)
    if len(payload) != _BASE58_PAYLOAD:
        raise BadAddress(address, "length", f"{len(payload)} bytes where an address has {_BASE58_PAYLOAD}")
    version, digest = payload[0], payload[1:]
    if version in network.p2pkh:
        return p2pkh(digest)
    if version in network.p2sh:
        return p2sh(digest)
    others = [known.name for known in NETWORKS.values() if version in known.p2pkh + known.p2sh]
    raise BadAddress(address, "network", _elsewhere(f"its version byte {version}", others, network))


def _of_bech32(address: str, network: Network) -> bytes:
    prefix, version, program = bech32.decode_witness(address)
    if prefix != network.hrp:
        others = [known.name for known in NETWORKS.values() if known.hrp == prefix]
        raise BadAddress(address, "network", _elsewhere(f"its prefix {prefix!r}", others, network))
    return witness_script(version, program)


def _of_cashaddr(address: str, network: Network) -> bytes:
    if not network.cash_prefix:
        prefix = address.lower().partition(":")[0]
        others = [known.name for known in NETWORKS.values() if known.cash_prefix == prefix]
        raise BadAddress(address, "network", _elsewhere(f"its prefix {prefix!r}", others, network))
    kind, digest = cashaddr.decode(address, network.cash_prefix)
    if kind in _P2PKH_TYPES and len(digest) == 20:
        return p2pkh(digest)
    if kind in _P2SH_TYPES and len(digest) in (20, 32):
        return p2sh(digest) if len(digest) == 20 else p2sh32(digest)
    raise BadAddress(address, "version", f"no script is defined for type {kind} with {len(digest)} bytes")


def _elsewhere(what: str, others: list[str], network: Network) -> str:
    if not others:
        return f"{what} belongs to no network that gridcanary reads"
    return f"{what} belongs to {', '.join(others)}, not to {network.name}"
