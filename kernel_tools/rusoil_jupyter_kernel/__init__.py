"""What runs beside the user's data: ``%load_ext rusoil_jupyter_kernel`` adds ``%%rusoil``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics; ``%ai`` and ``%%ai`` too where nothing else owns these names."""
    from rusoil_jupyter_kernel.magics import register

    register(shell)
