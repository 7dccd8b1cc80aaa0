"""The OpenAI chat wire, as a client: what every server in this field understands.

Used by the ``openai-compatible`` backend over TCP and by ``llama-cpp`` over its engine's unix socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp

from rusoil_jupyter.backends.control_tokens import ControlTokens, as_written
from rusoil_jupyter.backends.thoughts import Thoughts, thinks_always
from rusoil_jupyter.errors import (
    ContextTooLong,
    Forbidden,
    InvalidRequest,
    ModelUnavailable,
    RateLimited,
    RusoilError,
    UnknownModel,
)
from rusoil_jupyter.events import (
    Done,
    Event,
    Progress,
    Reasoning,
    Text,
    TokenLogprob,
    ToolCall,
    TopLogprob,
    Usage,
)
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import fenced
from rusoil_jupyter.messages import (
    MAX_IMAGE_CHARS,
    FilePart,
    ImagePart,
    OutputPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.messages import Message, Part

# Once a model talks, its words are taken together this often: each of them alone would cost half a
# millisecond of the cores that compute the next one. The first word never waits.
PACE_SECONDS = 0.15
SHORT_CHARS = 20_000
MAX_LINE_BYTES = 16 * 2**20
ANSWER_SECONDS = 10.0  # for what is not a model's answer: a list of models must not hang the status
# What decoding raises when a server sends JSON of a shape that is not the wire's.
_ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_FINISH = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
# OpenAI's newer models send nothing else than base64, and refuse to be asked for it.
_ALWAYS_BASE64 = re.compile(r"gpt-image|chatgpt-image")
KNOWN_TOKENS = ControlTokens()
_TOO_LONG = re.compile(
    r"maximum context length|context window|prompt is too long|too many tokens", re.IGNORECASE
)


# --- out --------------------------------------------------------------------------------------------


def request_body(request: ModelRequest) -> dict[str, Any]:
    """The JSON body of ``POST chat/completions`` for a streamed answer.

    Raises:
        InvalidRequest: it asks for a grammar, which this wire has no field for.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [m for message in request.messages for m in _messages(message)],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    for name in ("temperature", "max_tokens", "top_p", "seed", "reasoning_effort"):
        if (value := getattr(request, name)) is not None:
            body[name] = value
    if request.stop:
        body["stop"] = list(request.stop)
    if request.logprobs:
        body |= {"logprobs": True, "top_logprobs": request.top_logprobs or 0}
    if request.tools and request.tool_choice != "none":
        body["tools"] = [{"type": "function", "function": t.model_dump()} for t in request.tools]
        body["tool_choice"] = request.tool_choice
    if request.response_format and request.response_format.type != "text":
        body["response_format"] = _response_format(request)
    return body


def _response_format(request: ModelRequest) -> dict[str, Any]:
    form = request.response_format
    if form is None or form.type == "json_object":
        return {"type": "json_object"}
    if form.type == "grammar":
        raise InvalidRequest(
            _("{model} can't be held to a grammar.").format(model=request.model),
            _("Ask for a JSON schema, or choose a model on this computer."),
            field="response_format",
        )
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": form.json_schema or {}}}


# Of a message, what has a place of its own, and what was thought: servers of this wire want no thoughts back.
_ELSEWHERE = (ToolCallPart, ToolResultPart, ReasoningPart)


def _messages(message: Message) -> Iterable[dict[str, Any]]:
    """One message of ours as OpenAI's: each tool result is a message of its own there."""
    results = [p for p in message.parts if isinstance(p, ToolResultPart)]
    yield from ({"role": "tool", "tool_call_id": p.id, "content": p.text} for p in results)
    calls = [p for p in message.parts if isinstance(p, ToolCallPart)]
    content = _content([p for p in message.parts if not isinstance(p, _ELSEWHERE)])
    if not content and not calls and results:
        return
    out: dict[str, Any] = {"role": message.role, "content": content}
    if calls:
        out["tool_calls"] = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
            for c in calls
        ]
    yield out


def _content(parts: Sequence[Part]) -> str | list[dict[str, Any]]:
    """Text alone stays a string: servers for text models refuse lists of parts."""
    if not any(isinstance(part, ImagePart) for part in parts):
        return "\n\n".join(text for part in parts if (text := part_text(part)))
    return [
        {"type": "image_url", "image_url": {"url": f"data:{part.media_type};base64,{part.data}"}}
        if isinstance(part, ImagePart)
        else {"type": "text", "text": part_text(part)}
        for part in parts
    ]


