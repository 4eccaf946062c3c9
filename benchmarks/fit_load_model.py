"""Fit the model that ships: python benchmarks/fit_load_model.py

Real building-years with injected mines (mines.py), five folds by building; the figures beside the model are out of
fold. The model file holds numbers only; no reading of any building is in it.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from gridcanary.power import forest
from gridcanary.power import traits as tr
from gridcanary.power.fitting import FOLDS, class_weights, fit
from real_curves import load_curves
from samples import stacked, training_samples

SHIPPED = Path(__file__).parents[1] / "src" / "gridcanary" / "power" / "models" / "load_shape.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--seed", type=int, default=20_000)
    arguments = parser.parse_args()
    curves = load_curves()
    sample = stacked(training_samples(curves, arguments.draws, arguments.seed))
    fitted, probability = fit(
        sample.matrix, sample.is_mine, curves.building[sample.row], tr.NAMES, strata=sample.days
    )
    weight = class_weights(sample.is_mine, fitted.prevalence, sample.days)
    about = {
        "command": f"python benchmarks/fit_load_model.py --draws {arguments.draws} --seed {arguments.seed}",
        "data": "Cambridge Estates Building Energy Archive (MIT) and Building Data Genome 2 subset (CC BY-SA 4.0)",
        "mines": "injected, see benchmarks/mines.py; no real mine's curve is public",
        "building_years": len(curves),
        "buildings": len(np.unique(curves.building)),
        "rows": len(sample.is_mine),
        "split": f"{FOLDS} folds by building; calibration and figures out of fold",
        "prevalence": fitted.prevalence,
        "average_precision_out_of_fold_all_histories": round(
            float(average_precision_score(sample.is_mine, probability, sample_weight=weight)), 3
        ),
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }
    forest.save(fitted, arguments.out, about)
    print(about)


if __name__ == "__main__":
    main()
