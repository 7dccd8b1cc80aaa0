"""What a question or a figure's notes state: ``q = 80 м³/сут``, ``ГК < 60``, "at a depth of 1523 m"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.conversion import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rusoil_jupyter.figures.values.description import FigureDescription

NUMBER = r"[-+−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_POWER = re.compile(r"\s*[·*×x]\s*10\s*(?:\^|\*\*)?\s*\{?([-−]?\d+)\}?")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
MOST_TEXT = 10_000

# Symbols are matched as written, words without regard to case and with any ending. The first pattern of a
# name that is found counts.
_SYMBOLS: dict[str, str] = {
    "mu_w": r"(?:[μµ]|mu)_?\{?(?:w|в)\}?|visw",
    "mu_o": r"(?:[μµ]|mu)_?\{?(?:o|о|н)\}?|viso",
    "mu": r"[μµ]|mu|visc",
    "q": r"q_?\{?(?:o|о|н)?\}?|Q|дебит",
    "B": r"B_?\{?(?:o|о|н)?\}?|В_?н?",
    "h": r"h|h_?эф|hэфф",
    "phi": r"[φϕ]|phi|poro|K_?п|К_?п",
    "ct": r"c_?t|C_?t|β\*?|beta",
    "rw": r"r_?w|r_?с|r_?c|rс",
    "tp": r"t_?p|T_?p|t_?пр?",
    "pwf": r"[pPрР]_?\{?(?:wf|wfs|заб|з)\}?",
    "pr": r"[pPрР]_?\{?(?:r|res|R|пл)\}?",
    "pb": r"[pPрР]_?\{?(?:b|нас|н)\}?",
    "p": r"[pPрР]",
    "T": r"[TТ]",
    "Swi": r"S_?wi|S_?wc",
    "k": r"k",
    "rho": r"ρ|rho",
    "GRmin": r"(?:GR|ГК)_?(?:min|мин)",
    "GRmax": r"(?:GR|ГК)_?(?:max|макс)",
    "limit": r"q_?\{?(?:ec|el|lim|пред|эк)\}?",
}
_WORDS: dict[str, str] = {
    "limit": r"предельн\w*(?:\s+\w+){0,2}|экономическ\w*(?:\s+\w+){0,2}|рентабельн\w*(?:\s+\w+){0,2}"
    r"|economic(?:\s+\w+){0,2}|abandonment(?:\s+\w+){0,2}",
    "mu_w": r"вязкост\w*\s+воды|(?:water\s+viscosity|viscosity\s+of\s+water)",
    "mu_o": r"вязкост\w*\s+нефти|(?:oil\s+viscosity|viscosity\s+of\s+oil)",
    "pwf": r"забойн\w*\s+давлени\w*|flowing\s+(?:bottomhole\s+)?pressure|bottomhole\s+pressure",
    "pr": r"пластов\w*\s+давлени\w*|reservoir\s+pressure",
    "pb": r"давлени\w*\s+насыщени\w*|bubble\s*-?point\s+pressure",
    "p": r"давлени\w*|pressure",
    "T": r"температур\w*|temperature",
    "depth": r"глубин\w*|depth",
    "q": r"дебит\w*|rate",
    "mu": r"вязкост\w*|viscosity",
    "B": r"объ[её]мн\w*\s+коэффициент\w*|formation\s+volume\s+factor|fvf",
    "h": r"толщин\w*|мощност\w*|thickness",
    "phi": r"пористост\w*|porosity",
    "ct": r"сжимаемост\w*|compressibility",
    "rw": r"радиус\w*(?:\s+скважины)?|well(?:bore)?\s+radius",
    "tp": r"врем\w*\s+работы|production\s+time|producing\s+time",
    "time": r"(?:через|спустя|after|(?:at|in) (?:month|day|year|week))",
}
_UNIT_BEFORE = re.compile(r"(?:at|in) (month|day|year|week)", re.IGNORECASE)  # "at month 48"
_JOINT = r"\s*(?:=|≈|:|до|в|of|is|at|равн\w+|—|–)?\s*"


Span = tuple[int, int]


def given(text: str) -> dict[str, Quantity]:
    """The quantities that a text states, by the names of ``_SYMBOLS`` and ``_WORDS``."""
    return {name: quantity for name, (quantity, _span) in given_at(text).items()}


def given_at(text: str) -> dict[str, tuple[Quantity, Span]]:
    """As :func:`given`, each with where it is stated: its name, the number and the unit."""
    text = text[:MOST_TEXT]
    stated: dict[str, tuple[Quantity, Span]] = {}
    for name, symbol in _SYMBOLS.items():
        matched = re.search(rf"(?<![\w/])(?:{symbol})\s*=\s*({NUMBER})", text)
        if matched:
            stated[name] = _quantity(text, matched)
    for name, words in _WORDS.items():
        matched = re.search(rf"\b(?:{words}){_JOINT}({NUMBER})", text, re.IGNORECASE)
        if name not in stated and matched:
            stated[name] = _quantity(text, matched)
    values = {name: quantity for name, (quantity, _span) in stated.items()}
    if "p" in values and values["p"] in (values.get("pwf"), values.get("pr"), values.get("pb")):
        del stated["p"]
    if "limit" in values and values.get("q") == values["limit"]:
        del stated["q"]
    return stated


def of_notes(description: FigureDescription) -> dict[str, Quantity]:
    """What is written on a figure: its notes, and the references that carry such a label."""
    texts = [description.title]
    for panel in description.panels:
        texts.append(panel.title)
        texts.extend(note.text for note in panel.notes)
        texts.extend(reference.label for reference in panel.references)
    return given("\n".join(text for text in texts if text))


def reservoir_rate(stated: Mapping[str, Quantity], *, metric: bool) -> float:
    """The rate times the volume factor, in SI.

    Raises:
        UnknownUnit: one of them is in another unit.
    """
    return stated["q"].si("м³/сут" if metric else "bbl/d") * stated["B"].si("д.ед.")


def stated_in(stated: Mapping[str, Quantity], name: str, unit: str) -> float | None:
    """What is stated in a unit, or as it is where there is none; ``None`` where it can't be told so."""
    if name not in stated:
        return None
    try:
        return stated[name].to(unit) if unit else stated[name].value
    except units.UnknownUnit:
        return None


def number(text: str) -> float:
    """A number with a comma or a point."""
    return float(text.replace(",", ".").replace("−", "-"))


def _quantity(text: str, matched: re.Match[str]) -> tuple[Quantity, Span]:
    value, end = number(matched.group(1)), matched.end()
    power = _POWER.match(text[end : end + 20].translate(_SUPERSCRIPTS))
    if power:
        value *= 10.0 ** max(-30, min(30, int(power.group(1).replace("−", "-"))))
        end += power.end()
    before = _UNIT_BEFORE.match(matched.group(0))
    if before:
        return Quantity(value, before[1].casefold()), (matched.start(), end)
    unit = units.unit_after(text[end:])
    until = text.find(unit, end) + len(unit) if unit else end
    return Quantity(value, unit), (matched.start(), until)
