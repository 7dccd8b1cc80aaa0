"""What is done though nobody asks for it: the data folder is closed, and what has to be gone goes.

Light, because every start does it: neither models nor SQLAlchemy are needed.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import threading
from typing import TYPE_CHECKING

from rusoil_jupyter import private
from rusoil_jupyter.errors import RusoilError
from rusoil_jupyter.store import sqlite
from rusoil_jupyter.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.settings import Settings

log = logging.getLogger(__name__)
LONGEST, SHORTEST = 3600.0, 0.25  # seconds between two rounds
MODELS = "models"  # public files: a folder with nothing else in it may be one that others share


def tidy(settings: Settings, most: float = sqlite.WIPE_BYTES, given_up: Callable[[], bool] = bool) -> None:
    """One round; it waits for the disk. What can't be done now is logged, and done in a later one.

    Args:
        settings: say where the data is, and how long uploads stay.
        most: bytes of a database that may be rewritten now.
        given_up: asked now and then, whether to stop.
    """
    try:
        _close(settings)
        Uploads.of(settings).sweep()
        sqlite.wipe(settings.database, most, given_up)
    except (OSError, RusoilError) as error:
        log.warning("the data folder %s: %s", settings.data_dir, error)


async def run(settings: Settings) -> None:
    """A round now, of the whole, and then as many as the promises about time need, until it is cancelled."""
    pause = max(SHORTEST, min(LONGEST, settings.upload_seconds / 2))
    most, ending = math.inf, threading.Event()
    try:
        while True:
            await asyncio.to_thread(tidy, settings, most, ending.is_set)
            most = sqlite.WIPE_BYTES
            await asyncio.sleep(pause)
    finally:
        ending.set()  # a thread can't be cancelled


def _close(settings: Settings) -> None:
    """Make the data folder, or close one of an earlier version, and the files in it too."""
    folder = settings.data_dir
    private.make_folder(folder)
    if os.listdir(folder) != [MODELS] and not private.serves_others(folder):
        private.close([folder])
    sqlite.close(settings.database)
    Uploads.of(settings).close()
