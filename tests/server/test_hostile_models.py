"""What lies in the model folder or stands in a question harms one question; no child knows secrets."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from rusoil_jupyter import catalogue
from tests.conftest import PIXEL
from tests.server.conftest import Server, poll

CASES = Path(__file__).parents[1] / "cases/security"
SECRETS = {
    "VENDOR_KEY": "sk-secret-of-the-vendor",
    "OPENAI_API_KEY": "sk-secret-of-openai",
    "JUPYTERHUB_API_TOKEN": "secret-of-the-hub",
    "HF_TOKEN": "hf_secret",
    "AWS_SECRET_ACCESS_KEY": "secret-of-the-cloud",
    "CUDA_REGISTRY_TOKEN": "secret-behind-a-good-beginning",
    "HTTPS_PROXY": "http://user:secret-of-the-proxy@127.0.0.1:9",
    "DATABASE_URL": "postgresql://secret-of-the-database@127.0.0.1/x",
}
LOOP = b"{% for i in range(1000000000000) %}x{% endfor %}"


def case(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("case", CASES / name / "input.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FILES, SECRECY = case("18-hostile-model-files"), case("21-environment-of-children")
test_the_case_of_what_is_no_file = pytest.mark.model(FILES.test_what_is_no_file)
test_the_case_of_a_template_without_end = pytest.mark.model(FILES.test_a_template_without_end)
test_the_case_of_the_engine_s_environment = pytest.mark.model(SECRECY.test_the_engine_has_no_keys)


def engine_server(start_server: Callable[..., Server], folder: Path, **environ: str) -> Server:
    return start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(folder), **environ)


def good_model(model_dir: Path, folder: Path) -> str:
    file = model_dir / catalogue.SMOLLM2.file
    (folder / file.name).symlink_to(file)
    return f"llama-cpp/{catalogue.SMOLLM2.id}"


def ask(server: Server, **fields: Any) -> Any:
    prompt = {} if "messages" in fields else {"prompt": "Hi."}
    return server.ask("POST", "api/chat", json=prompt | {"max_tokens": 1} | fields)


@pytest.mark.model
def test_whatever_lies_in_the_folder_the_good_model_is_listed_and_answers(start_server, model_dir, tmp_path):
    good = good_model(model_dir, tmp_path)
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "loose.gguf").symlink_to(tmp_path / "nothing")
    (tmp_path / "round.gguf").symlink_to(tmp_path / "round.gguf")
    (tmp_path / "device.gguf").symlink_to("/dev/zero")
    (tmp_path / "mmproj-smollm2-135m-instruct.gguf").symlink_to("/dev/full")
    (tmp_path / "new\nline.gguf").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.gguf")).touch()
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(tmp_path)  # a socket's whole path must be short
        listening.bind("socket.gguf")
        os.chdir(here)
        server = engine_server(start_server, tmp_path)
        installed = [m["id"] for m in server.ask("GET", "api/models").json()["models"] if m["installed"]]
        assert installed == [good]
        assert ask(server).status_code == 200


@pytest.mark.model
def test_the_status_answers_while_a_hostile_file_is_tried(start_server, model_dir, tmp_path):
    good_model(model_dir, tmp_path)
    file = (model_dir / catalogue.SMOLLM2.file).read_bytes()
    (tmp_path / "loop.gguf").write_bytes(FILES.with_template(file, LOOP))
    server = engine_server(start_server, tmp_path)
    with ThreadPoolExecutor() as pool:
        refused = pool.submit(ask, server, model="llama-cpp/loop")
        statuses = 0
        while not refused.done():
            assert server.ask("GET", "api/status", timeout=10).status_code == 200
            statuses += 1
    assert statuses
    assert refused.result().status_code in {400, 503}
    assert "template" in refused.result().text
    assert ask(server).status_code == 200


@pytest.mark.model
def test_an_engine_that_is_trying_a_template_ends_with_a_killed_server(start_server, model_dir, tmp_path):
    file = (model_dir / catalogue.SMOLLM2.file).read_bytes()
    (tmp_path / "loop.gguf").write_bytes(FILES.with_template(file, LOOP))
    server = engine_server(start_server, tmp_path)
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask, server, model="llama-cpp/loop")
        children = poll(
            "an engine starts", lambda: psutil.Process(server.process.pid).children(recursive=True), 20
        )
        server.process.kill()
        asking.exception()
    poll(
        "the engine ends", lambda: not [c for c in children if c.is_running() and c.status() != "zombie"], 10
    )


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_case_of_the_control_tokens(start_server, model_dir):
    """As it says: what one of twenty copies costs."""
    given = json.loads((CASES / "10-control-tokens/input.json").read_text())
    server = engine_server(start_server, model_dir)

    def cost(request: dict[str, Any], token: str, copies: int) -> int:
        body = json.loads(json.dumps(request).replace("TOKENS", token * copies))
        answer = ask(server, **body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["usage"]["prompt_tokens"])

    for place, request in given["places"].items():
        for token in given["tokens"]:
            assert (cost(request, token, 25) - cost(request, token, 5)) / 20 > 1.5, (place, token)


@pytest.mark.model
def test_no_child_knows_a_secret(start_server, model_dir, tmp_path):
    """Engines, and readers of figures."""
    server = engine_server(start_server, model_dir, **SECRETS)
    assert ask(server).status_code == 200
    figure = {"type": "output", "name": "o", "mimebundle": {"image/png": PIXEL}}
    assert ask(server, attachments=[figure]).status_code in {200, 400}
    children = psutil.Process(server.process.pid).children(recursive=True)
    programs = " ".join(" ".join(child.cmdline()) for child in children)
    assert "xllamacpp.py" in programs
    assert "interpret.worker" in programs
    for child in children:
        environ = Path(f"/proc/{child.pid}/environ").read_bytes()
        told = [name for name, secret in {**SECRETS, "": server.token}.items() if secret.encode() in environ]
        assert not told, child.cmdline()
        assert b"PATH=" in environ
