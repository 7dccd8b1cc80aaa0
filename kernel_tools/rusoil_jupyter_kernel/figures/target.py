"""Which figure ``%rusoil interpret …`` means: the one that its first word names, else the one shown last.

A first word that looks like a name and names nothing is an error, never a question to another figure. Whether
it does is decided from what exists: the notebook's variables, files, the names in the figure that was shown.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures import asking, outputs
from rusoil_jupyter_kernel.figures.cache import figures
from rusoil_jupyter_kernel.figures.files import is_figure_file, reading_of_file
from rusoil_jupyter_kernel.figures.variables import is_figure, reading_of
from rusoil_jupyter_kernel.guard import OneSentence, reason
from rusoil_jupyter_kernel.interpolate import PATH, lookup

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import FigureDescription

_MARKS = {'"': '"', "'": "'", "“": "”", "„": "“”", "«": "»", "‘": "’", "‚": "‘’", "`": "`"}
_FIRST_WORD = re.compile(r"\S+")
_SUFFIX = re.compile(
    r"\.(?:las|dlis|lis|csv|tsv|txt|xlsx?|ods|json|parquet|h5|hdf5|nc|npy|npz|pkl|pdf|html?|md|ipynb|py|docx?|pptx?"
    r"|png|jpe?g|gif|webp|svg|bmp|tiff?|emf|eps|dot|gv|mmd|mermaid|drawio|sgy|segy|zip|mp4|avi|webm)",
    re.IGNORECASE,
)
_ROOTED = re.compile(r"[A-Za-z]:[\\/]|/\S|\\\\|\.\.?[\\/]|~[\\/]|[^\s\\/]+\\[^\s\\]")
_STEPPED = re.compile(PATH)
_MADE = re.compile(r"(?:figs?|axs?|plots?|charts?|graphs?|imgs?|dfs?)\d*|[a-z]+(?:_[a-z\d]*)+", re.ASCII)
_LEAST_ALIKE = 0.65
MOST_WORDS = 12  # that the name of a file may have


@dataclass(frozen=True)
class Target:
    """What to read, and what is asked of it."""

    read: Callable[[], Reading]
    question: str


def target_of(text: str, namespace: Mapping[str, Any]) -> Target:
    """The figure that the text begins with, if it names one, and the question.

    Raises:
        MagicError: it begins with a name, and no figure has it.
    """
    sought = _Sought(text.strip(), namespace)
    return sought.file() or sought.variable() or Target(lambda: sought.last or last_reading(), text.strip())


def variables_of(shell: Any) -> dict[str, Any]:
    """The notebook's variables, without those that IPython itself has put there."""
    hidden = getattr(shell, "user_ns_hidden", {})
    nothing = object()
    return {name: value for name, value in shell.user_ns.items() if hidden.get(name, nothing) is not value}


