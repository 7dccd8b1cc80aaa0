"""Questions to figures: how many are answered falsely with a sure badge, how many rightly, and how fast.

::

    whole         conditions, exceptions, other units, several parts, false premises
                  (whole_questions, whole_asked)
    metamorphic   known questions with something put in (intruders): another answer or none
    instructions  in a chat with a figure attached: each is a model's
    statements    what a model may say, true and false, for the checker
    fresh         a set from a folder outside the repository
    asking        questions to charts of real tables, by five libraries and the Vega-Lite gallery
    claims        numbers in generated texts

    tables, charts, draw, gallery     real data, what is drawn of them by whom, and the truth
    questions, wordings*              what is asked, in Russian and English, and what would be right
    truth, judging, answers           right answers as values, and what an answer is worth
    drawn                             readings of figures that are drawn once and asked often
    verdicts                          the counts

The questions of ``asking`` were fixed before the reader was tuned; nothing here asks the reader for the
truth.
"""

from __future__ import annotations
