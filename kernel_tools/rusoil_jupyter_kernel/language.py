"""The reader's language, from the system's locale."""

from __future__ import annotations

import locale
import os
import re

_NAME = re.compile(r"^([a-z]{2,3})(?:_([A-Z]{2}))?$")


def accept_language() -> str:
    """The locale as an ``Accept-Language`` value; English where the locale says nothing."""
    for name in _names():
        if match := _NAME.match(name.split(".")[0].split("@")[0]):
            language, region = match.groups()
            return f"{language}-{region},{language};q=0.9" if region else language
    return "en"


def _names() -> list[str]:
    variables = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    names = [os.environ.get(name, "").split(":")[0] for name in variables]
    return [*names, locale.getlocale()[0] or "", _windows()]


def _windows() -> str:
    import sys

    if sys.platform != "win32":
        return ""
    import ctypes

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
