"""What a model's file says of itself, and a model of nothing that says the same.

A GGUF file is a head of keys and values, then tensors. It was made by anybody: every length is compared
with the file before it is believed, and nothing in it is run here.
"""

from __future__ import annotations

import math
import os
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

MAGIC = b"GGUF"
TEMPLATE = "tokenizer.chat_template"  # and others behind a dot, such as “.tool_use”
TOKENS, TYPES = "tokenizer.ggml.tokens", "tokenizer.ggml.token_type"
BOS, EOS = "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"
WANTED = frozenset({TOKENS, TYPES, BOS, EOS})
UNKNOWN, CONTROL, USER_DEFINED, BYTE = 2, 3, 4, 6  # types of tokens
UINT32, INT32, FLOAT32, STRING, ARRAY = 4, 5, 6, 8, 9  # types of values
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# The largest heads have 260,000 tokens, twice as many merges and 20 MB.
MOST_KEYS, MOST_WORDS, MOST_BYTES = 4096, 2_000_000, 2**27
BLOCK = 2**23


class UnreadableError(ValueError):
    """This is no whole GGUF file."""


@dataclass(frozen=True)
class Head:
    """What matters here of a head, as it stands there.

    Attributes:
        templates: key to chat template; most files have one.
        steering: the tokens that steer a model: control tokens, and markup that its maker added.
        bos: the token that begins a text; empty where there is none.
        eos: the token that ends one.
    """

    templates: Mapping[str, bytes]
    steering: tuple[str, ...] = ()
    bos: bytes = b""
    eos: bytes = b""


def read(path: Path) -> Head:
    """The head of a file.

    Raises:
        UnreadableError: it is none, or holds more than that of any model.
        OSError: the file can't be read.
    """
    # A pipe that took the file's place must not hold whoever opens it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("it is no file")
        try:
            return _head(_Values(file, status.st_size).read())
        except (struct.error, LookupError, TypeError, UnicodeDecodeError) as error:
            raise UnreadableError("its head is not that of a GGUF file") from error


