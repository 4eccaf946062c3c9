"""What waits for a person in the other rooms: they say so when Django starts, as they do in ``loop``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gridcanary.accounts.models import User


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a person is asked to decide or to do.

    Args:
        text: what, in the language of the page.
        url: where.
        case_number: in which case.
    """

    text: str
    url: str
    case_number: str


WaitingSource = Callable[[User], Iterable[Waiting]]

_sources: dict[str, WaitingSource] = {}


def register_waiting(name: str, source: WaitingSource) -> None:
    """Add a source; registering a name again replaces it. A source gives only what the person may see."""
    _sources[name] = source


def waiting_elsewhere(user: User) -> Iterator[Waiting]:
    """Everything that waits for a person, from every room."""
    for name in sorted(_sources):
        yield from _sources[name](user)
