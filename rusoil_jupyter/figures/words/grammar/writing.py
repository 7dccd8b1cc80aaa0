"""What is written on a figure, and how much of it there is: axes, units, titles, legends, kinds, counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.scene import GRIDS
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, is_cell
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import AxisName
    from rusoil_jupyter.figures.words.grammar.scene import Line

_AXES: dict[str, AxisName] = {"axis_x": "x", "axis_y": "y", "axis_y2": "y2", "axis_colour": "color"}
_INSTEAD: dict[AxisName, AxisName] = {"y2": "y", "color": "z"}
_ABOUT_AXES = (
    "times",
    "letter_x",
    "letter_y",
    "title",
    "units",
    "scale",
    "represents",
    "variables",
    "legend",
    "axes",
    "from",
    "to",
    "covers",
    "whether",
)
_COLUMNS = re.compile(r"columns?|столб\w+")  # of a grid they are no bars
_ONES = frozenset({"one", "ones"})
_COUNTING = GRIDS | {"bar", "pie", "box", "violin"}
_NUMBERS = (
    p.Extremum,
    p.Condition,
    p.Comparative,
    p.Versus,
    p.Moved,
    p.Top,
    p.Grouped,
    p.Spots,
    p.Stretch,
    p.Outer,
    p.But,
)


def written(frame: Frame) -> q.Single | None:
    """What a frame asks about the figure's own words; ``None`` where it asks about its numbers.

    Raises:
        NotUnderstoodError: it asks for what is not written.
    """
    if frame.has(*_NUMBERS):
        return None
    for builds in (_axis, _legend, _units, _covered, _kind, _marked, _title, _meaning, _counted, _listed):
        made = builds(frame)
        if made is not None:
            return made
    return None


def _axis(frame: Frame) -> q.Written | None:
    sign = frame.sign(*_AXES) or (frame.sign("axes") if not frame.has_sign("meet") else None)
    if sign is None:
        return None
    asked = _AXES.get(sign.name)
    keys = {key for line in frame.scene.lines for key in line.panel.axes}
    axis = _INSTEAD.get(asked, asked) if asked is not None and asked not in keys else asked
    if axis is not None and axis not in keys:
        raise NotUnderstoodError(sign.item.text)
    _skip(frame)
    frame.all(p.Named, lambda one: {called.role for called in one.mentions[0]} == {"axis"})
    return q.Written(what="axis", panel=frame.scene.panel, axis=axis)


def _skip(frame: Frame) -> None:
    """Take what only asks: "which quantity, in which units, is shown along"."""
    while frame.sign(*_ABOUT_AXES) is not None:
        continue
    frame.all(p.Asked)
    frame.all(p.Kind)
    frame.all(p.Stat, lambda one: one.name == "spread")


def _units(frame: Frame) -> q.Written | None:
    if frame.sign("units") is None:
        return None
    _skip(frame)
    named = frame.all(p.Named)
    frame.sign("and")
    if not named:
        keys = {line.value_key for line in frame.scene.lines}
        return q.Written(what="axis", panel=frame.scene.panel, axis=keys.pop() if len(keys) == 1 else None)
    if len(named) > 1 or len(named[0].mentions) > 1:
        raise NotUnderstoodError(named[-1].item.text)
    return _of_named(named[0], frame)


def _of_named(named: p.Named, frame: Frame) -> q.Written:
    """The axis of what is named: of an axis itself, of a series that of its values."""
    axes = {called.axis for called in named.mentions[0] if called.role == "axis"}
    ids = tuple(identity for called in named.mentions[0] for identity in called.series)
    if len(ids) == 1:
        return q.Written(what="axis", panel=frame.scene.panel, series=ids[0])
    if len(axes) != 1:
        raise NotUnderstoodError(named.item.text)
    return q.Written(what="axis", panel=frame.scene.panel, axis=axes.pop())


def _covered(frame: Frame) -> q.Written | None:
    """ "What period does the chart cover": the range of the independent axis."""
    if frame.sign("covers") is None:
        return None
    _skip(frame)
    return q.Written(
        what="axis", panel=frame.scene.panel, axis=_only(line.place_key for line in frame.scene.lines)
    )


def _only(keys: object) -> AxisName:
    found = set(keys)  # type: ignore[call-overload]
    if len(found) != 1:
        raise NotUnderstoodError()
    return found.pop()  # type: ignore[no-any-return]


def _legend(frame: Frame) -> q.Written | None:
    if frame.sign("legend") is None:
        return None
    counts = frame.sign("how_many") is not None or any(
        isinstance(part, p.Asked) and part.what == "count" for part in frame.parts
    )
    frame.sign("different")
    _skip(frame)
    return q.Written(what="legend" if counts else "series", panel=frame.scene.panel)


def _kind(frame: Frame) -> q.Written | None:
    if frame.sign("kind_of_chart") is None:
        return None
    frame.all(p.Asked)
    return q.Written(what="type", panel=frame.scene.named_panel)


def _marked(frame: Frame) -> q.Written | None:
    """Reference lines and notes."""
    found = frame.sign("references", "notes")
    if found is None:
        return None
    frame.all(p.Asked, lambda one: one.what in {"where", "which", "count"})
    known = any(line.panel.references for line in frame.scene.lines)
    if found.name == "references" and not known:
        raise NotUnderstoodError(found.item.text)
    return q.Written(what="references" if found.name == "references" else "notes", panel=frame.scene.panel)


def _title(frame: Frame) -> q.Written | None:
    if frame.has(p.Stat, p.Named) or frame.sign("title") is None:
        return None
    frame.all(p.Asked, lambda one: one.what == "which")
    return q.Written(what="title", panel=frame.scene.named_panel)


def _meaning(frame: Frame) -> q.Written | None:
    """What a line stands for, or its colour."""
    if frame.sign("represents", "colour_of") is None:
        return None
    ids = _ids(frame)
    if len(ids) != 1:
        raise NotUnderstoodError()
    frame.all(p.Asked, lambda one: one.what == "which")
    frame.all(p.Kind)
    return q.Written(what="series", series=ids[0], panel=frame.scene.panel)


def _ids(frame: Frame) -> tuple[str, ...]:
    return tuple(
        identity
        for named in frame.all(p.Named)
        for mention in named.mentions
        for called in mention
        for identity in called.series
    )


# --- how many there are -------------------------------------------------------------------------------


def _counted(frame: Frame) -> q.Single | None:
    """How many series, categories, marks or panels are drawn."""
    counts = frame.sign("how_many") is not None
    if counts and frame.sign("panels") is not None:
        return q.Written(what="panels")
    asked = next((part for part in frame.parts if isinstance(part, p.Asked) and part.what == "count"), None)
    kind = next((part for part in frame.parts if isinstance(part, p.Kind)), None) if counts else None
    alone = counts and all(isinstance(part, p.Sign) and part.item.soft for part in frame.parts)
    if asked is None and kind is None and alone and all(map(_counts_samples, frame.scene.lines)):
        return q.Statistic(name="sum", of=Selector(frame).selection(Selector(frame).subject()))
    if asked is None and kind is None:
        return None
    what = asked or kind
    frame.parts = [part for part in frame.parts if part is not what]
    frame.sign("different")
    together = bool(frame.all(p.Stat, lambda one: one.name == "sum")) or frame.sign("together") is not None
    frame.sign("everything")
    return _count_of(what, frame, together=together)  # type: ignore[arg-type]


def _count_of(what: p.Asked | p.Kind, frame: Frame, *, together: bool) -> q.Single:
    """``together``: of "how many pears altogether" it is open whether kinds are counted or what they count.

    Raises:
        NotUnderstoodError: nothing that is drawn is called so, or what is counted is not drawn one by one.
    """
    lines = frame.scene.lines
    panel = frame.scene.panel
    if together and not what.marks:
        if not _are_counts(frame):
            raise NotUnderstoodError(what.text)
        return q.Statistic(name="sum", of=Selector(frame).selection(Selector(frame).subject()))
    if "curves" in what.marks or ("series" in what.classes and len(lines) > 1 and not frame.has(p.Named)):
        return q.Written(what="series", panel=panel)
    if "bars" in what.marks and len(lines) > 1 and all(line.series.kind == "scatter" for line in lines):
        return q.Written(what="series", panel=panel)  # groups of points
    if _COLUMNS.fullmatch(what.text) and all(line.series.kind in GRIDS for line in lines):
        return q.Written(what="categories", panel=panel, axis="x")
    key = _key_of(what, lines)
    if key is not None and not frame.has(p.Named):
        return q.Written(what="categories", panel=panel, axis=key)
    points = "points" in what.classes
    if not (what.marks or points) or (what.period and not what.marks):
        raise NotUnderstoodError(what.text)
    subject = Selector(frame).subject()
    subject.lines = _boxes(subject.lines) if "bars" in what.marks else subject.lines
    if points or "marks" in what.marks:
        subject.lines = _points(subject.lines, what.text)
    histogram = subject.line.series.kind == "histogram"
    if histogram and what.text in _ONES:
        raise NotUnderstoodError(what.text)  # its bars, or what is counted in them?
    binned = "marks" in what.marks and histogram
    if binned and not _counts_samples(subject.line):
        raise NotUnderstoodError(what.text)
    selection = Selector(frame).selection(subject)
    if is_cell(selection):
        return q.ValueAt(of=selection)
    name: Literal["sum", "count"] = "sum" if binned else "count"
    return q.Statistic(name=name, of=selection)


def _are_counts(frame: Frame) -> bool:
    """Whether bars or bins are as tall as there are so many things, by their axis or else the title."""
    counts = lexicon.pattern("counts", "quantities")
    lines = frame.scene.lines
    if any(line.series.kind not in {"bar", "histogram"} for line in lines):
        return False
    labels = {line.values.label for line in lines} - {""}
    said = [counts.search(plain(label)) for label in labels]
    return all(said) if said else any(map(counts.fullmatch, frame.scene.title_words))


def _boxes(lines: list[Line]) -> list[Line]:
    """Without the outliers, which are no boxes."""
    return [line for line in lines if line.series.kind in {"box", "violin"}] or lines


def _points(lines: list[Line], word: str) -> list[Line]:
    """Those whose marks are points, or samples: not the line fitted through them.

    Raises:
        NotUnderstoodError: bars or cells stand for several of them.
    """
    dots = [line for line in lines if line.series.kind == "scatter"]
    if not dots and any(line.series.kind in _COUNTING for line in lines):
        raise NotUnderstoodError(word)
    return dots or lines


def _counts_samples(line: Line) -> bool:
    """Whether it is a histogram whose bars are numbers of samples, no densities."""
    return line.series.kind == "histogram" and line.series.heights == "counts"


def _key_of(what: p.Asked | p.Kind, lines: list[Line]) -> AxisName | None:
    """The axis whose categories a word is for."""
    keys = {key for line in lines for key in (line.place_key, line.cross_key) if key is not None}
    own = [key for key in keys if f"category {key}" in what.classes]
    labels = {
        (called.label, called.axis)
        for mention in (what.named.mentions if isinstance(what, p.Asked) and what.named else ())
        for called in mention
    }
    axes = {(line.panel.axes[key].label, key) for line in lines for key in keys if key in line.panel.axes}
    own += [key for label, key in labels & axes if any(_has_categories(line, key) for line in lines)]
    return own[0] if len(set(own)) == 1 else None


def _has_categories(line: Line, key: AxisName) -> bool:
    return key in line.panel.axes and line.panel.axes[key].kind == "category"


def _listed(frame: Frame) -> q.Written | None:
    """ "Which curves are shown", «назови серии»."""
    others = [part for part in frame.parts if isinstance(part, p.Sign) and not part.item.soft]
    if others or frame.has(p.Stat, p.Named):
        return None
    asked = frame.one(p.Asked, lambda one: one.what == "which" and "curves" in one.marks)
    kinds = (
        [] if asked is not None else frame.all(p.Kind, lambda one: "curves" in one.marks and not one.count)
    )
    if asked is None and (len(kinds) != 1 or frame.has(p.Asked)):
        frame.parts += kinds
        return None
    return q.Written(what="series", panel=frame.scene.panel)
