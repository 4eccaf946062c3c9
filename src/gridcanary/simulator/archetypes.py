"""The kinds of customers: what the archive says of each, and which curve it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridcanary.simulator.shapes import businesses, farms, homes, industry, services
from gridcanary.simulator.shapes.scene import Curves, Scene


@dataclass(frozen=True, slots=True)
class Archetype:
    """A kind of customer.

    Args:
        name: key, also written to the population table.
        tariff_class: one of TARIFF_CLASSES.
        volt_class: supply voltage as archives write it.
        trades: GB/T 4754 code (None for homes) and the words that end a name; one pair is drawn per customer.
        curves: the load, (rng, customers, scene) -> kW.
        min_kva: smallest contract the utility would sign for it.
    """

    name: str
    tariff_class: str
    volt_class: str
    trades: tuple[tuple[str | None, str], ...]
    curves: Callable[[np.random.Generator, int, Scene], Curves]
    min_kva: float


LOW, MAINS, MEDIUM = "220V", "380V", "10kV"

_METAL = (
    ("3351", "五金加工部"),
    ("3311", "钢构厂"),
    ("2110", "木器厂"),
    ("2926", "塑料制品厂"),
    ("1311", "粮食加工厂"),
    ("1830", "制衣厂"),
)
_FACTORY = (
    ("3021", "水泥制品有限公司"),
    ("3311", "金属结构有限公司"),
    ("2926", "塑业有限公司"),
    ("1712", "纺织有限公司"),
    ("3670", "汽车零部件有限公司"),
    ("2231", "纸箱有限公司"),
)
_SHOP = (
    ("5212", "超市"),
    ("5219", "便利店"),
    ("5251", "药店"),
    ("5261", "汽配经营部"),
    ("8040", "理发店"),
    ("5242", "体育用品店"),
)

ARCHETYPES: dict[str, Archetype] = {
    kind.name: kind
    for kind in (
        Archetype("home", "residential", LOW, ((None, "居民户"),), homes.home, 8),
        Archetype("solar_home", "residential", MAINS, ((None, "居民光伏户"),), homes.solar_home, 20),
        Archetype("empty_house", "residential", LOW, ((None, "居民户"),), homes.empty_house, 8),
        Archetype("heat_pump_home", "clean_heating", LOW, ((None, "煤改电居民户"),), homes.heat_pump_home, 9),
        Archetype(
            "irrigation",
            "agricultural",
            MAINS,
            (("0112", "机井"), ("0111", "灌溉泵站")),
            farms.irrigation,
            20,
        ),
        Archetype(
            "greenhouse",
            "agricultural",
            MAINS,
            (("0141", "蔬菜大棚"), ("0149", "育苗大棚")),
            farms.greenhouse,
            15,
        ),
        Archetype(
            "poultry_house",
            "agricultural",
            MAINS,
            (("0321", "养鸡场"), ("0313", "养殖场")),
            farms.poultry_house,
            20,
        ),
        Archetype("fish_pond", "agricultural", MAINS, (("0412", "水产养殖场"),), farms.fish_pond, 20),
        Archetype("shop", "commercial", MAINS, _SHOP, businesses.shop, 10),
        Archetype(
            "restaurant",
            "commercial",
            MAINS,
            (("6210", "饭店"), ("6220", "快餐店")),
            businesses.restaurant,
            30,
        ),
        Archetype(
            "always_open_shop",
            "commercial",
            MAINS,
            (("5219", "24小时便利店"),),
            businesses.always_open_shop,
            15,
        ),
        Archetype(
            "office", "commercial", MAINS, (("7299", "商务服务部"), ("9221", "办公点")), businesses.office, 30
        ),
        Archetype("office_tower", "commercial", MEDIUM, (("7020", "写字楼"),), businesses.office_tower, 400),
        Archetype(
            "net_cafe", "commercial", MAINS, (("9013", "网吧"), ("9013", "电竞馆")), businesses.net_cafe, 40
        ),
        Archetype("hotel", "commercial", MEDIUM, (("6110", "宾馆"), ("6110", "酒店")), businesses.hotel, 250),
        Archetype("charging_pile", "ev_charging", LOW, (("5267", "充电桩"),), businesses.charging_pile, 8),
        Archetype(
            "charging_station", "ev_charging", MEDIUM, (("5267", "充电站"),), businesses.charging_station, 630
        ),
        Archetype("workshop", "general_industrial", MAINS, _METAL, industry.workshop, 40),
        Archetype("one_shift_factory", "large_industrial", MEDIUM, _FACTORY, industry.one_shift_factory, 400),
        Archetype("two_shift_factory", "large_industrial", MEDIUM, _FACTORY, industry.two_shift_factory, 500),
        Archetype(
            "round_the_clock_factory",
            "large_industrial",
            MEDIUM,
            (("3031", "建材有限公司"), ("3042", "玻璃制品有限公司"), ("3070", "陶瓷有限公司")),
            industry.round_the_clock_factory,
            500,
        ),
        Archetype("cold_store", "general_industrial", MAINS, (("5930", "冷库"),), industry.cold_store, 80),
        Archetype(
            "school", "public_service", MEDIUM, (("8321", "小学"), ("8331", "中学")), services.school, 160
        ),
        Archetype(
            "hospital",
            "public_service",
            MEDIUM,
            (("8411", "医院"), ("8423", "卫生院")),
            services.hospital,
            400,
        ),
        Archetype("base_station", "commercial", MAINS, (("6312", "通信基站"),), services.base_station, 15),
        Archetype("data_centre", "data_centre", MEDIUM, (("6450", "数据中心"),), services.data_centre, 1000),
        Archetype("waterworks", "public_service", MEDIUM, (("4610", "供水泵站"),), services.waterworks, 160),
        Archetype(
            "street_lighting", "public_service", MAINS, (("7810", "路灯"),), services.street_lighting, 15
        ),
        Archetype("heat_station", "clean_heating", MEDIUM, (("4430", "供热站"),), services.heat_station, 315),
    )
}

SETTINGS: dict[str, dict[str, float]] = {
    "village": {
        "home": 0.66,
        "empty_house": 0.06,
        "solar_home": 0.04,
        "heat_pump_home": 0.05,
        "irrigation": 0.045,
        "greenhouse": 0.025,
        "poultry_house": 0.02,
        "fish_pond": 0.02,
        "shop": 0.04,
        "base_station": 0.015,
        "workshop": 0.015,
        "charging_pile": 0.01,
    },
    "town": {
        "home": 0.58,
        "empty_house": 0.05,
        "shop": 0.14,
        "restaurant": 0.05,
        "office": 0.045,
        "net_cafe": 0.015,
        "always_open_shop": 0.015,
        "charging_pile": 0.035,
        "heat_pump_home": 0.025,
        "base_station": 0.015,
        "street_lighting": 0.02,
        "workshop": 0.01,
    },
    "works": {
        "workshop": 0.3,
        "home": 0.3,
        "shop": 0.12,
        "restaurant": 0.05,
        "office": 0.06,
        "cold_store": 0.03,
        "empty_house": 0.06,
        "charging_pile": 0.04,
        "base_station": 0.02,
        "street_lighting": 0.02,
    },
}
"""Share of each kind of customer behind a public transformer."""

SETTING_SHARES = {"village": 0.45, "town": 0.38, "works": 0.17}

DEDICATED = (
    "one_shift_factory",
    "round_the_clock_factory",
    "two_shift_factory",
    "data_centre",
    "school",
    "office_tower",
    "hospital",
    "one_shift_factory",
    "waterworks",
    "round_the_clock_factory",
    "cold_store",
    "hotel",
    "charging_station",
    "two_shift_factory",
    "heat_station",
    "one_shift_factory",
    "school",
    "cold_store",
    "round_the_clock_factory",
    "waterworks",
)
"""Customers with a transformer of their own (专变), in the order in which a county of any size gets them."""
