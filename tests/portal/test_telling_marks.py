"""What tells who or where somebody is, is found; ordinary sentences are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.portal.telling_marks import telling_marks

KNOWN = [
    ("name", "张三"),
    ("name", "济宁鑫达科技有限公司"),
    ("address", "兖州区建设路88号"),
    ("meter_id", "0001234567"),
    ("phone", ""),
    ("name", "李"),
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("当事人张三承认", "name"),
        ("当事人张 三承认", "name"),
        ("济宁鑫达科技（有限）公司", "name"),
        ("在兖州区 建设路 88号查获", "address"),
        ("户号0001234567的用户", "meter_id"),
        ("证件号11010519491231002X", "id_number"),
        ("代码91370800MA3C4D5E6F", "credit_code"),
        ("电话13812341234", "mobile"),
        ("电话 +86 138 1234 1234", "mobile"),
        ("座机0537-2345678", "landline"),
        ("卡号6222 0212 3456 7890 123", "card"),
        ("邮箱 someone@example.org", "mail"),
        ("车牌鲁H·12345", "plate"),
        ("车牌鲁HD12345", "plate"),
        ("住在幸福里小区3号楼2单元501室", "house"),
        ("北关村12号", "house"),
        ("连接203.0.113.9", "ip_address"),
        ("收款地址 bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "wallet"),
        ("收款地址 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "wallet"),
        ("位置 35.54321, 116.81234", "coordinates"),
        ("见 https://example.org/x", "link"),
        ("编号20260101001", "long_number"),
    ],
)
def test_it_is_found(text: str, kind: str) -> None:
    assert kind in {mark.kind for mark in telling_marks(text, KNOWN)}


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月，执法人员在一处废弃厂房内查获正在运行的矿机126台，现场负荷约400千瓦。",
        "依据《产业结构调整指导目录（2024年本）》，责令停止，没收违法所得52,300元。",
        "当事人王某将厂房出租，月租8000元。电价由0.55元调整为差别电价0.85元。",
        "In March 2026 officers found 126 machines drawing 400 kW; the surcharge came to CNY 1,250,000.",
        "发改运行〔2021〕1283号、行政处罚法第四十八条",
        "",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert telling_marks(text, KNOWN) == []


@given(
    before=st.text("风扇轰鸣查获。，", max_size=8),
    after=st.text("风扇轰鸣查获。，", max_size=8),
    gaps=st.lists(st.sampled_from(["", " ", "　", "·"]), min_size=3, max_size=3),
)
def test_a_known_name_is_found_however_it_is_spaced(before: str, after: str, gaps: list[str]) -> None:
    name = "欧阳小明"
    written = "".join(letter + gap for letter, gap in zip(name, [*gaps, ""], strict=True))
    assert telling_marks(before + written + after, [("name", name)])
