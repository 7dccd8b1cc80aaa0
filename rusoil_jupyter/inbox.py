"""What a person says to a turn while it runs: replies to what it asks, and that it should come to an end."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import Conflict, InvalidRequest
from rusoil_jupyter.events import Awaits, Replied
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.messages import Inquiry


class Inbox:
    """The way from a turn's person to whatever answers.

    Whoever answers asks with :meth:`ask`; what it yields travels with the rest of the answer, so that it is
    kept and shown in its place. ``concluded`` is set when the person wants the thinking to end.
    """

    def __init__(self) -> None:
        self.concluded = asyncio.Event()
        self._asked: dict[str, tuple[Inquiry, asyncio.Future[str]]] = {}

    @property
    def awaited(self) -> Inquiry | None:
        """What the turn rests for: the first question that nobody has answered."""
        open_ones = (inquiry for inquiry, reply in self._asked.values() if not reply.done())
        return next(open_ones, None)

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Awaits | Replied, None]:
        """Put this to the person: ``awaits``, and ``replied`` with the reply as soon as there is one."""
        name = secrets.token_hex(8)
        reply = asyncio.get_running_loop().create_future()
        self._asked[name] = (inquiry, reply)
        try:
            yield Awaits(id=name, inquiry=inquiry)
            yield Replied(id=name, value=await reply)
        finally:
            del self._asked[name]

    def reply(self, name: str, value: str) -> None:
        """The person's answer.

        Raises:
            Conflict: nobody waits for it, or not any more.
            InvalidRequest: it is none of the choices.
        """
        inquiry, reply = self._asked.get(name, (None, None))
        if inquiry is None or reply is None or reply.done():
            raise Conflict(
                _("This was answered already, or nobody waits for it any more."),
                _("Look at the answer again to see how it went on."),
                field="id",
            )
        if not inquiry.is_answered_by(value):
            raise InvalidRequest(
                _("“{value}” is no answer to this.").format(value=value[:100]),
                _("Choose one of: {choices}.").format(choices=", ".join(c.id for c in inquiry.choices))
                if inquiry.kind == "approval"
                else _("Write an answer."),
                field="value",
            )
        reply.set_result(value)
