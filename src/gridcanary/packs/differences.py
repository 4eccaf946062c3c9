"""What differs between two packs or two versions of one, entry by entry and field by field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from gridcanary.packs.pack import Pack


@dataclass(frozen=True, order=True)
class Difference:
    """One difference.

    Args:
        path: where, such as ``clocks.seizure.limit.days``.
        kind: whether the second pack added, removed or changed it.
        before: the value in the first; None where it was added.
        after: the value in the second; None where it was removed.
    """

    path: str
    kind: Literal["added", "changed", "removed"]
    before: Any
    after: Any


def differences(first: Pack, second: Pack) -> list[Difference]:
    """Every difference of content and templates, sorted by path.

    Args:
        first: the pack that is compared.
        second: the pack that it is compared with.
    """
    found = list(_between("", _plain(first), _plain(second)))
    return sorted(found, key=lambda one: (one.path, one.kind))


def _plain(pack: Pack) -> dict[str, Any]:
    content = pack.content.model_dump(mode="json", exclude_defaults=True)
    digests = {name: hashlib.sha256(docx).hexdigest()[:16] for name, docx in pack.templates.items()}
    return {**content, "templates": digests}


def _between(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            inner = f"{path}.{key}" if path else str(key)
            if key not in after:
                yield Difference(inner, "removed", before[key], None)
            elif key not in before:
                yield Difference(inner, "added", None, after[key])
            else:
                yield from _between(inner, before[key], after[key])
    elif before != after:
        yield Difference(path, "changed", before, after)
