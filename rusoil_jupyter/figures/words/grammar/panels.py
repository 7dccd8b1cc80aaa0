"""Which panels a question is about: by their place, or by a title that is no name of anything else."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.labels import column_of, without_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rusoil_jupyter.figures.values.description import FigureDescription, Panel, Series

Chosen = tuple[str, tuple[str, ...]]  # the rest of the text, and the ids of panels
_OVER = r"(?:over|against|vs\.?|versus|by|from|от|по)"
_PLOT = (
    r"(?:plot|chart|graph|scatter(?:\s?plot)?|histogram|distribution|график\w*|гистограмм\w*|диаграмм\w*|"
    r"распределени\w*|зависимост\w*)"
)


def panels_of(text: str, description: FigureDescription) -> Chosen:
    """A plain text without the words that say which panels, and their ids."""
    panels = description.panels
    every = tuple(panel.id for panel in panels)
    found = _panel_by_layout(text, panels)
    if found is None and len(panels) > 1:
        found = named_panel(text, panels) or _panel_by_title(text, panels)
    return (found[0], found[1] or every) if found is not None else (text, every)


def _panel_by_title(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """Those of the longest title that is said, where not all panels have it."""
    named = [(title, panel.id) for panel in panels for title in _titles(panel) if _stands_in(title, text)]
    longest = max((len(title) for title, _id in named), default=0)
    named = [(title, one) for title, one in named if len(title) == longest]
    ids = tuple(dict.fromkeys(one for _title, one in named))
    if not ids or len(ids) == len(panels):
        return None
    return re.sub(rf"(?<!\w){re.escape(named[0][0])}(?!\w)", " ", text, count=1), ids


def _titles(panel: Panel) -> list[str]:
    """What a panel may be called: its title, or the value in "site = Waseca"; nothing that is drawn in it."""
    titles = [plain(part) for part in (panel.title, *re.split(r"[=:|]", panel.title)[1:])]
    labels = [series.label for series in panel.series]
    labels += [without_unit(axis.label) for axis in panel.axes.values()]
    return [title for title in titles if len(title) > 1 and not _is_in_any(title, labels)]


def _is_in_any(title: str, labels: Sequence[str]) -> bool:
    """Whether a label has all words of a title."""
    return any(set(words(title)) <= set(words(label)) for label in labels)


def _stands_in(title: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(title)}(?!\w)", text) is not None


# --- "the plot of pressure over depth" -------------------------------------------------------------------


def _labels_of_axes(panel: Panel, series: Series) -> list[str]:
    """What the axis of a series' values is called, then that of its places: alternatives of a pattern."""
    names = [series.y, series.x] if series.along == "x" else [series.x, series.y]
    if series.kind == "histogram":  # it is called by what is counted
        names = names[1:]
    known = [axis.label for name in names if (axis := panel.axes.get(name)) is not None and axis.label]
    return [_forms(label) for label in known] if len(known) == len(names) else []


def _forms(label: str) -> str:
    """What an axis may be called: alternatives of a pattern."""
    forms = dict.fromkeys(filter(None, (label, without_unit(label), column_of(label))))
    return "|".join(re.escape(plain(form)) for form in forms)


# --- "with depth across and temperature up" ---------------------------------------------------------------

_ALONG = {
    "x": r"(?:across|(?:on|along)\s+the\s+(?:horizontal|x)[\s-]axis|по\s+горизонтали|"
    r"(?:по|на)\s+(?:горизонтальной\s+)?оси\s+[xх])",
    "y": r"(?:up|(?:on|along)\s+the\s+(?:vertical|y)[\s-]axis|по\s+вертикали|"
    r"(?:по|на)\s+(?:вертикальной\s+)?оси\s+[yу])",
}
_WITH = r"(?:(?:with|where|с|где)\s+)?"
_AND = r"(?:\s*[,;]\s*|\s+(?:and|и)\s+)"


