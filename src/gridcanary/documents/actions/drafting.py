"""Drafting papers and writing new versions of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework import law
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.documents.context import PaperFacts, language_of
from gridcanary.documents.models import Document, DocumentVersion, State
from gridcanary.documents.paper import TemplateFault, UnsafeFile
from gridcanary.documents.papers import FilledPaper, filled, keep, split
from gridcanary.documents.queries import newest
from gridcanary.evidence import digest_bytes

DRAFTERS = (Role.OFFICER, Role.APPROVER, Role.LEGAL_REVIEWER)
ENTRY_LIMIT = 20_000
"""Characters of one field."""


@transaction.atomic
def draft(
    user: User, case: Case, code: str, entries: Mapping[str, str], *, replaces: Document | None = None
) -> Document:
    """Draft a paper.

    Args:
        user: an officer, approver or legal reviewer of a department that may issue it.
        case: the case.
        code: kind of the paper in the case's pack.
        entries: what is written into it, by field; days and times in ISO form.
        replaces: the withdrawn paper in whose place it comes.

    Returns:
        The paper with its first version.

    Raises:
        CaseRefused: the pack doesn't have it, not in this stage, or not by this department.
    """
    post = may_issue(user, case, code)
    if replaces is not None and (replaces.case_id != case.pk or replaces.state != State.WITHDRAWN):
        raise CaseRefused(_("Only a withdrawn paper of the same case can be replaced."))
    pack = law.pack_of(case)
    title = pack.document(code).title.of(language_of(pack))
    paper = Document.objects.create(
        case=case, code=code, title=title, unit=post.unit, drafted_by=user, replaces=replaces
    )
    version = add_version(user, paper, entries, "")
    note(case, "document.drafted", user=user, unit=post.unit, document=paper.pk, code=code, title=title,
         sha256=version.sha256, replaces=replaces.pk if replaces else None)  # fmt: skip
    return paper


@transaction.atomic
def redraft(
    user: User, paper: Document, entries: Mapping[str, str], reason: str, *, seen: int
) -> DocumentVersion:
    """Write a new version of a paper that is not issued; reviews of earlier versions no longer count.

    Args:
        user: as for draft.
        paper: the paper.
        entries: as for draft.
        reason: why it was changed.
        seen: number of the version that the person's page showed.

    Raises:
        CaseRefused: it is issued, somebody wrote another version meanwhile, or no reason is given.
    """
    paper = locked(paper)
    post = may_issue(user, paper.case, paper.code)
    if not paper.is_open:
        raise CaseRefused(_("The paper has been issued. Withdraw it and draft a new one."))
    if newest(paper).no != seen:
        raise CaseRefused(_("Somebody else wrote a newer version. Look at it and write again."))
    if not reason.strip():
        raise CaseRefused(_("Say why the paper is changed."))
    version = add_version(user, paper, entries, reason)
    if paper.state != State.DRAFT:
        paper.state = State.DRAFT
        paper.save(update_fields=["state"])
    note(paper.case, "document.redrafted", user=user, unit=post.unit, document=paper.pk, title=paper.title,
         version=version.no, sha256=version.sha256, reason=reason.strip())  # fmt: skip
    return version


def may_issue(user: User, case: Case, code: str) -> Membership:
    """The post in which a person may write a paper of this kind.

    Raises:
        CaseRefused: the pack doesn't have it, not in this stage, or not by the person's department.
    """
    pack = law.pack_of(case)
    post = require_acting(user, case, *DRAFTERS)
    if code not in pack.documents:
        raise CaseRefused(_("The law of this case knows no such paper."))
    kind = pack.document(code)
    if post.unit.kind not in kind.issuers:
        names = _(" or ").join(pack.department(one).short.of(law.language()) for one in kind.issuers)
        raise CaseRefused(_("Only these departments issue this paper: %(names)s.") % {"names": names})
    if case.stage not in kind.stages:
        raise CaseRefused(_("This paper isn't issued in this stage of the case."))
    return post


def locked(paper: Document) -> Document:
    """The paper as it is now, held until the transaction ends."""
    return Document.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=paper.pk)


def add_version(
    user: User, paper: Document, entries: Mapping[str, str], reason: str, facts: PaperFacts | None = None
) -> DocumentVersion:
    """Fill the paper and store it as its next version; call it inside a transaction.

    Raises:
        CaseRefused: a field is too long, or the template can't be filled.
    """
    if any(len(value) > ENTRY_LIMIT for value in entries.values()):
        raise CaseRefused(_("A field is longer than %(limit)d characters.") % {"limit": ENTRY_LIMIT})
    last = DocumentVersion.objects.filter(document=paper).order_by("-no").first()
    no = last.no + 1 if last else 1
    facts = facts or PaperFacts(paper.case, paper.code, paper.unit, user, paper.number, version=no)
    made = _made(facts, entries)
    digests = keep(made.content)
    plain, personal = split(entries)
    return DocumentVersion.objects.create(
        document=paper,
        no=no,
        entries=plain,
        personal=personal,
        missing=list(made.missing),
        template_name=made.template.name,
        template_sha256=digest_bytes(made.template.content).sha256,
        reason=reason.strip()[:300],
        sha256=digests.sha256,
        sm3=digests.sm3,
        size_bytes=digests.size_bytes,
        made_by=user,
    )


def _made(facts: PaperFacts, entries: Mapping[str, str]) -> FilledPaper:
    try:
        return filled(facts, entries)
    except (TemplateFault, UnsafeFile) as fault:
        raise CaseRefused(_("The template can't be filled: %(fault)s") % {"fault": fault}) from fault
