"""What drawing loses, kept at call time: the values of pies, the summaries of boxes and violins, grids.

Methods of matplotlib are wrapped once, when it is imported. A wrapper returns exactly what the method
returns. What is kept is what matplotlib has made of the data. What the caller gave is read only where that
is plain numbers: reading an array that is computed when it is read would compute it once more.
Records hang weakly on artists and hold none themselves: they are forgotten with the figure.
"""

from __future__ import annotations

import builtins
import functools
import importlib.abc
import importlib.machinery
import os
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from rusoil_jupyter_kernel.guard import Harmless

MOST_CELLS = 1_000_000  # of a grid that is kept for a contour


@dataclass(frozen=True)
class Record:
    """One call. ``data`` has arrays and texts, ``parts`` are the artists it made, by name."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[Any]] = field(default_factory=dict)

    def artists(self, name: str) -> list[Any]:
        """The artists of this name that are still there."""
        return [artist for artist in (part() for part in self.parts.get(name, [])) if artist is not None]


_records: weakref.WeakKeyDictionary[Any, Record] = weakref.WeakKeyDictionary()
_crops: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
_on = True


def of(artist: Any) -> Record | None:
    """The call that made this artist, if it is known."""
    try:
        return _records.get(artist)
    except TypeError:  # can't be referred to weakly
        return None


def switch(on: bool) -> None:
    """Record calls, or only make them."""
    global _on
    _on = on


def is_on() -> bool:
    """Whether calls are recorded."""
    return _on


def crop_of(figure: Any) -> Any:
    """The part of the figure that its last cropped picture showed, in inches without margins, or None."""
    return _crops.get(figure)


def start() -> None:
    """Wrap the methods, now or as soon as matplotlib is imported."""
    for name in _KEEPERS:
        if (module := sys.modules.get(name)) is not None:
            wrap(module)
    if not all(name in sys.modules for name in _KEEPERS) and not any(
        isinstance(finder, _Finder) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _Finder())


def wrap(module: ModuleType) -> None:
    """Wrap each method of the module's class once; a second call changes nothing."""
    owner, keepers = _KEEPERS[module.__name__]
    for name, keep in keepers.items():
        method = getattr(getattr(module, owner, None), name, None)
        if method is not None and not hasattr(method, "_rusoil_records"):
            setattr(getattr(module, owner), name, _recording(module, method, keep))


def _recording(module: ModuleType, method: Callable[..., Any], keep: Callable[..., None]) -> Any:
    def remember(result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if _on:
            with Harmless():  # the plot is drawn, whatever we make of it
                keep(result, *args, **kwargs)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # IPython leaves the frame out
        result = method(*args, **kwargs)
        remember(result, args, kwargs)
        return result

    recorded: Any = functools.wraps(method)(_as_of(module, wrapper))
    recorded._rusoil_records = True
    return recorded


def _as_of(module: ModuleType, function: Any) -> FunctionType:
    """The function as if it stood in matplotlib.

    matplotlib's warnings name the first caller outside of it, by module name and by path: so they go on
    naming the user's line, and are filtered as before.
    """
    path = os.path.join(os.path.dirname(module.__file__ or ""), "<rusoil_jupyter>")
    code = function.__code__.replace(co_filename=path)
    names = {"__name__": module.__name__, "__builtins__": builtins}
    return FunctionType(code, names, function.__name__, None, function.__closure__)


def _weakly(artists: Any) -> list[Any]:
    return [weakref.ref(artist) for artist in artists or []]


def _floats(values: Any) -> Any:
    import numpy as np

    return np.array(np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan))


def _plain(values: Any) -> bool:
    """Whether these are numbers that lie in memory, which anybody may read as often as he likes."""
    kind = type(values)
    if kind in {list, tuple}:
        return all(_plain(one) for one in values)
    return kind.__module__ == "builtins" or (kind.__module__.partition(".")[0], kind.__name__) in _IN_MEMORY


_IN_MEMORY = {("numpy", "ndarray"), ("numpy", "MaskedArray"), ("pandas", "Series"), ("pandas", "Index")}
_IN_MEMORY |= {("numpy", f"{kind}{bits}") for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)}


