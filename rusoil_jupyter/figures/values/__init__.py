"""What is said of a figure and asked of it. Values alone: the wire imports them, and they import no numpy.

::

    description     the schema that is saved beside the picture (``FIGURE_TYPE``)
    queries         what can be asked: operations over a selection of marks
    flat            the first form of queries, as old sessions hold them
    finding         what was found, and how sure it is
    interpretation  what is asked of a figure over the wire and what comes back
    decision        who answers: the reader, a model, both, nobody
"""
