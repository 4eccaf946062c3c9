"""Tables of a dossier: sorted, paged, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person
from gridcanary.wallets.actions import record_export
from gridcanary.wallets.models import Dossier

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the machine's own encoding."""
PAGE_ROWS = 20


def export(
    request: HttpRequest, dossier: Dossier, table: str, name: str, content: Callable[[], bytes]
) -> HttpResponse:
    """Hand out a table of a dossier; that it is taken out is recorded first, and a refusal becomes a message."""
    try:
        record_export(person(request), dossier, table)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("wallets:dossier", number=dossier.case.number, ref=dossier.item.ref)
    return csv_answer(content(), f"{name}-{dossier.item.ref[:8]}.csv")


def csv_answer(content: bytes, name: str) -> HttpResponse:
    """A table as a download."""
    answer = HttpResponse(BYTE_ORDER_MARK + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def filtered_csv(content: bytes, column: str, value: str) -> bytes:
    """The rows of a table whose column holds a value; all of it for an empty value."""
    if not value:
        return content
    reader = csv.reader(io.StringIO(content.decode()))
    header = next(reader)
    at = header.index(column)
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row for row in reader if row[at].removeprefix("'") == value)
    return into.getvalue().encode()


def page_of(rows: Sequence[Any], asked: str) -> Page[Any]:
    """A page of rows; the nearest one where there is none of that number."""
    return Paginator(rows, PAGE_ROWS).get_page(asked)
