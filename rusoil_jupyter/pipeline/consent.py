"""Nothing is sent to a model that runs elsewhere before its user has seen what, and agreed.

What is agreed to is a destination: a host. It holds for everything that is asked of the models there, until
it is revoked. Models on this computer and on campus need no consent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rusoil_jupyter.backends.openai_wire import part_text
from rusoil_jupyter.errors import ConsentRequired, InvalidRequest, SentPart, WouldSend
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import FilePart, ImagePart, OutputPart
from rusoil_jupyter.pipeline.call import Policy
from rusoil_jupyter.protocol import ConsentList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.messages import Message, Part
    from rusoil_jupyter.pipeline.call import Call, Step
    from rusoil_jupyter.protocol import HostedPolicy, ModelInfo
    from rusoil_jupyter.store.sessions import SessionStore

# Of a request: what has parts of its own, and what no vendor gets. All the rest are options.
_NO_OPTIONS = {"model", "messages", "tools", "response_format", "conversation", "priority"}


def destination(model: ModelInfo) -> str:
    """The host that receives what is asked of a model that runs elsewhere."""
    return model.sends_to or model.backend


def not_agreed(model: ModelInfo) -> str:
    """Why a model is passed over."""
    return _("You have not agreed to send anything to {host}; choose the model by name to see what.").format(
        host=destination(model)
    )


class Consents:
    """Who agreed to what.

    Args:
        policy: ``ask`` the user; ``agreed`` already, by whoever runs this server; or ``off``.
        store: where agreements are kept.
    """

    def __init__(self, policy: HostedPolicy, store: SessionStore) -> None:
        self.policy = policy
        self._store = store

    def allowed(self, model: ModelInfo) -> ModelInfo:
        """The model as the policy leaves it."""
        if self.policy != "off" or model.runs_on != "elsewhere":
            return model
        reason = {
            "available": False,
            "action": None,
            "reason": _("Models that run elsewhere are switched off on this server."),
            "next_step": _("Choose another model, or ask whoever runs this server."),
        }
        return model.model_copy(update=reason)

    async def missing(self, owner: str, models: Iterable[ModelInfo]) -> dict[str, str]:
        """The models to which nothing may be sent now, by their ids, and why."""
        if self.policy == "agreed" or not any(model.runs_on == "elsewhere" for model in models):
            return {}
        agreed = await self._store.run(self._store.consents, owner)
        given = {consent.destination for consent in agreed} if self.policy == "ask" else set()
        return {
            model.id: not_agreed(model)
            for model in models
            if model.runs_on == "elsewhere" and destination(model) not in given
        }

    async def list(self, owner: str) -> ConsentList:
        """All that the owner agreed to."""
        agreed = await self._store.run(self._store.consents, owner)
        return ConsentList(policy=self.policy, consents=tuple(agreed))

    async def agree(self, owner: str, host: str, models: Sequence[ModelInfo]) -> None:
        """Keep that the owner agreed.

        Raises:
            InvalidRequest: none of the models sends anything there.
        """
        if host not in {destination(model) for model in models if model.runs_on == "elsewhere"}:
            raise InvalidRequest(
                _("No model here sends anything to {host}.").format(host=host),
                _("Choose a model first; the question says where it would be sent."),
                field="destination",
            )
        await self._store.run(self._store.agree, owner, host)

    async def revoke(self, owner: str, host: str) -> None:
        """Ask the owner again before anything is sent there."""
        await self._store.run(self._store.revoke, owner, host)


class Consent(Policy):
    """Lets nothing pass to a model elsewhere to which its owner has not agreed.

    Args:
        inner: what it wraps.
        consents: who agreed to what.
    """

    def __init__(self, inner: Step, consents: Consents) -> None:
        super().__init__(inner)
        self._consents = consents

    async def admit(self, call: Call) -> None:
        """As what it wraps, once the owner has agreed.

        Raises:
            ConsentRequired: the owner has not; it carries what would be sent.
            RusoilError: as what it wraps.
        """
        if await self._consents.missing(call.caller.owner, [call.model]):
            raise ConsentRequired(would_send(call.model, call.request()))
        await super().admit(call)


def would_send(model: ModelInfo, request: ModelRequest) -> WouldSend:
    """All that this request would send to this model, in words that can be read; of pictures the size."""
    return WouldSend(
        destination=destination(model),
        backend=model.backend,
        model=model.id,
        parts=tuple(_parts(request)),
    )


def _parts(request: ModelRequest) -> Iterator[SentPart]:
    *before, question = request.messages
    for message in before:
        if message.role == "system":
            yield _text_part("system", "", _text(message))
    if options := request.model_dump(mode="json", exclude_defaults=True, exclude=_NO_OPTIONS):
        yield _text_part("options", "", _json(options))
    if form := request.response_format:
        yield _text_part("form", form.type, form.grammar or _json(form.json_schema or {}))
    history = [message for message in before if message.role != "system"]
    if history:
        said = "\n\n".join(f"{message.role}: {_text(message)}" for message in history)
        yield _text_part("history", str(len(history)), said)
    for part in question.parts:
        yield _part(part)
    if request.tools:
        told = _json([tool.model_dump(mode="json") for tool in request.tools])
        yield _text_part("tools", str(len(request.tools)), told)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def _text(message: Message) -> str:
    return "\n".join(shown.text or f"[{shown.kind}: {shown.name}]" for shown in map(_part, message.parts))


def _part(part: Part) -> SentPart:
    match part:
        case ImagePart():
            size = len(part.data) * 3 // 4
            return SentPart(kind="image", name=part.name or part.media_type, size=size, text="")
        case FilePart():
            return _text_part("file", part.name, part_text(part))
        case OutputPart():
            return _text_part("output", part.name, part_text(part))
        case _:
            return _text_part("question", "", part_text(part) or part.model_dump_json())


def _text_part(kind: str, name: str, text: str) -> SentPart:
    return SentPart.model_validate({"kind": kind, "name": name, "size": len(text), "text": text})
