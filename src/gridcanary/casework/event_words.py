"""Events of a case in words. The log keeps codes; pages show sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.clock_words import EVENTS
from gridcanary.casework.models import Case
from gridcanary.custody.models import Event
from gridcanary.packs import Pack

SENTENCES = {
    "case.opened": gettext_noop("Case opened: %(title)s"),
    "case.described": gettext_noop("Description changed"),
    "case.outcome_set": gettext_noop("Outcome set: %(reason)s"),
    "case.pack_changed": gettext_noop("Moved to another version of the law: %(reason)s"),
    "case.moved": gettext_noop("Moved on: %(left)s → %(entered)s"),
    "case.campaign_set": gettext_noop("Put into a campaign"),
    "site.added": gettext_noop("Place added"),
    "lead.taken": gettext_noop("Lead taken up: %(subject)s"),
    "share.given": gettext_noop("Department brought in: %(to)s – %(purpose)s"),
    "share.received": gettext_noop("Receipt confirmed"),
    "share.ended": gettext_noop("Department left: %(of)s – %(reason)s"),
    "handover.sent": gettext_noop("Handover offered to %(to)s"),
    "handover.accepted": gettext_noop("Handover accepted"),
    "handover.refused": gettext_noop("Handover refused: %(answer)s"),
    "task.set": gettext_noop("Task set: %(title)s"),
    "task.taken": gettext_noop("Task taken"),
    "task.done": gettext_noop("Task done: %(result)s"),
    "task.dropped": gettext_noop("Task dropped: %(result)s"),
    "clock.started": gettext_noop("Clock started: %(code)s"),
    "clock.stopped": gettext_noop("Clock met: %(code)s"),
    "clock.cancelled": gettext_noop("Clock cancelled: %(code)s – %(reason)s"),
    "clock.suspended": gettext_noop("Clock suspended: %(code)s"),
    "clock.resumed": gettext_noop("Clock resumed: %(code)s"),
    "clock.extended": gettext_noop("Limit extended: %(code)s – %(reason)s"),
    "clock.reminded": gettext_noop("Reminder sent: %(code)s"),
    "event.reported": gettext_noop("Reported: %(event)s – %(remark)s"),
    "approval.given": gettext_noop("Approved: %(subject)s"),
    "approval.withdrawn": gettext_noop("Approval withdrawn: %(subject)s"),
    "condition.stated": gettext_noop("Stated: %(condition)s – %(basis)s"),
}
"""Sentences by kind of event. Other rooms add theirs with ``register_sentences``."""

_others: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event for a list: the stored one and its sentence."""

    event: Event
    text: str


def register_sentences(sentences: dict[str, str]) -> None:
    """Add sentences for kinds of events; a sentence may use ``%(name)s`` for the facts of the event."""
    _others.update(sentences)


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


UNIT_FACTS = ("to", "of", "sender")
STAGE_FACTS = ("left", "entered", "stage")


def told_all(case: Case, events: Iterable[Event]) -> list[ToldEvent]:
    """Events of a case in the language of the page, with names in place of codes."""
    found = list(events)
    pack, lang = law.pack_of(case), law.language()
    codes = {str(event.body[name]) for event in found for name in UNIT_FACTS if name in event.body}
    units = {unit.code: unit.name for unit in Unit.objects.filter(code__in=codes)}
    clocks = {code: clock.title.of(lang) for code, clock in pack.clocks.items()}
    stages = {code: stage.name.of(lang) for code, stage in pack.stages.items()}

    def named(event: Event) -> dict[str, Any]:
        facts = dict(event.body)
        for names, table in ((UNIT_FACTS, units), (STAGE_FACTS, stages)):
            facts |= {name: table.get(facts[name], facts[name]) for name in names if name in facts}
        if event.kind == "event.reported":
            facts["event"] = _(EVENTS.get(str(facts["event"]), str(facts["event"])))
        if event.kind.startswith("clock."):
            facts["code"] = clocks.get(str(facts.get("code")), facts.get("code"))
        if event.kind == "measure.proposed":
            facts |= _measure_named(pack, facts)
        if event.kind.startswith("approval."):
            way = pack.transitions.get(str(facts.get("subject")).removeprefix("gate:"))
            facts["subject"] = way.title.of(lang) if way else facts.get("subject")
        if event.kind == "condition.stated" and facts.get("condition") in pack.conditions:
            facts["condition"] = pack.conditions[facts["condition"]].title.of(lang)
        return facts

    return [told(event, named(event)) for event in found]


def _measure_named(pack: Pack, facts: dict[str, Any]) -> dict[str, str]:
    code, basis = str(facts.get("code")), str(facts.get("basis"))
    named = {}
    if code in pack.measures:
        named["code"] = pack.measures[code].name.of(law.language())
    if basis in pack.bases:
        named["basis"] = pack.cite(pack.bases[basis], law.language())
    return named


def told(event: Event, facts: dict[str, Any] | None = None) -> ToldEvent:
    """An event in the language of the page; its kind where no room has a sentence for it.

    Args:
        event: the stored event.
        facts: what the sentence is filled with; the event's own facts when left out.
    """
    sentence = SENTENCES.get(event.kind) or _others.get(event.kind)
    if sentence is None:
        return ToldEvent(event, event.kind)
    return ToldEvent(event, _(sentence) % _Facts(event.body if facts is None else facts))
