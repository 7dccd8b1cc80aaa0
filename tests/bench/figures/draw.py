"""The same chart, as a user of each library would draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.figures.charts import Chart


def by_seaborn(chart: Chart) -> Any:
    """A matplotlib figure by seaborn's functions."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    rows, hue = chart.rows(), "hue" if "hue" in chart.rows() else None
    figure, axes = plt.subplots(figsize=(7, 4))
    match chart.kind:
        case "line":
            sns.lineplot(rows, x="x", y="y", hue=hue, ax=axes, errorbar=None)
        case "scatter":
            sns.scatterplot(rows, x="x", y="y", hue=hue, ax=axes)
        case "bar" | "grouped":
            sns.barplot(rows, x="x", y="y", hue=hue, ax=axes)
        case "barh":
            sns.barplot(rows, x="y", y="x", hue=hue, ax=axes, orient="h")
        case "hist":
            sns.histplot(rows, x="x", bins=list(chart.bins), ax=axes)
        case "box":
            sns.boxplot(rows, x="x", y="y", ax=axes)
        case "heatmap":
            grid = rows.pivot(index="hue", columns="x", values="y")
            sns.heatmap(grid, ax=axes, cbar_kws={"label": chart.title})
        case _:
            plt.close(figure)
            return None
    return _labelled(axes, chart)


def by_pandas(chart: Chart) -> Any:
    """A matplotlib figure by pandas' plotting methods, or by matplotlib's own."""
    import matplotlib.pyplot as plt

    rows = chart.drawn()
    wide = rows.set_index("x")["y"]
    if chart.kind in {"line", "grouped", "stacked"} and "hue" in rows:
        wide = rows.pivot(index="x", columns="hue", values="y")
    figure, axes = plt.subplots(figsize=(7, 4))
    match chart.kind:
        case "line" if not rows["x"].duplicated().any() or "hue" in rows:
            wide.plot(ax=axes)
        case "area":
            axes.fill_between(rows["x"], rows["y"])
        case "scatter":
            for label, part in chart.series():
                axes.scatter(part["x"], part["y"], label=label or None)
            if "hue" in rows:
                axes.legend()
        case "bar":
            axes.bar([str(x) for x in rows["x"]], rows["y"])
        case "barh":
            axes.barh([str(x) for x in rows["x"]], rows["y"])
        case "grouped":
            wide.plot.bar(ax=axes)
        case "stacked":
            wide.plot.bar(ax=axes, stacked=True)
        case "hist":
            rows["x"].plot.hist(ax=axes, bins=list(chart.bins))
        case "box":
            groups = [(str(label), part["y"].to_numpy()) for label, part in rows.groupby("x", sort=False)]
            axes.boxplot([values for _, values in groups], tick_labels=[label for label, _ in groups])
        case "pie":
            axes.pie(rows["y"], labels=[str(x) for x in rows["x"]], autopct="%1.1f%%")
            axes.set_title(chart.title)
            return figure
        case "heatmap":
            shown = axes.imshow(rows.pivot(index="hue", columns="x", values="y"), aspect="auto")
            grid = rows.pivot(index="hue", columns="x", values="y")
            axes.set_xticks(range(len(grid.columns)), grid.columns)
            axes.set_yticks(range(len(grid.index)), grid.index)
            figure.colorbar(shown, label=chart.title)
        case _:
            plt.close(figure)
            return None
    return _labelled(axes, chart)


def _labelled(axes: Any, chart: Chart) -> Any:
    across = chart.kind == "barh"
    axes.set_xlabel(chart.y if across else chart.x)
    axes.set_ylabel(chart.x if across else chart.y)
    axes.set_title(chart.title)
    if chart.log:
        axes.set_yscale("log")
    return axes.figure


def by_plotly(chart: Chart) -> Any:
    """A plotly figure by plotly express."""
    import plotly.express as px

    rows, hue = chart.rows(), "hue" if "hue" in chart.rows() else None
    if hue:
        rows = rows.assign(hue=rows["hue"].astype(str))
    common = {"labels": {"x": chart.x, "y": chart.y}, "title": chart.title}
    match chart.kind:
        case "line":
            return px.line(rows, x="x", y="y", color=hue, log_y=chart.log, **common)
        case "area":
            return px.area(rows, x="x", y="y", **common)
        case "scatter":
            return px.scatter(rows, x="x", y="y", color=hue, **common)
        case "bar":
            return px.bar(chart.drawn(), x="x", y="y", **common)
        case "barh":
            return px.bar(
                chart.drawn(),
                x="y",
                y="x",
                orientation="h",
                labels={"x": chart.x, "y": chart.y},
                title=chart.title,
            )
        case "grouped":
            return px.bar(
                chart.drawn().assign(hue=lambda f: f["hue"].astype(str)),
                x="x",
                y="y",
                color=hue,
                barmode="group",
                **common,
            )
        case "stacked":
            return px.bar(rows, x="x", y="y", color=hue, **common)
        case "box":
            return px.box(rows, x="x", y="y", **common)
        case "pie":
            return px.pie(rows, names="x", values="y", title=chart.title)
        case "heatmap":
            grid = rows.pivot(index="hue", columns="x", values="y")
            return px.imshow(grid, labels={"x": chart.x, "y": chart.y, "color": chart.title})
        case _:
            return None


