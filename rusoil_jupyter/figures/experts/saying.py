"""What experts found, as sentences: values with their errors and units, then sources and warnings, each
once.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.forms import Language, capital, clean, in_language, number, quantity, quoted
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.finding import Finding

MOST_ITEMS = 12


def say(findings: Sequence[Finding], language: Language) -> str:
    """Sentences for findings of experts, in their order; findings about one series stand together.

    Labels of the figure are cited in quotes, whatever they say.
    """
    return in_language(language, lambda: _said(findings, language))


def _said(findings: Sequence[Finding], language: Language) -> str:
    sentences = []
    for series, group in groupby(findings, key=lambda finding: finding.series):
        told = "; ".join(filter(None, (_told(finding, language) for finding in group)))
        if told:
            subject = f"{quoted(series, language)}: " if series else ""
            sentences.append(capital(f"{subject}{told}") + ".")
    sources = "; ".join(dict.fromkeys(finding.source for finding in findings if finding.source))
    if sources:
        sentences.append(_("Source: {sources}.").format(sources=sources))
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    return " ".join([*sentences, *(clean(warning, 300) for warning in warnings)])


def _told(finding: Finding, language: Language) -> str:
    if finding.value is None:
        return ""
    value = _value(finding, language)
    if isinstance(finding.at, float | int) and finding.at_unit:
        place = quantity(finding.at, finding.at_unit, language)
        value = _("{value} at {place}").format(value=value, place=place)
    text = f"{clean(finding.quantity or finding.name, 200)}: {value}"
    if finding.items:
        shown = ", ".join(clean(item, 100) for item in finding.items[:MOST_ITEMS])
        text += f" ({shown}{', …' if len(finding.items) > MOST_ITEMS else ''})"
    return text


def _value(finding: Finding, language: Language) -> str:
    value, error = finding.value, finding.error
    if isinstance(value, str):
        return clean(value, 300)
    if value is None or not error or error <= 1e-6 * abs(value):
        return quantity(value, finding.unit, language)
    told = f"{number(value, language)} ± {number(float(f'{error:.2g}'), language)}"
    return f"{told}\u00a0{finding.unit}" if finding.unit else told
