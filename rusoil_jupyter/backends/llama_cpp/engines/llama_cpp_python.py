"""The second engine's own process: llama-cpp-python, behind the same wire as llama.cpp's server.

Run by path, never imported. It says ``ready`` on standard output when the model is loaded and lives
until standard input closes. One sequence, so one answer at a time: requests wait in order of arrival.
"""

from __future__ import annotations

import asyncio
import codecs
import ctypes
import hmac
import json
import math
import os
import shutil
import signal
import sys
import threading
import time
import uuid
from collections import OrderedDict
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import llama_cpp
import numpy as np
from aiohttp import web
from llama_cpp import llama_chat_format, llama_grammar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

# A conversation that loses fewer tokens than this to the next request is not worth keeping.
KEPT_TOKENS = 64
LOG_LEVEL_ERROR = 4  # ggml.h; the library has no name for it
THINK = "<think>"
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}<|im_start|>assistant\n"
)
# Fields of the wire, the arguments of ``Llama.generate`` that they are, and their types.
SAMPLING: dict[str, tuple[str, Callable[[Any], float]]] = {
    "temperature": ("temp", float),
    "top_k": ("top_k", int),
    "top_p": ("top_p", float),
    "min_p": ("min_p", float),
    "typical_p": ("typical_p", float),
    "repeat_penalty": ("repeat_penalty", float),
    "frequency_penalty": ("frequency_penalty", float),
    "presence_penalty": ("presence_penalty", float),
}


class RefusedError(Exception):
    """A request that can't be answered; ``fields`` join the error's body."""

    def __init__(self, message: str, kind: str = "invalid_request_error", **fields: object) -> None:
        super().__init__(message)
        self.body = {"error": {"code": 400, "message": message, "type": kind, **fields}}


class StoppedError(Exception):
    """Nobody waits for this answer any more."""


@dataclass
class Job:
    """One request, checked: everything that is wrong with it was found before it waits."""

    tokens: list[int]
    max_tokens: int
    seed: int
    stops: list[str]
    top_logprobs: int | None
    sampling: dict[str, Any]
    return_progress: bool
    thinks: bool
    stopped: threading.Event = field(default_factory=threading.Event)


class _Llama(llama_cpp.Llama):  # type: ignore[misc] # mypy does not look into the package
    """Looks up before each batch that it computes."""

    before_batch: Callable[[], None]

    def eval(self, tokens: Sequence[int]) -> None:
        for start in range(0, len(tokens), self.n_batch):
            self.before_batch()
            super().eval(tokens[start : start + self.n_batch])


