"""Premises of an archive by number, name and distance."""

from __future__ import annotations

import pytest

from gridcanary.places import Point, Premises, PremisesIndex

ARCHIVE = [
    Premises("P1", "兖州宏达机械有限公司", "济宁市兖州区建设路88号", "370812", Point(35.55, 116.83)),
    Premises("P2", "兖州鑫源纺织厂", "济宁市兖州区建设路90号", "370812", Point(35.551, 116.83)),
    Premises("P3", "任城宏达塑料制品厂", "济宁市任城区建设路88号", "370811", Point(35.41, 116.60)),
    Premises("P4", "永丰养殖合作社", "济宁市汶上县南站镇张庄村", "370830", Point(35.68, 116.50)),
    Premises("P5", "工业园3号厂房", "济宁市兖州区工业园永安路12号", "370812", Point(35.56, 116.80)),
    Premises("P6", "工业园4号厂房", "济宁市兖州区工业园永安路12号", "370812", Point(35.5601, 116.80)),
]


@pytest.fixture(scope="module")
def index() -> PremisesIndex:
    return PremisesIndex.of(ARCHIVE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("兖州区建设路88号", "P1"),
        ("山东省济宁市兖州区 建设路 ８８＃", "P1"),
        ("济宁任城建设路88号", "P3"),
        ("兖州鑫源纺织厂院里", "P2"),
        ("汶上县南站镇永丰养殖合作社", "P4"),
        ("兖州工业园永安路12号 工业园3号厂房", "P5"),
    ],
)
def test_one_that_fits_is_matched(index: PremisesIndex, text: str, found: str) -> None:
    match = index.find(text)
    assert (match.state, match.premises_id) == ("matched", found)
    assert match.because


def test_a_street_number_of_two_counties_is_ambiguous(index: PremisesIndex) -> None:
    match = index.find("建设路88号")
    assert match.state == "ambiguous"
    assert {key for key, _ in match.candidates} == {"P1", "P3"}
    assert not match.premises_id


def test_two_halls_at_one_number_are_ambiguous(index: PremisesIndex) -> None:
    match = index.find("兖州工业园永安路12号")
    assert match.state == "ambiguous"
    assert {key for key, _ in match.candidates} == {"P5", "P6"}


@pytest.mark.parametrize("text", ["兖州区建设路66号", "曹县大集镇", "", "不知道"])
def test_nothing_is_made_up(index: PremisesIndex, text: str) -> None:
    assert index.find(text).premises_id == ""


def test_a_pin_decides_by_distance_alone_only_where_one_is_near(index: PremisesIndex) -> None:
    assert index.find("", Point(35.68, 116.5001)).premises_id == "P4"
    assert index.find("", Point(35.5505, 116.83)).state == "ambiguous"
    assert index.find("", Point(36.9, 117.0)).state == "none"


def test_a_pin_far_away_contradicts_the_address(index: PremisesIndex) -> None:
    assert index.find("兖州区建设路88号", Point(36.5, 117.0)).state == "none"
