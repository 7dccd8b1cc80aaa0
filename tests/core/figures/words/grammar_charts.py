"""Charts that the grammar is asked about: descriptions as the readers make them, small."""

from datetime import date, timedelta
from functools import cache

from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series


def _numbers(start, step, count):
    return tuple(float(start + step * row) for row in range(count))


def _days(start, count, step=1):
    first = date.fromisoformat(start)
    return tuple((first + timedelta(days=step * row)).isoformat() for row in range(count))


def _months(year, count):
    return tuple(f"{year + row // 12:04d}-{row % 12 + 1:02d}-01" for row in range(count))


def _series(identity, places, kind="line", label="", along="x", axis="y", **more):
    values = tuple(float(10 + (7 * row) % 23) for row in range(len(places)))
    other = "y" if along == "x" else "x"
    columns = {along: tuple(places), other: values}
    return Series(
        id=identity, kind=kind, label=label, along=along, y=axis, n=len(places), values=columns, **more
    )


def _figure(*panels, title=""):
    return FigureDescription(title=title, panels=panels)


def injection():
    """Two injectors by days of 2024."""
    days = _days("2024-01-01", 366)
    axes = {
        "x": Axis(label="Дата", kind="date", range=(days[0], days[-1])),
        "y": Axis(label="Приёмистость, м³/сут", unit="м³/сут"),
    }
    lines = tuple(
        _series(f"s{n}", days, label=f"Скв. {name}") for n, name in enumerate(("112Н", "115Н", "120Н"), 1)
    )
    return _figure(Panel(id="p1", title="Закачка воды", axes=axes, series=lines))


