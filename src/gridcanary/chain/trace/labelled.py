"""Labels as services, and a record of those that a trace used."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gridcanary.chain.dossier.layout import json_bytes
from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.trace.services import (
    KEEPERS,
    UNRESOLVED,
    UNSPECIFIED,
    MappingBook,
    Service,
    ServiceBook,
    canonical_category,
)


class LabelServices:
    """A book of labels asked for services.

    Where labels name different entities the service is unresolved and named by all of them. Of several categories
    of one entity one that ends a trace counts, the first in the alphabet.
    """

    def __init__(self, book: LabelBook) -> None:
        self._book = book

    def service_of(self, script: bytes) -> Service | None:
        """Whose script it is; None where no label speaks."""
        verdict = self._book.verdict(script)
        if verdict is None:
            return None
        if verdict.contradictory:
            return Service(verdict.name, UNRESOLVED, verdict.sources)
        told = {canonical_category(label.said.category) for label in verdict.labels if label.said.category}
        told -= {"", "none", "nan"}
        category = min(told & KEEPERS or told or {UNSPECIFIED})
        return Service(verdict.name, category, verdict.sources)


class NotedBook:
    """A book that notes every label that it gave, so that a dossier can hold them."""

    def __init__(self, book: ServiceBook) -> None:
        self._book = book
        self.given: dict[bytes, Service] = {}

    def service_of(self, script: bytes) -> Service | None:
        """Whose script it is; None where no label speaks."""
        service = self._book.service_of(script)
        if service is not None:
            self.given[script] = service
        return service


def services_bytes(services: Iterable[tuple[bytes, Service]]) -> bytes:
    """Labels as a dossier keeps them, in the order of the scripts."""
    return json_bytes(
        [
            {
                "script": script.hex(),
                "name": service.name,
                "category": service.category,
                "source": service.source,
            }
            for script, service in sorted(services, key=lambda item: item[0])
        ]
    )


def services_from(content: bytes) -> MappingBook:
    """The labels that a dossier keeps; ValueError, KeyError or TypeError where they are malformed."""
    return MappingBook(
        {
            bytes.fromhex(one["script"]): Service(
                *(_text(one[name]) for name in ("name", "category", "source"))
            )
            for one in json.loads(content)
        }
    )


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise ValueError(f"{told!r} is no text")
    return told
