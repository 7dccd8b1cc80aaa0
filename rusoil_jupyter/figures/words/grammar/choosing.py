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
    if frame.has(p.Versus, p.Moved, p.Condition, p.Grouped, p.Top) or frame.has_sign(
        "than", "minus", "how_much"
    ):
        return None
    extremes, comparatives = _of(frame, p.Extremum), _of(frame, p.Comparative)
    if len(extremes) + len(comparatives) != 1:
        return None
    way = _MORE[extremes[0].which if extremes else comparatives[0].relation]
    named = _among(frame, is_open=bool(comparatives))
    if named is not None:
        return _between(frame, named, way)
    if comparatives and _asks(frame):
        return _of_two(frame, way)
    return None


def _join_across_than(frame: Frame) -> None:
    """ "Is A higher than B in 2003": two of one kind, set apart only by the word between them."""
    named = [part for part in frame.parts if p.is_named(part, "series", "category")]
    asks = (
        frame.has_sign("whether") and frame.has(p.Comparative) and not frame.has_sign("how_much", "how_many")
    )
    alike = len(named) == 2 and len({one.role for one in named}) == 1
    if not (asks and alike and frame.has_sign("than")) or any(len(one.mentions) > 1 for one in named):
        return
    frame.sign("than")
    both = p.Named((named[0].mentions[0], named[1].mentions[0]), named[0].item, either=True)
    frame.parts = [both if part is named[0] else part for part in frame.parts if part is not named[1]]


def _of(frame: Frame, kind: type) -> list:  # type: ignore[type-arg]
    return [part for part in frame.parts if isinstance(part, kind)]


def _asks(frame: Frame) -> bool:
    return any(isinstance(part, p.Asked) and part.what in {"which", "who", "where"} for part in frame.parts)


def _among(frame: Frame, *, is_open: bool) -> p.Named | p.Spots | None:
    """What is to be chosen from: named with "or", or two named together where one of them is asked."""
    for part in frame.parts:
        if isinstance(part, p.Named | p.Spots) and part.either:
            return part
    pairs = [
        part
        for part in frame.parts
        if isinstance(part, p.Named) and len(part.mentions) == 2 and part.role != "axis"
    ]
    asks = _asks(frame) or frame.has_sign("between", "compare")
    return (
        pairs[0] if len(pairs) == 1 and asks and (is_open or frame.has_sign("between", "compare")) else None
    )


def _between(frame: Frame, among: p.Named | p.Spots, way: str) -> q.Single:
    ones: list[p.Part] = (
        [p.Named((mention,), among.item) for mention in among.mentions]
        if isinstance(among, p.Named)
        else [p.Spots((item,)) for item in among.items]
    )
    if len(ones) != 2:
        raise NotUnderstoodError()
    frame.all(p.Asked, lambda one: one.what in {"which", "who", "where", "when"})
    frame.all(p.Extremum)
    frame.all(p.Comparative)
    for word in ("between", "or", "whether", "and", "compare"):
        frame.sign(word)
    rest = [part for part in frame.parts if part is not among]
    frame.parts = []
    first, second = (measured(frame, [one, *rest]) for one in ones)
    return q.Comparison(first=first, second=second, asks=way)  # type: ignore[arg-type]


def _of_two(frame: Frame, way: str) -> q.Single | None:
    """ "Which city is warmer in April", where there are two: the larger of both."""
    if len(frame.scene.lines) != 2:
        return None
    asked = frame.one(p.Asked)
    frame.all(p.Comparative)
    subject = Selector(frame).subject()
    if (
        asked is None
        or len(subject.lines) != 2
        or not (asked.what != "which" or "series" in asked.classes or asked.marks)
    ):
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    if not selection.places:
        raise NotUnderstoodError()
    which = "maximum" if way == "larger" else "minimum"
    return q.Extreme(which=which, of=selection, asks="series")  # type: ignore[arg-type]