def sales():
    """Regions by months, side by side."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    axes = {
        "x": Axis(label="Month", kind="category", categories=months),
        "y": Axis(label="Sales, thousand USD", unit="thousand USD"),
    }
    bars = tuple(
        _series(f"s{n}", months, "bar", label) for n, label in enumerate(("North", "South", "West"), 1)
    )
    return _figure(Panel(id="p1", title="Regional sales in 2022", axes=axes, series=bars))


def countries():
    """Production by years, an axis of numbers."""
    years = _numbers(2000, 1, 21)
    axes = {
        "x": Axis(label="Year", range=(2000.0, 2020.0)),
        "y": Axis(label="Oil production, mln t", unit="mln t"),
    }
    lines = tuple(
        _series(f"s{n}", years, label=label)
        for n, label in enumerate(("Norway", "United Kingdom", "Denmark"), 1)
    )
    return _figure(Panel(id="p1", axes=axes, series=lines))


def budget():
    """A pie of costs."""
    names = ("Зарплата", "Ремонт", "Электроэнергия", "Транспорт", "Прочее")
    pie = Series(id="s1", kind="pie", n=5, names=names, values={"y": (40.0, 25.0, 18.0, 9.0, 8.0)})
    return _figure(Panel(id="p1", title="Затраты цеха, млн руб.", series=(pie,)))


def repairs():
    """Bars of wells, lying."""
    wells = ("Скв. 7", "Скв. 12", "Скв. 31", "Скв. 44", "Скв. 58")
    axes = {
        "x": Axis(label="Межремонтный период, сут", unit="сут"),
        "y": Axis(kind="category", categories=wells),
    }
    bars = _series("s1", wells, "bar", along="y")
    return _figure(Panel(id="p1", title="МРП по скважинам", axes=axes, series=(bars,)))


def buildup():
    """Pressure over hours."""
    hours = _numbers(0, 2, 37)
    axes = {
        "x": Axis(label="Время, ч", unit="ч", range=(0.0, 72.0)),
        "y": Axis(label="Забойное давление, МПа", unit="МПа"),
    }
    return _figure(Panel(id="p1", axes=axes, series=(_series("s1", hours, label="КВД"),)))


def log():
    """Two curves over depth, in two tracks."""
    depths = _numbers(2400, 0.5, 201)
    depth = Axis(label="Depth, m", unit="m", inverted=True, range=(2400.0, 2500.0))
    tracks = [
        Panel(
            id=f"p{n}",
            column=n,
            axes={
                "x": Axis(label=f"{name}, {unit}", unit=unit),
                "y": depth if n == 1 else depth.model_copy(update={"label": "", "unit": ""}),
            },
            series=(_series(f"s{n}", depths, label=name, along="y"),),
        )
        for n, (name, unit) in enumerate((("Gamma ray", "API"), ("Resistivity", "ohm.m")), 1)
    ]
    return _figure(*tracks)


def cores():
    """Permeability against porosity of two facies."""
    axes = {
        "x": Axis(label="Porosity, %", unit="%"),
        "y": Axis(label="Permeability, mD", unit="mD", scale="log"),
    }
    dots = tuple(
        _series(f"s{n}", _numbers(5 + n, 0.7, 30), "scatter", label)
        for n, label in enumerate(("Channel", "Levee"), 1)
    )
    return _figure(Panel(id="p1", title="Core analysis", axes=axes, series=dots))


def ages():
    """A histogram."""
    edges = _numbers(0, 5, 13)
    bins = Series(
        id="s1",
        kind="histogram",
        n=12,
        values={"left": edges[:-1], "right": edges[1:], "y": tuple(float(3 + n % 5) for n in range(12))},
    )
    axes = {
        "x": Axis(label="Возраст скважины, лет", unit="лет", range=(0.0, 60.0)),
        "y": Axis(label="Число скважин"),
    }
    return _figure(Panel(id="p1", title="Возраст фонда", axes=axes, series=(bins,)))


def grid():
    """Water cuts of wells by months."""
    wells = ("W-1", "W-2", "W-3", "W-4")
    months = ("Jan", "Feb", "Mar", "Apr")
    cells = tuple((float(x), float(y)) for y in range(4) for x in range(4))
    heat = Series(
        id="s1",
        kind="heatmap",
        n=16,
        values={
            "x": tuple(x for x, _y in cells),
            "y": tuple(y for _x, y in cells),
            "z": tuple(20.0 + x * 3 + y for x, y in cells),
        },
    )
    axes = {
        "x": Axis(label="Month", kind="category", categories=months),
        "y": Axis(label="Well", kind="category", categories=wells),
        "color": Axis(label="Water cut, %", unit="%"),
    }
    return _figure(Panel(id="p1", axes=axes, series=(heat,)))


def stages():
    """Boxes."""
    names = ("Zone 1", "Zone 2", "Zone 3", "Zone 4")
    column = {"low": 1.0, "q1": 2.0, "median": 3.0, "q3": 4.0, "high": 5.0}
    box = Series(
        id="s1",
        kind="box",
        n=4,
        values={"x": names, **{name: tuple(value + n for n in range(4)) for name, value in column.items()}},
    )
    axes = {"x": Axis(kind="category", categories=names), "y": Axis(label="Porosity, %", unit="%")}
    return _figure(Panel(id="p1", title="Porosity by zone", axes=axes, series=(box,)))


def twin():
    """Oil and water cut by months of two years, on two axes."""
    months = _months(2022, 24)
    axes = {
        "x": Axis(label="Month", kind="date", range=(months[0], months[-1])),
        "y": Axis(label="Oil rate, t/d", unit="t/d"),
        "y2": Axis(label="Water cut, %", unit="%"),
    }
    lines = (_series("s1", months, label="Oil rate"), _series("s2", months, label="Water cut", axis="y2"))
    return _figure(Panel(id="p1", title="Well 87", axes=axes, series=lines))


def quarters():
    """Revenue by quarters of three years."""
    names = tuple(f"Q{n} {year}" for year in (2021, 2022, 2023) for n in (1, 2, 3, 4))
    axes = {"x": Axis(kind="category", categories=names), "y": Axis(label="Revenue, mln RUB", unit="mln RUB")}
    return _figure(
        Panel(id="p1", title="Quarterly revenue", axes=axes, series=(_series("s1", names, "bar"),))
    )


def idle():
    """Hours that shops stood still, by days of a week."""
    days = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
    axes = {"x": Axis(kind="category", categories=days), "y": Axis(label="Простой, ч", unit="ч")}
    bars = tuple(_series(f"s{n}", days, "bar", f"Цех-{n}") for n in (1, 2, 3))
    return _figure(Panel(id="p1", title="Простои цехов за неделю", axes=axes, series=bars))


def gauge():
    """A rate by hours of three days."""
    hours = tuple(f"2024-03-0{day}T{hour:02d}:00:00" for day in (4, 5, 6) for hour in range(0, 24, 2))
    axes = {
        "x": Axis(label="Time", kind="date", range=(hours[0], hours[-1])),
        "y": Axis(label="Steam rate, t/h", unit="t/h"),
    }
    return _figure(Panel(id="p1", axes=axes, series=(_series("s1", hours, label="Boiler"),)))


CHARTS = {
    make.__name__: cache(make)
    for make in (
        injection,
        sales,
        countries,
        budget,
        repairs,
        buildup,
        log,
        cores,
        ages,
        grid,
        stages,
        twin,
        quarters,
        idle,
        gauge,
    )
}
