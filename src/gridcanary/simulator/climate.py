"""Air temperature of a northern county: season, weather of several days, and the course of the day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.simulator.county_calendar import CountyCalendar
from gridcanary.simulator.seeds import stream

ANNUAL_MEAN_C = 11.5
ANNUAL_SWING_C = 15.0
"""A continental climate: about -4 degrees in late January and 26 in late July."""
COLDEST_DAY_OF_YEAR = 20
SPELL_MEMORY = 0.78
SPELL_SPREAD_C = 2.4
"""Cold and warm spells last some four days and shift the daily mean by about 4 degrees."""


def hourly_temperature_c(calendar: CountyCalendar, seed: int) -> NDArray[np.float32]:
    """Hourly air temperature [degrees Celsius], shape (days, 24)."""
    rng = stream(seed, "climate")
    day_of_year = np.array([day.timetuple().tm_yday for day in calendar.dates])
    season = ANNUAL_MEAN_C - ANNUAL_SWING_C * np.cos(2 * np.pi * (day_of_year - COLDEST_DAY_OF_YEAR) / 365.25)
    spell, spells = 0.0, np.empty(calendar.days)
    for i, shock in enumerate(rng.normal(0.0, SPELL_SPREAD_C, calendar.days)):
        spell = SPELL_MEMORY * spell + shock
        spells[i] = spell
    swing = rng.uniform(2.5, 6.5, calendar.days)
    hour = np.arange(24)
    diurnal = swing[:, None] * np.cos(2 * np.pi * (hour - 15) / 24)[None, :]
    noise = rng.normal(0.0, 0.25, (calendar.days, 24))
    return ((season + spells)[:, None] + diurnal + noise).astype(np.float32)


def slot_temperature_c(hourly_c: NDArray[np.float32], slots: int) -> NDArray[np.float32]:
    """Temperature at each slot by straight lines between the hours, shape (days, slots)."""
    flat = hourly_c.ravel()
    at = (np.arange(hourly_c.shape[0] * slots) + 0.5) * 24.0 / slots - 0.5
    return np.interp(at, np.arange(flat.size), flat).reshape(-1, slots).astype(np.float32)
