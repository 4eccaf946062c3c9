from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.network.endpoint_uses import read_endpoint_uses

TABLE = """address,use,role,unexplained_kw
10.1.0.0/16,school,,
10.1.2.3,office,server,0.4
2001:db8::/32,home,desktop,
"""


def table(folder: Path, text: str) -> Path:
    path = folder / "uses.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_longest_prefix_counts(tmp_path: Path) -> None:
    uses = read_endpoint_uses(table(tmp_path, TABLE))
    assert (uses.of("10.1.9.9").use, uses.of("10.1.9.9").role) == ("school", "unknown")
    assert (uses.of("10.1.2.3").use, uses.of("10.1.2.3").unexplained_kw) == ("office", 0.4)
    assert uses.of("2001:db8::7").use == "home"
    assert uses.of("10.2.0.1") is None


def test_two_columns_are_enough(tmp_path: Path) -> None:
    assert read_endpoint_uses(table(tmp_path, "address,use\n10.0.0.1,farm\n")).of("10.0.0.1").use == "farm"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        pytest.param("address,use\n10.0.0.300,home\n", "address", id="no address"),
        pytest.param("address,use\n10.0.0.1/8,home\n", "address", id="bits beyond the prefix"),
        pytest.param("address,use\n10.0.0.1,casino\n", "use", id="an unknown use"),
        pytest.param("address,use,role\n10.0.0.1,home,fridge\n", "role", id="an unknown role"),
        pytest.param(
            "address,use,unexplained_kw\n10.0.0.1,home,-1\n", "unexplained_kw", id="a negative load"
        ),
        pytest.param("address,use,unexplained_kw\n10.0.0.1,home,nan\n", "unexplained_kw", id="nan"),
        pytest.param("address,use\n10.0.0.1\n", "use", id="a short row"),
    ],
)
def test_malformed_rows_are_named(tmp_path: Path, text: str, column: str) -> None:
    with pytest.raises(InputError) as caught:
        read_endpoint_uses(table(tmp_path, text))
    assert (caught.value.row, caught.value.column) == (2, column)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="use"):
        read_endpoint_uses(table(tmp_path, "address\n10.0.0.1\n"))


def test_no_text_at_all(tmp_path: Path) -> None:
    path = tmp_path / "uses.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_endpoint_uses(path)
