"""Dates on an axis whose labels tell parts of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rusoil_jupyter.figures.pixels.dates import resolved


@pytest.mark.parametrize(
    ("texts", "years", "days"),
    [
        (["2021", "March", "May"], [], ["2021-01-01", "2021-03-01", "2021-05-01"]),
        (
            ["October", "November", "2022", "March"],
            [],
            ["2021-10-01", "2021-11-01", "2022-01-01", "2022-03-01"],
        ),
        (["Jan 3", "Jan 10", "Jan 17"], [2021, 0, 0], ["2021-01-03", "2021-01-10", "2021-01-17"]),
        (["Dec 27", "Jan 3", "Jan 10"], [2020, 0, 0], ["2020-12-27", "2021-01-03", "2021-01-10"]),
        (
            ["April 2024", "Sun 28", "May", "Sun 05"],
            [],
            ["2024-04-01", "2024-04-28", "2024-05-01", "2024-05-05"],
        ),
        (["март 2023", "май 2023"], [], ["2023-03-01", "2023-05-01"]),
        (["06-01", "06-15", "07-01"], [2024, 0, 0], ["2024-06-01", "2024-06-15", "2024-07-01"]),
        (["March", "May", "July"], [], [None, None, None]),
        (["0", "5", "10"], [], [None, None, None]),
        (["2020", "2021", "2022"], [], [None, None, None]),
    ],
)
def test_what_a_label_leaves_out_comes_from_those_before(
    texts: list[str], years: list[int], days: list[str | None]
) -> None:
    wanted = [day and datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day in days]
    assert resolved(texts, years) == wanted
