"""Figures beside the data they show: described when they are displayed, asked while the kernel holds them.

::

    capture    a further entry in the output of each figure that a cell shows
    mpl/       a matplotlib figure (seaborn and pandas draw with it) as a reading
    recording  what drawing loses, kept when it is called
    cache      the latest readings with all of their points, within bounds
    outputs    every output that shows a figure passes here: which one is the last
    target     the figure that a line of ``%rusoil interpret`` means
    asking     the words that questions begin with, so that a name is told from them
    live       questions to them, as Lab and the magics ask
    compact    a description as a few lines for a small model
    variables  a figure by the variable that holds it
    web        figures that draw themselves in the browser: plotly, bokeh, altair
    widget     a figure with a value probe, for eyes, keyboards and screen readers

Nothing here is imported when the extension is loaded but ``capture``, ``recording``, ``web``, ``outputs`` and
``cache``, which import neither matplotlib nor numpy.
"""

from __future__ import annotations

from typing import Any


def answer_json(figure_id: str, request_json: str) -> dict[str, Any]:
    """Answer a task or a query about a figure that this kernel has shown.

    Args:
        figure_id: the ``id`` of its description.
        request_json: some fields of an ``InterpretRequest`` as JSON: ``task``, ``query``, ``question``,
            ``language``.

    Returns:
        An ``Interpretation`` as JSON values, or ``{"error": {...}}`` with a sentence and a next step.
    """
    from rusoil_jupyter_kernel.figures.live import answer_json as answer

    return answer(figure_id, request_json)


def explore(figure: Any = None) -> Any:
    """A widget with the figure, its description and a value probe; the last figure by default.

    Raises:
        MagicError: there is no figure, or anywidget is not installed.
    """
    from rusoil_jupyter_kernel.figures.widget import explore as widget

    return widget(figure)
