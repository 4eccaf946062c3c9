"""Referrals: prepared, approved, sent with a share, received with a receipt, answered or passed on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened, start
from gridcanary.casework.actions.sharing import give_share
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, ShareLevel
from gridcanary.casework.sharing import CaseRefused, require_acting, takes_part
from gridcanary.custody.queries import items_of
from gridcanary.documents.models import Document, Referral, ReferralPackage, ReferralState
from gridcanary.documents.papers import keep
from gridcanary.documents.referral_bag import referral_bag
from gridcanary.packs.schema.documents import Referral as ReferralKind

PREPARERS = (Role.OFFICER, Role.APPROVER)
RECEIVERS = (Role.OFFICER, Role.APPROVER, Role.CLERK)


@transaction.atomic
def prepare(
    user: User,
    case: Case,
    code: str,
    to_unit: Unit,
    summary: str,
    *,
    documents: Iterable[Document] = (),
    evidence_refs: Iterable[str] = (),
) -> Referral:
    """Prepare a referral.

    Args:
        user: an officer or approver of a department that may send it.
        case: the case.
        code: kind of the referral in the case's pack.
        to_unit: a department of the kind that receives it.
        summary: what is referred and why.
        documents: issued papers that go with it beside those that the pack demands.
        evidence_refs: references of evidence items of the case that go with it.

    Raises:
        CaseRefused: not by this department, not to that one, no summary, or one of this kind is open to it.
    """
    post = require_acting(user, case, *PREPARERS)
    kind = _kind(case, code)
    if post.unit.kind not in kind.from_kinds:
        raise CaseRefused(_("Your department doesn't send this referral."))
    if to_unit.kind != kind.to or not to_unit.active:
        raise CaseRefused(_("Choose a department that receives this referral."))
    if not summary.strip():
        raise CaseRefused(_("Say what is referred and why."))
    if Referral.objects.filter(case=case, code=code, to_unit=to_unit).waiting().exists():
        raise CaseRefused(_("A referral of this kind to this department is open already."))
    known = set(items_of(case.number).values_list("ref", flat=True))
    refs = [ref for ref in evidence_refs if ref in known]
    one = Referral.objects.create(
        case=case, code=code, from_unit=post.unit, to_unit=to_unit, summary=summary.strip(),
        evidence_refs=refs, prepared_by=user,
    )  # fmt: skip
    one.documents.set([paper for paper in documents if paper.case_id == case.pk and paper.is_in_force])
    _tell(one, "referral.prepared", user, post.unit, evidence=refs)
    happened(case, "referral_proposed", user=user, unit=post.unit, subject=one.subject)
    if kind.approval is None:
        _decided(one, user, post.unit, granted=True, remark="")
    return one


@transaction.atomic
def decide(user: User, one: Referral, *, granted: bool, remark: str = "") -> Referral:
    """Approve a referral or not.

    Raises:
        CaseRefused: decided already, the person prepared it or lacks the role, or it isn't approved without a reason.
    """
    one = _locked(one)
    kind = _kind(one.case, one.code)
    post = require_acting(user, one.case, *law.ROLES.get(str(kind.approval), ()))
    if post.unit_id != one.from_unit_id:
        raise CaseRefused(_("Only the department that prepared the referral decides on it."))
    if one.state != ReferralState.PREPARED:
        raise CaseRefused(_("The referral has been decided on already."))
    if one.prepared_by_id == user.pk:
        raise CaseRefused(_("Somebody else than the person who prepared it must decide."))
    if not granted and not remark.strip():
        raise CaseRefused(_("Say why the referral isn't approved."))
    _decided(one, user, post.unit, granted=granted, remark=remark.strip())
    return one


def may_decide(user: User, one: Referral) -> bool:
    """Whether the person can approve the referral now."""
    roles = law.ROLES.get(str(_kind(one.case, one.code).approval), ())
    held = {post.role for post in user.memberships_now() if post.unit_id == one.from_unit_id}
    return (
        one.state == ReferralState.PREPARED and one.prepared_by_id != user.pk and not held.isdisjoint(roles)
    )


def _decided(one: Referral, user: User, unit: Unit, *, granted: bool, remark: str) -> None:
    one.state = ReferralState.APPROVED if granted else ReferralState.REFUSED
    one.decided_by, one.decided_at, one.decision_note = user, timezone.now(), remark
    one.save()
    _tell(one, "referral.approved" if granted else "referral.refused", user, unit, remark=remark)
    if granted:
        happened(one.case, "referral_approved", user=user, unit=unit, subject=one.subject)


def papers_lacking(one: Referral) -> list[str]:
    """Kinds of papers that the pack demands and that are not issued."""
    issued = set(Document.objects.filter(case=one.case).in_force().values_list("code", flat=True))
    return [code for code in _kind(one.case, one.code).documents if code not in issued]


@transaction.atomic
def send(user: User, one: Referral) -> Referral:
    """Send an approved referral: bag its papers and evidence, open the case to the receiver.

    Raises:
        CaseRefused: it isn't approved, a paper is missing, or the person may not.
    """
    one = _locked(one)
    post = _sender(user, one)
    if one.state != ReferralState.APPROVED:
        raise CaseRefused(_("The referral isn't approved yet."))
    lacking = papers_lacking(one)
    if lacking:
        pack, lang = law.pack_of(one.case), law.language()
        titles = _(", ").join(pack.document(code).title.of(lang) for code in lacking)
        raise CaseRefused(_("Still to be issued: %(titles)s.") % {"titles": titles})
    demanded = Document.objects.filter(case=one.case, code__in=_kind(one.case, one.code).documents).in_force()
    one.documents.add(*demanded)
    now = timezone.now()
    one.state, one.sent_at = ReferralState.SENT, now
    one.save()
    content = referral_bag(one, user)
    digests = keep(content)
    ReferralPackage.objects.create(
        referral=one, sha256=digests.sha256, sm3=digests.sm3, size_bytes=digests.size_bytes, made_by=user
    )
    _open_case(user, one, one.to_unit, post.unit)
    _tell(one, "referral.sent", user, post.unit, sha256=digests.sha256, sm3=digests.sm3)
    happened(one.case, "referral_sent", user=user, unit=post.unit, subject=one.subject)
    return one


def _open_case(user: User, one: Referral, unit: Unit, giver: Unit) -> None:
    if not takes_part(one.case, unit):
        name = _kind(one.case, one.code).name.of(law.language())
        give_share(user, giver, one.case, unit, ShareLevel.WORK, _("Referral: %(name)s") % {"name": name})


@transaction.atomic
def receive(user: User, one: Referral, receipt_number: str) -> Referral:
    """Confirm with a receipt that a referral arrived.

    Raises:
        CaseRefused: it wasn't sent, no receipt number, or the person isn't of the receiving department.
    """
    one = _locked(one)
    post = _receiver(user, one)
    if one.state not in (ReferralState.SENT, ReferralState.REROUTED):
        raise CaseRefused(_("There is nothing to receive."))
    if not receipt_number.strip():
        raise CaseRefused(_("Give the number of the receipt."))
    now = timezone.now()
    one.state, one.received_at, one.receipt_number = ReferralState.RECEIVED, now, receipt_number.strip()[:80]
    one.save()
    _tell(one, "referral.received", user, post.unit, receipt=one.receipt_number)
    happened(one.case, "referral_received", user=user, unit=post.unit, subject=one.subject)
    kind = _kind(one.case, one.code)
    for clock in filter(None, (kind.receipt_clock, kind.answer_clock)):
        if law.pack_of(one.case).clock(clock).starts_on == "referral_received":
            start(one.case, clock, user=user, unit=post.unit, at=now, subject=one.subject)
    return one


@transaction.atomic
def reroute(user: User, one: Referral, to_unit: Unit, reason: str) -> Referral:
    """Pass a received referral on to the department that is competent.

    Raises:
        CaseRefused: not received, the same department, another kind, or no reason.
    """
    one = _locked(one)
    post = _receiver(user, one)
    if one.state != ReferralState.RECEIVED:
        raise CaseRefused(_("Confirm receipt first."))
    if to_unit.pk == one.to_unit_id or to_unit.kind != one.to_unit.kind or not to_unit.active:
        raise CaseRefused(_("Choose another department of the same kind."))
    if not reason.strip():
        raise CaseRefused(_("Say why the referral is passed on."))
    before, one.to_unit = one.to_unit, to_unit
    one.state, one.received_at, one.receipt_number = ReferralState.REROUTED, None, ""
    one.save()
    _open_case(user, one, to_unit, before)
    _tell(one, "referral.rerouted", user, post.unit, before=before.code, reason=reason.strip())
    happened(one.case, "referral_rerouted", user=user, unit=post.unit, subject=one.subject)
    return one


@transaction.atomic
def answer(
    user: User, one: Referral, choice: str, *, remark: str = "", document: Document | None = None
) -> Referral:
    """Answer a received referral.

    Args:
        user: of the receiving department.
        one: the referral.
        choice: number of one of the pack's answers, from 0.
        remark: what was found and decided.
        document: the issued paper that says so, where there is one.

    Raises:
        CaseRefused: not received, no such answer, neither remark nor paper, or the person may not.
    """
    one = _locked(one)
    post = _receiver(user, one)
    if one.state != ReferralState.RECEIVED:
        raise CaseRefused(_("Confirm receipt first."))
    answers = _kind(one.case, one.code).answers
    if not choice.isdigit() or int(choice) >= len(answers):
        raise CaseRefused(_("Choose the answer."))
    if document is not None and (document.case_id != one.case_id or not document.is_in_force):
        raise CaseRefused(_("Choose an issued paper of this case."))
    if document is None and not remark.strip():
        raise CaseRefused(_("Add the paper that answers, or say what was decided."))
    one.state, one.answered_at = ReferralState.ANSWERED, timezone.now()
    one.answer, one.answer_note, one.answer_document = choice, remark.strip(), document
    one.save()
    _tell(one, "referral.answered", user, post.unit, answer=answers[int(choice)].zh, remark=remark.strip(),
          document=document.number if document else "")  # fmt: skip
    happened(one.case, "referral_answered", user=user, unit=post.unit, subject=one.subject)
    return one


def _kind(case: Case, code: str) -> ReferralKind:
    pack = law.pack_of(case)
    if code not in pack.referrals:
        raise CaseRefused(_("The law of this case knows no such referral."))
    return pack.referral(code)


def _locked(one: Referral) -> Referral:
    held = Referral.objects.select_for_update(of=("self",))
    return held.select_related("case", "from_unit", "to_unit").get(pk=one.pk)


def _sender(user: User, one: Referral) -> Membership:
    post = require_acting(user, one.case, *PREPARERS)
    if post.unit_id != one.from_unit_id:
        raise CaseRefused(_("Only the department that prepared the referral sends it."))
    return post


def _receiver(user: User, one: Referral) -> Membership:
    for post in user.memberships_now():
        if post.unit_id == one.to_unit_id and post.role in RECEIVERS and takes_part(one.case, post.unit):
            return post
    raise CaseRefused(_("Only somebody of the receiving department can do this."))


def _tell(one: Referral, kind: str, user: User, unit: Unit, **facts: object) -> None:
    note(one.case, kind, user=user, unit=unit, referral=one.pk, code=one.code, to=one.to_unit.code, **facts)
