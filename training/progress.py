"""What training says while it runs: one line of JSON now and then."""

from __future__ import annotations

import json
import time


class Progress:
    """Says something at most every ``pause`` seconds."""

    def __init__(self, pause: float = 15) -> None:
        self._pause, self._said = pause, time.monotonic()

    def say(self, **numbers: float | str) -> None:
        """The numbers, if it is time again."""
        if time.monotonic() - self._said >= self._pause:
            self._said = time.monotonic()
            rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in numbers.items()}
            print(json.dumps(rounded), flush=True)  # noqa: T201 - a person watches
