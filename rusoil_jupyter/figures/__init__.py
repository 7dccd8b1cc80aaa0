"""What a figure says: one description for every library, and questions answered from it.

::

    readers/   a cell's output, a specification, a diagram's source -> Reading
    description  the schema that is saved beside the picture (``FIGURE_TYPE``)
    reading    a description together with its numbers: whole arrays, or what was saved
    queries    what can be asked: operations over a selection of marks
    query/     deterministic questions to a reading -> Finding, with a badge that says how sure it is
    experts/   petroleum: well logs, decline curves, inflow, PVT, well tests, relative permeability
    decision   who answers a question: the reader, a model, both, nobody
    tasks      what can be done with a reading; offers: what it can be asked
    words/     questions understood and findings worded, in Russian and English, without a model

Nothing here knows Jupyter, and nothing imports a plotting library: a live matplotlib figure is described
where it lives, in the kernel (``rusoil_jupyter_kernel.figures``).
"""

from __future__ import annotations
