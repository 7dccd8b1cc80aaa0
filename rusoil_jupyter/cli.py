"""The command ``rusoil``: ``doctor``, ``models``, ``consent``, ``chat`` and ``env``.

Exit codes: 0 all is well; 1 something is wrong and the text says what; 2 the command was not understood;
130 interrupted (a download goes on from there when it is asked for again).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import platform
import shlex
import signal
import sys
import threading
from typing import TYPE_CHECKING

import rusoil_jupyter
from rusoil_jupyter import catalogue, outside, upkeep
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ConsentRequired, ModelUnavailable, RusoilError
from rusoil_jupyter.events import Failed, Notice, Progress, Text
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import one_line, plain
from rusoil_jupyter.messages import Message
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import TextIO

    from rusoil_jupyter.protocol import ModelInfo, Russian
    from rusoil_jupyter.turns import Turn

    Command = Callable[[argparse.Namespace, Assistant], Coroutine[None, None, int]]

CALLER = Caller("cli")
_YES = {"y", "yes", "д", "да"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(argv)
    command: Command = options.command
    try:
        return asyncio.run(_run(command, options))
    except RusoilError as error:
        _say(f"{error.message} {error.next_step}".strip(), to=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _say(words: str = "", *, end: str = "\n", to: TextIO | None = None) -> None:
    """Print words. Whoever said them, only letters, new lines and tabs reach the terminal."""
    print(plain(words), end=end, file=to or sys.stdout, flush=True)


async def _run(command: Command, options: argparse.Namespace) -> int:
    _let_interrupts_wake_the_loop()
    settings = Settings.from_environ()
    await asyncio.to_thread(upkeep.tidy, settings)
    assistant = Assistant(settings)
    try:
        return await command(options, assistant)
    finally:
        await assistant.aclose()


def _let_interrupts_wake_the_loop() -> None:
    """Where the handler of ``asyncio.run`` runs just before the loop goes to sleep, it wakes nobody."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt() -> None:
        loop.remove_signal_handler(signal.SIGINT)  # a second one does not wait for anything
        if task is not None:
            task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows: there every signal wakes it
        loop.add_signal_handler(signal.SIGINT, interrupt)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rusoil", description=_("The assistant on the command line."))
    parser.add_argument("--version", action="version", version=rusoil_jupyter.__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    doctor = commands.add_parser("doctor", help=_("check the installation and say what to do"))
    _add_json(doctor)
    doctor.set_defaults(command=_doctor)

    models = commands.add_parser("models", help=_("what can answer")).add_subparsers(
        required=True, metavar="COMMAND"
    )
    listing = models.add_parser("list", help=_("list the models"))
    _add_json(listing)
    listing.set_defaults(command=_list_models)
    pulling = models.add_parser("pull", help=_("download a model"))
    pulling.add_argument("model", help=_("a name from the list, hf:OWNER/REPO/FILE, an address, or a file"))
    pulling.add_argument("--anyway", action="store_true", help=_("also if it does not fit into the memory"))
    pulling.set_defaults(command=_pull)
    verifying = models.add_parser("verify", help=_("compare the files with their digests"))
    verifying.add_argument("model", nargs="*", help=_("without a name: all models here"))
    verifying.set_defaults(command=_verify)
    removing = models.add_parser("remove", help=_("delete the files of models"))
    removing.add_argument("model", nargs="+")
    removing.set_defaults(command=_remove)
    for parser_with_json in (pulling, verifying, removing):
        _add_json(parser_with_json)

    consent = commands.add_parser("consent", help=_("to which hosts questions may be sent"))
    consent.add_argument("--revoke", metavar="HOST", help=_("ask again before anything is sent there"))
    consent.set_defaults(command=_consent)

    env = commands.add_parser("env", help=_("what other programs need to ask this Jupyter: its key, too"))
    _add_json(env)
    env.set_defaults(command=_env)

    chat = commands.add_parser("chat", help=_("ask, in the terminal"))
    chat.add_argument("prompt", nargs="*", help=_("the question; without it, a conversation"))
    chat.add_argument("-m", "--model", default="auto")
    chat.set_defaults(command=_chat)
    return parser


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print JSON, for scripts"))


# --- doctor -----------------------------------------------------------------------------------------


async def _doctor(options: argparse.Namespace, assistant: Assistant) -> int:
    status = await assistant.status()
    if options.json:
        _say(status.model_dump_json(indent=2))
        return 0 if status.ready else 1
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    _say(f"rusoil-jupyter {status.version} · {status.mode} · {system}")
    _check(
        importlib.util.find_spec("jupyterlab") is not None,
        "JupyterLab",
        _("JupyterLab is not installed: run “pip install jupyterlab”."),
    )
    for backend in status.backends:
        _check(backend.ready, backend.name, f"{backend.reason} {backend.next_step}")
    for failure in status.plugin_failures:
        _check(False, failure.name, failure.error)
    engines = any(backend.kind == "llama-cpp" for backend in status.backends)
    sound = not engines or await _engines_decode(assistant.settings)
    if not status.ready:
        return 1
    _say(f"  · auto: {status.default_model}. {(await assistant.models()).default_reason}")
    return 0 if await _try_out(assistant, status.default_model or "") and sound else 1


async def _engines_decode(settings: Settings) -> bool:
    """Every installed engine computes a word with the smallest model: a broken build dies of that."""
    from rusoil_jupyter.backends.llama_cpp.engine import decode_once
    from rusoil_jupyter.backends.llama_cpp.engines import ENGINES

    paths = [model.path for model in catalogue.installed(settings.model_path)]
    if not paths:
        return True  # the backend has said so
    smallest = min(paths, key=lambda path: path.stat().st_size)
    sound = True
    for kind in ENGINES.values():
        if kind.installed:
            error = await decode_once(kind, smallest)
            reason = f"{error.message} {error.next_step}" if error else ""
            sound &= _check(error is None, _("{engine} computes").format(engine=kind.name), reason)
    return sound


async def _try_out(assistant: Assistant, model: str) -> bool:
    """One real word from the default model: the only check that proves the whole road."""
    request = ChatRequest(prompt="Say hello.", model=model, max_tokens=1)
    try:
        turn = await assistant.start_turn(request, CALLER)
    except ConsentRequired as refused:
        return _check(False, model, f"{refused.message} {refused.next_step}")
    last = (await turn.result())[-1]
    failed = last.error if isinstance(last, Failed) else None
    reason = f"{failed.message} {failed.next_step}" if failed else ""
    return _check(failed is None, _("{model} answers").format(model=model), reason)


def _check(good: bool, name: str, reason: str) -> bool:
    _say(f"  {'✓' if good else '✗'} {one_line(name)}" + ("" if good else f": {one_line(reason)}"))
    return good


# --- models -----------------------------------------------------------------------------------------


async def _list_models(options: argparse.Namespace, assistant: Assistant) -> int:
    models = await assistant.models()
    if options.json:
        _say(models.model_dump_json(indent=2))
        return 0
    for model in models.models:
        mark = "*" if model.id == models.default else " "
        _say(f"{mark} {one_line(model.id)}{_facts(model)}")
        _say(f"      {model.description if model.available else f'{model.reason} {model.next_step}'}")
    if models.default_reason:
        _say(f"\n* auto: {models.default_reason}")
    if models.memory_bytes is not None and models.disk_free_bytes is not None:
        words = _("Memory for a model: {memory} GB. Free on the disk: {disk} GB.")
        _say(words.format(memory=_gb(models.memory_bytes), disk=_gb(models.disk_free_bytes)))
    return 0


def _facts(model: ModelInfo) -> str:
    facts = []
    if model.size_bytes is not None:
        facts.append(_("{size} GB").format(size=_gb(model.size_bytes)))
    if model.memory_bytes is not None:
        facts.append(_("needs {size} GB of memory").format(size=_gb(model.memory_bytes)))
    if model.russian is not None:
        facts.append(_("Russian: {quality}").format(quality=_quality(model.russian)))
    trained = model.tools and not model.tools_emulated
    able = [(model.vision, _("vision")), (trained, _("tools")), (model.reasoning, _("reasoning"))]
    facts += [word for has, word in able if has]
    facts += [model.license] if model.license else []
    return f"  ({', '.join(facts)})" if facts else ""


def _quality(russian: Russian) -> str:
    return {"good": _("good"), "usable": _("usable"), "weak": _("weak"), "none": _("none")}[russian]


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f}"


