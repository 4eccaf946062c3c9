"""Output descriptors (BIP 380 to 386) that name their keys: each is one script, or a few.

Extended keys (xpub …) would need derivation, and ``tr()`` a tweaked key; both are refused with what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.networks import Network
from gridcanary.chain.scripts import (
    OP_1,
    OP_CHECKMULTISIG,
    OP_CHECKSIG,
    hash160,
    is_public_key,
    p2pkh,
    p2sh,
    witness_script,
)
from gridcanary.contracts.encodings.five_bits import ALPHABET
from gridcanary.contracts.errors import GridcanaryError

_LETTERS = "0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH`#\"\\ "
_GENERATORS = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)
_CHECKSUM = 8
_MOST_KEYS = 16
_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_ORIGIN = re.compile(r"\[[0-9a-fA-F]{8}(/\d+[hH']?)*\]")


class BadDescriptor(GridcanaryError):
    """A descriptor that is malformed, or that needs what gridcanary doesn't do."""

    def __init__(self, text: str, problem: str) -> None:
        self.text, self.problem = text, problem
        super().__init__(f"{text!r}: {problem}")


def looks_like_descriptor(text: str) -> bool:
    """Whether the text is a call such as ``pkh(…)``."""
    return _CALL.fullmatch(text.partition("#")[0].strip()) is not None


def scripts_of_descriptor(text: str, network: Network) -> list[bytes]:
    """The scripts that a descriptor stands for; ``combo()`` gives up to four.

    Args:
        text: with or without its checksum, which is checked where it is there.
        network: for ``addr()``.

    Raises:
        BadDescriptor: malformed, a wrong checksum, extended or private keys, or a function not known here.
        BadAddress: in ``addr()``.
    """
    body, sign, checksum = text.strip().partition("#")
    if sign and _checksum(text, body) != checksum:
        raise BadDescriptor(text, "the checksum behind # is wrong")
    name, arguments = _call(text, body)
    if name == "combo":
        return _combo(_key(text, arguments))
    if name == "addr":
        return [script_of_address(arguments, network)]
    if name == "raw":
        return [_hex(text, arguments)]
    return [_script(text, name, arguments, depth=0)]


def _script(text: str, name: str, arguments: str, depth: int) -> bytes:
    """The script of one function; ``depth`` 0 outside, 1 in sh(), 2 in wsh()."""
    builders: dict[str, Callable[[], bytes]] = {
        "pk": lambda: _pay_to_key(_key(text, arguments)),
        "pkh": lambda: p2pkh(hash160(_key(text, arguments))),
        "multi": lambda: _multi(text, arguments, in_order=False),
        "sortedmulti": lambda: _multi(text, arguments, in_order=True),
    }
    if depth < 2:
        builders["wpkh"] = lambda: witness_script(0, hash160(_short_key(text, arguments)))
        builders["wsh"] = lambda: witness_script(0, hashlib.sha256(_inner(text, arguments, 2)).digest())
    if depth == 0:
        builders["sh"] = lambda: p2sh(hash160(_inner(text, arguments, 1)))
    if name in ("tr", "rawtr"):
        raise BadDescriptor(text, "tr() is not computed here; give the address bc1p… instead")
    if name not in builders:
        raise BadDescriptor(text, f"{name}() is not known here, or not allowed at this place")
    return builders[name]()


def _inner(text: str, arguments: str, depth: int) -> bytes:
    return _script(text, *_call(text, arguments), depth=depth)


def _call(text: str, body: str) -> tuple[str, str]:
    match = _CALL.fullmatch(body)
    if match is None:
        raise BadDescriptor(text, "is not of the form name(…)")
    return match.group(1), match.group(2)


def _key(text: str, argument: str) -> bytes:
    written = _ORIGIN.sub("", argument, count=1) if argument.startswith("[") else argument
    if re.match(r"[xyztuv](pub|prv)", written, re.IGNORECASE):
        raise BadDescriptor(
            text, "extended keys are not derived here; let the wallet software list its addresses"
        )
    key = _hex(text, written)
    if not is_public_key(key):
        raise BadDescriptor(text, "is not a public key of 33 or 65 bytes in hex")
    return key


def _short_key(text: str, argument: str) -> bytes:
    key = _key(text, argument)
    if len(key) != 33:
        raise BadDescriptor(text, "SegWit takes keys of 33 bytes only")
    return key


def _hex(text: str, written: str) -> bytes:
    if not re.fullmatch(r"([0-9a-fA-F]{2})*", written):
        raise BadDescriptor(text, "hex digits are expected where a key or a script stands")
    return bytes.fromhex(written)


def _pay_to_key(key: bytes) -> bytes:
    return bytes([len(key)]) + key + bytes([OP_CHECKSIG])


def _combo(key: bytes) -> list[bytes]:
    scripts = [_pay_to_key(key), p2pkh(hash160(key))]
    if len(key) == 33:
        native = witness_script(0, hash160(key))
        scripts += [native, p2sh(hash160(native))]
    return scripts


def _multi(text: str, arguments: str, *, in_order: bool) -> bytes:
    required, *written = arguments.split(",")
    keys = [_key(text, one.strip()) for one in written]
    if not required.isdigit() or not 1 <= int(required) <= len(keys) <= _MOST_KEYS:
        raise BadDescriptor(text, f"{required} of {len(keys)} keys can't be asked for")
    pushed = [bytes([len(key)]) + key for key in (sorted(keys) if in_order else keys)]
    return bytes([OP_1 - 1 + int(required), *b"".join(pushed), OP_1 - 1 + len(keys), OP_CHECKMULTISIG])


def _checksum(text: str, body: str) -> str:
    """The eight letters that BIP 380 puts behind the #."""
    if any(letter not in _LETTERS for letter in body):
        raise BadDescriptor(text, "holds a letter that descriptors don't use")
    places = [_LETTERS.index(letter) for letter in body]
    symbols: list[int] = []
    for at in range(0, len(places), 3):
        three = places[at : at + 3]
        symbols += [place & 31 for place in three]
        group = 0
        for place in three:
            group = group * 3 + (place >> 5)
        symbols.append(group)
    check = 1
    for value in [*symbols, *[0] * _CHECKSUM]:
        top = check >> 35
        check = (check & 0x7FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    check ^= 1
    return "".join(ALPHABET[check >> 5 * (_CHECKSUM - 1 - at) & 31] for at in range(_CHECKSUM))
