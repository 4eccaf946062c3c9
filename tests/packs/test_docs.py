"""The page on packs says what the schema says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gridcanary.packs.schema.content import Content
from gridcanary.packs.template_fields import FIELDS, LIST_FIELDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "packs.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "pack_schema_tables", ROOT / "scripts" / "pack_schema_tables.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_schema(tables: ModuleType) -> None:
    assert tables.rewritten(PAGE) == PAGE, "run: python scripts/pack_schema_tables.py"


def test_every_key_of_the_schema_is_documented_with_a_meaning(tables: ModuleType) -> None:
    models = {
        model for field in Content.model_fields.values() for model in tables.models_in(field.annotation)
    }
    models |= {inner for model in models for inner in tables.nested(model)}
    documented = tables.documented_keys(PAGE)
    missing = {
        f"{model.__name__}.{key}" for model in models for key in model.model_fields if key not in documented
    }
    assert missing == set()
    silent = {
        f"{m.__name__}.{key}"
        for m in models
        for key, field in m.model_fields.items()
        if not field.description
    }
    assert silent == set()


def test_every_file_of_a_pack_and_every_template_field_is_documented(tables: ModuleType) -> None:
    assert [name for name in Content.model_fields if f"### {name}.yaml\n" not in PAGE] == []
    assert set(FIELDS) <= tables.documented_keys(PAGE)
    assert set(LIST_FIELDS) <= set(FIELDS)
