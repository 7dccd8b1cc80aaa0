"""Petroleum figures: recognised, and read with the formulas of the trade.

::

    expert      what an expert is; a figure's curves with their numbers; how a finding is told
    quantities  what an axis measures, told from its label and unit
    asked       which findings a question is about, and whether they stand for all its words
    given       what a question or a note states: "h = 12 m"
    well_log    (shale)          tracks over depth: intervals by cutoffs, thickness, shale volume
    decline     (arps)           rate over time: qi, Di, b, recoverable volumes
    inflow                       IPR and VLP: qmax, productivity, operating point
    pvt, phase_envelope          bubble point, Bo, Rs; cricondenbar and -therm, state at p and T
    build_up    (semilog)        Horner: slope, p*, kh, skin
    derivative                   log-log: Bourdet's derivative, flow regimes
    relative_permeability        end points, Corey exponents, Welge's front
    saying      findings as sentences

A new expert is a subclass of :class:`~rusoil_jupyter.figures.experts.expert.Expert` in ``EXPERTS``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.experts.asked import asked, unaccounted
from rusoil_jupyter.figures.experts.build_up import BuildUp
from rusoil_jupyter.figures.experts.decline import DeclineCurve
from rusoil_jupyter.figures.experts.derivative import LogLog
from rusoil_jupyter.figures.experts.expert import Expert, Recognition
from rusoil_jupyter.figures.experts.given import given_at
from rusoil_jupyter.figures.experts.inflow import InflowPerformance
from rusoil_jupyter.figures.experts.phase_envelope import PhaseEnvelope
from rusoil_jupyter.figures.experts.pvt import Pvt
from rusoil_jupyter.figures.experts.relative_permeability import RelativePermeability
from rusoil_jupyter.figures.experts.well_log import WellLog, cutoffs_at, kind_of

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

__all__ = ["EXPERTS", "Expert", "Recognition", "answer", "experts", "read_question", "recognised"]

EXPERTS: tuple[Expert, ...] = (
    WellLog(),
    DeclineCurve(),
    InflowPerformance(),
    PhaseEnvelope(),
    Pvt(),
    BuildUp(),
    LogLog(),
    RelativePermeability(),
)


def recognised(reading: Reading) -> list[tuple[Expert, Recognition]]:
    """The experts that know this figure, the surest first, each with its reason."""
    with np.errstate(all="ignore"):
        known = [(expert, expert.recognise(reading)) for expert in EXPERTS]
    sure = [(expert, why) for expert, why in known if why is not None]
    return sorted(sure, key=lambda pair: -pair[1].confidence)


def experts(reading: Reading) -> list[Expert]:
    """The experts that know this figure, the surest first."""
    return [expert for expert, _why in recognised(reading)]


def answer(reading: Reading, question: str) -> list[Finding]:
    """What experts say to a question in Russian or English, the main finding first; empty where it is not
    theirs.

    What the question states ("q = 80 м³/сут", "ГК < 60") counts before what is written on the figure.
    Findings are named in the language of the task (``use_language``); ``saying`` makes sentences of them.
    """
    told, _left = read_question(reading, question)
    return told


def read_question(reading: Reading, question: str) -> tuple[list[Finding], tuple[str, ...]]:
    """As :func:`answer`; and where a question is an expert's but for some of its words, those words."""
    placed = {**given_at(question), **cutoffs_at(question)}
    stated = {name: quantity for name, (quantity, _span) in placed.items()}
    left: tuple[str, ...] = ()
    for expert in experts(reading):
        names = asked(expert, question)
        by_name: dict[str, list[Finding]] = {}
        for finding in expert.read(reading, stated) if names else ():
            by_name.setdefault(finding.name, []).append(finding)
        told = [finding for name in names for finding in _meant(by_name.get(name, []), question)]
        if told:
            words_left = unaccounted(expert, reading, question, placed, told)
            if not words_left:
                return told, ()
            left = left or words_left
    return [], left


def _meant(findings: list[Finding], question: str) -> list[Finding]:
    """Of findings about several curves those whose curve the question names; all, where it names none."""
    if len({finding.series for finding in findings}) < 2:
        return findings
    folded = question.casefold()
    called = [
        finding
        for finding in findings
        if finding.series and re.search(rf"(?<!\w){re.escape(finding.series.casefold())}(?!\w)", folded)
    ]
    kind = kind_of(question)
    return called or [one for one in findings if kind and kind_of(one.series) == kind] or findings
