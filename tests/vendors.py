"""Vendors' services, emulated: real HTTP servers that speak each vendor's documented wire.

What one answers is in the last user message: a line that begins with ``!`` is a command (``!think``,
``!call NAME {JSON}``, ``!status N``, ``!too-long``, ``!cut``, ``!end``, ``!forever``), everything else is
repeated word by word. Each is strict where the vendor is, and repeats the key in its refusals, as some do.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "sk-test-1234567890-SECRET"


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Vendor:
    """One vendor; a subclass knows its addresses and its JSON."""

    name: ClassVar[str] = "model-1"  # of the one model; what a real one can do is known by its name
    chat: ClassVar[str]
    models: ClassVar[str]
    fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.requests: list[web.Request] = []
        self.listings = 0
        self.running = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post(self.chat, self._chat)
        app.router.add_get(self.models, self._list)
        return app

    # --- what a subclass says --------------------------------------------------------------------

    def key(self, request: web.Request) -> str:
        return request.headers.get("Authorization", "").removeprefix("Bearer ")

    def error(self, status: int, message: str, kind: str = "") -> Any:
        return {"error": {"message": message, "type": kind or "error"}}

    too_long: ClassVar[tuple[int, str, str]]

    def listing(self) -> Any:
        return {"object": "list", "data": [{"id": self.name, "object": "model"}]}

    def question(self, body: dict[str, Any]) -> str:
        raise NotImplementedError

    def limit(self, body: dict[str, Any]) -> int:
        raise NotImplementedError

    def model(self, request: web.Request, body: dict[str, Any]) -> str:
        return str(body.get("model"))

    def encode(self, steps: Iterator[tuple[str, Any]], count: int, limit: int) -> Iterator[bytes]:
        raise NotImplementedError

    # --- the service -----------------------------------------------------------------------------

    def _refused(self, request: web.Request) -> web.Response | None:
        if (given := self.key(request)) != KEY:
            return web.json_response(self.error(401, f"Incorrect API key provided: {given}"), status=401)
        return None

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.listings += 1
        return self._refused(request) or web.json_response(self.listing())

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        body = await request.json()
        self.asked.append(body)
        self.requests.append(request)
        if unknown := body.keys() - self.fields:
            return web.json_response(self.error(400, f"Unknown fields: {sorted(unknown)}"), status=400)
        if self.model(request, body) != self.name:
            return web.json_response(
                self.error(404, "no such model", "not_found_error"), status=404, headers={}
            )
        question = self.question(body)
        if match := re.search(r"^!status (\d+)$", question, re.MULTILINE):
            status = int(match[1])
            headers = {"Retry-After": "7"} if status == 429 else {}
            message = f"Refused with {self.key(request)} as the key"
            return web.json_response(self.error(status, message), status=status, headers=headers)
        if "!too-long" in question:
            status, message, kind = self.too_long
            return web.json_response(self.error(status, message, kind), status=status)
        return await self._answer(request, body, question)

    async def _answer(self, request: web.Request, body: dict[str, Any], question: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.running += 1
        try:
            for data in self.encode(play(question), len(json.dumps(body).split()), self.limit(body)):
                await response.write(data)
                await asyncio.sleep(0.001)
        except EndedEarly as ended:
            if ended.args[0] == "!cut" and request.transport:
                request.transport.abort()
        finally:
            self.running -= 1
        return response


class EndedEarly(Exception):
    """The stream stops here; the argument says how."""


def play(question: str) -> Iterator[tuple[str, Any]]:
    for line in question.splitlines():
        command, _space, rest = line.partition(" ")
        if command == "!think":
            yield from (("think", word) for word in re.findall(r"\S+\s*", rest))
        elif command == "!call":
            name, _space, arguments = rest.partition(" ")
            yield "call", (name, json.loads(arguments or "{}"))
        elif command == "!forever":
            yield from (("text", f"word{n} ") for n in itertools.count())
        elif command in {"!cut", "!end"}:
            raise EndedEarly(command)
        else:
            yield from (("text", word) for word in re.findall(r"\S+\s*", line + "\n"))


def sse(value: Any, event: str = "") -> bytes:
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()


def texts(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))


def cut(steps: Iterator[tuple[str, Any]], limit: int, ends: list[str]) -> Iterator[tuple[str, Any]]:
    """The steps until ``limit`` words are said; ``ends`` gets the words counted and how it ended."""
    words, reason = 0, "stop"
    for kind, value in steps:
        if kind == "text" and words == limit:
            reason = "length"
            break
        words += kind == "text"
        reason = "call" if kind == "call" else reason
        yield kind, value
    ends += [str(words), reason]


class OpenAI(Vendor):
    chat = "/v1/chat/completions"
    models = "/v1/models"
    images: ClassVar[str] = "/v1/images/generations"
    picture: ClassVar[str] = ""  # base64 of what it draws
    limit_name: ClassVar[str] = "max_completion_tokens"
    fields = names(
        "model messages stream stream_options temperature top_p "
        "seed stop tools tool_choice response_format reasoning_effort max_completion_tokens "
        "logprobs top_logprobs"
    )
    too_long = (400, "This model's maximum context length is 8 tokens.", "invalid_request_error")
    reasoning = "reasoning_content"

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_post(self.images, self._draw)
        return app

    async def _draw(self, request: web.Request) -> web.StreamResponse:
        """``dall-e-3`` has to be asked for base64, ``gpt-image-1`` must not be; ``!url`` gets an address."""
        if refused := self._refused(request):
            return refused
        body = await request.json()
        self.asked.append(body)
        allowed = {"model", "prompt", "n"} | ({"response_format"} if "dall-e" in body["model"] else set())
        if unknown := body.keys() - allowed:
            return web.json_response(self.error(400, f"Unknown parameter: {sorted(unknown)}"), status=400)
        if match := re.search(r"^!status (\d+)$", body["prompt"], re.MULTILINE):
            return web.json_response(self.error(int(match[1]), "Refused"), status=int(match[1]))
        row = {"b64_json": self.picture}
        if "!url" in body["prompt"] or (
            "dall-e" in body["model"] and body.get("response_format") != "b64_json"
        ):
            row = {"url": str(request.url.with_path("/picture.png"))}
        return web.json_response({"created": 1, "data": [row]})

    def error(self, status: int, message: str, kind: str = "") -> Any:
        code = "context_length_exceeded" if "maximum context" in message else None
        return {"error": {"message": message, "type": kind or "x", "param": None, "code": code}}

    def listing(self) -> Any:
        rows = [{"id": id_, "object": "model"} for id_ in (self.name, "text-embedding-3-small", "whisper-1")]
        return {"object": "list", "data": rows}

    def question(self, body: dict[str, Any]) -> str:
        return next(texts(m["content"]) for m in reversed(body["messages"]) if m["role"] == "user")

    def limit(self, body: dict[str, Any]) -> int:
        return int(body.get(self.limit_name) or 10**9)

    def encode(self, steps: Iterator[tuple[str, Any]], count: int, limit: int) -> Iterator[bytes]:
        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return sse({"id": "c", "object": "chat.completion.chunk", "choices": [choice]})

        ends: list[str] = []
        yield chunk({"role": "assistant", "content": ""})
        calls = itertools.count()
        for kind, value in cut(steps, limit, ends):
            if kind == "text":
                yield chunk({"content": value})
            elif kind == "think":
                yield chunk({self.reasoning: value})
            else:
                n, text = next(calls), json.dumps(value[1])
                head = {"index": n, "id": f"call_{n}", "type": "function"}
                yield chunk({"tool_calls": [head | {"function": {"name": value[0], "arguments": ""}}]})
                for half in (text[:3], text[3:]):
                    yield chunk({"tool_calls": [{"index": n, "function": {"arguments": half}}]})
        yield chunk({}, {"call": "tool_calls"}.get(ends[1], ends[1]))
        yield sse({"choices": [], "usage": {"prompt_tokens": count, "completion_tokens": int(ends[0])}})
        yield b"data: [DONE]\n\n"


class Azure(OpenAI):
    chat = "/openai/v1/chat/completions"
    models = "/openai/v1/models"

    def key(self, request: web.Request) -> str:
        assert "Authorization" not in request.headers
        return request.headers.get("api-key", "")


class Own(OpenAI):
    """Ollama and vLLM: the older name of the limit, the newer name of the thoughts."""

    limit_name = "max_tokens"
    fields = OpenAI.fields - {"max_completion_tokens"} | {"max_tokens"}
    reasoning = "reasoning"

    def listing(self) -> Any:
        cloud = {"id": "big:120b-cloud", "object": "model"}
        return {
            "object": "list",
            "data": [{"id": self.name, "object": "model", "max_model_len": 4096}, cloud],
        }


class Anthropic(Vendor):
    name = "claude-sonnet-4-6"
    chat = "/v1/messages"
    models = "/v1/models"
    fields = names(
        "model messages stream system temperature top_p "
        "stop_sequences tools tool_choice max_tokens thinking output_config output_format"
    )
    too_long = (400, "prompt is too long: 200010 tokens > 200000 maximum", "invalid_request_error")

    def key(self, request: web.Request) -> str:
        assert request.headers["anthropic-version"]
        return request.headers.get("x-api-key") or super().key(request)

    def error(self, status: int, message: str, kind: str = "") -> Any:
        kinds = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
        kind = kind or kinds.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}

    def listing(self) -> Any:
        row = {"id": self.name, "type": "model", "display_name": "Model One", "max_input_tokens": 200000}
        return {"data": [row], "has_more": False}

    def question(self, body: dict[str, Any]) -> str:
        return next(texts(m["content"]) for m in reversed(body["messages"]) if m["role"] == "user")

    def limit(self, body: dict[str, Any]) -> int:
        return int(body["max_tokens"])

    def encode(self, steps: Iterator[tuple[str, Any]], count: int, limit: int) -> Iterator[bytes]:
        def event(kind: str, **fields: Any) -> bytes:
            return sse({"type": kind} | fields, kind)

        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": self.name, "content": []}
        usage = {"input_tokens": count, "output_tokens": 1}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
        yield event("message_start", message=message)
        yield event("ping")

        def ended(index: int, kind: str) -> Iterator[bytes]:
            if kind == "think":
                signed = {"type": "signature_delta", "signature": "signed"}
                yield event("content_block_delta", index=index, delta=signed)
            yield event("content_block_stop", index=index)

        ends: list[str] = []
        index, open_kind = -1, ""
        for kind, value in cut(steps, limit, ends):
            if kind != open_kind or kind == "call":
                if open_kind:
                    yield from ended(index, open_kind)
                index, open_kind = index + 1, kind
                block = {
                    "text": {"type": "text", "text": ""},
                    "think": {"type": "thinking", "thinking": "", "signature": ""},
                    "call": {"type": "tool_use", "id": f"toolu_{index}", "name": value[0], "input": {}},
                }[kind]
                yield event("content_block_start", index=index, content_block=block)
            deltas = {
                "text": lambda v: [{"type": "text_delta", "text": v}],
                "think": lambda v: [{"type": "thinking_delta", "thinking": v}],
                "call": lambda v: [
                    {"type": "input_json_delta", "partial_json": half}
                    for half in (json.dumps(v[1])[:3], json.dumps(v[1])[3:])
                ],
            }[kind](value)
            for delta in deltas:
                yield event("content_block_delta", index=index, delta=delta)
        if open_kind:
            yield from ended(index, open_kind)
        reason = {"stop": "end_turn", "length": "max_tokens", "call": "tool_use"}[ends[1]]
        delta = {"stop_reason": reason, "stop_sequence": None}
        yield event("message_delta", delta=delta, usage={"output_tokens": int(ends[0])})
        yield event("message_stop")


class Google(Vendor):
    name = "gemini-2.5-flash"
    chat = "/v1beta/models/{model}:streamGenerateContent"
    models = "/v1beta/models"
    fields = frozenset(
        ["contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings"]
    )
    too_long = (400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "")

    def key(self, request: web.Request) -> str:
        assert "key" not in request.query, "a key in an address ends up in logs"
        return request.headers.get("x-goog-api-key", "")

    def error(self, status: int, message: str, kind: str = "") -> Any:
        names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
        names |= {404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
        return {"error": {"code": status, "message": message, "status": names.get(status, "INTERNAL")}}

    def listing(self) -> Any:
        row = {"name": f"models/{self.name}", "displayName": "Model One", "inputTokenLimit": 1000000}
        embedding = {"name": "models/embedding-1", "supportedGenerationMethods": ["embedContent"]}
        return {"models": [row | {"supportedGenerationMethods": ["generateContent"]}, embedding]}

    def model(self, request: web.Request, body: dict[str, Any]) -> str:
        assert request.query["alt"] == "sse"
        return request.match_info["model"]

    def question(self, body: dict[str, Any]) -> str:
        return next(texts(c["parts"]) for c in reversed(body["contents"]) if c["role"] == "user")

    def limit(self, body: dict[str, Any]) -> int:
        return int(body.get("generationConfig", {}).get("maxOutputTokens") or 10**9)

    def encode(self, steps: Iterator[tuple[str, Any]], count: int, limit: int) -> Iterator[bytes]:
        ends: list[str] = []

        def chunk(parts: list[Any], **more: Any) -> bytes:
            candidate = {"content": {"role": "model", "parts": parts}, "index": 0} | more
            usage = {"promptTokenCount": count, "candidatesTokenCount": int(ends[0]) if ends else 0}
            return sse({"candidates": [candidate], "usageMetadata": usage, "modelVersion": self.name})

        for kind, value in cut(steps, limit, ends):
            part: dict[str, Any] = {"text": value}
            if kind == "think":
                part["thought"] = True
            elif kind == "call":
                part = {"functionCall": {"name": value[0], "args": value[1]}}
            yield chunk([part])
        yield chunk([], finishReason={"length": "MAX_TOKENS"}.get(ends[1], "STOP"))


class Mistral(Vendor):
    name = "mistral-large-latest"
    chat = "/v1/chat/completions"
    models = "/v1/models"
    fields = names(
        "model messages stream temperature top_p random_seed stop tools tool_choice "
        "response_format n max_tokens reasoning_effort safe_prompt parallel_tool_calls "
        "prompt_mode presence_penalty frequency_penalty"
    )
    too_long = (400, "Prompt contains 9 tokens, too large for model with 8 maximum context length", "")

    def error(self, status: int, message: str, kind: str = "") -> Any:
        code = "3051" if "too large" in message else "1000"
        return {"object": "error", "message": message, "type": kind or "invalid_request", "code": code}

    def listing(self) -> Any:
        able = {"completion_chat": True, "function_calling": True, "vision": True}
        rows = [
            {"id": self.name, "object": "model", "capabilities": able, "max_context_length": 131072},
            {"id": "mistral-embed", "object": "model", "capabilities": {"completion_chat": False}},
        ]
        return {"object": "list", "data": rows}

    def question(self, body: dict[str, Any]) -> str:
        return next(texts(m["content"]) for m in reversed(body["messages"]) if m["role"] == "user")

    def limit(self, body: dict[str, Any]) -> int:
        return int(body.get("max_tokens") or 10**9)

    def encode(self, steps: Iterator[tuple[str, Any]], count: int, limit: int) -> Iterator[bytes]:
        ends: list[str] = []

        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            value = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": self.name}
            if finish:
                words = int(ends[0])
                value["usage"] = {"prompt_tokens": count, "completion_tokens": words, "total_tokens": words}
            return sse(value | {"choices": [choice]})

        yield chunk({"role": "assistant", "content": ""})
        for kind, value in cut(steps, limit, ends):
            if kind == "text":
                yield chunk({"content": value})
            elif kind == "think":
                thought = {"type": "thinking", "thinking": [{"type": "text", "text": value}]}
                yield chunk({"content": [thought]})
            else:
                function = {"name": value[0], "arguments": json.dumps(value[1])}
                yield chunk({"tool_calls": [{"id": "abcdefghi", "function": function, "index": 0}]})
        yield chunk({}, {"call": "tool_calls"}.get(ends[1], ends[1]))
        yield b"data: [DONE]\n\n"


@asynccontextmanager
async def running(vendor: Vendor) -> AsyncIterator[str]:
    """The address of the vendor's server while it runs."""
    server = TestServer(vendor.app())
    await server.start_server(shutdown_timeout=0.1)
    try:
        yield str(server.make_url("/")).rstrip("/")
    finally:
        await server.close()


@contextmanager
def beside(vendor: Vendor) -> Iterator[str]:
    """As :func:`running`, on an event loop of its own in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = running(vendor)
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


Make = Callable[[], Vendor]
# kind of our backend: the emulated vendor, and what follows its address in ``base_url``
VENDORS: dict[str, tuple[Make, str]] = {
    "openai": (OpenAI, "/v1"),
    "azure-openai": (Azure, "/openai/v1"),
    "ollama": (Own, "/v1"),
    "vllm": (Own, "/v1"),
    "anthropic": (Anthropic, ""),
    "google": (Google, ""),
    "mistral": (Mistral, ""),
}
