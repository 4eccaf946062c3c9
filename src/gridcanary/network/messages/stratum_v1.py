"""Stratum v1: ``mining.*`` over lines of JSON, for SHA-256d, scrypt, Equihash, ProgPoW, kHeavyHash and more.

Sources: the protocol's page at Braiins (stratum v1 docs), ZIP 301 for Zcash, NiceHash's EthereumStratum/1.0.0 and
EIP-1571 for Ethereum's.
"""

from __future__ import annotations

from gridcanary.network.dialogue import Login
from gridcanary.network.messages.codes import METHODS
from gridcanary.network.messages.dialect import Dialect, Message, named_params_of, params_of
from gridcanary.network.messages.users import login_of, plain

HASHES_AT_ONE = {"scrypt": 2.0**16}
"""Expected hashes of a share of difficulty 1; 2^32 for all algorithms that aren't here. Scrypt pools count from a
target that is 65,536 times easier (Litecoin's pools and cgminer's --scrypt agree on it)."""

COMMON_HASHES_AT_ONE = 2.0**32


def hashes_at_one(algorithm: str | None) -> float:
    """Expected hashes of a share of difficulty 1."""
    return HASHES_AT_ONE.get(algorithm or "", COMMON_HASHES_AT_ONE)


def _read_login(message: Message, time_ns: int) -> Login | None:
    params = params_of(message)
    user = params[0] if params else named_params_of(message).get("address") or message.get("worker")
    return login_of(time_ns, user)


def _agent_of(message: Message) -> str | None:
    if message.get("method") not in ("mining.subscribe", "mining.hello"):
        return None
    params = params_of(message)
    agent = params[0] if params else None
    return plain(agent) if isinstance(agent, str) else plain(named_params_of(message).get("agent"))


def _is_hex(word: object, digits: int) -> bool:
    return (
        isinstance(word, str)
        and len(word) == digits
        and all(char in "0123456789abcdefABCDEF" for char in word)
    )


def _algorithm_of(message: Message) -> str | None:
    """By the form of a job: each coin's header needs other fields.

    A chain whose blocks are named by their proof of work shows zeros at the end of the previous block's hash (its
    words are turned about); Litecoin's and Dogecoin's are named by SHA-256d and proven by scrypt, so theirs show none.
    """
    if message.get("method") == "mining.subscribe":
        named = " ".join(str(word) for word in params_of(message) if isinstance(word, str))
        return "ethash" if "EthereumStratum" in named else None
    params = params_of(message)
    if message.get("method") != "mining.notify" or len(params) < 3:
        return None
    if len(params) == 9 and isinstance(params[4], list) and _is_hex(params[1], 64):
        return _by_previous_block(params)
    if len(params) in (8, 9) and _is_hex(params[1], 8) and _is_hex(params[2], 64) and _is_hex(params[3], 64):
        return "equihash"
    if len(params) >= 6 and _is_hex(params[3], 64) and isinstance(params[5], int):
        return "kawpow"
    if len(params) == 3 and (isinstance(params[1], list) or _is_hex(params[1], 80)):
        return "kheavyhash"
    if len(params) in (4, 5) and _is_hex(str(params[1]).removeprefix("0x"), 64):
        return "ethash" if _is_hex(str(params[2]).removeprefix("0x"), 64) else None
    return None


def _by_previous_block(params: list[object]) -> str | None:
    previous, bits = str(params[1]), str(params[6])
    exponent = int(bits[:2], 16) if _is_hex(bits, 8) else None
    if not previous.endswith("00000000"):
        return "scrypt" if exponent is None or exponent > _HARDEST_SCRYPT else "sha256d"
    if exponent is not None and exponent > _EASIEST_SHA256D:
        return None
    return "sha256d"


_HARDEST_SCRYPT = 0x18
"""First byte of ``nbits``: Litecoin and Dogecoin have never been below 0x19. A job that is harder and names no block is
Bitcoin's with the block's name made unknown, as publishers of captures do."""


_EASIEST_SHA256D = 0x19
"""First byte of ``nbits``: Bitcoin has been below since 2014, Bitcoin Cash since its first day; Dash (X11), whose
blocks are named by their proof of work too, may be at it or above."""

DIALECT = Dialect(
    family="stratum_v1",
    proofs=frozenset(name for name in METHODS if name.startswith("mining.")) | {"result.subscribed"},
    logins=frozenset({"mining.authorize"}),
    shares=frozenset({"mining.submit"}),
    jobs=frozenset({"mining.notify"}),
    read_login=_read_login,
    agent_of=_agent_of,
    algorithm_of=_algorithm_of,
)
