import gzip
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch, UnsafeInput
from gridcanary.power.readers import text
from gridcanary.power.readers.base import ReadOptions, Rejects


def rows_of(
    path: Path, options: ReadOptions | None = None, rejects: Rejects | None = None
) -> list[list[str]]:
    table = text.TextTable(path, options or ReadOptions())
    return [fields for _, fields, _ in table.rows(rejects or Rejects(strict=True))]


@pytest.mark.parametrize("delimiter", [pytest.param(d, id=repr(d)) for d in ",\t;|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", [pytest.param("\n", id="unix"), pytest.param("\r\n", id="windows")])
def test_encoding_and_delimiter_are_found(
    tmp_path: Path, delimiter: str, encoding: str, line_end: str
) -> None:
    lines = [delimiter.join(row) for row in (["户号", "户名"], ["001", "张家村,排灌站"[:3]], ["002", ""])]
    path = tmp_path / "a.csv"
    path.write_bytes((line_end.join(lines) + line_end).encode(encoding))
    table = text.TextTable(path, ReadOptions())
    assert table.header == ("户号", "户名")
    assert [fields for _, fields, _ in table.rows(Rejects(strict=True))] == [["001", "张家村"], ["002", ""]]


def test_encoding_is_found_where_the_first_blocks_are_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 16)
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n" + b"1,abcdefgh\n" * 5 + "2,变压器\n".encode("gbk"))
    assert rows_of(path)[-1] == ["2", "变压器"]


def test_a_byte_that_is_no_text_is_located(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,好\n2,".encode() + b"\xff\n")
    with pytest.raises(InputError, match=r"row 3, column number 2: the byte 0xff") as caught:
        rows_of(path)
    assert (caught.value.row, caught.value.remedy is not None) == (3, True)


def test_the_wrong_encoding_that_was_named_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号\n甲\n".encode("gbk"))
    with pytest.raises(InputError, match="is not utf-8 text"):
        rows_of(path, ReadOptions(encoding="utf-8"))
    with pytest.raises(InputError, match="unknown encoding"):
        rows_of(path, ReadOptions(encoding="klingon"))


def test_utf16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16"))
    with pytest.raises(InputError, match="UTF-16"):
        rows_of(path)


def test_a_truncated_gzip_is_an_input_error(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 10000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(whole[:-20])
    with pytest.raises(InputError, match="cut short"):
        rows_of(path)
    path.write_bytes(whole[:12] + b"\x00\x01\x02" + whole[15:])
    with pytest.raises(InputError, match="damaged"):
        rows_of(path)


def test_gzip_goes_by_content_and_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert rows_of(path) == [["1", "2"]]


@pytest.mark.parametrize(
    ("lines", "row", "reason"),
    [
        pytest.param("1,2\n3\n", 3, "a short row: 1 fields where the header has 2", id="short"),
        pytest.param("1,2\n3,4,5\n", 3, "a long row: 3 fields where the header has 2", id="long"),
        pytest.param('1,2\n"3"x,4\n', 3, "not readable as delimited text", id="text behind a quote"),
    ],
)
def test_a_row_of_a_wrong_length_is_rejected_with_its_line(
    tmp_path: Path, lines: str, row: int, reason: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + lines + "8,9\n")
    rejects = Rejects()
    assert rows_of(path, rejects=rejects) == [["1", "2"], ["8", "9"]]
    assert rejects.first is not None
    assert rejects.first.row == row
    assert rejects.first.problem.startswith(reason)


def test_an_open_quote_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\n2,y\n3,z\n')
    rejects = Rejects()
    assert rows_of(path, rejects=rejects) == [["2", "y"], ["3", "z"]]
    assert (rejects.count, rejects.first and rejects.first.row) == (1, 2)


def test_a_quoted_line_end_keeps_the_count_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 8)
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\ny"\n2,z\n')
    table = text.TextTable(path, ReadOptions())
    assert [(row, fields) for row, fields, _ in table.rows(Rejects())] == [
        (2, ["1", "x\ny"]),
        (4, ["2", "z"]),
    ]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 64)
    monkeypatch.setattr(text, "LONGEST_ROW_BYTES", 1000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"x" * 1_000_000))
    with pytest.raises(UnsafeInput, match="row 2"):
        rows_of(path)


def test_blank_lines_around_the_header_and_trailing_delimiters_are_forgiven(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n\na,b\n1,2,\n\n3,4\n")
    table = text.TextTable(path, ReadOptions())
    assert [(row, fields) for row, fields, _ in table.rows(Rejects(strict=True))] == [
        (4, ["1", "2"]),
        (6, ["3", "4"]),
    ]


@pytest.mark.parametrize("content", [pytest.param(b"", id="empty"), pytest.param(b"\n\n", id="blank lines")])
def test_an_empty_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="empty"):
        rows_of(path)


def test_columns_go_by_any_name_and_the_map_goes_first(tmp_path: Path) -> None:
    wanted = {"meter_id": ("ID", "METER"), "day": ("DATE",)}
    header = ("meter", "Id", "date")
    assert text.locate_columns(tmp_path, header, wanted, {}) == {"meter_id": 1, "day": 2}
    assert text.locate_columns(tmp_path, header, wanted, {"meter_id": "METER"}) == {"meter_id": 0, "day": 2}
    with pytest.raises(SchemaMismatch, match="no column 'X'"):
        text.locate_columns(tmp_path, header, wanted, {"day": "X"})
    with pytest.raises(SchemaMismatch, match="--map COLUMN=volts"):
        text.require_columns(tmp_path, header, {"day": 2}, ("day", "volts"))


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("239.800000000000000000", 239.8),
        (" 5 ", 5.0),
        ("NULL", None),
        ("", None),
        ("-1.5e2", -150.0),
        (".5", 0.5),
    ],
)
def test_numbers_as_exports_write_them(given: str, value: float | None) -> None:
    assert text.parse_number(given) == value


@pytest.mark.parametrize("given", ["1,5", "abc", "1_000", "0x10", "inf", "--1", "1 2", "１２"])
def test_what_is_no_number(given: str) -> None:
    with pytest.raises(ValueError, match="text where a number should be"):
        text.parse_number(given)
