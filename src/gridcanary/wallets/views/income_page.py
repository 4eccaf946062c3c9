"""What wallets earned: receipts, totals, price conventions, the power behind them, and what is unexplained."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.wallets.amounts import LEAST, figure, grouped, short, ticker
from gridcanary.wallets.income_book import ALL, RECEIPTS, VIEWS, Asked, IncomeBook, conflicting
from gridcanary.wallets.models import Dossier
from gridcanary.wallets.views.asked import Contents, dossier_context, opened, seen_dossier
from gridcanary.wallets.views.tables import export, page_of
from gridcanary.wallets.words_of_income import COLUMNS, CONVENTIONS, ORIGINS, RULES, STANDINGS, UNITS
from gridcanary.wallets.words_of_income import VIEWS as VIEW_NAMES
from gridcanary.wallets.words_of_trace import reasons, said


def income_context(request: HttpRequest, dossier: Dossier, contents: Contents) -> dict[str, Any]:
    """What the page of an income shows."""
    book = IncomeBook.of(contents)
    if book is None:
        return {}
    told, sheet = book.told, contents.sheet()
    unit = request.GET.get("unit", "")
    unit = unit if unit in UNITS else "coins"
    return {
        "told": told,
        "coin": ticker(told["network"]),
        "total": {name: grouped(told["total"][name]) for name in ("coins", "cny", "usd")},
        "unit": unit,
        "units": [{"code": one, "name": name, "chosen": one == unit} for one, name in UNITS.items()],
        "convention": said(CONVENTIONS, told["convention"]) if told["convention"] else "",
        "sources": [reference["name"] for reference in sheet.get("references", [])],
        "totals": book.totals(),
        "sensitivity": [_sensitivity(row) for row in book.sensitivity()],
        "powers": _powers(book),
        "has_months": _drawable(book),
        "machines": [_machine(row) for row in book.machines()],
        "rules": [{**one, "name": said(RULES, one["rule"])} for one in book.rules()],
        "error_rates": book.error_rates(),
        "conflicts": book.count("conflicts"),
        "others": book.count("others"),
        **_receipts_context(request, book),
    }


def _sensitivity(row: dict[str, str]) -> dict[str, Any]:
    origins = [part.rpartition(" ") for part in row["prices_come_from"].split(", ") if part]
    return {
        **row,
        "name": said(CONVENTIONS, row["convention"]),
        "chosen": row["used"] == "yes",
        "origins": ", ".join(f"{said(ORIGINS, name)} {count}" for name, _space, count in origins),
    }


def _powers(book: IncomeBook) -> list[dict[str, Any]]:
    """Hash rate and power of each wallet over its whole time, by pool and for all."""
    return [
        {
            "wallet": wallet["name"] or short(wallet["address"]),
            **one,
            "terahash": _band(one["terahash"]),
            "kw": _band(one["kw"]),
            "all_pools": one["pool"] == ALL,
        }
        for wallet in book.told["wallets"]
        for one in wallet["power"]
        if not one["month"]
    ]


def _band(interval: list[str] | None) -> str:
    """Low, middle and high in one cell."""
    return " / ".join(dict.fromkeys(figure(one) for one in interval)) if interval else "–"


def _machine(row: dict[str, str]) -> dict[str, str]:
    return {**row, "kw": _band([row["kw_low"], row["kw_mid"], row["kw_high"]])}


def _drawable(book: IncomeBook) -> bool:
    """Whether any month has a power that a chart can show."""
    return any(
        one["month"] and one["kw"] and Decimal(one["kw"][-1]) >= LEAST
        for wallet in book.told["wallets"]
        for one in wallet["power"]
    )


def _receipts_context(request: HttpRequest, book: IncomeBook) -> dict[str, Any]:
    asked = Asked.of(request.GET.dict())
    page = page_of(book.chosen(asked), request.GET.get("page", "1"))
    rows = [
        {
            **row,
            "standing_name": said(STANDINGS, row["standing"]),
            "conflict": conflicting(row),
            "txid_short": short(row["txid"]),
            "why": reasons(row["reasons"]),
        }
        for row in page.object_list
    ]
    return {
        "asked": asked,
        "page": page,
        "rows": rows,
        "views": [
            {"name": said(VIEW_NAMES, view), "count": book.count(view), "chosen": view == asked.view,
             "query": _query(asked, view=view)}
            for view in VIEWS
        ],
        "columns": {name: _column(asked, name) for name in COLUMNS},
        "previous_query": _query(asked, page=page.previous_page_number()) if page.has_previous() else "",
        "next_query": _query(asked, page=page.next_page_number()) if page.has_next() else "",
    }  # fmt: skip


def _column(asked: Asked, name: str) -> dict[str, Any]:
    """A column by which the table can be sorted: a second click turns the order."""
    up, down = asked.sort == name, asked.sort == f"-{name}"
    return {
        "name": said(COLUMNS, name),
        "query": _query(asked, sort=f"-{name}" if up else name),
        "order": "ascending" if up else "descending" if down else "none",
    }


def _query(asked: Asked, **changes: object) -> str:
    pairs = {"view": asked.view, "sort": asked.sort, "q": asked.text, **changes}
    return urlencode({name: value for name, value in pairs.items() if value not in ("", 1)})


def _book(dossier: Dossier) -> tuple[IncomeBook, Contents]:
    contents = opened(dossier)
    book = IncomeBook.of(contents) if contents is not None and dossier.kind == "income" else None
    if book is None or contents is None:
        raise Http404
    return book, contents


@require_GET
def receipts(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """The table of receipts alone, sorted and paged as the address says."""
    dossier = seen_dossier(request, number, ref)
    book, _contents = _book(dossier)
    context = dossier_context(request, dossier) | _receipts_context(request, book)
    context["coin"] = ticker(dossier.network)
    template = "wallets/_receipts.html" if request.headers.get("HX-Request") else "wallets/receipts.html"
    return render(request, template, context)


@require_POST
def receipts_csv(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """All receipts as CSV; that they were taken out is recorded."""
    dossier = seen_dossier(request, number, ref)
    _found, contents = _book(dossier)
    return export(request, dossier, "receipts", "receipts", lambda: contents.raw(RECEIPTS))


@require_GET
def months(request: HttpRequest, number: str, ref: str) -> JsonResponse:
    """Income by month and pool."""
    book, _contents = _book(seen_dossier(request, number, ref))
    unit = request.GET.get("unit", "")
    unit = unit if unit in UNITS else "coins"
    name = ticker(book.told["network"]) if unit == "coins" else str(UNITS[unit])
    return JsonResponse({**book.months(unit), "unit": name})


@require_GET
def power(request: HttpRequest, number: str, ref: str) -> JsonResponse:
    """The power behind the wallets by month, one wallet's after the other's: low, middle, high."""
    book, _contents = _book(seen_dossier(request, number, ref))
    rows = [
        (one["month"], one["kw"])
        for wallet in book.told["wallets"]
        for one in wallet["power"]
        if one["month"] and one["kw"]
    ]
    sums: dict[str, list[float]] = {}
    for month, band in rows:
        sums[month] = [
            one + float(other) for one, other in zip(sums.get(month, [0.0] * 3), band, strict=True)
        ]
    ordered = sorted(sums)
    return JsonResponse(
        {
            "x": ordered,
            **{
                name: [sums[month][at] for month in ordered] for at, name in enumerate(("low", "mid", "high"))
            },
            "names": {"low": _("low"), "mid": _("middle"), "high": _("high")},
            "unit": "kW",
        }
    )
