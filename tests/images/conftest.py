"""Both images and the one with the second engine, built from this checkout, and containers of them."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from .engine import BASE, ROOT, Container, Docker, check_tools

LOCAL, PARTS, STANDIN, NOTEBOOK = "test/rusoil", "test/parts", "test/minimal-notebook", "test/rusoil-notebook"
SECOND = "test/rusoil-second-engine"
CACHE = Path(os.environ.get("RUSOIL_CACHE", "~/.cache/rusoil-jupyter")).expanduser()
TOKEN = "letmein"
Start = Callable[..., Container]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.images)
            item.add_marker(pytest.mark.timeout(1200))  # the first test also builds


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build context: this checkout's files with a freshly built wheel in ``dist/``."""
    folder = tmp_path_factory.mktemp("context")
    names = [
        name.removeprefix("!") for name in (ROOT / ".dockerignore").read_text().split() if name[0] == "!"
    ]
    for name in names:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("node_modules", "lib", ".yarn", "__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder / name)
    for name in ("Dockerfile", ".dockerignore"):
        shutil.copy(ROOT / name, folder / name)
    assert (folder / "rusoil_jupyter/labextension/package.json").exists(), (
        "The lab extension is not built. Run: make wheel"
    )
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", "."]
    subprocess.run(pip, cwd=folder, check=True)
    # What `make test` has compiled with the flags of the Dockerfile; compiling it again takes minutes.
    built = CACHE.glob(f"wheels/llama-cpp-python-{version('llama-cpp-python')}-*/*.whl")
    shutil.copy(max(built, key=lambda wheel: wheel.stat().st_mtime), folder / "dist")
    return folder


@pytest.fixture(scope="session")
def docker(context: Path) -> Iterator[Docker]:
    """A daemon that has both images and no network."""
    check_tools()
    docker = Docker(CACHE / "images")
    recipes = context / "docker-stacks" / "images"
    with docker.building():
        docker.make_base()
        ours = ("--build-arg", f"BASE_IMAGE={BASE}", "--build-arg", "WHEEL=dist")
        docker.build(LOCAL, context, *ours)
        docker.build(SECOND, context, *ours, "--build-arg", "ENGINE=llama-cpp-python")
        docker.build(PARTS, context, *ours, "--target", "parts")
        docker.build(STANDIN, ROOT / "tests" / "images" / "standin", "--build-arg", f"BASE_IMAGE={BASE}")
        docker.build(
            NOTEBOOK,
            context,
            *("--file", str(recipes / "notebook" / "Dockerfile")),
            *("--build-arg", f"BASE_IMAGE={STANDIN}", "--build-arg", f"PARTS_IMAGE={PARTS}"),
        )
        docker("image", "prune", "--force", "--filter", "until=168h")
    with docker.offline():
        yield docker


@pytest.fixture(scope="session")
def starter(docker: Docker) -> Start:
    """``starter(stack, image, *options, command=())``: a healthy container, its port 8888 published."""
    numbers = itertools.count()

    def start(
        stack: contextlib.ExitStack, image: str, *options: str, command: tuple[str, ...] = ()
    ) -> Container:
        number = next(numbers)
        container = Container(docker, f"c{number}", 8900 + number)
        publish = ("--name", container.name, "--publish", f"{container.port}:8888")
        docker("run", "--detach", *publish, *options, image, *command)
        stack.callback(docker, "rm", "--force", "--volumes", container.name)
        return container.wait_until_healthy()

    return start


@pytest.fixture
def started(starter: Start) -> Iterator[Start]:
    """``started(image, *options, command=())``: a healthy container that ends with the test."""
    with contextlib.ExitStack() as stack:
        yield functools.partial(starter, stack)


@pytest.fixture(scope="session")
def local(starter: Start) -> Iterator[Container]:
    """The laptop image as a user starts it, with a token of ours."""
    with contextlib.ExitStack() as stack:
        yield starter(stack, LOCAL, "--env", f"JUPYTER_TOKEN={TOKEN}")


@pytest.fixture(scope="session")
def notebook(starter: Start) -> Iterator[Container]:
    """The image on Jupyter's stack as a user starts it, with a token of ours."""
    with contextlib.ExitStack() as stack:
        yield starter(stack, NOTEBOOK, "--env", f"JUPYTER_TOKEN={TOKEN}")


@pytest.fixture(scope="session", params=["local", "notebook"])
def container(request: pytest.FixtureRequest) -> Container:
    """Each of the two."""
    return request.getfixturevalue(request.param)
