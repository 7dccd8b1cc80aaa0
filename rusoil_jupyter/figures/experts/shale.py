"""Shale volume from a gamma-ray log, by the formulas in use.

``index`` is ``(GR - GRmin) / (GRmax - GRmin)``, cut to 0..1; so are the volumes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Formula = Literal["linear", "larionov_young", "larionov_old", "clavier", "steiber"]
FORMULAS: tuple[Formula, ...] = ("linear", "larionov_young", "larionov_old", "clavier", "steiber")
_LARIONOV = "Larionov V.V. Borehole Radiometry. Nedra, Moscow, 1969 (Ларионов В.В. Радиометрия скважин)"
SOURCES: dict[Formula, str] = {
    "linear": "Schlumberger. Log Interpretation, vol. 1: Principles, 1972 (gamma-ray index)",
    "larionov_young": _LARIONOV,
    "larionov_old": _LARIONOV,
    "clavier": "Clavier C., Hoyle W., Meunier D. Quantitative Interpretation of Thermal Neutron Decay "
    "Time Logs. "
    "JPT, 1971, 23(6), 743-763",
    "steiber": "Steiber S.J. Pulsed Neutron Capture Log Evaluation in the Louisiana Gulf Coast. "
    "SPE-2961-MS, 1970",
}


def index(gamma: Array, clean: float, shale: float) -> Array:
    """The gamma-ray index from the readings in clean rock and in shale, in the same unit; ``clean <
    shale``.
    """
    return np.clip((gamma - clean) / (shale - clean), 0.0, 1.0)


def volume(gamma_index: Array, formula: Formula) -> Array:
    """The shale volume, 0..1. ``larionov_young`` is for Tertiary rocks, ``larionov_old`` for older ones."""
    i = gamma_index
    if formula == "linear":
        answer = i
    elif formula == "larionov_young":
        answer = 0.083 * (2 ** (3.7 * i) - 1)
    elif formula == "larionov_old":
        answer = 0.33 * (2 ** (2 * i) - 1)
    elif formula == "clavier":
        answer = 1.7 - np.sqrt(3.38 - (i + 0.7) ** 2)
    else:
        answer = i / (3 - 2 * i)
    return np.clip(answer, 0.0, 1.0)
