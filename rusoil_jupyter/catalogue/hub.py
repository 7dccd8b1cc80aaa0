"""The child process that downloads with ``huggingface_hub``.

``python -m rusoil_jupyter.catalogue.hub REPO PATH REVISION FOLDER`` puts the file at ``FOLDER/PATH`` and
prints ``Progress DONE of TOTAL`` as it comes, or one line ``ERROR …``. A token, if there is one, comes on
standard input's first line. A process of its own, because only a process can be stopped at any moment.
"""

from __future__ import annotations

import sys
import time


def main(repo: str, path: str, revision: str, folder: str, token: str | None = None) -> int:
    """Download one file; the exit code."""
    from huggingface_hub import hf_hub_download
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        """Tells our parent instead of drawing."""

        told = 0.0

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            if time.monotonic() - self.told > 0.2:
                self.told = time.monotonic()
                print(f"Progress {int(self.n)} of {int(self.total or self.n)}", flush=True)
            return True

        def display(self, *arguments: object, **options: object) -> None:
            """Draw nothing."""

    try:
        hf_hub_download(repo, path, revision=revision, local_dir=folder, token=token, tqdm_class=Bar)
    except Exception as error:  # whatever it is, our parent says it in a sentence
        first = str(error).strip().partition("\n")[0]
        print(f"ERROR: {type(error).__name__}: {first}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    repo, path, revision, folder = sys.argv[1:5]
    sys.exit(main(repo, path, revision, folder, sys.stdin.readline().strip() or None))
