"""Review of a paper by those who sign it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, User
from gridcanary.casework import law
from gridcanary.casework.journal import note
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.documents.actions.drafting import locked, may_issue
from gridcanary.documents.fields import FIELDS
from gridcanary.documents.models import Document, Review, State
from gridcanary.documents.queries import newest
from gridcanary.documents.signing import roles_lacking, roles_to_review


@transaction.atomic
def submit(user: User, paper: Document) -> Document:
    """Hand the paper to those who review it; one that nobody reviews is approved at once.

    Raises:
        CaseRefused: it is no draft, a field is empty, or the person may not.
    """
    paper = locked(paper)
    post = may_issue(user, paper.case, paper.code)
    if paper.state != State.DRAFT:
        raise CaseRefused(_("Only a draft can be submitted."))
    version = newest(paper)
    if version.missing:
        labels = _(", ").join(str(FIELDS[name].label) for name in version.missing if name in FIELDS)
        raise CaseRefused(_("Still to be filled in: %(labels)s.") % {"labels": labels})
    paper.state = State.IN_REVIEW if roles_to_review(paper) else State.APPROVED
    paper.save(update_fields=["state"])
    note(paper.case, "document.submitted", user=user, unit=post.unit, document=paper.pk, title=paper.title,
         version=version.no, sha256=version.sha256)  # fmt: skip
    return paper


@transaction.atomic
def review(user: User, paper: Document, role: str, *, granted: bool, remark: str = "", seen: int) -> Document:
    """Agree to a paper, or send it back, in a role of the pack.

    Args:
        user: holds the role in the unit that issues the paper; not who wrote the version.
        paper: the paper in review.
        role: one of those who sign.
        granted: whether the person agrees.
        remark: required when it is sent back.
        seen: number of the version that the person read.

    Raises:
        CaseRefused: another role, the person who wrote it, another version, or no reason for sending it back.
    """
    paper = locked(paper)
    post = _reviewer(user, paper, role)
    version = newest(paper)
    if paper.state != State.IN_REVIEW or version.no != seen:
        raise CaseRefused(_("This version is no longer in review. Look at the paper again."))
    if version.made_by_id == user.pk:
        raise CaseRefused(_("Somebody else than the person who wrote it must review it."))
    if not granted and not remark.strip():
        raise CaseRefused(_("Say why the paper goes back."))
    Review.objects.create(
        version=version, role=role, granted=granted, note=remark.strip(), unit=post.unit, given_by=user
    )
    if not granted:
        paper.state = State.DRAFT
    elif not roles_lacking(paper, version):
        paper.state = State.APPROVED
    paper.save(update_fields=["state"])
    kind = "document.agreed" if granted else "document.sent_back"
    note(paper.case, kind, user=user, unit=post.unit, document=paper.pk, title=paper.title,
         version=version.no, role=role, remark=remark.strip())  # fmt: skip
    return paper


def _reviewer(user: User, paper: Document, role: str) -> Membership:
    if role not in roles_to_review(paper):
        raise CaseRefused(_("This role doesn't review the paper."))
    post = require_acting(user, paper.case, *law.ROLES.get(role, (role,)))
    if post.unit_id != paper.unit_id:
        raise CaseRefused(_("Only the department that issues the paper reviews it."))
    return post


def may_review(user: User, paper: Document) -> list[str]:
    """Roles in which the person can review the paper now."""
    if paper.state != State.IN_REVIEW:
        return []
    version = newest(paper)
    if version.made_by_id == user.pk:
        return []
    held = {post.role for post in user.memberships_now() if post.unit_id == paper.unit_id}
    return [role for role in roles_lacking(paper, version) if held & set(law.ROLES.get(role, (role,)))]
