"""How an item was handled: the facts that the rules of evidence want of each link in the chain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.items import IN_THE_SYSTEM

CLOCK_TOLERANCE = dt.timedelta(minutes=5)


class CustodyRefused(GridcanaryError):
    """A link of the chain that cannot be recorded; the message is for the person who entered it."""


@dataclass(frozen=True, slots=True)
class Handling:
    """Who did something with an item, where, when, and who watched.

    Args:
        officer: name, and number of the certificate, of the first officer.
        second_officer: the same of the second.
        one_officer_reason: why there was only one; needed without a second.
        witness: who watched.
        no_witness_reason: why nobody did; needed without a witness. A video record counts.
        happened_at: now, where None.
        place: where.
        from_holder: who had the item before.
        to_holder: who has it after.
        seal_number: of the seal that was put on.
        note: anything else.
    """

    officer: str = ""
    second_officer: str = ""
    one_officer_reason: str = ""
    witness: str = ""
    no_witness_reason: str = ""
    happened_at: dt.datetime | None = None
    place: str = ""
    from_holder: str = ""
    to_holder: str = ""
    seal_number: str = ""
    note: str = ""

    def texts(self) -> dict[str, str]:
        """All fields but the time, without white space around them."""
        names = (name for name in self.__dataclass_fields__ if name != "happened_at")
        return {name: str(getattr(self, name)).strip() for name in names}

    def checked(self, act: str) -> dict[str, str | dt.datetime]:
        """The fields as they are stored.

        Args:
            act: one of ``Act``.

        Raises:
            CustodyRefused: officers, witness or reasons are missing, or the time is in the future.
        """
        fields = self.texts()
        if act not in IN_THE_SYSTEM:
            _check_people(fields)
        happened_at = self.happened_at or timezone.now()
        if happened_at > timezone.now() + CLOCK_TOLERANCE:
            raise CustodyRefused(_("The time lies in the future."))
        if act == "transferred" and not (fields["from_holder"] and fields["to_holder"]):
            raise CustodyRefused(_("A handover names who gave and who took."))
        if act == "sealed" and not fields["seal_number"]:
            raise CustodyRefused(_("Enter the number of the seal."))
        return {**fields, "happened_at": happened_at}


def _check_people(fields: dict[str, str]) -> None:
    if not fields["officer"]:
        raise CustodyRefused(_("Enter the officer who did it."))
    if not fields["second_officer"] and not fields["one_officer_reason"]:
        raise CustodyRefused(_("Enter the second officer, or the reason why there was only one."))
    if fields["second_officer"] == fields["officer"]:
        raise CustodyRefused(_("The two officers must be two people."))
    if not fields["witness"] and not fields["no_witness_reason"]:
        raise CustodyRefused(_("Enter the witness, or the reason why there was none."))
