"""Questions to real charts: how many are answered rightly, and how fast.

::

    tables     real data, from packages
    charts     what is drawn of them, and the truth, computed from the tables with pandas
    draw       the same chart by seaborn, matplotlib through pandas, plotly, altair and bokeh
    gallery    charts of the Vega-Lite gallery; the truth from the Vega runtime itself
    questions  wordings in Russian and English, and what would be right
    answers    our way from a question to an answer, judged
    asking     all of them
    claims     numbers in generated texts

The questions were fixed before the reader was tuned; nothing here asks the reader for the truth.
"""

from __future__ import annotations
