"""What casework asks a pack: measures, gates, clocks, texts, citations, differences."""

from __future__ import annotations

import datetime as dt

import pytest

from gridcanary import packs
from gridcanary.packs.differences import differences
from gridcanary.packs.pack import Pack
from gridcanary.packs.schema.base import Text

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def cn() -> Pack:
    return packs.load("cn")


FORBIDDEN = [
    pytest.param("seize", "unlicensed_seize", "energy", None, "not_empowered",
                 "没有法律、行政法规授权不得实施查封、扣押", id="the energy authority must not seize"),
    pytest.param("seize", "unlicensed_seize", "utility", None, "wrong_track", "平等的民事主体",
                 id="the power company is no authority"),
    pytest.param("stop_supply", "ndrc1283_stop", "energy", None, "wrong_track", "供电企业",
                 id="the energy authority does not disconnect"),
    pytest.param("seize", "apl_56", "samr", None, "basis_not_for_measure", "先行登记保存证据",
                 id="registration is no basis for seizure"),
    pytest.param("criminal_search", "cpl_search", "samr", None, "wrong_track", "公安",
                 id="searching is for the police"),
    pytest.param("confiscate_devices", "ecl_71_stop", "samr", None, "not_empowered", "发改/能源",
                 id="confiscation is for the energy authority"),
    pytest.param("close_down", "ecl_71_close", "energy", None, "not_empowered", "属地政府",
                 id="closing is for the government"),
    pytest.param("seize", "unlicensed_seize", "samr", "discover", "not_in_stage", "查处", id="too early"),
    pytest.param("burn", "apl_56", "samr", None, "unknown_measure", "burn", id="no such measure"),
    pytest.param("seize", "magna_carta", "samr", None, "unknown_basis", "magna_carta", id="no such basis"),
    pytest.param("seize", "apl_56", "navy", None, "unknown_department", "navy", id="no such department"),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "basis", "department", "stage", "reason", "told"), FORBIDDEN)
def test_what_the_pack_forbids(
    cn: Pack, measure: str, basis: str, department: str, stage: str | None, reason: str, told: str
) -> None:
    found = cn.refusal(measure, basis, department, on=TODAY, stage=stage)
    assert found is not None
    assert found.reason == reason
    assert told in found.text.zh
    assert found.text.en


ALLOWED = [
    pytest.param("register_preserve", "apl_56", "energy", "investigate", id="energy registers and preserves"),
    pytest.param("confiscate_devices", "ecl_71_stop", "energy", "investigate", id="energy confiscates"),
    pytest.param("seize", "unlicensed_seize", "samr", "investigate", id="market supervision seizes"),
    pytest.param("seize", "security_seize", "police", "investigate", id="police seize"),
    pytest.param("stop_supply", "ndrc1283_stop", "utility", "rectify", id="the power company disconnects"),
    pytest.param("charge_surcharge", "ndrc1283_collect", "utility", None, id="the power company collects"),
    pytest.param("discipline_official", "discipline", "supervision", "account", id="supervision disciplines"),
]


@pytest.mark.parametrize(("measure", "basis", "department", "stage"), ALLOWED)
def test_what_the_pack_allows(cn: Pack, measure: str, basis: str, department: str, stage: str | None) -> None:
    assert cn.refusal(measure, basis, department, on=TODAY, stage=stage) is None


def test_a_provision_counts_only_while_it_is_in_force(cn: Pack) -> None:
    early = cn.refusal("seize", "security_seize", "police", on=dt.date(2025, 12, 31))
    assert early is not None
    assert (early.reason, early.source) == ("basis_not_in_force", "《中华人民共和国治安管理处罚法》 扣押条款")
    assert "2026-01-01" in early.text.en


def test_the_form_offers_only_what_is_allowed(cn: Pack) -> None:
    offered = cn.measures_for("utility", "investigate", on=TODAY)
    assert set(offered) == {"stop_supply", "back_bill_theft", "back_bill_misuse", "charge_surcharge"}
    assert offered["stop_supply"] == ["ndrc1283_stop", "supply_stop"]
    assert "seize" not in cn.measures_for("energy", "investigate", on=TODAY)
    assert cn.measures_for("navy", "investigate", on=TODAY) == {}


