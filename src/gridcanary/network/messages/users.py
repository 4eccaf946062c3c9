"""Splits what a miner logs in with into the account or wallet and the worker's name."""

from __future__ import annotations

import re

from gridcanary.network.dialogue import Login
from gridcanary.network.wallet_forms import wallet_in

LONGEST_NAME = 200
"""Characters kept of a name; no pool takes longer ones, a prober may send anything."""

_PAYMENT_ID = re.compile(r"(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{64})")
_UNPRINTABLE = re.compile(
    r"[^\x20-\x7e\u00a0-\uffff]|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff]"
)
"""Control characters, and those that turn the direction of writing or can't be seen: names are made to mislead."""


def plain(text: object) -> str | None:
    """A name as it may be shown: one line, printable, at most LONGEST_NAME characters; None for nothing."""
    if not isinstance(text, str):
        return None
    return _UNPRINTABLE.sub("", text).strip()[:LONGEST_NAME] or None


def worker_in(user: str) -> str | None:
    """The worker's name in ``account.worker``, ``WALLET.payment.worker``, ``WALLET+diff/worker/mail``.

    >>> worker_in("KJDTX008.10x1x1x24"), worker_in("someone")
    ('10x1x1x24', None)
    """
    wallet = wallet_in(user)
    if wallet is not None and wallet.text in user:
        rest = user.partition(wallet.text)[2]
    else:
        rest = re.sub(r"^[^./]+", "", user, count=1)
    parts = rest.split("/") if "/" in rest else rest.split(".")
    fixed_difficulty = len(parts) > 0 and parts[0].startswith("+")
    parts = [part for part in parts[fixed_difficulty:] if part and not _PAYMENT_ID.fullmatch(part)]
    names = [part for part in parts if "@" not in part]
    return ".".join(names).strip("._:+") or None


def login_of(time_ns: int, user: object, agent: object = None, worker: object = None) -> Login | None:
    """A login by what was sent.

    Args:
        time_ns: UTC [ns since 1970].
        user: the login, worker's name included.
        agent: mining software.
        worker: the worker's name, where a field of its own tells it.

    Returns:
        None where there is no user.
    """
    name = plain(user)
    if name is None:
        return None
    wallet = wallet_in(name)
    within = worker_in(name)
    account = wallet.text if wallet else re.split(r"[./]", name, maxsplit=1)[0]
    return Login(
        time_ns,
        account or name,
        wallet.text if wallet else None,
        wallet.network if wallet else None,
        plain(worker) or within,
        plain(agent),
    )
