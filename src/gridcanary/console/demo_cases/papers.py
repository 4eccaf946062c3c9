"""Papers of the demonstration's cases: drafted, agreed to, issued and served by the people who have to."""

from __future__ import annotations

from django.utils import timezone

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast, bring_in
from gridcanary.console.demo_cases.wording import words
from gridcanary.documents.actions import drafting, issuing, reviewing, serving
from gridcanary.documents.first_entries import first_entries
from gridcanary.documents.models import Document, ServiceWay
from gridcanary.documents.papers import fields_of, template_for
from gridcanary.documents.queries import newest
from gridcanary.documents.signing import roles_lacking

PURPOSE = "协同办理，出具文书"
RECIPIENT = "承租人甲"


def draft(cast: Cast, case: Case, code: str, kind: str = "") -> Document:
    """Draft a paper with something in every field.

    Args:
        cast: who acts.
        case: the case.
        code: of the paper in the case's pack.
        kind: which department issues it; the leading one if it may, else the first that may, when empty.
    """
    pack = law.pack_of(case)
    issuers = pack.document(code).issuers
    own = case.owner_unit.kind
    kind = kind or (own if own in issuers else issuers[0])
    bring_in(cast, case, kind, PURPOSE)
    writer, unit = cast.officer(kind), cast.unit(kind)
    said = words() | first_entries(case, code, unit, writer)
    wanted = {field.name for field in fields_of(template_for(pack, code, unit))}
    return drafting.draft(writer, case, code, {name: text for name, text in said.items() if name in wanted})


def submit(cast: Cast, paper: Document) -> Document:
    """Hand a draft in to those who have to agree to it."""
    return reviewing.submit(cast.officer(paper.unit.kind), paper)


def agree(cast: Cast, paper: Document) -> Document:
    """Hand a draft in and have everybody agree to it who has to."""
    kind = paper.unit.kind
    submit(cast, paper)
    version = newest(paper)
    for role in roles_lacking(paper, version):
        reviewing.review(cast.reviewer(kind, role), paper, role, granted=True, seen=version.no)
    paper.refresh_from_db()
    return paper


def issue(cast: Cast, case: Case, code: str, kind: str = "") -> Document:
    """Issue a paper, and serve it where that is asked for."""
    paper = agree(cast, draft(cast, case, code, kind))
    writer = cast.officer(paper.unit.kind)
    issuing.issue(writer, paper)
    paper.refresh_from_db()
    if law.pack_of(case).document(code).served:
        serving.serve(
            writer, paper, way=ServiceWay.IN_PERSON, served_to=RECIPIENT, served_at=timezone.now(),
            place="涉案场所", remark="演示案件，回执从略",
        )  # fmt: skip
        paper.refresh_from_db()
    return paper


def issue_all(cast: Cast, case: Case, *codes: str) -> None:
    """Issue several papers one after the other."""
    for code in codes:
        issue(cast, case, code)
