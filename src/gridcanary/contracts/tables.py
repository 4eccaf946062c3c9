"""Arrow schemas of the tables that lenses read. Units are in the names; time of day is local."""

from __future__ import annotations

import pyarrow as pa

SLOTS_PER_DAY = (24, 48, 96, 288)
"""Allowed lengths of a day's curve: one value per 60, 30, 15 or 5 minutes."""

READINGS = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("load_w", pa.list_(pa.int32()), nullable=False),
    ]
)
"""A row per meter and local day. load_w[i] is the mean active power (W) over the interval that starts at
slot i; null where missing; negative where the meter fed the grid. Length is one of SLOTS_PER_DAY."""

CHANNELS = (
    "reactive_var",
    "power_factor_permille",
    "amp_a_ma",
    "amp_b_ma",
    "amp_c_ma",
    "amp_n_ma",
    "volt_a_mv",
    "volt_b_mv",
    "volt_c_mv",
)
"""Optional further columns of READINGS, each list<int32> of the same length as load_w."""

CUSTOMERS = pa.schema(
    [
        pa.field("premises_id", pa.string(), nullable=False),
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("address", pa.string()),
        pa.field("lat", pa.float64()),
        pa.field("lon", pa.float64()),
        pa.field("admin_code", pa.string()),
        pa.field("trade_code", pa.string()),
        pa.field("tariff_class", pa.string()),
        pa.field("contract_kva", pa.float64()),
        pa.field("running_kva", pa.float64()),
        pa.field("volt_class", pa.string()),
        pa.field("connected_on", pa.date32()),
        pa.field("last_inspected_on", pa.date32()),
        pa.field("transformer_id", pa.string()),
        pa.field("feeder_id", pa.string()),
    ]
)
"""The archive: a row per meter. trade_code is GB/T 4754; admin_code is GB/T 2260 (six digits, county).
tariff_class is one of TARIFF_CLASSES."""

TARIFF_CLASSES = (
    "residential",
    "agricultural",
    "clean_heating",
    "ev_charging",
    "commercial",
    "general_industrial",
    "large_industrial",
    "public_service",
    "data_centre",
    "other",
)

BALANCE = pa.schema(
    [
        pa.field("transformer_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("supplied_w", pa.list_(pa.int32()), nullable=False),
    ]
)
"""What a transformer (台区) or feeder supplied, a row per local day: mean power (W) per slot. Length is one of
SLOTS_PER_DAY, or 1 where only the day's energy is known."""

WEATHER = pa.schema(
    [
        pa.field("day", pa.date32(), nullable=False),
        pa.field("temp_centi_c", pa.list_(pa.int32()), nullable=False),
    ]
)
"""Air temperature in hundredths of a degree Celsius, 24 hourly values a local day, null where missing."""