class Words:
    """Tokens' bytes as text: no character comes in halves, and nothing of a stop string comes at all."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.ended = False

    def add(self, piece: bytes, *, final: bool = False) -> str:
        """What can be said now; ``ended`` once a stop string was complete."""
        text = self._held + self._decoder.decode(piece, final)
        ends = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if ends:
            self.ended = True
            return text[: min(ends)]
        kept = 0 if final else max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of ``text`` could be the beginning of ``stop``."""
    return next((n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0)


class Model:
    """The loaded model and the one conversation in its memory. Answers on one thread at a time."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.embeds = bool(options.get("pooling"))
        pooling = options.get("pooling") or "unspecified"
        self._llama = _Llama(
            options["model_path"],
            n_ctx=options["n_ctx"],
            n_batch=options["n_batch"],
            n_ubatch=options["n_batch"],
            n_threads=options["n_threads"],
            n_threads_batch=options["n_threads"],
            n_gpu_layers=options["n_gpu_layers"],
            embedding=self.embeds,
            pooling_type=getattr(llama_cpp, f"LLAMA_POOLING_TYPE_{pooling.upper()}"),
            verbose=False,
        )
        self._vocab = llama_cpp.llama_model_get_vocab(self._llama.model)
        self.n_ctx = min(self._llama.n_ctx(), llama_cpp.llama_model_n_ctx_train(self._llama.model))
        # Conversations that another one has displaced: reading 2,000 tokens again takes seconds.
        self._kept: OrderedDict[tuple[int, ...], np.ndarray] = OrderedDict()
        self._kept_bytes = options["cache_mib"] * 2**20
        self._bos = self._piece(self._llama.token_bos(), special=True).decode(errors="replace")
        self.template = str(self._llama.metadata.get("tokenizer.chat_template", CHATML))
        eos = self._piece(self._llama.token_eos(), special=True).decode(errors="replace")
        try:
            self._template = llama_chat_format.Jinja2ChatFormatter(self.template, eos, self._bos)
            if not self.embeds:  # what can't be used at all is found while it loads, as llama.cpp does
                self.prompt({"messages": [{"role": "user", "content": "Hello"}]})
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise ValueError(f"chat template error: {reason}") from error

    # --- a request -------------------------------------------------------------------------------

    def job(self, body: dict[str, Any]) -> Job:
        """What this request asks.

        Raises:
            RefusedError: it can't be answered.
        """
        if self.embeds:
            raise RefusedError("this engine was started for embeddings")
        with _refusing():
            prompt = self.prompt(body)
            tokens = self.tokenize(prompt, is_prompt=True)
            limit = self.n_ctx - len(tokens)
            if limit <= 0:
                raise _too_long(len(tokens), self.n_ctx)
            wanted = int(body.get("max_completion_tokens") or body.get("max_tokens") or -1)
            seed = body.get("seed")
            sampling: dict[str, Any] = {
                argument: number(body[name])
                for name, (argument, number) in SAMPLING.items()
                if body.get(name) is not None
            }
            return Job(
                tokens=tokens,
                max_tokens=min(wanted, limit) if wanted > 0 else limit,
                seed=int(seed if seed is not None else -1) & llama_cpp.LLAMA_DEFAULT_SEED,
                stops=_stops(body.get("stop")),
                top_logprobs=int(body.get("top_logprobs") or 0) if body.get("logprobs") else None,
                sampling=sampling | {"grammar": self._grammar(body)},
                return_progress=bool(body.get("return_progress")),
                thinks=prompt.rstrip().endswith(THINK) and not body.get("grammar"),
            )

    def prompt(self, body: dict[str, Any]) -> str:
        """The messages in the model's template; an answer at their end is one to go on with.

        Raises:
            RefusedError: this model can't go on with an answer, because thoughts come before it.
            Exception: whatever the template raises.
        """
        messages = [message | {"content": _text(message.get("content"))} for message in body["messages"]]
        said = messages.pop()["content"] if messages and messages[-1].get("role") == "assistant" else ""
        arguments = body.get("chat_template_kwargs") or {}
        prompt = self._template(messages=messages, tools=body.get("tools") or None, **arguments).prompt
        if said and (prompt.rstrip().endswith(THINK) or "enable_thinking" in self.template):
            raise RefusedError("a model that thinks can't go on with an answer")
        return f"{prompt}{said}"

    def tokenize(self, text: str, *, is_prompt: bool = False) -> list[int]:
        """The tokens of a text, the template's own among them; a whole prompt has the one that begins all."""
        bos_is_there = bool(self._bos) and text.startswith(self._bos)
        add_bos = is_prompt and not bos_is_there
        return list(self._llama.tokenize(text.encode(), add_bos=add_bos, special=True))

    def _grammar(self, body: dict[str, Any]) -> llama_grammar.LlamaGrammar | None:
        form = body.get("response_format") or {}
        schema = (form.get("json_schema") or {}).get("schema", form.get("schema", body.get("json_schema")))
        if body.get("grammar"):
            text = str(body["grammar"])
        elif schema is not None:
            text = llama_grammar.json_schema_to_gbnf(json.dumps(schema))
        elif form.get("type") in {"json_object", "json_schema"}:
            text = llama_grammar.JSON_GBNF
        else:
            return None
        # The library would hand a grammar that can't be read to the sampler as a null pointer.
        sampler = llama_cpp.llama_sampler_init_grammar(self._vocab, text.encode(), b"root")
        if not sampler:
            raise RefusedError("the grammar can't be read")
        llama_cpp.llama_sampler_free(sampler)
        return llama_grammar.LlamaGrammar.from_string(text, verbose=False)

    # --- an answer -------------------------------------------------------------------------------

    def answer(self, job: Job, emit: Callable[[dict[str, Any]], None]) -> None:
        """Compute the answer, chunk by chunk; to be called on a thread of its own.

        Raises:
            StoppedError: ``job.stopped`` was set: within a token, or a batch of the prompt.
        """
        began, cached, total = time.monotonic(), -1, len(job.tokens)

        def before_batch() -> None:
            nonlocal cached
            if job.stopped.is_set():
                raise StoppedError
            done = self._llama.n_tokens
            cached = done if cached < 0 else cached
            if job.return_progress and done < total:
                took = round((time.monotonic() - began) * 1000)
                progress = {"total": total, "cache": cached, "processed": done, "time_ms": took}
                emit({"choices": [_choice({})], "prompt_progress": progress})

        self._llama.before_batch = before_batch
        self._recall(job.tokens)
        self._llama.set_seed(job.seed)
        words, first, said = Words(job.stops), began, 0
        finish, logprobs = "length", []
        if job.thinks:  # the template has said this already
            emit({"choices": [_choice({"content": THINK})]})
        for token in self._llama.generate(job.tokens, **job.sampling):
            first = first if said else time.monotonic()
            said += 1
            ended = llama_cpp.llama_vocab_is_eog(self._vocab, token)
            piece = b"" if ended else self._piece(token)
            if job.top_logprobs is not None and not ended:
                logprobs.append(self._logprob(token, piece, job.top_logprobs))
            text = words.add(piece)
            finish = "stop" if ended or words.ended else "length"
            if text:
                emit({"choices": [_choice({"content": text}, logprobs=logprobs)]})
                logprobs = []
            if finish == "stop" or said >= job.max_tokens:
                break
        if rest := "" if words.ended else words.add(b"", final=True):
            emit({"choices": [_choice({"content": rest}, logprobs=logprobs)]})
        emit({"choices": [_choice({}, finish=finish)]})
        emit(_counts(total, max(cached, 0), said, first - began, time.monotonic() - first))

    def _piece(self, token: int, *, special: bool = False) -> bytes:
        if token < 0:  # the model has no such token
            return b""
        buffer = ctypes.create_string_buffer(256)
        size = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, special)
        if size < 0:
            buffer = ctypes.create_string_buffer(-size)
            size = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, special)
        return buffer.raw[:size]

    def _logprob(self, token: int, piece: bytes, top: int) -> dict[str, Any]:
        """The token's own probability and the likeliest ones, from the logits it was drawn from."""
        logits = llama_cpp.llama_get_logits_ith(self._llama.ctx, -1)
        row = llama_cpp.Llama.logits_to_logprobs(np.ctypeslib.as_array(logits, (self._llama.n_vocab(),)))
        likeliest = np.argsort(row)[::-1][:top]
        entries = [_entry(self._piece(int(other)), row[other]) for other in likeliest]
        return _entry(piece, row[token]) | {"top_logprobs": entries}

    # --- conversations ---------------------------------------------------------------------------

    def _recall(self, tokens: list[int]) -> None:
        """Bring back the kept conversation that these tokens continue best, and keep the present one."""
        here = _common(self._llama.input_ids[: self._llama.n_tokens], tokens)
        best = max(self._kept, key=lambda kept: _common(kept, tokens), default=())
        if self._llama.n_tokens - here >= KEPT_TOKENS:
            self._keep()
        if _common(best, tokens) > here and best in self._kept:
            state = self._kept.pop(best)
            self._llama.reset()
            pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
            if llama_cpp.llama_state_seq_set_data(self._llama.ctx, pointer, state.nbytes, 0):
                self._llama.input_ids[: len(best)] = best
                self._llama.n_tokens = len(best)

    def _keep(self) -> None:
        size = llama_cpp.llama_state_seq_get_size(self._llama.ctx, 0)
        if size > self._kept_bytes:
            return
        state = np.empty(size, np.uint8)
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        if llama_cpp.llama_state_seq_get_data(self._llama.ctx, pointer, size, 0) != size:
            return
        self._kept[tuple(self._llama.input_ids[: self._llama.n_tokens].tolist())] = state
        while sum(kept.nbytes for kept in self._kept.values()) > self._kept_bytes:
            self._kept.popitem(last=False)

    # --- embeddings ------------------------------------------------------------------------------

    def embed(self, texts: list[str]) -> dict[str, Any]:
        """Unit vectors of these texts, in OpenAI's shape.

        Raises:
            RefusedError: the model was not loaded for this, or a text is longer than one batch.
        """
        if not self.embeds:
            raise RefusedError("this engine was not started for embeddings")
        longest = max(len(self._llama.tokenize(text.encode())) for text in texts)
        if longest > self._llama.n_batch:
            raise _too_long(longest, self._llama.n_batch)
        vectors, count = self._llama.embed(texts, normalize=True, return_count=True)
        rows = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(vectors)
        ]
        return {"object": "list", "data": rows, "usage": {"prompt_tokens": count, "total_tokens": count}}


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever a template or a converter of schemas makes of a request is the request's fault."""
    try:
        yield
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError(f"{type(error).__name__}: {error}") from error


