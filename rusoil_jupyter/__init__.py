"""The assistant itself: turns messages into answers, given a backend. Knows no Jupyter process."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("rusoil-jupyter")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where ``jupyter-builder develop`` finds the built lab extension."""
    return [{"src": "labextension", "dest": "@rusoil/jupyter"}]