async def _pull(options: argparse.Namespace, assistant: Assistant) -> int:
    settings = assistant.settings
    wanted = catalogue.address_of(options.model) or catalogue.entry(_plain(options.model))
    path = await catalogue.pull(
        wanted,
        settings.model_path,
        _progress_bar(wanted.name),
        mirror=settings.model_mirror,
        anyway=options.anyway,
    )
    return _report(options, {"model": wanted.name, "path": str(path)}, f"{wanted.name}: {path}")


async def _verify(options: argparse.Namespace, assistant: Assistant) -> int:
    folders, damaged = assistant.settings.model_path, 0
    wanted = [_plain(name) for name in options.model] or [one.id for one in catalogue.installed(folders)]
    for model in wanted:
        try:
            found = catalogue.verify(model, folders, _progress_bar(model))
        except ModelUnavailable as error:
            damaged = 1
            text = f"✗ {model}: {error.message} {error.next_step}"
            _report(options, {"model": model, "whole": False, "reason": error.message}, text)
        else:
            digests = {path.name: digest for path, digest in found.items()}
            words = _("as the catalogue says") if catalogue.find(model) else _("not in the catalogue")
            lines = [f"✓ {model} ({words})", *(f"    {digest}  {name}" for name, digest in digests.items())]
            _report(options, {"model": model, "whole": True, "sha256": digests}, "\n".join(lines))
    return damaged


