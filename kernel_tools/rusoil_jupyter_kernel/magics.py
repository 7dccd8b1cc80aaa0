"""``%rusoil`` and ``%%rusoil``: parse the line, ask the server, show the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from IPython.core import magic_arguments
from IPython.core.magic import (
    Magics,
    line_cell_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)

from rusoil_jupyter.i18n import _, use_language
from rusoil_jupyter_kernel import listing, question_marks
from rusoil_jupyter_kernel.answer import CODE_REQUEST, Outcome, outcome
from rusoil_jupyter_kernel.display import Screen, screen_for, show
from rusoil_jupyter_kernel.errors import (
    ConsentNeeded,
    Interrupted,
    MagicError,
    NoAssistant,
    NotLetIn,
    ServerAway,
)
from rusoil_jupyter_kernel.interpolate import escape, interpolate
from rusoil_jupyter_kernel.language import accept_language
from rusoil_jupyter_kernel.options import ARGUMENTS, Options, parse
from rusoil_jupyter_kernel.server import Server, find_server
from rusoil_jupyter_kernel.shown import words

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from rusoil_jupyter.errors import WouldSend
    from rusoil_jupyter.protocol import ChatRequest


def _magic(method: Callable[..., None]) -> Any:
    """A line and cell magic with our options; IPython's own ``{}`` and ``$`` expansion is off."""
    for add in reversed(ARGUMENTS):
        method = add(method)
    arguments: Any = magic_arguments.magic_arguments  # untyped in IPython
    line_cell: Any = line_cell_magic
    return line_cell(no_var_expand(needs_local_scope(arguments()(method))))


@magics_class
class RusoilMagics(Magics):
    """The magics of one shell. It remembers the server that it found until that one goes away."""

    shell: Any

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._server: Server | None = None
        self._shown: dict[str, WouldSend] = {}

    @_magic
    def rusoil(self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None) -> None:
        """Ask the assistant.

        ``%rusoil question`` asks in one line, ``%%rusoil`` asks what the cell says. ``{name}``
        becomes the variable's content, ``{{name}}`` stays as ``{name}``. ``%rusoil models``,
        ``%rusoil status`` and ``%rusoil help`` list what there is; ``%rusoil consent BACKEND`` agrees
        that questions are sent to it.
        """
        use_language(accept_language())
        options = parse(line, self.rusoil)
        try:
            if cell is None and (listed := _LISTINGS.get(options.question.rstrip(" ?"))):
                listed(self, options)
            elif cell is None and (match := _CONSENT.fullmatch(options.question)):
                (self._agree if match[1] == "consent" else self._revoke)(match[2], options)
            elif cell is None and (match := _CAPTURE.fullmatch(options.question)):
                self._capture(match[1])
            elif match := _INTERPRET.match(options.question):
                question = _joined(options.question[match.end() :], cell)
                self._interpret(question, options, local_ns or {})
            else:
                self._ask(options, _prompt(options.question, cell), local_ns or {})
        except KeyboardInterrupt:
            raise Interrupted(_("Stopped.")) from None

    def _ask(self, options: Options, prompt: str, local_ns: Mapping[str, Any]) -> None:
        request = self._request(options, interpolate(prompt, {**self.shell.user_ns, **local_ns}))
        server = self._find(options)
        screen = screen_for(self.shell, as_markdown=options.output != "text")
        text = self._stream(server, request, screen)
        self._deliver(options, text, screen)

    def _stream(self, server: Server, request: ChatRequest, screen: Screen) -> str:
        from rusoil_jupyter_kernel.client import AnswerStream
        from rusoil_jupyter_kernel.turn import Turn

        try:
            with AnswerStream(server, request) as events:
                return Turn(screen).follow(events)
        except (ServerAway, NotLetIn, NoAssistant):
            self._server = None
            raise
        except ConsentNeeded as refused:
            self._shown[refused.would_send.backend] = refused.would_send
            show(self.shell, listing.would_send(refused.would_send))
            raise

    def _deliver(self, options: Options, text: str, screen: Screen) -> None:
        try:
            result: Outcome = outcome(text, options.output)
        except MagicError:
            screen.end()
            if options.into:  # what was answered is not lost
                self.shell.user_ns[options.into] = text
            raise
        screen.end(result)
        if options.into:
            self.shell.user_ns[options.into] = result.value
        if result.cell is not None:
            self.shell.set_next_input(result.cell, replace=False)

    def _find(self, options: Options) -> Server:
        from rusoil_jupyter_kernel.client import check

        if options.server:
            return find_server(check, options.server)
        if self._server is None:
            self._server = find_server(check)
        return self._server

    def _request(self, options: Options, prompt: str) -> ChatRequest:
        from pydantic import ValidationError

        from rusoil_jupyter.errors import InvalidRequest
        from rusoil_jupyter.protocol import ChatRequest, ResponseFormat

        wants_json, wants_code = options.output == "json", options.output == "code"
        system = [options.system, CODE_REQUEST if wants_code else None]
        try:
            return ChatRequest(
                prompt=prompt,
                system="\n".join(filter(None, system)) or None,
                model=options.model,
                temperature=options.temperature,
                max_tokens=options.max_tokens,
                response_format=ResponseFormat(type="json_object") if wants_json else None,
                stream=True,
            )
        except ValidationError as error:
            problem = InvalidRequest.from_validation(error)
            raise MagicError(problem.message, problem.next_step) from error

    def _help(self, _options: Options) -> None:
        show(self.shell, listing.usage(self.rusoil.parser.format_help()))

    def _models(self, options: Options) -> None:
        from rusoil_jupyter_kernel.client import models

        show(self.shell, listing.models(self._forgetting(models, options)))

    def _status(self, options: Options) -> None:
        from rusoil_jupyter_kernel.client import status

        state = self._forgetting(status, options)
        show(self.shell, listing.status(state, self._find(options).url))

    def _consents(self, options: Options) -> None:
        from rusoil_jupyter_kernel.client import consents

        show(self.shell, listing.consents(self._forgetting(consents, options)))

    def _agree(self, backend: str, options: Options) -> None:
        """Only to what this kernel has shown: nobody agrees to what he has not seen."""
        from rusoil_jupyter_kernel.client import agree

        seen = self._shown.get(backend)
        if seen is None:
            raise MagicError(
                _("You have not seen yet what would be sent to {backend}.").format(backend=backend),
                _("Ask one of its models first: nothing is sent, and the cell shows what would be."),
            )
        self._forgetting(lambda server: agree(server, seen.destination), options)
        show(self.shell, listing.would_send(seen))
        self._consents(options)

    def _revoke(self, backend: str, options: Options) -> None:
        from rusoil_jupyter_kernel.client import models, revoke

        known = self._forgetting(models, options).models
        hosts = {model.sends_to or model.backend for model in known if model.backend == backend}
        for host in hosts or {backend}:  # without the backend, the host itself can be named
            revoke(self._find(options), host)
        self._consents(options)

    def _capture(self, wanted: str | None) -> None:
        """Describe figures from now on, or stop it; say which it is."""
        from rusoil_jupyter_kernel.figures import capture

        if wanted:
            capture.switch(self.shell, wanted == "on")
        on = capture.is_on(self.shell)
        show(self.shell, words(_("Figures are described.") if on else _("Figures are left as they are.")))

    def _interpret(self, text: str, options: Options, local_ns: Mapping[str, Any]) -> None:
        """Read a figure; a model is asked what the rules don't understand."""
        from rusoil_jupyter_kernel.figures.compact import compact
        from rusoil_jupyter_kernel.figures.live import asked_in_words
        from rusoil_jupyter_kernel.figures.target import target_of, variables_of

        target = target_of(text, {**variables_of(self.shell), **local_ns})
        reading, question = target.read(), target.question
        answer = asked_in_words(reading, question)
        if answer.answerer == "reader":
            show(self.shell, listing.interpretation(answer))
            if options.into:
                self.shell.user_ns[options.into] = answer.text
            return
        try:
            self._ask(options, escape(f"{compact(reading.description)}\n\n{question}"), {})
        except (ConsentNeeded, Interrupted):
            raise
        except MagicError:  # no model can: what the reader itself could be asked
            show(self.shell, listing.interpretation(answer))
            raise

    def _forgetting(self, ask: Callable[[Server], Any], options: Options) -> Any:
        try:
            return ask(self._find(options))
        except (ServerAway, NotLetIn, NoAssistant):
            self._server = None
            raise


