"""Server time of pages: Django's own test client in this process, so that no network and no server queue count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
from benchmarks.casework_cases import FilledCases
from benchmarks.casework_units import Province
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridcanary.accounts.models import User


@dataclass(frozen=True)
class PageTime:
    """How long a page took for a person.

    Args:
        page: what it is.
        person: whose posts decide what it shows.
        median_ms, p95_ms: of the requests [ms].
        database_ms: of the median, in the database, as far as its driver tells [ms].
        queries: asked for one page.
    """

    page: str
    person: str
    median_ms: float
    p95_ms: float
    database_ms: float
    queries: int


def addresses(filled: FilledCases, whole_name: str) -> list[tuple[str, str]]:
    """What is measured: name and address.

    Args:
        filled: the cases.
        whole_name: name of the county whose part is searched for.
    """
    busy = filled.busy
    number, title, unit = filled.numbers[busy], filled.titles[busy], filled.unit_codes[busy]
    street = filled.addresses[busy].removeprefix(whole_name)

    def search(text: str) -> str:
        return f"/cases/?q={quote(text)}"

    return [
        ("cases", "/cases/"),
        ("cases: page 2", "/cases/?page=2"),
        ("cases: last page", "/cases/?page=999999"),
        ("search: whole number", search(number)),
        ("search: part of a number", search(number[-9:])),
        ("search: part of the title, many", search("冷库")),
        ("search: part of the title, few", search(title[:3] + title[3:8])),
        ("search: part of an address", search(street[:8])),
        ("search: one character", search("镇")),
        ("search: meter", search(f"M{busy + 1:08d}")),
        ("search: nothing fits", search("不存在的地方")),
        ("filter: stage", "/cases/?stage=investigate"),
        ("filter: late clock", "/cases/?state=late"),
        ("filter: open", "/cases/?state=open"),
        ("filter: area", f"/cases/?area={filled.areas[busy][:4]}"),
        ("filter: leading department", f"/cases/?unit={unit}"),
        ("filter: stage and text", f"{search('冷库')}&stage=closed"),
        ("what waits: department", "/work/?scope=department"),
        ("what waits: everything", "/work/?scope=all"),
        ("a case with a long history", f"/cases/{number}/"),
        ("its history", f"/cases/{number}/history/"),
        ("watch", "/watch/"),
        ("watch: everything", "/watch/?scope=all"),
        ("supervision", "/oversight/"),
    ]


def measure(filled: FilledCases, province: Province, *, requests: int, only: str = "") -> Iterator[PageTime]:
    """Time every page for an officer of a county, and supervisors of a city and of the province.

    Args:
        filled, province: what was written.
        requests: for each page and person, after two that warm up.
        only: measure pages whose name contains this.
    """
    first = province.officers[0]
    city = User.objects.get(username=first).unit
    assert city is not None
    head = city.path.split("/")[1]
    for person, name in (
        ("county", first),
        ("city", f"{head}-supervisor"),
        ("province", province.province_supervisor),
    ):
        client = Client()
        client.force_login(User.objects.get(username=name))
        for page, address in addresses(filled, province.counties[0].name):
            if only in page:
                yield _timed(client, page, person, address, requests)


def _timed(client: Client, page: str, person: str, address: str, requests: int) -> PageTime:
    for _warm in range(2):
        _get(client, address)
    waits = []
    for _one in range(requests):
        began = time.perf_counter()
        _get(client, address)
        waits.append((time.perf_counter() - began) * 1e3)
    with CaptureQueriesContext(connection) as asked:
        _get(client, address)
    in_database = sum(float(query["time"]) for query in asked.captured_queries) * 1e3
    return PageTime(
        page, person, float(np.median(waits)), float(np.quantile(waits, 0.95)), in_database, len(asked)
    )


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answered {response.status_code}")
    response.getvalue()
