"""Grammars: what they are read from, what they let through, and what is refused before an engine sees it."""

from __future__ import annotations

import contextlib
import json
import random
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.backends import grammar, json_grammar
from rusoil_jupyter.backends.grammar import Alt, Node, Ref, Repeat, Rules, Seq, Terminal
from rusoil_jupyter.errors import InvalidRequest

from .wire_json import anything, near


def written(rules: Rules, seed: int) -> str:
    """A text that the rules allow, chosen by chance; short ones more often."""
    chance = random.Random(seed)

    def walk(node: Node, depth: int) -> str:
        match node:
            case Terminal(text):
                return _character(text, chance) if text[0] == "[" else _unquoted(text)
            case Ref(name):
                return walk(rules[name], depth + 1)
            case Seq(items):
                return "".join(walk(item, depth) for item in items)
            case Alt(items):
                simple = [item for item in items if not isinstance(item, Ref | Seq)] or items
                return walk(chance.choice(items if depth < 12 else simple), depth)
            case Repeat(item, low, high):
                most = low if depth > 12 else low + 2 if high is None else min(high, low + 2)
                return "".join(walk(item, depth) for _ in range(chance.randint(low, most)))

    return walk(rules["root"], 0)


def _unquoted(text: str) -> str:
    return re.sub(r"\\U(.{8})", lambda m: chr(int(m[1], 16)), text[1:-1])


def _character(text: str, chance: random.Random) -> str:
    pool = [*map(chr, range(32, 127)), *"яЯ😀\t\n\x7f"]
    return chance.choice([char for char in pool if re.fullmatch(text, char)])


NESTED: Any = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {"value": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}},
            "required": ["value"],
            "additionalProperties": False,
        }
    },
    "$ref": "#/$defs/node",
}
SCHEMAS: list[Any] = [
    {},
    {"type": "object"},
    {"description": "anything"},
    {"type": ["string", "null"]},
    {"enum": ["a", 1, None, {"x": [1]}, 'q"\\\n']},
    {"type": "string", "const": "Башкортостан"},
    {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
    {"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 3}]},
    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 4},
    {"type": "array", "maxItems": 0},
    {"type": "array", "items": {"type": "null"}, "maxItems": 1},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
    {"type": "array", "minItems": 2},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"type": "object", "additionalProperties": False},
    {
        "type": "object",
        "properties": {f"p{n}": {"type": "integer"} for n in range(6)},
        "required": ["p3", "p1"],
    },
    {"type": "object", "properties": {f"p{n}": {"type": "null"} for n in range(6)}},
    {"properties": {'a "b"\n': {"type": "string"}, "": {}}, "required": [""]},
    {"properties": {"x": {"allOf": [{"enum": ["a"]}]}}, "required": ["x"]},
    {"type": "string", "minLength": 2, "maxLength": 3},
    {"type": "string", "pattern": r"^[A-Z]{2}-\d{3,4}(?:\.\w+)?$"},
    {"type": "string", "pattern": "abc"},
    {"type": "string", "pattern": r'^(a|"|\\\\|\n)[^x"\\]\D\S.$'.replace(r"\\\\|", "")},
    {"type": "string", "pattern": r"^[а-яё]+[+\-*/ ]$"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "email"},
    {"type": "integer", "minimum": 7, "maximum": 1203},
    {"type": "integer", "minimum": -15, "maximum": 4},
    {"type": "integer", "exclusiveMinimum": 99},
    {"type": "integer", "maximum": -3},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 12},
    {"type": "number", "minimum": -7, "exclusiveMaximum": -2},
    {"type": "number", "exclusiveMinimum": -3},
    NESTED,
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:60])
def test_what_the_grammar_lets_through_is_json_of_the_schema(schema):
    rules = json_grammar.rules_of(schema, "s")
    for seed in range(200):
        jsonschema.validate(json.loads(written(rules, seed)), schema)


