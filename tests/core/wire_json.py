"""Strategies: anything a stranger may send, from noise to almost right."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "auto"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose fields have these names and any values."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=5), anything, max_size=len(names))


def near(value: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """This object with up to two fields replaced by anything or left out."""

    def change(edits: dict[str, Any]) -> dict[str, Any]:
        changed = value | edits
        return {name: item for name, item in changed.items() if item is not ...}

    edits = st.dictionaries(st.sampled_from(sorted(value)), anything | st.just(...), max_size=2)
    return edits.map(change)


def texts(*shapes: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    """Noise, JSON of anything, and JSON of these shapes."""
    return st.text() | st.one_of(anything, *shapes).map(json.dumps)
