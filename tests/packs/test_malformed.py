"""Twins of the national pack with one thing wrong, and exactly what is said about each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary import packs

CopyOf = Callable[[str], Path]

PRESERVATION_IN_DAYS = """\
preserved:
  title: {zh: 甲, en: A}
  starts_on: measure_started
  ends_on: [decision_made]
  limit: {days: 7}
  escalate_to: approver
  effect: {zh: 乙, en: B}
  source: apl
  article: 第五十六条
  valid_from: 2021-07-15
  verified: true
preservation:
"""
"""A clock of seven calendar days under a law whose seven days are working days."""

TWINS = [
    # file, text, its replacement, field, found, expected
    pytest.param(
        "pack.yaml", "currency: CNY", "curency: CNY", "curency", "an unknown key", "one of id, version, extends",
        id="a key with a slip",
    ),
    pytest.param(
        "pack.yaml", "currency: CNY\n", "", "currency", "nothing", "ISO 4217 code", id="a key that is missing"
    ),
    pytest.param(
        "pack.yaml", "warrant_gate: false", "warrant_gate: no", "warrant_gate", "'no'", "true or false",
        id="no is a word",
    ),
    pytest.param(
        "pack.yaml", 'version: "2026.1"', "version: 2026.1", "version", "2026.1", "the pack's version as text",
        id="a version without quotes",
    ),
    pytest.param(
        "pack.yaml", "time_zone: Asia/Shanghai", "time_zone: Asia/Jinan", "time_zone", "this",
        "something else: is not a time zone of the IANA list, such as Asia/Shanghai", id="an unknown time zone",
    ),
    pytest.param(
        "pack.yaml", "[30, 90, 180, 365]", "[90, 30]", "watch_days", "this", "something else: must rise",
        id="watch days that fall",
    ),
    pytest.param(
        "pack.yaml", "[sha256, sm3]", "[sm3]", "digests", "this", "something else: must contain sha256",
        id="no SHA-256",
    ),
    pytest.param(
        "pack.yaml", "[mon, tue, wed, thu, fri]", "[]", "working_week", "[]", "at least 1 in the list",
        id="an empty week",
    ),
    pytest.param(
        "pack.yaml", "offence_model: activity_banned", "offence_model: banned", "offence_model", "'banned'",
        "one of 'activity_banned', 'unlicensed', 'theft_only' or 'territorial_seasonal'", id="no such model",
    ),
    pytest.param(
        "pack.yaml", "first_stage: lead", "first_stage: leads", "first_stage", "'leads'", "a code in stages.yaml",
        id="a first stage that is not there",
    ),
    pytest.param(
        "pack.yaml", "warrant_gate: false", "warrant_gate: true", "warrant_gate", "true",
        "at least one measure with warrant: true", id="a warrant gate without a measure",
    ),
    pytest.param(
        "pack.yaml", "document_language: zh", "document_language: fr", "document_language", "fr",
        "one of zh, en", id="a document language that the pack lacks",
    ),
    pytest.param(
        "pack.yaml", "languages: [zh, en]", "languages: [zh]", "languages", "zh",
        "a list with zh and en among others", id="one language alone",
    ),
    pytest.param(
        "stages.yaml", "lead: energy\n  support: [cyberspace", "lead: energi\n  support: [cyberspace", "lead.lead",
        "'energi'", "one of 'energy', 'police'", id="no such kind of department",
    ),
    pytest.param(
        "stages.yaml", "name: {zh: 线索, en: Lead}", "name: {zh: 线索}", "lead.name.en", "nothing", "English",
        id="a text without English",
    ),
    pytest.param(
        "stages.yaml", "name: {zh: 线索, en: Lead}", 'name: {zh: 线索, en: ""}', "lead.name.en", "''",
        "text that is not empty", id="an empty text",
    ),
    pytest.param(
        "stages.yaml", "name: {zh: 线索, en: Lead}", "name: 线索", "lead.name", "'线索'", "a group of fields",
        id="a text in one language",
    ),
    pytest.param(
        "stages.yaml", "  terminal: true\n", "", "stages", "no stage with terminal: true", "one at which the way ends",
        id="no end",
    ),
    pytest.param(
        "stages.yaml", "  watch: true\n", "", "stages", "0 stages with watch: true", "exactly one", id="no watch"
    ),
    pytest.param(
        "stages.yaml", "order: 10", "order: first", "discover.order", "'first'", "a whole number", id="a word as order"
    ),
    pytest.param(
        "transitions.yaml", "documents: [lead_register]\n", "documents: [lead_registr]\n",
        "accept_lead.gate.documents", "'lead_registr'", "a code in documents.yaml", id="a gate's document is not there",
    ),
    pytest.param(
        "transitions.yaml", "to_stage: discover\n  title: {zh: 受理并交办核查",
        "to_stage: lead\n  title: {zh: 受理并交办核查",
        "accept_lead", "this", "something else: from_stage and to_stage are the same", id="a way to the same stage",
    ),
    pytest.param(
        "transitions.yaml", "    documents: [closing_report]\n    approvals: [{role: approver, department: energy}]\n"
        "    conditions: [outcome_set]\n    all_loop_items: true\n", "    documents: [closing_report]\n",
        "close_into_watch.gate.all_loop_items", "false",
        "true: a case cannot close while a loop item is open", id="closing with open loop items",
    ),
    pytest.param(
        "transitions.yaml", "from_stage: account\n  to_stage: watch", "from_stage: rectify\n  to_stage: watch",
        "account", "no way on from it", "a way to closed", id="a stage without a way on",
    ),
    pytest.param(
        "transitions.yaml", "from_stage: lead\n  to_stage: closed", "from_stage: lead\n  to_stage: discover",
        "decline_lead", "a second way lead > discover", "one way between two stages", id="two ways between two stages",
    ),
    pytest.param(
        "transitions.yaml", "documents: [case_filing, photo_list]", "documents: [case_filing, closing_report]",
        "open_investigation.gate", "closing_report, which is issued in account",
        "a document that discover or a stage before it issues", id="a gate's document comes later",
    ),
    pytest.param(
        "measures.yaml", "documents: [block_letter]", "documents: [closing_report]", "block_access.documents",
        "closing_report, which is issued in account", "a document that is issued in discover",
        id="a measure's document comes in another stage",
    ),
    pytest.param(
        "measures.yaml", "clocks: [seizure]", "clocks: [penalty_payment]", "seize.clocks",
        "penalty_payment, which starts on decision_served", "clocks that start on measure_started",
        id="a measure's clock starts with something else",
    ),
    pytest.param(
        "measures.yaml", "  clocks: [seizure]\n", "", "seizure.starts_on", "measure_started",
        "a measure that names this clock", id="a measure's clock that no measure names",
    ),
    pytest.param(
        "measures.yaml", "clocks: [seizure]", "clocks: [siezure]", "seize.clocks", "'siezure'",
        "a code in clocks.yaml", id="a measure's clock is not there",
    ),
    pytest.param(
        "measures.yaml", "bases: [unlicensed_seize, security_seize]", "bases: []", "seize.bases", "[]",
        "at least 1 in the list", id="a measure without a basis",
    ),
    pytest.param(
        "measures.yaml", "bases: [unlicensed_seize, security_seize]", "bases: [supply_stop]", "seize.bases",
        "'supply_stop'", "a basis that empowers a department with the administrative track",
        id="a measure that nobody may take",
    ),
    pytest.param(
        "measures.yaml", "  conditions: [two_officers]\n  officers: 2\n  documents: [inspection_notice",
        "  conditions: [three_officers]\n  officers: 2\n  documents: [inspection_notice",
        "on_site_inspection.conditions", "'three_officers'", "a code in conditions.yaml", id="no such condition",
    ),
    pytest.param(
        "loop_items.yaml", "  measures: [recover_subsidy]\n  referrals: [to_treasury]\n  money: [subsidy]\n", "",
        "subsidy_recovered", "this", "something else: nothing opens it", id="a loop item that nothing opens",
    ),
    pytest.param(
        "clocks.yaml", "limit: {days: 30}\n  suspend", "limit: {working_days: 30}\n  suspend", "seizure", "this",
        "something else: extension is in days, the limit in working_days; use one unit", id="mixed units",
    ),
    pytest.param(
        "clocks.yaml", "limit: {days: 90}", "limit: {days: 90, hours: 1}", "penalty_decision.limit", "this",
        "something else: needs exactly one of hours, days, working_days, months, years", id="two limits in one",
    ),
    pytest.param(
        "clocks.yaml", "limit: {days: 90}", "limit: {days: 0}", "penalty_decision.limit.days", "0",
        "a number of at least 1", id="no days",
    ),
    pytest.param(
        "clocks.yaml", "preservation:\n", PRESERVATION_IN_DAYS, "preserved.limit", "7 days",
        "working_days: apl 第八十五条 says so", id="seven days of this law are working days",
    ),
    pytest.param(
        "clocks.yaml", "limit: {days: 15}\n  boundary", "limit: {working_days: 15}\n  boundary",
        "penalty_payment.limit", "15 working_days", "days: apl 第八十五条 says so",
        id="fifteen days of this law are not",
    ),
    pytest.param(
        "clocks.yaml", "starts_on: case_filed", "starts_on: filed", "penalty_decision.starts_on", "'filed'",
        "one of 'lead_received'", id="no such event",
    ),
    pytest.param(
        "clocks.yaml", "source: acl\n  article: 第二十五条", "source: alc\n  article: 第二十五条", "seizure.source",
        "'alc'", "a code in sources.yaml", id="a source that is not there",
    ),
    pytest.param(
        "clocks.yaml", "source: petitions\n  article: 第二十二条\n  valid_from: 2022-05-01\n  verified: false",
        "source: petitions\n  article: 第二十二条\n  valid_from: 2022-05-01\n  verified: true",
        "petition_register.verified", "true", "false, as petitions itself is unverified",
        id="verified although its source is not",
    ),
    pytest.param(
        "clocks.yaml", "article: 第六十条\n  valid_from: 2021-07-15\n  verified: true",
        "article: 第六十条\n  valid_from: 2020-01-01\n  verified: true", "penalty_decision.valid_from", "2020-01-01",
        "a day from 2021-07-15 on, when apl came into force", id="older than its law",
    ),
    pytest.param(
        "prices.yaml", "valid_to: 2027-04-30\n  verified", "valid_to: 2021-04-30\n  verified", "sichuan", "this",
        "something else: valid_to 2021-04-30 lies before valid_from 2022-04-01", id="dates the wrong way",
    ),
    pytest.param(
        "prices.yaml", "  valid_to: 2027-04-30\n  verified", "  verified", "sichuan.valid_to", "nothing",
        "a day up to 2027-04-30, when sichuan_price ended", id="outlives its source",
    ),
    pytest.param(
        "prices.yaml", "rate_per_kwh: 0.30", "rate_per_kwh: -0.30", "national_floor.rate_per_kwh", "-0.30",
        "a number of at least 0", id="a negative price",
    ),
    pytest.param(
        "prices.yaml", "rate_per_kwh: 0.30", "rate_per_kwh: 3 jiao", "national_floor.rate_per_kwh", "'3 jiao'",
        "a number", id="a price in words",
    ),
    pytest.param(
        "prices.yaml", "valid_from: 2021-09-03\n", "valid_from: autumn 2021\n", "national_floor.valid_from",
        "'autumn 2021'", "a day such as 2026-11-23", id="no day",
    ),
    pytest.param(
        "prices.yaml", "  source: ndrc1283\n", "", "national_floor.source", "nothing",
        "code of the law or notice in sources.yaml", id="a fact without a source",
    ),
    pytest.param(
        "prices.yaml", "article: （十三）\n  valid_from: 2021-09-03\n  verified: true",
        "article: （十三）\n  valid_from: 2021-09-03", "national_floor.verified", "nothing",
        "true only if it was read", id="a fact that does not say whether it was read",
    ),
    pytest.param(
        "money.yaml", "rules: [late_fee]", "rules: [late_fees]", "late_fee.rules", "'late_fees'",
        "a code in prices, theft or penalties.yaml", id="a money rule that is not there",
    ),
    pytest.param(
        "documents.yaml", "template: lead_register.docx", "template: lead.docx", "lead_register.template",
        "'lead.docx'", "a file in the templates folder", id="a template that is not there",
    ),
    pytest.param(
        "documents.yaml", "{unit}〔{year}〕{seq}号", "{unit}〔{year}〕号", "lead_assignment.numbering", "this",
        "something else: needs {year} and {seq}", id="numbers that are not counted",
    ),
    pytest.param(
        "documents.yaml", "{unit}〔{year}〕{seq}号", "{office}〔{year}〕{seq}号", "lead_assignment.numbering", "this",
        "something else: needs {year} and {seq}; may also hold {unit}, {case} and {code}",
        id="an unknown part of a number",
    ),
    pytest.param(
        "tiles.yaml", "column: 2, row: 0", "column: 1, row: 0", "371600.column", "column 1, row 0, where 371400 stands",
        "a square of its own", id="two cities in a square",
    ),
    pytest.param(
        "tiles.yaml", "column: 5, row: 0", "column: 8, row: 0", "371000.column", "8", "less than 8",
        id="a square too far to the right",
    ),
    pytest.param(
        "holidays.yaml", "2024-02-10 to 2024-02-17", "2024-02-17 to 2024-02-10", "2024", "this",
        "something else: 2024-02-17 to 2024-02-10 runs backwards", id="holidays that run backwards",
    ),
    pytest.param(
        "holidays.yaml", "worked: [2024-02-04,", "worked: [2024-02-11,", "2024", "this",
        "something else: 2024-02-11 is both off and worked", id="a day both off and worked",
    ),
    pytest.param(
        "holidays.yaml", "2024-06-10", "10 June", "2024.off.4", "'10 June'", "text of the form", id="no date"
    ),
    pytest.param(
        "sources.yaml", "listed: [2, 3, 5, 7]", "listed: [2], up_to: 3", "apl.day_counting", "this",
        "something else: needs either listed or up_to", id="two ways of counting days",
    ),
    pytest.param(
        "roles.yaml", "officer:\n", "Officer:\n", "Officer", "'Officer'", "one of 'officer'", id="no such role"
    ),
    pytest.param(
        "outcomes.yaml", "cleared:\n", "Cleared-1:\n", "Cleared-1", "'Cleared-1'", "text of the form ^[a-z]",
        id="a code with capitals",
    ),
    pytest.param(
        "outcomes.yaml", "cleared:\n", "confirmed:\n", "confirmed", "a second entry", "each key once", id="a code twice"
    ),
    pytest.param(
        "outcomes.yaml", "confirmed:\n", "confirmed: [\n", "file", "a syntax error (", "YAML", id="no YAML"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "instead", "field", "found", "expected"), TWINS)
def test_each_fault_is_named_with_file_row_field_found_and_expected(
    copy_of: CopyOf, file: str, text: str, instead: str, field: str, found: str, expected: str
) -> None:
    folder = copy_of("cn")
    before = (folder / file).read_text("utf-8")
    assert text in before
    (folder / file).write_text(before.replace(text, instead, 1), "utf-8")
    with pytest.raises(packs.BrokenPack) as told:
        packs.load(folder)
    fault = next(fault for fault in told.value.faults if fault.field == field)
    assert fault.file.endswith(f"cn/{file}") or file in (
        "transitions.yaml",
        "measures.yaml",
    )  # seen elsewhere
    assert fault.found.startswith(found), fault
    assert fault.expected.startswith(expected) or expected in fault.expected, fault
    assert str(fault).startswith(f"{fault.file}, row {fault.row}: ") is bool(fault.row)


def test_all_faults_are_told_at_once_and_the_first_in_the_message(copy_of: CopyOf) -> None:
    folder = copy_of("cn")
    path = folder / "money.yaml"
    path.write_text(path.read_text("utf-8").replace("collector: utility", "collector: grid"), "utf-8")
    with pytest.raises(
        packs.BrokenPack, match=r"and 2 more \(`gridcanary packs check` lists everything\)"
    ) as told:
        packs.load(folder)
    assert [fault.row for fault in told.value.faults] == [4, 10, 16]
    assert (told.value.row, told.value.column) == (4, "surcharge.collector")


@pytest.mark.parametrize(
    ("file", "text", "instead", "row"),
    [
        pytest.param(
            "clocks.yaml", "limit: {days: 90}", "limit: {days: 0}", "limit: {days: 0}", id="within a line"
        ),
        pytest.param("clocks.yaml", "  source: acl\n", "", "seizure:", id="a missing key: its entry"),
        pytest.param("measures.yaml", "bases: [apl_56]", "bases: [x]", "bases: [x]", id="a reference"),
        pytest.param("roles.yaml", "officer:", "Officer:", "Officer:", id="a key"),
        pytest.param("stages.yaml", ", en: Lead}", "}", "name: {zh: 线索}", id="a missing language"),
    ],
)
def test_the_row_is_that_of_the_fault(copy_of: CopyOf, file: str, text: str, instead: str, row: str) -> None:
    folder = copy_of("cn")
    content = (folder / file).read_text("utf-8").replace(text, instead, 1)
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(packs.BrokenPack) as told:
        packs.load(folder)
    assert row in content.splitlines()[told.value.faults[0].row - 1]
    assert str(told.value.faults[0]).startswith(f"cn/{file}, row {told.value.faults[0].row}: ")


def test_files_that_no_pack_has_are_refused(copy_of: CopyOf) -> None:
    folder = copy_of("cn")
    (folder / "measure.yaml").write_text("a: b\n")
    with pytest.raises(packs.BrokenPack, match=r"found measure.yaml, expected one of .*measures.yaml"):
        packs.load(folder)


def test_a_section_that_is_missing_is_named(copy_of: CopyOf) -> None:
    folder = copy_of("cn")
    (folder / "outcomes.yaml").unlink()
    with pytest.raises(
        packs.BrokenPack, match="outcomes: found nothing, expected what a case turned out to be"
    ):
        packs.load(folder)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"\xff\xfe", "bytes that are not UTF-8", id="not UTF-8"),
        pytest.param(b"- a\n- b\n", "found a list, expected entries by code", id="a list at the top"),
        pytest.param(b"x" * 2_000_001, "a file over 2 MB", id="too large"),
        pytest.param(
            b"a: !!python/object/apply:os.system ['true']\n", "could not determine a constructor", id="code"
        ),
    ],
)
def test_files_that_are_not_pack_files(copy_of: CopyOf, content: bytes, told: str) -> None:
    folder = copy_of("cn")
    (folder / "outcomes.yaml").write_bytes(content)
    with pytest.raises(packs.BrokenPack, match=told):
        packs.load(folder)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"nothing", "lead_register.docx, which is not a DOCX", id="not a DOCX"),
        pytest.param(
            None, "party.salary, secret in lead_register.docx", id="fields that casework does not fill"
        ),
    ],
)
def test_templates_that_cannot_be_filled(copy_of: CopyOf, content: bytes | None, found: str) -> None:
    folder = copy_of("cn")
    (folder / "templates" / "lead_register.docx").write_bytes(
        content or docx_with("{{ party.salary }} {{ secret }}")
    )
    with pytest.raises(packs.BrokenPack) as told:
        packs.load(folder)
    assert [fault.found for fault in told.value.faults] == [found]


def docx_with(text: str) -> bytes:
    """The least that a DOCX can be."""
    import io
    import zipfile

    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
        )
    return buffer.getvalue()
