"""How well hidden mines are found in real load curves: python benchmarks/mining_injection.py [--quick]

Mines (mines.py) are injected into real building-years; five folds by building, so that nothing is fitted, chosen or
calibrated on a building that it is tested on. 8 % of customers carry a mine. Prints the tables of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

import peer_rules
from fresh_samples import FALSE_ALARMS, LEAST_DAYS, MONTHS, UNSTEPPED, fit_early, fresh_sample
from gridcanary.power import gate
from gridcanary.power import outline as ol
from gridcanary.power import traits as tr
from gridcanary.power.detectors import load_pattern
from gridcanary.power.early import EarlyScore
from gridcanary.power.findings_table import probability
from gridcanary.power.fitting import fit
from gridcanary.power.forest import Forest
from gridcanary.power.fresh_traits import fresh_traits
from gridcanary.power.machine_classes import LEAST_KW
from gridcanary.power.onset import onset_day
from gridcanary.power.scan import THRESHOLD
from mines import Mine
from ranking_figures import PREVALENCE, Scores, average_precision, calibration, interval, list_threshold
from real_curves import Curves, hard_negatives, load_curves
from remembering import day_numbers, fold_days, remember
from samples import Sample, stacked, training_samples, whole_year, with_mines

FOLDS = 5
FRESH_DRAWS = 4
BIG = 0.5


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows of the curves that two forests were not fitted on, the forest and that of fresh steps."""

    rows: NDArray[np.int64]
    forest: Forest
    early: EarlyScore

    def llr(
        self, matrix: NDArray[np.float32], fresh: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log-likelihood ratios as the product gives them, and those of fresh steps alone."""
        early = self.early.of_traits(fresh)
        return self.early.with_early(self.forest.log_likelihood_ratio(matrix), early)[0], early


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer draws and no day-by-day run")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    curves = load_curves()
    draws, tests = (2, 1) if arguments.quick else (6, 2)
    print(
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, seed {arguments.seed}, {len(curves)} building-years of "
        f"{len(np.unique(curves.building))} buildings, {draws} training draws, {tests} test draws\n"
    )
    folds = fitted_folds(curves, draws, arguments.seed)
    mixed = [with_mines(curves, arguments.seed + 90_000 + i) for i in range(tests)]
    clean = whole_year(curves, curves.kw)
    mined = [whole_year(curves, kw, mines) for kw, mines in mixed]
    scores = out_of_fold(curves, folds, clean, mined)
    print_comparison(curves, mixed, scores, arguments.seed)
    print_recall(scores, mined)
    print_calibration(scores)
    print_false_alarms(curves, scores)
    print_onset(curves, mixed, mined, scores)
    print_gate(curves, mixed, scores)
    print_hard_negatives(folds)
    if not arguments.quick:
        print_latency(curves, folds, *mixed[0])
    print(f"\n{time.monotonic() - began:.0f} s in all")


def fitted_folds(curves: Curves, draws: int, seed: int) -> list[Fold]:
    """A forest for each fifth of the buildings, fitted and calibrated on the other four."""
    sample = stacked(training_samples(curves, draws, seed + 10_000))
    fresh = fresh_sample(curves, FRESH_DRAWS, seed + 10_000)
    building = curves.building[sample.row]
    found = []
    order = np.random.default_rng(seed).permutation(len(curves))
    for _, test in GroupKFold(FOLDS).split(order, groups=curves.building[order]):
        rows = np.sort(order[test])
        train = ~np.isin(building, np.unique(curves.building[rows]))
        forest, _ = fit(
            sample.matrix[train], sample.is_mine[train], building[train], tr.NAMES, strata=sample.days[train]
        )
        apart = ~np.isin(curves.building[fresh.row], np.unique(curves.building[rows]))
        found.append(Fold(rows, forest, fit_early(fresh, apart, curves.building)))
    return found


def out_of_fold(curves: Curves, folds: list[Fold], clean: Sample, mined: list[Sample]) -> Scores:
    """Calibrated scores, each by the forest that has not seen the building."""
    parts = [np.zeros(len(curves)) for _ in range(1 + len(mined))]
    for fold in folds:
        for part, sample in zip(parts, [clean, *mined], strict=True):
            llr, _ = fold.llr(sample.matrix[fold.rows], sample.fresh[fold.rows])
            part[fold.rows] = [probability(float(x), PREVALENCE) for x in llr]
    return Scores(parts[0], np.concatenate(parts[1:]), curves.building, np.tile(curves.building, len(mined)))


def print_comparison(curves: Curves, mixed: list, scores: Scores, seed: int) -> None:
    """Ours beside its peers."""
    rng = np.random.default_rng(seed)
    rows = [("gridcanary, curves alone", scores)]
    plain = peer_rules.shape_features(curves.kw)
    with_mine = [peer_rules.shape_features(kw) for kw, _ in mixed]
    peers = {
        "flatness rule": peer_rules.flatness,
        "load factor": peer_rules.load_factor,
        "pyod IsolationForest": lambda f: peer_rules.isolation_forest(f, seed),
        "pyod ECOD": peer_rules.ecod,
    }
    for name, rule in peers.items():
        rows.append((name, _peer_scores(curves, rule, plain, with_mine, rng)))
    steps = [peer_rules.floor_step(kw) for kw in (curves.kw, *(kw for kw, _ in mixed))]
    rows.append(
        (
            "ruptures on the floor load",
            Scores(steps[0], np.concatenate(steps[1:]), scores.clean_building, scores.mined_building),
        )
    )
    print(
        "| method | average precision (95 %) | recall, all mines | recall, mines above half the mean |\n|---|---|---|---|"
    )
    ratio = np.concatenate([[m.ratio for m in mines] for _, mines in mixed])
    for name, one in rows:
        low, high = interval(one, rng)
        hit = one.mined >= list_threshold(one)
        print(
            f"| {name} | {average_precision(one):.3f} ({low:.3f}-{high:.3f}) | {hit.mean():.2f} | {hit[ratio > BIG].mean():.2f} |"
        )
    print("\nRecall at a list as long as there are mines.\n")


def _peer_scores(curves, rule, plain, with_mine, rng) -> Scores:
    """Scores of a rule that is fitted on the scanned population: 8 % of it with mines, the rest as it is."""
    clean = np.zeros(len(curves))
    mined = []
    for features in with_mine:
        is_mine = rng.random(len(curves)) < PREVALENCE
        population = {k: np.where(is_mine, features[k], plain[k]) for k in plain}
        mixed_in = {k: np.r_[population[k], features[k], plain[k]] for k in plain}
        score = rule(mixed_in)
        mined.append(score[len(curves) : 2 * len(curves)])
        clean += score[2 * len(curves) :] / len(with_mine)
    return Scores(clean, np.concatenate(mined), curves.building, np.tile(curves.building, len(with_mine)))


def print_recall(scores: Scores, mined: list[Sample]) -> None:
    """Recall at the list's length by way of hiding and by size."""
    mines = [m for sample in mined for m in sample.mines]
    hit = scores.mined >= list_threshold(scores)
    hiding = np.array([m.hiding for m in mines])
    ratio = np.array([m.ratio for m in mines])
    print("| hiding | mines | recall | recall above half the mean |\n|---|---|---|---|")
    for name in sorted(set(hiding)):
        chosen = hiding == name
        print(
            f"| {name} | {chosen.sum()} | {hit[chosen].mean():.2f} | {hit[chosen & (ratio > BIG)].mean():.2f} |"
        )
    print("\n| size beside the mean load | mines | recall |\n|---|---|---|")
    for low, high in ((0.15, 0.25), (0.25, 0.5), (0.5, 1.0), (1.0, 2.5)):
        chosen = (ratio >= low) & (ratio < high)
        print(f"| {low}-{high} | {chosen.sum()} | {hit[chosen].mean():.2f} |")


def print_calibration(scores: Scores) -> None:
    """Expected and observed hit rate in each tenth."""
    print(
        "\n| tenth of customers by score | score up to | expected hit rate | observed | difference, points |\n|---|---|---|---|---|"
    )
    for i, (expected, observed, edge, _) in enumerate(calibration(scores), start=1):
        print(
            f"| {i} | {edge:.3f} | {100 * expected:.1f} % | {100 * observed:.1f} % | {100 * (observed - expected):+.1f} |"
        )


def print_false_alarms(curves: Curves, scores: Scores) -> None:
    """False alarms by class of use at the list's length."""
    alarm = scores.clean >= list_threshold(scores)
    print("\n| class of use | building-years | false alarms | rate |\n|---|---|---|---|")
    for use in sorted(set(curves.use)):
        chosen = curves.use == use
        print(f"| {use} | {chosen.sum()} | {alarm[chosen].sum()} | {100 * alarm[chosen].mean():.1f} % |")


def found_onset(record: NDArray[np.uint8], row: NDArray[np.float32]) -> int | None:
    """The day that the product tells as the onset (days since 1970-01-01); None where it tells none."""
    named = load_pattern.TraitRow(row)
    pattern = load_pattern.best_pattern(named)
    if pattern is None:
        return None
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    first = int(ol.read_outline(record, weeks))
    week, start, on = (int(named.step(pattern, t)) for t in ("week", "start_block", "blocks_on"))
    return onset_day(week, start, on, weeks, first, record)


def print_gate(curves: Curves, mixed: list, scores: Scores) -> None:
    """Of the mines that score high, how many the gate of the weekly pace lets through."""
    days = day_numbers(curves.year)
    passed = np.concatenate([gate.passes(remember(kw, days)) for kw, _ in mixed])
    machine = np.concatenate(
        [
            [
                mine.ratio * float(np.nanmean(one)) >= LEAST_KW
                for mine, one in zip(mines, curves.kw, strict=True)
            ]
            for _, mines in mixed
        ]
    )
    print("\n| mines behind the gate | mines | let through |\n|---|---|---|")
    lists = {
        "as long as there are mines": list_threshold(scores),
        f"score {THRESHOLD} and above": THRESHOLD,
    }
    for name, least in lists.items():
        high = scores.mined >= least
        print(f"| on a list {name} | {high.sum()} | {passed[high].mean():.1%} |")
        high &= machine
        print(f"| of these a machine ({LEAST_KW} kW) or more | {high.sum()} | {passed[high].mean():.1%} |")
    clean = gate.passes(remember(curves.kw, days))
    print(f"| curves without a mine | {len(clean)} | {clean.mean():.1%} |")


def print_onset(curves: Curves, mixed: list, mined: list[Sample], scores: Scores) -> None:
    """Error of the onset for mines that begin in one step, are large enough to be listed, and for all."""
    errors, sizes, listed = [], [], []
    start = day_numbers(curves.year)
    hit = (scores.mined >= list_threshold(scores)).reshape(len(mined), -1)
    for (kw, mines), sample, on_list in zip(mixed, mined, hit, strict=True):
        records = remember(kw, start)
        for i, mine in enumerate(mines):
            if mine.hiding in ("before", "ramp"):
                continue
            told = found_onset(records[i], sample.matrix[i])
            errors.append(999 if told is None else abs(told - (start[i] + mine.onset // 24)))
            sizes.append(mine.ratio)
            listed.append(on_list[i])
    error, size, on_the_list = np.array(errors), np.array(sizes), np.array(listed)
    print(
        "\n| step onsets | mines | within 2 days | within 7 days | median error, days |\n|---|---|---|---|---|"
    )
    for name, chosen in (
        ("all", size > 0),
        ("above half the mean", size > BIG),
        ("on the list", on_the_list),
    ):
        e = error[chosen]
        print(
            f"| {name} | {chosen.sum()} | {100 * (e <= 2).mean():.0f} % | {100 * (e <= 7).mean():.0f} % | {np.median(e):.0f} |"
        )


def print_hard_negatives(folds: list[Fold]) -> None:
    """Curves that must not be called mines."""
    curves = hard_negatives()
    kw = np.stack(list(curves.values()))
    records = remember(kw, np.full(len(kw), 16801, np.int32))
    matrix, fresh = tr.traits(records)[0], fresh_traits(records)[0]
    print("\n| hard negative | score (median of the five forests) |\n|---|---|")
    for i, name in enumerate(curves):
        p = [probability(float(f.llr(matrix[i : i + 1], fresh[i : i + 1])[0][0]), PREVALENCE) for f in folds]
        print(f"| {name} | {np.median(p):.2f} |")


def print_latency(curves: Curves, folds: list[Fold], kw: NDArray[np.float32], mines: list[Mine]) -> None:
    """Days from onset to alert when every day is scored as it comes, at one false alarm per 1,000 customers and month."""
    clean, mined = _daily_llr(curves, folds, curves.kw), _daily_llr(curves, folds, kw)
    levels = np.zeros((2, len(curves)))
    for k, fold in enumerate(folds):
        levels[0, fold.rows] = _level_of_others(clean[0], folds, k)
        levels[1, fold.rows] = fold.early.alert_llr
    told = (
        "The score of the list alone, with a level that other buildings' curves without a mine reach as seldom",
        "Early alerts, at the level that was chosen in fitting, on other buildings",
    )
    for what, level, plain, mixed in zip(told, levels, clean, mined, strict=True):
        alarms, months = int((plain.max(axis=1) >= level).sum()), len(curves) * 12
        print(
            f"\n{what}: {alarms} false alarms in {months} customer-months "
            f"({1000 * alarms / months:.2f} per 1,000 and month)."
        )
        print_delays(*delays(mixed >= level[:, None], mines))


def _level_of_others(clean: NDArray[np.float64], folds: list[Fold], own: int) -> float:
    """What as many of the other folds' curves exceed as may alarm in their months."""
    peak = np.concatenate([clean[fold.rows].max(axis=1) for k, fold in enumerate(folds) if k != own])
    allowed = int(len(clean) * MONTHS * FALSE_ALARMS * len(peak) / len(clean))
    return float(np.nextafter(np.sort(peak)[::-1][allowed - 1], np.inf))


def delays(alert: NDArray[np.bool_], mines: list[Mine]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days from onset to the first alert of each step mine (inf for never), and the size of each.

    Args:
        alert: whether there is one, [curves, days].
        mines: the mine of each curve.
    """
    days, seen = [], []
    for i, mine in enumerate(mines):
        if mine.hiding not in UNSTEPPED:
            after = np.flatnonzero(alert[i, mine.onset // 24 :])
            days.append(after[0] if len(after) else np.inf)
            seen.append(mine.ratio)
    return np.array(days), np.array(seen)


def print_delays(delay: NDArray[np.float64], ratio: NDArray[np.float64]) -> None:
    """Delays by size."""
    print(
        "\n| step mines | mines | ever alerted | median days, all | median days, alerted | alerted within 7 days |\n|---|---|---|---|---|---|"
    )
    for name, chosen in (
        ("all", ratio > 0),
        ("above half the mean", ratio > BIG),
        ("above the mean", ratio > 1),
    ):
        d = delay[chosen]
        ever = np.isfinite(d)
        print(
            f"| {name} | {chosen.sum()} | {100 * ever.mean():.0f} % | {np.median(d):.0f} | {np.median(d[ever]):.0f} | {100 * (d <= 7).mean():.0f} % |"
        )


def _daily_llr(
    curves: Curves, folds: list[Fold], kw: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """After each day, each customer's log-likelihood ratio by the forests of its fold, and of fresh steps alone."""
    score, fresh_score = (np.full((len(curves), kw.shape[1] // 24), -np.inf) for _ in range(2))
    for days, records in fold_days(kw, day_numbers(curves.year)):
        if days < LEAST_DAYS:
            continue
        matrix, fresh = tr.traits(records)[0], fresh_traits(records)[0]
        for fold in folds:
            rows = fold.rows
            score[rows, days - 1], fresh_score[rows, days - 1] = fold.llr(matrix[rows], fresh[rows])
    return score, fresh_score


if __name__ == "__main__":
    main()