async def _remove(options: argparse.Namespace, assistant: Assistant) -> int:
    for model in map(_plain, options.model):
        paths = [str(path) for path in catalogue.remove(model, assistant.settings.model_path)]
        _report(options, {"model": model, "removed": paths}, f"{model}: {_('removed')}")
    return 0


def _plain(model: str) -> str:
    """A model's own name, as the catalogue has it."""
    return model.rpartition("/")[2]


def _report(options: argparse.Namespace, value: dict[str, object], text: str) -> int:
    """One line of JSON for scripts, or words."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")  # the bar has done its work
    _say(json.dumps(value) if options.json else text)
    return 0


def _progress_bar(name: str) -> Callable[[int, int], None]:
    """Drawn on the error stream, where it spoils no script's input, and only for eyes."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            share = done / total if total else 0
            bar = "█" * round(share * 30)
            sys.stderr.write(f"\r{one_line(name)} {bar:<30} {done / 1e6:.0f} / {total / 1e6:.0f} MB")
            sys.stderr.flush()

    return show


# --- consent ----------------------------------------------------------------------------------------


async def _consent(options: argparse.Namespace, assistant: Assistant) -> int:
    if options.revoke:
        await assistant.consents.revoke(CALLER.owner, options.revoke)
    for consent in (await assistant.consents.list(CALLER.owner)).consents:
        _say(f"{consent.agreed_at[:10]}  {consent.destination}")
    return 0


# --- env --------------------------------------------------------------------------------------------


async def _env(options: argparse.Namespace, _assistant: Assistant) -> int:
    url, token = await outside.address()
    variables = outside.variables(url, token)
    if options.json:
        _say(json.dumps(variables))
        return 0
    for name, value in variables.items():
        _say(f"$env:{name} = '{value}'" if os.name == "nt" else f"export {name}={shlex.quote(value)}")
    note = _(
        "This is the key of {url}: who has it can do there all that you can. Keep it out of files that"
        " others read."
    )
    _say(note.format(url=url), to=sys.stderr)
    return 0


# --- chat -------------------------------------------------------------------------------------------


async def _chat(options: argparse.Namespace, assistant: Assistant) -> int:
    history: list[Message] = []
    if options.prompt:
        return 0 if await _ask(" ".join(options.prompt), options.model, history, assistant) else 1
    if not sys.stdin.isatty():
        question = sys.stdin.read().strip()
        if not question:
            _say(_("There is no question. Write one after “rusoil chat”."), to=sys.stderr)
            return 1
        return 0 if await _ask(question, options.model, history, assistant) else 1
    _say(_("Ask; an empty line ends the conversation."))
    while question := (await _typed("> ")).strip():
        await _ask(question, options.model, history, assistant)
    return 0


async def _typed(prompt: str) -> str:
    """A line from the terminal, empty at its end; an interrupt does not wait for the Enter key."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def give(text: str) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        try:
            text = input(prompt)
        except EOFError:
            text = ""
        with contextlib.suppress(RuntimeError):  # interrupted: the loop is closed
            loop.call_soon_threadsafe(give, text)

    threading.Thread(target=read, daemon=True).start()
    return await line


async def _ask(question: str, model: str, history: list[Message], assistant: Assistant) -> bool:
    messages = (*history, Message.of("user", question))
    request = ChatRequest(messages=messages, model=model)
    try:
        turn = await assistant.start_turn(request, CALLER)
    except ConsentRequired as refused:
        if not await _agrees(refused, assistant):
            return False
        turn = await assistant.start_turn(request, CALLER)
    answer = await _print_answer(turn)
    if answer is None:
        return False
    history += [messages[-1], Message.of("assistant", answer)]
    return True


async def _agrees(refused: ConsentRequired, assistant: Assistant) -> bool:
    """Show what would be sent and ask; where nobody can answer, that is no.

    Raises:
        ConsentRequired: there is nobody to ask.
    """
    would_send = refused.would_send
    if not sys.stdin.isatty():
        raise refused
    _say(_("{model} runs elsewhere. This would be sent to {destination}:").format(**would_send.model_dump()))
    for part in would_send.parts:
        _say(f"--- {part.kind} {part.name} ({part.size})\n{part.text}")
    if (await _typed(_("Agree, for this and later questions? [y/N] "))).strip().lower() not in _YES:
        _say(_("Nothing was sent."))
        return False
    await assistant.agree(CALLER.owner, would_send.destination)
    return True


async def _print_answer(turn: Turn) -> str | None:
    """Print the turn as it goes; the whole text, or ``None`` when it failed."""
    pieces: list[str] = []
    async for event in turn.events():
        match event:
            case Text():
                pieces.append(event.delta)
                _say(event.delta, end="")
            case Notice():
                _say(f"{event.message} {event.next_step}".strip(), to=sys.stderr)
            case Progress(phase="loading"):
                _say(_("Loading the model…"), to=sys.stderr)
            case Failed():
                _say(f"\n{event.error.message} {event.error.next_step}".strip(), to=sys.stderr)
                return None
    _say()
    return "".join(pieces)


if __name__ == "__main__":
    sys.exit(main())
