"""The backend contract as runnable checks: what every way to reach models promises to the rest.

Run it on backends that you configure as you would in production, in ``RUSOIL_BACKENDS`` (see
:meth:`rusoil_jupyter.settings.Settings.from_environ`)::

    RUSOIL_BACKENDS='{"mine": {"kind": "my-kind", "base_url": "..."}}' \\
        pytest --pyargs rusoil_jupyter.testing

or keep it in your own test suite, where fixtures of yours can start servers::

    class TestMyBackend(BackendContract):
        @pytest.fixture(scope="class")
        @classmethod
        def make_backend(cls):
            return lambda: MyBackend("mine", Settings())

The checks need pytest and nothing else. They ask real questions with short answers and never look at
what a model says, only at how it is said. One backend lives through all checks of a class.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import pytest

from rusoil_jupyter.backends.base import Backend, ModelRequest
from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.events import Done, Event, Failed, Notice, Text, ToolCall, Usage
from rusoil_jupyter.messages import Message, ToolCallPart, ToolResultPart
from rusoil_jupyter.pipeline.promises import kept
from rusoil_jupyter.protocol import ModelInfo, ResponseFormat, ToolSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence

    Run = Callable[[Coroutine[object, object, "T"]], "T"]

T = TypeVar("T")
LONG = "Count from one to one thousand in words: " + ", ".join(str(n) for n in range(1, 30))
UNICODE = "Привет, мир! 你好 👋🏽 e\u0301 \u202eright-to-left\u202c \u0000 ```"

TOOL = ToolSpec(
    name="weather",
    description="The weather of a city",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 12}, "size": {"type": "integer"}},
    "required": ["name", "size"],
    "additionalProperties": False,
}
IMPOSSIBLE: tuple[dict[str, Any], ...] = (
    {"type": "no-such-type"},
    {"enum": []},
    {"$ref": "#/$defs/nowhere"},
)


class BackendContract:
    """Subclass it, give :meth:`make_backend`, and pytest runs every check on your backend.

    Attributes:
        model: the backend's own name of the model to ask; ``None`` takes the first available one.
        patience: seconds within which any one of these short answers must have ended.
        refuses_unknown_models: ``False`` for a server that answers whatever name it is asked for. The
            assistant asks only for names that :meth:`Backend.models` gave.
    """

    model: ClassVar[str | None] = None
    patience: ClassVar[float] = 60.0
    refuses_unknown_models: ClassVar[bool] = True

    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls) -> Callable[[], Backend]:
        """Makes a new backend; override this."""
        raise NotImplementedError("override the fixture make_backend")

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls) -> Iterator[Run[object]]:
        """Runs a coroutine; all of a class share one event loop, as the backend's connections do."""
        with asyncio.Runner() as runner:
            yield lambda work: runner.run(asyncio.wait_for(work, cls.patience))

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, make_backend: Callable[[], Backend], run: Run[None]) -> Iterator[Backend]:
        """The backend under test."""
        backend = make_backend()
        yield backend
        run(backend.aclose())

    # --- what there is ---------------------------------------------------------------------------

    def test_constructing_one_needs_no_event_loop(self, make_backend: Callable[[], Backend]) -> None:
        """A host makes its backends before its loop runs; files and connections wait for first use."""
        assert isinstance(make_backend(), Backend)

    def test_model_ids_begin_with_the_backends_name(self, backend: Backend, run: Run[object]) -> None:
        """Otherwise a question could not find its way back."""

        async def check() -> None:
            models = await backend.models()
            assert models, "no model to run the checks with"
            for model in models:
                assert model.id.startswith(f"{backend.name}/"), model.id
                assert model.backend == backend.name
            assert len({model.id for model in models}) == len(models), "an id is listed twice"

        run(check())

    def test_the_list_of_models_is_stable(self, backend: Backend, run: Run[object]) -> None:
        """What a user chose a minute ago must still mean the same."""

        async def check() -> None:
            first, second = await backend.models(), await backend.models()
            assert [model.id for model in first] == [model.id for model in second]

        run(check())

    def test_what_is_not_available_says_why(self, backend: Backend, run: Run[object]) -> None:
        """A reason and a next step, for every model and for the backend itself."""

        async def check() -> None:
            for model in await backend.models():
                assert model.available or (model.reason and model.next_step), model
            status = await backend.status()
            assert status.name == backend.name
            assert status.ready or (status.reason and status.next_step), status

        run(check())

    # --- one answer ------------------------------------------------------------------------------

    def test_an_answer_is_text_and_ends_with_one_done(self, backend: Backend, run: Run[object]) -> None:
        """``done`` is there, once, as the last; trouble is raised and never an event."""

        async def check() -> None:
            events = await self.ask(backend, "Say hello.")
            assert "".join(e.delta for e in events if isinstance(e, Text))
            assert [e for e in events if isinstance(e, Done)] == events[-1:]
            assert not any(isinstance(e, Failed) for e in events)

        run(check())

    def test_pieces_of_text_are_not_empty(self, backend: Backend, run: Run[object]) -> None:
        """An empty piece would be the first sign of life without being one."""

        async def check() -> None:
            events = await self.ask(backend, "Say hello.")
            assert all(e.delta for e in events if isinstance(e, Text))

        run(check())

    def test_max_tokens_cuts_the_answer_and_says_so(self, backend: Backend, run: Run[object]) -> None:
        """The finish reason is ``length``, so that the user can ask for the rest."""

        async def check() -> None:
            events = await self.ask(backend, LONG, max_tokens=3)
            assert isinstance(events[-1], Done)
            assert events[-1].finish_reason == "length"

        run(check())

    def test_usage_counts_tokens(self, backend: Backend, run: Run[object]) -> None:
        """One ``usage`` event; more was read for a longer question, no more written than allowed."""

        async def check() -> None:
            short, long = await self.usage(backend, "Hello."), await self.usage(backend, LONG)
            assert 0 < short.prompt_tokens < long.prompt_tokens
            assert 0 < long.completion_tokens <= 4

        run(check())

    def test_tokens_are_counted_as_usage_says_or_it_is_refused(
        self, backend: Backend, run: Run[object]
    ) -> None:
        """A program that makes room by the count must not find another one afterwards."""

        async def check() -> None:
            talk = (Message.of("system", "Be brief."), Message.of("user", "Hello."))
            for choices in ({}, {"tools": (TOOL,)}):
                request = await self.request(backend, *talk, **choices)
                try:
                    counted = await backend.count(request)
                except RusoilError as error:
                    assert error.message
                    return
                said = await self.collect(backend, request)
                assert [event.prompt_tokens for event in said if isinstance(event, Usage)] == [counted]

        run(check())

    def test_any_unicode_is_taken_and_given(self, backend: Backend, run: Run[object]) -> None:
        """Emoji, combining marks, control characters: no piece of an answer is cut inside a character."""

        async def check() -> None:
            for event in await self.ask(backend, UNICODE, max_tokens=24):
                assert event.model_dump_json()  # lone surrogates would fail here

        run(check())

    def test_a_long_conversation_is_answered(self, backend: Backend, run: Run[object]) -> None:
        """Twenty messages; then a system message and an empty answer among the others."""

        async def check() -> None:
            talk = [Message.of(("user", "assistant")[n % 2], f"Message number {n}.") for n in range(21)]
            odd = [Message.of("system", "Be brief."), *talk[:1], Message(role="assistant", parts=()), talk[0]]
            for messages in (talk, odd):
                events = await self.collect(backend, await self.request(backend, *messages))
                assert isinstance(events[-1], Done)

        run(check())

    # --- the form of an answer -------------------------------------------------------------------

    def test_json_of_a_schema_is_json_or_an_error(self, backend: Backend, run: Run[object]) -> None:
        """Prose, where a program asked for JSON, would be a failure that looks like success."""

        async def check() -> None:
            form = ResponseFormat(type="json_schema", json_schema=SCHEMA)
            try:
                events = await self.ask(backend, "Give an example.", max_tokens=64, response_format=form)
            except RusoilError as error:
                assert error.message
                return
            if events[-1] == Done(finish_reason="stop"):
                assert {*json.loads(_said(events))} == {"name", "size"}

        run(check())

    def test_a_schema_that_nothing_fits_is_an_error(self, backend: Backend, run: Run[object]) -> None:
        """And the next question is answered: no schema hangs or ends the model."""

        async def check() -> None:
            for schema in IMPOSSIBLE:
                form = ResponseFormat(type="json_schema", json_schema=schema)
                with pytest.raises(RusoilError) as caught:
                    await self.ask(backend, "Give an example.", max_tokens=64, response_format=form)
                assert caught.value.message
            await self.ask(backend, "Say hello.")

        run(check())

    def test_a_grammar_is_kept_where_the_model_says_so(self, backend: Backend, run: Run[object]) -> None:
        """``grammars`` in its description is a promise."""

        async def check() -> None:
            if (await self.info(backend)).grammars:
                form = ResponseFormat(type="grammar", grammar='root ::= "yes" | "no"')
                assert _said(await self.ask(backend, "Is oil wet?", response_format=form)) in {"yes", "no"}

        run(check())

    def test_a_required_tool_is_called_or_it_is_an_error(self, backend: Backend, run: Run[object]) -> None:
        """A call names a tool that was offered, its arguments are a JSON object, its id is its own."""

        async def check() -> None:
            choices = {"tools": (TOOL,), "tool_choice": "required", "max_tokens": 64}
            ids = []
            for _round in range(2):
                try:
                    events = await self.ask(backend, "What is the weather in Ufa?", **choices)
                except RusoilError as error:
                    assert error.message
                    return
                calls = [event for event in events if isinstance(event, ToolCall)]
                assert calls or events[-1] == Done(finish_reason="length")
                assert all(c.name == TOOL.name and isinstance(json.loads(c.arguments), dict) for c in calls)
                ids += [call.id for call in calls]
            assert len({*ids}) == len(ids), "ids tell calls of one conversation apart"

        run(check())

    def test_calls_and_results_of_the_past_are_read(self, backend: Backend, run: Run[object]) -> None:
        """Also when this question offers no tool."""

        async def check() -> None:
            if not (await self.info(backend)).tools:
                return
            past = (
                Message.of("user", "What is the weather in Ufa?"),
                Message(role="assistant", parts=(ToolCallPart(id="call_1", name=TOOL.name),)),
                Message(role="tool", parts=(ToolResultPart(id="call_1", text="-5 degrees"),)),
            )
            for tools in ((TOOL,), ()):
                request = await self.request(backend, *past, max_tokens=24, tools=tools)
                assert isinstance((await self.collect(backend, request))[-1], Done)

        run(check())

    def test_probabilities_come_or_it_is_told(self, backend: Backend, run: Run[object]) -> None:
        """Numbers for the tokens of every piece of text, one notice, or a refusal."""

        async def check() -> None:
            try:
                events = await self.ask(backend, "Say hello.", logprobs=True, top_logprobs=2)
            except InvalidRequest as error:
                assert error.message
                return
            texts = [event for event in events if isinstance(event, Text)]
            if any(isinstance(event, Notice) and event.code == "no_logprobs" for event in events):
                return
            odds = [token for text in texts for token in text.logprobs or ()]
            assert "".join(token.token for token in odds).strip() == _said(events).strip()
            assert all(token.logprob <= 0 and len(token.top_logprobs) <= 2 for token in odds)

        run(check())

    # --- many answers ----------------------------------------------------------------------------

    def test_two_answers_at_once_do_not_mix(self, backend: Backend, run: Run[object]) -> None:
        """Each has its own end and its own counts."""

        async def check() -> None:
            short, long = await asyncio.gather(self.usage(backend, "Hi."), self.usage(backend, LONG))
            assert short.prompt_tokens < long.prompt_tokens

        run(check())

    def test_closing_an_answer_stops_the_model(self, backend: Backend, run: Run[object]) -> None:
        """The backend can answer at once afterwards, and again after ten cut answers in a row."""

        async def check() -> None:
            began = time.monotonic()
            await self.ask(backend, "Say hello.")
            whole = time.monotonic() - began
            for _round in range(10):
                await self.ask_and_leave(backend)
            began = time.monotonic()
            await self.ask(backend, "Say hello.")
            assert time.monotonic() - began < 10 + 5 * whole, "the cut answers seem to run on"

        run(check())

    def test_closing_one_answer_leaves_the_other_alone(self, backend: Backend, run: Run[object]) -> None:
        """Whoever shares the model does not notice."""

        async def check() -> None:
            other, _cut = await asyncio.gather(
                self.ask(backend, "Say hello.", max_tokens=16), self.ask_and_leave(backend)
            )
            assert isinstance(other[-1], Done)

        run(check())

    def test_a_cancelled_answer_leaves_no_task_behind(self, backend: Backend, run: Run[object]) -> None:
        """Also when the cancel comes before the first event."""

        async def check() -> None:
            mine = asyncio.all_tasks()
            for wait_for_first in (False, True):
                begun = asyncio.Event()
                task = asyncio.create_task(self.read_on(backend, begun))
                await (begun.wait() if wait_for_first else asyncio.sleep(0))
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                while asyncio.all_tasks() - mine:  # noqa: ASYNC110 - within the patience of `run`
                    await asyncio.sleep(0.01)

        run(check())

    # --- trouble ---------------------------------------------------------------------------------

    def test_an_unknown_model_is_refused(self, backend: Backend, run: Run[object]) -> None:
        """In words, before anything is said."""
        if not self.refuses_unknown_models:
            pytest.skip("this server answers to any name")

        async def check() -> None:
            request = ModelRequest(model="no-such-model", messages=(Message.of("user", "Hi."),))
            with pytest.raises(RusoilError) as caught:
                await self.collect(backend, request)
            assert caught.value.message
            assert caught.value.status < 500

        run(check())

    def test_embeddings_are_numbers_or_a_refusal(self, backend: Backend, run: Run[object]) -> None:
        """One vector per text, all of one length."""

        async def check() -> None:
            model = (await self.request(backend, Message.of("user", "Hi."))).model
            try:
                vectors = await backend.embed(model, ["one", "two"])
            except RusoilError as error:
                assert error.message
            else:
                assert len(vectors) == 2
                assert len({len(vector) for vector in vectors}) == 1

        run(check())

    def test_a_picture_is_made_or_refused(self, backend: Backend, run: Run[object]) -> None:
        """A model that talks need not draw; then it says so in a sentence."""

        async def check() -> None:
            model = (await self.request(backend, Message.of("user", "Hi."))).model
            try:
                picture = await backend.generate_image(model, "A pump jack.")
            except RusoilError as error:
                assert error.message
            else:
                assert picture.data

        run(check())

    def test_closing_twice_is_harmless(self, make_backend: Callable[[], Backend], run: Run[object]) -> None:
        """Unused or used."""

        async def check() -> None:
            unused, used = make_backend(), make_backend()
            await unused.aclose()
            await used.status()
            for backend in (unused, used):
                await backend.aclose()
                await backend.aclose()

        run(check())

    # --- asking ----------------------------------------------------------------------------------

    async def info(self, backend: Backend) -> ModelInfo:
        """What the backend says of the model under test."""
        models = [model for model in await backend.models() if model.available]
        if self.model is not None:
            models = [model for model in models if model.id == f"{backend.name}/{self.model}"]
        assert models, "no model is available"
        return models[0]

    async def request(self, backend: Backend, *messages: Message, **choices: Any) -> ModelRequest:
        """A request to the model under test."""
        name = (await self.info(backend)).id.partition("/")[2]
        return ModelRequest(model=name, messages=messages, **({"max_tokens": 4, "temperature": 0} | choices))

    async def ask(self, backend: Backend, question: str, **choices: Any) -> list[Event]:
        """All events of one answer."""
        message = Message.of("user", question)
        return await self.collect(backend, await self.request(backend, message, **choices))

    async def usage(self, backend: Backend, question: str) -> Usage:
        """What one answer cost."""
        [usage] = [event for event in await self.ask(backend, question) if isinstance(event, Usage)]
        return usage

    async def collect(self, backend: Backend, request: ModelRequest) -> list[Event]:
        """All events of the answer to this request."""
        async with aclosing(_stream(backend, request)) as events:
            return [event async for event in events]

    async def ask_and_leave(self, backend: Backend) -> None:
        """Ask for a long answer and close it at the first piece of text."""
        request = await self.request(backend, Message.of("user", LONG), max_tokens=2000)
        async with aclosing(_stream(backend, request)) as events:
            async for event in events:
                if isinstance(event, Text):
                    return

    async def read_on(self, backend: Backend, begun: asyncio.Event) -> None:
        """Read a long answer until cancelled, past its end if need be."""
        request = await self.request(backend, Message.of("user", LONG), max_tokens=2000)
        async with aclosing(_stream(backend, request)) as events:
            async for _event in events:
                begun.set()
        await asyncio.Event().wait()


def _stream(backend: Backend, request: ModelRequest) -> AsyncGenerator[Event, None]:
    """As the assistant asks: under the promises it keeps for every backend."""
    return kept(request, cast("AsyncGenerator[Event, None]", backend.stream(request)))


def _said(events: Sequence[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))