@given(
    st.integers(-2000, 2000), st.integers(0, 1500), st.booleans(), st.booleans(), st.booleans(), st.integers()
)
def test_numbers_stay_within_their_bounds(low, width, open_low, open_high, whole, seed):
    schema = {
        "type": "integer" if whole else "number",
        "exclusiveMinimum" if open_low else "minimum": low,
        "exclusiveMaximum" if open_high else "maximum": low + width,
    }
    try:
        rules = json_grammar.rules_of(schema, "s")
    except InvalidRequest:
        assert width <= open_low + open_high
        return
    jsonschema.validate(json.loads(written(rules, seed)), schema)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_every_whole_number_between_the_bounds_is_let_through(low, width, data):
    number = data.draw(st.integers(low, low + width))
    schema = {"type": "integer", "minimum": low, "maximum": low + width}
    rules = json_grammar.rules_of(schema, "s")
    expression = re.sub(r'"(\d+)"', r"\1", grammar.render({"root": rules["root"]})).removeprefix("root ::= ")
    assert re.fullmatch(expression.replace(" ", ""), str(number))


NODE = "#/$defs/n"
DOUBLED = "\n".join(f"r{n} ::= r{n + 1}? r{n + 1}?" for n in range(25))
REFUSED: list[tuple[Any, str]] = [
    (False, "s"),
    ([1], "s"),
    ({"enum": []}, "s.enum"),
    ({"enum": [1], "type": "string"}, "s.enum"),
    ({"type": "oil"}, "s.type"),
    ({"type": []}, "s.type"),
    ({"not": {}}, "s.not"),
    ({"type": "array", "uniqueItems": True}, "s.uniqueItems"),
    ({"type": "integer", "multipleOf": 5}, "s.multipleOf"),
    ({"type": "array", "minItems": 5, "maxItems": 2}, "s.maxItems"),
    ({"type": "array", "minItems": 10**9}, "s.minItems"),
    ({"type": "array", "items": False, "minItems": 1}, "s.minItems"),
    ({"type": "string", "minLength": 5, "maxLength": 2}, "s.maxLength"),
    ({"type": "string", "minLength": "5"}, "s.minLength"),
    ({"type": "string", "pattern": "^(a$"}, "s.pattern"),
    ({"type": "string", "pattern": "^a(?=b)$"}, "s.pattern"),
    ({"type": "string", "pattern": "^[z-a]$"}, "s.pattern"),
    ({"type": "string", "pattern": "(" * 300}, "s.pattern"),
    ({"type": "string", "pattern": "^a|b$"}, "s.pattern"),
    ({"type": "string", "pattern": "^a{5,2}$"}, "s"),
    ({"type": "string", "pattern": "^(a*)*$"}, "s"),
    ({"type": "integer", "minimum": 5, "maximum": 2}, "s"),
    ({"type": "integer", "minimum": 0.5}, "s.minimum"),
    ({"type": "integer", "minimum": float("inf")}, "s.minimum"),
    ({"properties": {"a": {"oneOf": []}}}, "s.properties.a.oneOf"),
    ({"properties": {"a": False}}, "s.properties.a"),
    ({"properties": {}, "required": ["a"]}, "s.required"),
    ({"properties": {"a": {}}, "required": ["b"]}, "s.required"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "s.allOf"),
    ({"$ref": "#/$defs/x"}, "s.$ref"),
    ({"$ref": "https://example.org/schema.json"}, "s.$ref"),
    ({"$ref": "#"}, "s"),
    (
        {
            "$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]}},
            "$ref": "#/$defs/n",
        },
        "s",
    ),
    ({"$defs": {"n": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}, "$ref": "#/$defs/n"}, "s"),
    ({"enum": [str(n) for n in range(5000)]}, "s.enum"),
    ({"const": "x" * 100_000}, "s"),
    ({"const": "\ud800"}, "s"),
    ({"const": "\U0010ffff"}, "s"),
    ({"properties": {f"p{n}": {"type": "null"} for n in range(200)}}, "s"),
]


