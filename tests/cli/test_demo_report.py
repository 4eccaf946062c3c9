from __future__ import annotations

import datetime as dt
import io

import pyarrow as pa
import pytest
from rich.console import Console

from gridcanary.cli.demo_report import show_list
from gridcanary.cli.demo_texts import LANGUAGES, TEXTS, language_of_shell
from gridcanary.contracts.findings import FINDINGS, MODES


def finding(meter_id: str, rank: int, **changes: object) -> dict[str, object]:
    """A row of the findings table."""
    return {
        "meter_id": meter_id,
        "subject_kind": "meter",
        "score": 0.91,
        "rank": rank,
        "listed": True,
        "mode": "A",
        "onset": dt.date(2026, 1, 22),
        "kw_low": 29.0,
        "kw_mid": 36.0,
        "kw_high": 43.0,
        "machines_low": 10,
        "machines_high": 12,
        "reasons_zh": "负荷抬升 36 千瓦",
        "reasons_en": "Load rose by 36 kW\nDid not stop [at] the festival",
        "innocent_zh": "",
        "innocent_en": "",
        "llr": 5.0,
        "group_id": None,
        "quality": "",
        "reasons": "[]",
        "innocent": "[]",
        "as_of": dt.date(2026, 4, 19),
        **changes,
    }


def printed(rows: list[dict[str, object]], language: str = "en", count: int = 5) -> str:
    """What show_list prints of the rows."""
    out = io.StringIO()
    customers = pa.table({"meter_id": ["M1", "M2"], "name": ["云河县鑫达五金加工部", None]})
    screen = Console(file=out, width=100)
    show_list(screen, pa.Table.from_pylist(rows, schema=FINDINGS), customers, language, count)
    return out.getvalue()


def test_a_row_shows_name_size_onset_and_every_reason() -> None:
    shown = printed([finding("M1", 1)])
    for part in (
        "云河县鑫达五金加工部",
        "M1",
        "about 36 kW (29 to 43)",
        "since 2026-01-22",
        "• Load rose",
        "[at]",
    ):
        assert part in shown


def test_a_transformer_without_size_or_onset_is_named_as_one() -> None:
    row = finding(
        "T7", 1, subject_kind="transformer", mode="C", onset=None, kw_low=None, kw_mid=None, kw_high=None
    )
    shown = printed([row])
    assert "transformer T7" in shown
    assert "since before the data" in shown
    assert "about" not in shown


def test_rows_follow_the_rank_and_stop_at_the_count_and_skip_what_is_not_listed() -> None:
    rows = [finding("M3", 3), finding("M1", 1), finding("M9", 2, listed=False), finding("M2", 4)]
    shown = printed(rows, count=2)
    assert shown.index("M1") < shown.index("M3")
    assert "M9" not in shown
    assert "M2" not in shown
    assert "top 2 of 3" in shown


def test_chinese() -> None:
    shown = printed([finding("M1", 1)], language="zh")
    assert "约 36 千瓦（29～43）" in shown
    assert "负荷抬升" in shown


def test_both_languages_say_everything() -> None:
    assert TEXTS["zh"].keys() == TEXTS["en"].keys()
    assert set(MODES) <= TEXTS["en"].keys()


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        pytest.param("zh_CN.UTF-8", "zh", id="Chinese"),
        pytest.param("de_DE.UTF-8", "en", id="other"),
        pytest.param("", "en", id="none"),
    ],
)
def test_language_of_shell(monkeypatch: pytest.MonkeyPatch, locale: str, language: str) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    assert language_of_shell() == language
    assert language in LANGUAGES
