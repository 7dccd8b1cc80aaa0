"""What an engine on llama.cpp is told so that it keeps to the form of the answer, tools included.

A policy around one answer: a schema or grammar becomes a grammar that was found harmless here; where
the model's template has no tools, their list goes into the system message and the answer into an
envelope, ``{"text": "..."}`` or ``{"tool": "name", "arguments": {...}}``, that a grammar enforces and
this module opens again as it streams.
"""

from __future__ import annotations

import json
import secrets
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from rusoil_jupyter.aside import computed
from rusoil_jupyter.backends import grammar, json_grammar
from rusoil_jupyter.backends.grammar import Alt, Node, Ref, Rules, seq
from rusoil_jupyter.errors import InvalidRequest, UnsupportedModality
from rusoil_jupyter.events import Done, Event, Reasoning, Text, ToolCall
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import fenced
from rusoil_jupyter.messages import Message, TextPart, ToolCallPart, ToolResultPart, size_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ToolSpec

FORM = "response_format"
MAX_TOOLS_CHARS = 200_000  # of all tools of a request: their grammars stand side by side in the engine's
MAX_TOOLS_RULES = 5000
# For the model, hence not translated: what it was trained on is English.
INSTRUCTIONS = """{system}You can call these tools:

{tools}

Reply with one JSON object and nothing else. To call a tool: {{"tool": name, "arguments": {{...}}}}."""
OR_TEXT = ' To answer in words: {"text": "..."}.'


class Answer(Protocol):
    """One answer of the engine; ``fields`` go into the body of its request."""

    def __call__(self, request: ModelRequest, **fields: Any) -> AsyncGenerator[Event, None]:
        """Its events."""


@dataclass(frozen=True)
class Abilities:
    """What an engine says of its model.

    ``switches`` are the names of the template's own arguments that steer its thinking.
    """

    tools: bool = False
    vision: bool = False
    switches: frozenset[str] = frozenset()

    @classmethod
    def of(cls, props: object) -> Abilities:
        """From the JSON of llama.cpp's ``GET /props``, of any shape."""
        told = props if isinstance(props, dict) else {}
        caps, modalities = told.get("chat_template_caps"), told.get("modalities")
        template = str(told.get("chat_template") or "")
        return cls(
            tools=isinstance(caps, dict) and bool(caps.get("supports_tools")),
            vision=isinstance(modalities, dict) and bool(modalities.get("vision")),
            switches=frozenset(n for n in ("enable_thinking", "reasoning_effort") if n in template),
        )


async def in_form(
    request: ModelRequest, answer: Answer, abilities: Callable[[], Awaitable[Abilities]]
) -> AsyncGenerator[Event, None]:
    """The engine's answer to this request, in the form that it asks for.

    Raises:
        InvalidRequest: the form can't be kept; nothing was sent then.
        UnsupportedModality: there is a picture and the model has no eyes.
    """
    fields = await computed(_form_fields, request)
    if fields or request.tools or request.reasoning_effort or any(map(_is_special, request.messages)):
        can = await abilities()
    else:
        can = Abilities()
    _see(request, can)
    if not can.tools and any(map(_has_tools, request.messages)):
        said = await computed(lambda: tuple(map(_told, request.messages)))
        request = request.model_copy(update={"messages": said})
    wanted = request.model_copy(update={"response_format": None})
    envelope = None
    if request.tools and request.tool_choice != "none":
        # llama.cpp lets a model talk as long as it likes before a call that is required.
        if can.tools and request.tool_choice == "auto":
            wanted = wanted.model_copy(update={"tools": await computed(_bounded, request.tools)})
        else:
            envelope = _Envelope(request)
            wanted = await computed(envelope.request, wanted)
            fields = {"grammar": await computed(envelope.grammar)}
    fields |= _thinking(request, can, held="grammar" in fields)
    try:
        async with aclosing(answer(wanted, **fields)) as events:
            async for event in events:
                if "grammar" in fields and isinstance(event, Reasoning):
                    # The template opened a thought, and the grammar put the whole answer into it.
                    event = Text(delta=event.delta)
                for told in (event,) if envelope is None else envelope.open(event):
                    yield told
    except InvalidRequest as error:
        if "grammar" in error.message and error.field is None:
            raise grammar.refused(FORM, error.message) from error
        raise


