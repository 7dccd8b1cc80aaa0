"""Shapes of whole series: trends, slopes, fits, areas, correlations, outliers, where curves meet."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.phrases import ZERO
from rusoil_jupyter.figures.words.grammar.scene import GRIDS
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, skip_places

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.queries import FitModel

_MODELS: dict[str, tuple[FitModel, int]] = {
    "exponential": ("exponential", 1),
    "quadratic": ("polynomial", 2),
    "cubic": ("polynomial", 3),
    "power": ("power", 1),
    "logarithmic": ("logarithmic", 1),
    "linear": ("linear", 1),
}
_CLAIMS = {"rising": "rising", "falling": "falling", "flat": "flat", "up": "rising", "down": "falling"}
_NUMBERS = (p.Extremum, p.Condition, p.Versus, p.Top, p.Grouped)


def shaped(frame: Frame) -> q.Single | None:
    """The shape that a frame asks for; ``None`` where it asks for none.

    Raises:
        NotUnderstoodError: it is open of what.
    """
    if frame.has_sign("correlate", "relationship"):
        frame.all(p.Condition, lambda one: one.level is ZERO)  # "positive", "negative"
    if frame.has(*_NUMBERS) or not GRIDS.isdisjoint(frame.scene.kinds):
        return None
    for sign, build in _SHAPES.items():
        if frame.sign(*sign.split()) is not None:
            return build(frame)
    return _trend_or_none(frame)


def _selection(frame: Frame) -> q.Selection:
    subject = Selector(frame).subject()
    return Selector(frame).selection(subject)


def _outliers(frame: Frame) -> q.Single:
    frame.all(p.Asked, lambda one: one.what in {"which", "where", "count"})
    frame.all(p.Kind)
    frame.sign("whether")
    return q.Outliers(of=_selection(frame))


def _correlation(frame: Frame) -> q.Single:
    frame.skip("whether", "between", "sign_of", "sign_of", "or", "and")
    frame.skip("linear", "relationship", "correlate")
    _skip_axes(frame)
    named = frame.of(p.Named, _are_series)
    each = [p.Named((mention,), named[0].item) for one in named for mention in one.mentions]
    if len(each) != 2:
        return q.Correlation(of=_selection(frame))
    if any(len(one.ids) != 1 for one in each):
        raise NotUnderstoodError(*(one.item.text for one in named))
    frame.drop(*named)
    frame.parts.append(each[0])
    return q.Correlation(of=_selection(frame), other=each[1].ids[0])


def _are_series(named: p.Named) -> bool:
    return all(called.role == "series" for mention in named.mentions for called in mention)


def _skip_axes(frame: Frame) -> None:
    """Take the names of both axes of a plot: "between porosity and permeability"."""
    known = frame.scene.value_labels | frame.scene.place_labels
    named = {label for one in frame.of(p.Named) for label in one.every_label}
    if len(known - {""}) == 2 and known - {""} <= named:
        frame.all(p.Named, lambda one: one.every_label <= known)
        frame.sign("and")


def _fit(frame: Frame) -> q.Single:
    frame.sign("slope"), frame.sign("trend"), frame.sign("fit")
    found = frame.sign(*_MODELS)
    model, degree = _MODELS[found.name] if found is not None else ("linear", 1)
    if frame.sign("polynomial") is not None and (found is None or model == "linear"):
        nth = frame.one(p.Spots)
        number = nth.items[0].number.value if nth is not None and nth.items[0].number is not None else 2
        model, degree = "polynomial", int(number)
    frame.sign("to", "power"), frame.sign("to"), frame.sign("fall")
    frame.all(p.Moved)
    frame.all(p.Kind, lambda one: bool(one.marks) and not one.count)
    return q.Fit(of=_selection(frame), model=model, degree=degree)


def _slope(frame: Frame) -> q.Single:
    if frame.sign("fit") is not None:
        return _fit(frame)
    frame.all(p.Moved, lambda one: not one.negated and not one.previous)
    frame.sign("rising", "falling")
    frame.sign("trend")
    return q.Slope(of=_selection(frame))


def _area(frame: Frame) -> q.Single:
    frame.all(p.Kind, lambda one: bool(one.marks) and not one.count)
    return q.Area(of=_selection(frame))


def _meeting(frame: Frame) -> q.Single:
    """Where curves meet: two that are named, or all there are."""
    asked = frame.one(p.Asked)
    first = frame.sign("first", "ever")
    frame.skip("how_many", "times", "whether", "and", "between", "everything")
    frame.all(p.Kind, lambda one: bool(one.marks) and one.count in {0, len(frame.scene.lines)})
    asks = "first" if first is not None and first.name == "first" else "places"
    if asked is not None and asked.what in {"times", "count"}:
        asks = "count"
    ids = _met(frame)
    selection = q.Selection(panel=frame.scene.panel, series=ids[:1])
    return q.Intersection(of=selection, other="".join(ids[1:]), asks=asks)  # type: ignore[arg-type]


def _met(frame: Frame) -> tuple[str, ...]:
    """Takes both curves that are named; none for all.

    Raises:
        NotUnderstoodError: others are.
    """
    named = frame.all(p.Named)
    ids = tuple(one for name in named for one in name.ids)
    axes = [one for one in named if not _are_series(one)]
    if len(ids) not in {0, 2} or len(frame.scene.lines) < 2 or len(axes) > 1:
        raise NotUnderstoodError(*(one.item.text for one in named))
    return ids


def _trend(frame: Frame) -> q.Single:
    _along(frame)
    frame.skip("whether", "or", "rising", "falling", "flat", "whole", "how_does", "from")
    frame.all(p.Moved, lambda one: not one.negated and not one.previous)
    frame.all(p.Asked, lambda one: one.what in {"which", "where"})
    while frame.sign("trend", "to") is not None:
        continue
    skip_places(frame)
    return q.Trend(of=_selection(frame))


def _along(frame: Frame) -> None:
    """Take "with depth", "as the year increases": along the axis of places, which the trend is anyway.

    Raises:
        NotUnderstoodError: against it, "as the depth falls".
    """
    several = len(_ways(frame)) > 1 and not frame.has_sign("or")
    for last, part in pairwise(frame.parts) if several else ():
        if (
            isinstance(part, p.Moved)
            and isinstance(last, p.Named)
            and last.every_label <= frame.scene.place_labels
        ):
            if part.way != "up" or part.negated:
                raise NotUnderstoodError(last.item.text)
            frame.drop(last, part)
    skip_places(frame)


def _trend_or_none(frame: Frame) -> q.Single | None:
    """ "Is it rising or falling", "does it rise": a trend, where no two moments are compared."""
    if not frame.has(p.Moved) and not frame.has_sign(*_CLAIMS):
        return None
    _along(frame)
    compared = frame.first(p.Moved, lambda one: one.negated or one.previous) is not None
    if compared or frame.has(p.Comparative, p.Stretch, p.Spots, p.Asked):
        return None
    ways = _ways(frame)
    if set(ways) == {"rising", "falling"} or (ways == [""] and frame.has_sign("how_does")):
        return _trend(frame)
    return _claimed(frame, ways[0]) if len(ways) == 1 and ways[0] else None


def _ways(frame: Frame) -> list[str]:
    """Where it is said to go: up, down, nowhere, or ("" ) anywhere."""
    ways = [_CLAIMS.get(one.way, "") for one in frame.of(p.Moved)]
    return ways + [_CLAIMS[one.name] for one in frame.of(p.Sign) if one.name in _CLAIMS]


def _claimed(frame: Frame, way: str) -> q.Single | None:
    """ "Does it rise": yes or no."""
    if frame.has_sign("how_much", "how_many"):
        return None
    others = frame.of(p.Sign, lambda one: one.name not in _CLAIMS and not one.item.soft)
    if (others or frame.has(p.Stat)) and not frame.has_sign("whether"):
        return None
    frame.all(p.Moved)
    frame.sign(*_CLAIMS)
    frame.sign("whether")
    return q.Trend(of=_selection(frame), claim=way)  # type: ignore[arg-type]


_SHAPES = {
    "outliers": _outliers,
    "correlate relationship": _correlation,
    "slope": _slope,
    "fit": _fit,
    "area": _area,
    "meet": _meeting,
    "trend": _trend,
}