class _Sought:
    """A text whose first word, or what stands in quotes there, may be a name."""

    def __init__(self, text: str, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._word, self._rest, self._is_quoted = _first(text)

    @cached_property
    def last(self) -> Reading | None:
        """The last figure, read once; ``None`` where that can't be."""
        try:
            return last_reading()
        except MagicError:
            return None

    @cached_property
    def _figures(self) -> list[str]:
        known = self._namespace.items()
        return [name for name, value in known if not name.startswith("_") and is_figure(value)]

    def _is_in_last(self, word: str) -> bool:
        """Whether the last figure has this word among its names."""
        sought = word.strip(":,.?!").casefold()
        texts = [] if self.last is None else [text.casefold() for text in _texts(self.last.description)]
        return any(sought == text or sought in text.split() for text in texts)

    def file(self) -> Target | None:
        """The file that is named; a name with spaces is found without quotes, too."""
        for name, question in ((self._word, self._rest), *self._longer()):
            if (found := _in_file(name.rstrip(":,"), question)) is not None:
                return found
        if _looks_like_file(self._word) and not self._is_in_last(self._word):
            whole = [name for name, _question in self._longer() if _ROOTED.match(name)]
            raise _no_file(whole[0] if whole else self._word)
        for name, _question in self._longer():
            self._refuse_inside(name)
        return None

    def _longer(self) -> list[tuple[str, str]]:
        """The first words up to one that ends as files do, where the name of a file has spaces."""
        words = [] if self._is_quoted else list(_FIRST_WORD.finditer(self._rest))
        ends = [one.end() for one in words[:MOST_WORDS] if _ends_as_file(one[0])][:1]
        return [(f"{self._word} {self._rest[:end]}", self._rest[end:].strip()) for end in ends]

    def _refuse_inside(self, words: str) -> None:
        """A file that is named in the middle of a question is not the last figure."""
        name = words.split()[-1].strip(":,?!;\"'“”«»()")
        if self._is_in_last(name):
            return
        if not asking.is_asking(self._word):
            raise _no_file(words.rstrip(":,?!;"))
        if not _is_there(_path(name)):
            raise _no_file(name)
        raise MagicError(
            _("The file “{name}” stands inside of the question.").format(name=name),
            _("Name it first: {example}.").format(example=f"%rusoil interpret {name} …"),
        )

    def variable(self) -> Target | None:
        """The variable that is named, by an item or an attribute of it, too."""
        word = self._word.rstrip(":,")
        name = word.strip("{}") if word.startswith("{") else word
        root = re.split(r"[.\[]", name, maxsplit=1)[0]
        if not _STEPPED.fullmatch(name):
            return None
        if root in self._namespace:
            return self._of_value(name, lookup(name, self._namespace))
        alike = difflib.get_close_matches(root, self._figures, 1, _LEAST_ALIKE)
        if self._is_a_word(name, bool(alike)) or self._is_in_last(name):
            return None
        did_you_mean = _("Did you mean {name}?").format(name="".join(alike))
        name_one = _("Name a variable or a file that holds one, or ask about the last figure without a name.")
        raise MagicError(
            _("There is no figure “{name}”.").format(name=name), did_you_mean if alike else name_one
        )

    def _of_value(self, name: str, value: Any) -> Target | None:
        if is_figure(value):
            return Target(lambda: _reading_of_value(value), self._rest)
        if isinstance(value, str | os.PathLike) and (found := _in_file(os.fspath(value), self._rest)):
            return found
        if self._is_called_like_a_word(name):
            return None
        raise MagicError(
            _("“{name}” is no figure but of the type {kind}.").format(name=name, kind=type(value).__name__),
            _("Name the figure, or its axes: {example}.").format(example="%rusoil interpret axs[0]"),
        )

    def _is_called_like_a_word(self, name: str) -> bool:
        """Whether the name of a variable that holds no figure is a word of the question all the same."""
        if not name.isidentifier():
            return False
        is_word = asking.is_asking(name) or not name.isascii()
        return self._is_in_last(name) or (is_word and not asking.begins_a_question(self._rest))

    def _is_a_word(self, name: str, is_alike: bool) -> bool:
        """Whether a name that nothing has is a word of the question."""
        if "[" in name:
            return False
        if "." in name:
            return not name.isascii() or asking.is_asking(name.split(".")[0]) or _is_short(name)
        if asking.is_asking(name):
            return True
        if not name.isascii():
            return not (name.islower() and self._rest[:1].isupper() and asking.begins_a_question(self._rest))
        is_call = self._word.endswith(",")  # “Wait, is it so?”
        if is_alike or _MADE.fullmatch(name) or (asking.begins_a_question(self._rest) and not is_call):
            return False
        return not (name.islower() and self._is_understood())

    def _is_understood(self) -> bool:
        """Whether the last figure can be asked the rest: then a word before it is the name of another."""
        from rusoil_jupyter.figures import understood

        known = self.last is not None and self._rest and understood(self._rest, self.last.description).query
        return bool(known)


def _first(text: str) -> tuple[str, str, bool]:
    """The first word, or what stands in quotes; what follows it; and whether it was in quotes."""
    end = min((at for mark in _MARKS.get(text[:1], "") if (at := text.find(mark, 1)) > 0), default=-1)
    if end > 0:
        return text[1:end].strip(), text[end + 1 :].lstrip(" :,"), True
    matched = _FIRST_WORD.match(text)
    return (matched[0], text[matched.end() :].strip(), False) if matched else ("", "", False)


def _in_file(name: str, question: str) -> Target | None:
    """The file of this name.

    Raises:
        MagicError: it shows no figure.
    """
    path = _path(name)
    if is_figure_file(path):
        return Target(lambda: _reading_of_file(path), question)
    if _is_there(path) and _looks_like_file(name):
        raise MagicError(
            _("{name} shows no figure that can be read.").format(name=path.name),
            _("Choose a plot, a diagram, a picture or a LAS file."),
        )
    return None


def _no_file(name: str) -> MagicError:
    return MagicError(
        _("There is no file “{name}”.").format(name=name.rstrip(":,")),
        _("It is looked for in {folder}; a name with spaces stands in quotes.").format(folder=_folder()),
    )


def _ends_as_file(word: str) -> bool:
    stem, suffix = os.path.splitext(word.rstrip(":,?!;\"'“”«»)"))
    return bool(stem.strip("\"'“”«»(").strip()) and bool(_SUFFIX.fullmatch(suffix))


def _looks_like_file(word: str) -> bool:
    return _ends_as_file(word) or bool(_ROOTED.match(word))


def _path(name: str) -> Path:
    return Path(os.path.expanduser(name))  # Path's own raises where nobody has that home


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no name that a file can have
        return False


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return "."


def _is_short(name: str) -> bool:
    """Whether these are letters with dots, as in e.g. or i.e."""
    return min(map(len, name.split("."))) < 2


def _texts(description: FigureDescription) -> list[str]:
    found = [description.title]
    for panel in description.panels:
        found.append(panel.title)
        found += [text for axis in panel.axes.values() for text in (axis.label, *axis.categories)]
        found += [text for series in panel.series for text in (series.label, *series.names)]
    if description.diagram is not None:
        found += [text for node in description.diagram.nodes for text in (node.id, node.label)]
    return found


# Readings


def last_reading() -> Reading:
    """The reading of the figure in front of the reader.

    Raises:
        MagicError: none was shown, or the last one can't be read.
    """
    drawn = outputs.being_drawn()
    if drawn is not None:
        return _reading_of_value(drawn)
    unread = _("The last figure that was shown can't be read: {reason}.")
    name_it = _("Name the variable or the file that holds it: %rusoil interpret fig.")
    with OneSentence(unread, name_it):
        found = figures.last
    if found is not None:
        return found
    if figures.has_shown:
        raise MagicError(unread.replace("{reason}", _("its output holds no numbers")), name_it)
    raise MagicError(
        _("No figure has been shown yet."),
        _("Draw one first, or name a variable: %rusoil interpret fig."),
    )


def _reading_of_value(value: Any) -> Reading:
    with OneSentence(  # artists of somebody else may raise anything
        _("This figure can't be read: {reason}."),
        _("Ask about another one, or send its picture to a model that sees."),
    ):
        found = reading_of(value)
    if found is None:
        raise MagicError(_("This is no figure that can be read."), _("Give a figure of matplotlib."))
    return found


def _reading_of_file(path: Path) -> Reading:
    """What a file shows.

    Raises:
        MagicError: it can't be read, or shows no figure.
    """
    from rusoil_jupyter.errors import RusoilError

    try:
        found = reading_of_file(path)
    except RusoilError as error:
        raise MagicError(error.message, error.next_step) from error
    except OSError as error:
        raise MagicError(
            _("{name} can't be read: {reason}.").format(
                name=path.name, reason=error.strerror or reason(error)
            ),
            _("Check the path and the right to read it."),
        ) from error
    if found is None:
        raise MagicError(
            _("{name} shows no figure that can be read.").format(name=path.name),
            _("Choose a plot, a diagram, a picture or a LAS file."),
        )
    return found