def test_ways_out_of_a_stage_are_told_forward_first(cn: Pack) -> None:
    assert list(cn.transitions_from("rectify")) == ["accept_rectification", "return_to_investigation"]
    assert list(cn.transitions_from("discover")) == ["open_investigation", "help_victim", "clear_premises"]
    assert list(cn.transitions_from("closed")) == ["resurgence_after_closure"]


def test_gates_name_documents_approvals_and_conditions(cn: Pack) -> None:
    gate = cn.gate("investigate", "rectify")
    assert {"evidence_checklist_complete", "two_officers", "legal_review"} <= set(gate.conditions)
    assert gate.one_of == (("penalty_decision", "stop_order", "correction_order"), ("service_receipt",))
    assert cn.gate("account", "watch").all_loop_items
    with pytest.raises(packs.UnknownCode, match=r"pack cn@2026\.1 has no lead > watch in transitions"):
        cn.gate("lead", "watch")


@pytest.mark.parametrize(
    "asked",
    ["department", "stage", "measure", "basis", "document", "referral", "clock", "outcome", "template"],
)
def test_codes_that_are_not_there_are_named(cn: Pack, asked: str) -> None:
    with pytest.raises(packs.UnknownCode, match="has no nonsense in "):
        getattr(cn, asked)("nonsense")
    known = {
        "department": "energy", "stage": "lead", "measure": "seize", "basis": "apl_56", "clock": "seizure",
        "document": "case_filing", "referral": "to_police", "outcome": "confirmed", "template": "case_filing",
    }  # fmt: skip
    assert getattr(cn, asked)(known[asked])


def test_events_start_clocks_of_their_own_and_measures_theirs(cn: Pack) -> None:
    assert set(cn.clocks_started_by("decision_served")) == {"reconsideration_request", "suit"}
    assert cn.money["fine"].due_clock == "penalty_payment"
    assert "seizure" not in cn.clocks_started_by("measure_started")
    assert cn.measure("seize").clocks == ("seizure",)
    assert set(cn.clocks_started_by("referral_received")) == {"police_reroute", "police_decide"}


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "查封"), ("zh-hans", "查封"), ("en", "Seal"), ("fr", "Seal"), ("ms", "Seal"), ("ZH", "查封")],
)
def test_texts_come_in_the_language_asked_or_in_english(cn: Pack, lang: str, told: str) -> None:
    assert cn.text(cn.measure("seize").name, lang).startswith(told)
    assert cn.text("as it is", lang) == "as it is"


def test_a_language_that_a_text_has_is_used() -> None:
    assert packs.load("kz").text(packs.load("kz").department("finance").short, "ru") == "АФМ"
    assert Text(zh="甲", en="a", ms="b").of("ms") == "b"


def test_citations(cn: Pack) -> None:
    assert cn.cite(cn.clock("seizure"), "zh") == "《中华人民共和国行政强制法》 第二十五条"
    assert cn.cite(cn.prices["national_floor"], "en").startswith(
        "Notice on Rectifying Cryptocurrency Mining (发改运行"
    )
    assert cn.cite(cn.theft["theft"], "zh").endswith("〔未核实〕")


def test_numbers_of_documents(cn: Pack) -> None:
    decision = cn.document("penalty_decision")
    assert decision.number(unit="鲁能源罚", year=2026, seq=7) == "鲁能源罚〔2026〕7号"
    assert cn.document("interview_record").number(unit="x", year=2026, seq=7) == ""


def test_differences_of_a_pack_and_the_one_below_it(cn: Pack) -> None:
    found = {(one.path, one.kind) for one in differences(cn, packs.load("cn_sd"))}
    assert {
        ("pack.id", "changed"),
        ("pack.extends", "added"),
        ("prices.shandong_draft", "added"),
        ("money.surcharge.rules", "changed"),
        ("departments.utility.short.zh", "changed"),
    } <= found
    assert not [path for path, _ in found if path.startswith(("clocks", "measures", "templates"))]
    back = {(one.path, one.kind) for one in differences(packs.load("cn_sd"), cn)}
    assert ("prices.shandong_draft", "removed") in back
    assert differences(cn, cn) == []
