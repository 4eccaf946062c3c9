"""What others read of papers and referrals."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework import law
from gridcanary.casework.loop import LoopItem
from gridcanary.casework.models import Case
from gridcanary.documents.models import (
    Document,
    DocumentVersion,
    Letterhead,
    Referral,
    ReferralState,
    State,
    UnitTemplate,
)
from gridcanary.documents.models.document import BEFORE_ISSUE
from gridcanary.documents.models.referral import WAITING


def letterhead_of(unit: Unit) -> Letterhead:
    """The unit's letterhead; one made of its Chinese name, not stored, where it has none."""
    return Letterhead.objects.filter(unit=unit).first() or Letterhead(
        unit=unit, name=unit.name_zh, mark=unit.name_zh
    )


def newest(document: Document) -> DocumentVersion:
    """The last version of a paper."""
    return DocumentVersion.objects.filter(document=document).order_by("-no")[0]


def papers_of(user: User, case: Case) -> list[Document]:
    """Papers of a case that the person sees, the newest first."""
    return list(Document.objects.visible_to(user).filter(case=case).select_related("unit", "drafted_by"))


def unit_template(unit: Unit, pack_id: str, code: str) -> UnitTemplate | None:
    """The unit's own template for a kind of paper; None where the pack's counts."""
    last = UnitTemplate.objects.filter(unit=unit, pack_id=pack_id, code=code).order_by("-no").first()
    return last if last is not None and last.sha256 else None


def unit_templates(unit: Unit) -> list[UnitTemplate]:
    """The unit's own templates that count now."""
    last = UnitTemplate.objects.filter(unit=unit).values("pack_id", "code").annotate(last=Max("id"))
    return list(UnitTemplate.objects.filter(id__in=[row["last"] for row in last]).exclude(sha256=""))


def codes_in_force(case: Case) -> set[str]:
    """Kinds of papers that are issued in a case. One that must be served counts when it is served."""
    pack = law.pack_of(case)
    rows = Document.objects.filter(case=case).in_force().values_list("code", "state")
    return {
        code
        for code, state in rows
        if state == State.SERVED or code not in pack.documents or not pack.document(code).served
    }


def where_written(case: Case, code: str) -> str:
    """Page of the paper of a kind that is under way; else the list of papers, where one can be drafted."""
    under_way = (*BEFORE_ISSUE, State.ISSUED)
    paper = Document.objects.filter(case=case, code=code, state__in=under_way).order_by("-id").first()
    if paper is not None:
        return reverse("documents:paper", kwargs={"number": case.number, "key": paper.pk})
    return reverse("documents:papers", kwargs={"number": case.number})


def unserved_papers(case: Case) -> Iterator[LoopItem]:
    """Issued papers that wait for their service."""
    pack = law.pack_of(case)
    for paper in Document.objects.filter(case=case, state=State.ISSUED):
        if paper.code in pack.documents and pack.document(paper.code).served:
            url = reverse("documents:paper", kwargs={"number": case.number, "key": paper.pk})
            text = _("Issued but not served: %(title)s") % {"title": str(paper)}
            yield LoopItem("document", text, ref=paper.code, url=url, unit_id=paper.unit_id)


def unanswered_referrals(case: Case) -> Iterator[LoopItem]:
    """Referrals that wait for somebody."""
    pack, lang = law.pack_of(case), law.language()
    for one in Referral.objects.filter(case=case).waiting().select_related("to_unit"):
        name = pack.referral(one.code).name.of(lang) if one.code in pack.referrals else one.code
        url = reverse("documents:referral", kwargs={"number": case.number, "key": one.pk})
        text = _("Referral without an answer: %(name)s (%(state)s)") % {
            "name": name,
            "state": one.get_state_display(),
        }
        turn = one.from_unit_id if one.sent_at is None else one.to_unit_id
        yield LoopItem("referral", text, ref=one.code, url=url, unit_id=turn)


def papers_waiting(case: Case) -> int:
    """Papers that are drafted and not issued, or issued and not served."""
    return Document.objects.filter(case=case, state__in=BEFORE_ISSUE).count() + len(
        list(unserved_papers(case))
    )


def referrals_waiting(case: Case) -> int:
    """Referrals that wait for somebody."""
    return Referral.objects.filter(case=case, state__in=WAITING).count()


def referrals_for(user: User) -> list[Referral]:
    """Referrals that wait for the person's own units."""
    units = [post.unit_id for post in user.memberships_now()]
    waiting = Q(
        to_unit__in=units, state__in=(ReferralState.SENT, ReferralState.RECEIVED, ReferralState.REROUTED)
    )
    return list(Referral.objects.visible_to(user).filter(waiting).select_related("case", "from_unit"))
