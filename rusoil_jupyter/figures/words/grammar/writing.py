"""What is written on a figure: axes, units, titles, legends, kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.counting import counted
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.selections import Frame

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import AxisName

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
    for builds in (_axis, _legend, _units, _covered, _kind, _marked, _title, _meaning, counted, _listed):
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
    axis = asked if asked is None or asked in keys else _INSTEAD.get(asked, asked)
    if axis not in {None, *keys}:
        raise NotUnderstoodError(sign.item.text)
    _skip(frame)
    frame.all(p.Named, lambda one: one.is_axis)
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
    if len(named.ids) == 1:
        return q.Written(what="axis", panel=frame.scene.panel, series=named.ids[0])
    axes = {called.axis for called in named.mentions[0] if called.role == "axis"}
    if len(axes) != 1:
        raise NotUnderstoodError(named.item.text)
    return q.Written(what="axis", panel=frame.scene.panel, axis=axes.pop())


def _covered(frame: Frame) -> q.Written | None:
    """ "What period does the chart cover": the range of the independent axis."""
    if frame.sign("covers") is None:
        return None
    _skip(frame)
    keys = {line.place_key for line in frame.scene.lines}
    if len(keys) != 1:
        raise NotUnderstoodError()
    return q.Written(what="axis", panel=frame.scene.panel, axis=keys.pop())


def _legend(frame: Frame) -> q.Written | None:
    if frame.sign("legend") is None:
        return None
    asks = frame.first(p.Asked, lambda one: one.what == "count") is not None
    counts = frame.sign("how_many") is not None or asks
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
    ids = [one for named in frame.all(p.Named) for one in named.ids]
    if len(ids) != 1:
        raise NotUnderstoodError()
    frame.all(p.Asked, lambda one: one.what == "which")
    frame.all(p.Kind)
    return q.Written(what="series", series=ids[0], panel=frame.scene.panel)


def _listed(frame: Frame) -> q.Written | None:
    """ "Which curves are shown", «назови серии»."""
    if frame.has(p.Stat, p.Named) or not all(part.item.soft for part in frame.of(p.Sign)):
        return None
    if frame.one(p.Asked, lambda one: one.what == "which" and "curves" in one.marks) is None:
        kinds = frame.all(p.Kind, lambda one: "curves" in one.marks and not one.count)
        if len(kinds) != 1 or frame.has(p.Asked):
            return None
    return q.Written(what="series", panel=frame.scene.panel)
