"""Queries in their first form: what sessions hold of old is read as what it means today."""

from __future__ import annotations

from typing import get_args

import pytest

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.figures.values.flat import Flat, FlatOp
from rusoil_jupyter.protocol import StoredMessage

# A finding as it was stored: every field of the old query is there, most of them empty.
OLD_QUERY = {
    "op": "maximum",
    "panel": "",
    "series": "oil",
    "other": "",
    "column": "",
    "axis": None,
    "at": "2023",
    "until": None,
    "level": None,
    "model": "linear",
    "degree": 1,
    "node": "",
    "to": "",
}
OIL = q.Selection(series=("oil",), places=(q.Listed(places=("2023",)),))


def test_a_message_with_findings_of_old_is_read():
    finding = {"query": OLD_QUERY, "badge": "stored", "series": "Oil", "value": 9.0}
    reading = {"request_id": "r", "seq": 1, "type": "reading", "name": "Out[1]", "badge": "stored"}
    message = StoredMessage.model_validate(
        {
            "id": "1",
            "role": "assistant",
            "parts": [{"type": "text", "text": "9"}],
            "created_at": "2026-11-01T00:00:00Z",
            "readings": [{**reading, "findings": [finding]}],
        }
    )
    [read] = message.readings[0].findings
    assert (read.query, read.value) == (q.Extreme(which="maximum", of=OIL), 9.0)
    again = StoredMessage.model_validate(message.model_dump(mode="json"))
    assert again.readings == message.readings


@pytest.mark.parametrize("op", get_args(FlatOp))
def test_every_operation_of_old_is_one_of_today(op):
    stored = Finding.model_validate(
        {"query": {**OLD_QUERY, "op": op, "node": "a", "to": "b"}, "badge": "exact"}
    )
    assert stored.query == Flat(op=op, series="oil", at="2023", node="a", to="b").query()
    assert Finding.model_validate(stored.model_dump(mode="json")) == stored


@pytest.mark.parametrize(
    ("flat", "query"),
    [
        (
            {"op": "count", "series": "oil", "at": "2023", "level": 5, "column": "below"},
            q.Statistic(
                name="count", of=OIL.model_copy(update={"where": (q.Where(relation="below", level=5),)})
            ),
        ),
        (
            {"op": "rank", "series": "oil", "at": "2023", "level": -2},
            q.Extreme(which="minimum", rank=2, asks="place", of=OIL),
        ),
        (
            {"op": "rank", "column": "mean", "level": 1},
            q.Statistic(name="mean", of=q.Selection(), each="series", over="maximum", asks="group"),
        ),
        (
            {"op": "compare", "at": 1, "until": 2, "column": "percent"},
            q.Comparison(
                first=q.ValueAt(of=q.Selection(places=(q.Listed(places=(2.0,)),))),
                second=q.ValueAt(of=q.Selection(places=(q.Listed(places=(1.0,)),))),
                asks="percent",
            ),
        ),
        ({"op": "slope", "at": 3}, q.Slope(of=q.Selection(places=(q.Interval(start=3.0),)))),
        ({"op": "crossing", "level": 5, "column": "above"}, q.Crossing(of=q.Selection(), level=5, way="up")),
        ({"op": "count", "axis": "x"}, q.Written(what="categories", axis="x")),
    ],
)
def test_what_had_several_meanings_in_one_field_is_told_apart(flat, query):
    assert Flat(**flat).query() == query
