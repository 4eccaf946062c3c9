"""Who mines in the county: recipes for every mode and way of hiding, laid on customers that suit them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridcanary.contracts.machines import MachineModel, machine_models
from gridcanary.simulator.layout import Layout
from gridcanary.simulator.mine_load import Rig, Timeline, hiding_schedule, rig_power_kw, spell_of_running
from gridcanary.simulator.seeds import stream
from gridcanary.simulator.shapes.scene import Scene


@dataclass(frozen=True, slots=True)
class Recipe:
    """What kind of mine to lay, and where.

    Args:
        mode: A wrong class, B by-passed meter, C unmetered tap, D inside a big legal load.
        hiding: one of HIDING_WAYS.
        hosts: kinds of customers that may hide it; settings of transformers for mode C.
        kw: smallest and largest size [kW]; for mode D as shares of the host's mean.
        model: machine.
        metered: smallest and largest share of the premises' load that the meter still shows; None where it is
            honest, a share of 0 where only the mine goes past the meter.
        meters: number of meters it is spread over.
    """

    mode: str
    hiding: str
    hosts: tuple[str, ...]
    kw: tuple[float, float]
    model: str
    metered: tuple[float, float] | None = None
    meters: int = 1


@dataclass(frozen=True)
class Mine:
    """A mine laid on one meter, or on one transformer where it has none.

    Args:
        recipe: what it was made from.
        customer: position of the host, None for mode C.
        transformer: position of the transformer that carries it.
        rig: machines.
        first: index of the first day, negative where it precedes the readings.
        last: index of the last day; past the end while it still runs.
        metered_share: share of the premises' load that the meter shows once tampered with; 1 where it is
            honest, 0 where only the mine goes past the meter.
        power_kw: its power over time, shape (days, slots).
        group: shared by the parts of a spread mine.
    """

    recipe: Recipe
    customer: int | None
    transformer: int
    rig: Rig
    first: int
    last: int
    metered_share: float
    power_kw: Timeline
    group: str | None


FARMS = ("irrigation", "greenhouse", "fish_pond", "poultry_house")
FACTORIES = ("one_shift_factory", "two_shift_factory", "round_the_clock_factory")
HOMES = ("home", "empty_house")

RECIPES = (
    Recipe("A", "none", FARMS, (12, 40), "Antminer S19j Pro"),
    Recipe("B", "none", ("workshop",), (20, 60), "Whatsminer M30S", (0.0, 0.0)),
    Recipe("C", "none", ("village", "town"), (25, 70), "Antminer S19"),
    Recipe("D", "none", FACTORIES, (0.35, 0.9), "Antminer S19 XP"),
    Recipe("A", "spread", HOMES, (16, 30), "Antminer S9", meters=5),
    Recipe("A", "before_data", ("empty_house",), (5, 12), "Antminer S9"),
    Recipe("A", "only_at_night", ("charging_pile",), (4, 6.5), "Graphics rig (8 cards)"),
    Recipe("B", "off_in_evening_peak", ("shop",), (12, 35), "Whatsminer M20S", (0.3, 0.36)),
    Recipe("D", "off_in_office_hours", ("office_tower", "school"), (0.4, 0.9), "Antminer S21"),
    Recipe("C", "ramped", ("works", "village"), (30, 90), "Antminer S17e"),
    Recipe("A", "ramped", ("heat_pump_home", "greenhouse"), (9, 22), "Antminer S19"),
    Recipe("A", "none", ("net_cafe",), (10, 30), "Graphics rig (8 cards)"),
    Recipe("D", "before_data", FACTORIES, (0.4, 1.0), "Whatsminer M30S++"),
    Recipe("B", "before_data", ("workshop", "restaurant"), (15, 40), "Antminer S9", (0.0, 0.0)),
    Recipe("A", "off_in_office_hours", ("shop", "office"), (8, 20), "AvalonMiner 1246"),
    Recipe("A", "off_in_evening_peak", FARMS, (15, 45), "Whatsminer M50"),
    Recipe("D", "ramped", ("cold_store", "hotel"), (0.4, 1.1), "Antminer S19j Pro"),
    Recipe("C", "only_at_night", ("village", "town"), (30, 80), "Antminer S19 XP"),
    Recipe("B", "none", ("home", "restaurant"), (6, 16), "Graphics rig (8 cards)", (0.0, 0.0)),
    Recipe("A", "none", ("heat_pump_home",), (7, 16), "Antminer S9"),
    Recipe("D", "none", ("data_centre", "hospital"), (0.25, 0.5), "Whatsminer M66"),
    Recipe("B", "only_at_night", ("workshop", "shop"), (15, 45), "Antminer S21 Pro", (0.6, 0.7)),
    Recipe("A", "before_data", FARMS, (14, 36), "Antminer S17e"),
    Recipe("C", "before_data", ("town", "works"), (25, 60), "Whatsminer M30S"),
    Recipe("D", "off_in_evening_peak", FACTORIES, (0.3, 0.8), "Antminer S19"),
    Recipe("A", "none", ("home",), (4, 11), "Antminer S9"),
    Recipe("B", "ramped", ("workshop",), (20, 60), "Antminer S19j Pro", (0.0, 0.0)),
    Recipe("A", "only_at_night", ("workshop", "irrigation"), (12, 30), "Antminer S19 XP"),
    Recipe("D", "only_at_night", FACTORIES, (0.3, 0.7), "Whatsminer M50"),
    Recipe("A", "none", ("charging_pile",), (4, 6.8), "Graphics rig (8 cards)"),
    Recipe("C", "none", ("works",), (60, 140), "Whatsminer M66"),
    Recipe("B", "none", ("fish_pond", "poultry_house", "workshop"), (15, 45), "Antminer S9", (0.3, 0.36)),
)
"""The first nine cover the four modes and all ways of hiding but one, so that a small county has them too."""

CUSTOMERS_PER_MINE = 75
ENDED_EVERY = 11
"""One mine in eleven has moved away before the readings end."""


def mine_count(customers: int) -> int:
    """Mines in a county of that many customers: about 1.3 %, at least nine."""
    return int(np.clip(round(customers / CUSTOMERS_PER_MINE), 9, 4 * len(RECIPES)))


def lay_mines(layout: Layout, mean_kw: np.ndarray, scene: Scene, seed: int) -> list[Mine]:
    """Chooses hosts and builds the mines.

    Args:
        layout: who is where.
        mean_kw: mean lawful load of each customer, shape (customers,).
        scene: calendar and weather.
        seed: the county's seed.

    Returns:
        One entry per meter or tapped transformer; no customer is used twice, and no transformer carries two
        mines of modes B and C, whose losses nobody could tell apart. A recipe that no host suits is left out.
    """
    models = machine_models()
    taken: set[int] = set()
    lossy: set[int] = set()
    mines: list[Mine] = []
    for number in range(mine_count(layout.customers)):
        recipe = RECIPES[number % len(RECIPES)]
        rng = stream(seed, "mine", number)
        if recipe.mode == "C":
            hosts = _tappable(rng, recipe, layout, lossy)
            lossy.update(hosts)
        else:
            hosts = _hosts(rng, recipe, layout, taken, lossy if recipe.mode == "B" else set())
            taken.update(hosts)
            if recipe.mode == "B":
                lossy.update(int(layout.transformer[host]) for host in hosts)
        mines += _build(rng, number, recipe, hosts, layout, mean_kw, scene, models[recipe.model])
    return mines


def _hosts(
    rng: np.random.Generator, recipe: Recipe, layout: Layout, taken: set[int], lossy: set[int]
) -> list[int]:
    free = _free(layout, recipe.hosts, taken, lossy)
    if free.size == 0:
        free = _free(layout, ("workshop", "shop", "home"), taken, lossy)
    if free.size == 0:
        return []
    if recipe.meters == 1:
        return [int(rng.choice(free))]
    start = int(rng.integers(max(1, free.size - 3 * recipe.meters)))
    neighbours = free[start : start + 3 * recipe.meters]
    return [int(i) for i in rng.choice(neighbours, size=min(recipe.meters, neighbours.size), replace=False)]


def _free(layout: Layout, kinds: tuple[str, ...], taken: set[int], lossy: set[int]) -> np.ndarray:
    members = layout.of_kind(*kinds)
    return np.array([i for i in members if i not in taken and int(layout.transformer[i]) not in lossy])


def _tappable(rng: np.random.Generator, recipe: Recipe, layout: Layout, lossy: set[int]) -> list[int]:
    public = [i for i, setting in enumerate(layout.setting) if setting != "dedicated" and i not in lossy]
    suited = [i for i in public if layout.setting[i] in recipe.hosts] or public
    return [int(rng.choice(suited))] if suited else []


def _build(
    rng: np.random.Generator,
    number: int,
    recipe: Recipe,
    hosts: list[int],
    layout: Layout,
    mean_kw: np.ndarray,
    scene: Scene,
    model: MachineModel,
) -> list[Mine]:
    first, last = _dates(rng, number, recipe, scene.calendar.days)
    ramp = int(rng.integers(18, 40)) if recipe.hiding == "ramped" else 0
    switching = hiding_schedule(rng, recipe.hiding, scene)
    share = 1.0 if recipe.metered is None else float(rng.uniform(*recipe.metered))
    mines = []
    for host in hosts:
        kw = float(rng.uniform(*recipe.kw)) / len(hosts) * (mean_kw[host] if recipe.mode == "D" else 1.0)
        rig = Rig(
            machines=max(1, round(kw * 1000 / model.watts)),
            watts=model.watts,
            fan_share=float(rng.uniform(0.03, 0.10)),
            availability=float(rng.uniform(0.95, 0.995)),
        )
        lots = min(rig.machines, int(rng.integers(4, 9)))
        power = rig_power_kw(rng, rig, scene) * switching * spell_of_running(scene, first, last, ramp, lots)
        mines.append(
            Mine(
                recipe=recipe,
                customer=None if recipe.mode == "C" else host,
                transformer=host if recipe.mode == "C" else int(layout.transformer[host]),
                rig=rig,
                first=first,
                last=last,
                metered_share=0.0 if recipe.mode == "C" else share,
                power_kw=power,
                group=f"G{number + 1:03d}" if len(hosts) > 1 else None,
            )
        )
    return mines


def _dates(rng: np.random.Generator, number: int, recipe: Recipe, days: int) -> tuple[int, int]:
    if recipe.hiding == "before_data":
        first = -int(rng.integers(10, 220))
    else:
        latest = days - (30 if recipe.hiding == "ramped" else 12)
        first = int(rng.integers(min(21, days // 3), max(latest, days // 3 + 1)))
    if number % ENDED_EVERY == ENDED_EVERY - 1 and first + 25 < days - 6:
        return first, int(rng.integers(first + 25, days - 5))
    return first, days + 1
