"""Who is a party of a case, and as what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseSite
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.enforcement.models import Part, Party, PartyKind, PartyRole

WRITERS = (Role.OFFICER, Role.APPROVER, Role.CLERK)
PERSONAL = ("name", "id_number", "phone", "address")


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What is known of a party, in clear. Empty where unknown."""

    kind: str = PartyKind.PERSON
    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


@transaction.atomic
def add_party(
    user: User, case: Case, facts: PartyFacts, parts: Iterable[str], *, site: CaseSite | None = None
) -> Party:
    """Add a party with what it is in the case.

    Args:
        user: an officer, approver or clerk of a department that works on the case.
        case: the case.
        facts: what is known; a name at least.
        parts: values of Part, at least one.
        site: premises of the case that it belongs to.

    Returns:
        The party, numbered within the case.

    Raises:
        CaseRefused: the person may not, or something is missing.
    """
    post = require_acting(user, case, *WRITERS)
    wanted = list(dict.fromkeys(parts))
    _check(case, facts, wanted, site)
    Case.objects.select_for_update().get(pk=case.pk)  # numbers are given one after the other
    last = Party.objects.filter(case=case).order_by("-number").values_list("number", flat=True).first()
    party = Party(case=case, number=(last or 0) + 1, added_by=user)
    _fill(party, facts)
    party.save()
    for part in wanted:
        PartyRole.objects.create(party=party, role=part, site=site, given_by=user)
    # The log never forgets, so it names the party by its number and holds no personal data.
    note(case, "party.added", user=user, unit=post.unit, party=party.number, is_a=facts.kind, parts=wanted)
    return party


@transaction.atomic
def change_party(user: User, party: Party, facts: PartyFacts) -> list[str]:
    """Correct what is known of a party. An empty personal field leaves what is stored.

    Args:
        user: as for add_party.
        party: the party.
        facts: the corrections; kind and note are always taken.

    Returns:
        Names of the fields that changed; their contents stay out of the log.

    Raises:
        CaseRefused: the person may not.
    """
    post = require_acting(user, party.case, *WRITERS)
    party = Party.objects.select_for_update().select_related("case").get(pk=party.pk)
    if facts.kind not in PartyKind.values:
        raise CaseRefused(_("Choose whether it is a person or a company."))
    if party.kind == PartyKind.PERSON and facts.kind == PartyKind.COMPANY and not facts.name.strip():
        # A company's name is shown whole: nobody unmasks a person by calling them a company.
        raise CaseRefused(_("To turn a person into a company, enter the company's name."))
    given = [name for name in PERSONAL if getattr(facts, name).strip()]
    changed = [name for name in given if getattr(party, name).in_clear() != getattr(facts, name).strip()]
    for name in changed:
        setattr(party, name, getattr(facts, name).strip())
    changed += [name for name in ("kind", "note") if getattr(party, name) != getattr(facts, name)]
    party.kind, party.note = facts.kind, facts.note
    if changed:
        party.save()
        note(
            party.case, "party.changed", user=user, unit=post.unit, party=party.number, fields=sorted(changed)
        )
    return changed


@transaction.atomic
def give_part(user: User, party: Party, part: str, *, site: CaseSite | None = None) -> PartyRole:
    """Say that a party is something more in the case.

    Raises:
        CaseRefused: it is that already, or the person may not.
    """
    post = require_acting(user, party.case, *WRITERS)
    _check_parts(party.case, [part], site)
    if party.roles.filter(role=part, ended_at__isnull=True).exists():
        raise CaseRefused(_("The party has this part already."))
    role = PartyRole.objects.create(party=party, role=part, site=site, given_by=user)
    note(party.case, "party.part_given", user=user, unit=post.unit, party=party.number, part=part)
    return role


@transaction.atomic
def end_part(user: User, role: PartyRole) -> None:
    """Say that a party is not that any more; the row stays.

    Raises:
        CaseRefused: it ended already, or the person may not.
    """
    case = role.party.case
    post = require_acting(user, case, *WRITERS)
    role = PartyRole.objects.select_for_update().get(pk=role.pk)
    if role.ended_at is not None:
        raise CaseRefused(_("This part has ended already."))
    role.ended_at = timezone.now()
    role.save(update_fields=["ended_at"])
    note(case, "party.part_ended", user=user, unit=post.unit, party=role.party.number, part=role.role)


def _check(case: Case, facts: PartyFacts, parts: list[str], site: CaseSite | None) -> None:
    if facts.kind not in PartyKind.values:
        raise CaseRefused(_("Choose whether it is a person or a company."))
    if not facts.name.strip():
        raise CaseRefused(_("A party needs a name; write what is known, such as a nickname."))
    if not parts:
        raise CaseRefused(_("Say what the party is in this case."))
    _check_parts(case, parts, site)


def _check_parts(case: Case, parts: list[str], site: CaseSite | None) -> None:
    if not set(parts) <= set(Part.values):
        raise CaseRefused(_("There is no such part in a case."))
    if site is not None and site.case_id != case.pk:
        raise CaseRefused(_("Premises and parties must be those of this case."))


def _fill(party: Party, facts: PartyFacts) -> None:
    party.kind, party.note = facts.kind, facts.note.strip()
    for name in PERSONAL:
        setattr(party, name, getattr(facts, name).strip())
