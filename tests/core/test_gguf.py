"""A model's file is read without believing it, and a model of nothing says the same."""

from __future__ import annotations

import contextlib
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.llama_cpp import gguf
from rusoil_jupyter.backends.llama_cpp.gguf import Head, UnreadableError, blank, read

HEAD = Head(
    {gguf.TEMPLATE: b"{{ x }}", f"{gguf.TEMPLATE}.tool_use": b"y"}, ("<unk>", "<b>", "<e>"), b"<b>", b"<e>"
)


def test_what_is_written_is_read(tmp_path):
    (tmp_path / "m").write_bytes(blank(HEAD))
    assert read(tmp_path / "m") == HEAD


@pytest.mark.model
def test_the_real_model_tells_its_template_and_its_tokens(model_dir):
    head = read(model_dir / catalogue.SMOLLM2.file)
    assert b"<|im_start|>" in head.templates[gguf.TEMPLATE]
    assert {"<|im_end|>", "<jupyter_code>", "<|endoftext|>"} <= set(head.steering)
    assert (head.bos, head.eos) == (b"<|im_start|>", b"<|im_end|>")


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_head_that_is_spoilt_anywhere_is_a_head_or_unreadable(tmp_path_factory, place, bytes_):
    data = bytearray(blank(HEAD))
    data[place : place + len(bytes_)] = bytes_
    path = tmp_path_factory.mktemp("gguf") / "m"
    path.write_bytes(data)
    with contextlib.suppress(UnreadableError):
        assert isinstance(read(path), Head)


@given(st.integers(0, 6000))
def test_a_head_that_is_cut_is_unreadable(tmp_path_factory, size):
    path = tmp_path_factory.mktemp("gguf") / "m"
    path.write_bytes(blank(HEAD)[:size])
    with pytest.raises(UnreadableError):
        read(path)


def key(name: str, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode() + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    "values",
    [
        [key("a", gguf.STRING, struct.pack("<Q", 2**62))],
        [key(gguf.TEMPLATE, gguf.STRING, struct.pack("<Q", 2**62))],
        [key(gguf.TOKENS, gguf.ARRAY, struct.pack("<IQ", gguf.STRING, 2**62))],
        [key(gguf.TYPES, gguf.ARRAY, struct.pack("<IQ", gguf.INT32, 2**62))],
        [key("a", gguf.ARRAY, struct.pack("<IQ", gguf.ARRAY, 1))],
        [key("a", 99, b"")],
        [key(gguf.TEMPLATE, gguf.UINT32, bytes(4))],
        [key(gguf.TOKENS, gguf.UINT32, bytes(4))],
        [key("a", gguf.UINT32, bytes(4))] * 2,
    ],
)
def test_lengths_and_kinds_are_not_believed(tmp_path, values):
    path = tmp_path / "m"
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, len(values)) + b"".join(values) + bytes(100))
    with pytest.raises(UnreadableError):
        read(path)


def test_a_pipe_holds_nobody(tmp_path):
    os.mkfifo(tmp_path / "m")
    with pytest.raises(UnreadableError):
        read(tmp_path / "m")