def by_altair(chart: Chart) -> Any:
    """An altair chart; what is to be averaged is averaged by Vega."""
    import altair as alt

    rows = chart.rows()
    if str(rows["x"].dtype).startswith("datetime"):
        place = "x:T"
    else:
        place = "x:Q" if chart.kind in {"line", "area", "scatter", "hist"} else "x:N"
    value = "mean(y):Q" if chart.mean else "y:Q"
    if "hue" in rows:
        rows = rows.assign(hue=rows["hue"].astype(str))
    base = alt.Chart(rows, title=chart.title)
    x = alt.X(place, title=chart.x, sort=None) if place == "x:N" else alt.X(place, title=chart.x)
    scale = alt.Scale(type="log") if chart.log else alt.Undefined
    y = alt.Y(value, title=chart.y, scale=scale)
    colour = {"color": alt.Color("hue:N", title=None)} if "hue" in rows else {}
    match chart.kind:
        case "line":
            return base.mark_line().encode(x=x, y=y, **colour)
        case "area":
            return base.mark_area().encode(x=x, y=y)
        case "scatter":
            return base.mark_point().encode(x=x, y=y, **colour)
        case "bar":
            return base.mark_bar().encode(x=x, y=y)
        case "barh":
            return base.mark_bar().encode(
                y=alt.Y("x:N", title=chart.x, sort=None), x=alt.X(value, title=chart.y)
            )
        case "grouped":
            return base.mark_bar().encode(x=x, y=y, xOffset="hue:N", **colour)
        case "stacked":
            return base.mark_bar().encode(x=x, y=y, **colour)
        case "hist":
            step = chart.bins[1] - chart.bins[0]
            bins = alt.Bin(step=step, extent=[chart.bins[0], chart.bins[-1]])
            return base.mark_bar().encode(
                x=alt.X("x:Q", bin=bins, title=chart.x), y=alt.Y("count()", title=chart.y)
            )
        case "box":
            return base.mark_boxplot().encode(x=x, y=alt.Y("y:Q", title=chart.y))
        case "pie":
            return base.mark_arc().encode(theta="y:Q", color=alt.Color("x:N", title=chart.x))
        case "heatmap":
            return base.mark_rect().encode(
                x=alt.X("x:O", title=chart.x),
                y=alt.Y("hue:O", title=chart.y),
                color=alt.Color("y:Q", title=chart.title),
            )
        case _:
            return None


def by_bokeh(chart: Chart) -> Any:
    """A bokeh figure of glyphs."""
    from bokeh.models import ColumnDataSource
    from bokeh.palettes import Category10
    from bokeh.plotting import figure

    rows = chart.drawn()
    dated = str(rows["x"].dtype).startswith("datetime")
    if chart.kind in {"bar", "barh"}:
        places = [str(x) for x in rows["x"]]
        ranges = {"y_range": places} if chart.kind == "barh" else {"x_range": places}
    elif chart.kind in {"line", "scatter"}:
        ranges = {
            "x_axis_type": "datetime" if dated else "linear",
            "y_axis_type": "log" if chart.log else "linear",
        }
    else:
        return None
    across = chart.kind == "barh"
    plot = figure(
        title=chart.title,
        x_axis_label=chart.y if across else chart.x,
        y_axis_label=chart.x if across else chart.y,
        width=600,
        height=350,
        **ranges,
    )
    for place, (label, part) in enumerate(chart.series()):
        named = {"legend_label": label} if label else {}
        colour = Category10[10][place % 10]
        source = ColumnDataSource({"x": part["x"], "y": part["y"]})
        match chart.kind:
            case "line":
                plot.line("x", "y", source=source, color=colour, **named)
            case "scatter":
                plot.scatter("x", "y", source=source, color=colour, **named)
            case "bar":
                plot.vbar(x=[str(x) for x in part["x"]], top=list(part["y"]), width=0.8)
            case _:
                plot.hbar(y=[str(x) for x in part["x"]], right=list(part["y"]), height=0.8)
    return plot


LIBRARIES: dict[str, Callable[[Chart], Any]] = {
    "seaborn": by_seaborn,
    "pandas": by_pandas,
    "plotly": by_plotly,
    "altair": by_altair,
    "bokeh": by_bokeh,
}
