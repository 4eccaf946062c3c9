"""What of papers and referrals waits for a person, for the page of work."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework import law
from gridcanary.casework.elsewhere import Waiting
from gridcanary.documents.models import (
    Document,
    DocumentVersion,
    Referral,
    ReferralState,
    Review,
    State,
)
from gridcanary.documents.signing import roles_to_review

AT_MOST = 50
"""Papers, and referrals, that a person's page of work names at once."""


def waiting(user: User) -> Iterator[Waiting]:
    """Papers to agree to or to issue, and referrals to decide on, send, receive or answer."""
    posts = user.memberships_now()
    yield from _papers(user, posts)
    yield from _referrals(user, posts)


def _units(posts: list[Membership], *roles: str) -> list[int]:
    return [post.unit_id for post in posts if post.role in roles]


def _papers(user: User, posts: list[Membership]) -> Iterator[Waiting]:
    newest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-no").values("pk")[:1]
    own = DocumentVersion.objects.filter(pk=OuterRef("newest"), made_by=user)
    agreed = Review.objects.filter(version=OuterRef("newest"), given_by=user, granted=True)
    to_review = Q(state=State.IN_REVIEW, unit__in=_units(posts, Role.APPROVER, Role.LEGAL_REVIEWER))
    to_issue = Q(state=State.APPROVED, unit__in=_units(posts, Role.OFFICER, Role.APPROVER))
    found = (
        Document.objects.visible_to(user)
        .filter(to_review | to_issue, case__closed_at__isnull=True)
        .annotate(newest=Subquery(newest))
        .exclude(Q(state=State.IN_REVIEW) & (Exists(own) | Exists(agreed)))
        .select_related("case", "case__pack_version")
        .defer("case__pack_version__frozen")
    )
    for paper in found[:AT_MOST]:
        if paper.state == State.IN_REVIEW and not _reviews(posts, paper):
            continue
        words = (
            _("Agree or send back: %(paper)s") if paper.state == State.IN_REVIEW else _("Issue: %(paper)s")
        )
        url = reverse("documents:paper", kwargs={"number": paper.case.number, "key": paper.pk})
        yield Waiting(words % {"paper": paper.title}, url, paper.case.number)


def _reviews(posts: list[Membership], paper: Document) -> bool:
    roles = roles_to_review(paper)
    return any(
        post.unit_id == paper.unit_id and any(law.may_act_as(post, role) for role in roles) for post in posts
    )


def _referrals(user: User, posts: list[Membership]) -> Iterator[Waiting]:
    acting = _units(posts, Role.OFFICER, Role.APPROVER)
    receiving = _units(posts, Role.OFFICER, Role.APPROVER, Role.CLERK)
    decide = Q(state=ReferralState.PREPARED, from_unit__in=_units(posts, Role.APPROVER)) & ~Q(
        prepared_by=user
    )
    send = Q(state=ReferralState.APPROVED, from_unit__in=acting)
    answering = (ReferralState.SENT, ReferralState.REROUTED, ReferralState.RECEIVED)
    take = Q(state__in=answering, to_unit__in=receiving)
    found = Referral.objects.visible_to(user).filter(decide | send | take, case__closed_at__isnull=True)
    for one in found.select_related("case", "case__pack_version").defer("case__pack_version__frozen")[
        :AT_MOST
    ]:
        pack = law.pack_of(one.case)
        name = pack.referral(one.code).name.of(law.language()) if one.code in pack.referrals else one.code
        url = reverse("documents:referral", kwargs={"number": one.case.number, "key": one.pk})
        yield Waiting(_words(one.state) % {"referral": name}, url, one.case.number)


def _words(state: str) -> str:
    return {
        ReferralState.PREPARED: _("Approve or refuse: %(referral)s"),
        ReferralState.APPROVED: _("Send: %(referral)s"),
        ReferralState.RECEIVED: _("Answer: %(referral)s"),
    }.get(ReferralState(state), _("Confirm receipt: %(referral)s"))