@pytest.mark.parametrize(("schema", "field"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_schema_that_can_not_be_promised_is_refused_by_its_place(schema, field):
    with pytest.raises(InvalidRequest) as caught:
        json_grammar.rules_of(schema, "s")
    assert caught.value.field == field
    assert field in caught.value.message
    assert caught.value.next_step


@pytest.mark.parametrize("kind", ["properties", "items", "anyOf"])
def test_a_bottomless_schema_is_refused(kind):
    schema: Any = {"type": "null"}
    for _level in range(5000):
        inner = {"properties": {"a": schema}, "items": schema, "anyOf": [schema]}[kind]
        schema = {kind: inner}
    with pytest.raises(InvalidRequest, match=r"deep|longer"):
        json_grammar.rules_of(schema, "s")


FULL = {
    "type": "object",
    "properties": {"a": {"type": "string", "pattern": "^a$"}},
    "required": ["a"],
    "items": {},
    "minItems": 1,
    "pattern": "^[a-z]$",
    "minimum": 1,
    "enum": ["a"],
    "$ref": "#/properties/a",
    "anyOf": [{}],
}


@given(anything | near(FULL) | st.dictionaries(st.sampled_from(sorted(FULL)), anything, max_size=3))
def test_a_schema_of_any_shape_is_a_grammar_or_an_error_that_names_it(schema):
    try:
        rules = json_grammar.rules_of(schema, "s")
    except InvalidRequest as error:
        assert error.field.startswith("s")
        return
    json.loads(written(rules, 0))
    again = grammar.parse(grammar.render(rules), "s")  # what we write, we read
    grammar.check(again, "s")


@given(st.text(alphabet=r"ab0()[]{}|*+?^$\.,-d\"é"))
def test_a_pattern_of_any_shape_is_kept_or_refused(pattern):
    with contextlib.suppress(InvalidRequest):
        rules = json_grammar.rules_of({"type": "string", "pattern": pattern}, "s")
        value = json.loads(written(rules, 1))
        assert re.search(pattern, value, re.DOTALL)


# --- grammars as given ------------------------------------------------------------------------------


def judge(text: str) -> None:
    grammar.check(grammar.parse(text, "g"), "g")


@pytest.mark.parametrize(
    "text",
    [
        'root ::= "yes" | "no"',
        "# a comment\nroot ::= [а-яё😀]+ # another\n",
        'root ::= (\n "a" |\n "b"\n)\n\nrest ::= .{2,3} "\\n" [^\\]a-z\\x41-\\x43]?',
        'root ::= word (" " word){0,9}\r\nword ::= [a-z]+',
        'root ::= ""',
    ],
)
def test_a_grammar_is_read(text):
    judge(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "root"),
        ('yes ::= "a"', "root"),
        ("root ::= yes", "yes"),
        ('root ::= root "a" | "b"', "begins with itself"),
        ('root ::= x\nx ::= ("a"? y)\ny ::= x | "b"', "begins with itself"),
        ('root ::= "a" root', "no text"),
        ('root ::= "a"{5,2}', "ends before"),
        ('root ::= "a"{2000}', "repetitions"),
        ('root ::= "a"{20000}', "line 1"),
        ('root ::= ("a"*)*', "may be empty"),
        ("root ::= " + "a " * 300 + '\na ::= "x"?', "choices"),
        ('root ::= "x" ' + "a " * 300 + '\na ::= "x"?', "choices"),
        (
            "root ::= r0\n" + "\n".join(f"r{n} ::= r{n + 1}? r{n + 1}?" for n in range(25)) + '\nr25 ::= "x"',
            "choices",
        ),
        ("\n".join(f'r{n} ::= "a"' for n in range(2000)) + '\nroot ::= "a"', "rules"),
        ("root ::= " + "(" * 3000 + '"a"' + ")" * 3000, "deep"),
        ("root ::= [z-a]", "no model"),
        ("root ::= [^]", "no model"),
        ("root ::= [^\\x00-\\U0010FFFF]", "no model"),
        ("root ::= [^ -z\\x7b-\\uffff]", "no model"),
        ("root ::= [a\\U0010FFFF]", "no model"),
        ('root ::= "\\x00"', "no model"),
        ('root ::= "\\ud800"', "no model"),
        ('root ::= "\\q"', "escape"),
        ('root ::= "abc', "line 1"),
        ('root ::= ("a"', "not closed"),
        ('root ::= *"a"', "nothing to repeat"),
        ('root ::= "a"\nroot ::= "b"', "not expected"),
        ("hello world", "not expected"),
        ('root ::= "' + "x" * 60_000 + '"', "longer"),
    ],
    ids=lambda value: value[:40],
)
def test_a_grammar_that_would_harm_the_engine_is_refused(text, reason):
    with pytest.raises(InvalidRequest, match=reason) as caught:
        judge(text)
    assert caught.value.field == "g"


