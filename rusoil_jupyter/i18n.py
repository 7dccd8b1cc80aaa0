"""Translation of the sentences that Python code says to a person.

Sources are written in English and marked with :func:`_`. A host sets the reader's language for the
current task with :func:`use_language`; catalogs are gettext ``.mo`` files in ``locale/``. The lab
extension has its own catalog through JupyterLab's translator.
"""

from __future__ import annotations

import gettext
import os
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

DOMAIN = "rusoil_jupyter"

_language: ContextVar[str] = ContextVar("rusoil_language", default="")


@lru_cache(maxsize=16)
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, Path(__file__).parent / "locale", languages=[language], fallback=True)


def _current() -> gettext.NullTranslations:
    return _catalog(current_language())


def use_language(header: str) -> None:
    """Speak the first language of an ``Accept-Language`` value (or a locale name) in this task."""
    first = header.split(",")[0].split(";")[0].strip().replace("-", "_")
    _language.set(first if first.isascii() and len(first) <= 12 else "")


def current_language() -> str:
    """The reader's language in this task, as :func:`use_language` takes it."""
    return _language.get() or os.environ.get("LANG", "en").split(".")[0]


def _(message: str) -> str:
    """The sentence in the reader's language, or as written."""
    return _current().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence in the plural form that ``count`` asks for."""
    return _current().ngettext(singular, plural, count)
