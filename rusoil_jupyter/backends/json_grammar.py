"""JSON schemas as grammars: what an engine may write is always valid JSON of the schema.

The grammar is ours and not llama.cpp's because that one passes over what it does not know (a pattern
without anchors, ``not``, ``uniqueItems``), answers ``false`` with prose, and never returns from
``minItems: 5, maxItems: 2``. Here a schema is kept whole or refused with the name of the keyword. A
grammar may be narrower than its schema (listed properties only, no exponents), never wider.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.backends.grammar import (
    MAX_REPEAT,
    Alt,
    Node,
    Ref,
    Repeat,
    Rules,
    Terminal,
    alt,
    check,
    literal,
    optional,
    refused,
    seq,
)
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MAX_SCHEMA_CHARS = 50_000
MAX_DEPTH = 64  # schemas within schemas
MAX_CHOICES = 500
MAX_PATTERN_CHARS = 200
_ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default"}
_ANNOTATIONS |= {"examples", "example", "deprecated", "readOnly", "writeOnly", "contentEncoding"}
_ANNOTATIONS |= {"contentMediaType"}
_KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems"},
    "string": {"pattern", "format", "minLength", "maxLength"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "boolean": set(),
    "null": set(),
}
_ANYTHING: dict[str, Any] = {}
_DIGITS = Terminal("[0-9]")
_WS = Ref("ws")
BASE: Rules = {  # what every schema's grammar may build on
    "ws": Repeat(alt(literal(" "), seq("\n", Repeat(literal(" "), 0, 12))), 0, 1),
    "char": alt(
        Terminal(r'[^"\\\x00-\x1f\x7f]'),
        # No \ud800 to \udfff: half a character is not text.
        seq("\\", alt(Terminal(r'["\\/bfnrt]'), seq("u", Ref("code")))),
    ),
    "code": alt(
        seq(Terminal("[0-9a-cA-CefEF]"), Repeat(Ref("hex"), 3, 3)),
        seq(Terminal("[dD]"), Terminal("[0-7]"), Repeat(Ref("hex"), 2, 2)),
    ),
    "hex": Terminal("[0-9a-fA-F]"),
    "string": seq('"', Repeat(Ref("char")), '"'),
    "integer": seq(optional("-"), alt("0", seq(Terminal("[1-9]"), Repeat(_DIGITS, 0, 15)))),
    "fraction": seq(".", Repeat(_DIGITS, 1, 15)),
    "number": seq(Ref("integer"), Repeat(Ref("fraction"), 0, 1)),
    "boolean": alt("true", "false"),
    "null": literal("null"),
}
BASE["value"] = Alt(tuple(Ref(n) for n in ("object", "array", "string", "number", "boolean", "null")))


def _row(opening: str, items: Node, closing: str) -> Node:
    return seq(opening, _WS, optional(items, Repeat(seq(",", _WS, items)), _WS), closing)


BASE["member"] = seq(Ref("string"), ":", _WS, Ref("value"))
BASE["object"] = _row("{", Ref("member"), "}")
BASE["array"] = _row("[", Ref("value"), "]")
ANY_OBJECT: Rules = {"root": Ref("object"), **BASE}


def rules_of(schema: object, field: str) -> Rules:
    """The grammar of a schema; its rule ``root`` is the value.

    Raises:
        InvalidRequest: the schema is malformed, can't be met, or asks for more than a grammar can
            promise; the error names the place below ``field``.
    """
    if size_of(schema, MAX_SCHEMA_CHARS) > MAX_SCHEMA_CHARS:
        raise refused(field, _("it is longer than {limit} characters").format(limit=MAX_SCHEMA_CHARS))
    try:
        json.dumps(schema, ensure_ascii=False).encode()
        rules = _Converter(schema, field).rules()
    except RecursionError as error:
        raise refused(field, _("it is nested too deep")) from error
    except UnicodeEncodeError as error:
        raise refused(field, _("it holds half a character")) from error
    except ValueError as error:
        raise refused(field, _("it holds a number that JSON can't write")) from error
    check(rules, field)
    return rules


class _Converter:
    """Reads each part of a schema once, however often it is meant: its grammar is as long as the schema."""

    def __init__(self, schema: object, field: str) -> None:
        self._schema = schema
        self._field = field
        self._rules: Rules = {}
        self._known: dict[int, Ref | Terminal] = {id(schema): Ref("root")}
        self._meant: list[tuple[str, object, str]] = []
        self._depth = 0
        self._choices = 0

    def rules(self) -> Rules:
        root = self._read(self._schema, self._field)
        while self._meant:
            name, schema, where = self._meant.pop()
            self._rules[name] = self._read(schema, where)
        return {"root": root} | self._rules | BASE

    def _value(self, schema: object, where: str) -> Ref | Terminal:
        """What stands for this schema: a rule of its own, so that it may stand in many places."""
        known = self._known.get(id(schema))
        if known is None:
            name = f"v{len(self._known)}"
            known = self._known[id(schema)] = Ref(name)  # also while it is read: a reference may mean it
            node = self._deeper(schema, where)
            if isinstance(node, Ref | Terminal) and node != known:
                known = self._known[id(schema)] = node  # short enough to stand where it is meant
            else:
                self._rules[name] = node
        return known

    def _deeper(self, schema: object, where: str) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refused(self._field, _("it is nested too deep"))
        node = self._read(schema, where)
        self._depth -= 1
        return node

    def _read(self, schema: object, where: str) -> Node:
        if not isinstance(schema, dict):
            raise refused(where, _("a schema is an object"))
        given = schema.keys() - _ANNOTATIONS
        for keyword, make in (
            ("$ref", self._ref),
            ("const", lambda value, _at: literal(_json(value))),
            ("enum", self._enum),
            ("anyOf", self._any_of),
            ("oneOf", self._any_of),
            ("allOf", self._all_of),
        ):
            if keyword in given:
                self._alone(schema, given, keyword, where)
                return make(schema[keyword], f"{where}.{keyword}")
        return self._typed(schema, given, where)

    @staticmethod
    def _alone(schema: Mapping[str, Any], given: set[str], keyword: str, where: str) -> None:
        """A ``type`` beside ``const`` or ``enum`` is usual, and true or else nothing fits."""
        beside = given - {keyword}
        if keyword in {"const", "enum"} and "type" in beside:
            values = schema["enum"] if keyword == "enum" else [schema["const"]]
            kinds = _types(schema["type"], where)
            if not isinstance(values, list) or not all(_is_a(value, kinds) for value in values):
                raise refused(f"{where}.{keyword}", _("its values are not of the type given"))
            beside -= {"type"}
        if beside:
            raise refused(
                f"{where}.{min(beside)}", _("it can't stand beside “{keyword}”").format(keyword=keyword)
            )

    def _ref(self, target: object, where: str) -> Node:
        if not isinstance(target, str) or not target.startswith("#"):
            raise refused(where, _("only references into the same schema are followed"))
        schema = self._find(target, where)
        if id(schema) not in self._known:
            self._known[id(schema)] = rule = Ref(f"v{len(self._known)}")
            self._meant.append((rule.name, schema, where))
        return self._known[id(schema)]

    def _find(self, target: str, where: str) -> object:
        found: Any = self._schema
        for step in target.removeprefix("#").split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or key not in found:
                raise refused(where, _("there is nothing at “{target}”").format(target=target))
            found = found[key]
        return found

    def _enum(self, values: object, where: str) -> Node:
        if not isinstance(values, list) or not values:
            raise refused(where, _("a list of values is expected"))
        self._choices += len(values)
        if self._choices > MAX_CHOICES:
            raise refused(where, _("there are more than {limit} choices").format(limit=MAX_CHOICES))
        return alt(*(_json(value) for value in values))

    def _any_of(self, choices: object, where: str) -> Node:
        if not isinstance(choices, list) or not choices:
            raise refused(where, _("a list of schemas is expected"))
        return Alt(tuple(self._value(choice, f"{where}.{n}") for n, choice in enumerate(choices)))

    def _all_of(self, parts: object, where: str) -> Node:
        if not isinstance(parts, list) or len(parts) != 1:
            raise refused(where, _("only one schema can be met at a time"))
        return self._value(parts[0], f"{where}.0")

    # --- by type ---------------------------------------------------------------------------------

    def _typed(self, schema: dict[str, Any], given: set[str], where: str) -> Node:
        given = given - {"type"}
        kinds = (
            _types(schema["type"], where)
            if "type" in schema
            else [kind for kind, words in _KEYWORDS.items() if words & given][:1]
        )
        if unknown := given - {word for kind in kinds for word in _KEYWORDS[kind]}:
            raise refused(f"{where}.{min(unknown)}", _("this keyword can't be promised"))
        if not kinds:
            return Ref("value")
        nodes = [self._one_type(kind, schema, where) for kind in kinds]
        return nodes[0] if len(nodes) == 1 else Alt(tuple(nodes))

    def _one_type(self, kind: str, schema: dict[str, Any], where: str) -> Node:
        match kind:
            case "object":
                return self._object(schema, where)
            case "array":
                return self._array(schema, where)
            case "string":
                return _string(schema, where)
            case "integer" | "number":
                return _number(schema, where, whole=kind == "integer")
            case _:
                return Ref(kind)

    def _object(self, schema: dict[str, Any], where: str) -> Node:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict):
            raise refused(f"{where}.properties", _("an object is expected"))
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            raise refused(f"{where}.required", _("a list of names is expected"))
        if not properties:
            return self._open_object(schema, required, where)
        for name in required:
            if name not in properties:
                raise refused(f"{where}.required", _("“{name}” is not a property").format(name=name))
        members = {
            name: seq(_json(name), ":", _WS, self._value(inner, f"{where}.properties.{name}"))
            for name, inner in properties.items()
        }
        first = [members[name] for name in properties if name in required]
        rest = [members[name] for name in properties if name not in required]
        return seq("{", _WS, self._members(first, rest), _WS, "}")

    def _open_object(self, schema: dict[str, Any], required: Sequence[str], where: str) -> Node:
        if required:
            raise refused(f"{where}.required", _("“{name}” is not a property").format(name=required[0]))
        inner = schema.get("additionalProperties", True)
        if inner is False or "properties" in schema:
            return seq("{", _WS, "}")
        if inner is True or inner == {}:
            return Ref("object")
        value = self._value(inner, f"{where}.additionalProperties")
        return _row("{", seq(Ref("string"), ":", _WS, value), "}")

    def _members(self, first: Sequence[Node], rest: Sequence[Node]) -> Node:
        """The required ones, then any of the others, each in the order of the schema."""
        tails: list[Node] = [seq()]
        for member in reversed(rest):
            name = f"more{len(self._rules)}"
            self._rules[name] = seq(optional(",", _WS, member), tails[-1])
            tails.append(Ref(name))
        tails.reverse()
        if first:
            rows = (item for member in first for item in (literal(","), _WS, member))
            return seq(*list(rows)[2:], tails[0])
        return optional(Alt(tuple(seq(member, tail) for member, tail in zip(rest, tails[1:], strict=True))))

    def _array(self, schema: dict[str, Any], where: str) -> Node:
        low, high = _counts(schema, "minItems", "maxItems", where)
        heads, items = schema.get("prefixItems", []), schema.get("items", _ANYTHING)
        if isinstance(items, list):  # how it was written before 2020
            heads, items = items, False
        if not isinstance(heads, list):
            raise refused(f"{where}.prefixItems", _("a list of schemas is expected"))
        head = [self._value(inner, f"{where}.prefixItems.{n}") for n, inner in enumerate(heads)]
        if heads:
            if items is not False and "items" in schema:
                raise refused(f"{where}.items", _("it can't stand beside “prefixItems”"))
            if low > len(head) or (high is not None and high < len(head)):
                raise refused(f"{where}.minItems", _("it contradicts “prefixItems”"))
            rows = (item for node in head for item in (literal(","), _WS, node))
            return seq("[", _WS, *list(rows)[2:], _WS, "]")
        if high == 0 or items is False:
            if low:
                raise refused(f"{where}.minItems", _("no item is allowed"))
            return seq("[", _WS, "]")
        item = self._value(items, f"{where}.items")
        more = Repeat(seq(",", _WS, item), max(low - 1, 0), None if high is None else high - 1)
        inside = seq(item, more, _WS)
        return seq("[", _WS, inside if low else optional(inside), "]")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _types(value: object, where: str) -> list[str]:
    kinds: list[Any] = value if isinstance(value, list) else [value]
    if not kinds or not all(isinstance(kind, str) and kind in _KEYWORDS for kind in kinds):
        raise refused(f"{where}.type", _("this type is not known"))
    return list(dict.fromkeys(kinds))


def _is_a(value: object, kinds: Iterable[str]) -> bool:
    tests: dict[str, Callable[[object], bool]] = {
        "object": lambda v: isinstance(v, dict),
        "array": lambda v: isinstance(v, list),
        "string": lambda v: isinstance(v, str),
        "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
        "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        "boolean": lambda v: isinstance(v, bool),
        "null": lambda v: v is None,
    }
    return any(tests[kind](value) for kind in kinds)


def _counts(schema: Mapping[str, Any], least: str, most: str, where: str) -> tuple[int, int | None]:
    low, high = schema.get(least) or 0, schema.get(most)
    for name in (least, most):
        value = schema.get(name)
        if value is None:
            continue
        if not _is_a(value, ["integer"]) or value < 0:
            raise refused(f"{where}.{name}", _("a whole number is expected"))
        if value > MAX_REPEAT:
            raise refused(f"{where}.{name}", _("at most {limit} can be promised").format(limit=MAX_REPEAT))
    if high is not None and high < low:
        raise refused(f"{where}.{most}", _("it is less than “{name}”").format(name=least))
    return low, high


# --- strings ----------------------------------------------------------------------------------------

_FORMATS = {
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])",
    "time": r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
_FORMATS["date-time"] = f"{_FORMATS['date']}T{_FORMATS['time']}"
_PATTERN_TOKEN = re.compile(
    r"""(?P<quantifier>[*+?]|\{\d{1,4}(?:,\d{0,4})?\})|(?P<open>\((?:\?:)?)(?!\?)|(?P<close>\))|(?P<or>\|)
      |(?P<class>\[\^?(?:[^\]\\\[]|\\[dws\\\-\]\[.*+?^$/(){}|])+\])|(?P<escape>\\[dDwWsStn\\./+*?^$|()\[\]{}-])
      |(?P<any>\.)|(?P<char>[^\\\[\]{}()^$*+?|])""",
    re.VERBOSE | re.DOTALL,
)
_CLASSES = {"d": "0-9", "w": "a-zA-Z0-9_", "s": " "}
_ESCAPES = {"t": "\t", "n": "\n"}
_NOT = r'"\\\x00-\x1f\x7f'


def _string(schema: Mapping[str, Any], where: str) -> Node:
    low, high = _counts(schema, "minLength", "maxLength", where)
    pattern, form = schema.get("pattern"), schema.get("format")
    if pattern is not None:
        if "minLength" in schema or "maxLength" in schema:
            raise refused(f"{where}.pattern", _("it can't stand beside a length"))
        return seq('"', _Pattern(pattern, f"{where}.pattern").node(), '"')
    if isinstance(form, str) and form in _FORMATS and not (low or high):
        return seq('"', _Pattern(f"^({_FORMATS[form]})$", where).node(), '"')
    if (low, high) == (0, None):
        return Ref("string")
    return seq('"', Repeat(Ref("char"), low, high) if high != 0 else seq(), '"')


class _Pattern:
    """A regular expression as a grammar: characters, classes, groups, choices and repetitions."""

    def __init__(self, pattern: object, where: str) -> None:
        self._where = where
        if not isinstance(pattern, str):
            raise refused(where, _("text is expected"))
        if len(pattern) > MAX_PATTERN_CHARS:
            raise refused(where, _("it is longer than {limit} characters").format(limit=MAX_PATTERN_CHARS))
        self._starts, self._ends = pattern.startswith("^"), bool(re.search(r"(?<!\\)\$$", pattern))
        self._text = pattern[self._starts : len(pattern) - self._ends]
        self._tokens = [*self._tokenize(self._text), ("end", "")]
        self._at = 0

    def _tokenize(self, text: str) -> Iterable[tuple[str, str]]:
        at = 0
        while at < len(text):
            match = _PATTERN_TOKEN.match(text, at)
            if match is None:
                raise refused(self._where, _("“{rest}” can't be promised").format(rest=text[at : at + 20]))
            at = match.end()
            kind = match.lastgroup or ""
            yield kind, match[kind]

    def node(self) -> Node:
        inside = self._choices()
        if self._tokens[self._at][0] != "end":
            raise refused(self._where, _("a bracket is not closed"))
        if isinstance(inside, Alt) and (self._starts or self._ends):
            raise refused(self._where, _("put brackets around the choices"))
        anything = Repeat(Ref("char"))
        before, after = (() if self._starts else (anything,)), (() if self._ends else (anything,))
        return seq(*before, inside, *after)

    def _choices(self) -> Node:
        items = [self._sequence()]
        while self._tokens[self._at][0] == "or":
            self._at += 1
            items.append(self._sequence())
        return Alt(tuple(items)) if len(items) > 1 else items[0]

    def _sequence(self) -> Node:
        items: list[Node] = []
        repeated = True
        while (kind := self._tokens[self._at][0]) not in {"end", "or", "close"}:
            token = self._tokens[self._at][1]
            self._at += 1
            if kind == "quantifier":
                if repeated:
                    raise refused(self._where, _("there is nothing to repeat before “{t}”").format(t=token))
                items.append(self._repeat(items.pop(), token))
            else:
                items.append(self._atom(kind, token))
            repeated = kind == "quantifier"
        return seq(*items)

    def _repeat(self, item: Node, token: str) -> Repeat:
        low, _comma, high = {"*": "0,", "+": "1,", "?": "0,1"}.get(token, token.strip("{}")).partition(",")
        return Repeat(item, int(low), (int(high) if high else None) if _comma else int(low))

    def _atom(self, kind: str, token: str) -> Node:
        match kind:
            case "open":
                inside = self._choices()
                if self._tokens[self._at][0] != "close":
                    raise refused(self._where, _("a bracket is not closed"))
                self._at += 1
                return inside
            case "class":
                return self._class(token)
            case "any":
                return Terminal(f"[^{_NOT}]")
            case "escape":
                return self._escape(token[1])
            case _:
                return literal(_json(token)[1:-1])

    @staticmethod
    def _escape(char: str) -> Node:
        if char in _CLASSES:
            return Terminal(f"[{_CLASSES[char]}]")
        if char.lower() in _CLASSES:
            return Terminal(f"[^{_CLASSES[char.lower()]}{_NOT}]")
        return literal(_json(_ESCAPES.get(char, char))[1:-1])

    def _class(self, token: str) -> Node:
        negated = token.startswith("[^")
        inside = token[2 if negated else 1 : -1]
        if not negated and ('"' in inside or "\\\\" in inside):  # JSON writes them as two characters
            raise refused(self._where, _("quotation marks and backslashes in a class can't be promised"))
        try:
            re.compile(token)
        except re.error as error:
            raise refused(self._where, str(error)) from error
        members = re.sub(r"\\(.)", lambda m: _CLASSES.get(m[1]) or _code(m[1]), inside)
        return Terminal(f"[^{members}{_NOT}]" if negated else f"[{members}]")


def _code(char: str) -> str:
    return f"\\x{ord(char):02x}"


# --- numbers ----------------------------------------------------------------------------------------


def _number(schema: Mapping[str, Any], where: str, *, whole: bool) -> Node:
    low, open_low = _bound(schema, "minimum", "exclusiveMinimum", where, max)
    high, open_high = _bound(schema, "maximum", "exclusiveMaximum", where, min)
    if low is None and high is None:
        return Ref("integer" if whole else "number")
    if whole:
        low, high = (
            None if low is None else low + open_low,
            None if high is None else high - open_high,
        )
        open_low = open_high = False
    parts: list[Node] = []
    if high is None or high >= 0:
        bottom = 0 if low is None or low < 0 else low
        inclusive = not (open_low and bottom == low)
        parts.extend(_magnitudes(bottom, high, inclusive, not open_high, whole=whole))
    if low is None or low < 0:
        nearest = 0 if high is None or high >= 0 else -high
        inclusive = high is None or high >= 0 or not open_high
        far = None if low is None else -low
        parts.extend(seq("-", n) for n in _magnitudes(nearest, far, inclusive, not open_low, whole=whole))
    if not parts:
        raise refused(where, _("no number lies between its bounds"))
    return Alt(tuple(parts))


def _bound(
    schema: Mapping[str, Any], closed: str, open_: str, where: str, tighter: Callable[..., int]
) -> tuple[int | None, bool]:
    found = {}
    for name in (closed, open_):
        if name in schema:
            value = schema[name]
            if not _is_a(value, ["number"]) or not abs(value) < 10**15 or value != int(value):
                raise refused(f"{where}.{name}", _("only whole numbers can be promised as bounds"))
            found[name] = int(value)
    if not found:
        return None, False
    value = tighter(found.values())
    return value, found.get(open_) == value


def _magnitudes(
    low: int, high: int | None, with_low: bool, with_high: bool, *, whole: bool
) -> Iterable[Node]:
    """Numbers without a sign from ``low`` to ``high``, these included or not."""
    if whole:
        if high is None or low <= high:
            yield _between(low, high)
        return
    if high is None or low < high:
        if with_low:
            yield _between(low, None if high is None else high - 1, Ref("fraction"))
        else:
            some = seq(literal(f"{low}."), Repeat(_DIGITS, 0, 14), Terminal("[1-9]"))
            yield some
            if high is None or low + 1 < high:
                yield _between(low + 1, None if high is None else high - 1, Ref("fraction"))
    if high is not None and with_high and (low < high or (low == high and with_low)):
        yield literal(str(high))


def _between(low: int, high: int | None, tail: Node | None = None) -> Node:
    choices: list[Node] = []
    digits = len(str(low))
    while high is None or digits <= len(str(high)):
        bottom = max(low, 10 ** (digits - 1) if digits > 1 else 0)
        if high is None and bottom == 10 ** (digits - 1):
            choices.append(seq(Terminal("[1-9]"), Repeat(_DIGITS, digits - 1, 15)))
            break
        top = 10**digits - 1 if high is None else min(high, 10**digits - 1)
        choices.append(_same_length(str(bottom), str(top)))
        digits += 1
    return seq(Alt(tuple(choices)), *(() if tail is None else (Repeat(tail, 0, 1),)))


def _same_length(low: str, high: str) -> Node:
    if low == high:
        return literal(low)
    if len(low) == 1:
        return Terminal(f"[{low}-{high}]")
    if set(low) == {"0"} and set(high) == {"9"}:
        return Repeat(_DIGITS, len(low), len(low))
    if low[0] == high[0]:
        return seq(low[0], _same_length(low[1:], high[1:]))
    rest = len(low) - 1
    choices: list[Node] = [seq(low[0], _same_length(low[1:], "9" * rest))]
    if int(high[0]) - int(low[0]) > 1:
        choices.append(seq(Terminal(f"[{int(low[0]) + 1}-{int(high[0]) - 1}]"), Repeat(_DIGITS, rest, rest)))
    choices.append(seq(high[0], _same_length("0" * rest, high[1:])))
    return Alt(tuple(choices))
