"""Who acts in the demonstration's cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridcanary.accounts.demo import build_people, build_units, unit_code
from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework.actions import sharing
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import takes_part


@dataclass(frozen=True)
class Cast:
    """The made-up departments and the people in them.

    Args:
        demo: who signs in; officer and approver of the leading department.
        people: name to user, as ``build_people`` gives them.
        units: code to unit.
    """

    demo: User
    people: Mapping[str, User]
    units: Mapping[str, Unit]

    @classmethod
    def of(cls, demo: User) -> Cast:
        """Everybody, made where they are missing."""
        return cls(demo, build_people(demo), build_units())

    def unit(self, kind: str) -> Unit:
        """The county's department of a kind."""
        return self.units[unit_code(kind)]

    def officer(self, kind: str) -> User:
        """An officer of the department."""
        return self.people[f"demo.{kind}"]

    def approver(self, kind: str) -> User:
        """The approver of the department."""
        return self.people[f"demo.{kind}.approver"]

    def reviewer(self, kind: str, role: str) -> User:
        """Who agrees to papers of the department in a role of the packs."""
        return self.people[f"demo.{kind}.legal"] if role == "legal_reviewer" else self.approver(kind)

    def pair(self, kind: str) -> tuple[Membership, Membership]:
        """Posts of two certified officers of the department, as inspections and measures need them."""
        first, second = (
            Membership.objects.get(user=self.people[name], unit=self.unit(kind), role=Role.OFFICER)
            for name in (f"demo.{kind}", f"demo.{kind}.second")
        )
        return first, second


def bring_in(cast: Cast, case: Case, kind: str, purpose: str, *, receipt: bool = True) -> None:
    """Bring a department into a case, with its receipt; nothing where it takes part already."""
    unit = cast.unit(kind)
    if takes_part(case, unit):
        return
    leading = cast.approver(case.owner_unit.kind)
    sharing.share(leading, case, unit, "work", purpose)
    if receipt:
        sharing.confirm_receipt(cast.officer(kind), case, unit)
