"""What a cell has put out, as a reading: the best source in the bundle is asked first.

A reader takes some kinds of entries (:mod:`.values.kinds`) and gives a
:class:`~rusoil_jupyter.figures.reading.Reading`, or ``None`` for what is no figure. Further ones come by the
entry point group ``rusoil_jupyter.interpreters``: a name and a callable ``read(media_type, value)`` that does
the same, with an attribute ``media_types``, a sequence of prefixes.

::

    stored      a description that was saved beside the picture
    vega_lite   specifications of Vega-Lite and Vega, drawn once more, apart
    plotly      figures, also in pages that plotly writes
    bokeh       documents in the scripts that bokeh publishes
    graphviz, mermaid, drawio    diagrams with a source
    las         well logs, from a file
    (plugins)
    pictures    what nothing but pixels is left of (rusoil_jupyter.figures.pixels)

Everything in a bundle is untrusted: it is data, bounded in size and time, and nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RusoilError, Unavailable
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE, GROUP, PICTURES, SVG, types_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rusoil_jupyter.figures.reading import Reading

MOST_STORED_BYTES = 1 << 20
MOST_TEXT_CHARS = 64 << 20
MOST_PICTURE_BYTES = 64 << 20
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """One way to read: ``read(media_type, value)`` is asked for types that begin with one of ``takes``."""

    name: str
    takes: tuple[str, ...]
    read: Callable[[str, Any], Reading | None]

    @classmethod
    def of(cls, read: Callable[[str, Any], Reading | None], *kinds: str) -> Reader:
        """The reader of some of our kinds of entries, called as the first of them."""
        return cls(kinds[0], types_of(*kinds), read)

    def offers(self, mimebundle: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What in the bundle it takes."""
        for prefix in self.takes:
            for media_type, value in mimebundle.items():
                if media_type.startswith(prefix):
                    yield media_type, value


def read(
    mimebundle: Mapping[str, Any],
    *,
    folders: Sequence[Path] = (),
) -> Reading | None:
    """The best reading of a cell's output; ``None`` where no figure is in it.

    Args:
        mimebundle: media type to value, as a notebook saves it (a text may be a list of lines).
        folders: where a chart's relative data addresses may be read from; none by default.

    Raises:
        InvalidRequest: what is there is broken, hostile, too large, or needs data from elsewhere.
        Unavailable: the extra that reads it is not installed.
    """
    _require_numpy()
    failure: RusoilError | None = None
    stored = _stored(mimebundle)
    if stored is not None and _is_whole(stored, mimebundle):
        return stored
    for reader in (*_readers(folders), *plugins().readers, _PIXELS):
        for media_type, value in reader.offers(mimebundle):
            try:
                found = reader.read(media_type, value)
            except RusoilError as error:
                failure = failure or error
                continue
            if found is not None:
                return _named(found, stored)
    if stored is not None:
        return stored
    if failure is not None:
        raise failure
    return None


def _require_numpy() -> None:
    try:
        import numpy  # noqa: F401 (only whether it is there)
    except ImportError as error:
        raise Unavailable(
            _("Figures are read with packages that are not installed."),
            _("Install them: pip install “rusoil-jupyter[vision]”."),
        ) from error


# The stored description


def _stored(mimebundle: Mapping[str, Any]) -> Reading | None:
    value = mimebundle.get(FIGURE_TYPE)
    if value is None:
        return None
    from rusoil_jupyter.figures.reading import Reading

    try:
        size = len(value) if isinstance(value, str) else len(json.dumps(value))
        if size > MOST_STORED_BYTES:
            raise PayloadTooLarge(
                _("The description saved with this figure is too large."),
                _("Run the cell that makes the figure again."),
                field="mimebundle",
            )
        # As JSON: there a list is a tuple, and nothing else is taken for what it is not.
        text = value if isinstance(value, str) else json.dumps(value)
        return Reading(FigureDescription.model_validate_json(text), badge="stored")
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(
            _("The description saved with this figure is broken."),
            _("Run the cell that makes the figure again."),
            field="mimebundle",
        ) from error


