"""The shipped templates are those of their texts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_templates", ROOT / "scripts" / "make_templates.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_template_is_that_of_its_text(maker: ModuleType) -> None:
    assert maker.main(["--check"]) == 0, "run: python scripts/make_templates.py"


def test_no_template_ships_without_a_text(maker: ModuleType) -> None:
    made = {target for target, _content in maker.templates()}
    assert set(maker.PACKS.glob("*/templates/*")) == made


def test_a_changed_template_is_told(
    maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(maker, "PACKS", tmp_path)
    monkeypatch.setattr(maker, "ROOT", tmp_path)
    assert maker.main(["--check"]) == 1
    assert "cn/templates/penalty_decision.docx differs" in capsys.readouterr().err
    assert maker.main([]) == 0
    assert maker.main(["--check"]) == 0
