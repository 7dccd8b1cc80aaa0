"""What the commands of a script do: see :mod:`.scripted`, whose answers are played from them."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.events import Event, Progress, Reasoning, Replied, Text, ToolCall, ToolResult
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Inquiry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.inbox import Inbox

# An event, seconds of a pause, something to ask the person, or the end without a word.
Step = Event | Inquiry | float | None
SHORTEST_PAUSE = 0.005  # between words without end


@dataclass(frozen=True)
class Scene:
    """Where a script is played.

    Args:
        delay: the pause between two words, in seconds.
        call: the id of the tool call that it makes.
        inbox: the way to its person; ``None`` for a program.
    """

    delay: float
    call: str
    inbox: Inbox | None

    @property
    def is_concluded(self) -> bool:
        """Whether the person wants the answer now."""
        return self.inbox is not None and self.inbox.concluded.is_set()


async def played(script: str, scene: Scene) -> AsyncGenerator[Event | None, None]:
    """The events of a script, its pauses made and its questions put; ``None`` where it breaks off."""
    for step in _steps(script, scene):
        match step:
            case float():
                await asyncio.sleep(step)
            case Inquiry():
                async with aclosing(_put(step, scene.inbox)) as events:
                    async for event in events:
                        yield event
            case _:
                yield step


def _steps(script: str, scene: Scene) -> Iterator[Step]:
    for line in script.splitlines():
        if not line.startswith("!"):
            yield from (Text(delta=word) for word in re.findall(r"\S+\s*", line + "\n"))
            continue
        command, _space, rest = line[1:].partition(" ")
        yield from _COMMANDS.get(command, _unknown(command))(rest, scene)


async def _put(inquiry: Inquiry, inbox: Inbox | None) -> AsyncGenerator[Event, None]:
    """Ask the person, and say the reply.

    Raises:
        InvalidRequest: a program asked.
    """
    if inbox is None:
        raise InvalidRequest(
            _("This question needs its person: {text}").format(text=inquiry.text),
            _("Ask it in the chat."),
            field="messages",
        )
    async with aclosing(inbox.ask(inquiry)) as events:
        async for event in events:
            yield event
            if isinstance(event, Replied):
                yield Text(delta=f"You said: {event.value}\n")


# --- the commands -----------------------------------------------------------------------------------


def _words(rest: str, _scene: Scene) -> Iterator[Step]:
    return (Text(delta=f"word{n} ") for n in range(_number(rest)))


def _say(rest: str, _scene: Scene) -> Iterator[Step]:
    return (Text(delta=word) for word in re.findall(r"\s*\S+\s*?", _lines(rest)))


def _think(rest: str, _scene: Scene) -> Iterator[Step]:
    return (Reasoning(delta=word) for word in re.findall(r"\S+\s*", rest))


def _ponder(_rest: str, scene: Scene) -> Iterator[Step]:
    for n in itertools.takewhile(lambda _n: not scene.is_concluded, itertools.count()):
        yield Reasoning(delta=f"thought{n} ")
        yield max(scene.delay, SHORTEST_PAUSE)


def _read(rest: str, _scene: Scene) -> Iterator[Step]:
    total = _number(rest)
    for done in range(0, total + 1, max(1, total // 4)):
        yield Progress(phase="reading", done=done, total=total)


def _wait(rest: str, _scene: Scene) -> Iterator[Step]:
    yield float(rest or 0)


def _forever(_rest: str, scene: Scene) -> Iterator[Step]:
    for n in itertools.count():
        yield Text(delta=f"word{n} ")
        yield max(scene.delay, SHORTEST_PAUSE)


def _call(rest: str, scene: Scene) -> Iterator[Step]:
    name, _space, arguments = rest.partition(" ")
    yield ToolCall(id=scene.call, name=name, arguments=arguments or "{}")


def _result(rest: str, scene: Scene) -> Iterator[Step]:
    yield ToolResult(id=scene.call, text=_lines(rest))


def _ask(rest: str, _scene: Scene) -> Iterator[Step]:
    kind, _space, fields = rest.partition(" ")
    try:
        yield Inquiry.model_validate({"kind": kind, **json.loads(fields)})
    except (TypeError, ValueError) as error:
        raise _not_valid(_("“!ask” needs a kind and an object of JSON with a text.")) from error


def _crash(_rest: str, _scene: Scene) -> Iterator[Step]:
    raise ModelUnavailable(_("The model stopped in the middle of the answer."), _("Ask again."))


def _bug(_rest: str, _scene: Scene) -> Iterator[Step]:
    raise RuntimeError("scripted bug with a secret inside")


def _cut(_rest: str, _scene: Scene) -> Iterator[Step]:
    yield None


Command = Callable[[str, Scene], Iterator[Step]]
_COMMANDS: dict[str, Command] = {
    "words": _words,
    "say": _say,
    "think": _think,
    "ponder": _ponder,
    "read": _read,
    "wait": _wait,
    "forever": _forever,
    "call": _call,
    "result": _result,
    "ask": _ask,
    "crash": _crash,
    "bug": _bug,
    "cut": _cut,
}


def _unknown(command: str) -> Command:
    def refuse(_rest: str, _scene: Scene) -> Iterator[Step]:
        raise _not_valid(_("The scripted model has no command “{command}”.").format(command=command))

    return refuse


def _not_valid(message: str) -> InvalidRequest:
    return InvalidRequest(
        message, _("See rusoil_jupyter.backends.scripted for the commands."), field="prompt"
    )


def _lines(text: str) -> str:
    return text.replace("\\n", "\n")


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