def _too_long(tokens: int, n_ctx: int) -> RefusedError:
    message = f"the request has {tokens} tokens and the context {n_ctx}"
    return RefusedError(message, "exceed_context_size_error", n_prompt_tokens=tokens, n_ctx=n_ctx)


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if any(part["type"] != "text" for part in content):
        raise RefusedError("this engine reads only text")
    return "\n\n".join(part["text"] for part in content)


def _stops(stop: Any) -> list[str]:
    stops = [stop] if isinstance(stop, str) else list(stop or ())
    return [str(text) for text in stops if text]


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the common beginning."""
    size = min(len(one), len(other))
    different = np.nonzero(np.asarray(one[:size]) != np.asarray(other[:size]))[0]
    return int(different[0]) if len(different) else size


def _choice(
    delta: dict[str, str], finish: str | None = None, logprobs: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
    return choice | {"logprobs": {"content": logprobs}} if logprobs else choice


def _entry(piece: bytes, logprob: float) -> dict[str, Any]:
    finite = float(logprob) if math.isfinite(logprob) else -1e9  # JSON has no infinity
    return {"token": piece.decode(errors="replace"), "bytes": list(piece), "logprob": finite}


def _counts(prompt: int, cached: int, said: int, reading: float, saying: float) -> dict[str, Any]:
    return {
        "choices": [],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": said,
            "total_tokens": prompt + said,
            "prompt_tokens_details": {"cached_tokens": cached},
        },
        "timings": {
            "cache_n": cached,
            "prompt_n": prompt - cached,
            "prompt_ms": reading * 1000,
            "prompt_per_second": (prompt - cached) / max(reading, 1e-9),
            "predicted_n": said,
            "predicted_ms": saying * 1000,
            "predicted_per_second": max(said - 1, 0) / max(saying, 1e-9),
        },
    }


# --- the wire ---------------------------------------------------------------------------------------


class Wire:
    """The model's HTTP routes. ``turn`` lets requests to the model in the order of their arrival."""

    def __init__(self, model: Model, name: str) -> None:
        self._model = model
        self._name = name
        self._turn = asyncio.Lock()

    def app(self, api_key: str) -> web.Application:
        """The application; every request must carry the key."""

        @web.middleware
        async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {api_key}".encode()):
                error = {"code": 401, "message": "Invalid API Key", "type": "authentication_error"}
                return web.json_response({"error": error}, status=401)
            try:
                response: web.StreamResponse = await handler(request)
            except RefusedError as error:
                return web.json_response(error.body, status=400)
            return response

        app = web.Application(middlewares=[guard], client_max_size=2**30)
        app.router.add_get("/props", self.props)
        app.router.add_post("/tokenize", self.tokenize)
        app.router.add_post("/apply-template", self.apply_template)
        app.router.add_post("/v1/chat/completions", self.chat)
        app.router.add_post("/v1/embeddings", self.embeddings)
        return app

    async def props(self, _request: web.Request) -> web.Response:
        """What the model can do here: its calls of tools are not read, and it has no eyes."""
        return web.json_response(
            {
                "default_generation_settings": {"n_ctx": self._model.n_ctx},
                "total_slots": 1,
                "chat_template": self._model.template,
                "chat_template_caps": {"supports_tools": False},
                "modalities": {"vision": False, "audio": False},
            }
        )

    async def tokenize(self, request: web.Request) -> web.Response:
        """The tokens of a text."""
        body = await _body(request)
        tokens = self._model.tokenize(str(body.get("content", "")), is_prompt=bool(body.get("add_special")))
        return web.json_response({"tokens": tokens})

    async def apply_template(self, request: web.Request) -> web.Response:
        """The prompt that these messages are."""
        body = await _body(request)
        with _refusing():
            return web.json_response({"prompt": self._model.prompt(body)})

    async def embeddings(self, request: web.Request) -> web.Response:
        """A vector per text."""
        body = await _body(request)
        texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
        if not (isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)):
            raise RefusedError("“input” must be a text or a list of texts")
        async with self._turn:
            # Not to be left alone by a cancel: the next request must find the model free.
            computing = asyncio.ensure_future(asyncio.to_thread(self._model.embed, texts))
            try:
                answer = await asyncio.shield(computing)
            finally:
                await asyncio.wait({computing})
        return web.json_response(answer | {"model": self._name})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """An answer, streamed or whole."""
        body = await _body(request)
        job = self._model.job(body)
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": self._name}
        async with aclosing(self._chunks(job)) as chunks:
            if not body.get("stream"):
                return web.json_response(
                    head | {"object": "chat.completion"} | _whole([c async for c in chunks])
                )
            usage = bool((body.get("stream_options") or {}).get("include_usage"))
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            head["object"] = "chat.completion.chunk"
            async for chunk in chunks:
                if chunk.get("choices") or chunk.get("error") or usage:
                    await response.write(f"data: {json.dumps(head | chunk)}\n\n".encode())
            await response.write(b"data: [DONE]\n\n")
        return response

    async def _chunks(self, job: Job) -> AsyncGenerator[dict[str, Any], None]:
        """The chunks of an answer, computed on a thread; closing it stops the model and waits for that."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def emit(chunk: dict[str, Any] | None) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, chunk)

        def compute() -> None:
            try:
                self._model.answer(job, emit)
            except StoppedError:
                pass
            except Exception as error:  # it must reach the client, whatever it is
                emit({"error": {"code": 500, "message": f"{type(error).__name__}: {error}"}})
                raise
            finally:
                emit(None)

        async with self._turn:
            computing = loop.run_in_executor(None, compute)
            try:
                while (chunk := await queue.get()) is not None:
                    yield chunk
            finally:
                job.stopped.set()
                await asyncio.wait({computing})
                if error := computing.exception():
                    sys.stderr.write(f"{type(error).__name__}: {error}\n")


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise RefusedError(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise RefusedError("the body must be a JSON object")
    return body


def _whole(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """The chunks as one answer."""
    choices = [choice for chunk in chunks for choice in chunk.get("choices", ())]
    content = "".join(choice["delta"].get("content", "") for choice in choices)
    logprobs = [entry for choice in choices for entry in choice.get("logprobs", {}).get("content", ())]
    reasons = [choice["finish_reason"] for choice in choices if choice["finish_reason"]]
    if not reasons:
        raise web.HTTPInternalServerError(text=json.dumps(chunks[-1]), content_type="application/json")
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": reasons[0],
        "logprobs": {"content": logprobs} if logprobs else None,
    }
    return {"choices": [choice], "usage": chunks[-1]["usage"], "timings": chunks[-1]["timings"]}


# The library closes standard error while it loads, and llama.cpp's reason for a failure would be lost.
_errors = os.dup(2)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator] # mypy does not look into the package
def _log_errors(level: int, text: bytes, _data: object) -> None:
    if level == LOG_LEVEL_ERROR:
        os.write(_errors, text)


def load(options: dict[str, Any]) -> Model:
    """The model. Ends the process with a line on standard error where it can't be loaded."""
    llama_cpp.llama_log_set(_log_errors, ctypes.c_void_p(0))
    try:
        return Model(options)
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


async def serve(options: dict[str, Any], api_key: str, end: Callable[..., None]) -> None:
    """Load the model and serve it for ever."""
    wire = Wire(load(options), options["model"])
    signal.signal(signal.SIGTERM, end)  # comes with the end of a parent that was killed
    # A handler must end when its client goes: that is how an answer is cancelled.
    runner = web.AppRunner(wire.app(api_key), handler_cancellation=True, access_log=None)
    await runner.setup()
    if socket := options.get("socket"):
        await web.UnixSite(runner, socket).start()
        ready = socket
    else:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sys.stdout.write(json.dumps({"ready": ready}) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve the model that the JSON in the first argument describes, until standard input closes.

    A secret comes on standard input's first line, not in the arguments that other users can list.
    """
    options, api_key = json.loads(sys.argv[1]), sys.stdin.readline().strip()

    def end(*_signal: object) -> None:
        if folder := options.get("folder"):  # a parent that was killed can't clear up any more
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # an answer that is being computed would hold us up

    def watch() -> None:
        sys.stdin.read()
        end()

    threading.Thread(target=watch, daemon=True).start()
    asyncio.run(serve(options, api_key, end))


if __name__ == "__main__":
    main()
