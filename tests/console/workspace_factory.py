"""Workspaces for tests: a simulated county and a findings table written from its truth.

The console must not depend on what the detectors find, so the findings are made here: every true mine with
the sentences that a detector would write, and some innocent premises with low scores.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.contracts.findings import FINDINGS
from gridcanary.power import lake as lakes
from gridcanary.simulator.county import simulate_county

SENTENCES_ZH = {
    "A": "自{onset}起负荷平移上升 {kw:.0f} 千瓦，此后昼夜基本不变\n"
    "用电类别为{class_zh}，该类用户中仅 0.3% 全天如此平稳\n春节期间负荷未下降",
    "B": "台区损失自{onset}起增加 {kw:.0f} 千瓦，与该户用电曲线同步变化\nA 相电流与功率不符",
    "C": "台区损失自{onset}起平移增加 {kw:.0f} 千瓦，昼夜不变，没有用户可以解释",
    "D": "最低负荷自{onset}起抬高 {kw:.0f} 千瓦，生产负荷的形状未变\n节假日停产时这部分负荷仍在运行",
}
SENTENCES_EN = {
    "A": "Since {onset} the load has been {kw:.0f} kW higher and nearly the same day and night\n"
    "The archive says {class_en}; only 0.3 % of that class run so evenly around the clock\n"
    "The load did not fall at Spring Festival",
    "B": "The transformer's loss is {kw:.0f} kW higher since {onset} and moves with this customer's curve\n"
    "The current of phase A does not agree with the power",
    "C": "The transformer's loss has been {kw:.0f} kW higher since {onset}, and no customer explains it",
    "D": "Since {onset} the lowest load of the day has been {kw:.0f} kW higher, production kept its shape\n"
    "This part kept running on holidays when production stopped",
}
INNOCENT_ZH = "冷库、养殖增氧等设备也会昼夜恒定运行\n新增的合法机房或通信设备"
INNOCENT_EN = "Cold storage or aeration of fish ponds also runs around the clock\nA new lawful server room"


def build_workspace(home: Path, *, customers: int = 150, days: int = 45, seed: int = 3) -> Path:
    """Simulate a county and write its findings.

    Args:
        home: an empty folder.
        customers: as for simulate_county.
        days: as for simulate_county.
        seed: as for simulate_county.

    Returns:
        The same folder.
    """
    simulate_county(home, customers=customers, days=days, seed=seed)
    write_findings(home)
    return home


def write_findings(home: Path) -> None:
    """Write ``findings.parquet`` from ``truth.parquet`` and the archive."""
    lake = home / "lake"
    days = lakes.days(lake)
    archive = {row["meter_id"]: row for row in lakes.read_customers(lake).to_pylist()}
    mines = sorted(pq.read_table(home / "truth.parquet").to_pylist(), key=lambda mine: -mine["kw"])
    rows = [_mine_row(mine, archive, place, len(mines), days) for place, mine in enumerate(mines)]
    guilty = {row["meter_id"] for row in rows}
    innocent = [meter for meter in archive if meter not in guilty]
    rows += [_plain_row(meter, len(rows) + place, days[-1]) for place, meter in enumerate(innocent, 1)]
    for place, row in enumerate(rows, 1):
        row["rank"] = place
    pq.write_table(pa.Table.from_pylist(rows, schema=FINDINGS), home / "findings.parquet")


def _mine_row(
    mine: dict[str, Any], archive: dict[str, dict[str, Any]], place: int, count: int, days: list[dt.date]
) -> dict[str, Any]:
    tariff_class = archive.get(mine["meter_id"], {}).get("tariff_class") or "other"
    words = {
        "onset": mine["onset"].isoformat(),
        "kw": mine["kw"],
        "class_zh": {"agricultural": "农业生产", "residential": "居民生活"}.get(tariff_class, "其他"),
        "class_en": tariff_class.replace("_", " "),
    }
    return {
        "meter_id": mine["meter_id"],
        "subject_kind": mine["subject_kind"],
        "score": round(0.96 - 0.75 * place / max(count - 1, 1), 3),
        "rank": 0,
        "listed": True,
        "mode": mine["mode"],
        "onset": mine["onset"] if mine["onset"] > days[0] else None,
        "kw_low": 0.88 * mine["kw"],
        "kw_mid": mine["kw"],
        "kw_high": 1.12 * mine["kw"],
        "machines_low": round(mine["kw"] * 0.88 / 3.5),
        "machines_high": max(round(mine["kw"] * 1.12 / 3.2), 1),
        "reasons_zh": SENTENCES_ZH[mine["mode"]].format(**words),
        "reasons_en": SENTENCES_EN[mine["mode"]].format(**words),
        "innocent_zh": INNOCENT_ZH,
        "innocent_en": INNOCENT_EN,
        "llr": 5.0 - 0.1 * place,
        "group_id": mine["group_id"],
        "quality": "gaps" if place % 5 == 4 else "",
        "reasons": "[]",
        "innocent": "[]",
        "as_of": days[-1],
    }


def _plain_row(meter_id: str, rank: int, as_of: dt.date) -> dict[str, Any]:
    texts = dict.fromkeys(("reasons_zh", "reasons_en", "innocent_zh", "innocent_en", "quality"), "")
    return {
        "meter_id": meter_id,
        "subject_kind": "meter",
        "score": 0.004,
        "rank": rank,
        "listed": False,
        "mode": "none",
        "llr": -2.0,
        "reasons": "[]",
        "innocent": "[]",
        "as_of": as_of,
        **texts,
    }
