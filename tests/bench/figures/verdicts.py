"""What answers are worth, counted: false with the badge of something sure first, accuracy second."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SURE = frozenset({"exact", "stored"})
# False has a sure badge and wrong has none; unchanged is the answer to another question ("stays" where that
# is right), other is one that nothing here can judge.
VERDICTS = ("unchanged", "false", "crashed", "right", "wrong", "partial", "other", "stays", "refused")
BAD = frozenset({"false", "unchanged"})


def table(rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> str:
    """Counts of the verdicts in all, and by each of these keys."""
    columns = [verdict for verdict in VERDICTS if any(row["verdict"] == verdict for row in rows)]
    lines = [f"{'':28}{'asked':>8}" + "".join(f"{name:>11}" for name in columns)]
    lines.append(_line("all", rows, columns))
    for key in keys:
        lines.append(f"by {key}")
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            groups[str(row.get(key, ""))].append(row)
        lines += [_line(f"  {name or 'none'}", part, columns) for name, part in sorted(groups.items())]
    return "\n".join(lines)


def _line(name: str, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    return f"{name[:27]:28}{len(rows):8}" + "".join(f"{counts[column]:11}" for column in columns)


def shares(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Per cent of the rows that are false with a sure badge, and that are right."""
    counts = Counter(row["verdict"] for row in rows)
    most = max(len(rows), 1)
    return 100 * sum(counts[name] for name in BAD) / most, 100 * counts["right"] / most


def judged(results: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of those parts whose answers are judged one by one."""
    rows = {name: one if isinstance(one, list) else one.get("questions", []) for name, one in results.items()}
    return {
        name: part for name, part in rows.items() if any(row["verdict"] in {*BAD, "right"} for row in part)
    }


def summary(parts: Mapping[str, Sequence[dict[str, Any]]]) -> str:
    """Of each part: false with a sure badge first, then right."""
    lines = [f"{'':14}{'asked':>8}{'false with a badge':>20}{'right':>10}"]
    for name, rows in parts.items():
        false, right = shares(rows)
        lines.append(f"{name:14}{len(rows):8}{false:18.2f} %{right:8.1f} %")
    return "\n".join(lines) if parts else ""
