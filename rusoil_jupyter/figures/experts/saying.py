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
        told = [text for text in (_told(finding, language) for finding in group) if text]
        if told:
            subject = f"{quoted(series, language)}: " if series else ""
            sentences.append(capital(f"{subject}{'; '.join(told)}") + ".")
    sources = list(dict.fromkeys(finding.source for finding in findings if finding.source))
    if sources:
        sentences.append(_("Source: {sources}.").format(sources="; ".join(sources)))
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    sentences += [clean(warning, 300) for warning in warnings]
    return " ".join(sentences)


def _told(finding: Finding, language: Language) -> str:
    name = clean(finding.quantity or finding.name, 200)
    if finding.value is None:
        return ""
    if isinstance(finding.value, str):
        value = clean(finding.value, 300)
    elif finding.error and finding.error > 1e-6 * abs(finding.value):
        error = number(float(f"{finding.error:.2g}"), language)
        value = f"{number(finding.value, language)} ± {error}"
        value = f"{value}\u00a0{finding.unit}" if finding.unit else value
    else:
        value = quantity(finding.value, finding.unit, language)
    if isinstance(finding.at, float | int) and finding.at_unit:
        place = quantity(finding.at, finding.at_unit, language)
        value = _("{value} at {place}").format(value=value, place=place)
    text = f"{name}: {value}"
    if finding.items:
        shown = ", ".join(clean(item, 100) for item in finding.items[:MOST_ITEMS])
        text += f" ({shown}{', …' if len(finding.items) > MOST_ITEMS else ''})"
    return text
