"""Device lists from CSV and XLSX files, with every mistake named by row and column."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gridcanary.casework.sharing import CaseRefused
from gridcanary.contracts.errors import InputError
from gridcanary.fieldwork.actions.devices import MOST_AT_ONCE, DeviceFacts, check_facts
from gridcanary.fieldwork.models import DeviceKind

MOST_BYTES = 8 << 20
MOST_UNPACKED_BYTES = 50 << 20
MOST_ROWS, MOST_COLUMNS = 20_000, 60
UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, NotImplementedError, RuntimeError,
    LookupError, ValueError, TypeError, AttributeError, OSError, EOFError,
)  # fmt: skip
"""What a damaged or forged workbook makes openpyxl raise."""

MOST_ERRORS = 50
"""Mistakes that are told at once; a file with more of them is of another kind."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("kind", "类型", "设备类型"),
    "model": ("model", "型号", "品牌型号"),
    "serial": ("serial", "serial_number", "序列号", "编号"),
    "mac": ("mac", "mac地址"),
    "hash_rate_th": ("hash_rate_th", "算力", "算力(th/s)"),
    "rated_w": ("rated_w", "额定功率", "额定功率(w)", "功率(w)"),
    "count": ("count", "数量", "台数"),
    "where_found": ("where_found", "位置", "发现位置"),
    "running": ("running", "运行", "是否运行"),
}
"""Names of columns that are understood, in lower case and without spaces; the first one is that of the pattern."""

KINDS: dict[str, str] = {
    "asic": DeviceKind.ASIC,
    "矿机": DeviceKind.ASIC,
    "专用矿机": DeviceKind.ASIC,
    "gpu": DeviceKind.GPU_RIG,
    "gpu_rig": DeviceKind.GPU_RIG,
    "显卡矿机": DeviceKind.GPU_RIG,
    "显卡": DeviceKind.GPU_RIG,
    "server": DeviceKind.SERVER,
    "服务器": DeviceKind.SERVER,
    "psu": DeviceKind.PSU,
    "电源": DeviceKind.PSU,
    "controller": DeviceKind.CONTROLLER,
    "控制器": DeviceKind.CONTROLLER,
    "控制板": DeviceKind.CONTROLLER,
    "network": DeviceKind.NETWORK,
    "交换机": DeviceKind.NETWORK,
    "路由器": DeviceKind.NETWORK,
    "网络设备": DeviceKind.NETWORK,
    "other": DeviceKind.OTHER,
    "其他": DeviceKind.OTHER,
}
YES = frozenset({"1", "yes", "y", "true", "是", "运行", "运行中"})
NO = frozenset({"", "0", "no", "n", "false", "否", "停机", "未运行"})


class BadDeviceList(InputError):
    """A device list that can't be taken over; ``mistakes`` has one error for each row that is wrong."""

    def __init__(self, file: str, mistakes: Sequence[InputError]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(file, _("%(count)d rows can't be taken over") % {"count": len(mistakes)})


def read_device_list(file: BinaryIO, name: str) -> list[DeviceFacts]:
    """The devices of a file.

    Args:
        file: CSV (UTF-8 or GB 18030, comma, semicolon or tab) or XLSX (first sheet).
        name: its name; the ending says which it is.

    Returns:
        One entry a row, empty rows left out.

    Raises:
        BadDeviceList: rows that are wrong, each named; nothing is taken over.
        InputError: the file as a whole can't be read.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InputError(name, _("the file is larger than 8 MB"), remedy=_("split the list"))
    rows = _xlsx(content, name) if name.lower().endswith(".xlsx") else _csv(content, name)
    header = next(rows, [])
    places = _places(header, name)
    facts, mistakes = [], []
    for row_number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            facts.append(_facts(row, places, name, row_number))
        except InputError as mistake:
            mistakes.append(mistake)
        if len(mistakes) >= MOST_ERRORS:
            break
        if len(facts) > MOST_AT_ONCE:
            raise InputError(name, _("the list is longer than %(most)d rows") % {"most": MOST_AT_ONCE})
    if mistakes:
        raise BadDeviceList(name, mistakes)
    if not facts:
        raise InputError(name, _("there is no device in it"))
    return facts


def _csv(content: bytes, name: str) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(name, _("the letters can't be read"), remedy=_("save it as UTF-8"))
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise InputError(name, _("it is no proper CSV file"), remedy=str(error)) from error


def _xlsx(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise InputError(name, _("it unpacks to more than a list can be"), remedy=_("save it anew"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        # A sheet may claim a million rows of sixteen thousand columns in a few bytes.
        sheet = book.worksheets[0]
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)):
                if number > MOST_ROWS:
                    raise InputError(name, _("the list is longer than %(most)d rows") % {"most": MOST_ROWS})
                yield [_cell(value) for value in row]
        finally:
            book.close()
    except UNREADABLE as error:
        raise InputError(name, _("it is no proper XLSX file"), remedy=_("save it anew")) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    # Serial numbers that a spreadsheet took for numbers come back as floats.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _places(header: Sequence[str], name: str) -> dict[str, int]:
    written = ["".join(cell.lower().split()) for cell in header]
    places = {
        column: place
        for column, names in COLUMNS.items()
        for place, one in enumerate(written)
        if one in names
    }
    if "kind" not in places:
        raise InputError(
            name,
            _("there is no column “%(column)s”") % {"column": "kind / 类型"},
            row=1,
            remedy=_("use the pattern on this page"),
        )
    return places


def _facts(row: Sequence[str], places: dict[str, int], name: str, number: int) -> DeviceFacts:
    said = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}

    def wrong(column: str, problem: str) -> InputError:
        return InputError(name, problem, row=number, column=COLUMNS[column][0])

    kind = KINDS.get(said["kind"].lower())
    if kind is None:
        raise wrong("kind", _("“%(value)s” is no kind of device") % {"value": said["kind"]})
    running = said.get("running", "").lower()
    if running not in YES | NO:
        raise wrong("running", _("expected yes or no, found “%(value)s”") % {"value": running})
    numbers: dict[str, Decimal | None] = {}
    for column in ("hash_rate_th", "rated_w", "count"):
        text = said.get(column, "").replace(",", "")
        try:
            numbers[column] = Decimal(text) if text else None
        except InvalidOperation:
            raise wrong(column, _("expected a number, found “%(value)s”") % {"value": text}) from None
        value = numbers[column]
        whole = value is None or not value.is_finite() or value == value.to_integral_value()
        if value is not None and (
            not value.is_finite() or not 0 <= value < 10**7 or (column != "hash_rate_th" and not whole)
        ):
            raise wrong(column, _("%(value)s can't be") % {"value": text})
    rated_w, count = numbers["rated_w"], numbers["count"]
    facts = DeviceFacts(
        kind=kind,
        model=said.get("model", "")[:120],
        serial=said.get("serial", "")[:80],
        mac=said.get("mac", "")[:40],
        hash_rate_th=numbers["hash_rate_th"],
        rated_w=None if rated_w is None else int(rated_w),
        count=1 if count is None else int(count),
        where_found=said.get("where_found", "")[:200],
        running=running in YES,
    )
    try:
        check_facts(facts)
    except CaseRefused as refused:
        raise InputError(name, str(refused), row=number) from refused
    return facts
