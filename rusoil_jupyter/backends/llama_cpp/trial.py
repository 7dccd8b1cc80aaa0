"""A chat template is a program that came with a file: it is tried before the model is loaded.

The engine itself tries it, on a model of nothing, in a process that may use a second of one core and little
memory. Where it fails, a trial of a good template tells whether the engine is at fault.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rusoil_jupyter.backends.llama_cpp import gguf
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions, EngineProcess
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.backends.llama_cpp.process import LastWords

SECONDS = 20.0  # for systems that know no bounds, and disks that bring the engine slowly
DATA_BYTES = 2**30
GOOD = gguf.Head({gguf.TEMPLATE: b"{{ messages[0]['content'] }}"})
log = logging.getLogger(__name__)


async def fault(head: gguf.Head, model: str, engine: str) -> str | None:
    """What is wrong with the chat templates of this head, in words, if anything is.

    Raises:
        ModelUnavailable: this engine was not built for this processor.
    """
    if not head.templates or (words := await _tried(head, model, engine)) is None:
        return None
    control = await _tried(GOOD, model, engine)
    if control is None:
        log.error("the chat template of %s can't be used (%s):\n%s", model, words.ending, words.text)
        return _reason(words)
    if control.broken:
        raise control.broken
    log.warning("chat templates can't be tried (%s):\n%s", control.ending, control.text)
    return None  # the model itself will show what is wrong


async def _tried(head: gguf.Head, model: str, engine: str) -> LastWords | None:
    """The last words of an engine that does not start with this head; ``None`` for one that does."""
    with tempfile.TemporaryDirectory(prefix="rusoil-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "blank.gguf"
        await asyncio.to_thread(path.write_bytes, gguf.blank(head))
        options = EngineOptions(
            model,
            str(path),
            engine,
            n_ctx=gguf.CONTEXT,
            n_parallel=1,
            n_threads=1,
            cache_mib=0,
            n_gpu_layers=0,
            cpu_seconds=ENGINES[engine].trial_seconds,
            data_bytes=DATA_BYTES,
        )
        process = EngineProcess(options, use_tcp=os.name == "nt")
        try:
            await process.start()
            address = await process.ready(SECONDS)
            return None if address else await process.last_words()
        finally:
            await process.end()


def _reason(words: LastWords) -> str:
    if words.status is None or words.status == -getattr(signal, "SIGXCPU", 0):
        return _("it does not come to an end")
    return words.about_template or words.last_line.rstrip(".")
