"""Names that others gave, before they become paths."""

from __future__ import annotations

LONGEST = 240  # bytes: 255 on most disks, less what the files of a download add to the name


def is_name(text: str) -> bool:
    """Whether a file can have this name on any disk, it stays in its folder, and a person can read it."""
    return (
        text.isprintable()
        and not text.startswith((".", " "))
        and not set(text) & set("/\\")
        and 0 < len(text.encode()) <= LONGEST
    )
