"""What is installed on top of JupyterLab, engine included and weights not."""

from __future__ import annotations

from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(root: str) -> dict[str, Distribution]:
    """The installed distributions that ``root`` needs, itself included, by canonical name."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    pending = [Requirement(root)]
    while pending:
        wanted = pending.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in found:
            continue
        found[key] = installed = distribution(wanted.name)
        extras = {"", *wanted.extras}
        needs = (Requirement(text) for text in installed.requires or ())
        pending += [
            n for n in needs if n.marker is None or any(n.marker.evaluate({"extra": e}) for e in extras)
        ]
    return {name: installed for (name, _extras), installed in found.items()}


def megabytes(installed: Distribution) -> float:
    """Size of its files; of an editable install, of the source tree's packages."""
    files = [Path(str(path.locate())) for path in installed.files or ()]
    if any(file.suffix == ".pth" for file in files):
        root = Path(__file__).parents[1]
        files += [f for folder in root.glob("*/rusoil_jupyter_*") for f in folder.rglob("*")]
        files += (root / "rusoil_jupyter").rglob("*")
    once = {file.resolve() for file in files}  # the develop link leads to files of the tree
    return sum(file.stat().st_size for file in once if file.is_file()) / 1e6


def added() -> dict[str, float]:
    """Megabytes of each distribution that we need and JupyterLab does not, the heaviest first."""
    ours, lab = closure("rusoil-jupyter"), closure("jupyterlab")
    weight = {name: megabytes(ours[name]) for name in ours.keys() - lab.keys()}
    return dict(sorted(weight.items(), key=lambda item: -item[1]))


def report(weight: dict[str, float]) -> str:
    """The sum and the heaviest."""
    heaviest = ", ".join(f"{name} {size:.0f}" for name, size in list(weight.items())[:4])
    return (
        f"beyond JupyterLab: {len(weight)} packages, {sum(weight.values()):.0f} MB ({heaviest} ...); "
        "goal: fewer than 45 packages, under 180 MB"
    )