class _Values:
    """Takes from a file the values that matter and steps over the others."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = min(size, MOST_BYTES)
        self._data = b""
        self._at = 0
        self._words = MOST_WORDS

    def read(self) -> dict[str, object]:
        magic, version, _tensors, keys = struct.unpack("<4sIQQ", self._take(24))
        if magic != MAGIC or version not in {2, 3} or keys > MOST_KEYS:
            raise UnreadableError("it does not begin like a GGUF file")
        values: dict[str, object] = {}
        for _number in range(keys):
            key = self._take(self._number("Q")).decode()
            if key in values:
                raise UnreadableError("a key of its head stands there twice")
            values[key] = self._value(self._number("I"), wanted=key.startswith(TEMPLATE) or key in WANTED)
        return values

    def _value(self, kind: int, *, wanted: bool) -> object:
        if kind == STRING:
            return self._take(self._number("Q"))
        if kind != ARRAY:
            return self._number(NUMBERS[kind])
        kind, count = self._number("I"), self._number("Q")
        if kind == STRING:
            return self._texts(count, wanted=wanted)
        numbers = self._take(count * struct.calcsize(f"<{NUMBERS[kind]}"))
        return memoryview(numbers).cast(NUMBERS[kind]) if wanted else None  # type: ignore[call-overload]

    def _texts(self, count: int, *, wanted: bool) -> list[bytes] | None:
        """Hundreds of thousands of words: nothing is called for each that need not be."""
        self._words -= count
        if self._words < 0:
            raise UnreadableError("its head has more words than that of any model")
        texts, length = [], struct.Struct("<Q").unpack_from
        for _number in range(count):
            if self._at + 8 > len(self._data):
                self._need(8)
            start = self._at + 8
            self._at = start + length(self._data, self._at)[0]
            if self._at > len(self._data):
                self._need(0)
            if wanted:
                texts.append(self._data[start : self._at])
        return texts if wanted else None

    def _number(self, kind: str) -> Any:
        return struct.unpack(f"<{kind}", self._take(struct.calcsize(f"<{kind}")))[0]

    def _take(self, size: int) -> bytes:
        self._need(size)
        start, self._at = self._at, self._at + size
        return self._data[start : self._at]

    def _need(self, size: int) -> None:
        """See that so many bytes behind this place are there."""
        end = self._at + size
        if end > self._size:
            raise UnreadableError("its head ends too early, or is too long")
        if end > len(self._data):
            self._data += self._file.read(max(BLOCK, end - len(self._data)))
        if end > len(self._data):
            raise UnreadableError("it became shorter while it was read")


def _head(values: Mapping[str, object]) -> Head:
    texts = values.get(TOKENS, ())
    types = values.get(TYPES, ())
    if not isinstance(texts, list | tuple) or not isinstance(types, memoryview | tuple):
        raise UnreadableError("its vocabulary is none")
    return Head(
        templates={key: bytes(_text(value)) for key, value in values.items() if key.startswith(TEMPLATE)},
        steering=tuple(_steering(texts, types)),
        bos=_token(texts, values.get(BOS)),
        eos=_token(texts, values.get(EOS)),
    )


def _text(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise UnreadableError("its chat template is no text")
    return value


def _token(texts: Sequence[bytes], number: object) -> bytes:
    return texts[number] if isinstance(number, int) and 0 <= number < len(texts) else b""


def _steering(texts: Sequence[bytes], types: Iterable[int]) -> Iterator[str]:
    """Tokens of ordinary text are pieces of words; what its maker added may be either."""
    for text, kind in zip(texts, types, strict=False):
        if kind in {UNKNOWN, CONTROL} or (kind == USER_DEFINED and _is_markup(text)):
            yield text.decode(errors="replace")


def _is_markup(text: bytes) -> bool:
    return text[:1] + text[-1:] in {b"<>", b"[]"} and any(map(bytes.isalnum, text.split()))


# --- a model of nothing -----------------------------------------------------------------------------

WIDTH, CONTEXT = 32, 256
ALIGNMENT = 32
SIZES = {
    "context_length": CONTEXT,
    "embedding_length": WIDTH,
    "block_count": 1,
    "feed_forward_length": WIDTH,
    "attention.head_count": 1,
}
# Of 32-bit floats; those without a shape have a row for each token.
TENSORS: dict[str, tuple[int, ...]] = {
    "token_embd.weight": (),
    "output.weight": (),
    "output_norm.weight": (WIDTH,),
    "blk.0.attn_norm.weight": (WIDTH,),
    "blk.0.ffn_norm.weight": (WIDTH,),
    **{
        f"blk.0.{name}.weight": (WIDTH, WIDTH)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    },
}


def blank(head: Head) -> bytes:
    """A model of one layer of zeros with the templates of this head: 100 kB on which they can be tried."""
    texts = [b"<unk>", head.bos or b"<s>", head.eos or b"</s>", *(b"<0x%02X>" % byte for byte in range(256))]
    types = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256]
    keys = [
        _key("general.architecture", STRING, _string(b"llama")),
        *(_key(f"llama.{name}", UINT32, struct.pack("<I", size)) for name, size in SIZES.items()),
        _key("llama.attention.layer_norm_rms_epsilon", FLOAT32, struct.pack("<f", 1e-5)),
        _key("tokenizer.ggml.model", STRING, _string(b"llama")),
        _key(TOKENS, ARRAY, _array(STRING, map(_string, texts))),
        _key("tokenizer.ggml.scores", ARRAY, _array(FLOAT32, (struct.pack("<f", 0) for _text in texts))),
        _key(TYPES, ARRAY, _array(INT32, (struct.pack("<i", kind) for kind in types))),
        _key(BOS, UINT32, struct.pack("<I", 1)),
        _key(EOS, UINT32, struct.pack("<I", 2)),
        *(_key(key, STRING, _string(template)) for key, template in head.templates.items()),
    ]
    shapes = {name: shape or (WIDTH, len(texts)) for name, shape in TENSORS.items()}
    tensors, end = [], 0
    for name, shape in shapes.items():
        tensors.append(_string(name.encode()) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, end))
        end += 4 * math.prod(shape)
    data = struct.pack("<4sIQQ", MAGIC, 3, len(tensors), len(keys)) + b"".join(keys + tensors)
    return data + bytes(-len(data) % ALIGNMENT + end)


def _key(name: str, kind: int, value: bytes) -> bytes:
    return _string(name.encode()) + struct.pack("<I", kind) + value


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def _array(kind: int, values: Iterable[bytes]) -> bytes:
    values = list(values)
    return struct.pack("<IQ", kind, len(values)) + b"".join(values)
