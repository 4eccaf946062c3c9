"""What people paste for a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.places import Datum, Point, distance_m, to_wgs84
from gridcanary.tips.pasted_places import pasted_place
from gridcanary.tips.pins import read_pin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36.1,117.2", (36.1, 117.2, "wgs84")),
        ("36.1, 117.2", (36.1, 117.2, "wgs84")),
        ("117.2，36.1", (36.1, 117.2, "wgs84")),
        ("36.1 117.2", (36.1, 117.2, "wgs84")),
        ("-33.86;151.2", (-33.86, 151.2, "wgs84")),
        ("geo:36.1,117.2?z=15", (36.1, 117.2, "wgs84")),
        ("https://uri.amap.com/marker?position=117.2,36.1&name=x", (36.1, 117.2, "gcj02")),
        ("看这里 https://ditu.amap.com/regeo?lng=1&lnglat=117.2,36.1", (36.1, 117.2, "gcj02")),
        ("https://www.amap.com/?q=36.1,117.2,name", (36.1, 117.2, "gcj02")),
        ("https://www.amap.com/?p=B021405Q9F,36.1,117.2,name,addr", (36.1, 117.2, "gcj02")),
        ("http://api.map.baidu.com/marker?location=36.1,117.2&output=html", (36.1, 117.2, "bd09")),
        ("http://api.map.baidu.com/marker?location=36.1,117.2&coord_type=gcj02", (36.1, 117.2, "gcj02")),
        ("http://api.map.baidu.com/marker?location=36.1,117.2&coord_type=wgs84", (36.1, 117.2, "wgs84")),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:36.1,117.2;title:x", (36.1, 117.2, "gcj02")),
        ("https://maps.apple.com/?ll=36.1,117.2&q=x", (36.1, 117.2, "gcj02")),
        ("https://www.google.com/maps/@36.1,117.2,15z", (36.1, 117.2, "wgs84")),
        ("https://maps.google.com.hk/?q=36.1,117.2", (36.1, 117.2, "wgs84")),
        ("https://www.openstreetmap.org/#map=15/36.1/117.2", (36.1, 117.2, "wgs84")),
        ("https://www.openstreetmap.org/?mlat=36.1&mlon=117.2", (36.1, 117.2, "wgs84")),
    ],
)
def test_points(text: str, expected: tuple[float, float, str]) -> None:
    found = pasted_place(text)
    assert found is not None
    assert (found.lat, found.lon, found.datum) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "兖州区颜店镇",
        "0,0",
        "200,300",
        "95,200",
        "https://surl.amap.com/abc123",
        "https://j.map.baidu.com/x",
        "https://evil.example/?position=117.2,36.1",
        "https://notamap.com/?q=36.1,117.2",
        "3号楼2单元",
    ],
)
def test_what_is_no_point(text: str) -> None:
    assert pasted_place(text) is None


def test_points_of_chinese_maps_are_shifted_back() -> None:
    pin = read_pin("https://uri.amap.com/marker?position=116.8,35.5")
    assert pin is not None
    back = to_wgs84(Point(35.5, 116.8), Datum.GCJ02)
    assert distance_m(Point(pin.lat, pin.lon), back) < 1
    assert 100 < distance_m(Point(pin.lat, pin.lon), Point(35.5, 116.8)) < 800


@given(st.text(max_size=200))
def test_nothing_breaks_it(text: str) -> None:
    found = pasted_place(text)
    assert found is None or (abs(found.lat) <= 90 and abs(found.lon) <= 180)


@given(st.floats(-89, 89), st.floats(91, 179))
def test_either_order_means_the_same(lat: float, lon: float) -> None:
    one, other = pasted_place(f"{lat:.6f},{lon:.6f}"), pasted_place(f"{lon:.6f},{lat:.6f}")
    assert one == other
