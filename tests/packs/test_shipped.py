"""The packs that ship: each complete, each bilingual, each good for a case from tip to closure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from gridcanary import packs
from gridcanary.packs.pack import Pack
from gridcanary.packs.references import facts
from gridcanary.packs.schema.base import Text

SHIPPED = [one.id for one in packs.available()]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(params=SHIPPED)
def pack(request: pytest.FixtureRequest) -> Pack:
    return packs.load(request.param)


def test_all_that_the_product_promises_ship() -> None:
    assert set(SHIPPED) == {"cn", "cn_sd", "kz", "my"}


def texts_in(value: object) -> Iterator[Text]:
    """Every text anywhere in a model."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from texts_in(getattr(value, key))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts_in(inner)


def test_chinese_texts_are_chinese_and_english_ones_are_not(pack: Pack) -> None:
    for text in texts_in(pack.content):
        assert any("一" <= sign <= "鿿" for sign in text.zh), text
        assert not any("一" <= sign <= "鿿" for sign in text.en), text


def test_a_case_can_go_from_first_stage_to_the_end_with_documents_that_its_stages_issue(pack: Pack) -> None:
    stage, passed = pack.switches.first_stage, [pack.switches.first_stage]
    while not pack.stage(stage).terminal:
        ways = [way for way in pack.transitions_from(stage).values() if not way.backward]
        onward = min(
            (way for way in ways if not pack.stage(way.to_stage).terminal), default=ways[0],
            key=lambda way: pack.stage(way.to_stage).order,
        )  # fmt: skip
        wanted = {*onward.gate.documents, *(code for group in onward.gate.one_of for code in group)}
        for code in wanted:
            assert set(pack.document(code).stages) & set(passed), (
                f"{code} cannot be issued before {onward.to_stage}"
            )
        stage = onward.to_stage
        passed.append(stage)
    assert len(passed) >= 5


def test_every_measure_can_be_taken_by_somebody_today_in_each_of_its_stages(pack: Pack) -> None:
    for stage in pack.stages:
        able = {
            code
            for kind in pack.departments
            for code in pack.measures_for(kind, stage, on=max(TODAY, dt.date(2026, 1, 1)))
        }
        assert {code for code, measure in pack.measures.items() if stage in measure.stages} == able


def test_outcomes_that_calibration_needs_are_there(pack: Pack) -> None:
    assert {"confirmed", "cleared", "victim_of_intrusion", "legal_computing"} <= set(pack.outcomes)
    assert not pack.outcome("victim_of_intrusion").sanctions
    assert pack.outcome("confirmed").calibration == "positive"
    assert pack.outcome("legal_computing").calibration == "negative"


def test_the_checklist_asks_for_device_software_and_pool_record(pack: Pack) -> None:
    asked = {item.light for item in pack.checklist.values() if item.required}
    assert {"device", "software", "pool_record"} <= asked


def test_the_watch_is_that_of_a_year(pack: Pack) -> None:
    assert pack.switches.watch_days == (30, 90, 180, 365)


def test_unverified_facts_of_verified_laws_and_repealed_laws_are_marked(pack: Pack) -> None:
    assert any(not fact.verified for _, _, fact in facts(pack.content))
    for _, _, fact in facts(pack.content):
        cited = pack.cite(fact, "zh"), pack.cite(fact, "en")
        assert ("未核实" in cited[0]) is ("unverified" in cited[1]) is (not fact.verified)


def test_no_fact_in_force_rests_on_a_repealed_source(pack: Pack) -> None:
    for section, code, fact in facts(pack.content):
        if fact.in_force(TODAY):
            assert (
                pack.sources[fact.source].valid_to is None or pack.sources[fact.source].valid_to >= TODAY
            ), (
                section,
                code,
            )


def test_malaysia_punishes_theft_alone_and_raids_with_a_warrant() -> None:
    my = packs.load("my")
    assert (my.switches.offence_model, my.switches.warrant_gate) == ("theft_only", True)
    assert "theft_shown" in my.gate("discover", "investigate").conditions
    assert {code for code, measure in my.measures.items() if measure.warrant} == {
        "search_premises",
        "seize_devices",
    }
    refused = my.refusal("search_premises", "esa_6", "utility", on=TODAY)
    assert refused is not None
    assert "TNB is a licensee" in refused.text.en
    assert my.refusal("back_bill", "esa_38_back_bill", "utility", on=TODAY) is None


def test_kazakhstan_asks_the_register_before_it_investigates() -> None:
    kz = packs.load("kz")
    assert kz.switches.offence_model == "unlicensed"
    registry = kz.switches.licence_registry
    assert registry is not None
    assert registry.required
    assert "licence_checked" in kz.gate("discover", "investigate").conditions
    assert "licence_check" in kz.gate("discover", "investigate").documents
    assert kz.department("finance").name.en == "Financial Monitoring Agency"
    assert kz.refusal("search_premises", "search", "finance", on=TODAY) is None


@pytest.mark.parametrize("name", ["my", "kz"])
def test_packs_that_nobody_has_checked_claim_nothing(name: str) -> None:
    pack = packs.load(name)
    assert not [code for _, code, fact in facts(pack.content) if fact.verified]
    assert pack.switches.legal_notice is not None


def test_shandong_shows_its_draft_and_charges_the_national_floor() -> None:
    shandong = packs.load("cn_sd")
    assert shandong.in_force(shandong.prices, TODAY).count("shandong_draft") == 0
    assert "national_floor" in shandong.in_force(shandong.prices, TODAY)
    assert [line.number for line in shandong.switches.hotlines] == ["0531-51783330", "12398"]
    assert shandong.overrides == ("departments.energy", "departments.utility", "money.surcharge")
