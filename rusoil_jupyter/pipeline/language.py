"""Does the model speak the language of the question? Decided by script, told before the babble."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Notice
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.protocol import ModelInfo

# The scripts in which the languages of our models and users are written; Latin needs no entry.
SCRIPTS = {
    "CYRILLIC": ("ru", "uk", "be", "bg", "sr", "kk", "ky", "tt", "ba", "tg", "mn"),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "ARABIC": ("ar", "fa", "ur"),
    "HEBREW": ("he",),
    "GREEK": ("el",),
    "DEVANAGARI": ("hi",),
    "THAI": ("th",),
    "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",),
}
MIN_SHARE = 0.3
ENOUGH_CHARS = 5000


def foreign_script(text: str, languages: Sequence[str]) -> str | None:
    """The script, not written in any of ``languages``, of at least 30 % of the letters; else ``None``.

    A model that states no languages is taken to speak all of them. The beginning of a long text tells.
    """
    if not languages:
        return None
    letters = [char for char in text[:ENOUGH_CHARS] if char.isalpha()]
    counts = Counter(unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in letters)
    for script, count in counts.most_common(3):
        if script not in SCRIPTS or count < MIN_SHARE * len(letters):
            continue
        if not set(SCRIPTS[script]) & set(languages):
            return script
    return None


def language_notice(text: str, model: ModelInfo, others: Sequence[ModelInfo]) -> Notice | None:
    """A warning that the model does not speak the question's language, with models that do."""
    script = foreign_script(text, model.languages)
    if script is None:
        return None
    better = tuple(
        other.id
        for other in others
        if other.available and other.id != model.id and not foreign_script(text, other.languages)
    )
    return Notice(
        code="language_unsupported",
        message=_(
            "{model} does not speak the language of this question. The answer will be of little use."
        ).format(model=model.name),
        next_step=_("Ask a model that speaks it.")
        if better
        else _("Ask in another language, or add a model that speaks this one."),
        suggested_models=better[:3],
    )
