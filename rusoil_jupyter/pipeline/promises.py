"""What an answer promises whoever gives it: a policy around the stream of every backend.

A server may answer prose where JSON was asked for, call no tool where one was required, or call it
with half an object. A program that asked can't tell that from success; so it becomes an error here.
"""

from __future__ import annotations

import json
import secrets
from contextlib import aclosing
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.events import Done, Notice, Text, ToolCall
from rusoil_jupyter.i18n import _
from rusoil_jupyter.pipeline.call import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.pipeline.call import Call
    from rusoil_jupyter.protocol import Sampling


class Promises(Policy):
    """Makes an error of an answer that is not what was asked for."""

    def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The events of what it wraps, as :func:`kept` lets them pass."""
        return kept(call.options, self._inner.stream(call))


async def kept(asked: Sampling, answer: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The answer's events. An answer cut by its length promises nothing but its finish reason.

    Raises:
        ModelUnavailable: the answer ended and is not what was asked for.
        RusoilError: as the answer itself.
    """
    words: list[str] = []
    ids: set[str] = set()
    told_odds = False
    async with aclosing(answer) as events:
        async for event in events:
            match event:
                case Text():
                    words.append(event.delta)
                    told_odds = told_odds or event.logprobs is not None
                case ToolCall():
                    event = _call(event, ids)
                case Done():
                    if asked.logprobs and words and not told_odds:
                        yield Notice(
                            code="no_logprobs",
                            message=_("This model does not tell the probabilities of its words."),
                        )
                    if event.finish_reason in {"stop", "tool_calls"}:
                        _check_form(asked, "".join(words), ids)
            yield event


def _call(call: ToolCall, ids: set[str]) -> ToolCall:
    if not isinstance(_decoded(call.arguments), dict):
        raise ModelUnavailable(
            _("The model called {name} with arguments that can't be read.").format(name=call.name),
            _("Ask again, or choose a model that is better with tools."),
        )
    if not call.id or call.id in ids:  # results find their calls by these
        call = call.model_copy(update={"id": f"call_{secrets.token_hex(8)}"})
    ids.add(call.id)
    return call


def _check_form(asked: Sampling, text: str, calls: set[str]) -> None:
    if calls:
        return
    if asked.tools and asked.tool_choice == "required":
        raise ModelUnavailable(
            _("The model called no tool, though one was required."),
            _("Ask again, or choose a model that is better with tools."),
        )
    form = asked.response_format
    if form and form.type in {"json_object", "json_schema"} and _decoded(text) is _NOT_JSON:
        raise ModelUnavailable(
            _("The model's answer is not the JSON that was asked for."),
            _("Ask again, or choose a model that keeps to a form."),
        )


_NOT_JSON = object()


def _decoded(text: str) -> object:
    try:
        decoded: object = json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON
    return decoded
