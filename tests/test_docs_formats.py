"""The page on formats names every reader, every column of the stored tables and every mapped name."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from gridcanary.contracts.chain import LAKE_TABLES
from gridcanary.contracts.tables import BALANCE, CHANNELS, CUSTOMERS, READINGS, TARIFF_CLASSES, WEATHER
from gridcanary.power.readers import registered
from gridcanary.power.readers.quantities import QUANTITIES

PAGE = (Path(__file__).parent.parent / "docs" / "formats.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", [reader.name for reader in registered()])
def test_every_reader_has_a_section_with_an_example_and_its_faults(name: str) -> None:
    body = SECTIONS[name]
    assert f"](#{name})" in PAGE
    assert "```" in body or "| column |" in body, "no example"
    assert "ad input" in body, "does not say what happens with bad input"


def test_no_section_is_of_a_reader_that_is_gone() -> None:
    names = {reader.name for reader in registered()}
    assert set(SECTIONS) - names == {"What holds for every format"}


@pytest.mark.parametrize(
    ("section", "schema"),
    [("readings", READINGS), ("balance", BALANCE), ("customers", CUSTOMERS), ("weather-table", WEATHER)],
)
def test_every_stored_column_is_explained(section: str, schema: pa.Schema) -> None:
    missing = [name for name in schema.names if f"`{name}`" not in SECTIONS[section]]
    assert missing == []


def test_channels_classes_and_quantities_are_listed() -> None:
    assert [name for name in CHANNELS if f"`{name}`" not in SECTIONS["readings"]] == []
    assert [name for name in TARIFF_CLASSES if name not in SECTIONS["customers"]] == []
    assert [name for name in QUANTITIES if f"`{name}`" not in SECTIONS["long"]] == []


@pytest.mark.parametrize("table", LAKE_TABLES)
def test_every_column_of_the_lake_of_blocks_is_explained(table: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / "formats-chain.md").read_text("utf-8")
    rows = page.partition(f"\n| {table} | ")[2].partition("\n\n")[0]
    assert [name for name in LAKE_TABLES[table].names if f"`{name}`" not in rows] == []
