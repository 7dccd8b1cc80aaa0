"""One question and its answer: events in, words on a screen, the finished text out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import Interrupted, MagicError
from rusoil_jupyter_kernel.refusals import cut_off

if TYPE_CHECKING:
    from rusoil_jupyter.events import Event
    from rusoil_jupyter_kernel.display import Screen


class Turn:
    """Feeds a screen with the events of a turn and collects the answer's text."""

    def __init__(self, screen: Screen) -> None:
        self.text = ""
        self._screen = screen
        self._finish_reason = ""

    def follow(self, events: Iterable[Event | None]) -> str:
        """The whole text of the answer, once the turn has ended well.

        Raises:
            Interrupted: the turn was stopped. What came is on the screen, marked.
            MagicError: the turn failed, or the stream ended before the turn did.
        """
        try:
            for event in events:
                if event is None:
                    self._screen.tick()
                elif self._take(event):
                    break
        except KeyboardInterrupt:
            self._finish_reason = "cancelled"
        except MagicError:
            self._screen.end(mark=_("not complete"))
            raise
        return self._ended()

    def _ended(self) -> str:
        if not self._finish_reason:
            self._screen.end(mark=_("not complete"))
            raise cut_off()
        if self._finish_reason == "cancelled":
            self._screen.end(mark=_("stopped"))
            raise Interrupted(_("Stopped."))
        if self._finish_reason == "length":
            self._screen.notice(_("The answer was cut at its limit; see --max-tokens."))
        if self._finish_reason == "content_filter":
            self._screen.notice(_("The model's safety filter ended the answer."))
        return self.text

    def _take(self, event: Event) -> bool:
        """Show the event; True when it is the last one."""
        from rusoil_jupyter import events as kinds

        match event:
            case kinds.Text():
                self.text += event.delta
                self._screen.write(event.delta)
            case kinds.Notice():
                self._screen.notice(f"{event.message} {event.next_step}".strip())
            case kinds.Failed():
                raise MagicError(event.error.message, event.error.next_step)
            case kinds.Done():
                self._finish_reason = event.finish_reason
                return True
            case _ if not self.text and (line := _waiting(event)):
                self._screen.progress(line)
        return False


def _waiting(event: Event) -> str:
    """What happens before the first word, in words."""
    from rusoil_jupyter import events as kinds

    match event:
        case kinds.Queued(position=position) if position > 0:
            return _("Waiting: {count} before this one…").format(count=position)
        case kinds.Progress(phase="reading"):
            counts = {"done": int(event.done), "total": int(event.total)}
            return _("Reading: {done} of {total} tokens…").format(**counts)
        case kinds.Progress(phase="loading"):
            share = event.done / event.total if event.total else 0.0
            return _("Loading the model: {percent} %…").format(percent=round(100 * share))
        case kinds.Reasoning():
            return _("Thinking…")
    return ""
