"""Prints what counts as a figure: ``python -m rusoil_jupyter.testing.kinds``.

The lab extension's list is generated from it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from rusoil_jupyter.figures.values import kinds


def figure_kinds() -> dict[str, Any]:
    """The constants of the panel, by their names."""
    ends = {
        end: kind.types[0] for kind in kinds.KINDS if kind.types[0] in kinds.PIXELS for end in kind.endings
    }
    return {
        "FIGURE_TYPE": kinds.FIGURE_TYPE,
        "SHOWN": kinds.SHOWN,
        "PAGES": kinds.PAGES,
        "PICTURES": kinds.PICTURES,
        "SVG": kinds.SVG,
        "PICTURE_ENDINGS": ends,
    }


if __name__ == "__main__":
    json.dump(figure_kinds(), sys.stdout, indent=1)
