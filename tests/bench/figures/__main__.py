"""``python -m tests.bench.figures``."""

from tests.bench.figures import main

main()
