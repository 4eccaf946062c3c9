"""What staff do with tips: place them, join them, answer, decide, and hand a lead to a case."""

from __future__ import annotations

import json
import math

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.accounts.unmask_actions import open_for_document
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, add_lead, open_case
from gridcanary.casework.models import Case, LeadSource
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.contracts.reasons import load_reasons
from gridcanary.custody.actions import record
from gridcanary.places.divisions import divisions
from gridcanary.tips.actions.settling import BY_HAND, weigh_lead
from gridcanary.tips.clocks import FEEDBACK_CLOCK, clock_end, is_decided
from gridcanary.tips.limits import MOST_TEXT
from gridcanary.tips.models import ENDS, Reporter, Tip, TipLead, TipMessage, TipState
from gridcanary.tips.words import sentence

MOST_OFFICE = 120
WORKERS = (Role.OFFICER, Role.APPROVER, Role.CLERK, Role.ANALYST)


class TipRefused(GridcanaryError):
    """Something that can't be done with a tip; the text is for the person who tried."""


def post_for(user: User, tip: Tip | TipLead) -> Membership:
    """The post in which a person works on a tip.

    Raises:
        TipRefused: they hold none in its unit or above.
    """
    for post in user.memberships_now():
        if post.role in WORKERS and tip.unit.path.startswith(post.unit.path):
            return post
    raise TipRefused(_("Only people of the department that received the tip can do this."))


def read(user: User, tip: Tip) -> dict[str, str]:
    """The reporter's words and place in clear. Who read them is recorded; contacts are not among them."""
    post_for(user, tip)
    reason = _("Working on tip %(tip)s") % {"tip": tip.reference}
    return {name: open_for_document(user, tip, name, reason) for name in ("told", "place")}


@transaction.atomic
def set_place(user: User, tip: Tip, admin_code: str, premises_id: str) -> None:
    """Say which county, and perhaps which premises, a tip is about.

    Raises:
        TipRefused: no such county.
    """
    post = post_for(user, tip)
    if admin_code and admin_code not in divisions() and admin_code != tip.unit.admin_code:
        raise TipRefused(_("There is no division with this code."))
    tip.admin_code, tip.premises_id, tip.place_state = admin_code, premises_id.strip()[:64], BY_HAND
    tip.save(update_fields=["admin_code", "premises_id", "place_state"])
    if tip.lead is not None and tip.lead.tips.count() == 1:
        TipLead.objects.filter(pk=tip.lead.pk).update(admin_code=admin_code, premises_id=tip.premises_id)
    _note(user, post, tip, "tip.placed", admin_code=admin_code, premises_id=tip.premises_id)


@transaction.atomic
def join(user: User, tip: Tip, lead: TipLead) -> TipLead:
    """Put a tip to another lead; a lead that is left without tips goes.

    Raises:
        TipRefused: another department's lead, or the tip's own lead is in a case.
    """
    post = post_for(user, tip)
    if lead.unit_id != tip.unit_id:
        raise TipRefused(_("The two tips belong to different departments."))
    old = tip.lead
    if old is not None and old.pk != lead.pk and old.case_id is not None:
        raise TipRefused(_("This tip is part of a case already."))
    tip.lead = lead
    tip.save(update_fields=["lead"])
    if old is not None and old.pk != lead.pk:
        if old.tips.exists():
            weigh_lead(old)
        else:
            old.delete()
    weigh_lead(lead)
    _note(user, post, tip, "tip.joined", lead=lead.pk)
    return lead


@transaction.atomic
def decide(user: User, tip: Tip, state: str, answer: str, passed_to: str = "") -> None:
    """Say how far a tip is, and tell the reporter.

    Args:
        user: works at the desk.
        tip: a tip that hasn't ended.
        state: of ``TipState``.
        answer: to the reporter; needed at an end.
        passed_to: the office that a tip which isn't ours was passed on to.

    Raises:
        TipRefused: no such step, an end without a word to the reporter, or it had ended.
    """
    post = post_for(user, tip)
    if state not in (TipState.CHECKED, *ENDS):
        raise TipRefused(_("Choose how far it is."))
    if tip.state in ENDS:
        raise TipRefused(_("This tip has ended; its reporter was told."))
    if state in ENDS and not answer.strip():
        raise TipRefused(_("Write the reporter what became of it."))
    office = passed_to.strip()[:MOST_OFFICE]
    if office and state != TipState.NOT_OURS:
        raise TipRefused(_("Only a tip that isn't ours is passed on."))
    tip.state, tip.state_on, tip.passed_to = state, timezone.localdate(), office
    tip.save(update_fields=["state", "state_on", "passed_to"])
    if answer.strip():
        _add_message(user, tip, answer)
    _note(user, post, tip, "tip.decided", state=state)
    if office:
        _note(user, post, tip, "tip.passed_on", to=office)
    if tip.lead is not None:
        weigh_lead(tip.lead)


