"""Gates: what a case still lacks before it may move to another stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.casework import law, loop
from gridcanary.casework.models.case import Case
from gridcanary.casework.models.stage import Approval as GivenApproval
from gridcanary.packs import Pack
from gridcanary.packs.schema.flow import Approval, Gate, Transition


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that a gate still needs.

    Args:
        kind: document, approval, condition, loop or outcome.
        code: of the pack.
        text: what is missing and what to do, in the language of the page.
        url: where to do it; empty where no page is meant.
    """

    kind: str
    code: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way out of the case's stage.

    Args:
        code: of the transition.
        transition: as the pack has it.
        lacking: empty when the gate is open.
    """

    code: str
    transition: Transition
    lacking: tuple[Lacking, ...]

    @property
    def is_open(self) -> bool:
        """Whether the case may go this way now."""
        return not self.lacking


def gate_subject(code: str) -> str:
    """How approvals name the gate of a transition."""
    return f"gate:{code}"


def condition_subject(code: str) -> str:
    """How statements that a condition holds name it."""
    return f"condition:{code}"


def ways(case: Case) -> list[OpenWay]:
    """Every way out of the stage in which a case is, with what each lacks."""
    pack = law.pack_of(case)
    return [
        OpenWay(code, transition, tuple(lacking(case, code, transition)))
        for code, transition in pack.transitions_from(case.stage).items()
        if not transition.gate.outcomes or not case.outcome or case.outcome in transition.gate.outcomes
    ]


def lacking(case: Case, code: str, transition: Transition) -> Iterator[Lacking]:
    """What the gate of one transition still needs."""
    pack, gate = law.pack_of(case), transition.gate
    if gate.outcomes and case.outcome not in gate.outcomes:
        names = _(" or ").join(pack.outcome(one).name.of(law.language()) for one in gate.outcomes)
        text = _("The outcome must be set to: %(names)s.") % {"names": names}
        yield Lacking("outcome", "outcome_set", text, _case_url(case, "casework:outcome"))
    yield from _documents(case, pack, gate)
    yield from _approvals(case, pack, code, gate)
    for condition in gate.conditions:
        if not (condition == "outcome_set" and gate.outcomes):  # said above, and more exactly
            yield from unmet(case, condition)
    yield from _loop(case, pack, gate)


def _documents(case: Case, pack: Pack, gate: Gate) -> Iterator[Lacking]:
    issued = loop.issued_documents(case) if gate.documents or gate.one_of else set()

    def title(code: str) -> str:
        return str(pack.document(code).title.of(law.language()))

    for code in gate.documents:
        if code not in issued:
            text = _("Document not issued: %(title)s") % {"title": title(code)}
            yield Lacking("document", code, text, loop.document_url(case, code))
    for group in gate.one_of:
        if not issued & set(group):
            titles = _(" or ").join(title(code) for code in group)
            text = _("None of these is issued: %(titles)s") % {"titles": titles}
            yield Lacking("document", group[0], text, loop.document_url(case, group[0]))


def _approvals(case: Case, pack: Pack, code: str, gate: Gate) -> Iterator[Lacking]:
    for wanted in gate.approvals:
        if not approved(case, gate_subject(code), wanted):
            role = law.role_name(pack, wanted.role)
            text = _("Approval needed: %(role)s") % {"role": role}
            if wanted.department:
                kind = pack.department(wanted.department).short.of(law.language())
                text = _("Approval needed: %(role)s (%(department)s)") % {"role": role, "department": kind}
            yield Lacking("approval", wanted.role, text)


def approved(case: Case, subject: str, wanted: Approval) -> bool:
    """Whether an approval was given and not withdrawn.

    Args:
        case: the case.
        subject: what was approved.
        wanted: role, and department where the pack names one.
    """
    given = GivenApproval.objects.filter(case=case, subject=subject, role=wanted.role)
    if subject.startswith("gate:"):  # an approval counts for this stay in the stage, not for an earlier one
        given = given.filter(given_at__gte=case.stage_since)
    if wanted.department:
        given = given.filter(unit__kind=wanted.department)
    last = {row.given_by_id: row.granted for row in given.order_by("id")}
    return any(last.values())


def unmet(case: Case, code: str) -> Iterator[Lacking]:
    """What a condition still lacks: nothing where a room vouches for it, or an officer has stated it."""
    check = loop.condition(code)
    if check is not None:
        missing = check(case)
        if missing:
            yield Lacking("condition", code, missing)
        return
    stated = GivenApproval.objects.filter(case=case, subject=condition_subject(code)).order_by("-id").first()
    if stated is None or not stated.granted:
        rule = law.pack_of(case).conditions[code]
        url = _case_url(case, "casework:state_condition", code=code)
        yield Lacking("condition", code, str(rule.missing.of(law.language())), url)


def _loop(case: Case, pack: Pack, gate: Gate) -> Iterator[Lacking]:
    if not gate.loop_items and not gate.all_loop_items:
        return
    issued = loop.issued_documents(case)
    unfinished = list(loop.open_items(case))
    for code, item in pack.loop_items.items():
        if not gate.all_loop_items and code not in gate.loop_items:
            continue
        named = {("measure", ref) for ref in item.measures}
        named |= {("referral", ref) for ref in item.referrals} | {("money", ref) for ref in item.money}
        always = item.always and _sanctioned(case, pack) and not issued & set(item.closes_with)
        if always or any((one.kind, one.ref) in named for one in unfinished):
            yield Lacking("loop", code, _("Still open: %(name)s") % {"name": item.name.of(law.language())})
    if gate.all_loop_items:
        yield from (Lacking("loop", one.kind, one.text, one.url) for one in unfinished)


def _sanctioned(case: Case, pack: Pack) -> bool:
    outcome = pack.outcomes.get(case.outcome)
    return outcome is not None and outcome.sanctions


def _case_url(case: Case, name: str, **kwargs: str) -> str:
    return reverse(name, kwargs={"number": case.number, **kwargs})
