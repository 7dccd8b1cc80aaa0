"""How the assistant is, in words: what works, and where nothing can answer, why and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rusoil_jupyter
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.backends.registry import BackendRegistry
    from rusoil_jupyter.figures import Interpreter
    from rusoil_jupyter.protocol import BackendStatus, Mode, ModelList


async def examine(
    mode: Mode, models: ModelList, registry: BackendRegistry, interpreter: Interpreter
) -> Status:
    """Version and health of all parts.

    Args:
        mode: where this installation stands.
        models: what there is to answer.
        registry: the backends.
        interpreter: what reads figures.
    """
    backends = await registry.statuses()
    figures = await interpreter.plugins()
    trouble = None if models.default else _nothing_answers(backends)
    return Status(
        version=rusoil_jupyter.__version__,
        mode=mode,
        ready=trouble is None,
        reason=trouble.message if trouble else "",
        next_step=trouble.next_step if trouble else "",
        default_model=models.default,
        backends=tuple(backends),
        plugin_failures=(*registry.failures, *figures.failures),
        figure_types=figures.types,
    )


def _nothing_answers(backends: Sequence[BackendStatus]) -> ModelUnavailable:
    for backend in backends:
        if not backend.ready:
            return ModelUnavailable(backend.reason, backend.next_step)
    return ModelUnavailable(_("No model is configured."), _("Run “rusoil doctor” to see what is wrong."))
