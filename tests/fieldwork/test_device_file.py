"""Device lists from files: what is understood, and how mistakes are named."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.contracts.errors import InputError
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.device_file import BadDeviceList, read_device_list
from gridcanary.fieldwork.models import Device
from tests.fieldwork.conftest import browser

GOOD = """类型,型号,序列号,MAC地址,算力(TH/s),额定功率(W),数量,位置,是否运行
矿机,Antminer S19,HT23040017A,00:1a:2b:3c:4d:5e,95,3250,,2 层,是

电源,APW12,,,,,12,机架旁,
"""
EXPECTED = [
    DeviceFacts(
        "asic", "Antminer S19", "HT23040017A", "00:1a:2b:3c:4d:5e", Decimal(95), 3250, 1, "2 层", True
    ),
    DeviceFacts("psu", "APW12", count=12, where_found="机架旁"),
]


def read(text: str, name: str = "list.csv", encoding: str = "utf-8") -> list[DeviceFacts]:
    return read_device_list(io.BytesIO(text.encode(encoding)), name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read(encoding: str, delimiter: str) -> None:
    assert read(GOOD.replace(",", delimiter), encoding=encoding) == EXPECTED


def test_an_xlsx_list_is_read() -> None:
    book = Workbook()
    sheet = book.active
    for line in GOOD.splitlines():
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(",")])
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    assert read_device_list(content, "list.xlsx") == EXPECTED


def test_english_names_in_any_order_are_understood() -> None:
    (facts,) = read(
        "Running, Serial Number ,kind\nyes,HT23040017A,ASIC\n".replace(" Serial Number ", "serial_number")
    )
    assert (facts.kind, facts.serial, facts.running) == ("asic", "HT23040017A", True)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        pytest.param("烤箱,,,,,,,,", "kind", "烤箱", id="kind"),
        pytest.param("矿机,,,,abc,,,,", "hash_rate_th", "abc", id="no-number"),
        pytest.param("矿机,,,,,-5,,,", "rated_w", "-5", id="negative"),
        pytest.param("矿机,,,,,,1.5,,", "count", "1.5", id="half-a-device"),
        pytest.param("矿机,,,,NaN,,,,", "hash_rate_th", "NaN", id="not-a-number"),
        pytest.param("矿机,,,,,1e99,,,", "rated_w", "1e99", id="huge"),
        pytest.param("矿机,,,,,,,,perhaps", "running", "perhaps", id="running"),
        pytest.param("矿机,,HT23040017A,,,,3,,", None, "by itself", id="several-with-one-serial"),
        pytest.param("矿机,,,12,,,,,", None, "network address", id="mac"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(row: str, column: str | None, said: str) -> None:
    with pytest.raises(BadDeviceList) as bad:
        read(GOOD + row + "\n" + row)
    first, second = bad.value.mistakes
    assert (first.row, second.row) == (5, 6)
    assert first.column == column
    assert said in str(first)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param(b"", "a.csv", "no column", id="empty"),
        pytest.param("型号\nS19\n".encode(), "a.csv", "kind / 类型", id="no-kind-column"),
        pytest.param("类型\n".encode(), "a.csv", "no device", id="only-a-header"),
        pytest.param(b"PK\x03\x04rubbish", "a.xlsx", "no proper XLSX", id="broken-xlsx"),
        pytest.param(b"\xff\xfe\x00\xd8", "a.csv", "letters", id="no-text"),
        pytest.param(b'kind\n"asic', "a.csv", "no proper CSV", id="open-quote"),
        pytest.param(b"kind\n" + b"x" * (8 << 20), "a.csv", "8 MB", id="too-large"),
    ],
)
def test_a_file_that_is_no_list_says_so(content: bytes, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_device_list(io.BytesIO(content), name)


def test_importing_takes_all_or_nothing(shared: Case, officer: User) -> None:
    client = browser(officer)
    place = reverse("fieldwork:import_devices", kwargs={"number": shared.number})

    def send(text: str) -> str:
        file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
        return client.post(place, {"file": file}, follow=True).content.decode()

    page = send(GOOD + "烤箱,,,,,,,,\n")
    assert "row 5" in page
    assert "column kind" in page
    assert not Device.objects.exists()
    assert "2 entries are listed" in send(GOOD)
    assert "is on this list already" in send(GOOD)
    assert Device.objects.count() == 2


def test_the_pattern_can_be_read_back(shared: Case, officer: User) -> None:
    place = reverse("fieldwork:device_pattern", kwargs={"number": shared.number})
    (facts,) = read_device_list(io.BytesIO(browser(officer).get(place).content), "pattern.csv")
    assert facts == DeviceFacts("asic", running=True)
