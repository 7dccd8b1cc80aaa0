"""``python -m tests.bench [PART ...] [--rounds N] [--streams N ...]``; without parts: all of them."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from tests import weight
from tests.bench import engines, plot, sharing, start, streaming

OUT = Path("artifacts/bench")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=["weight", "start", "streaming", "engines", "sharing"])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--streams", type=int, nargs="+", default=engines.STREAMS)
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    if "weight" in options.parts:
        added = weight.added()
        print(weight.report(added), flush=True)
        (OUT / "weight.json").write_text(json.dumps(added, indent=1))
    if "start" in options.parts:
        result = start.measure(options.rounds)
        print(start.report(result), flush=True)
        (OUT / "start.json").write_text(json.dumps(result, indent=1))
        plot.start(result, OUT / "start.png")
    if "streaming" in options.parts:
        with tempfile.TemporaryDirectory() as scratch:
            result = streaming.measure(Path(scratch), options.rounds)
        print(streaming.report(result), flush=True)
        (OUT / "streaming.json").write_text(json.dumps(result, indent=1))
        plot.streaming(result, OUT / "streaming.png")
    if "engines" in options.parts:
        with tempfile.TemporaryDirectory() as scratch:
            result = engines.measure(Path(scratch), options.rounds, options.streams)
        print(engines.report(result), flush=True)
        (OUT / "engines.json").write_text(json.dumps(result, indent=1))
        plot.engines(result, OUT / "engines.png")
    if "sharing" in options.parts:
        with tempfile.TemporaryDirectory() as scratch:
            result = sharing.measure(Path(scratch), options.rounds)
        print(sharing.report(result), flush=True)
        (OUT / "sharing.json").write_text(json.dumps(result, indent=1))
        plot.sharing(result, OUT / "sharing.png")


if __name__ == "__main__":
    main()