@given(st.text(alphabet='root:=ab"[]()|*+?{}0,\\^-. \n#', max_size=60).map(lambda text: "root ::= " + text))
def test_a_grammar_of_any_shape_is_read_or_refused(text):
    with contextlib.suppress(InvalidRequest):
        judge(text)


def test_a_count_that_is_null_is_none():
    rules = json_grammar.rules_of({"type": "array", "minItems": None, "maxItems": 1}, "s")
    assert rules == json_grammar.rules_of({"type": "array", "maxItems": 1}, "s")


# --- how large it becomes ---------------------------------------------------------------------------


def _parts(rules: Rules) -> int:
    """Nodes of a grammar, counted as often as they are written."""
    pending: list[Node] = [node for name, node in rules.items() if name not in json_grammar.BASE]
    count = 0
    while pending:
        node = pending.pop()
        count += 1
        match node:
            case Seq(items) | Alt(items):
                pending.extend(items)
            case Repeat(item):
                pending.append(item)
    return count


_LEAVES = st.sampled_from(
    (
        {},
        *({"type": kind} for kind in ("integer", "string", "null")),
        {"type": "integer", "minimum": -17, "maximum": 123_456_789_012},
        {"type": "string", "pattern": "^(a|b){1,30}[c-f]+$"},
        {"enum": ["a", 1, None]},
        *({"$ref": place} for place in ("#/$defs/a", "#x/$defs/a", "#/$defs/b", "#/properties/x")),
    )
)


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    counts = st.fixed_dictionaries(
        {}, optional={"minItems": st.integers(0, 3), "maxItems": st.integers(3, 9)}
    )
    names = st.dictionaries(st.sampled_from("xyz"), inner, min_size=1)
    kinds = st.lists(st.sampled_from(("array", "object", "null")), min_size=1, max_size=5)
    return st.one_of(
        st.builds(lambda item, count: {"type": "array", "items": item} | count, inner, counts),
        st.builds(lambda item: {"type": "object", "additionalProperties": item}, inner),
        st.builds(lambda members: {"properties": members}, names),
        st.builds(lambda members: {"properties": members, "required": sorted(members)}, names),
        st.builds(lambda one, items: {one: items}, st.sampled_from(("anyOf", "oneOf")), st.lists(inner)),
        st.builds(lambda item: {"allOf": [item]}, inner),
        st.builds(lambda items: {"prefixItems": items}, st.lists(inner, max_size=4)),
        st.builds(
            lambda names, item: {"type": names, "items": item, "additionalProperties": item}, kinds, inner
        ),
    )


_ANY = st.recursive(_LEAVES, _larger, max_leaves=20)
_WHOLE = st.builds(lambda a, b, root: root | {"$defs": {"a": a, "b": b}}, _ANY, _ANY, _ANY)


