"""A small simulated county with findings, signed-in clients, and compiled translations."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.console.findings import FindingsBook, ListedFinding, open_book
from tests.console.workspace_factory import build_workspace

CONSOLE = Path(__file__).resolve().parents[2] / "src" / "gridcanary" / "console"


@pytest.fixture(scope="session")
def county_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that tests only read."""
    return build_workspace(tmp_path_factory.mktemp("county"))


@pytest.fixture
def home(settings: Settings, county_home: Path) -> Path:
    """The console looks at the simulated county."""
    settings.GRIDCANARY_HOME = county_home
    return county_home


@pytest.fixture
def empty_home(settings: Settings, tmp_path: Path) -> Path:
    """The console looks at an empty folder."""
    settings.GRIDCANARY_HOME = tmp_path
    return tmp_path


@pytest.fixture
def book(home: Path) -> FindingsBook:
    """The findings of the simulated county."""
    opened = open_book()
    assert opened is not None
    return opened


def first_of_mode(book: FindingsBook, mode: str) -> ListedFinding:
    """The best-ranked finding of a mode."""
    return next(finding for finding in book.listed if finding.mode == mode)


@pytest.fixture
def analyst(db: None) -> User:
    """A person who sees everything."""
    return User.objects.create(username="analyst")


@pytest.fixture
def signed_in(client: Client, analyst: User) -> Client:
    """A browser of that person, in English."""
    client.force_login(analyst)
    client.cookies["django_language"] = "en"
    return client
