"""What ships: the wheel holds what the product needs and nothing else, and needs only declared packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "gridcanary"
IMPORT_NAMES = {
    "argon2-cffi": "argon2",
    "scikit-learn": "sklearn",
    "pyyaml": "yaml",
    "django-htmx": "django_htmx",
    "django-ninja": "ninja",
    "psycopg": "psycopg",
    "pillow": "PIL",
    "rfc3161-client": "rfc3161_client",
}
"""Packages whose import name is not the package's name."""
SHIPPED = ("py", "csv", "yaml", "html", "css", "js", "svg", "po", "typed", "json", "npz", "docx", "typ")


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from this checkout."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        return set(wheel.namelist())


@pytest.mark.parametrize("ending", SHIPPED)
def test_wheel_holds_every_file_of_the_package(wheel_names: set[str], ending: str) -> None:
    wanted = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob(f"*.{ending}")}
    assert wanted <= wheel_names


def test_wheel_holds_compiled_translations(wheel_names: set[str]) -> None:
    catalogues = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*.po")}
    assert {name[:-3] + ".mo" for name in catalogues} <= wheel_names


def test_wheel_holds_nothing_else(wheel_names: set[str]) -> None:
    strangers = {n for n in wheel_names if not re.match(r"gridcanary/|gridcanary-[0-9.]+\.dist-info/", n)}
    assert not strangers
    assert not {name for name in wheel_names if "__pycache__" in name or "/tests/" in name}


def test_wheel_has_the_licence_and_the_command(wheel_names: set[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in wheel_names)
    assert any(name.endswith("entry_points.txt") for name in wheel_names)


def test_only_declared_packages_are_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = project["dependencies"] + extras["spark"] + extras["postgres"]
    names = {re.match(r"[A-Za-z0-9_-]+", text)[0].lower() for text in declared}
    allowed = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names}
    allowed |= {"gridcanary", *sys.stdlib_module_names}
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if name not in allowed
    }
    assert not strangers


def imported(path: Path) -> set[str]:
    """Top-level names of the packages that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found
