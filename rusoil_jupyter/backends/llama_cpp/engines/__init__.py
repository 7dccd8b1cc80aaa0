"""The engines: which there are, which is installed, and what their sudden end means.

The modules beside this one are programs that run in the engine's process, by path, never imported.
They speak the same wire; what differs is told by :data:`ENGINES`.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.i18n import _

AUTO = "auto"
FOLDER = Path(__file__).parent
TIED = FOLDER / "tied.py"
"""The program that becomes one of the others, once it is tied to its parent."""
# Every x86-64 processor since 2013. Left to itself the build uses all that the building machine has: on one
# with AMX such a library dies at its first decode (ggml-org/llama.cpp#20824), and on an older one at once.
SAFE_BUILD = "-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON"


@dataclass(frozen=True)
class EngineKind:
    """One engine.

    Attributes:
        name: what the option ``engine`` says; also the package to install.
        module: what the package is imported as.
        program: the file that runs in the engine's process.
        parallel: whether it answers several conversations at once.
        drafts: whether it drafts tokens where an answer repeats what was there.
        concludes: whether the thinking of an answer under way can be ended.
        prebuilt: whether it comes compiled, or is built where it is installed.
        trial_seconds: of a core, many times what it needs to start with a model of nothing.
    """

    name: str
    module: str
    program: Path
    parallel: bool
    drafts: bool
    concludes: bool
    prebuilt: bool
    trial_seconds: int = 1

    @property
    def installed(self) -> bool:
        """Whether the package is here."""
        return find_spec(self.module) is not None

    @property
    def install(self) -> str:
        """The command that brings it; one that is built here gets a build that is safe everywhere."""
        if self.prebuilt:
            return f"pip install {self.name}"
        # pip would take an earlier build from its cache, whatever flags that one had.
        return f'CMAKE_ARGS="{SAFE_BUILD}" pip install --no-cache-dir {self.name}'

    def slots(self, n_parallel: int) -> int:
        """Conversations answered at once when so many are wanted."""
        return n_parallel if self.parallel else 1

    def broken(self, returncode: int | None) -> ModelUnavailable | None:
        """The sentence for a process that ended so, if it means that this build does not fit this processor.

        Args:
            returncode: as :attr:`subprocess.Popen.returncode`; ``None`` for one that runs.
        """
        name = _CRASHES.get(returncode) if returncode is not None else None
        if name is None:
            return None
        if self.prebuilt:  # another download would be the same
            other = next(kind for kind in ENGINES.values() if not kind.prebuilt)
            step = _("Build the other engine: “{command}”, then set the option engine to “{name}”.").format(
                command=other.install, name=other.name
            )
        else:
            again = f"install --force-reinstall --no-deps --no-binary {self.name}"
            step = _("Build it again: “{command}”.").format(command=self.install.replace("install", again, 1))
        return ModelUnavailable(
            _(
                "The engine {engine} was ended by {signal} before its first word: most likely this build of "
                "it does not fit this processor."
            ).format(engine=self.name, signal=name),
            step,
        )


# Not SIGABRT, by which llama.cpp refuses a file, nor SIGKILL, which is the system's or somebody's.
_CRASHES = {
    -getattr(signal, name): name for name in ("SIGSEGV", "SIGILL", "SIGBUS") if hasattr(signal, name)
} | {
    0xC0000005: "STATUS_ACCESS_VIOLATION",  # Windows
    0xC000001D: "STATUS_ILLEGAL_INSTRUCTION",
}
ENGINES = {
    kind.name: kind
    for kind in (  # in the order of preference
        EngineKind(
            name="xllamacpp",
            module="xllamacpp",
            program=FOLDER / "xllamacpp.py",
            parallel=True,
            drafts=True,
            concludes=True,
            prebuilt=True,
        ),
        EngineKind(
            name="llama-cpp-python",
            module="llama_cpp",
            program=FOLDER / "llama_cpp_python.py",
            parallel=False,
            drafts=False,
            concludes=False,
            prebuilt=False,
            trial_seconds=3,
        ),
    )
}


def check_name(name: str) -> None:
    """Refuse what is neither an engine nor ``auto``.

    Raises:
        InvalidRequest: it is neither.
    """
    if name != AUTO and name not in ENGINES:
        raise InvalidRequest(
            _("There is no engine called “{engine}”.").format(engine=name),
            _("Write one of: {names}.").format(names=", ".join((AUTO, *ENGINES))),
            field="engine",
        )


def check_drafts(name: str, n_draft: int) -> None:
    """Refuse drafts of an engine that makes none; ``auto`` makes them where the engine that it takes can.

    Raises:
        InvalidRequest: this engine drafts no tokens.
    """
    if n_draft and name != AUTO and not ENGINES[name].drafts:
        drafting = next(kind.name for kind in ENGINES.values() if kind.drafts)
        raise InvalidRequest(
            _("The engine {engine} drafts no tokens.").format(engine=name),
            _("Leave n_draft out, or set the option engine to “{name}”.").format(name=drafting),
            field="n_draft",
        )


def choose(name: str) -> EngineKind:
    """The installed engine of this name; ``auto`` is the first that is installed.

    Raises:
        ModelUnavailable: it is not installed, or none is.
    """
    wanted = list(ENGINES.values()) if name == AUTO else [ENGINES[name]]
    for kind in wanted:
        if kind.installed:
            return kind
    raise ModelUnavailable(
        _("The engine that runs models on this computer is not installed."),
        _("Run “{command}” and start Jupyter again.").format(command=wanted[0].install),
    )
