"""Which panels a question is about: by their place, or by a title that is no name of anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.labels import column_of, without_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.description import FigureDescription, Panel, Series

_OVER = r"(?:over|against|vs\.?|versus|by|from|от|по)"
_PLOT = (
    r"(?:plot|chart|graph|scatter(?:\s?plot)?|histogram|distribution|график\w*|гистограмм\w*|диаграмм\w*|"
    r"распределени\w*|зависимост\w*)"
)


def panels_of(text: str, description: FigureDescription) -> tuple[str, tuple[str, ...]]:
    """A plain text without the words that say which panels, and their ids."""
    panels = description.panels
    every = tuple(panel.id for panel in panels)
    by_layout = _panel_by_layout(text, panels)
    if by_layout is not None:
        return by_layout
    if len(panels) < 2:
        return text, every
    by_phrase = named_panel(text, panels)
    if by_phrase is not None:
        return by_phrase[0], by_phrase[1] or every
    named = [(title, panel.id) for panel in panels for title in _titles(panel) if _stands_in(title, text)]
    longest = max((len(title) for title, _id in named), default=0)
    ids = tuple(dict.fromkeys(one for title, one in named if len(title) == longest))
    if not ids or len(ids) == len(panels):
        return text, every
    title = next(title for title, _id in named if len(title) == longest)
    return re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", " ", text, count=1), ids


def _titles(panel: Panel) -> list[str]:
    """What a panel may be called: its title, or the value in "site = Waseca"; nothing that is drawn in it."""
    parts = [panel.title, *re.split(r"[=:|]", panel.title)[1:]]
    labels = [series.label for series in panel.series] + [
        without_unit(axis.label) for axis in panel.axes.values()
    ]
    taken = [set(words(label)) for label in labels]
    titles = [plain(part) for part in parts]
    return [
        title for title in titles if len(title) > 1 and not any(set(words(title)) <= label for label in taken)
    ]


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


def _panel_by_layout(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
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
_IN = r"(?:(?:in|on|of|from|for|на|в|для|с)\s+)?(?:the\s+)?"


def named_panel(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The text without the phrase that says which panels, and their ids; ``None`` where there is none."""
    return _panel_by_letter(text, panels) or _panel_by_axes(text, panels) or panel_by_place(text, panels)


def _panel_by_letter(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """A panel whose title is one letter is named by it behind "panel" alone."""
    titles = [(plain(title), panel.id) for panel in panels for title in _names_in_title(panel)]
    for title, identity in titles:
        named = rf"{_IN}{_NOUN}\s+\"?{re.escape(title)}\"?(?!\w)"
        if len(title) == 1 and (match := re.search(named, text)):
            return _cut(text, match), (identity,)
    return None


def _panel_by_axes(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The one panel that "the plot of temperature over depth" or "the histogram of k" has the axes of."""
    called = [
        (axes, panel.id)
        for panel in (panels if len(panels) > 1 else ())
        for series in panel.series
        if (axes := _labels_of_axes(panel, series))
    ]
    found = []
    for (value, *places), identity in called:
        over = rf"\s+{_OVER}\s+(?:the\s+)?(?:{'|'.join(places)})" if places else ""
        names = "|".join([f"(?:{value}){over}", *places])
        if match := re.search(rf"{_IN}{_PLOT}\s+(?:of\s+)?(?:the\s+)?(?:{names})(?!\w)", text):
            found.append((_cut(text, match), identity))
    return (found[0][0], (found[0][1],)) if len({identity for _text, identity in found}) == 1 else None


def panel_by_place(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The text without the phrase that names panels by their place, and their ids; ``None`` where there is
    none."""
    order = sorted(panels, key=lambda panel: (panel.row, panel.column))
    match = re.search(
        rf"{_IN}(?:row|строк\w+|ряд\w*)\s+(\d+)\s*,?\s*(?:and|и|,)?\s*(?:column|col|столб\w+|колонк\w+)\s+(\d+)",
        text,
    )
    if match:
        row, column = int(match[1]), int(match[2])
        return _cut(text, match), tuple(p.id for p in panels if (p.row, p.column) == (row, column))
    for number, form in _ORDINALS:
        match = re.search(rf"{_IN}(?:{form})\s+(?:\w+\s+)?{_NOUN}(?!\w)", text)
        if match and not re.search(
            r"highest|lowest|largest|smallest|biggest|наиб|наим|по величин", match.group(0)
        ):
            if 0 < number <= len(order):
                return _cut(text, match), (order[number - 1].id,)
            return (_cut(text, match), (order[-1].id,)) if number < 0 and order else None
    match = re.search(rf"{_IN}{_NOUN}\s+(?:no\.?\s*|№\s*|number\s+|#)?(\d{{1,2}})(?![\d.,]\d)(?!\w)", text)
    if match and 0 < int(match[1]) <= len(order) and len(order) > 1:
        return _cut(text, match), (order[int(match[1]) - 1].id,)
    match = re.search(rf"{_IN}(?:panel|subplot|панел\w+|график\w*)\s+\(?([a-hа-е])\)?(?!\w)", text)
    if match and len(order) > 1:
        place = "abcdefgh".find(match[1]) if match[1].isascii() else "абвгде".find(match[1])
        if 0 <= place < len(order):
            return _cut(text, match), (order[place].id,)
    any_side = "|".join(_SIDES.values())
    forms = (
        rf"{_IN}(?P<a>{any_side})[\s-]+(?:(?P<b>{any_side})\s+)?(?:most\s+)?{_NOUN}(?!\w)",
        rf"{_IN}{_NOUN}\s+(?:(?:on|at|in)\s+the\s+)?(?P<a>{any_side})(?:[\s-]+(?P<b>{any_side}))?(?!\w)(?!\s+(?:axis|ось|оси))",
    )
    for form in forms:
        match = re.search(form, text)
        if match:
            ids = _by_sides(panels, [side for side in (match["a"], match["b"]) if side])
            return (_cut(text, match), ids) if ids or len(panels) == 1 else None
    return None


def _cut(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _by_sides(panels: Sequence[Panel], sides: Sequence[str]) -> tuple[str, ...]:
    rows, columns = [panel.row for panel in panels], [panel.column for panel in panels]
    chosen = list(panels)
    for side in sides:
        name = next(key for key, form in _SIDES.items() if re.fullmatch(form, side))
        if name == "left":
            chosen = [p for p in chosen if p.column == min(columns)]
        elif name == "right":
            chosen = [p for p in chosen if p.column == max(columns)]
        elif name == "top":
            chosen = [p for p in chosen if p.row == min(rows)]
        elif name == "bottom":
            chosen = [p for p in chosen if p.row == max(rows)]
        else:
            wide = len(set(columns)) >= 3
            middle = sorted(set(columns if wide else rows))
            wanted = middle[len(middle) // 2] if len(middle) % 2 else None
            chosen = [p for p in chosen if (p.column if wide else p.row) == wanted]
    return tuple(panel.id for panel in chosen) if len(chosen) < len(panels) else ()
