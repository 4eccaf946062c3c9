"""Leads: which findings the cases are about, opened and accepted."""

from __future__ import annotations

from collections.abc import Iterator

from gridcanary.casework.actions.cases import open_case
from gridcanary.casework.models import Campaign, Case
from gridcanary.console.demo_cases import papers, ways
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.findings import METER, FindingsBook, ListedFinding
from gridcanary.console.taking_up import taken_up

AT_ONCE = 4
"""Premises of the case about a group, so that its page stays short."""


BEST = 20
"""First rows of the list, among which the bigger mines make the fuller cases."""


def group_first(book: FindingsBook) -> list[list[ListedFinding]]:
    """What each case is about: the premises that step together, then single premises, of the best the
    biggest first.

    Args:
        book: the findings of the last scan.

    Returns:
        A list of findings for each case, none in two of them; the first one has several where there are such.
    """
    listed = [one for one in book.listed if one.subject_kind == METER]
    group = next(_groups(book, listed), listed[:1])[:AT_ONCE]
    taken = {one.key for one in group}
    single = [one for one in listed if one.key not in taken]
    single[:BEST] = sorted(single[:BEST], key=lambda one: -(one.kw_mid or 0.0))
    return [group, *([one] for one in single)]


def _groups(book: FindingsBook, listed: list[ListedFinding]) -> Iterator[list[ListedFinding]]:
    for one in listed:
        group = [other for other in book.group(one.group_id) if other.subject_kind == METER]
        if len(group) > 1:
            yield group


def open_about(
    cast: Cast, findings: list[ListedFinding], summary: str, campaign: Campaign | None = None
) -> Case:
    """Open a case about findings, in the leading department."""
    first = findings[0]
    title = first.title if len(findings) == 1 else f"{first.title}等{len(findings)}处"
    return open_case(
        cast.demo, cast.unit("energy"), title, sites=[taken_up(one) for one in findings], summary=summary,
        campaign=campaign,
    )  # fmt: skip


def accept(cast: Cast, case: Case) -> None:
    """Register the lead and assign it for verification."""
    papers.issue(cast, case, "lead_register")
    ways.go(cast, case, "accept_lead")
