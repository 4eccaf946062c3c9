from __future__ import annotations

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.machines import machine_models, machines_csv, parse_machines
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


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param("model,", "type,", "row 1", id="no column model"),
        pytest.param("asic,1323", "asic,many", "row 2, column watts", id="watts that are no number"),
        pytest.param("13.5", "-13.5", "row 2, column terahash", id="a negative hash rate"),
        pytest.param("Antminer S9,", ",", "row 2", id="no model"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_with_its_place(old, new, place) -> None:
    content = machines_csv().decode().replace(old, new, 1).encode()
    with pytest.raises(InputError, match=f"mine.csv, {place}"):
        parse_machines(content, "mine.csv")
