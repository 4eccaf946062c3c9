from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def locks(script: Callable[[str], ModuleType]) -> ModuleType:
    """scripts/check_locks.py."""
    return script("check_locks")


LOCK = """\
numpy==2.4.6 \\
    --hash=sha256:00
scipy==1.17.1 ; python_full_version < '3.12' \\
    --hash=sha256:01
"""


def test_the_locks_of_this_checkout_fit(locks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = locks.main()
    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize(
    ("wanted", "problems"),
    [
        pytest.param("numpy>=2", [], id="satisfied"),
        pytest.param("numpy>=3", ["no pin satisfies numpy>=3"], id="too old"),
        pytest.param("duckdb", ["no pin satisfies duckdb"], id="missing"),
        pytest.param("SciPy[all]<2", [], id="other spelling and extras"),
    ],
)
def test_unmet_requirements(locks: ModuleType, wanted: str, problems: list[str]) -> None:
    assert locks.unmet([wanted], locks.read_pins(LOCK)) == problems


def test_a_pin_without_hash_is_named(locks: ModuleType) -> None:
    assert locks.pins_without_hash(LOCK) == []
    assert locks.pins_without_hash(LOCK + "rich==15.0.0\n") == ["rich==15.0.0"]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example",
        "# uv pip compile /home/somebody/pyproject.toml",
        "a @ file:///srv/a.whl",
    ],
)
def test_a_place_in_a_lock_is_found(locks: ModuleType, line: str) -> None:
    assert locks.PLACE.search(LOCK + line + "\n")
    assert not locks.PLACE.search(LOCK)
