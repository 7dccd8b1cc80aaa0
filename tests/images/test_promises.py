"""What both images promise: one command, then everything works, without a network."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .conftest import LOCAL, NOTEBOOK, SECOND, TOKEN, Start
from .engine import ROOT, Container, Docker, until

TROUBLE = re.compile(r"\bERROR\b|\[E |Traceback")
CAPITAL = "What is the capital of France?"


def events(stream: str) -> list[dict[str, Any]]:
    """The events of a server-sent stream."""
    lines = (line.removeprefix("data:").strip() for line in stream.splitlines() if line.startswith("data:"))
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_there_is_no_network(container: Container) -> None:
    attempt = "import socket; socket.create_connection(('1.1.1.1', 443), 5)"
    result = container.docker.run("exec", container.name, "python3", "-c", attempt)
    assert result.returncode != 0
    assert "OSError" in result.stdout or "unreachable" in result.stdout


@pytest.mark.parametrize("image", [LOCAL, NOTEBOOK])
def test_the_log_shows_the_address_and_no_trouble(started: Start, image: str) -> None:
    container = started(image)
    address = r"http://127\.0\.0\.1:8888/lab\?token=([0-9a-f]{48})"
    token = until(lambda: re.search(address, container.log), lambda: f"an address in\n{container.log}")[1]
    assert container.request("GET", "/api/status", token=token)[0] == 200
    assert not [line for line in container.log.splitlines() if TROUBLE.search(line)]


def test_strangers_are_not_let_in(container: Container) -> None:
    assert container.request("GET", "/rusoil/api/status")[0] in (401, 403)
    assert container.request("POST", "/rusoil/api/chat", {"prompt": "Hello"})[0] in (401, 403)


def test_the_embedded_model_is_ready(container: Container) -> None:
    code, text = container.request("GET", "/rusoil/api/status", token=TOKEN)
    status = json.loads(text)
    assert (code, status["ready"], status["default_model"]) == (200, True, "llama-cpp/smollm2-135m-instruct")


def test_the_chat_streams_an_answer(container: Container) -> None:
    question = {"prompt": CAPITAL, "stream": True, "temperature": 0, "max_tokens": 30}
    code, stream = container.request("POST", "/rusoil/api/chat", question, TOKEN)
    answer = events(stream)
    assert code == 200
    assert answer[-1]["type"] == "done", answer[-1]
    assert len([event for event in answer if event["type"] == "text"]) > 2
    assert "Paris" in "".join(event["delta"] for event in answer if event["type"] == "text")


def test_an_openai_client_gets_an_answer(container: Container) -> None:
    messages = [{"role": "user", "content": CAPITAL}]
    question = {"model": "auto", "messages": messages, "temperature": 0, "max_tokens": 30}
    code, text = container.request("POST", "/rusoil/v1/chat/completions", question, TOKEN)
    assert code == 200
    assert "Paris" in json.loads(text)["choices"][0]["message"]["content"]

    code, stream = container.request(
        "POST", "/rusoil/v1/chat/completions", {**question, "stream": True}, TOKEN
    )
    choices = [choice for event in events(stream) for choice in event["choices"]]
    assert code == 200
    assert "Paris" in "".join(choice["delta"].get("content") or "" for choice in choices)


def test_jupyterlab_has_the_extension(container: Container) -> None:
    listing = container.execute("jupyter", "labextension", "list")
    assert re.search(r"@rusoil/jupyter v\S+.*enabled.*OK", listing), listing
    page = container.request("GET", "/lab", token=TOKEN)[1]
    assert "@rusoil/jupyter" in page


def test_the_doctor_is_content(container: Container) -> None:
    assert "✗" not in container.execute("rusoil", "doctor")


def test_the_second_engine_answers_in_an_image_without_the_first(started: Start) -> None:
    container = started(SECOND, "--env", f"JUPYTER_TOKEN={TOKEN}")
    report = container.execute("rusoil", "doctor")
    assert "✓ llama-cpp-python computes" in report
    assert "xllamacpp" not in report
    code, stream = container.request("POST", "/rusoil/api/chat", {"prompt": CAPITAL, "stream": True}, TOKEN)
    assert (code, events(stream)[-1]["type"]) == (200, "done")


@pytest.mark.parametrize(
    ("container", "path"),
    [("local", "docker-stacks/shared/Welcome.ipynb"), ("notebook", "binder/try.ipynb")],
    indirect=["container"],
)
def test_the_magics_answer_in_a_notebook(container: Container, path: str) -> None:
    container.docker("cp", str(ROOT / path), f"{container.name}:/tmp/asked.ipynb")
    nbconvert = ("jupyter", "nbconvert", "--to=notebook", "--execute", "--output=told", "/tmp/asked.ipynb")
    container.execute(*nbconvert, timeout=400)
    executed = container.execute("cat", "/tmp/told.ipynb")
    cells = [cell for cell in json.loads(executed)["cells"] if cell["cell_type"] == "code"]
    asked = [cell for cell in cells if cell["source"][0].startswith("%%rusoil")]
    answers = [json.dumps(cell["outputs"]) for cell in asked]
    assert len(answers) > 1
    assert all("text/html" in answer for answer in answers), answers
    assert "smollm2-135m-instruct" in json.dumps(cells[-1]["outputs"])


def test_a_user_can_install_packages(container: Container) -> None:
    folder = container.execute("python3", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    container.execute("test", "-w", folder)


def test_the_image_stays_small(docker: Docker) -> None:
    # 760 MB without what reads figures and draws them: docs/decisions/020
    assert docker.megabytes(LOCAL) < 1500
