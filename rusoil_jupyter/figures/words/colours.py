"""Colours as people call them, in Russian and English, against the colours that series have."""

from __future__ import annotations

import re

_NAMED: dict[str, tuple[str, tuple[tuple[int, int, int], ...]]] = {
    "red": (r"red|красн\w+", ((255, 0, 0), (214, 39, 40), (228, 87, 86), (196, 78, 82))),
    "green": (r"green|зел[её]н\w+", ((0, 128, 0), (44, 160, 44), (84, 162, 75), (85, 168, 104))),
    "blue": (
        r"blue|син\w{1,3}(?!\w)",
        ((0, 0, 255), (31, 119, 180), (76, 120, 168), (76, 114, 176), (99, 110, 250)),
    ),
    "light blue": (r"light ?blue|sky ?blue|голуб\w+", ((135, 206, 235), (173, 216, 230), (174, 199, 232))),
    "cyan": (
        r"cyan|turquoise|teal|бирюзов\w+",
        ((0, 255, 255), (23, 190, 207), (0, 128, 128), (114, 183, 178)),
    ),
    "orange": (r"orange|оранжев\w+", ((255, 165, 0), (255, 127, 14), (245, 133, 24), (221, 132, 82))),
    "yellow": (r"yellow|ж[её]лт\w+", ((255, 255, 0), (238, 202, 59), (188, 189, 34))),
    "purple": (
        r"purple|violet|фиолетов\w+|лилов\w+",
        ((128, 0, 128), (148, 103, 189), (129, 114, 179), (171, 99, 250)),
    ),
    "pink": (
        r"pink|magenta|розов\w+|пурпурн\w+",
        ((255, 192, 203), (227, 119, 194), (255, 157, 166), (255, 0, 255)),
    ),
    "brown": (r"brown|коричнев\w+", ((139, 69, 19), (140, 86, 75), (157, 117, 93), (147, 120, 96))),
    "grey": (
        r"gr[ae]y|сер(?:ая|ый|ое|ые|ой|ого|ую|ым|ых)",
        ((128, 128, 128), (127, 127, 127), (186, 176, 172)),
    ),
    "black": (r"black|ч[её]рн\w+", ((0, 0, 0), (38, 38, 38))),
    "white": (r"white|бел(?:ая|ый|ое|ые|ой|ого|ую)", ((255, 255, 255),)),
}
COLOUR = re.compile(r"(?<!\w)(?:" + "|".join(form for form, _rgb in _NAMED.values()) + r")(?!\w)")
_CSS = {
    "r": "red",
    "g": "green",
    "b": "blue",
    "k": "black",
    "c": "cyan",
    "m": "pink",
    "y": "yellow",
    "w": "white",
    "gray": "grey",
    "steelblue": "blue",
    "magenta": "pink",
    "teal": "cyan",
    "violet": "purple",
}


def nearest(word: str, colours: list[tuple[str, str]]) -> tuple[str, ...]:
    """The ids whose colour is called by this word; none where no colour is near it.

    Args:
        word: a name that :data:`COLOUR` finds.
        colours: ids with colours as ``#rrggbb`` or names.
    """
    wanted = next((name for name, (form, _rgb) in _NAMED.items() if re.fullmatch(form, word)), "")
    return tuple(identity for identity, colour in colours if name_of(colour) == wanted) if wanted else ()


def name_of(colour: str) -> str:
    """What people call a colour: the nearest of a few names; empty for what is no colour."""
    plain = colour.strip().casefold()
    plain = _CSS.get(plain, plain)
    if plain in _NAMED:
        return plain
    match = re.fullmatch(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", plain)
    if not match:
        return ""
    rgb = tuple(int(match[1][at : at + 2], 16) for at in (0, 2, 4))
    distances = [
        (sum((a - b) ** 2 for a, b in zip(rgb, anchor, strict=True)), name)
        for name, (_form, anchors) in _NAMED.items()
        for anchor in anchors
    ]
    return min(distances)[1]