def _panel_by_layout(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """The one panel that has what is said on its axes, as where nothing else says which; the phrase goes."""
    found = []
    for panel in panels:
        said = [
            rf"(?:{label})\s+{along}|{along}\s+(?:{label})"
            for key, along in _ALONG.items()
            if key in panel.axes and (label := _forms(panel.axes[key].label))
        ]
        either = rf"(?:{'|'.join(said)})(?!\w)"
        phrase = rf"(?<!\w)(?:{_IN}{_PLOT}\s+)?{_WITH}{either}(?:{_AND}{either})?\s*[,.:]?"
        if said and (match := re.search(phrase, text)):
            found.append((_cut(text, match), (panel.id,)))
    return found[0] if len(found) == 1 else None


def _names_in_title(panel: Panel) -> list[str]:
    """What a panel may be called: its title, and the value in "site = Waseca" or "site: Waseca"."""
    names = [panel.title] if panel.title else []
    return names + [part.strip() for part in re.split(r"[=:|]", panel.title)[1:] if part.strip()]


# --- "the second plot", «на левом графике» ----------------------------------------------------------

_NOUN = (
    r"(?:sub-?plots?|plots?|panels?|charts?|graphs?|axes|figures?|tracks?|diagrams?|facets?"
    r"|(?:под)?график\w*|панел\w+|диаграмм\w*|рисун\w+|трек\w*|кадр\w*|картинк\w+|осях)"
)
_ORDINALS = (
    (1, r"first|1st|1-?(?:й|м|ом|я|ая)|перв\w+"),
    (2, r"second|2nd|2-?(?:й|м|ом|я|ая)|втор\w+"),
    (3, r"third|3rd|3-?(?:й|м|ем|я)|трет\w+"),
    (4, r"fourth|4th|4-?(?:й|м|ом|я)|четверт\w+"),
    (5, r"fifth|5th|5-?(?:й|м|ом|я)|пят\w+"),
    (6, r"sixth|6th|6-?(?:й|м|ом|я)|шест\w+"),
    (-1, r"last|последн\w+"),
)
_SIDES = {
    "left": r"left(?:most|-hand)?|лев\w+|слева",
    "right": r"right(?:most|-hand)?|прав\w+|справа",
    "top": r"top|upper|верхн\w+|сверху|вверху",
    "bottom": r"bottom|lower|нижн\w+|снизу|внизу",
    "middle": r"middle|central|cent(?:er|re)|средн\w+|центральн\w+|посередине",
}
_ENDS = {
    "left": (attrgetter("column"), min),
    "right": (attrgetter("column"), max),
    "top": (attrgetter("row"), min),
    "bottom": (attrgetter("row"), max),
}
_IN = r"(?:(?:in|on|of|from|for|на|в|для|с)\s+)?(?:the\s+)?"
_CELL = re.compile(
    rf"{_IN}(?:row|строк\w+|ряд\w*)\s+(\d+)\s*,?\s*(?:and|и|,)?\s*(?:column|col|столб\w+|колонк\w+)\s+(\d+)"
)
_LARGEST = re.compile(r"highest|lowest|largest|smallest|biggest|наиб|наим|по величин")
_NUMBERED = re.compile(rf"{_IN}{_NOUN}\s+(?:no\.?\s*|№\s*|number\s+|#)?(\d{{1,2}})(?![\d.,]\d)(?!\w)")
_LETTERED = re.compile(rf"{_IN}(?:panel|subplot|панел\w+|график\w*)\s+\(?([a-hа-е])\)?(?!\w)")
_SIDE = "|".join(_SIDES.values())
_AT_SIDES = (
    rf"{_IN}(?P<a>{_SIDE})[\s-]+(?:(?P<b>{_SIDE})\s+)?(?:most\s+)?{_NOUN}(?!\w)",
    rf"{_IN}{_NOUN}\s+(?:(?:on|at|in)\s+the\s+)?(?P<a>{_SIDE})(?:[\s-]+(?P<b>{_SIDE}))?(?!\w)(?!\s+(?:axis|ось|оси))",
)


def named_panel(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """The text without the phrase that says which panels, and their ids; ``None`` where there is none."""
    return _panel_by_letter(text, panels) or _panel_by_axes(text, panels) or panel_by_place(text, panels)


def _panel_by_letter(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """A panel whose title is one letter is named by it behind "panel" alone."""
    titles = [(plain(title), panel.id) for panel in panels for title in _names_in_title(panel)]
    for title, identity in titles:
        named = rf"{_IN}{_NOUN}\s+\"?{re.escape(title)}\"?(?!\w)"
        if len(title) == 1 and (match := re.search(named, text)):
            return _cut(text, match), (identity,)
    return None


def _panel_by_axes(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """The one of several panels that "the plot of temperature over depth" or "the histogram of k" has the
    axes of."""
    called = [(_labels_of_axes(panel, series), panel.id) for panel in panels for series in panel.series]
    found = [
        (match, one) for axes, one in called if axes and (match := _plot_of(*axes).search(text)) is not None
    ]
    if len(panels) < 2 or len({one for _match, one in found}) != 1:
        return None
    return _cut(text, found[0][0]), (found[0][1],)


@lru_cache(maxsize=1000)
def _plot_of(value: str, *places: str) -> re.Pattern[str]:
    """A phrase for a plot that has these axes."""
    over = rf"\s+{_OVER}\s+(?:the\s+)?(?:{'|'.join(places)})" if places else ""
    names = "|".join([f"(?:{value}){over}", *places])
    return re.compile(rf"{_IN}{_PLOT}\s+(?:of\s+)?(?:the\s+)?(?:{names})(?!\w)")


def panel_by_place(text: str, panels: Sequence[Panel]) -> Chosen | None:
    """The text without the phrase that names panels by their place, and their ids; ``None`` where there is
    none."""
    order = sorted(panels, key=lambda panel: (panel.row, panel.column))
    if match := _CELL.search(text):
        row, column = int(match[1]), int(match[2])
        return _cut(text, match), tuple(p.id for p in panels if (p.row, p.column) == (row, column))
    for number, form in _ORDINALS:
        match = re.search(rf"{_IN}(?:{form})\s+(?:\w+\s+)?{_NOUN}(?!\w)", text)
        if match and not _LARGEST.search(match[0]):
            return _nth(text, match, number - 1 if number > 0 else len(order) - 1, order)
    numbered = _panel_by_number(text, order) if len(order) > 1 else None
    return numbered or _panel_by_side(text, panels)


def _nth(text: str, match: re.Match[str], row: int, order: Sequence[Panel]) -> Chosen | None:
    return (_cut(text, match), (order[row].id,)) if 0 <= row < len(order) else None


def _panel_by_number(text: str, order: Sequence[Panel]) -> Chosen | None:
    """ "Plot 2", "panel (b)"."""
    number, letter = _NUMBERED.search(text), _LETTERED.search(text)
    found = _nth(text, number, int(number[1]) - 1, order) if number else None
    if found is None and letter:
        letters = "abcdefgh" if letter[1].isascii() else "абвгде"
        found = _nth(text, letter, letters.find(letter[1]), order)
    return found


def _panel_by_side(text: str, panels: Sequence[Panel]) -> Chosen | None:
    match = next((match for form in _AT_SIDES if (match := re.search(form, text))), None)
    if match is None:
        return None
    ids = _by_sides(panels, [side for side in (match["a"], match["b"]) if side])
    return (_cut(text, match), ids) if ids or len(panels) == 1 else None


def _cut(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _by_sides(panels: Sequence[Panel], sides: Sequence[str]) -> tuple[str, ...]:
    chosen = [panel.id for panel in panels]
    for side in sides:
        name = next(key for key, form in _SIDES.items() if re.fullmatch(form, side))
        beside = _in_middle(panels) if name == "middle" else _at_end(panels, *_ENDS[name])
        chosen = [one for one in chosen if one in beside]
    return tuple(chosen) if len(chosen) < len(panels) else ()


def _at_end(
    panels: Sequence[Panel], place: Callable[[Panel], int], end: Callable[[Iterable[int]], int]
) -> list[str]:
    outermost = end(map(place, panels))
    return [panel.id for panel in panels if place(panel) == outermost]


def _in_middle(panels: Sequence[Panel]) -> list[str]:
    """Those in the middle column, or in the middle row where there are less than three columns."""
    wide = len({panel.column for panel in panels}) >= 3
    place = attrgetter("column" if wide else "row")
    places = sorted(set(map(place, panels)))
    wanted = places[len(places) // 2] if len(places) % 2 else None
    return [panel.id for panel in panels if place(panel) == wanted]
