"""Real servers: PostgreSQL from Debian's package, JupyterHub from its own. What lacks is a failure."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

CACHE = Path(os.environ.get("RUSOIL_CACHE", "~/.cache/rusoil-jupyter")).expanduser()
PASSWORD = "hub-test-password"


def poll(what: str, condition: Callable[[], Any], seconds: float) -> Any:
    """What ``condition`` returns as soon as that is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return found


def needed(path: Path | str | None, how: str) -> str:
    """This program, or a failure that says how to get it."""
    if path is None or not Path(path).exists():
        pytest.fail(f"A real server is needed for this test. {how}")
    return str(path)


# --- PostgreSQL -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of the unix socket of a cluster of our own; PostgreSQL refuses to run as root."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    programs = Path(needed(versions[-1] if versions else None, "Run “apt-get install postgresql”."))
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    as_user: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def run(program: str, *options: str) -> None:
        command = [programs / program, "-D", folder / "data", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, **as_user)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-o", settings, "-l", str(folder / "log"), "-w", "start")
        try:
            yield str(folder)
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


# --- JupyterHub -------------------------------------------------------------------------------------


def _install_hub() -> Path:
    """JupyterHub beside the project's own environment, whose packages it sees; returns its programs.

    An environment of its own: in the project's one it would count as a dependency of the product.
    """
    venv = CACHE / "hub-venv"
    if not (venv / "bin/jupyterhub").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin/python", "-m", "pip", "install", "-q", "jupyterhub>=5,<7"], check=True)
    paths = {"base": str(venv), "platbase": str(venv)}
    link = Path(sysconfig.get_path("purelib", vars=paths)) / "project.pth"
    link.write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    return venv / "bin"


def _install_proxy() -> list[str]:
    program = CACHE / "hub-node/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    node = needed(shutil.which("node"), "Run “apt-get install nodejs npm”.")
    if not program.exists():
        npm = needed(shutil.which("npm"), "Run “apt-get install npm”.")
        install = [npm, "install", "--silent", "--prefix", CACHE / "hub-node", "configurable-http-proxy"]
        subprocess.run(install, check=True)
    return [node, str(program)]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = {proxy_command!r}
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = ["{programs}/jupyterhub-singleuser", "--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 90
c.Spawner.environment = {{
    "RUSOIL_BACKENDS": "scripted",
    "JUPYTER_CONFIG_PATH": "{prefix}/etc/jupyter",
    "JUPYTER_PATH": "{prefix}/share/jupyter",
}}
"""


class Hub:
    """A running JupyterHub with its proxy."""

    def __init__(self, folder: Path) -> None:
        programs, proxy_command = _install_hub(), _install_proxy()
        public, api, proxy = _free_ports(3)
        self.folder = folder
        self.url = f"http://127.0.0.1:{public}/"
        self.log_path = folder / "log"
        config = folder / "jupyterhub_config.py"
        config.write_text(
            CONFIG.format(
                public=public,
                api=api,
                proxy=proxy,
                proxy_command=proxy_command,
                password=PASSWORD,
                folder=folder,
                programs=programs,
                prefix=sys.prefix,
            )
        )
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "RUSOIL"))}
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen(
                [programs / "jupyterhub", "-f", config], cwd=folder, stdout=log, stderr=log, env=environ
            )
        self.users: dict[str, User] = {}

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log
        try:
            return httpx2.get(self.url + "hub/health").status_code == 200
        except httpx2.TransportError:
            return False

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def user(self, name: str) -> User:
        """This user, logged in with a running server."""
        if name not in self.users:
            self.users[name] = User(self, name)
        return self.users[name]

    def stop(self) -> None:
        family = psutil.Process(self.process.pid).children(recursive=True)
        for user in self.users.values():
            user.browser.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            _gone, left = psutil.wait_procs(family, 10)
            for process in left:
                process.kill()
        assert not left, f"the Hub left {left}"


class User:
    """A person with a browser, a token and a single-user server."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self.url = f"{hub.url}user/{name}/"
        self.home = hub.folder / "home" / name
        self.browser = httpx2.Client(follow_redirects=True, timeout=60)
        page = self.browser.get(hub.url + "hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert xsrf, page.text[:500]
        form = {"username": name, "password": PASSWORD, "_xsrf": xsrf[1]}
        home = self.browser.post(hub.url + "hub/login?next=/hub/home", data=form)
        assert home.url.path == "/hub/home", home.text[:500]
        self._api("POST", f"users/{name}/server")
        poll("the user's server is ready", self._ready, 90)
        self.token = str(self._api("POST", f"users/{name}/tokens", json={"note": "test"}).json()["token"])

    def _api(self, method: str, path: str, **options: Any) -> httpx2.Response:
        xsrf = next(cookie.value for cookie in self.browser.cookies.jar if cookie.name == "_xsrf") or ""
        headers = {"X-XSRFToken": xsrf, "Referer": self.hub.url + "hub/home"}
        answer = self.browser.request(method, f"{self.hub.url}hub/api/{path}", headers=headers, **options)
        assert answer.is_success, answer.text
        return answer

    def _ready(self) -> bool:
        servers = self._api("GET", f"users/{self.name}").json()["servers"]
        return bool(servers.get("", {}).get("ready"))

    def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx2.Response:
        """A request to ``rusoil/<path>`` of this user's server, with this user's or another token."""
        headers = {"Authorization": f"token {token or self.token}"}
        return httpx2.request(method, f"{self.url}rusoil/{path}", headers=headers, timeout=60, **options)


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    hub = Hub(folder)
    try:
        poll("the Hub answers", hub.answers, 60)
        yield hub
    finally:
        hub.stop()
        shutil.rmtree(folder)
