"""What is wrong with a pack: a fault each, and the error that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridcanary.contracts.errors import GridcanaryError, InputError


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, located.

    Args:
        file: the file of the pack.
        row: 1-based line in it; 0 where the whole file is meant.
        field: path of the field, such as ``seizure.limit.days``.
        found: what is there.
        expected: what should be.
    """

    file: str
    row: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "")
        return f"{place}: {self.field}: found {self.found}, expected {self.expected}"


class BrokenPack(InputError):
    """A pack that cannot be used; carries every fault, and says the first.

    Args:
        faults: all that is wrong, at least one.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        first = self.faults[0]
        more = f"; and {len(self.faults) - 1} more" if len(self.faults) > 1 else ""
        super().__init__(
            first.file,
            f"found {first.found}, expected {first.expected}{more}",
            row=first.row or None,
            column=first.field,
            remedy="`gridcanary packs check` lists everything",
        )


class UnknownPack(GridcanaryError):
    """No pack has this name, or not in this version."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"there is no pack {name}; there are {', '.join(known) or 'none'}")


class UnknownCode(GridcanaryError):
    """A pack has no entry of this code."""

    def __init__(self, pack: str, section: str, code: str) -> None:
        self.pack, self.section, self.code = pack, section, code
        super().__init__(f"pack {pack} has no {code} in {section}")


class ChangedPack(GridcanaryError):
    """A stored pack is not what it was when it was stored."""

    def __init__(self, pack: str, wanted: str, found: str) -> None:
        self.pack, self.wanted, self.found = pack, wanted, found
        super().__init__(f"the stored pack {pack} was changed: its digest is {found}, it should be {wanted}")
