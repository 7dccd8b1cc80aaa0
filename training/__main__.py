"""``python -m training recogniser|chart-type|detector [--out FOLDER] [--minutes N]``."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Trains one of the models and writes its weights (.pt, .onnx) into a folder."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("model", choices=("recogniser", "chart-type", "detector"))
    parser.add_argument("--out", type=Path, default=Path("trained"), help="where the weights go")
    parser.add_argument("--minutes", type=float, default=20, help="of training, by the clock")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3, help="the highest rate of learning")
    parser.add_argument("--start", type=Path, help="weights (.pt) to go on from")
    parser.add_argument(
        "--charts", type=Path, default=Path("charts"), help="chart-type: folder of rendered charts"
    )
    parser.add_argument(
        "--javascript", type=Path, help="chart-type: where npm's echarts and chart.js are unpacked"
    )
    parser.add_argument("--measure", action="store_true", help="say how good the shipped weights are instead")
    chosen = parser.parse_args()
    if chosen.measure:
        from training import measure

        measure.report(chosen.model, chosen.charts)
    elif chosen.model == "recogniser":
        from training import recogniser

        recogniser.train(chosen.out, chosen.minutes, seed=chosen.seed, start=chosen.start, rate=chosen.rate)
    elif chosen.model == "chart-type":
        from training import chart_type

        chart_type.render(chosen.charts, chosen.javascript)
        chart_type.train(
            chosen.out,
            chosen.minutes,
            folder=chosen.charts,
            seed=chosen.seed,
            start=chosen.start,
            rate=chosen.rate,
        )
    else:
        from training import detector

        detector.train(chosen.out, chosen.minutes, seed=chosen.seed)


if __name__ == "__main__":
    main()
