"""What people reported in the demonstration's county: by web and telephone, alone and together, in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from gridcanary.casework.models import Case
from gridcanary.console.archive import archive_table
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.photographs import picture
from gridcanary.console.findings import FindingsBook
from gridcanary.tips.actions import conversation, desk
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.actions.settling import clear, settle
from gridcanary.tips.files import examined
from gridcanary.tips.models import Channel, PlaceKind, Tip, TipState

NEIGHBOUR = TipFacts(
    cues=("fan_roar", "hot_exhaust", "many_fans"),
    told="院里整夜都是风扇声，冬天后墙也往外吹热风，隔着马路都听得见。",
    hours="night",
)
PASSER_BY = TipFacts(
    cues=("cables", "nobody"), told="大门常年锁着，最近从外面拉了一根很粗的电缆进去，没见过工人。"
)
WATCHMAN = TipFacts(
    cues=("machines", "talk"),
    told="卸货时看见成箱的矿机，听搬货的人说是放在里面挖币的。",
    phone="13900000000",
)
COLD_STORE = TipFacts(cues=("fan_roar",), told="路边一处房子白天晚上嗡嗡响。")
SOMEWHERE = TipFacts(
    cues=("lights",), told="镇上一间仓库，窗户用纸糊着，里面有很多小灯在闪。", place_kind=PlaceKind.TOWN
)
RIVAL = TipFacts(cues=("machines", "supplier"), told="这家店后院里藏着几十台矿机在挖币，请马上去查封他们。")
RIVAL_TIPS = 3
BUSINESSES = ("commercial", "general_industrial", "large_industrial")
TOWN_LETTERS = 6
"""Of an address of the made-up county: its name and a town's."""


def tell(cast: Cast, book: FindingsBook, cases: list[Case]) -> list[Tip]:
    """Tips about the premises of a case, and about others.

    Args:
        cast: who acts.
        book: the findings.
        cases: of the demonstration; the first tips join the second of them, whose premises are still to be visited.

    Returns:
        The tips; none where the county has no premises that could be told of.
    """
    free = _others(book, len(STORIES))
    if len(cases) < 2 or len(free) < len(STORIES):
        return []
    told = _about_a_case(cast, cases[1])
    for story, place in zip(STORIES, free, strict=True):
        told += story(cast, place)
    return told


def _about_a_case(cast: Cast, case: Case) -> list[Tip]:
    """A neighbour with a photograph and somebody on the telephone, about one place; their lead joins the case."""
    place = clear(case.sites.all()[0].address)
    photograph = picture("tip", 120)
    first = _sent(cast, replace(NEIGHBOUR, place=place), photograph)
    second = _sent(cast, replace(PASSER_BY, place=place), channel=Channel.TELEPHONE)
    if first.lead is not None:
        desk.add_to_case(cast.demo, first.lead, case)
    desk.decide(cast.demo, first, TipState.CHECKED, "我们已收到，正在核实。")
    return [first, second]


def _others(book: FindingsBook, wanted: int) -> list[str]:
    """Addresses of businesses that are on no list."""
    listed = {one.subject_id for one in book.listed}
    rows = archive_table().to_pylist()
    places = [
        row["address"]
        for row in rows
        if row["address"] and row["tariff_class"] in BUSINESSES and row["meter_id"] not in listed
    ]
    return list(dict.fromkeys(places))[:wanted]


def _answered(cast: Cast, place: str) -> list[Tip]:
    tip = _sent(cast, replace(WATCHMAN, place=place))
    desk.reply(cast.demo, tip, "请问卸货大概是哪一天？车身上有没有字？")
    conversation.add_message(tip, "上周三夜里，白色厢式货车，车身没有字。")
    return [tip]


def _nothing_found(cast: Cast, place: str) -> list[Tip]:
    tip = _sent(cast, replace(COLD_STORE, place=place))
    desk.decide(cast.demo, tip, TipState.NOTHING, "经现场核查，该处为冷库，未发现“挖矿”。感谢您的反映。")
    return [tip]


def _from_a_rival(cast: Cast, place: str) -> list[Tip]:
    return [_sent(cast, replace(RIVAL, place=place)) for _number in range(RIVAL_TIPS)]


def _somewhere(cast: Cast, place: str) -> list[Tip]:
    return [_sent(cast, replace(SOMEWHERE, place=place[:TOWN_LETTERS]))]


STORIES: tuple[Callable[[Cast, str], list[Tip]], ...] = (_answered, _nothing_found, _from_a_rival, _somewhere)
"""One for each address."""


def _sent(cast: Cast, facts: TipFacts, *photographs: UploadedFile[Any], channel: str = Channel.WEB) -> Tip:
    files = [examined(one, one.size or 0) for one in photographs]
    clerk = None if channel == Channel.WEB else cast.demo
    sent = send_tip(facts, files, unit=cast.unit("energy"), channel=channel, entered_by=clerk)
    return settle(sent.tip)
