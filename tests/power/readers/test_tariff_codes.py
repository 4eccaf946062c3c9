import datetime as dt
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import TARIFF_CLASSES
from gridcanary.power.readers.tariff_codes import load_tariff_codes


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"ELEC_TYPE_CODE": "201", "CONS_SORT_CODE": "03"}, "residential"),
        ({"ELEC_TYPE_CODE": "301"}, "agricultural"),
        ({"ELEC_TYPE_CODE": "100", "TRADE_CODE": "6450"}, "data_centre"),
        ({"ELEC_TYPE_CODE": "100", "TRADE_CODE": "3110"}, "large_industrial"),
        ({"ELEC_TYPE_CODE": "403", "TRADE_CODE": "3110"}, "general_industrial"),
        ({"ELEC_TYPE_CODE": "403", "TRADE_CODE": "8341"}, "public_service"),
        ({"ELEC_TYPE_CODE": "405", "TRADE_CODE": "6110"}, "commercial"),
        ({"CONS_SORT_CODE": "01"}, "large_industrial"),
        ({}, "other"),
    ],
)
def test_codes_lead_to_a_class(codes: dict[str, str], expected: str) -> None:
    assert load_tariff_codes().tariff_class(codes) == expected


def test_the_shipped_table_is_dated_and_marked() -> None:
    table = load_tariff_codes()
    assert isinstance(table.as_of, dt.date)
    assert all(rule.tariff_class in TARIFF_CLASSES and rule.note for rule in table.rules)
    assert not any(rule.verified for rule in table.rules), "a verified rule needs its source in the note"
    assert (table.volt_class("AC00101"), table.volt_class("X"), table.volt_class("")) == ("10kV", "X", None)


RULE = "as_of: 2025-01-01\ntariff_class:\n  - {class: %s, column: ELEC_TYPE_CODE, starts: %s}\n"


def test_a_file_replaces_the_table(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(RULE % ("clean_heating", '["207"]'))
    table = load_tariff_codes(path)
    assert table.tariff_class({"ELEC_TYPE_CODE": "2071"}) == "clean_heating"
    assert table.tariff_class({"ELEC_TYPE_CODE": "201"}) == "other"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RULE % ("castle", '["1"]'), id="unknown class"),
        pytest.param(RULE % ("commercial", "1"), id="starts is no list"),
        pytest.param("- 1\n", id="not a table"),
        pytest.param("a: [", id="not YAML"),
        pytest.param("as_of: 2025-01-01\n", id="no rules"),
    ],
)
def test_a_table_that_is_none_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"codes\.yaml"):
        load_tariff_codes(path)
