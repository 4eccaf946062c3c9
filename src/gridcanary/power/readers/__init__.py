"""Readers of foreign formats, one a file, and the one list that names them all."""

from __future__ import annotations

from gridcanary.power.readers.base import Reader


def registered() -> list[Reader]:
    """Every reader, special formats before general ones: of two equally sure readers the first wins."""
    # Imported here, so that `from gridcanary import power` does not load parsers that nobody asked for.
    from gridcanary.power.readers import cn_curve, stored_tables
    from gridcanary.power.readers.cim_61968 import Cim61968
    from gridcanary.power.readers.cn_archive import CnArchive
    from gridcanary.power.readers.cn_frozen import CnFrozen
    from gridcanary.power.readers.cn_topology import CnTopology, DailyBalance, LongBalance
    from gridcanary.power.readers.contract_table import ContractTable
    from gridcanary.power.readers.green_button import GreenButton
    from gridcanary.power.readers.long_table import LongTable
    from gridcanary.power.readers.nem12 import Nem12
    from gridcanary.power.readers.weather_table import WeatherTable
    from gridcanary.power.readers.wide_table import WideTable

    own: list[Reader] = [
        ContractTable(),
        stored_tables.STORED_BALANCE,
        stored_tables.STORED_CUSTOMERS,
        stored_tables.STORED_WEATHER,
    ]
    chinese: list[Reader] = [
        *cn_curve.CURVES,
        CnFrozen(),
        DailyBalance(),
        LongBalance(),
        CnArchive(),
        CnTopology(),
    ]
    return [*own, *chinese, GreenButton(), Cim61968(), Nem12(), WeatherTable(), LongTable(), WideTable()]
