"""Folders and files for their owner's eyes alone, whatever the umask says: 0700 and 0600."""

from __future__ import annotations

import errno
import logging
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import Forbidden, Unavailable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)
FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """See that a folder is there. One that is made is closed; one that is there is left as it is.

    Raises:
        Forbidden: it belongs to another user, who could take what lies in it.
        Unavailable: it can't be made.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=FOLDER)
            folder.chmod(FOLDER)  # a umask may also take away what its owner needs
        is_ours = folder.is_dir() and all(map(_is_ours, (folder.lstat(), folder.stat())))
    except (OSError, ValueError) as error:
        raise _unusable(folder, getattr(error, "strerror", None) or str(error)) from error
    if not folder.is_dir():
        raise _unusable(folder, os.strerror(errno.ENOTDIR))
    if not is_ours:
        raise Forbidden(
            _("The folder {folder} belongs to another user of this computer: nothing is kept there.").format(
                folder=folder
            ),
            _("Set RUSOIL_DATA_DIR to a folder of your own."),
        )


def make_file(path: Path) -> bool:
    """See that a file is there and closed; whether it was made. A file that is there is never opened.

    Raises:
        Unavailable: it can't be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))
    except FileExistsError:
        close([path])
        return False
    except OSError as error:
        raise _unusable(path.parent, error.strerror or str(error)) from error
    path.chmod(FILE)
    return True


def close(paths: Iterable[Path]) -> None:
    """Close what is there and ours. What can't be is logged: not every disk knows of users."""
    for path in paths:
        try:
            found = path.lstat()
            if found.st_mode & _OTHERS and _is_ours(found) and not stat.S_ISLNK(found.st_mode):
                path.chmod(FOLDER if stat.S_ISDIR(found.st_mode) else FILE)
        except FileNotFoundError:
            continue  # gone in the meantime
        except OSError as error:
            log.warning("%s could not be closed to other users: %s", path, error.strerror)


def serves_others(folder: Path) -> bool:
    """Whether a folder is for more than one program's files: the home folder, one above it, a public one."""
    with suppress(OSError, RuntimeError):  # a user without a home
        if Path.home().resolve().is_relative_to(folder.resolve()):
            return True
    return bool(folder.stat().st_mode & stat.S_ISVTX)


def _is_ours(found: os.stat_result) -> bool:
    """Or root's, from whom nothing is hidden anyway; and root may use any."""
    user = os.geteuid() if hasattr(os, "geteuid") else 0  # Windows has no owners of this kind
    return user == 0 or found.st_uid in {0, user}


def _unusable(folder: Path, reason: str) -> Unavailable:
    return Unavailable(
        _("Nothing can be kept in the folder {folder}: {reason}.").format(folder=folder, reason=reason),
        _("Free the way to it, or set RUSOIL_DATA_DIR to another folder."),
    )
