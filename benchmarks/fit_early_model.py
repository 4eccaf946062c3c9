"""Fit the early score that ships: python benchmarks/fit_early_model.py

Real building-years with injected mines (mines.py) on the days after their onset, and every day of the same curves as
they are. The file holds numbers only; no reading of any building is in it.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import numpy as np

from fresh_samples import FALSE_ALARMS, asked_share, fit_early, fresh_sample
from gridcanary.power import early, forest
from gridcanary.power.fitting import FOLDS
from real_curves import load_curves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=early.shipped_path())
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20_000)
    arguments = parser.parse_args()
    curves = load_curves()
    sample = fresh_sample(curves, arguments.draws, arguments.seed)
    fitted = fit_early(sample, np.ones(len(sample.row), bool), curves.building)
    about = {
        "command": f"python benchmarks/fit_early_model.py --draws {arguments.draws} --seed {arguments.seed}",
        "data": "Cambridge Estates Building Energy Archive (MIT) and Building Data Genome 2 subset (CC BY-SA 4.0)",
        "mines": "injected, see benchmarks/mines.py; no real mine's curve is public",
        "building_years": len(curves),
        "buildings": len(np.unique(curves.building)),
        "rows": len(sample.row),
        "split": f"{FOLDS} folds by building; calibration and level of alerts out of fold",
        "prevalence": fitted.forest.prevalence,
        "fresh_mines_among_steps_asked_about": round(asked_share(sample), 4),
        "false_alarms_per_customer_and_month": FALSE_ALARMS,
        "alert_llr": round(fitted.alert_llr, 4),
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }
    forest.save(fitted.forest, arguments.out, about)
    print(about)


if __name__ == "__main__":
    main()
