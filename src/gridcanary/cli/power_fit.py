"""``gridcanary power fit``: refit and recalibrate the score on a user's own labelled cases."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import typer
from rich.console import Console
from sklearn.metrics import average_precision_score

from gridcanary import __version__
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.power import forest, history, traits
from gridcanary.power.fitting import FOLDS, class_weights, fit
from gridcanary.power.importing import as_lake

TEXTS = {
    "zh": "已用 {mines:,} 个挖矿户、{others:,} 个普通户拟合，折外平均精度 {ap:.3f}，模型写入 {path}",
    "en": "fitted on {mines:,} mines and {others:,} others; "
    "out-of-fold average precision {ap:.3f}; written to {path}",
}
TRUE, FALSE = {"1", "true", "yes", "是"}, {"0", "false", "no", "否"}


def register(app: typer.Typer) -> None:
    """Add the ``fit`` command to the power group."""
    app.command("fit", no_args_is_help=True)(fit_command)


def fit_command(
    readings: Annotated[Path, typer.Option(help="A lake or files that import reads. / 曲线数据。")],
    labels: Annotated[
        Path,
        typer.Option(
            help="CSV: meter_id, is_mine (0 or 1), and perhaps group (building, owner). / 标注文件。"
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Model to write (.npz; what is known of it beside it in .json). / 模型文件。")
    ],
    prevalence: Annotated[
        float, typer.Option(help="Share of mines that scores are calibrated for. / 标定所用占比。")
    ] = 0.08,
    seed: Annotated[int, typer.Option(help="Of trees and folds. / 随机种子。")] = 1,
) -> None:
    """Fit the score on your own labelled meters. / 用本单位已查实的案例重新拟合评分模型。"""
    if out.suffix != ".npz":
        raise InputError(out, f"ends in {out.suffix or 'nothing'}, expected .npz")
    if not 0 < prevalence < 1:
        raise InputError("--prevalence", f"is {prevalence}, expected a number between 0 and 1")
    known = read_labels(labels)
    with tempfile.TemporaryDirectory(prefix="gridcanary-") as work:
        remembered = history.recall(as_lake(readings, Path(work) / "lake"))
    meters = {meter: i for i, meter in enumerate(remembered.meter_ids.to_pylist())}
    missing = [meter for meter in known if meter not in meters]
    if missing:
        raise InputError(labels, f"meter {missing[0]} has no readings in {readings}", column="meter_id")
    rows = np.array([meters[meter] for meter in known], np.int64)
    matrix, _ = traits.traits(remembered.records[rows])
    is_mine = np.array([mine for mine, _ in known.values()], bool)
    fitted, probability = fit(
        matrix,
        is_mine,
        [group for _, group in known.values()],
        traits.NAMES,
        prevalence=prevalence,
        seed=seed,
    )
    ap = float(
        average_precision_score(is_mine, probability, sample_weight=class_weights(is_mine, prevalence))
    )
    about = {
        "fitted_on": str(readings.name),
        "labels": str(labels.name),
        "mines": int(is_mine.sum()),
        "others": int((~is_mine).sum()),
        "split": f"{FOLDS} folds by group; calibration and figures out of fold",
        "average_precision": ap,
        "prevalence": prevalence,
        "version": __version__,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }
    forest.save(fitted, out, about)
    text = TEXTS[language_of_shell()]
    Console(stderr=True).print(
        text.format(mines=int(is_mine.sum()), others=int((~is_mine).sum()), ap=ap, path=out)
    )


_AS_WRITTEN = {name: pa.string() for name in ("meter_id", "is_mine", "group")}
"""Kept as text: a meter's number may begin with zeros."""


def read_labels(path: Path) -> dict[str, tuple[bool, str]]:
    """Labels by meter: whether it is a mine, and the group it belongs to (itself where none is given).

    Raises:
        InputError: a column is missing, a label is not 0 or 1, or a meter stands twice.
    """
    try:
        table = pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=_AS_WRITTEN))
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be read as CSV ({error})") from error
    for column in ("meter_id", "is_mine"):
        if column not in table.column_names:
            raise InputError(path, "column is missing", column=column)
    known: dict[str, tuple[bool, str]] = {}
    for number, row in enumerate(table.to_pylist(), start=2):
        meter, text = row["meter_id"].strip(), row["is_mine"].strip().lower()
        if not meter:
            raise InputError(path, "is empty", row=number, column="meter_id")
        if text not in TRUE | FALSE:
            raise InputError(path, f"holds {row['is_mine']!r}, expected 0 or 1", row=number, column="is_mine")
        if meter in known:
            raise InputError(path, f"meter {meter} stands twice", row=number, column="meter_id")
        known[meter] = (text in TRUE, (row.get("group") or "").strip() or meter)
    return known
