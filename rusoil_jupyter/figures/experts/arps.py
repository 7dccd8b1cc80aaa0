"""Decline of a well's rate: exponential, hyperbolic and harmonic (Arps, 1945).

``q(t) = qi / (1 + b Di t)^(1/b)``; ``b = 0`` is ``qi exp(-Di t)``, ``b = 1`` is harmonic. ``Di`` is the
nominal decline at ``t = 0`` in one over the unit of ``t``.

Source: Arps J.J., "Analysis of Decline Curves", Transactions of the AIME 160 (1945) 228-247, SPE-945228-G.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from rusoil_jupyter.figures.experts.expert import aicc, student

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.optimize import OptimizeResult

    Array = NDArray[np.float64]

Model = Literal["exponential", "hyperbolic", "harmonic"]
SOURCE = "Arps J.J. Analysis of Decline Curves. Trans. AIME, 1945, 160, 228-247 (SPE-945228-G)"
MOST_B = 3.0
_STRETCHES = 7
_LEAST_STRAY = 0.02  # of a rate; less is not seen
_FEW = 1e-4  # a smaller b can't be told from 0


@dataclass(frozen=True)
class Decline:
    """A fitted decline; the errors are standard errors, NaN where a parameter was not fitted.

    ``sigma`` is the relative scatter of the rates about the curve, ``outliers`` how many points were left
    out.
    """

    model: Model
    qi: float
    di: float
    b: float
    qi_error: float
    di_error: float
    b_error: float
    sigma: float
    r2: float
    aicc: float
    n: int
    outliers: int = 0

    def rate(self, t: Array | float) -> Array:
        """The rate at ``t``."""
        return np.exp(math.log(self.qi) - _fall(np.asarray(t, dtype=np.float64), self.di, self.b))

    def cumulative(self, t: float) -> float:
        """What is produced from 0 to ``t``, in the rate's unit times the time's."""
        return self._volume(float(self.rate(t)))

    def time_to(self, rate: float) -> float:
        """When the rate falls to ``rate``; negative where it has been lower at 0 already."""
        ratio = self.qi / rate
        if self.b < _FEW:
            return math.log(ratio) / self.di
        return float((ratio**self.b - 1) / (self.b * self.di))

    def until(self, rate: float) -> float:
        """What is produced from 0 until the rate has fallen to ``rate``."""
        return self._volume(rate)

    def effective(self, period: float) -> float:
        """The share by which the rate falls over the first ``period`` (1 year, in the unit of ``t``)."""
        return 1.0 - float(self.rate(period)) / self.qi

    def _volume(self, rate: float) -> float:
        if self.b < _FEW:
            return (self.qi - rate) / self.di
        if abs(self.b - 1) < _FEW:
            return self.qi / self.di * math.log(self.qi / rate)
        power = 1 - self.b
        return float(self.qi**self.b / (power * self.di) * (self.qi**power - rate**power))


def fit(t: Array, q: Array) -> dict[Model, Decline]:
    """All three models, fitted to relative deviations (``ln q``), a few wild points left out.

    ``q`` is positive, ``t`` begins near 0. Needs 3 points for two parameters and 4 for three; models that
    can't be fitted are missing in the answer.
    """
    scale = float(t.max() - t.min()) or 1.0
    kept = _without_outliers(t / scale, np.log(q))
    fitted: dict[Model, Decline] = {}
    models: tuple[tuple[Model, float | None], ...] = (
        ("exponential", 0.0),
        ("hyperbolic", None),
        ("harmonic", 1.0),
    )
    for model, b in models:
        if np.count_nonzero(kept) >= (4 if b is None else 3):
            decline = _fit(model, t[kept] / scale, q[kept], b, scale, int(np.count_nonzero(~kept)))
            if decline is not None:
                fitted[model] = decline
    return fitted


def choose(fitted: dict[Model, Decline]) -> Decline:
    """The model with the lowest AICc; of those within 2 of it, the one with the fewest parameters.

    Source: Burnham K.P., Anderson D.R., Model Selection and Multimodel Inference, 2nd ed., Springer, 2002.
    """
    least = min(decline.aicc for decline in fitted.values())
    simple = [fitted[m] for m in ("exponential", "harmonic") if m in fitted and fitted[m].aicc <= least + 2]
    return min(simple, key=lambda decline: decline.aicc) if simple else fitted["hyperbolic"]


def loss_ratio(t: Array, q: Array) -> tuple[float, float] | None:
    """``Di`` and ``b`` from the loss ratio ``-q / (dq/dt)``, a straight line of slope ``b`` over ``t``.

    The slope of ``ln q`` is taken over windows of a seventh of the points; ``None`` where there are too few
    or the rate does not fall throughout.
    """
    width = max(3, len(t) // 7)
    if len(t) < 9:
        return None
    places, ratios, logs = [], [], np.log(q)
    for start in range(0, len(t) - width + 1, max(1, width // 3)):
        window = slice(start, start + width)
        slope, _intercept = np.polyfit(t[window] - t[window].mean(), logs[window], 1)
        if slope >= 0:
            return None
        places.append(float(t[window].mean()))
        ratios.append(-1.0 / float(slope))
    weights = 1.0 / np.asarray(ratios)
    b, inverse = np.polyfit(np.asarray(places), np.asarray(ratios), 1, w=weights)
    return (1.0 / float(inverse), float(b)) if inverse > 0 else None


def _fall(t: Array, di: float, b: float) -> Array:
    """``ln(qi / q)``."""
    x = di * t
    if b < _FEW:
        return np.asarray(x - b * x**2 / 2)
    return np.asarray(np.log1p(np.maximum(b * x, -0.999999)) / b)


def _start(t: Array, logs: Array) -> tuple[float, float]:
    slope, intercept = np.polyfit(t, logs, 1)
    return float(intercept), max(-float(slope), 1e-3)


def _without_outliers(t: Array, logs: Array) -> NDArray[np.bool_]:
    """Which points lie within five deviations of a robust hyperbolic fit; all, where they are few.

    Neighbours off on one side are no outliers: there the curve is wrong, not the points.
    """
    from scipy.optimize import least_squares

    everything = np.ones(len(t), dtype=bool)
    if len(t) < 8:
        return everything
    intercept, di = _start(t, logs)
    fitted = least_squares(
        lambda p: p[0] - _fall(t, math.exp(p[1]), p[2]) - logs,
        [intercept, math.log(2 * di), 0.5],
        bounds=([-np.inf, -12.0, 0.0], [np.inf, 12.0, MOST_B]),
        loss="soft_l1",
        f_scale=0.05,
    )
    off = fitted.fun - np.median(fitted.fun)
    deviation = max(1.4826 * float(np.median(np.abs(off))), 1e-4)
    kept = np.asarray(np.abs(off) <= 5 * deviation)
    for run in _runs(np.where(kept, 0, np.sign(off))):
        at_end = run.start == 0 or run.stop == len(t)
        kept[run] |= run.stop - run.start >= (2 if at_end else 3)
    return kept if np.count_nonzero(kept) >= 0.7 * len(t) else everything


def _runs(signs: Array) -> Iterator[slice]:
    """Stretches of one sign, noughts left out."""
    edges = np.flatnonzero(np.diff(signs)) + 1
    for start, stop in pairwise([0, *edges.tolist(), len(signs)]):
        if signs[start]:
            yield slice(start, stop)


def strays(t: Array, q: Array, decline: Decline) -> bool:
    """Whether stretches of the points lie off the curve on one side: more than their scatter explains.

    A seventh of the points is looked at at a time; the scatter is that from each point to the next.
    """
    if len(t) < 3 * _STRETCHES:
        return False
    off = np.log(q) - np.log(decline.rate(t))
    scatter = 1.4826 * float(np.median(np.abs(np.diff(off)))) / math.sqrt(2)
    parts = np.array_split(off, _STRETCHES)
    least = max(_LEAST_STRAY, 5 * scatter / math.sqrt(len(parts[0])))
    return any(abs(float(np.median(part))) > least for part in parts)


def _fit(model: Model, t: Array, q: Array, b: float | None, scale: float, outliers: int) -> Decline | None:
    logs = np.log(q)
    best = _closest(t, logs, b)
    if best is None:
        return None
    n, k = len(t), len(best.x)
    sse = 2.0 * float(best.cost)
    variance = sse / max(n - k, 1)
    covariance = np.linalg.pinv(best.jac.T @ best.jac) * variance
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    di_fit = math.exp(float(best.x[1])) / scale
    spread = float(np.sum((logs - logs.mean()) ** 2))
    return Decline(
        model=model,
        qi=math.exp(float(best.x[0])),
        di=di_fit,
        b=float(best.x[2]) if b is None else b,
        qi_error=math.exp(float(best.x[0])) * float(errors[0]),
        di_error=di_fit * float(errors[1]),
        b_error=float(errors[2]) if b is None else float("nan"),
        sigma=math.sqrt(variance),
        r2=1.0 - sse / spread if spread > 0 else 0.0,
        aicc=aicc(sse, n, k),
        n=n,
        outliers=outliers,
    )


def _closest(t: Array, logs: Array, b: float | None) -> OptimizeResult | None:
    """The logarithms of ``qi`` and ``Di``, and ``b`` where it is free, that fit best of several starts."""
    from scipy.optimize import least_squares

    free = b is None
    intercept, di = _start(t, logs)
    bounds = ([-np.inf, -12.0] + [0.0] * free, [np.inf, 14.0] + [MOST_B] * free)

    def residuals(p: Array) -> Array:
        return np.asarray(p[0] - _fall(t, math.exp(p[1]), float(p[2]) if b is None else b) - logs)

    best = None
    for factor in (1.0, 3.0, 10.0):
        begin = [intercept, math.log(min(factor * di, 1e5))] + [0.5] * free
        with suppress(ValueError):
            result = least_squares(
                residuals, begin, bounds=bounds, x_scale="jac", ftol=1e-14, xtol=1e-14, gtol=1e-14
            )
            if best is None or result.cost < best.cost:
                best = result
    return best


def interval(value: float, error: float, n: int, k: int) -> tuple[float, float]:
    """The 95 % confidence interval of a fitted parameter."""
    half = error * student(n - k)
    return value - half, value + half
