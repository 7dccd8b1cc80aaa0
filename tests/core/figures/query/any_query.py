"""Strategies that draw any query there is, of today and in its first form."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.flat import Flat, FlatOp

FAR = st.sampled_from([0.0, 1e-300, 1e9, -1e9, 1e18, 1e300, -1e300])
NUMBERS = st.floats(-100, 100) | FAR
DATES = st.sampled_from(
    ["2022", "2022-03", "2022-03-05", "0001", "0001-01-01", "9999-12", "9999-12-31T23:59:59"]
)
CELLS = st.one_of(st.floats(-1e6, 1e6), FAR, DATES, st.sampled_from(["April", "Sat", "x", "", "5", "Oil"]))
COLUMNS = st.sampled_from(["", "", "", "total", "median", "x", "y", "iqr", "q1", "high", "change", "nowhere"])
PERIODS = st.sampled_from(get_args(q.Period))
NAMES = st.sampled_from(get_args(q.StatisticName))
UNITS = st.sampled_from(["", "", "", "м", "bbl/d", "м³/сут", "t", "мес", "?"])


def places():
    interval = st.builds(
        q.Interval,
        start=st.none() | CELLS,
        end=st.none() | CELLS,
        without=st.sampled_from(["", "start", "end", "both"]),
    )
    ends = st.builds(
        q.Ends,
        end=st.sampled_from(["first", "last"]),
        count=st.sampled_from([1e-9, 0.5, 1, 2, 3, 12, 1000, 1e6]),
        of=st.just("mark") | PERIODS,
    )
    months = st.builds(q.Months, months=st.lists(st.integers(1, 12), min_size=1, max_size=3).map(tuple))
    listed = st.builds(q.Listed, places=st.lists(CELLS, min_size=1, max_size=3).map(tuple))
    return st.one_of(interval, listed, ends, months)


def conditions(ids):
    return st.builds(
        q.Where,
        relation=st.sampled_from(get_args(q.Relation)),
        level=st.none() | NUMBERS,
        unit=UNITS,
        than=st.sampled_from(["", "", *ids]),
        at=st.none() | CELLS,
        statistic=st.just("") | NAMES,
        series=st.sampled_from(["", "", *ids]),
        column=COLUMNS,
    )


def selections(ids):
    some = st.lists(places(), max_size=2).map(tuple)
    return st.builds(
        q.Selection,
        series=st.lists(st.sampled_from(ids), max_size=2).map(lambda names: tuple(filter(None, names))),
        column=COLUMNS,
        places=some,
        but=st.just(()) | some,
        where=st.just(()) | st.lists(conditions(ids), max_size=2).map(tuple),
        cross=st.none() | CELLS,
    )


def measures(ids):
    of = selections(ids)
    within = st.just("") | PERIODS
    which = st.sampled_from(["maximum", "minimum"])
    asks = st.sampled_from(["value", "place", "series", "cross"])
    return st.one_of(
        st.builds(q.ValueAt, of=of, unit=UNITS),
        st.builds(
            q.Extreme,
            which=which,
            of=of,
            rank=st.sampled_from([1, 2, 3, 1000]),
            asks=asks,
            within=within,
            unit=UNITS,
        ),
        st.builds(
            q.Statistic,
            name=NAMES,
            of=of,
            each=st.sampled_from(["", "", "series", "place", "cross"]) | PERIODS,
            over=st.just("") | NAMES,
            rank=st.sampled_from([1, 2, 1000]),
            unit=UNITS,
        ),
    )


def singles(ids):
    of = selections(ids)
    other = st.sampled_from(["", *ids])
    measure = measures(ids)
    within = st.just("") | PERIODS
    of_places = st.sampled_from(["places", "first", "last", "count"])
    return st.one_of(
        measure,
        st.builds(q.Share, of=of, whole=of, by=st.sampled_from(["sum", "count"])),
        st.builds(
            q.Comparison,
            first=measure,
            second=measure,
            asks=st.sampled_from(["difference", "ratio", "percent", "larger", "smaller"]),
        ),
        st.builds(
            q.Crossing,
            of=of,
            level=NUMBERS,
            unit=UNITS,
            way=st.sampled_from(["", "up", "down"]),
            asks=of_places,
            within=within,
        ),
        st.builds(q.Intersection, of=of, other=other, asks=of_places | st.just("value"), within=within),
        st.builds(q.Extent, of=of, unit=UNITS),
        st.builds(
            q.Which,
            of=of,
            holds=st.sampled_from(["always", "ever", "never"]),
            asks=st.sampled_from(["series", "places", "cross", "whether"]),
        ),
        st.builds(
            q.Order,
            of=of,
            by=st.just("") | NAMES,
            first=st.sampled_from(["largest", "smallest"]),
            limit=st.sampled_from([0, 1, 3, 100]),
            standing=st.sampled_from(["", "", "April", "Oil"]),
        ),
        st.builds(q.Slope, of=of, each=within),
        st.builds(q.Correlation, of=of, other=other),
        st.builds(q.Fit, of=of, model=st.sampled_from(get_args(q.FitModel)), degree=st.integers(1, 9)),
        *(st.builds(kind, of=of) for kind in (q.Outliers, q.Trend, q.Area)),
        written(ids),
    )


def written(ids):
    boxes = st.sampled_from(["", "w", "Насос", "?"])
    axes = st.sampled_from([None, "x", "y", "y2", "color"])
    return st.one_of(
        st.builds(
            q.Written,
            what=st.sampled_from(get_args(q.Written.model_fields["what"].annotation)),
            series=st.sampled_from(["", *ids]),
            axis=axes,
        ),
        st.builds(q.Boxes),
        st.builds(q.Everything),
        *(st.builds(kind, node=boxes, to=boxes) for kind in (q.Arrows, q.Neighbours, q.Path)),
    )


def queries(ids):
    """Any query about series of these ids."""
    one = singles(ids)
    return one | st.builds(q.Several, parts=st.tuples(one, one))


def flat_queries(ids):
    """Any query in its first form."""
    return st.builds(
        Flat,
        op=st.sampled_from(get_args(FlatOp)),
        series=st.sampled_from(ids),
        other=st.sampled_from(["", "", *ids]),
        column=st.sampled_from(["", "", "total", "median", "x", "y", "ratio", "above", "mean", "iqr"]),
        axis=st.sampled_from([None, None, "x", "y", "y2", "color"]),
        at=st.none() | CELLS,
        until=st.none() | CELLS,
        level=st.none() | st.floats(-100, 100),
        model=st.sampled_from(get_args(q.FitModel)),
        degree=st.integers(1, 9),
        node=st.sampled_from(["", "w", "Насос", "?"]),
        to=st.sampled_from(["", "t", "x"]),
    )
