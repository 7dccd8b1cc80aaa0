"""Keys of model servers: named by where they lie, read when they are needed, never shown.

A key is no option of a backend, so that it can't end up in a configuration listing, a log or a
notebook. The configuration names an environment variable or a file; what a server says about a key in
an error is taken out of that error.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, RusoilError
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LITERAL = re.compile(r"(api_?)?key|(auth_?|access_?)?token|secret|password|headers", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_KEY = re.compile(r"[!-~]+")
_USER_IN_URL = re.compile(r"\w+://[^/?#]*@")


def refuse_literal_keys(options: Mapping[str, object]) -> None:
    """See that a backend's options name where a key lies and do not hold one.

    Raises:
        InvalidRequest: they hold one; the sentence names the option and not its value.
    """
    for option, value in options.items():
        if _LITERAL.fullmatch(option) or (isinstance(value, str) and _USER_IN_URL.match(value)):
            raise InvalidRequest(
                _("A key may not stand in the configuration (option “{option}”).").format(option=option),
                _("Name where it lies: “api_key_env” for a variable, “api_key_file” for a file."),
                field=option,
            )


class Key:
    """One key.

    Args:
        env: name of the environment variable that holds it.
        file: path of a file that holds nothing else; it is read again when it changes, so a rotated
            secret needs no restart. It comes before ``env``.
        required: whether the server answers nobody without one.

    Raises:
        InvalidRequest: ``env`` is not a variable's name (most likely it is the key itself).
    """

    def __init__(self, env: str | None = None, file: str | Path | None = None, *, required: bool) -> None:
        if env and not _VARIABLE.fullmatch(env):
            raise InvalidRequest(
                _("“api_key_env” is not the name of an environment variable."),
                _("Write the name of the variable there, such as CAMPUS_KEY, and not the key."),
                field="api_key_env",
            )
        self._env = env
        self._file = Path(file).expanduser() if file else None
        self._required = required
        self._stamp: tuple[int, int] | None = None
        self._text = ""
        self._seen: set[str] = set()

    def __repr__(self) -> str:
        return f"Key(env={self._env!r}, file={self._file and str(self._file)!r})"

    def read(self) -> str:
        """The key as it is now; empty where there is none and none is needed.

        Raises:
            ModelUnavailable: it is missing, or what lies there is no key.
        """
        key = (self._from_file(self._file) if self._file else os.environ.get(self._env or "", "")).strip()
        if key and not _KEY.fullmatch(key):
            raise ModelUnavailable(
                _("What {place} holds is not a key.").format(place=self._place),
                _("Put the key there, and nothing else."),
            )
        if not key and self._required:
            raise ModelUnavailable(
                _("There is no key in {place}.").format(place=self._place),
                _("Whoever runs this server puts it there; a variable needs a restart, a file does not."),
            )
        if key:
            self._seen.add(key)
        return key

    @property
    def _place(self) -> str:
        if self._file:
            return _("the file {path}").format(path=self._file)
        return _("the environment variable {name}").format(name=self._env)

    def _from_file(self, path: Path) -> str:
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if stamp != self._stamp:
                self._text, self._stamp = path.read_text(encoding="utf-8", errors="replace"), stamp
        except OSError as error:
            raise ModelUnavailable(
                _("The key can't be read from {place}: {reason}.").format(
                    place=self._place, reason=error.strerror or type(error).__name__
                ),
                _("Whoever runs this server makes the file readable for it."),
            ) from None
        return self._text

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the key out of every error that leaves the block: servers like to repeat it."""
        try:
            yield
        except RusoilError as error:
            error.message, error.next_step = self.without(error.message), self.without(error.next_step)
            error.args = (error.message,)
            if self._shows(error):
                error.__cause__ = error.__context__ = None
            raise
        except Exception as error:  # of a client library: it may carry the request with its headers
            if self._shows(error):
                raise ModelUnavailable(_("The model server failed."), _("Try again soon.")) from None
            raise

    def without(self, text: str) -> str:
        """The text, with dots where the key stood."""
        for key in self._seen:
            text = text.replace(key, "…")
        return text

    def _shows(self, error: BaseException | None) -> bool:
        while error is not None:
            said = f"{error!s} {error!r}"
            if self.without(said) != said:
                return True
            error = error.__cause__ or error.__context__
        return False
