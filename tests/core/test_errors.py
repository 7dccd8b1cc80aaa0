"""The error tree: the drawing, the contract's table and the classes say the same."""

from __future__ import annotations

import inspect
import re

import pytest
from pydantic import BaseModel, ValidationError

from rusoil_jupyter import errors
from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RusoilError, every_error, status_of
from rusoil_jupyter.messages import Value

# The table of the contract, as far as core raises it.
CONTRACT = {
    "invalid_request": 400,
    "unsupported_modality": 400,
    "context_too_long": 400,
    "payload_too_large": 413,
    "unauthenticated": 401,
    "forbidden": 403,
    "consent_required": 403,
    "not_found": 404,
    "unknown_model": 404,
    "unknown_session": 404,
    "unknown_turn": 404,
    "unknown_upload": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "rate_limited": 429,
    "quota_exceeded": 429,
    "overloaded": 503,
    "model_unavailable": 503,
    "interrupted": 503,
    "internal": 500,
}
LINE = re.compile(r"^(?P<lead>[ │├└─]*)(?P<name>[A-Z]\w+)(?:\s+(?P<status>\d{3}) (?P<code>\w+))?", re.M)


def drawn() -> list[tuple[str, str | None, int | None, str | None]]:
    """Class, parent, status and code of every line of the docstring's drawing."""
    rows, path = [], []
    tree = (errors.__doc__ or "").partition("::\n")[2].partition("\nCore raises")[0]
    for line in filter(str.strip, inspect.cleandoc(tree).splitlines()):
        match = LINE.match(line)
        assert match, line
        depth = len(match["lead"]) // 4
        path[depth:] = [match["name"]]
        status = int(match["status"]) if match["status"] else None
        rows.append((match["name"], path[depth - 1] if depth else None, status, match["code"]))
    return rows


def test_the_drawing_shows_every_class_once():
    assert sorted(name for name, *_ in drawn()) == sorted(kind.__name__ for kind in every_error())


@pytest.mark.parametrize(("name", "parent", "status", "code"), drawn()[1:])
def test_a_drawn_class_is_as_drawn(name, parent, status, code):
    kind = getattr(errors, name)
    assert kind.__base__.__name__ == parent
    assert (kind.status, kind.code) == (status, code)


def test_codes_and_statuses_are_the_contracts():
    classes = [kind for kind in every_error() if kind is not RusoilError]
    assert {kind.code: kind.status for kind in classes} == CONTRACT
    assert len({kind.code for kind in classes}) == len(classes)


def test_status_of_knows_every_code_and_answers_500_for_others():
    assert {code: status_of(code) for code in CONTRACT} == CONTRACT
    assert status_of("something_else") == 500


def test_the_body_has_the_one_shape():
    error = errors.RateLimited("Too many.", "Wait.", retry_after=5)
    assert error.body("abc").model_dump(mode="json") == {
        "error": {
            "code": "rate_limited",
            "message": "Too many.",
            "next_step": "Wait.",
            "request_id": "abc",
            "retry_after": 5.0,
            "field": None,
            "consent": None,
        }
    }


class Inner(Value):
    name: str


class Outer(BaseModel):
    inner: list[Inner]


def refusal(value: object) -> InvalidRequest:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    return InvalidRequest.from_validation(caught.value)


def test_a_validation_error_names_the_field():
    error = refusal({"inner": [{"name": "x"}, {}]})
    assert error.field == "inner.1.name"
    assert "inner.1.name" in error.message


def test_a_validation_error_of_the_whole_body_says_body():
    assert refusal([]).field == "body"


def test_a_validation_error_does_not_repeat_what_was_sent():
    error = refusal({"inner": [{"name": ["s3cret"]}]})
    assert "s3cret" not in error.message


def test_a_too_long_value_is_payload_too_large():
    from rusoil_jupyter.messages import MAX_TEXT_CHARS, TextPart

    with pytest.raises(ValidationError) as caught:
        TextPart(text="x" * (MAX_TEXT_CHARS + 1))
    assert isinstance(InvalidRequest.from_validation(caught.value), PayloadTooLarge)


def test_str_is_the_sentence():
    assert str(errors.Internal.default()) == errors.Internal.default().message != ""
