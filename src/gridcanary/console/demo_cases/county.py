"""All cases of the demonstration, from a lead that was just opened to one that is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone, translation

from gridcanary.accounts.models import User
from gridcanary.casework.actions import campaigns
from gridcanary.casework.models import Campaign, Case
from gridcanary.console.demo_cases import discover, dossiers, investigate, lead, rectify, tips, watch, wire
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.findings import FindingsBook, ListedFinding

SUMMARIES = {
    "lead": "多处用电在同一时段同步升高，疑为同一主体分散布置。",
    "discover": "负荷昼夜平直，与登记用途不符，待现场核查。",
    "investigate": "现场查获运行中的矿机，已先行登记保存并停电，正在调查。",
    "rectify": "已作出处罚决定，设备已清退，差别电价尚未收齐。",
    "watch": "闭环已完成，按计划回访。",
    "cleared": "负荷平直，经核查为数据处理机房，属合法算力。",
    "victim": "单位服务器负荷异常，经核查系被他人植入挖矿程序。",
}

Story = Callable[[Cast, list[ListedFinding], Campaign], Case]


@transaction.atomic
def make_cases(demo: User, book: FindingsBook) -> list[Case]:
    """Make the cases of the demonstration about the findings of its county.

    Args:
        demo: who signs in.
        book: the findings.

    Returns:
        The cases; fewer where there are fewer findings, none where cases exist already.
    """
    if Case.objects.exists():
        return []
    with translation.override("zh-hans"):
        cast = Cast.of(demo)
        campaign = campaigns.begin(
            demo, cast.unit("energy"), "示范县“挖矿”用电专项整治", timezone.localdate(), target_premises=30,
            purpose="对用电线索逐条核查，查实一处、整改一处、回访一处。",
        )  # fmt: skip
        cases = list(_told(cast, book, campaign))
        tips.tell(cast, book, cases)
        return cases


def _told(cast: Cast, book: FindingsBook, campaign: Campaign) -> Iterator[Case]:
    about = lead.group_first(book) if book.listed else []
    for story, findings in zip(STORIES, about, strict=False):
        yield story(cast, findings, campaign)


def _lead(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    return lead.open_about(cast, findings, SUMMARIES["lead"])


def _discover(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = lead.open_about(cast, findings, SUMMARIES["discover"], campaign)
    lead.accept(cast, case)
    discover.work_together(cast, case, unconfirmed="samr")
    discover.prepare_visit(cast, case, campaign)
    return case


def _investigate(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = lead.open_about(cast, findings, SUMMARIES["investigate"], campaign)
    lead.accept(cast, case)
    discover.file(cast, case)
    investigate.secure(cast, case, hours_without_supply=2)
    investigate.let_wait(cast, case)
    dossiers.attach(cast, case)
    wire.show(cast, case)
    return case


def _decided(cast: Cast, findings: list[ListedFinding], summary: str, campaign: Campaign) -> Case:
    case = lead.open_about(cast, findings, summary, campaign)
    lead.accept(cast, case)
    discover.file(cast, case)
    kept, cut = investigate.secure(cast, case, hours_without_supply=26)
    investigate.decide(cast, case, kept, cut)
    return case


def _rectify(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = _decided(cast, findings, SUMMARIES["rectify"], campaign)
    rectify.collect(cast, case, paid=rectify.PARTLY)
    rectify.let_accept(cast, case)
    return case


def _watch(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = _decided(cast, findings, SUMMARIES["watch"], campaign)
    rectify.collect(cast, case, paid=rectify.WHOLLY)
    rectify.accept(cast, case)
    rectify.close(cast, case)
    watch.find_again(cast, case)
    return case


def _cleared(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = lead.open_about(cast, findings, SUMMARIES["cleared"], campaign)
    lead.accept(cast, case)
    discover.clear(cast, case)
    return case


def _victim(cast: Cast, findings: list[ListedFinding], campaign: Campaign) -> Case:
    case = lead.open_about(cast, findings, SUMMARIES["victim"])
    lead.accept(cast, case)
    discover.help_victim(cast, case)
    return case


STORIES: tuple[Story, ...] = (_lead, _discover, _investigate, _rectify, _watch, _cleared, _victim)
"""One for each case, in the order of the findings that they are about."""
