"""Who depends on whom, what looks like a campaign, and which tips are of one place."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.places import Point, match_address
from gridcanary.tips.independence import Voice, depend, groups, looks_like_a_campaign
from gridcanary.tips.nearness import Spot, can_be_the_same, perhaps_same_spot, same_spot, spot_of

DAY = dt.date(2026, 11, 20)
COPIED = "村北头老砖厂里面整夜有风扇的声音，门口一直有人看着不让进"


def voice(text: str = "", days: int = 0, **more: object) -> Voice:
    return Voice(DAY + dt.timedelta(days=days), text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (voice(COPIED), voice(COPIED + "！"), True),
        (voice(COPIED), voice("门口一直有人看着不让进，村北头老砖厂里面整夜有风扇的声音"), False),
        (voice(COPIED), voice("我家隔壁的养鸡场不养鸡了，可是电线比以前粗了很多"), False),
        (voice("很吵"), voice("很吵"), False),
        (voice(reporters=frozenset({"a"})), voice(reporters=frozenset({"a", "b"})), True),
        (voice(pictures=("00000000000000ff",)), voice(pictures=("00000000000000fe",)), True),
        (voice(pictures=("00000000000000ff",)), voice(pictures=("ffffffff00000000",)), False),
    ],
    ids=["copied", "turned-about", "own-words", "too-short", "same-person", "same-picture", "other-picture"],
)
def test_which_tips_depend(one: Voice, other: Voice, together: bool) -> None:
    assert depend(one, other) is together
    assert depend(other, one) is together


def test_dependence_goes_through_others() -> None:
    a, b = voice(reporters=frozenset({"x"})), voice("", pictures=("0000000000000001",))
    both = voice("", reporters=frozenset({"x"}), pictures=("0000000000000000",))
    assert groups([a, b, both]) == [0, 0, 0]
    assert groups([a, b]) == [0, 1]


def test_copied_tips_in_few_days_look_like_a_campaign() -> None:
    assert looks_like_a_campaign([voice(COPIED, days) for days in range(3)])
    assert not looks_like_a_campaign([voice(COPIED, 10 * days) for days in range(3)])
    assert not looks_like_a_campaign([voice(COPIED), voice(COPIED)])


def test_bare_boxes_all_alike_look_like_a_campaign_and_own_words_dont() -> None:
    assert looks_like_a_campaign([voice(cues=("machines",)) for _ in range(4)])
    own = ["夜里一直嗡嗡响，睡不着觉", "厂房后墙装了两排大风扇", "拉了一根新的粗电缆进院子"]
    assert not looks_like_a_campaign([voice(text, cues=("fan_roar",)) for text in own])


def spot(address: str, point: Point | None = None, **more: object):
    return spot_of(address, match_address(address).code, point, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (spot("兖州区建设路88号"), spot("济宁市兖州区 建设路８８＃"), True),
        (spot("兖州区建设路88号"), spot("兖州区建设路90号"), False),
        (spot("兖州区建设路88号"), spot("任城区建设路88号"), False),
        (spot("兖州区砖厂附近"), spot("兖州区砖厂附近"), False),
        (spot("", Point(35.55, 116.83)), spot("", Point(35.5503, 116.83)), True),
        (spot("", Point(35.55, 116.83)), spot("", Point(35.56, 116.83)), False),
        (spot("甲", premises_id="P1"), spot("乙", premises_id="P1"), True),
    ],
)
def test_what_is_surely_one_place(one: object, other: object, same: bool) -> None:
    assert same_spot(one, other) is same  # type: ignore[arg-type]


@given(
    st.builds(
        Spot,
        st.sampled_from(["", "370812", "370800"]),
        st.sampled_from(["", "某厂房", "建设路88号", "建设路 北侧"]),
        st.sampled_from([None, Point(35.5, 116.8)]),
        st.sampled_from(["", "P1"]),
    )
)
def test_what_tells_too_little_is_never_the_same_as_anything(spot: Spot) -> None:
    if same_spot(spot, spot):
        assert can_be_the_same(spot)


def test_what_staff_should_look_at() -> None:
    assert perhaps_same_spot(spot("兖州区大安镇老砖厂"), spot("兖州区大安镇砖厂北面"))
    assert perhaps_same_spot(spot("", Point(35.55, 116.83)), spot("", Point(35.552, 116.83)))
    assert not perhaps_same_spot(spot("兖州区大安镇老砖厂"), spot("兖州区新驿镇冷库"))