def _form_fields(request: ModelRequest) -> dict[str, Any]:
    form = request.response_format
    if form is None or form.type == "text":
        return {}
    if request.tools and request.tool_choice != "none":
        raise InvalidRequest(
            _("Tools and a form of the answer can't be asked for together here."),
            _("Ask for one of them."),
            field=FORM,
        )
    if form.type == "grammar":
        text = form.grammar or ""
        grammar.check(grammar.parse(text, f"{FORM}.grammar"), f"{FORM}.grammar")
        return {"grammar": text}
    if form.type == "json_object":
        return {"grammar": grammar.render(json_grammar.ANY_OBJECT)}
    return {"grammar": grammar.render(json_grammar.rules_of(form.json_schema, f"{FORM}.json_schema"))}


def _thinking(request: ModelRequest, can: Abilities, *, held: bool) -> dict[str, Any]:
    """The template's switches for the effort; what is held to a grammar has no room for thoughts."""
    effort = "none" if held else request.reasoning_effort
    if effort is None or not can.switches:
        return {}
    chosen = {"enable_thinking": effort != "none", "reasoning_effort": effort}
    return {"chat_template_kwargs": {name: chosen[name] for name in sorted(can.switches)}}


def _is_special(message: Message) -> bool:
    return message.has_image or _has_tools(message)


def _has_tools(message: Message) -> bool:
    return any(isinstance(part, ToolCallPart | ToolResultPart) for part in message.parts)


def _see(request: ModelRequest, can: Abilities) -> None:
    if not can.vision and any(message.has_image for message in request.messages):
        raise UnsupportedModality(
            _("{model} can't see pictures.").format(model=request.model),
            _("Remove the picture, or choose a model with vision."),
            field="messages",
        )


def _bounded(tools: Sequence[ToolSpec]) -> tuple[ToolSpec, ...]:
    """Tools whose schemas the engine can take: one it might choke on becomes part of the description."""
    return tuple(
        tool
        if made is not None
        else tool.model_copy(
            update={
                "description": f"{tool.description}\nParameters: {json.dumps(tool.parameters)}",
                "parameters": {"type": "object"},
            }
        )
        for tool, made in zip(tools, _grammars(tools), strict=True)
    )


def _grammars(tools: Sequence[ToolSpec]) -> Iterable[Rules | None]:
    """The grammar of each tool's arguments; ``None`` where it has none, or all are too large together."""
    chars, rules = MAX_TOOLS_CHARS, MAX_TOOLS_RULES
    for tool in tools:
        chars -= size_of(tool.parameters, MAX_TOOLS_CHARS)
        made = None
        if chars >= 0 and rules >= 0:
            with suppress(InvalidRequest):
                made = json_grammar.rules_of(tool.parameters or {"type": "object"}, "tools")
                rules -= len(made)
        yield made if rules >= 0 else None


# --- for models without tools -----------------------------------------------------------------------


def _told(message: Message) -> Message:
    """A message whose calls and results are text, for templates that know neither."""
    if not _has_tools(message):
        return message
    role = "user" if message.role == "tool" else message.role
    return message.model_copy(update={"role": role, "parts": tuple(map(_told_part, message.parts))})


def _told_part(part: Part) -> Part:
    match part:
        case ToolCallPart():
            return TextPart.made(_call_text(part.name, part.arguments))
        case ToolResultPart():
            return TextPart.made(f"The tool answered:\n{fenced(part.text)}")
        case _:
            return part


def _call_text(name: str, arguments: str) -> str:
    return f'{{"tool": {json.dumps(name)}, "arguments": {arguments}}}'


