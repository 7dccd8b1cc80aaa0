"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """Made by the host from its own identity, never read from the wire.

    Args:
        owner: whose sessions, uploads and agreements these are.
        groups: what the identity provider says this person belongs to.
    """

    owner: str
    groups: frozenset[str] = frozenset()
