"""What papers are told of parties, measures and money; that personal data were opened for it is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.accounts.unmask_actions import open_for_document
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.enforcement.models import Measure, MoneyItem, Part
from gridcanary.enforcement.models.measure import MeasureState
from gridcanary.enforcement.queries import balances_of, parties_of

FIRST = (Part.OPERATOR, Part.OWNER, Part.TENANT, Part.USER_OF_RECORD)
"""Parts of whom papers speak first."""


def parties(case: Case, user: User) -> Iterator[dict[str, str]]:
    """Parties in clear, those first against whom the case runs."""
    rows = []
    for party in parties_of(case):
        parts = [role.role for role in party.roles.all() if role.ended_at is None]
        rank = min((FIRST.index(Part(part)) for part in parts if part in FIRST), default=len(FIRST))
        rows.append((rank, party, parts))
    reason = _("Paper of case %(case)s") % {"case": case.number}
    for _rank, party, parts in sorted(rows, key=lambda row: (row[0], row[1].number)):
        yield {
            "name": open_for_document(user, party, "name", reason),
            "role": "、".join(str(Part(part).label) for part in parts),
            "id": open_for_document(user, party, "id_number", reason),
            "address": open_for_document(user, party, "address", reason),
            "phone": open_for_document(user, party, "phone", reason),
        }


def measures(case: Case, _user: User) -> Iterator[dict[str, str]]:
    """Measures that were taken."""
    pack, lang = law.pack_of(case), (get_language() or "zh")[:2]
    taken = (MeasureState.IN_FORCE, MeasureState.ENDED, MeasureState.CONVERTED, MeasureState.LIFTED)
    for one in Measure.objects.filter(case=case, state__in=taken).select_related("unit"):
        yield {
            "name": pack.measure(one.code).name.of(lang),
            "basis": pack.cite(pack.basis(one.basis), lang),
            "unit": one.unit.name_zh,
            "began": _day(one.started_at),
            "ends": _day(one.ended_at),
        }


def money(case: Case, _user: User) -> Iterator[dict[str, str]]:
    """Amounts with what is due and collected."""
    pack, lang = law.pack_of(case), (get_language() or "zh")[:2]
    items = MoneyItem.objects.filter(case=case)
    found = balances_of(items)
    for one in items:
        name = pack.money[one.kind].name.of(lang) if one.kind in pack.money else one.kind
        held = found[one.pk]
        yield {"name": name, "due": f"{held.due:.2f}", "collected": f"{held.collected:.2f}"}


def _day(moment: object) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""  # type: ignore[arg-type]
