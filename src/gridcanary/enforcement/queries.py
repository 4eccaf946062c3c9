"""Reads of parties, measures and money. Each begins with what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.elsewhere import Waiting
from gridcanary.casework.loop import LoopItem, document_url
from gridcanary.casework.models import Case, CaseClock, ClockState
from gridcanary.enforcement.balances import Balance, balance
from gridcanary.enforcement.models import (
    Measure,
    MeasureState,
    MoneyEntry,
    MoneyItem,
    Party,
    PartyQuerySet,
)

WAITING_AT_MOST = 50
"""Measures that a person's page of work names at once."""

MATCHED_BY = ("id_index", "phone_index", "name_index")
"""What two records of one party have in common, the surest first."""


@dataclass(frozen=True, slots=True)
class SameParty:
    """A record in another case that looks like the same party.

    Args:
        party: the other record, which the person who asked may see.
        by: which of MATCHED_BY they share first.
    """

    party: Party
    by: str


def same_parties(user: User, party: Party) -> list[SameParty]:
    """Records of the same party in other cases that the person may see; nothing tells of any others."""
    given = {name: getattr(party, name) for name in MATCHED_BY if getattr(party, name)}
    if not given:
        return []
    alike = Q()
    for name, digest in given.items():
        alike |= Q(**{name: digest})
    found = Party.objects.visible_to(user).filter(alike).exclude(case=party.case_id).select_related("case")
    return [
        SameParty(
            other, next(name for name in MATCHED_BY if name in given and getattr(other, name) == given[name])
        )
        for other in found.order_by("-case__updated_at")[:20]
    ]


def parties_of(case: Case) -> PartyQuerySet:
    """The parties of a case with their parts, as they were added."""
    return case.parties.prefetch_related("roles").order_by("number")


def party_count(case: Case) -> int:
    """How many parties a case has."""
    return Party.objects.filter(case=case).count()


def open_measure_count(case: Case) -> int:
    """How many measures are not finished."""
    return Measure.objects.filter(case=case).open().count()


def open_money_count(case: Case) -> int:
    """How many items are not settled."""
    return sum(not one.is_settled for one in balances_of(MoneyItem.objects.filter(case=case)).values())


def going_clocks(case: Case, subject: str) -> QuerySet[CaseClock]:
    """The clocks of a measure or an item that have not ended, the next one to run out first."""
    going = (ClockState.RUNNING, ClockState.SUSPENDED)
    return (
        case.clocks.filter(subject=subject, state__in=going).select_related("case").order_by("due_at", "id")
    )


def balances_of(items: QuerySet[MoneyItem]) -> dict[int, Balance]:
    """Balance of each item by id."""
    moved: dict[int, list[tuple[str, Decimal]]] = {pk: [] for pk in items.values_list("pk", flat=True)}
    rows = MoneyEntry.objects.filter(item__in=items).order_by().values_list("item_id", "kind", "amount")
    for item_id, kind, amount in rows:
        moved[item_id].append((kind, amount))
    return {pk: balance(movements) for pk, movements in moved.items()}


@dataclass(frozen=True, slots=True)
class MoneyTotal:
    """What one department has to collect of one kind.

    Args:
        unit_id: the collecting department.
        kind: kind of money of the pack.
        currency: ISO 4217 code; amounts of several currencies are never added.
        balance: due, collected, outstanding.
    """

    unit_id: int
    kind: str
    currency: str
    balance: Balance


def money_totals(cases: QuerySet[Case]) -> list[MoneyTotal]:
    """Due, collected and uncollected by department and kind, for supervision.

    Args:
        cases: what may be counted, such as ``Case.objects.visible_to(user)``.

    Returns:
        One row for each department, kind and currency.
    """
    rows = (
        MoneyEntry.objects.filter(item__case__in=cases)
        .order_by()
        .values_list("item__unit_id", "item__kind", "item__currency", "kind")
        .annotate(total=Sum("amount"))
    )
    moved: dict[tuple[int, str, str], list[tuple[str, Decimal]]] = {}
    for unit_id, kind, currency, entry_kind, total in rows:
        moved.setdefault((unit_id, kind, currency), []).append((entry_kind, total))
    return [MoneyTotal(*key, balance(movements)) for key, movements in sorted(moved.items())]


