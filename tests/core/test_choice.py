"""What ``auto`` means, as a table."""

from __future__ import annotations

import pytest

from rusoil_jupyter.pipeline.choice import choose
from rusoil_jupyter.protocol import ModelInfo

GB = 10**9


def info(name: str, need: float | None = None, **fields: object) -> ModelInfo:
    backend, _slash, _name = name.partition("/")
    memory = None if need is None else int(need * GB)
    return ModelInfo(id=name, name=name, backend=backend, memory_bytes=memory, **fields)  # type: ignore[arg-type]


SMALL, MIDDLE, LARGE = info("here/small", 1), info("here/middle", 4), info("here/large", 9)
CODER = info("here/coder", 5, purpose="code")
EMBEDDER = info("here/embedder", 5, purpose="embedding")
AWAY = info("here/away", 5, available=False)
CAMPUS = info("campus/big")


@pytest.mark.parametrize(
    ("models", "wanted", "memory", "chosen", "words"),
    [
        ([], "auto", 8, None, ""),
        ([AWAY, EMBEDDER], "auto", 8, None, ""),
        ([SMALL], "auto", 8, "here/small", "only model"),
        ([SMALL, AWAY, EMBEDDER], "auto", 8, "here/small", "only model"),
        ([SMALL, MIDDLE, LARGE], "auto", 8, "here/middle", "largest of 3 models here that fits"),
        ([LARGE, MIDDLE, SMALL], "auto", 16, "here/large", "9.0 GB of 16.0 GB"),
        ([SMALL, MIDDLE, LARGE], "auto", None, "here/large", "can't be told"),
        ([MIDDLE, LARGE], "auto", 2, "here/middle", "No model here fits into the memory (2.0 GB)"),
        ([SMALL, CODER], "auto", 8, "here/small", "largest"),
        ([CODER], "auto", 8, "here/coder", "only model"),
        ([CAMPUS, SMALL, LARGE], "auto", 16, "campus/big", "order of preference"),
        ([SMALL, CAMPUS], "auto", 8, "here/small", "only model"),
        ([SMALL, LARGE], "here/small", 16, "here/small", "configuration"),
        ([SMALL, LARGE], "here/gone", 16, "here/large", "largest"),
        ([SMALL, AWAY], "here/away", 16, "here/small", "only model"),
    ],
)
def test_what_auto_means(models, wanted, memory, chosen, words):
    choice = choose(models, wanted, memory and memory * GB)
    assert (choice.model.id if choice else None) == chosen
    assert words in (choice.reason if choice else "")
