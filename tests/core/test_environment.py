"""What child processes are told of the environment."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from rusoil_jupyter.catalogue import sources
from rusoil_jupyter.environment import for_child

SECRETS = {
    "VENDOR_KEY": "a",
    "OPENAI_API_KEY": "a",
    "JUPYTER_TOKEN": "a",
    "JUPYTERHUB_API_TOKEN": "a",
    "HF_TOKEN": "a",
    "HUGGING_FACE_HUB_TOKEN": "a",
    "AWS_SECRET_ACCESS_KEY": "a",
    "AWS_ACCESS_KEY_ID": "a",
    "GOOGLE_APPLICATION_CREDENTIALS": "a",
    "PGPASSWORD": "a",
    "LLAMA_API_KEY": "a",
    "CUDA_TOKEN": "a",
    "XDG_SECRET": "a",
    "RUSOIL_BACKENDS": "{}",
    "JPY_API_TOKEN": "a",
    "SSH_AUTH_SOCK": "a",
    "MY_OWN": "a",
}
NEEDED = {
    "PATH": "/bin",
    "HOME": "/home/x",
    "LANG": "ru_RU.UTF-8",
    "LC_ALL": "C",
    "TMPDIR": "/tmp",
    "LD_LIBRARY_PATH": "/x",
    "CUDA_VISIBLE_DEVICES": "0",
    "HIP_VISIBLE_DEVICES": "0",
    "ROCR_VISIBLE_DEVICES": "0",
    "VK_ICD_FILENAMES": "x",
    "OMP_NUM_THREADS": "2",
    "XDG_CACHE_HOME": "/x",
    "PYTHONPATH": "/x",
    "SYSTEMROOT": "C:",
}
NETWORK = {
    "HTTPS_PROXY": "http://p",
    "no_proxy": "x",
    "SSL_CERT_FILE": "/x",
    "REQUESTS_CA_BUNDLE": "/x",
    "PIP_INDEX_URL": "https://mirror",
    "HF_ENDPOINT": "https://mirror",
    "HF_TOKEN_PATH": "/x",
}


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SECRETS | NEEDED | NETWORK).items():
        monkeypatch.setenv(name, value)


def test_what_a_child_needs_passes_and_no_secret():
    told = for_child()
    assert told.items() >= NEEDED.items()
    assert not told.keys() & (SECRETS.keys() | NETWORK.keys())


def test_a_child_that_downloads_is_told_the_way():
    told = for_child(network=True)
    assert told.items() >= (NEEDED | NETWORK).items()
    assert not told.keys() & SECRETS.keys()


async def test_a_child_that_downloads_has_no_token_in_its_environment(tmp_path, monkeypatch):
    """The hub's comes on its standard input."""
    script = tmp_path / "seen.py"
    script.write_text(
        "import os, sys\nopen(sys.argv[1], 'w').write(f'{sorted(os.environ)} {sys.stdin.readline()}')"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    seen = tmp_path / "seen.txt"
    assert await sources._run(None, "seen", str(seen), told="hf_secret") is None  # type: ignore[arg-type]
    text = await asyncio.to_thread(seen.read_text)
    assert "HF_TOKEN'" not in text
    assert "'HTTPS_PROXY'" in text
    assert text.endswith("hf_secret\n")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_readers_of_figures_know_no_secrets():
    from rusoil_jupyter.figures.interpret.errands import PLUGINS, Nothing
    from rusoil_jupyter.figures.interpret.process import Readers

    readers = Readers(children=1)
    try:
        await readers.send(PLUGINS, Nothing(), 60)
        [child] = readers._idle
        there = Path(f"/proc/{child._process.pid}/environ")  # type: ignore[union-attr]
        environ = await asyncio.to_thread(there.read_bytes)
        names = {entry.partition(b"=")[0].decode() for entry in environ.split(b"\0") if entry}
        assert not names & (SECRETS.keys() | NETWORK.keys())
        assert "PATH" in names
    finally:
        await readers.aclose()
