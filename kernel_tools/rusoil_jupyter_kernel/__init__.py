"""What runs beside the user's data: ``%load_ext rusoil_jupyter_kernel`` adds ``%%rusoil``.

Figures that cells show are described beside their pictures (:mod:`rusoil_jupyter_kernel.figures`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics, ``%ai`` and ``%%ai`` too where nothing else owns these names, and capture."""
    from rusoil_jupyter_kernel import magics
    from rusoil_jupyter_kernel.figures import capture, web

    magics.register(shell)
    capture.install(shell)
    web.register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Leave the shell as it was before."""
    from rusoil_jupyter_kernel import magics
    from rusoil_jupyter_kernel.figures import capture, web

    web.unregister(shell)
    capture.uninstall(shell)
    magics.unregister(shell)
