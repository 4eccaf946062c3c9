"""What the log of events says of a tip: digests that later show that nothing was changed, and tell nothing now."""

from __future__ import annotations

import hashlib
from typing import Any

from gridcanary.accounts.encryption import PersonalText, key_ring
from gridcanary.evidence.canonical import canonical
from gridcanary.tips.models import Tip

PLACE = "tips.commitment"


def commitment(reference: str, contents: dict[str, Any]) -> str:
    """A digest that binds to contents without telling them.

    The contents of a tip can be guessed (eleven boxes, a town), so a bare digest would tell them to whoever tries. A
    number that only the installation's keys give is mixed in; it is the same each time, so it needs no storing.

    Args:
        reference: of the tip.
        contents: what canonical JSON can hold.

    Returns:
        SHA-256 in hexadecimal.
    """
    blind = bytes.fromhex(key_ring().digest(reference, PLACE))
    return hashlib.sha256(blind + canonical(contents)).hexdigest()


def told_contents(tip: Tip) -> dict[str, Any]:
    """What the reporter told, as the commitment covers it. Staff change none of it: what they add stands beside it."""
    return {
        "cues": list(tip.cues),
        "told": _clear(tip.told),
        "place_kind": str(tip.place_kind),
        "place": _clear(tip.place),
        "seen_first": tip.seen_first.isoformat() if tip.seen_first else "",
        "seen_last": tip.seen_last.isoformat() if tip.seen_last else "",
        "hours": tip.hours,
    }


def is_as_received(tip: Tip) -> bool:
    """Whether the stored words are those that the log's event commits to."""
    if tip.event is None:
        return False
    said = tip.event.body.get("told_sha256")
    return bool(said == commitment(tip.reference, told_contents(tip)))


def _clear(held: object) -> str:
    return held.in_clear() if isinstance(held, PersonalText) else str(held or "")