class _Envelope:
    """Closes the question into the envelope's rules and opens the answer's envelope, piece by piece."""

    def __init__(self, request: ModelRequest) -> None:
        self._tools = request.tools
        self._required = request.tool_choice == "required"
        self._stop = _Stop(request.stop)
        self._written = ""
        self._text: JsonString | None = None

    def request(self, request: ModelRequest) -> ModelRequest:
        """The same question to a model that knows no tools."""
        return request.model_copy(
            update={
                "messages": tuple(self._messages(request.messages)),
                "tools": (),
                "stop": (),  # they are looked for in the text, not in its envelope
                "logprobs": False,
                "top_logprobs": None,
            }
        )

    def _messages(self, messages: Sequence[Message]) -> Iterable[Message]:
        first = messages[0] if messages and messages[0].role == "system" else None
        tools = "\n".join(
            json.dumps({"tool": t.name, "description": t.description, "arguments": t.parameters})
            for t in self._tools
        )
        system = f"{first.text}\n\n" if first else ""
        text = INSTRUCTIONS.format(system=system, tools=tools) + ("" if self._required else OR_TEXT)
        yield Message.of("system", text)
        yield from messages[1:] if first else messages

    def grammar(self) -> str:
        """What the answer may look like."""
        rules: Rules = {}
        called = [tool.model_copy(update={"parameters": _as_object(tool.parameters)}) for tool in self._tools]
        grammars = zip(called, _grammars(called), strict=True)
        calls = [self._call(n, tool, made, rules) for n, (tool, made) in enumerate(grammars)]
        words = seq('{"text": ', Ref("string"), "}")
        return grammar.render({"root": Alt((*calls, *(() if self._required else (words,))))} | rules)

    @staticmethod
    def _call(number: int, tool: ToolSpec, made: Rules | None, rules: Rules) -> Node:
        if made is None:  # any arguments then: the tool itself looks at what it gets
            made = json_grammar.ANY_OBJECT
        rules |= grammar.renamed(made, f"t{number}-", json_grammar.BASE) | json_grammar.BASE
        return seq(f'{{"tool": {json.dumps(tool.name)}, "arguments": ', Ref(f"t{number}-root"), "}")

    def open(self, event: Event) -> Iterable[Event]:
        """What the user is told of this event."""
        match event:
            case Text():
                self._written += event.delta
                if delta := self._stop.pass_on(self._decoded(event.delta)):
                    yield Text(delta=delta)
            case Done():
                yield from self._close(event)
            case _:
                yield event

    def _decoded(self, delta: str) -> str:
        if self._text is not None:
            return self._text.feed(delta)
        opening = '{"text": "'
        if not self._written.startswith(opening):
            return ""
        self._text = JsonString()
        return self._text.feed(self._written.removeprefix(opening))

    def _close(self, done: Done) -> Iterable[Event]:
        if self._text is not None:
            if rest := self._stop.rest():
                yield Text(delta=rest)
            yield done.model_copy(update={"finish_reason": "stop"}) if self._stop.reached else done
            return
        try:
            call = json.loads(self._written)
            name, arguments = call["tool"], call["arguments"]
        except (ValueError, LookupError, TypeError, RecursionError):
            yield done  # cut: its finish reason says so
            return
        yield ToolCall(id=f"call_{secrets.token_hex(8)}", name=name, arguments=json.dumps(arguments))
        yield Done(finish_reason="tool_calls")


def _as_object(parameters: dict[str, Any]) -> dict[str, Any]:
    return parameters if parameters.get("type") == "object" else {"type": "object"}


class JsonString:
    """Decodes the inside of a JSON string, whatever the borders of the pieces it comes in."""

    _PLAIN: ClassVar = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

    def __init__(self) -> None:
        self._pending = ""
        self._high = ""
        self.ended = False

    def feed(self, piece: str) -> str:
        """The text that this piece completes; nothing after the closing quotation mark."""
        out: list[str] = []
        pending, self._pending = self._pending + piece, ""
        at = 0
        while at < len(pending) and not self.ended:
            char, length = self._next(pending, at)
            if not length:
                self._pending = pending[at:]
                break
            at += length
            out.append(self._paired(char))
        return "".join(out)

    def _next(self, text: str, at: int) -> tuple[str, int]:
        """The character at this place and how long it is written; 0 when its rest is still to come."""
        if text[at] == '"':
            self.ended = True
            return "", 1
        if text[at] != "\\":
            return text[at], 1
        if len(text) < at + 2:
            return "", 0
        if text[at + 1] != "u":
            return self._PLAIN.get(text[at + 1], text[at + 1]), 2
        if len(text) < at + 6:
            return "", 0
        try:
            return chr(int(text[at + 2 : at + 6], 16)), 6
        except ValueError:
            return "\ufffd", 6

    def _paired(self, char: str) -> str:
        """Two halves of a character as one; a half alone can't be shown."""
        if "\ud800" <= char <= "\udbff":
            alone, self._high = "\ufffd" if self._high else "", char
            return alone
        high, self._high = self._high, ""
        if "\udc00" <= char <= "\udfff":
            pair = high + char
            return pair.encode("utf-16", "surrogatepass").decode("utf-16") if high else "\ufffd"
        return ("\ufffd" if high else "") + char


class _Stop:
    """Ends the text at the first of these words, holding back what may become one."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._held = ""
        self.reached = False

    def pass_on(self, text: str) -> str:
        """What can be said now."""
        if self.reached:
            return ""
        text = self._held + text
        if found := [at for word in self._words if (at := text.find(word)) >= 0]:
            self.reached, self._held = True, ""
            return text[: min(found)]
        keep = next(
            (n for n in range(len(text)) if any(word.startswith(text[n:]) for word in self._words)), len(text)
        )
        self._held = text[keep:]
        return text[:keep]

    def rest(self) -> str:
        """What was held back for nothing."""
        held, self._held = self._held, ""
        return held
