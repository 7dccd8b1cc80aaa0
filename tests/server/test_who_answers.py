"""Who answers a question with a figure, over the wire of a real server: one decision."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import Server, words

FIGURE = "application/vnd.rusoil.figure.v1+json"
BUNDLE = {
    FIGURE: {
        "version": 1,
        "panels": [
            {
                "id": "p",
                "axes": {"x": {"label": "Time, d", "unit": "d"}, "y": {"label": "Rate, t", "unit": "t"}},
                "series": [
                    {
                        "id": "oil",
                        "kind": "line",
                        "label": "Oil",
                        "n": 4,
                        "values": {"x": [1, 2, 3, 4], "y": [4, 9, 5, 7]},
                    }
                ],
            }
        ],
    }
}
ATTACHED = {
    "attachments": [{"type": "output", "name": "Out[1]", "mimebundle": BUNDLE}],
    "model": "scripted/echo",
}


async def asked(server: Server, prompt: str) -> list[dict[str, Any]]:
    async with server.socket() as socket:
        await socket.chat(prompt, **ATTACHED)
        return await socket.rest()


@pytest.mark.parametrize(
    "prompt",
    ["Draw a line at the mean", "Объясни, почему он падает", "What is the maximum of Oil except Zyx?"],
)
async def test_what_is_no_question_understood_whole_reaches_the_model(server: Server, prompt: str) -> None:
    started, reading, *rest = await asked(server, prompt)
    assert started["model"] == "scripted/echo"
    assert (reading["badge"], reading["findings"], reading["answers"]) == (None, [], False)
    assert "9" in words(rest)  # it echoes what it was told: the figure


async def test_a_question_understood_whole_is_the_readers_with_its_badge(server: Server) -> None:
    started, reading, *rest = await asked(server, "What is the maximum of Oil?")
    assert started["model"] == "figure-reader"
    assert (reading["badge"], reading["findings"][0]["value"], reading["answers"]) == ("stored", 9, True)
    assert "9" in words(rest)


def test_what_is_offered_over_http_is_answered_as_it_is_offered(server: Server) -> None:
    question = {"mimebundle": BUNDLE, "question": "Максимум Oil, кроме Зюкс"}
    answer = server.ask("POST", "api/interpret", json=question).json()
    assert (answer["answerer"], answer["badge"], answer["findings"]) == ("nobody", None, [])
    assert "«Зюкс»" in answer["text"]
    assert answer["offers"][0]["label"] == "Максимум"
    for offer in answer["offers"]:
        exactly = {"mimebundle": BUNDLE, "query": offer["query"], "language": "ru"}
        told = server.ask("POST", "api/interpret", json=exactly).json()
        assert (told["answerer"], told["badge"], told["language"]) == ("reader", "stored", "ru")
