"""A deterministic backend without a model: for tests, documentation and demonstrations.

What it does is in the question itself. A line that begins with ``!`` is a command, everything else is
echoed word by word (in the form that was asked for: a required tool is called, JSON is JSON, and a
schema is refused).

Lines ``!then`` part a question into steps: the next is played when the tools that the one before called have
answered; after the last, their answers are said. Where the conversation stands is read from its messages, so
that questions beside it use nothing up: one that offers no tools (for a title, a summary) gets the last step
of the script that it holds.

=====================  =========================================================================
``!words N``           N numbered words
``!say TEXT``          this text (``\\n`` is a new line), word by word
``!think TEXT``        reasoning before the answer
``!read N``            progress of reading N tokens
``!wait SECONDS``      a pause, as a slow model makes it
``!forever``           words until cancelled
``!call NAME {JSON}``  a tool call
``!result TEXT``       what the tool that was called last answered, as a model does whose tools run beside it
``!ask KIND {JSON}``   the person is asked (an approval or a question); the reply is said
``!ponder``            thoughts until the person wants the answer
``!then``              the next step
``!crash``             the backend dies in the middle (a ``model_unavailable`` error)
``!bug``               an unexpected exception
``!cut``               the stream ends without ``done``
=====================  =========================================================================
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar

from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.script import Scene, played
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, UnknownModel
from rusoil_jupyter.events import (
    Done,
    Event,
    Text,
    TokenLogprob,
    ToolCall,
    ToolResult,
    TopLogprob,
    Usage,
)
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import ToolCallPart, ToolResultPart
from rusoil_jupyter.protocol import BackendStatus, ModelInfo, ResponseFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.backends.remote import RunsOn
    from rusoil_jupyter.messages import Message
    from rusoil_jupyter.settings import Settings


_THEN = re.compile(r"^!then *\n", re.MULTILINE)


class ScriptedBackend(Backend):
    """Answers from a script.

    Two models: ``echo`` (text, English and Russian) and ``eyes`` (accepts images, calls tools).

    Args:
        delay: the pause between two words, in seconds.
        runs_on: where the models pretend to run; ``elsewhere`` they pretend to be sent to ``NAME.example``.
        away: whether asking fails before the first word.
    """

    kind: ClassVar[str] = "scripted"

    def __init__(
        self,
        name: str,
        settings: Settings,
        delay: float = 0.0,
        runs_on: RunsOn = "this-computer",
        away: bool = False,
    ) -> None:
        super().__init__(name, settings)
        self.delay = delay
        self.active = 0
        self.asked = 0
        self._runs_on = runs_on
        self._away = away

    async def models(self) -> Sequence[ModelInfo]:
        """Both models, always available."""
        return [
            ModelInfo(
                id=f"{self.name}/{model}",
                name=f"Scripted {model}",
                backend=self.name,
                description="Repeats the question. No model behind it.",
                context_length=1000,
                vision=model == "eyes",
                tools=model == "eyes",
                reasoning=True,
                concludes=True,
                languages=languages,
                license="BSD-3-Clause",
                runs_on=self._runs_on,
                sends_to=f"{self.name}.example" if self._runs_on == "elsewhere" else "",
            )
            for model, languages in (("echo", ("en",)), ("eyes", ("en", "ru")))
        ]

    async def status(self) -> BackendStatus:
        """Always ready."""
        return BackendStatus(name=self.name, kind=self.kind, ready=True)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """Play the last user message as a script, from where the conversation stands."""
        if request.model not in {"echo", "eyes"}:
            raise UnknownModel(_("There is no model called “{m}”.").format(m=request.model))
        self.asked += 1
        if self._away:
            raise ModelUnavailable(_("The scripted model is away."), _("Choose another model."))
        script = _formed(_step(request), request)
        words = 0
        reason = "stop"
        self.active += 1
        try:
            scene = Scene(self.delay, f"call_{self.asked}", request.inbox)
            async with aclosing(played(script, scene)) as events:
                async for event in events:
                    if event is None:
                        return
                    if isinstance(event, Text):
                        if request.max_tokens is not None and words >= request.max_tokens:
                            reason = "length"
                            break
                        words += 1
                        if request.logprobs:
                            event = _with_odds(event, request.top_logprobs or 0)
                    if isinstance(event, ToolCall | ToolResult):
                        reason = "tool_calls" if isinstance(event, ToolCall) else "stop"
                    yield event
                    await asyncio.sleep(self.delay)
            prompt = await self.count(request)
            yield Usage(prompt_tokens=prompt, completion_tokens=words, tokens_per_second=100.0)
            yield Done.model_validate({"finish_reason": reason})
        finally:
            self.active -= 1

    async def count(self, request: ModelRequest) -> int:
        """The words of all messages."""
        return sum(len(m.text.split()) for m in request.messages)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:  # noqa: ARG002
        """Eight numbers from a digest of each text."""
        self.asked += 1
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return [[byte / 255 for byte in digest[:8]] for digest in digests]


def _step(request: ModelRequest) -> str:
    """What is to be done now; after the last step, to say what the tools answered."""
    said = request.messages
    asked = max((at for at, m in enumerate(said) if m.role == "user" and m.text), default=None)
    if asked is None:
        return ""
    steps = _THEN.split(said[asked].text)
    if not request.tools and len(steps) > 1:
        return steps[-1]
    calls = [at for at, m in enumerate(said) if at > asked and _calls(m)]
    return steps[len(calls)] if len(calls) < len(steps) else _answered(said[calls[-1] :])


def _answered(messages: Sequence[Message]) -> str:
    parts = (part for message in messages for part in message.parts)
    results = "\n".join(part.text for part in parts if isinstance(part, ToolResultPart))
    return re.sub("^!", " !", results, flags=re.MULTILINE)


def _calls(message: Message) -> bool:
    return any(isinstance(part, ToolCallPart) for part in message.parts)


def _formed(question: str, request: ModelRequest) -> str:
    """The script that keeps to the form of the request; one with commands of its own is left as it is.

    Raises:
        InvalidRequest: the form is a schema, which would take a model.
    """
    if any(line.startswith("!") for line in question.splitlines()):
        return question
    if request.tools and request.tool_choice == "required":
        return f"!call {request.tools[0].name} {{}}"
    match request.response_format:
        case ResponseFormat(type="json_object"):
            return json.dumps({"text": question})
        case ResponseFormat(type="json_schema"):
            raise InvalidRequest(
                _("The scripted model can't answer by a schema."),
                _("Say the JSON yourself with “!say”, or ask another model."),
                field="response_format",
            )
    return question


def _with_odds(text: Text, alternatives: int) -> Text:
    """Every word is certain here, and nothing else could have come."""
    odds = {"token": text.delta, "logprob": 0.0, "bytes": tuple(text.delta.encode())}
    tops = (TopLogprob.model_validate(odds),)[:alternatives]
    return text.model_copy(update={"logprobs": (TokenLogprob.model_validate(odds | {"top_logprobs": tops}),)})
