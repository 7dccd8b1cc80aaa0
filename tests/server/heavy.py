"""Requests that are meant to be heavy: schemas, patterns and bodies of every form that can grow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

DEEP, MANY = 40, 100_000
AS_TOOLS = {"items 40", "bounds of many digits", "many counts"}
Request = tuple[str, Callable[[], bytes]]
_WRAPS: dict[str, Callable[[Any], Any]] = {
    "items": lambda inner: {"type": "array", "items": inner},
    "counted items": lambda inner: {"type": "array", "items": inner, "minItems": 2, "maxItems": 1000},
    "additionalProperties": lambda inner: {"type": "object", "additionalProperties": inner},
    "properties": lambda inner: {"type": "object", "properties": {"a": inner}},
    "patternProperties": lambda inner: {"type": "object", "patternProperties": {"^(a+)+$": inner}},
    "anyOf": lambda inner: {"anyOf": [inner, {"type": "null"}]},
    "allOf": lambda inner: {"allOf": [inner]},
    "prefixItems": lambda inner: {"prefixItems": [inner, {"type": "null"}]},
    "types": lambda inner: {"type": ["array", "array", "object", "null"], "items": inner},
}


def nested(kind: str, depth: int) -> Any:
    """A schema of so many levels, each made of the one below."""
    schema: Any = {"type": "integer"}
    for _ in range(depth):
        schema = _WRAPS[kind](schema)
    return schema


def _chain(link: Callable[[Any], Any], length: int) -> Any:
    defs = {f"d{n}": link({"$ref": f"#/$defs/d{n + 1}"}) for n in range(length)}
    return {"$defs": defs | {f"d{length}": {"type": "null"}}, "$ref": "#/$defs/d0"}


def schemas() -> dict[str, Any]:
    """Schemas by what is heavy about them."""
    names = [f"p{n}" for n in range(400)]
    wide = {"type": "integer", "minimum": 123456789012345, "maximum": 987654321098765}
    pattern = {"type": "string", "pattern": "^" + "(a|b)" * 38 + "$"}
    return {
        **{f"{kind} {depth}": nested(kind, depth) for kind in _WRAPS for depth in (DEEP, 90)},
        "references that double": _chain(lambda ref: {"prefixItems": [ref, ref]}, 40),
        "a chain of references": _chain(lambda ref: ref, 1000),
        "one target, spelled in many ways": {
            "$defs": {"a": {"properties": {name: {"enum": ["a", "b"]} for name in names}, "required": names}},
            "anyOf": [{"$ref": f"#{n}/$defs/a"} for n in range(900)],
        },
        "a reference to itself": {"$ref": "#"},
        "recursion": {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#/properties/a"}}},
        "bounds of many digits": {"properties": dict.fromkeys(names, wide), "required": names},
        "many patterns": {"properties": dict.fromkeys(names, pattern), "required": names},
        "patterns that explode": {"type": "string", "pattern": "^((a{1,30}){1,30}){1,1000}$"},
        "patterns within the limit": {"prefixItems": [pattern] * 70},
        "a large enum": {"enum": [str(n) for n in range(MANY)]},
        "a large enum of large numbers": {"enum": [10**4000] * 3000},
        "a huge count": {"type": "array", "items": {"type": "null"}, "maxItems": 10**9},
        "many counts": {"prefixItems": [{"type": "array", "maxItems": 1000}] * 900},
        "a long text": {"type": "string", "minLength": 1000},
        "a long constant": {"const": '"' * 49_000},
        "many optional properties": {"properties": {f"p{n}": {"type": "null"} for n in range(2000)}},
        "a large default": {"type": "null", "default": [[]] * 300_000},
    }


def _chat(**fields: Any) -> dict[str, Any]:
    return {"prompt": "x", "max_tokens": 1} | fields


def _v1(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"max_tokens": 1, "messages": list(messages) or [{"role": "user", "content": "x"}]} | fields


def _tool(schema: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return {"type": "function", "function": {"name": "f", "parameters": parameters}}


def _tiny(count: int, part: Any) -> list[Any]:
    return [{"role": "user", "parts": [part] * 200, "content": [part] * 200}] * (count // 200)


def requests() -> Iterator[tuple[str, Request]]:
    """Each with its name: where it goes, and what makes its body."""

    def body(value: Any) -> Callable[[], bytes]:
        return lambda: json.dumps(value).encode()

    for name, schema in schemas().items():
        form = {"type": "json_schema", "json_schema": schema}
        yield f"form: {name}", ("api/chat", body(_chat(response_format=form)))
        if name in AS_TOOLS:  # the engine reads them as a long question, which takes a while
            chosen = {"tools": [_tool(schema)], "tool_choice": "required"}
            yield f"tool: {name}", ("v1/chat/completions", body(_v1(**chosen)))
    text = {"type": "text", "text": "a"}
    typed = [{"role": message["role"], "parts": message["parts"]} for message in _tiny(400_000, text)]
    untyped = [{"role": message["role"], "content": message["content"]} for message in _tiny(400_000, text)]
    pixels = "A" * 28_000_000
    flat = b'{"mimebundle": {"application/json": [%s]}}'
    yield "70 MB", ("v1/chat/completions", lambda: b'{"x": "' + b"a" * 70_000_000 + b'"}')
    yield (
        "30 MB of text",
        ("v1/chat/completions", body(_v1(*[{"role": "user", "content": "a" * 10**6}] * 30))),
    )
    yield (
        "7 MB of text",
        ("v1/chat/completions", body(_v1(*[{"role": "user", "content": "я " * 350_000}] * 10))),
    )
    yield "tiny parts", ("api/chat", body({"messages": typed}))
    yield "tiny parts of v1", ("v1/chat/completions", body(_v1(*untyped)))
    yield "as many parts as may be", ("api/chat", body({"messages": typed[:50], "max_tokens": 1}))
    yield "many messages", ("v1/chat/completions", body(_v1(*[{"role": "user", "content": "a"}] * MANY)))
    yield "brackets", ("api/chat", lambda: b"[" * 60_000_000)
    yield "objects in objects", ("api/chat", lambda: b'{"a":' * 1_000_000)
    yield "pictures", ("api/chat", body(_chat(attachments=[{"type": "image", "data": pixels}] * 2)))
    shown = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{pixels}"}}] * 2
    yield "pictures of v1", ("v1/chat/completions", body(_v1({"role": "user", "content": shown})))
    output = {"type": "output", "mimebundle": {"text/plain": "a`" * 25_000_000}}
    yield "a long output", ("api/chat", body(_chat(attachments=[output])))
    result = {"role": "tool", "tool_call_id": "1", "content": "`a" * 450_000}
    yield "long results", ("v1/chat/completions", body(_v1(*[result] * 7)))
    yield "numbers to interpret", ("api/interpret", lambda: flat % b",".join([b"0.12345678901"] * 1_900_000))
    yield "empty lists to interpret", ("api/interpret", lambda: flat % b",".join([b"[]"] * 330_000))
    points = {"type": "scatter", "y": [n % 97 for n in range(900_000)], "x": list(range(900_000))}
    chart = {"application/vnd.plotly.v1+json": {"data": [points], "layout": {}}}
    for task in ("table", "describe"):
        yield f"a large chart: {task}", ("api/interpret", body({"mimebundle": chart, "task": task}))
    yield "too many numbers", ("api/interpret", lambda: flat % b",".join([b"1"] * 20_000_000))
    embed = {"model": "scripted/echo"}
    yield "texts to embed", ("v1/embeddings", body(embed | {"input": ["a" * 400_000] * 3}))
    yield "too long texts to embed", ("v1/embeddings", body(embed | {"input": ["a" * 900_000] * 40}))
    yield "many texts to embed", ("v1/embeddings", body(embed | {"input": ["a"] * MANY}))
    yield "as many texts as may be", ("v1/embeddings", body(embed | {"input": ["a b"] * 2048}))
    tools = [{"name": f"t{n}", "description": "d" * 9000, "parameters": {}} for n in range(128)]
    yield "large tools", ("api/chat", body(_chat(tools=tools, tool_choice="required")))
    many = [{"name": f"t{n}", "parameters": nested("items", DEEP)} for n in range(128)]
    yield "many deep tools", ("api/chat", body(_chat(tools=many, tool_choice="required")))
