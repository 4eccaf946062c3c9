from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.simulator.archetypes import ARCHETYPES
from gridcanary.simulator.metering import FAULT_SHARES
from gridcanary.simulator.truth import HIDING_WAYS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "simulator.md").read_text("utf-8")


@pytest.mark.parametrize("name", [*ARCHETYPES, *HIDING_WAYS, *FAULT_SHARES])
def test_every_kind_of_customer_hiding_and_fault_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE
