"""Output scripts: their types and how they are built.

Types and templates follow Bitcoin Core's "standard" scripts; Bitcoin Cash adds P2SH of 32 bytes (May 2023).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gridcanary.chain.ripemd160 import ripemd160

ScriptType = Literal[
    "p2pkh",
    "p2sh",
    "p2sh32",
    "p2wpkh",
    "p2wsh",
    "p2tr",
    "witness",
    "p2pk",
    "multisig",
    "data",
    "empty",
    "other",
]
"""``witness``: a version that has no rules yet; ``data``: OP_RETURN, which nobody can spend."""

OP_0, OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4 = 0x00, 0x4C, 0x4D, 0x4E
OP_1NEGATE, OP_RESERVED, OP_1, OP_16 = 0x4F, 0x50, 0x51, 0x60
OP_RETURN, OP_DUP, OP_EQUAL, OP_EQUALVERIFY = 0x6A, 0x76, 0x87, 0x88
OP_HASH160, OP_HASH256, OP_CHECKSIG, OP_CHECKMULTISIG, OP_CHECKMULTISIGVERIFY = 0xA9, 0xAA, 0xAC, 0xAE, 0xAF
_LENGTH_BYTES = {OP_PUSHDATA1: 1, OP_PUSHDATA2: 2, OP_PUSHDATA4: 4}
_MOST_MULTISIG_KEYS = 16


def hash160(data: bytes) -> bytes:
    """RIPEMD-160 of SHA-256, 20 bytes: what P2PKH, P2SH and P2WPKH name a key or a script by."""
    return ripemd160(hashlib.sha256(data).digest())


def p2pkh(digest: bytes) -> bytes:
    """Pays the key of a 20-byte hash."""
    return bytes([OP_DUP, OP_HASH160, 20]) + digest + bytes([OP_EQUALVERIFY, OP_CHECKSIG])


def p2sh(digest: bytes) -> bytes:
    """Pays the script of a 20-byte hash."""
    return bytes([OP_HASH160, 20]) + digest + bytes([OP_EQUAL])


def p2sh32(digest: bytes) -> bytes:
    """Pays the script of a 32-byte hash; Bitcoin Cash only."""
    return bytes([OP_HASH256, 32]) + digest + bytes([OP_EQUAL])


def witness_script(version: int, program: bytes) -> bytes:
    """Pays a witness program of a version from 0 to 16."""
    return bytes([OP_1 + version - 1 if version else OP_0, len(program)]) + program


def pubkey_hash(script: bytes) -> bytes | None:
    """The key's hash in a P2PKH script, None in another."""
    if len(script) == 25 and script == p2pkh(script[3:23]):
        return script[3:23]
    return None


def script_hash(script: bytes) -> bytes | None:
    """The script's hash, 20 or 32 bytes, in a P2SH script; None in another."""
    if len(script) == 23 and script == p2sh(script[2:22]):
        return script[2:22]
    if len(script) == 35 and script == p2sh32(script[2:34]):
        return script[2:34]
    return None


def witness_program(script: bytes) -> tuple[int, bytes] | None:
    """Version and program of a witness script (BIP 141), None in another."""
    if not 4 <= len(script) <= 42 or script[1] != len(script) - 2:
        return None
    if script[0] != OP_0 and not OP_1 <= script[0] <= OP_16:
        return None
    return (script[0] - OP_1 + 1 if script[0] else 0), script[2:]


def public_key(script: bytes) -> bytes | None:
    """The key in a P2PK script, 33 or 65 bytes; None in another."""
    if len(script) in (35, 67) and script[0] == len(script) - 2 and script[-1] == OP_CHECKSIG:
        key = script[1:-1]
        return key if is_public_key(key) else None
    return None


def is_public_key(data: bytes) -> bool:
    """Whether the bytes have the form of a key: 33 from 02 or 03, 65 from 04 (or 06, 07, an old hybrid form)."""
    return (len(data) == 33 and data[0] in (2, 3)) or (len(data) == 65 and data[0] in (4, 6, 7))


@dataclass(frozen=True, slots=True)
class Multisig:
    """A script that asks for signatures of some of its keys."""

    required: int
    keys: tuple[bytes, ...]


def multisig(script: bytes) -> Multisig | None:
    """What a bare multisig script asks for, None in another."""
    if len(script) < 3 or script[-1] != OP_CHECKMULTISIG:
        return None
    required, total = script[0] - OP_1 + 1, script[-2] - OP_1 + 1
    keys = pushes(script[1:-2])
    if keys is None or not 1 <= required <= total <= _MOST_MULTISIG_KEYS or len(keys) != total:
        return None
    return Multisig(required, tuple(keys)) if all(is_public_key(key) for key in keys) else None


def operations(script: bytes) -> Iterator[tuple[int, bytes]]:
    """Each opcode with the bytes that it pushes; ValueError where the script ends in the middle of a push."""
    at = 0
    while at < len(script):
        opcode = script[at]
        at += 1
        width = _LENGTH_BYTES.get(opcode, 0)
        size = int.from_bytes(script[at : at + width], "little") if width else opcode
        size = size if opcode <= OP_PUSHDATA4 else 0
        at += width + size
        if at > len(script):
            raise ValueError(f"a push of {size} bytes goes past the end of the script")
        yield opcode, script[at - size : at]


def pushes(script: bytes) -> list[bytes] | None:
    """What a script pushes, where it does nothing else; None where it does, or ends in the middle of a push."""
    items = []
    try:
        for opcode, item in operations(script):
            if opcode > OP_16 or opcode == OP_RESERVED:
                return None
            items.append(item if opcode <= OP_PUSHDATA4 else _small_number(opcode))
    except ValueError:
        return None
    return items


def _small_number(opcode: int) -> bytes:
    return b"\x81" if opcode == OP_1NEGATE else bytes([opcode - OP_1 + 1])


def has_signature_check(script: bytes) -> bool:
    """Whether the bytes are a whole script that asks for a signature somewhere."""
    try:
        return any(OP_CHECKSIG <= opcode <= OP_CHECKMULTISIGVERIFY for opcode, _ in operations(script))
    except ValueError:
        return False


def script_type(script: bytes) -> ScriptType:
    """The type of an output script."""
    if not script:
        return "empty"
    if script[0] == OP_RETURN:
        return "data"
    if pubkey_hash(script) is not None:
        return "p2pkh"
    if (digest := script_hash(script)) is not None:
        return "p2sh" if len(digest) == 20 else "p2sh32"
    program = witness_program(script)
    if program is not None:
        return _WITNESS_TYPES.get((program[0], len(program[1])), "witness" if program[0] else "other")
    if public_key(script) is not None:
        return "p2pk"
    return "other" if multisig(script) is None else "multisig"


_WITNESS_TYPES: dict[tuple[int, int], ScriptType] = {(0, 20): "p2wpkh", (0, 32): "p2wsh", (1, 32): "p2tr"}
