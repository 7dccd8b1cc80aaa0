"""Charts drawn at random, of a known type, by several libraries.

``plans`` decides what is shown; each ``with_*`` module draws plans with one library, in a style drawn at
random
too. ``with_echarts``, ``with_chartjs`` and ``with_gnuplot`` are never used in training: the model card's
figures are
measured on them.
"""
