from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.trace.labelled import LabelServices, NotedBook, services_bytes, services_from
from gridcanary.chain.trace.services import UNRESOLVED, Service

BITCOIN = NETWORKS["bitcoin"]
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SCRIPT = script_of_address(ADDRESS, BITCOIN)
FILE = LabelFile(Path("a.yaml"), "00" * 32, "tagpack")


def book(*said: tuple[str, str, str]) -> LabelBook:
    """Labels of one address: name, category, actor."""
    made = LabelBook(BITCOIN)
    made.add(
        Tag(ADDRESS, "BTC", Attribution(name, FILE, category=category, actor=actor), row)
        for row, (name, category, actor) in enumerate(said, start=1)
    )
    return made


@pytest.mark.parametrize(
    ("said", "category", "ends"),
    [
        pytest.param([("B", "exchange", "")], "exchange", True, id="exchange"),
        pytest.param([("B", "Hosted Wallet", "")], "hosted_wallet", True, id="another spelling"),
        pytest.param([("B", "None", "")], "unspecified", True, id="no category"),
        pytest.param([("B", "ransomware", "")], "ransomware", False, id="an offender is followed on"),
        pytest.param([("B", "organization", ""), ("B", "exchange", "")], "exchange", True, id="one that keeps"),
        pytest.param([("B", "exchange", "b"), ("C", "exchange", "c")], UNRESOLVED, True, id="contradiction"),
    ],
)  # fmt: skip
def test_labels_as_services(said: list[tuple[str, str, str]], category: str, ends: bool) -> None:
    service = LabelServices(book(*said)).service_of(SCRIPT)
    assert service is not None
    assert (service.category, service.ends_trace) == (category, ends)
    assert service.source == "a.yaml"


def test_contradicting_labels_are_all_named() -> None:
    service = LabelServices(book(("B", "exchange", "b"), ("C", "exchange", "c"))).service_of(SCRIPT)
    assert service == Service("B / C", UNRESOLVED)


def test_labels_that_were_met_survive_a_dossier() -> None:
    noted = NotedBook(LabelServices(book(("B", "exchange", ""))))
    assert noted.service_of(b"unknown") is None
    met = noted.service_of(SCRIPT)
    again = services_from(services_bytes(noted.given.items()))
    assert again.service_of(SCRIPT) == met
    assert list(noted.given) == [SCRIPT]
