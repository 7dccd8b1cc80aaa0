"""Which of several that are named is larger: "which is higher in 2004, A or B"."""

from __future__ import annotations

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.comparing import measured
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector

_MORE = {"maximum": "larger", "minimum": "smaller", "above": "larger", "below": "smaller"}


def chosen(frame: Frame) -> q.Single | None:
    """The one of those named that has more, or less; ``None`` where nothing is to be chosen.

    Raises:
        NotUnderstoodError: it is open between what.
    """
    _join_across_than(frame)
    others = frame.has(p.Versus, p.Moved, p.Condition, p.Grouped, p.Top)
    if others or frame.has_sign("than", "minus", "how_much"):
        return None
    extremes, comparatives = frame.of(p.Extremum), frame.of(p.Comparative)
    if len(extremes) + len(comparatives) != 1:
        return None
    way = _MORE[extremes[0].which if extremes else comparatives[0].relation]
    named = _among(frame, is_open=bool(comparatives))
    if named is not None:
        return _between(frame, named, way)
    return _of_two(frame, way) if comparatives and _asks(frame) else None


def _join_across_than(frame: Frame) -> None:
    """ "Is A higher than B in 2003": two of one kind, set apart only by the word between them."""
    asks = frame.has_sign("whether") and not frame.has_sign("how_much", "how_many")
    if not asks or not frame.has(p.Comparative) or not frame.has_sign("than"):
        return
    named = [part for part in frame.parts if p.is_named(part, "series", "category")]
    if [len(one.mentions) for one in named] != [1, 1] or named[0].role != named[1].role:
        return
    frame.sign("than")
    both = p.Named((named[0].mentions[0], named[1].mentions[0]), named[0].item, either=True)
    frame.parts = p.replaced(p.without(frame.parts, named[1]), named[0], both)


def _asks(frame: Frame) -> bool:
    return frame.first(p.Asked, lambda one: one.what in {"which", "who", "where"}) is not None


def _among(frame: Frame, *, is_open: bool) -> p.Named | p.Spots | None:
    """What is to be chosen from: named with "or", or two named together where one of them is asked."""
    for part in frame.parts:
        if isinstance(part, p.Named | p.Spots) and part.either:
            return part
    pairs = frame.of(p.Named, lambda one: len(one.mentions) == 2 and one.role != "axis")
    asks = frame.has_sign("between", "compare") or (is_open and _asks(frame))
    return pairs[0] if len(pairs) == 1 and asks else None


def _between(frame: Frame, among: p.Named | p.Spots, way: str) -> q.Single:
    ones: list[p.Part] = (
        [p.Named((mention,), among.item) for mention in among.mentions]
        if isinstance(among, p.Named)
        else [p.Spots((item,)) for item in among.items]
    )
    if len(ones) != 2:
        raise NotUnderstoodError()
    frame.all(p.Asked, lambda one: one.what in {"which", "who", "where", "when"})
    frame.drop(among, *frame.of(p.Extremum), *frame.of(p.Comparative))
    frame.skip("between", "or", "whether", "and", "compare")
    rest, frame.parts = frame.parts, []
    first, second = (measured(frame, [one, *rest]) for one in ones)
    return q.Comparison(first=first, second=second, asks=way)  # type: ignore[arg-type]


def _of_two(frame: Frame, way: str) -> q.Single | None:
    """ "Which city is warmer in April", where there are two: the larger of both."""
    if len(frame.scene.lines) != 2:
        return None
    asked = frame.one(p.Asked)
    frame.all(p.Comparative)
    subject = Selector(frame).subject()
    of_series = asked is not None and (asked.what != "which" or "series" in asked.classes or asked.marks)
    if not of_series or len(subject.lines) != 2:
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    if not selection.places:
        raise NotUnderstoodError()
    which = "maximum" if way == "larger" else "minimum"
    return q.Extreme(which=which, of=selection, asks="series")  # type: ignore[arg-type]