@transaction.atomic
def reply(user: User, tip: Tip, text: str) -> TipMessage:
    """Write to the reporter, who reads it with the receipt.

    Raises:
        TipRefused: nothing written, or too much.
    """
    post = post_for(user, tip)
    message = _add_message(user, tip, text)
    _note(user, post, tip, "tip.replied", message=message.pk)
    return message


@transaction.atomic
def open_lead_case(user: User, lead: TipLead, title: str) -> Case:
    """Open a case from a lead, or give the lead to it as one of its reasons.

    Raises:
        TipRefused: it is in a case.
        CaseRefused: the person can't open one.
    """
    post = post_for(user, lead)
    lead = TipLead.objects.select_for_update(of=("self",)).select_related("unit").get(pk=lead.pk)
    if lead.case_id is not None:
        raise TipRefused(_("This lead is part of a case already."))
    site = SiteFacts(
        premises_id=lead.premises_id,
        address=_place_of(user, lead),
        admin_code=lead.admin_code,
        lat=lead.lat,
        lon=lead.lon,
    )
    case = open_case(user, post.unit, title, sites=[(site, [lead_facts(lead)])])
    _take(user, post, lead, case)
    return case


@transaction.atomic
def add_to_case(user: User, lead: TipLead, case: Case) -> Case:
    """Give a lead to a case that is open.

    Raises:
        TipRefused: it is in a case.
        CaseRefused: the person doesn't act in that case.
    """
    post = post_for(user, lead)
    if lead.case_id is not None:
        raise TipRefused(_("This lead is part of a case already."))
    add_lead(user, case, lead_facts(lead))
    _take(user, post, lead, case)
    return case


def lead_facts(lead: TipLead) -> LeadFacts:
    """A lead as a case takes it up: reasons in both languages, no word of a reporter."""
    told = load_reasons(lead.reasons.get("reasons", "[]"))
    spoken: dict[str, list[str]] = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            spoken[key] = [sentence(reason) for reason in told]
    return LeadFacts(
        source=LeadSource.TIP,
        subject_kind="tips",
        subject_id=str(lead.pk),
        text=", ".join(lead.tips.order_by("id").values_list("reference", flat=True)),
        score=1 / (1 + math.exp(-lead.llr)),
        as_of=timezone.localtime(lead.weighed_at or lead.opened_at).date(),
        reasons=spoken,
    )


def _take(user: User, post: Membership, lead: TipLead, case: Case) -> None:
    lead.case = case
    lead.save(update_fields=["case"])
    for tip in lead.tips.exclude(state__in=ENDS).filter(state=TipState.RECEIVED):
        Tip.objects.filter(pk=tip.pk).update(state=TipState.CHECKED, state_on=timezone.localdate())
    if told_by := clock_end(FEEDBACK_CLOCK, timezone.localdate()):
        Reporter.objects.filter(tip__lead=lead, answered_on=None).update(answer_due=told_by)
    references = list(lead.tips.order_by("id").values_list("reference", flat=True))
    record(
        "tip.taken_up",
        actor=user,
        unit_code=post.unit.code,
        case_ref=case.number,
        body={"tips": json.dumps(references)},
    )


def _place_of(user: User, lead: TipLead) -> str:
    tip = lead.tips.order_by("-id").first()
    return read(user, tip)["place"][:300] if tip is not None else ""


def _add_message(user: User, tip: Tip, text: str) -> TipMessage:
    if not text.strip() or len(text) > MOST_TEXT:
        raise TipRefused(_("Write something, at most %(limit)s characters.") % {"limit": MOST_TEXT})
    if is_decided(tip):
        Reporter.objects.filter(tip=tip, answered_on=None).update(answered_on=timezone.localdate())
    return TipMessage.objects.create(tip=tip, written_by=user, text=text.strip())


def _note(user: User, post: Membership, tip: Tip, kind: str, **body: object) -> None:
    record(
        kind,
        actor=user,
        unit_code=post.unit.code,
        case_ref=tip.reference,
        body={"tip": tip.reference, **body},
    )