@given(_WHOLE)
def test_a_grammar_is_as_long_as_its_schema(schema):
    with contextlib.suppress(InvalidRequest):
        assert _parts(json_grammar.rules_of(schema, "s")) <= 8 * len(json.dumps(schema))


WRAPPED: dict[str, Any] = {
    "items": lambda inner: {"type": "array", "items": inner},
    "counted": lambda inner: {"type": "array", "items": inner, "minItems": 2, "maxItems": 9},
    "additionalProperties": lambda inner: {"type": "object", "additionalProperties": inner},
    "optional": lambda inner: {"properties": {"a": inner, "b": {"type": "null"}}},
    "required": lambda inner: {"properties": {"a": inner}, "required": ["a"]},
    "anyOf": lambda inner: {"anyOf": [inner, {"type": "null"}]},
    "allOf": lambda inner: {"allOf": [inner]},
    "prefixItems": lambda inner: {"prefixItems": [inner]},
    "types": lambda inner: {"type": ["array", "array", "null"], "items": inner},
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_twice_as_deep_is_twice_as_long(wrap):
    sizes = []
    for depth in (20, 40):
        schema: Any = {"type": "integer"}
        for _ in range(depth):
            schema = wrap(schema)
        sizes.append(_parts(json_grammar.rules_of(schema, "s")))
    assert sizes[1] <= 2 * sizes[0]


def test_a_part_that_is_meant_twice_is_written_once():
    defs = {f"d{n}": {"prefixItems": [{"$ref": f"#{way}/$defs/d{n + 1}"} for way in "xy"]} for n in range(40)}
    schema = {"$defs": defs | {"d40": {"type": "null"}}, "$ref": "#/$defs/d0"}
    assert _parts(json_grammar.rules_of(schema, "s")) <= 40 * 20


@given(st.integers(1, 15), st.integers(0, 10**15), st.integers(0, 10**15))
def test_bounds_of_many_digits_are_short(digits, low, high):
    low, high = sorted((low % 10**digits, high % 10**digits))
    rules = json_grammar.rules_of({"type": "integer", "minimum": low, "maximum": high}, "s")
    assert _parts(rules) <= 12 * 15 + 12 * digits


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"enum": [[]] * 40_000}, "longer"),
        ({"const": [10**4000] * 100}, "longer"),
        ({"const": 10**5000}, "number"),
        ({"const": float("nan")}, "number"),
        (
            {"prefixItems": [{"type": "array", "maxItems": 1000}] * 3 + [{"enum": list(range(501))}]},
            "choices",
        ),
        ({"prefixItems": [{"type": "array", "maxItems": 1000} for _ in range(100)]}, "repetitions"),
        ({"prefixItems": [{"type": "string", "pattern": "(a|b)" * 39} for _ in range(200)]}, "parts"),
    ],
    ids=["lists", "numbers", "digits", "nan", "choices", "counts", "patterns"],
)
def test_a_schema_that_would_take_long_is_refused_in_a_sentence(schema, reason):
    with pytest.raises(InvalidRequest, match=reason) as caught:
        json_grammar.rules_of(schema, "s")
    assert caught.value.field.startswith("s")


@pytest.mark.parametrize("chain", [200, 400])
def test_rules_in_an_unlucky_order_are_judged_in_one_walk(chain):
    """What a rule builds on stands after it, so that a walk from first to last learns one rule each time."""
    seen: list[int] = []

    class Counted(dict[str, Node]):
        def __getitem__(self, name: str) -> Node:
            seen.append(1)
            return super().__getitem__(name)

    rules = Counted({f"r{n}": Seq((Terminal('"a"'), Ref(f"r{n + 1}"))) for n in range(chain)})
    rules |= {f"r{chain}": Terminal('"a"'), "root": Ref("r0")}
    grammar.check(rules, "g")
    assert len(seen) < 10 * chain