def _is_whole(stored: Reading, mimebundle: Mapping[str, Any]) -> bool:
    """Whether nothing else in the bundle says more: a specification does than a sample of its points."""
    description = stored.description
    series = [series for panel in description.panels for series in panel.series]
    sampled = any(one.sampled or (one.n and not one.values) for one in series) or bool(description.omitted)
    bare = not series and description.diagram is None
    if not (sampled or bare):
        return True
    return description.library not in {"vega-lite", "plotly", "bokeh"} or not any(
        True for reader in _SPECIFICATIONS for _offer in reader.offers(mimebundle)
    )


def _named(found: Reading, stored: Reading | None) -> Reading:
    """The reading with the id that the kernel gave the figure."""
    if stored is None or not stored.description.id:
        return found
    return replace(found, description=found.description.model_copy(update={"id": stored.description.id}))


# Specifications and sources


def text_of_entry(value: Any) -> str:
    """A text of a bundle: one string, or a list of lines."""
    text = "".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else value
    if not isinstance(text, str):
        raise _broken()
    if len(text) > MOST_TEXT_CHARS:
        raise PayloadTooLarge(
            _("This output is too large to be read."),
            _("Plot fewer points, or aggregate them before plotting."),
            field="mimebundle",
        )
    return text


def json_of_entry(value: Any) -> Any:
    """A JSON value of a bundle, which may be its text."""
    if not isinstance(value, str | list):
        return value
    try:
        return json.loads(text_of_entry(value))
    except (ValueError, RecursionError) as error:
        raise _broken() from error


def _broken() -> InvalidRequest:
    return InvalidRequest(
        _("This output is broken: it is not what its type says."),
        _("Run the cell that made it again."),
        field="mimebundle",
    )


def _vega(media_type: str, value: Any, folders: Sequence[Path] = ()) -> Reading | None:
    from rusoil_jupyter.figures.readers.vega_lite import read_vega

    spec = json_of_entry(value)
    if not isinstance(spec, dict):
        raise _broken()
    if media_type.startswith("application/vnd.vega.") and "$schema" not in spec:
        spec = {"$schema": "https://vega.github.io/schema/vega/v6.json", **spec}
    return read_vega(spec, folders=folders)


