"""Marks that belong together: bars drawn one by one, error bars drawn as lines, layers of a stack, logs.

All in raw numbers, before the axes convert them: places that differ by a dodge differ here.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from rusoil_jupyter.figures.readers.settling import doubled, mark_pieces, stand_beside
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

_HOSTS = {"bar", "line", "scatter", "step"}
_AROUND = {"band", "errorbar"}  # they come after what they stand around
_MERGED = {"bar", "box", "violin", "scatter", "errorbar"}
_DEPTH = re.compile(r"depth|глубин|\b(?:tvd|tvdss|md|dept|абс\.? ?отм)", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:days?|weeks?|months?|hours?|date|сут\w*|дни|дней|дата|недел\w*|месяц\w*|час\w*)\b", re.IGNORECASE
)
MOST_HOST_POINTS = 2000


def join(sheet: Sheet) -> None:
    """All of it, in the order in which one needs the other."""
    marks = _without_edges(sheet.marks)
    doubles = set(map(id, doubled(marks)))
    marks = [mark for mark in marks if id(mark) not in doubles]
    mark_pieces(marks)
    stand_beside([mark for mark in marks if sheet.ruler(mark.along).axis.kind == "number"])
    sheet.marks = _merged(sheet, _with_error_bars(marks))
    _run_down(sheet)
    _stack(sheet.marks)
    sheet.marks.sort(key=lambda mark: mark.kind in _AROUND)


def _without_edges(marks: list[Mark]) -> list[Mark]:
    """Without lines that only draw the upper edge of an area of the same name (pandas does)."""
    areas = [mark for mark in marks if mark.kind in {"area", "band"} and mark.top is not None]

    def is_edge(line: Mark) -> bool:
        return any(
            area.label == line.label
            and area.colour == line.colour
            and area.top is not None
            and np.array_equal(area.columns[area.along], line.columns[area.along], equal_nan=True)
            and np.allclose(area.top, line.columns[area.across], equal_nan=True)
            for area in areas
        )

    return [mark for mark in marks if mark.kind != "line" or not is_edge(mark)]


def _with_error_bars(marks: list[Mark]) -> list[Mark]:
    """Short straight lines through a point or the end of a bar are its error bar (seaborn draws them so)."""
    ranges = [(mark, found) for mark in marks if (found := _range(mark)) is not None]
    if not ranges:
        return marks
    hosts = [mark for mark in marks if mark.kind in _HOSTS and _range(mark) is None]
    errors: dict[int, list[tuple[float, float, float, float]]] = {}
    directions: dict[int, Literal["x", "y"]] = {}
    used: set[int] = set()
    tables = {id(host): _values(host) for host in hosts}
    for mark, (along, place, low, high) in ranges:
        for host in hosts:
            if host.kind == "bar" and host.along != along:
                continue
            table = tables[id(host)][along]
            value = next((v for p, v in table if abs(p - place) < 1e-6 and low < v < high), None)
            if value is not None or (np.isnan(low) and any(abs(p - place) < 1e-6 for p, _v in table)):
                used.add(id(mark))
                if value is not None:
                    errors.setdefault(id(host), []).append((place, value, low, high))
                    directions[id(host)] = along
                break
    result: list[Mark] = []
    for mark in marks:
        if id(mark) not in used:
            result.append(mark)
            if id(mark) in errors:
                result.append(_error(mark, directions[id(mark)], errors[id(mark)]))
    return result


def _error(host: Mark, along: Literal["x", "y"], found: list[tuple[float, float, float, float]]) -> Mark:
    rows = floats(sorted(found))
    across = "y" if along == "x" else "x"
    columns = {along: rows[:, 0], across: rows[:, 1], "low": rows[:, 2], "high": rows[:, 3]}
    return Mark("errorbar", columns, host.label, host.colour, along)


def _values(host: Mark) -> dict[str, list[tuple[float, float]]]:
    """Places and values of a host, looked at along either axis; ends of bars, not their lengths."""
    x, y = host.columns.get("x"), host.columns.get("y")
    if x is None or y is None or x.size > MOST_HOST_POINTS:
        return {"x": [], "y": []}
    if host.kind == "bar":
        ends = host.columns[host.across] + host.columns.get("base", 0.0)
        table = list(zip(host.columns[host.along].tolist(), ends.tolist(), strict=True))
        return {host.along: table, host.across: []}
    return {
        "x": list(zip(x.tolist(), y.tolist(), strict=True)),
        "y": list(zip(y.tolist(), x.tolist(), strict=True)),
    }


def _range(mark: Mark) -> tuple[Literal["x", "y"], float, float, float] | None:
    """Place and ends of an unnamed line along one axis, with or without caps; ``None`` for another line."""
    if mark.kind != "line" or mark.columns["x"].size not in {2, 8}:
        return None
    x, y = mark.columns["x"], mark.columns["y"]
    middle = slice(3, 5) if x.size == 8 else slice(0, 2)
    if x.size == 8 and not (np.isnan(x[[2, 5]]).all() or np.isnan(y[[2, 5]]).all()):
        return None
    for along, place, value in (("x", x[middle], y[middle]), ("y", y[middle], x[middle])):
        if place[0] == place[1] and value[0] != value[1]:
            if np.isnan(value).any():
                return along, float(place[0]), float("nan"), float("nan")  # type: ignore[return-value]
            return along, float(place[0]), float(value.min()), float(value.max())  # type: ignore[return-value]
    return None


def _merged(sheet: Sheet, marks: list[Mark]) -> list[Mark]:
    """Marks of one kind and name as one series, where they stand on categories or look alike."""
    groups: dict[tuple[object, ...], list[Mark]] = {}
    for mark in marks:
        if mark.kind not in _MERGED:
            groups[id(mark), "alone"] = [mark]
            continue
        on_categories = _on_categories(sheet, mark)
        alike = "" if on_categories else mark.colour
        groups.setdefault((mark.kind, mark.along, mark.label, alike, tuple(sorted(mark.columns))), []).append(
            mark
        )
    result = [_one(group) if len(group) > 1 and _may_join(group) else group for group in groups.values()]
    flat = [mark for group in result for mark in (group if isinstance(group, list) else [group])]
    return _without_own_names(sheet, flat)


def _on_categories(sheet: Sheet, mark: Mark) -> bool:
    return sheet.ruler(mark.along).axis.kind == "category" or (
        mark.kind == "scatter" and "category" in {sheet.x.axis.kind, sheet.y.axis.kind}
    )


def _may_join(group: list[Mark]) -> bool:
    """Bars that stand at one place are different series, even without names."""
    if group[0].kind == "scatter":
        return not group[0].label or len({mark.colour for mark in group}) == 1
    if group[0].label:
        return True
    along = group[0].along
    places = np.concatenate([mark.columns[along] for mark in group])
    return bool(np.unique(np.round(places, 6)).size == places.size)


def _one(group: list[Mark]) -> Mark:
    first = group[0]
    columns = {name: np.concatenate([mark.columns[name] for mark in group]) for name in first.columns}
    if first.kind != "scatter":
        order = np.argsort(columns[first.along], kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
    colour = first.colour if len({mark.colour for mark in group}) == 1 else ""
    return Mark(first.kind, columns, first.label, colour, first.along)


def _without_own_names(sheet: Sheet, marks: list[Mark]) -> list[Mark]:
    """One series instead of one a category, where the legend only repeats the categories."""
    for kind in ("bar", "box", "violin", "errorbar"):
        group = [mark for mark in marks if mark.kind == kind]
        if len(group) < 2 or any(mark.columns[mark.along].size != 1 for mark in group):
            continue
        ruler = sheet.ruler(group[0].along)
        if ruler.axis.kind != "category" or len({(m.along, tuple(sorted(m.columns))) for m in group}) > 1:
            continue
        places = [int(ruler.places(mark.columns[mark.along])[0]) for mark in group]
        names = [ruler.axis.categories[place] for place in places if 0 <= place < len(ruler.axis.categories)]
        if names == [mark.label for mark in group]:
            for mark in group:
                mark.label = ""
            joined = _one(group)
            marks = [joined if mark is group[0] else mark for mark in marks if mark not in group[1:]]
    return marks


def _run_down(sheet: Sheet) -> None:
    """Logs: where depth runs down, it is what the other values are measured along."""
    ruler = sheet.y
    if ruler.axis.kind == "category":
        return
    shared = sheet.axes.get_shared_y_axes().get_siblings(sheet.axes)  # only one of these bears the label
    named = any(_DEPTH.search(label) for label in (ruler.axis.label, *(one.get_ylabel() for one in shared)))
    over_time = sheet.x.axis.kind == "date" or _TIME.search(sheet.x.axis.label) is not None
    if over_time or not (named or ruler.axis.inverted):  # "depth against days" is no log
        return
    curves = [mark for mark in sheet.marks if mark.kind in {"line", "step", "scatter", "area", "errorbar"}]
    down = [mark for mark in curves if mark.along == "x" and _runs_down(mark, named, ruler.axis.inverted)]
    for mark in down:
        mark.along = "y"


def _runs_down(mark: Mark, named: bool, inverted: bool) -> bool:
    x, y = mark.columns.get("x"), mark.columns.get("y")
    if x is None or y is None:
        return False
    if mark.kind == "scatter":
        return named and inverted
    if not _one_way(y):
        return False
    return (named and inverted) or not _one_way(x)


def _one_way(column: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    known = column[np.isfinite(column)]
    return known.size > 1 and (bool(np.all(known[1:] >= known[:-1])) or bool(np.all(known[1:] <= known[:-1])))


def _stack(marks: list[Mark]) -> None:
    """Bars that begin where those of another series end stand on each other."""
    bars = [mark for mark in marks if mark.kind in {"bar", "histogram"}]
    tops: list[tuple[Mark, dict[float, float]]] = []
    for mark in bars:
        places = mark.columns.get(mark.along, mark.columns.get("left"))
        if places is None:
            continue
        base = mark.columns.get("base", np.zeros_like(places))
        for below, ends in tops:
            known = [(ends[p], b) for p, b in zip(places.tolist(), base.tolist(), strict=True) if p in ends]
            on_top = known and all(abs(end - begin) <= 1e-9 * max(1.0, abs(end)) for end, begin in known)
            if on_top and np.any(base != 0) and below.along == mark.along:
                below.stack = below.stack or "stack1"
                mark.stack = below.stack
                break
        ends = (base + mark.columns[mark.across]).tolist()
        tops.insert(0, (mark, dict(zip(places.tolist(), ends, strict=True))))
    # What stands on a shared zero is told by its stack; a floating bar keeps where it begins.