def part_text(part: Part) -> str:
    """What a text model reads of a part; attachments are fenced and named, so they stay data."""
    match part:
        case TextPart():
            return part.text
        case FilePart():
            return f"{_one_line(part.name)}:\n{fenced(part.text, part.media_type)}"
        case OutputPart():
            texts = [v for k, v in sorted(part.mimebundle.items(), key=_plain_first) if k.startswith("text/")]
            text = texts[0] if texts else ""
            text = "".join(map(str, text)) if isinstance(text, list) else str(text)
            return f"{_one_line(part.name) or 'Output'}:\n{fenced(text)}"
        case _:
            return ""


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _plain_first(item: tuple[str, Any]) -> bool:
    return item[0] != "text/plain"


# --- in ---------------------------------------------------------------------------------------------


async def sse_data(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    """The ``data`` of the server-sent events that each chunk completes, whatever the chunk borders.

    Raises:
        ModelUnavailable: a line longer than 16 MiB, which no honest server sends.
    """
    pending = b""
    async for chunk in chunks:
        pending += chunk
        if b"\n" not in chunk:
            if len(pending) > MAX_LINE_BYTES:
                raise _broken_stream()
            continue
        *lines, pending = pending.split(b"\n")
        yield [line[5:].strip() for line in lines if line.startswith(b"data:")]


async def read_stream(
    response: aiohttp.ClientResponse,
    thoughts: Thoughts | None = None,
    thinks: Callable[[str], Awaitable[None]] | None = None,
) -> AsyncIterator[Event]:
    """The events of a streamed answer; ``thoughts`` parts them from its text.

    As long as it ``thinks``, that is told, with the name that the server gave to the answer.

    Raises:
        ModelUnavailable: the stream broke off, or ended without a ``finish_reason``.
        RusoilError: the server reported an error in the stream.
    """
    reader = _Reader(thoughts)
    try:
        async for batch in sse_data(response.content.iter_any()):
            for event in (events := reader.feed_all(batch)):
                yield event
            if thinks and any(isinstance(event, Reasoning) for event in events):
                await thinks(reader.name)
            if reader.error is not None:
                raise reader.error
            if b"[DONE]" in batch:
                break
            if reader.talks:
                with contextlib.suppress(TimeoutError):  # but the end is not waited for
                    await asyncio.wait_for(response.content.wait_eof(), PACE_SECONDS)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _broken_stream() from error
    for event in reader.finish():
        yield event


def _type_of(data: str) -> str:
    """The media type of a picture by how its base64 begins."""
    begins = {"/9j/": "image/jpeg", "UklGR": "image/webp", "R0lGOD": "image/gif"}
    return next((kind for start, kind in begins.items() if data.startswith(start)), "image/png")


def _no_picture() -> ModelUnavailable:
    return ModelUnavailable(
        _("The model server sent no picture."),
        _("Ask again, or choose another model that makes pictures."),
    )


def _broken_stream() -> ModelUnavailable:
    return ModelUnavailable(
        _("The model stopped in the middle of the answer."),
        _("Ask again; what you typed is kept."),
        retry_after=1,
    )


class _Reader:
    """Turns the chunks of one answer into events; keeps what must wait for the end."""

    def __init__(self, thoughts: Thoughts | None) -> None:
        self._thoughts = thoughts
        self._started = time.monotonic()
        self._first: float | None = None
        self._calls: dict[int, dict[str, str]] = {}
        self._usage: dict[str, Any] = {}
        self._timings: dict[str, Any] = {}
        self._finish: str | None = None
        self._logprobs: tuple[TokenLogprob, ...] = ()
        self.error: RusoilError | None = None
        self.name = ""

    @property
    def talks(self) -> bool:
        """Whether the first word has come."""
        return self._first is not None

    def feed_all(self, batch: Iterable[bytes]) -> list[Event]:
        """The events of some chunks, neighbouring pieces of text as one; a failure goes to ``error``."""
        events: list[Event] = []
        try:
            for data in batch:
                if data != b"[DONE]":
                    events.extend(self.feed(data))
        except RusoilError as error:
            self.error = error
        return [told for event in _joined(events) for told in self._parted(event)]

    def _parted(self, event: Event) -> Iterable[Event]:
        match event, self._thoughts:
            case Text(), Thoughts() as thoughts:
                return thoughts.part(event)
            case Reasoning(), Thoughts() as thoughts:
                thoughts.reasoned()
        return (event,)

    def feed(self, data: bytes) -> Iterable[Event]:
        try:
            yield from self._feed(json.loads(data))
        except _ODD as error:
            raise _broken_stream() from error

    def _feed(self, chunk: dict[str, Any]) -> Iterable[Event]:
        if chunk.get("error"):
            raise map_error(500, chunk)
        self.name = str(chunk.get("id") or self.name)
        self._usage = chunk.get("usage") or self._usage
        self._timings = chunk.get("timings") or self._timings
        if progress := chunk.get("prompt_progress"):
            yield Progress(phase="reading", done=progress["processed"], total=progress["total"])
        for choice in chunk.get("choices") or ():
            yield from self._choice(choice)

    def _choice(self, choice: dict[str, Any]) -> Iterable[Event]:
        delta = choice.get("delta") or {}
        if thought := delta.get("reasoning_content") or delta.get("reasoning"):
            yield Reasoning(delta=thought)
        else:
            self._logprobs += _logprobs(choice)
        if text := delta.get("content"):
            if self._first is None:
                self._first = time.monotonic()
            # A token may be half a character; its numbers then go with the piece that completes it.
            logprobs, self._logprobs = self._logprobs, ()
            yield Text(delta=text, logprobs=logprobs or None)
        for call in delta.get("tool_calls") or ():
            self._collect(call)
        if reason := choice.get("finish_reason"):
            self._finish = str(reason)

    def _collect(self, call: dict[str, Any]) -> None:
        known = self._calls.setdefault(call.get("index", 0), {"id": "", "name": "", "arguments": ""})
        function = call.get("function") or {}
        known["id"] = call.get("id") or known["id"]
        known["name"] += function.get("name") or ""
        known["arguments"] += function.get("arguments") or ""

    def finish(self) -> Iterable[Event]:
        if self._finish is None:  # a cut stream can look like a normal end
            raise _broken_stream()
        try:
            yield from self._closing()
        except _ODD as error:
            raise _broken_stream() from error

    def _closing(self) -> Iterable[Event]:
        cut = self._finish == "length"  # the last call may lack its end, and is none then
        if self._thoughts:
            yield from self._thoughts.rest(cut=cut)
        calls = [c for _index, c in sorted(self._calls.items()) if not (cut and _is_cut(c["arguments"]))]
        for call in calls:
            yield ToolCall(
                id=call["id"] or f"call_{secrets.token_hex(8)}",
                name=call["name"],
                arguments=call["arguments"] or "{}",
            )
        yield self._count()
        reason = "tool_calls" if calls and not cut else _FINISH.get(str(self._finish), "stop")
        yield Done.model_validate({"finish_reason": reason})

    def _count(self) -> Usage:
        completion = int(self._usage.get("completion_tokens") or 0)
        details = self._usage.get("prompt_tokens_details") or {}
        speed = self._timings.get("predicted_per_second")
        if speed is None and self._first is not None and completion > 1:
            speed = (completion - 1) / max(time.monotonic() - self._first, 1e-6)
        return Usage(
            prompt_tokens=int(self._usage.get("prompt_tokens") or 0),
            completion_tokens=completion,
            cached_tokens=int(details.get("cached_tokens") or 0),
            first_token_seconds=None if self._first is None else self._first - self._started,
            tokens_per_second=speed,
        )


def _joined(events: Iterable[Event]) -> list[Event]:
    joined: list[Event] = []
    for event in events:
        last = joined[-1] if joined else None
        if isinstance(event, Text | Reasoning) and type(event) is type(last):
            joined[-1] = _glued(last, event)
        else:
            joined.append(event)
    return joined


def _glued(first: Text | Reasoning, second: Text | Reasoning) -> Text | Reasoning:
    update: dict[str, Any] = {"delta": first.delta + second.delta}
    if isinstance(first, Text) and isinstance(second, Text):
        update["logprobs"] = (first.logprobs or ()) + (second.logprobs or ()) or None
    return first.model_copy(update=update)


def _logprobs(choice: dict[str, Any]) -> tuple[TokenLogprob, ...]:
    rows = (choice.get("logprobs") or {}).get("content") or ()
    return tuple(TokenLogprob(**_odds(row), top_logprobs=tuple(map(_top, _tops(row)))) for row in rows)


def _tops(row: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return row.get("top_logprobs") or ()


def _top(row: dict[str, Any]) -> TopLogprob:
    return TopLogprob(**_odds(row))


def _odds(row: dict[str, Any]) -> dict[str, Any]:
    return {"token": row["token"], "logprob": row["logprob"], "bytes": row.get("bytes")}


def _is_cut(arguments: str) -> bool:
    try:
        json.loads(arguments)
    except (ValueError, RecursionError):
        return True
    return False


def map_error(status: int, body: object, retry_after: float | None = None) -> RusoilError:
    """The error of a server's failed answer, mapped to ours once, here.

    Args:
        status: HTTP status, or 500 for an error inside a stream.
        body: decoded JSON of any shape, or text.
        retry_after: seconds the server asks to wait, if it does.
    """
    error = body.get("error", body) if isinstance(body, dict) else body
    fields = error if isinstance(error, dict) else {}
    message = str(fields.get("message") or error)[:300]
    code = fields.get("code")
    kinds = {str(fields.get("type")), str(code)}
    status = code if isinstance(code, int) and 400 <= code < 600 else status
    if too_long := re.search(r"input \((\d+) tokens\) is too large.*batch size: (\d+)", message):
        # llama.cpp's words where a text to embed does not fit; it calls that its own failure (500)
        used, limit = map(int, too_long.groups())
        return _context_error({"n_prompt_tokens": used, "n_ctx": limit}, message)
    if kinds & {"exceed_context_size_error", "context_length_exceeded", "context_too_long"} or (
        status == 400 and _TOO_LONG.search(message)
    ):
        return _context_error(fields, message)
    if "insufficient_quota" in kinds or status == 402:
        return ModelUnavailable(
            _("The account at the model server has no credit left."),
            _("Choose another model, or ask whoever runs this server."),
        )
    if status in {401, 403}:
        return Forbidden(
            _("The model server refused the key it was given."),
            _("Ask whoever runs this server to check the key in its configuration."),
        )
    if status == 404:
        return UnknownModel(
            _("The model server does not know this model: {message}").format(message=message),
            _("Choose another model from the list."),
            field="model",
        )
    if status == 429:
        return RateLimited(
            _("The model server is answering too many requests."),
            _("Try again soon."),
            retry_after=retry_after or 5,
        )
    if 400 <= status < 500:
        return InvalidRequest(
            _("The model server did not accept the request: {message}").format(message=message),
            _("Change the request and send it again."),
        )
    return ModelUnavailable(
        _("The model server failed: {message}").format(message=message),
        _("Try again soon."),
        retry_after=retry_after or 5,
    )


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """What the header says in seconds; its other form, a date, is not used by model servers."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _context_error(fields: dict[str, Any], message: str) -> ContextTooLong:
    used, limit = fields.get("n_prompt_tokens"), fields.get("n_ctx")
    text = (
        _("This text has {used} tokens and the model reads at most {limit}.").format(used=used, limit=limit)
        if used and limit
        else _("This conversation is longer than the model can read: {message}").format(message=message)
    )
    return ContextTooLong(
        text,
        _("Start a new session, attach less, or choose a model that reads more."),
        tokens=used if isinstance(used, int) else None,
        limit=limit if isinstance(limit, int) else None,
    )


class OpenAIClient:
    """One OpenAI-compatible server.

    Args:
        session: carries the connection and any key (in its headers, never in a URL).
        base_url: up to and including ``/v1``.
        adapt: the last word on the body of a question, for servers that name a field differently.
        tokens: what steers the server's models, and is sent as letters.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        adapt: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body,
        tokens: ControlTokens = KNOWN_TOKENS,
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._adapt = adapt
        self._tokens = tokens

    async def stream(self, request: ModelRequest, **defaults: Any) -> AsyncGenerator[Event, None]:
        """The answer as events; closing the iterator closes the connection, which stops the model.

        ``defaults`` are fields of the body where the request says nothing.

        Raises:
            RusoilError: the server is away, refuses, or breaks off.
        """
        plain, body = await self._bodies(request, defaults)
        is_plain = body == plain
        await self.prepare(body)
        async with self._ask("POST", "chat/completions", json=body) as response:
            async for event in read_stream(response, _thoughts_of(body), partial(self.thinks, request)):
                yield event if is_plain else as_written(event)

    async def body(self, request: ModelRequest, **defaults: Any) -> dict[str, Any]:
        """A question as it is sent; ``defaults`` as in :meth:`stream`."""
        _plain, body = await self._bodies(request, defaults)
        return body

    async def _bodies(
        self, request: ModelRequest, defaults: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A question as it was asked, and with what would steer the model as letters."""
        plain = self._adapt(defaults | request_body(request))
        told = {name: text for name, text in plain.items() if name in {"messages", "tools"}}
        if size_of(told, SHORT_CHARS) <= SHORT_CHARS:  # sooner done than given to a thread
            return plain, plain | self._tokens.as_letters(told)
        return plain, plain | await asyncio.to_thread(self._tokens.as_letters, told)

    async def get(self, path: str) -> Any:
        """Decoded JSON of a GET.

        Raises:
            RusoilError: as :meth:`stream`.
        """
        return await self._call("GET", path, timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))

    async def prepare(self, body: dict[str, Any]) -> None:
        """What is done before this question is sent: nothing, here."""

    async def thinks(self, request: ModelRequest, name: str) -> None:
        """Told again and again while the answer of this name is thought about: nothing is done, here."""

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """A vector per text.

        Raises:
            RusoilError: as :meth:`stream`.
        """
        letters = await asyncio.to_thread(self._tokens.as_letters, list(texts))
        answer = await self._call("POST", "embeddings", json={"model": model, "input": letters})
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            return [[float(number) for number in row["embedding"]] for row in rows]
        except _ODD as error:
            raise _broken_stream() from error

    async def generate_image(self, model: str, prompt: str) -> ImagePart:
        """A picture, from ``images/generations``. One that is only named by an address is not fetched.

        Raises:
            RusoilError: as :meth:`stream`.
        """
        body: dict[str, Any] = {"model": model, "prompt": prompt, "n": 1}
        if not _ALWAYS_BASE64.search(model):
            body["response_format"] = "b64_json"
        answer = await self._call("POST", "images/generations", json=body)
        try:
            data = str(answer["data"][0].get("b64_json") or "")
        except _ODD as error:
            raise _no_picture() from error
        if not data or len(data) > MAX_IMAGE_CHARS:
            raise _no_picture()
        return ImagePart.model_validate({"media_type": _type_of(data), "data": data})

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        async with self._ask(method, path, **options) as response:
            return await _body(response)

    @contextlib.asynccontextmanager
    async def _ask(self, method: str, path: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """The server's answer, if it is a good one. Raises as :meth:`stream`."""
        if self._session.closed:  # whoever ended the server did so after this client was made
            raise self._away(aiohttp.ServerDisconnectedError())
        try:
            async with self._session.request(method, f"{self._base_url}/{path}", **options) as response:
                if response.status != 200:
                    raise map_error(response.status, await _body(response), _retry_after(response))
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._away(error) from error

    @staticmethod
    def _away(error: Exception) -> ModelUnavailable:
        if isinstance(error, aiohttp.ClientProxyConnectionError):
            return ModelUnavailable(
                _("The proxy {host} on the way to the model server can't be reached.").format(
                    host=f"{error.host}:{error.port}"
                ),
                _("Check HTTP_PROXY and HTTPS_PROXY, or name the server in NO_PROXY if it needs no proxy."),
                retry_after=5,
            )
        return ModelUnavailable(
            _("The model server can't be reached ({reason}).").format(reason=type(error).__name__),
            _("Check that it runs and that its address is right, or choose another model."),
            retry_after=5,
        )


def _thoughts_of(body: dict[str, Any]) -> Thoughts | None:
    """What parts the thoughts of this question's answer; what keeps to a grammar has no room for any."""
    if "grammar" in body:
        return None
    return Thoughts(begun="response_format" not in body and thinks_always(str(body["model"])))


async def _body(response: aiohttp.ClientResponse) -> Any:
    text = (await response.read()).decode(errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