def _plotly(_media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers.plotly import read_plotly

    return read_plotly(json_of_entry(value))


def _bokeh(_media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers.bokeh import documents, read_bokeh

    text = text_of_entry(value)
    return read_bokeh(documents(text)) if "docs_json" in text else None


def _page(media_type: str, value: Any, folders: Sequence[Path] = ()) -> Reading | None:
    from rusoil_jupyter.figures.readers import pages

    text = text_of_entry(value)
    spec = pages.vega_spec(text)
    if spec is not None:
        return _vega("application/vnd.vegalite.v6+json", spec, folders)
    figure = pages.plotly_figure(text)
    if figure is not None:
        return _plotly("application/vnd.plotly.v1+json", figure)
    return _bokeh(media_type, text)


def _mermaid(media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers.mermaid import in_markdown, read_mermaid

    text = text_of_entry(value)
    return read_mermaid(in_markdown(text) if media_type == "text/markdown" else text)


def _dot(_media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers.graphviz import is_dot, read_dot

    text = text_of_entry(value)
    return read_dot(text) if is_dot(text) else None


def _drawio(_media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers.drawio import is_drawio, read_drawio

    text = text_of_entry(value)
    return read_drawio(text) if is_drawio(text) else None


def _las(_media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures.readers import las

    return las.read(text_of_entry(value).encode(errors="replace"))


def _drawn(media_type: str, value: Any) -> Reading | None:
    """A drawing that keeps its source: by Graphviz or draw.io."""
    from rusoil_jupyter.figures.readers import drawio, graphviz

    if media_type == "image/png":
        inside = drawio.in_png(_bytes(value))
        return drawio.read_drawio(inside) if inside else None
    svg = text_of_entry(value)
    if graphviz.is_graphviz(svg):
        return graphviz.read_svg(svg)
    if "mxfile" in svg[:200_000] or "mxGraphModel" in svg[:200_000]:
        from rusoil_jupyter.figures.readers.markup import parsed

        inside = drawio.in_svg(parsed(svg))
        return drawio.read_drawio(inside) if inside else None
    return None


def _bytes(value: Any) -> bytes:
    text = text_of_entry(value)
    if len(text) > MOST_PICTURE_BYTES:
        raise PayloadTooLarge(
            _("This picture is too large to be read."), _("Save it with fewer pixels."), field="mimebundle"
        )
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _broken() from error


def _pixels(media_type: str, value: Any) -> Reading | None:
    from rusoil_jupyter.figures import pixels

    kind = next(kind for kind in PICTURES if media_type.startswith(kind))
    data = text_of_entry(value).encode() if kind == SVG else _bytes(value)
    return pixels.read(data, kind)


_SPECIFICATIONS = (
    Reader.of(_vega, "vega"),
    Reader.of(_plotly, "plotly"),
    Reader.of(_bokeh, "bokeh"),
    Reader.of(_page, "page"),
)
_SOURCES = (
    Reader.of(_mermaid, "mermaid", "markdown"),
    Reader.of(_dot, "dot"),
    Reader.of(_drawio, "drawio", "xml"),
    Reader.of(_drawn, "svg", "png"),
    Reader.of(_las, "las"),
)
_PIXELS = Reader("pixels", PICTURES, _pixels)


def _readers(folders: Sequence[Path]) -> Iterator[Reader]:
    for reader in _SPECIFICATIONS:
        if folders and reader.read in (_vega, _page):
            with_folders = reader.read
            yield replace(reader, read=lambda kind, value, read=with_folders: read(kind, value, folders))  # type: ignore[misc]
        else:
            yield reader
    yield from _SOURCES


# Plugins


@dataclass(frozen=True)
class Failure:
    """A plugin that could not be loaded, and why."""

    name: str
    error: str


@dataclass(frozen=True)
class Plugins:
    """Further readers, and those that could not be loaded."""

    readers: tuple[Reader, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """What the media types begin with that they read."""
        return tuple(one for reader in self.readers for one in reader.takes)


_plugins: Plugins | None = None


def plugins(*, again: bool = False) -> Plugins:
    """The readers that other packages offer, loaded once (``again``: once more)."""
    global _plugins
    if _plugins is None or again:
        _plugins = _load_plugins()
    return _plugins


def _load_plugins() -> Plugins:
    readers, failures = [], []
    for entry_point in entry_points(group=GROUP):
        # A plugin is somebody else's code: whatever it raises is reported and the rest works.
        try:
            loaded = entry_point.load()
            takes = tuple(str(prefix) for prefix in loaded.media_types)
            readers.append(Reader(entry_point.name, takes, _guarded(entry_point.name, loaded)))
        except Exception as error:
            log.exception("the interpreter %s could not be loaded", entry_point.name)
            failures.append(Failure(entry_point.name, f"{type(error).__name__}: {error}"))
    return Plugins(tuple(readers), tuple(failures))


def _guarded(name: str, loaded: Callable[[str, Any], Any]) -> Callable[[str, Any], Reading | None]:
    def guarded(media_type: str, value: Any) -> Reading | None:
        from rusoil_jupyter.figures.reading import Reading

        try:
            found = loaded(media_type, value)
        except RusoilError:
            raise
        except Exception:
            log.exception("the interpreter %s failed", name)
            return None
        return found if isinstance(found, Reading) else None

    return guarded
