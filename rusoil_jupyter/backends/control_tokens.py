"""What steers a model stays letters when it stands in what a model is told.

A server puts a question's texts into the model's template and reads the whole as tokens. A control token of
the model (``<|im_end|>``, ``</s>``) that stands in a file would end the role in which the file is told, and
begin another. So each of them is parted by a character that nobody sees, behind its first: it reads the same,
costs several tokens and is none of them. Nothing is taken out: what is left could be a token again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from rusoil_jupyter.events import Reasoning, Text, ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rusoil_jupyter.events import Event

    ValueT = TypeVar("ValueT")

JOINER = "\u2060"  # no break here, no width
# Those of well-known families, for servers whose vocabulary nobody tells. A name is short and has no space:
# the operators of languages are not meant, as in ``a <| b |> c``.
_NAME = rf"[^\s<>|｜\[\]{JOINER}]{{1,64}}"
KNOWN = re.compile(
    rf"""
    <\|{_NAME}\|?> | <{_NAME}\|> | <｜{_NAME}｜>
    | </?(?:s|bos|eos|pad|unk|mask|think|tool_call|tool_response|tools?|start_of_turn|end_of_turn
      |start_of_image|end_of_image|image_soft_token)>
    | <</?SYS>>
    | \[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|CALL_ID|ARGS|THINK
      |IMG|IMG_BREAK|IMG_END|PREFIX|MIDDLE|SUFFIX)\]
    """,
    re.VERBOSE,
)


class ControlTokens:
    """The control tokens of one model, and those of well-known families.

    Args:
        vocabulary: the model's own; what is a single character can't be parted.
    """

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._tokens = frozenset(token for token in vocabulary if len(token) > 1)
        self._lengths: dict[str, list[int]] = {}
        for start, length in sorted({(token[:2], len(token)) for token in self._tokens}):
            self._lengths.setdefault(start, []).append(length)
        firsts = {"<", "[", *(token[0] for token in self._tokens)}
        self._begins = re.compile(f"[{re.escape(''.join(sorted(firsts)))}]")

    def as_letters(self, value: ValueT) -> ValueT:
        """The same JSON, with every token in its texts and names parted; pictures as they are."""
        return self._parted(value)  # type: ignore[no-any-return] # JSON in, JSON out

    def _parted(self, value: Any) -> Any:
        match value:
            case str():
                return self._begins.sub(self._part, value)
            case {"type": "image_url"}:
                return value
            case dict():
                return {self._parted(name): self._parted(inner) for name, inner in value.items()}
            case list():
                return [self._parted(inner) for inner in value]
            case _:
                return value

    def _part(self, begin: re.Match[str]) -> str:
        text, at = begin.string, begin.start()
        lengths = self._lengths.get(text[at : at + 2], ())
        if KNOWN.match(text, at) or any(text[at : at + length] in self._tokens for length in lengths):
            return begin[0] + JOINER
        return begin[0]


def as_written(event: Event) -> Event:
    """An event of an answer to a question with parted tokens: where the model repeats one, it is whole."""
    match event:
        case Text() | Reasoning() if JOINER in event.delta:
            return event.model_copy(update={"delta": event.delta.replace(JOINER, "")})
        case ToolCall():
            name, arguments = (text.replace(JOINER, "") for text in (event.name, event.arguments))
            return event.model_copy(update={"name": name, "arguments": arguments})
        case _:
            return event
