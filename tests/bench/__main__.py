"""``python -m tests.bench [PART ...] [--rounds N] [--streams N ...] [--tokens N]``; without parts: all."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import weight
from tests.bench import drafts, engines, plot, sharing, start, store, streaming

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path("artifacts/bench")


def main() -> None:
    """Measure each part, print its report, write its samples and draw them."""
    parser = argparse.ArgumentParser()
    every = ["weight", "start", "store", "streaming", "engines", "sharing", "drafts"]
    parser.add_argument("parts", nargs="*", default=every)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--streams", type=int, nargs="+", default=engines.STREAMS)
    parser.add_argument("--tokens", type=int, default=engines.TOKENS)
    options = parser.parse_args()
    rounds = options.rounds
    parts: dict[str, tuple[Any, Callable[[Path], Any]]] = {
        "weight": (weight, lambda _scratch: weight.added()),
        "start": (start, lambda _scratch: start.measure(rounds)),
        "store": (store, lambda scratch: store.measure(scratch, rounds)),
        "streaming": (streaming, lambda scratch: streaming.measure(scratch, rounds)),
        "engines": (
            engines,
            lambda scratch: engines.measure(scratch, rounds, options.streams, options.tokens),
        ),
        "sharing": (sharing, lambda scratch: sharing.measure(scratch, rounds)),
        "drafts": (drafts, lambda scratch: drafts.measure(scratch, rounds)),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for name in options.parts:
        module, measure = parts[name]
        with tempfile.TemporaryDirectory() as scratch:
            result = measure(Path(scratch))
        print(module.report(result), flush=True)
        (OUT / f"{name}.json").write_text(json.dumps(result, indent=1))
        if draw := getattr(plot, name, None):
            draw(result, OUT / f"{name}.png")


if __name__ == "__main__":
    main()
