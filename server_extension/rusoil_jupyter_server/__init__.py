"""The assistant inside Jupyter Server: its identity, its authorisation, its lifecycle; no decisions."""

from __future__ import annotations


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """How Jupyter Server finds the extension."""
    from rusoil_jupyter_server.extension import RusoilExtension

    return [{"module": "rusoil_jupyter_server", "app": RusoilExtension}]
