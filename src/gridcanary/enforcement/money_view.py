"""Money as pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.casework import law
from gridcanary.casework.clock_view import ClockRow, clock_rows
from gridcanary.casework.models import Case
from gridcanary.enforcement import queries
from gridcanary.enforcement.balances import Balance
from gridcanary.enforcement.models import MoneyItem
from gridcanary.packs import Pack
from gridcanary.packs.schema.base import Fact
from gridcanary.packs.schema.money import MoneyKind


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A rule by which an amount can be reckoned.

    Args:
        code: of the pack.
        title: as shown.
        cited: law and article, an unverified one marked.
        verified: whether somebody read it in the primary source.
        note: what a reader should know.
        why_not: why it can't be used here; empty where it can.
    """

    code: str
    title: str
    cited: str
    verified: bool
    note: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of money that can be entered, with its rules."""

    code: str
    name: str
    collector: str
    rules: list[RuleChoice] = field(default_factory=list)
    from_wallets: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the ledger."""

    item: MoneyItem
    name: str
    rule: RuleChoice | None
    balance: Balance
    clocks: list[ClockRow]
    url: str


def rule_of(pack: Pack, code: str) -> Fact | None:
    """A price, theft or penalty rule by its code; None where the pack has none."""
    for section in (pack.prices, pack.theft, pack.penalties):
        found = section.get(code)
        if found is not None:
            return found
    return None


def rule_choice(case: Case, code: str) -> RuleChoice | None:
    """How a rule is shown."""
    pack, lang = law.pack_of(case), law.language()
    found = rule_of(pack, code)
    if found is None:
        return None
    title = getattr(found, "title").of(lang)  # noqa: B009 - each of the three kinds has one
    note = found.note.of(lang) if found.note else ""
    return RuleChoice(code, title, pack.cite(found, lang), found.verified, note, _why_not(case, found))


def _why_not(case: Case, found: Fact) -> str:
    if getattr(found, "draft", False):
        return _("It was only proposed and is not law.")
    area = getattr(found, "area_prefix", "")
    if area and not case.admin_code.startswith(area):
        return _("It holds in another area.")
    if not found.in_force(timezone.localdate()):
        return _("It is not in force today.")
    return ""


def kinds(case: Case) -> list[KindChoice]:
    """What can be entered in a case's ledger; rules of other areas are left out."""
    pack, lang = law.pack_of(case), law.language()
    found = []
    for code, kind in pack.money.items():
        choices = [choice for rule in kind.rules if (choice := rule_choice(case, rule)) is not None]
        found.append(
            KindChoice(code, kind.name.of(lang), collector_name(pack, kind), choices, kind.base == "proceeds")
        )
    return found


def collector_name(pack: Pack, kind: MoneyKind) -> str:
    """What the pack calls the department that collects a kind of money."""
    return str(pack.department(kind.collector).short.of(law.language()))


def item_rows(case: Case, items: Iterable[MoneyItem]) -> list[ItemRow]:
    """Items with balance, rule and running clocks."""
    pack, lang = law.pack_of(case), law.language()
    balances = queries.balances_of(MoneyItem.objects.filter(case=case))
    return [
        ItemRow(
            item,
            pack.money[item.kind].name.of(lang),
            rule_choice(case, item.rule) if item.rule else None,
            balances[item.pk],
            clock_rows(queries.going_clocks(case, item.subject)),
            reverse("enforcement:money_item", kwargs={"number": case.number, "pk": item.pk}),
        )
        for item in items
    ]
