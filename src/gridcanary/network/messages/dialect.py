"""What a dialect of mining must tell of itself; each stands in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gridcanary.network.dialogue import Login

Message = Mapping[str, Any]
"""A JSON-RPC message as json reads it."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A family of messages.

    Args:
        family: one of dialogue.FAMILIES.
        proofs: kinds of messages (codes.METHODS) that only this dialect has, with the fields they need.
        logins: methods with which a miner logs in or is authorised.
        shares: methods that submit a share.
        jobs: kinds that carry a new job.
        read_login: the login in a message of such a method, at a time in UTC [ns]; None where it holds none.
        agent_of: the mining software that a message tells, None where it tells none.
        algorithm_of: the algorithm that a message shows by its form, None where it shows none.
    """

    family: str
    proofs: frozenset[str]
    logins: frozenset[str]
    shares: frozenset[str]
    jobs: frozenset[str]
    read_login: Callable[[Message, int], Login | None]
    agent_of: Callable[[Message], str | None]
    algorithm_of: Callable[[Message], str | None]


def params_of(message: Message) -> list[Any]:
    """The message's positional parameters; none where they are named or missing."""
    params = message.get("params")
    return params if isinstance(params, list) else []


def named_params_of(message: Message) -> Mapping[str, Any]:
    """The message's named parameters, of a list its first element; none where there are none."""
    params = message.get("params")
    if isinstance(params, list) and params:
        params = params[0]
    return params if isinstance(params, dict) else {}


def silent(message: Message) -> None:
    """For a dialect whose messages tell nothing of the kind."""