def case_totals(case: Case) -> dict[str, Balance]:
    """Balance of each kind of money in a case, and of all together under the empty kind."""
    by_kind: dict[str, Balance] = {}
    for total in money_totals(Case.objects.filter(pk=case.pk)):
        by_kind[total.kind] = by_kind.get(total.kind, Balance()) + total.balance
    return {**by_kind, "": sum(by_kind.values(), Balance())}


def unfinished_measures(case: Case) -> Iterator[LoopItem]:
    """Measures that keep a case open."""
    pack, lang = law.pack_of(case), law.language()
    for measure in Measure.objects.filter(case=case).open():
        text = _("%(measure)s: %(state)s") % {
            "measure": pack.measure(measure.code).name.of(lang),
            "state": measure.get_state_display(),
        }
        yield LoopItem(
            "measure", text, ref=measure.code, url=measure_url(measure, case), unit_id=measure.unit_id
        )


def measures_waiting(user: User) -> Iterator[Waiting]:
    """Measures that a person is to approve, or to carry out, in the departments where the person has the role."""
    posts = user.memberships_now()
    approving = [post.unit_id for post in posts if post.role == Role.APPROVER]
    taking = [post.unit_id for post in posts if post.role in (Role.OFFICER, Role.APPROVER)]
    to_approve = Q(state=MeasureState.PROPOSED, unit__in=approving) & ~Q(proposed_by=user)
    to_take = Q(state=MeasureState.APPROVED, unit__in=taking)
    found = Measure.objects.visible_to(user).filter(to_approve | to_take, case__closed_at__isnull=True)
    for measure in found.select_related("case", "case__pack_version").defer("case__pack_version__frozen")[
        :WAITING_AT_MOST
    ]:
        name = law.pack_of(measure.case).measure(measure.code).name.of(law.language())
        words = (
            _("Approve or refuse: %(measure)s")
            if measure.state == MeasureState.PROPOSED
            else _("Carry out: %(measure)s")
        )
        yield Waiting(words % {"measure": name}, measure_url(measure, measure.case), measure.case.number)


def unsettled_money(case: Case) -> Iterator[LoopItem]:
    """Money that keeps a case open."""
    pack, lang = law.pack_of(case), law.language()
    items = MoneyItem.objects.filter(case=case)
    balances = balances_of(items)
    for item in items:
        open_amount = balances[item.pk].outstanding
        if not open_amount:
            continue
        words = (
            _("%(kind)s: %(amount)s outstanding")
            if open_amount > 0
            else _("%(kind)s: %(amount)s to pay back")
        )
        text = words % {
            "kind": pack.money[item.kind].name.of(lang),
            "amount": f"{abs(open_amount):,} {item.currency}",
        }
        url = reverse("enforcement:money_item", kwargs={"number": case.number, "pk": item.pk})
        yield LoopItem("money", text, ref=item.kind, url=url, unit_id=item.unit_id)


def measure_url(measure: Measure, case: Case) -> str:
    """Where a measure is shown."""
    return reverse("enforcement:measure", kwargs={"number": case.number, "pk": measure.pk})


def documents_of(case: Case, codes: Iterable[str], issued: set[str]) -> list[dict[str, object]]:
    """The documents that a measure or an item needs: code, title, whether it is issued, where it is drafted."""
    pack, lang = law.pack_of(case), law.language()
    return [
        {
            "code": code,
            "title": pack.document(code).title.of(lang),
            "issued": code in issued,
            "url": document_url(case, code),
        }
        for code in codes
        if code in pack.documents
    ]
