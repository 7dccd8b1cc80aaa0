"""How much there is of what is drawn: series, categories, marks, panels, and what bars and bins count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.places import is_step, says_each
from rusoil_jupyter.figures.words.grammar.scene import BOXES, GRIDS
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, is_cell
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import AxisName
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_COLUMNS = re.compile(r"columns?|столб\w+")  # of a grid they are no bars
_GROUPS = re.compile(r"groups?|categor(?:y|ies)|групп\w*|категори\w*")
_ONES = frozenset({"one", "ones"})
_STANDING_FOR_SEVERAL = GRIDS | BOXES | {"bar", "pie"}


def counted(frame: Frame) -> q.Single | None:
    """How many series, categories, marks or panels are drawn."""
    counts = frame.sign("how_many") is not None
    if counts and frame.sign("panels") is not None:
        return q.Written(what="panels")
    asked = frame.first(p.Asked, lambda one: one.what == "count")
    what = asked or (frame.first(p.Kind) if counts else None)
    if what is None:
        alone = counts and all(map(p.is_soft, frame.parts)) and all(map(_counts_samples, frame.scene.lines))
        return _sum(frame) if alone else None
    frame.drop(what)
    frame.sign("different")
    together = bool(frame.all(p.Stat, lambda one: one.name == "sum")) or frame.sign("together") is not None
    frame.sign("everything")
    return _count_of(what, frame, together=together)


def _sum(frame: Frame) -> q.Statistic:
    """What bars or bins count, all of it."""
    return q.Statistic(name="sum", of=Selector(frame).selection(Selector(frame).subject()))


def _count_of(what: p.Asked | p.Kind, frame: Frame, *, together: bool) -> q.Single:
    """``together``: of "how many pears altogether" it is open whether kinds are counted or what they count.

    Raises:
        NotUnderstoodError: nothing that is drawn is called so, or what is counted is not drawn one by one.
    """
    if together and not what.marks:
        if not _are_counts(frame):
            raise NotUnderstoodError(what.text)
        return _sum(frame)
    return _names(what, frame) or _marks(what, frame)


def _names(what: p.Asked | p.Kind, frame: Frame) -> q.Written | None:
    """The series or the categories that a word is for."""
    scene = frame.scene
    groups = "bars" in what.marks and scene.kinds == {"scatter"}  # "groups of points"
    if groups:
        frame.all(p.Kind, lambda one: "marks" in one.marks)
    series = groups or ("series" in what.classes and not frame.has(p.Named))
    if "curves" in what.marks or (series and len(scene.lines) > 1):
        return q.Written(what="series", panel=scene.panel)
    axis = _axis_of_marks(what, scene)
    if axis is None and not frame.has(p.Named):
        axis = _key_of(what, scene.lines)
    return q.Written(what="categories", panel=scene.panel, axis=axis) if axis is not None else None


def _axis_of_marks(what: p.Asked | p.Kind, scene: Scene) -> AxisName | None:
    """The axis that bars stand on in groups, or that has the columns of a grid."""
    if _COLUMNS.fullmatch(what.text) and scene.kinds <= GRIDS:
        return "x"
    grouped = "bars" in what.marks and _GROUPS.fullmatch(what.text) and _stand_in_groups(scene.lines)
    return scene.lines[0].place_key if grouped else None


def _stand_in_groups(lines: list[Line]) -> bool:
    """Whether bars of several series stand together at each category."""
    return len(lines) > 1 and all(
        line.series.kind == "bar" and _has_categories(line, line.place_key) for line in lines
    )


def _marks(what: p.Asked | p.Kind, frame: Frame) -> q.Statistic | q.ValueAt:
    """The marks that a word is for; of a histogram what is counted in its bins.

    Raises:
        NotUnderstoodError: it is for none, or what it is for is not drawn one by one.
    """
    points = "points" in what.classes
    if not (what.marks or points) or (what.period and not what.marks):
        raise NotUnderstoodError(what.text)
    subject = Selector(frame).subject()
    if says_each(what.text) and not is_step(subject.line, what.period):
        raise NotUnderstoodError(what.text)
    if "bars" in what.marks:
        subject.lines = _boxes(subject.lines)
    if points or "marks" in what.marks:
        subject.lines = _points(subject.lines, what.text)
    samples = _are_samples(what, subject.line, is_named=bool(subject.named))
    selection = Selector(frame).selection(subject)
    if is_cell(selection):
        return q.ValueAt(of=selection)
    return q.Statistic(name="sum" if samples else "count", of=selection)


def _are_samples(what: p.Asked | p.Kind, line: Line, *, is_named: bool) -> bool:
    """Whether what is counted in the bins of a histogram is asked for, no bins.

    Raises:
        NotUnderstoodError: that is open, or they have densities.
    """
    if line.series.kind != "histogram":
        return False
    ones = what.text in _ONES
    if (ones and not is_named) or ("marks" in what.marks and not _counts_samples(line)):
        raise NotUnderstoodError(what.text)
    return "marks" in what.marks or ones


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
    return [line for line in lines if line.series.kind in BOXES] or lines


def _points(lines: list[Line], word: str) -> list[Line]:
    """Those whose marks are points, or samples: not the line fitted through them.

    Raises:
        NotUnderstoodError: bars or cells stand for several of them.
    """
    dots = [line for line in lines if line.series.kind == "scatter"]
    if not dots and any(line.series.kind in _STANDING_FOR_SEVERAL for line in lines):
        raise NotUnderstoodError(word)
    return dots or lines


def _counts_samples(line: Line) -> bool:
    """Whether it is a histogram whose bars are numbers of samples, no densities."""
    return line.series.kind == "histogram" and line.series.heights == "counts"


def _key_of(what: p.Asked | p.Kind, lines: list[Line]) -> AxisName | None:
    """The axis whose categories a word is for."""
    keys = {key for line in lines for key in (line.place_key, line.cross_key) if key is not None}
    named = {key for key in keys if any(_has_categories(line, key) for line in lines)}
    own = {key for key in named if f"category {key}" in what.classes}
    if isinstance(what, p.Asked) and what.named is not None:
        own |= named & _keys_called(what.named, lines)
    return own.pop() if len(own) == 1 else None


def _keys_called(named: p.Named, lines: list[Line]) -> set[AxisName]:
    """The axes of panels that are called so."""
    said = {(called.label, called.axis) for mention in named.mentions for called in mention}
    return {key for line in lines for key, axis in line.panel.axes.items() if (axis.label, key) in said}


def _has_categories(line: Line, key: AxisName) -> bool:
    return key in line.panel.axes and line.panel.axes[key].kind == "category"
