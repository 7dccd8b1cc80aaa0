"""What things of a figure are called in a sentence: kinds of series, axes, colours, measures, ways."""

from __future__ import annotations

from rusoil_jupyter.figures.words.forms import Language, clean, number
from rusoil_jupyter.i18n import _, ngettext


def kind_name(kind: str) -> str:
    """A kind of series as it is called."""
    return {
        "line": _("line chart"),
        "step": _("step chart"),
        "scatter": _("scatter plot"),
        "stem": _("stem plot"),
        "area": _("area chart"),
        "bar": _("bar chart"),
        "histogram": _("histogram"),
        "band": _("filled band"),
        "errorbar": _("plot with error bars"),
        "box": _("box plot"),
        "violin": _("violin plot"),
        "pie": _("pie chart"),
        "heatmap": _("heat map"),
        "hexbin": _("map of hexagonal bins"),
        "contour": _("contour plot"),
        "surface": _("three-dimensional plot"),
        "vector": _("vector field"),
        "image": _("picture"),
        "diagram": _("diagram"),
    }.get(kind, _("figure"))


def marks_count(kind: str, count: int, language: Language) -> str:
    """How many marks a series has, called as they look: "6 bars", «36 точек»."""
    if kind in {"bar", "histogram"}:
        text = ngettext("{count} bar", "{count} bars", count)
    elif kind in {"box", "violin"}:
        text = ngettext("{count} box", "{count} boxes", count)
    elif kind in {"heatmap", "hexbin", "contour", "surface"}:
        text = ngettext("{count} cell", "{count} cells", count)
    elif kind == "pie":
        text = ngettext("{count} slice", "{count} slices", count)
    else:
        text = ngettext("{count} point", "{count} points", count)
    return text.format(count=number(float(count), language))


def axis_name(name: str) -> str:
    """An axis as it is called in a sentence."""
    return {
        "x": _("the x axis"),
        "y": _("the y axis"),
        "x2": _("the second x axis"),
        "y2": _("the second y axis"),
        "z": _("the z axis"),
        "color": _("the colour scale"),
    }.get(name, _("the axis"))


def colour_name(colour: str) -> str:
    """A colour as it is called; its code where it has no common name."""
    from rusoil_jupyter.figures.words.colours import name_of

    names = {
        "red": _("red"),
        "green": _("green"),
        "blue": _("blue"),
        "light blue": _("light blue"),
        "cyan": _("cyan"),
        "orange": _("orange"),
        "yellow": _("yellow"),
        "purple": _("purple"),
        "pink": _("pink"),
        "brown": _("brown"),
        "grey": _("grey"),
        "black": _("black"),
        "white": _("white"),
    }
    return names.get(name_of(colour), clean(colour, 20))


def way_name(way: str) -> str:
    """What a trend does."""
    return {
        "rising": _("rises"),
        "falling": _("falls"),
        "flat": _("hardly changes"),
        "mixed": _("has no steady trend"),
    }.get(way, clean(way))


def measure_name(name: str) -> str:
    """A statistic as the subject of a sentence."""
    return {
        "mean": _("the mean"),
        "median": _("the median"),
        "sum": _("the sum"),
        "count": _("the count"),
        "maximum": _("the maximum"),
        "minimum": _("the minimum"),
        "first": _("the first value"),
        "last": _("the last value"),
        "change": _("the change"),
        "std": _("the standard deviation"),
        "spread": _("the spread"),
        "area": _("the area under the curve"),
    }[name]
