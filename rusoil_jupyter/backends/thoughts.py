"""Parts what a model thinks from what it says, where a server passes on both as one text.

A thought stands in tags at the beginning of an answer. Templates that open it themselves leave only the tag
that closes it. Words about such tags, later or in quotation marks, are words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Reasoning, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.events import Event, TokenLogprob

# What opens a thought, and what closes it; in any case.
TAGS = {f"<{name}>": f"</{name}>" for name in ("think", "thinking", "thought", "reasoning")} | {
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
}
_OPEN = re.compile("|".join(map(re.escape, TAGS)), re.IGNORECASE)
_CLOSE = re.compile("|".join(map(re.escape, TAGS.values())), re.IGNORECASE)
# A thought that the template opened ends behind its last word or in a new line. Who writes about the tag puts
# it into a sentence or into quotation marks.
_CLOSE_ALONE = re.compile(rf"(?:(?<=[^\s`'\"“«(])|(?<=\n))(?:{_CLOSE.pattern})(?![`'\"”»)])", re.IGNORECASE)
# Models whose templates open the thought, always.
_THINKERS = re.compile(r"(?:^|[^a-z0-9])(?:r1|qwq|thinking)(?:[^a-z0-9]|$)", re.IGNORECASE)


def thinks_always(model: str) -> bool:
    """Whether a model of this name begins each answer within a thought."""
    return _THINKERS.search(model) is not None


class Thoughts:
    """One answer, piece by piece.

    Args:
        begun: it begins within a thought, most likely. Its words are told as such until the thought is
            closed; if it never is, they were the answer, and are told again as that.
    """

    def __init__(self, *, begun: bool = False) -> None:
        self._begun = begun
        self._end: re.Pattern[str] | None = None  # of the thought that is open
        self._says = False
        self._parted = False
        self._held = ""
        self._space: str | None = None  # what the thought's words so far end with; None before the first
        self._doubtful = ""
        self._odds: tuple[TokenLogprob, ...] = ()

    def reasoned(self) -> None:
        """Say that the server parts thoughts itself."""
        self._begun, self._parted = False, True

    def part(self, said: Text) -> Iterator[Event]:
        """What can be told now."""
        self._held += said.delta
        self._odds += said.logprobs or ()
        yield from self._told(final=False)

    def rest(self, *, cut: bool) -> Iterator[Event]:
        """What was held back; ``cut`` says that the answer was to be longer."""
        yield from self._told(final=True)
        if self._doubtful and not cut:
            yield Text(delta=self._doubtful)

    def _told(self, *, final: bool) -> Iterator[Event]:
        while self._held and self._decided(final=final):
            told = self._say() if self._end is None else self._think(self._end, final=final)
            if told.delta:
                yield told
            if self._end is not None:
                return

    def _decided(self, *, final: bool) -> bool:
        """Find out what the held text begins; whether that can be told yet."""
        if self._says or self._end:
            return True
        text = self._held.lstrip()
        if opened := _OPEN.match(text):
            self._end = re.compile(re.escape(TAGS[opened[0].lower()]), re.IGNORECASE)
            self._held = text[opened.end() :]
        elif not final and (not text or any(tag.startswith(text.lower()) for tag in TAGS)):
            return False
        elif not self._parted and (self._begun or _ends_a_thought(text)):
            self._end = _CLOSE
        else:
            self._says = True
            self._held = text if self._parted else self._held
        return True

    def _think(self, end: re.Pattern[str], *, final: bool) -> Reasoning:
        closed = end.search(self._held)
        kept = 0 if final or closed else _begun_tag(self._held)
        thought = self._held[: closed.start() if closed else len(self._held) - kept]
        self._held = self._held[closed.end() if closed else len(thought) :]
        self._odds = ()
        text = thought.lstrip() if self._space is None else self._space + thought
        words = text.rstrip()
        if words or self._space is not None:
            self._space = text[len(words) :]
        if closed:
            self._end, self._space, self._doubtful = None, None, ""
            self.reasoned()
        elif self._begun:
            self._doubtful += thought
        return Reasoning(delta=words)

    def _say(self) -> Text:
        text, self._held = self._held, ""
        odds, self._odds = self._odds, ()
        return Text(delta=text, logprobs=_of(text, odds) or None)


def _ends_a_thought(text: str) -> bool:
    """Whether a thought that nothing opened is closed in these first words; those of JSON are none."""
    closed = None if text[:1] in '{["' else _CLOSE_ALONE.search(text)
    before = text[: closed.start()] if closed else ""
    return bool(closed) and before.count("```") % 2 == 0 and not _OPEN.search(before)


def _begun_tag(text: str) -> int:
    """How many characters at the end could be the beginning of a tag that closes a thought."""
    end = text[-max(map(len, TAGS.values())) :].lower()
    starts = (n for n in range(len(end), 0, -1) if any(tag.startswith(end[-n:]) for tag in TAGS.values()))
    return next(starts, 0)


def _of(text: str, odds: tuple[TokenLogprob, ...]) -> tuple[TokenLogprob, ...]:
    """The odds of the tokens that this text, the end of what came, is made of."""
    size, first = 0, len(odds)
    while first and size < len(text):
        first -= 1
        size += len(odds[first].token)
    return odds[first:]
