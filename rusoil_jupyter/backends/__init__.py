"""Ways to reach models. :mod:`base` is the one interface; every other module is one way."""
