"""What keeps a case open. Other rooms say here what of theirs is still to be done, and what they can vouch for.

Casework doesn't import inspections, documents or the watch: they register when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models.case import Case


@dataclass(frozen=True, slots=True)
class LoopItem:
    """Something unfinished that a case can't close over.

    Args:
        kind: ``task``, ``clock``, ``measure``, ``referral``, ``money``, ``device``…
        text: what is missing, in the language of the page.
        ref: code in the pack where there is one, so that gates can name it: that of the measure, referral, money.
        url: page where it is finished.
        unit_id: the unit whose turn it is; None where nobody's in particular.
    """

    kind: str
    text: str
    ref: str = ""
    url: str = ""
    unit_id: int | None = None


StageListener = Callable[[Case, User, Unit], None]
LoopSource = Callable[[Case], Iterable[LoopItem]]
ConditionCheck = Callable[[Case], str]
DocumentsInForce = Callable[[Case], set[str]]
DocumentUrl = Callable[[Case, str], str]

_loop_sources: dict[str, LoopSource] = {}
_stage_listeners: dict[str, StageListener] = {}
_conditions: dict[str, ConditionCheck] = {}
_documents: list[DocumentsInForce] = []
_document_urls: list[DocumentUrl] = []


def register_loop(name: str, source: LoopSource) -> None:
    """Add a source of unfinished things; registering a name again replaces it."""
    _loop_sources[name] = source


def register_stage_listener(name: str, listener: StageListener) -> None:
    """Add what another room does when a case has entered a stage; it runs in the transaction of the move."""
    _stage_listeners[name] = listener


def stage_entered(case: Case, user: User, unit: Unit) -> None:
    """Tell the other rooms that a case has entered a stage."""
    for name in sorted(_stage_listeners):
        _stage_listeners[name](case, user, unit)


def register_condition(code: str, check: ConditionCheck) -> None:
    """Add a condition that gates may name. The check returns what is missing, or an empty text when it holds."""
    _conditions[code] = check


def register_documents(issued: DocumentsInForce, url: DocumentUrl | None = None) -> None:
    """Add a source of the document codes that are issued in a case.

    Args:
        issued: the codes that are issued and in force.
        url: page on which a document with a code is drafted.
    """
    if issued not in _documents:
        _documents.append(issued)
    if url is not None and url not in _document_urls:
        _document_urls.append(url)


def document_url(case: Case, code: str) -> str:
    """Page on which a document is drafted; empty where no room offers one."""
    return next((url(case, code) for url in _document_urls), "")


def open_items(case: Case) -> Iterator[LoopItem]:
    """Everything unfinished in a case, from every room."""
    for name in sorted(_loop_sources):
        yield from _loop_sources[name](case)


def condition(code: str) -> ConditionCheck | None:
    """The check of a condition; None where no room offers it."""
    return _conditions.get(code)


def issued_documents(case: Case) -> set[str]:
    """Codes of the documents that are issued and in force."""
    return set().union(*(issued(case) for issued in _documents))