_LISTINGS: dict[str, Callable[[RusoilMagics, Options], None]] = {
    "models": RusoilMagics._models,
    "status": RusoilMagics._status,
    "help": RusoilMagics._help,
    "consent": RusoilMagics._consents,
}
_CAPTURE = re.compile(r"capture(?: (on|off))?")
_INTERPRET = re.compile(r"interpret(?=\s|$)\s*")
_CONSENT = re.compile(r"(consent|revoke) ([\w.:-]+)")


def _joined(question: str, cell: str | None) -> str:
    return "\n\n".join(part for part in (question, (cell or "").strip("\n")) if part.strip())


def _prompt(question: str, cell: str | None) -> str:
    prompt = _joined(question, cell)
    if not prompt:
        raise MagicError(_("There is no question."), _("Write it after %rusoil, or see %rusoil help."))
    return prompt


def register(shell: InteractiveShell) -> None:
    """Add ``%rusoil`` and ``%%rusoil``, and the alias ``ai`` where nothing else owns that name.

    A line of theirs may end with a question mark.
    """
    magics = RusoilMagics(shell)
    manager: Any = shell.magics_manager
    owners = [manager.magics[kind].get("ai") for kind in ("line", "cell")]
    shell.register_magics(magics)
    if "ai" not in manager.lazy_magics and all(owner is None or _is_ours(owner) for owner in owners):
        manager.register_function(magics.rusoil, "line_cell", "ai")
    question_marks.install(shell, lambda name: _is_ours(manager.magics["line"].get(name)))


def unregister(shell: InteractiveShell) -> None:
    """Take back what :func:`register` added."""
    question_marks.uninstall(shell)
    manager: Any = shell.magics_manager
    for kind in ("line", "cell"):
        known = manager.magics[kind]
        for name in [name for name, owner in known.items() if _is_ours(owner)]:
            del known[name]


def _is_ours(owner: Any) -> bool:
    return isinstance(getattr(owner, "__self__", None), RusoilMagics)
