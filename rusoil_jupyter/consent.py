"""Nothing is sent to a model that runs elsewhere before its user has seen what, and agreed.

What is agreed to is a destination: a host. It holds for everything that is asked of the models there, until
it is revoked. Models on this computer and on campus need no consent.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from rusoil_jupyter.backends.openai_wire import part_text
from rusoil_jupyter.errors import ConsentRequired, InvalidRequest, SentPart, WouldSend
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import FilePart, ImagePart, OutputPart
from rusoil_jupyter.protocol import ConsentList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.messages import Message, Part
    from rusoil_jupyter.protocol import HostedPolicy, ModelInfo, ToolSpec
    from rusoil_jupyter.store.sessions import SessionStore

PREVIEW_CHARS = 4000


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

    async def given(self, owner: str, model: ModelInfo) -> bool:
        """Whether a question may be sent to this model now."""
        if model.runs_on != "elsewhere" or self.policy == "agreed":
            return True
        agreed = await asyncio.to_thread(self._store.consents, owner)
        return self.policy == "ask" and destination(model) in {consent.destination for consent in agreed}

    async def require(
        self, owner: str, model: ModelInfo, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()
    ) -> None:
        """See that these messages may be sent to this model.

        Raises:
            ConsentRequired: the owner has not agreed; it carries what would be sent.
        """
        if not await self.given(owner, model):
            raise ConsentRequired(would_send(model, messages, tools))

    async def list(self, owner: str) -> ConsentList:
        """All that the owner agreed to."""
        agreed = await asyncio.to_thread(self._store.consents, owner)
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
        await asyncio.to_thread(self._store.agree, owner, host)

    async def revoke(self, owner: str, host: str) -> None:
        """Ask the owner again before anything is sent there."""
        await asyncio.to_thread(self._store.revoke, owner, host)


def would_send(model: ModelInfo, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> WouldSend:
    """What these messages would send to this model, in words that can be read."""
    return WouldSend(
        destination=destination(model),
        backend=model.backend,
        model=model.id,
        parts=tuple(_parts(messages, tools)),
    )


def _parts(messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[SentPart]:
    *before, question = messages
    for message in before:
        if message.role == "system":
            yield _text_part("system", "", message.text)
    history = [message for message in before if message.role != "system"]
    if history:
        said = "\n\n".join(f"{message.role}: {_text(message)}" for message in history)
        yield _text_part("history", str(len(history)), said)
    for part in question.parts:
        yield _part(part)
    if tools:
        yield _text_part(
            "tools", str(len(tools)), json.dumps([tool.model_dump() for tool in tools], indent=1)
        )


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
    return SentPart.model_validate(
        {"kind": kind, "name": name, "size": len(text), "text": text[:PREVIEW_CHARS]}
    )