def _keep_pie(result: Any, _axes: Any, x: Any, *_args: Any, **_more: Any) -> None:
    wedges = list(getattr(result, "wedges", None) or result[0])
    made = getattr(result, "values", None)  # since matplotlib 3.11
    if made is None and not _plain(x):
        return
    labels = [str(wedge.get_label()) for wedge in wedges]
    names = ["" if label.startswith(("_child", "_nolegend_")) else label for label in labels]
    record = Record("pie", {"values": _floats(x if made is None else made).ravel(), "names": names})
    _records.update(dict.fromkeys(wedges, record))


def _keep_hist(result: Any, _axes: Any, *_args: Any, orientation: str = "vertical", **_more: Any) -> None:
    counts, edges, drawn = result
    edges = _floats(edges)
    sets: Sequence[Any] = [drawn] if _is_one(drawn) else list(drawn)
    rows = _floats(counts).reshape(len(sets), -1)
    for row, patches in zip(rows, sets, strict=True):
        data = {"counts": row, "edges": edges, "horizontal": orientation == "horizontal"}
        _records.update(dict.fromkeys(patches, Record("hist", data)))


def _is_one(drawn: Any) -> bool:
    """Whether these are the patches of one histogram, not of several."""
    first = next(iter(drawn), None)
    return first is None or hasattr(first, "get_path")


def _keep_bxp(result: dict[str, Any], _axes: Any, *_args: Any, **_more: Any) -> None:
    record = Record("box", parts={name: _weakly(artists) for name, artists in result.items()})
    for artist in [*result.get("medians", []), *result.get("boxes", [])]:
        _records[artist] = record


def _keep_violin(
    result: dict[str, Any], _axes: Any, vpstats: Any, positions: Any = None, *_args: Any, **more: Any
) -> None:
    stats = [dict(one) for one in vpstats]
    names = ("mean", "median", "min", "max")
    data: dict[str, Any] = {name: _floats([one.get(name, float("nan")) for one in stats]) for name in names}
    if not all(_plain(one) for one in (positions, *(value for each in stats for value in each.values()))):
        return
    data["positions"] = _floats(range(1, len(stats) + 1) if positions is None else positions)
    quantiles = [sorted(map(float, _iterable(one.get("quantiles")))) for one in stats]
    data["quantiles"] = quantiles
    data["horizontal"] = more.get("orientation") == "horizontal" or more.get("vert") is False
    parts = {
        name: _weakly(artists if isinstance(artists, list) else [artists]) for name, artists in result.items()
    }
    for body in result.get("bodies", []):
        _records[body] = Record("violin", data, parts)


def _iterable(values: Any) -> Iterator[Any]:
    return iter(()) if values is None else iter(values)


def _keep_contour(grid: Any, contours: Any, *_args: Any, **_more: Any) -> None:
    x, y, z = grid  # the same grid that the lines are computed from
    if z.size <= MOST_CELLS and x.shape == z.shape == y.shape:
        data = {name: _floats(one).ravel() for name, one in (("x", x), ("y", y), ("z", z))}
        _records[contours] = Record("contour", data)


def _keep_crop(result: Any, figure: Any, *_args: Any, **_more: Any) -> None:
    _crops[figure] = result


_KEEPERS: dict[str, tuple[str, dict[str, Callable[..., None]]]] = {
    "matplotlib.axes._axes": (
        "Axes",
        {
            "pie": _keep_pie,
            "hist": _keep_hist,
            "bxp": _keep_bxp,
            "violin": _keep_violin,
        },
    ),
    "matplotlib.contour": ("QuadContourSet", {"_contour_args": _keep_contour}),
    "matplotlib.figure": ("FigureBase", {"get_tightbbox": _keep_crop}),
}


class _Finder(importlib.abc.MetaPathFinder):
    """Waits for these modules, finds them as everybody else does, and wraps them once they have run."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _KEEPERS:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        spec = next(filter(None, (_spec(finder, fullname, path, target) for finder in others)), None)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def _spec(
    finder: Any, name: str, path: Sequence[str] | None, target: ModuleType | None
) -> importlib.machinery.ModuleSpec | None:
    find = getattr(finder, "find_spec", None)
    return find(name, path, target) if find is not None else None


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        with Harmless():  # matplotlib works without our records
            wrap(module)
