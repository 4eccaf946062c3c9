"""What a low-voltage network loses lawfully: a constant and a part that grows with the square of the load.

Iron loss and the meters' own use are constant, conductors and windings lose I²R, and at an almost constant
voltage current goes with power: ``loss = constant + square * supplied²``. Both parts have physical bounds;
what a transformer loses beyond them is not technical, however well a free fit would follow it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MIN_HOURS = 72
"""Fewer hours than this (three days) fit nothing."""
CONSTANT_PEAK_SHARE = 0.015
"""Upper bound of the constant part as a share of the peak load. A transformer's no-load loss is 0.1 to 0.3
% of its rating (GB 20052 S13: 0.13 %, an old one 0.3 %), and a rural one peaks at a fifth of its rating or
more."""
CONSTANT_W_PER_METER = 3.0
"""On top of it per meter [W]: own use of an electronic meter with its module, at most 2 W and 10 VA (IEC
62053-21)."""
PEAK_LOSS_SHARE = 0.12
"""Upper bound of the square part at the peak as a share of the peak: a voltage drop beyond 10 % breaks the
supply standard (GB/T 12325: +7 %, -10 % at 220 V), and the loss share of a line is near its voltage drop."""
HUBER = 1.5
ITERATIONS = 12
PEAK_QUANTILE = 0.995


@dataclass(frozen=True, slots=True)
class TechnicalLoss:
    """A fitted model of one transformer.

    Args:
        constant_w: load-independent loss [W].
        square_per_w: loss per square of supplied power [1/W].
        noise_w: robust standard deviation of an hour's residual [W].
        peak_w: 99.5 % quantile of the supplied power in the fit [W].
        constant_bound_w: the largest constant that is physical [W].
        hours: hours in the fit.
    """

    constant_w: float
    square_per_w: float
    noise_w: float
    peak_w: float
    constant_bound_w: float
    hours: int

    def expected_w(self, supplied_w: np.ndarray) -> np.ndarray:
        """Technical loss [W] at a supplied power [W], any shape."""
        return self.constant_w + self.square_per_w * supplied_w**2


def fit(
    supplied_w: np.ndarray, loss_w: np.ndarray, meters: int = 0, *, bound_constant: bool = True
) -> TechnicalLoss | None:
    """Fit by Huber-weighted least squares inside the physical bounds.

    Args:
        supplied_w: hourly supplied power [W], any shape, NaN where missing.
        loss_w: hourly loss [W] of the same shape, NaN where missing.
        meters: meters under the transformer, for their own use.
        bound_constant: False lets the constant exceed its bound, to measure by how much.

    Returns:
        The model, or None where fewer than MIN_HOURS hours are known or nothing was supplied.
    """
    known = np.isfinite(supplied_w) & np.isfinite(loss_w)
    supplied, loss = supplied_w[known], loss_w[known]
    if len(loss) < MIN_HOURS:
        return None
    # Feeding back heats the line as well: the size counts, not the direction.
    peak = float(np.quantile(np.abs(supplied), PEAK_QUANTILE))
    if peak <= 0:
        return None
    bound = CONSTANT_PEAK_SHARE * peak + CONSTANT_W_PER_METER * meters
    upper = np.array([bound if bound_constant else np.inf, PEAK_LOSS_SHARE * peak])
    # Scaled so that both unknowns are watts: at no load, and at the peak.
    design = np.column_stack([np.ones(len(loss)), (supplied / peak) ** 2])
    unknowns, noise = _huber(design, loss, upper)
    return TechnicalLoss(unknowns[0], unknowns[1] / peak**2, noise, peak, bound, len(loss))


def _huber(design: np.ndarray, loss: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, float]:
    """Iterated weighted least squares; returns the unknowns and the robust spread."""
    weights = np.ones(len(loss))
    unknowns = np.zeros(2)
    noise = 1.0
    for _ in range(ITERATIONS):
        weighted = design * weights[:, None]
        before = unknowns
        unknowns = _within_bounds(weighted.T @ design, weighted.T @ loss, upper)
        residual = loss - design @ unknowns
        noise = max(1.0, 1.4826 * float(np.median(np.abs(residual - np.median(residual)))))
        weights = np.minimum(1.0, HUBER * noise / np.maximum(np.abs(residual), 1e-9))
        if np.allclose(unknowns, before, rtol=1e-4, atol=0.1):
            break
    return unknowns, noise


def _within_bounds(gram: np.ndarray, moment: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Least squares in the box from zero to ``upper``: two unknowns, so the edges are tried in turn."""
    candidates = []
    if np.linalg.cond(gram) < 1e12:
        free = np.linalg.solve(gram, moment)
        if (free >= 0).all() and (free <= upper).all():
            return free
    for fixed, other in ((0, 1), (1, 0)):
        for value in {0.0, float(upper[fixed])} - {np.inf}:
            edge = np.zeros(2)
            edge[fixed] = value
            slope = gram[other, other]
            best = (moment[other] - gram[other, fixed] * value) / slope if slope > 0 else 0.0
            edge[other] = min(max(best, 0.0), upper[other])
            candidates.append((edge @ gram @ edge - 2 * moment @ edge, edge))
    return min(candidates, key=lambda pair: pair[0])[1]
