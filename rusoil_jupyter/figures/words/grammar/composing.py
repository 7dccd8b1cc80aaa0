"""The query that the parts of a question make."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.choosing import chosen
from rusoil_jupyter.figures.words.grammar.comparing import compared
from rusoil_jupyter.figures.words.grammar.holding import holding, how_many, whether_more
from rusoil_jupyter.figures.words.grammar.measures import is_cumulated, measure
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, Subject, is_one_place
from rusoil_jupyter.figures.words.grammar.settling import settled
from rusoil_jupyter.figures.words.grammar.several import clauses
from rusoil_jupyter.figures.words.grammar.shaping import shaped
from rusoil_jupyter.figures.words.grammar.writing import written

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.queries import Query
    from rusoil_jupyter.figures.words.grammar.scene import Scene


def composed(parts: list[p.Part], scene: Scene) -> Query:
    """The query that these parts are, all of them.

    Raises:
        NotUnderstoodError: they are none.
        AbsentError: they name what the figure does not have.
    """
    parts = settled(parts, scene)
    found = [_single(clause, scene) for clause in clauses(parts)]
    if len(found) == 1:
        return found[0]
    return q.Several(parts=cast("tuple[q.Single, q.Single]", tuple(found)))


def _single(parts: list[p.Part], scene: Scene) -> q.Single:
    """The query of one clause.

    Raises:
        NotUnderstoodError: no builder takes all of its parts.
    """
    unknown = [part.item.text for part in parts if isinstance(part, p.Unknown)]
    if unknown:
        raise NotUnderstoodError(*unknown)
    for build in _BUILDERS:
        frame = Frame(scene, parts)
        if scene.named_panel:
            frame.sign("panels")
        made = build(frame)
        if made is not None:
            frame.ends()
            return made
    raise NotUnderstoodError()


# --- shares, orders -----------------------------------------------------------------------------------


def _share(frame: Frame) -> q.Single | None:
    if not _asks_share(frame):
        return None
    frame.skip("percent", "share", "whole", "how_many", "how_much", "together")
    if not any("%" in unit_of(line.values) for line in frame.scene.lines):
        frame.all(p.InUnit, lambda one: one.symbol == "%")
    frame.sign("from", "to")  # "comes from solar", "goes to Alder"
    frame.all(p.Stat, lambda one: one.name == "sum")
    everything = frame.sign("everything") is not None
    if frame.has(p.Asked) and frame.one(p.Asked, lambda one: one.what == "count") is None:
        raise NotUnderstoodError()
    if frame.has(p.Stat):
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    if subject.line.cross_key is None and len(subject.categories) > 1:
        # "what percentage of orders gets delivered": of one bar, not of all
        raise NotUnderstoodError(*(one.item.text for one in subject.categories))
    selection = Selector(frame).selection(subject)
    if subject.line.series.kind == "pie" or unit_of(subject.line.values) != "%":
        return _share_of(selection, subject, frame)
    if not (everything or selection.but or selection.series):
        raise NotUnderstoodError()
    return q.Statistic(name="sum", of=selection)


def _asks_share(frame: Frame) -> bool:
    """Whether it is a share, by its word or, of a pie, by its unit, and nothing more."""
    pie = frame.scene.kinds == {"pie"}
    in_percent = pie and frame.one(p.InUnit, lambda one: one.symbol == "%") is not None
    is_share = frame.sign("share") is not None or in_percent
    return is_share and not frame.has(p.Extremum, p.Versus, p.Comparative)


def _share_of(selection: q.Selection, subject: Subject, frame: Frame) -> q.Share:
    """Of marks under a condition how many they are; else what their values sum up to."""
    if _are_fractions(subject):
        raise NotUnderstoodError()
    points = subject.line.series.kind == "scatter"
    if selection.where or (points and selection.places):
        whole = selection.model_copy(update={"where": (), **({"places": ()} if points else {})})
        return q.Share(of=selection, whole=whole, by="count")
    whole = _whole(selection, frame)
    if whole == selection:
        raise NotUnderstoodError()
    return q.Share(of=selection, whole=whole)


def _are_fractions(subject: Subject) -> bool:
    """Whether values are shares themselves, which are no parts of their sum."""
    series = subject.line.series
    column = "y" if series.along == "x" else "x"
    stats = series.stats.get(column)
    ends = (stats.min, stats.max) if stats is not None else series.values.get(column, ())
    return bool(ends) and all(isinstance(one, int | float) and 0 <= one <= 1 for one in ends)


def _whole(selection: q.Selection, frame: Frame) -> q.Selection:
    """What a part is a part of: all series at its places, or all places of its series."""
    several = len({line.id for line in frame.scene.lines}) > 1
    taken = "series" if several and selection.series else "places"
    return selection.model_copy(update={taken: (), "but": ()})


def _standing(frame: Frame) -> q.Single | None:
    if frame.sign("standing") is None:
        return None
    ascending = frame.sign("ascending")
    frame.skip("descending", "by", "by_size", "order")
    if frame.has(p.Extremum, p.Stat):
        raise NotUnderstoodError()
    named = frame.first(p.Named, lambda one: one.role != "axis")
    if named is None or len(named.mentions) != 1:
        raise NotUnderstoodError()
    frame.drop(named)
    called = named.mentions[0][0]
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if called.role == "series" and not selection.places:
        raise NotUnderstoodError(called.label)
    return q.Order(of=selection, first="smallest" if ascending else "largest", standing=called.label)


def _order(frame: Frame) -> q.Single | None:
    """All of them in order: "sort the months by sales"."""
    if frame.has(p.Extremum, p.Stat, p.Condition) or frame.sign("order") is None:
        return None
    ascending = frame.sign("ascending")
    frame.skip("descending", "by", "by_size", "rank")
    frame.all(p.Asked, lambda one: one.what == "which")
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if subject.are_several and not selection.places:
        raise NotUnderstoodError()
    return q.Order(of=selection, first="smallest" if ascending else "largest")


def _top(frame: Frame) -> q.Single | None:
    """The two largest, the three smallest."""
    top = frame.one(p.Top)
    if top is None:
        return None
    frame.one(p.Asked, lambda one: one.what == "which")
    if frame.has(p.Asked, p.Stat, p.Extremum, p.Versus, p.Condition):
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if subject.are_several and not selection.places:
        raise NotUnderstoodError()
    return q.Order(of=selection, first="largest" if top.which == "maximum" else "smallest", limit=top.count)


def _histogram(frame: Frame) -> q.Single | None:
    """The samples in some bins of a histogram."""
    if "histogram" not in frame.scene.kinds or len(frame.scene.value_labels) > 1:
        return None
    if frame.has(p.Extremum, p.Versus, p.Asked, p.Stat) or frame.has_sign("share"):
        return None
    frame.sign("how_many", "how_much")
    subject = Selector(frame).subject()
    if subject.are_several or subject.line.series.kind != "histogram" or is_cumulated(subject):
        return None
    selection = Selector(frame).selection(subject)
    if not selection.places:
        return None
    if is_one_place(selection) and not selection.but:
        return q.ValueAt(of=selection)
    return q.Statistic(name="sum", of=selection)


# --- one number ---------------------------------------------------------------------------------------


def _each_named(frame: Frame) -> q.Single | None:
    """A value, an extreme, a statistic."""
    if frame.has(p.Versus, p.Comparative):
        return None
    return measure(frame)


_BUILDERS = (
    written,
    shaped,
    chosen,
    _order,
    compared,
    _top,
    _share,
    _standing,
    whether_more,
    holding,
    how_many,
    _histogram,
    _each_named,
)
