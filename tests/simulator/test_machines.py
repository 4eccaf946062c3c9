from __future__ import annotations

import pytest

from gridcanary.simulator.machines import machine_models
from gridcanary.simulator.mines import RECIPES


def test_every_machine_has_a_source_and_a_plausible_nameplate() -> None:
    for machine in machine_models().values():
        assert 500 <= machine.watts <= 6000
        assert machine.source
        assert machine.as_of[:2] == "20"
        if machine.terahash:
            joules_per_terahash = machine.watts / machine.terahash
            assert 10 < joules_per_terahash < 120, machine.model


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.mode}-{r.hiding}-{r.hosts[0]}")
def test_every_recipe_uses_a_known_machine_and_suits_its_mode(recipe) -> None:
    assert recipe.model in machine_models()
    assert (recipe.metered is not None) == (recipe.mode == "B")
    assert (recipe.meters > 1) == (recipe.hiding == "spread")
