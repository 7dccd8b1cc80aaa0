"""Grammars (llama.cpp's GBNF) as values: written, read, and judged before an engine sees them.

llama.cpp expands a grammar in the thread that computes everybody's tokens. A repetition whose bounds
are swapped, or a few hundred parts that may all be empty, keep it there for ever; a grammar that fits
no text is answered with noise. So what is sent has been found finite, satisfiable and cheap here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

MAX_CHARS = 50_000
MAX_REPEAT = 1000
MAX_STARTS = 1000  # ways to begin a rule: 2,000 cost the engine 0.1 s a token, 50,000 never end
MAX_SKIPPED = 100  # parts in a row that may be empty: 50 cost nothing, 150 a tenth of a second a token
MAX_RULES = 500
MAX_NODES = 20_000  # each is looked at a few times: 0.1 s
MAX_COPIES = 50_000  # the engine writes what is counted out as often as it may come
FIRST_PRINTABLE, FIRST_SURROGATE, LAST_SURROGATE = 0x20, 0xD800, 0xDFFF
FIRST_UNSPELLED = 0x100000  # private planes from here on: their first byte is in few vocabularies
MAX_DEPTH = 100


@dataclass(frozen=True)
class Terminal:
    """What is read character by character: GBNF's own notation; ``empty`` for the literal ``""``."""

    text: str
    empty: bool = False


@dataclass(frozen=True)
class Ref:
    """Another rule."""

    name: str


@dataclass(frozen=True)
class Seq:
    """One after the other; of nothing: the empty text."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Alt:
    """One of these; of nothing: no text at all."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """``low`` to ``high`` times; ``None`` is without end."""

    item: Node
    low: int = 0
    high: int | None = None


Node = Terminal | Ref | Seq | Alt | Repeat
Rules = dict[str, Node]


def literal(text: str) -> Terminal:
    """Exactly this text."""
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return Terminal(f'"{escaped}"', empty=not text)


def seq(*items: Node | str) -> Seq:
    """These in a row; a string is a literal."""
    return Seq(tuple(literal(item) if isinstance(item, str) else item for item in items))


def alt(*items: Node | str) -> Alt:
    """One of these; a string is a literal."""
    return Alt(tuple(literal(item) if isinstance(item, str) else item for item in items))


def optional(*items: Node | str) -> Repeat:
    """These or nothing."""
    return Repeat(seq(*items), 0, 1)


def renamed(rules: Mapping[str, Node], prefix: str, but: Container[str]) -> Rules:
    """The same rules under other names, so that they can stand beside others."""

    def rename(node: Node) -> Node:
        match node:
            case Ref(name):
                return node if name in but else Ref(prefix + name)
            case Seq(items):
                return Seq(tuple(map(rename, items)))
            case Alt(items):
                return Alt(tuple(map(rename, items)))
            case Repeat(item, low, high):
                return Repeat(rename(item), low, high)
            case _:
                return node

    return {name if name in but else prefix + name: rename(node) for name, node in rules.items()}


# --- written ----------------------------------------------------------------------------------------


def render(rules: Mapping[str, Node]) -> str:
    """The GBNF text; the rule ``root`` is the whole answer."""
    return "\n".join(f"{name} ::= {_show(node)}" for name, node in rules.items())


def _show(node: Node) -> str:
    match node:
        case Terminal(text):
            return text
        case Ref(name):
            return name
        case Seq(items):
            return " ".join(f"({_show(i)})" if isinstance(i, Alt) else _show(i) for i in items) or '""'
        case Alt(items):
            return " | ".join(map(_show, items))
        case Repeat(item, low, high):
            shown = _show(item) if isinstance(item, Terminal | Ref) else f"({_show(item)})"
            return shown + _times(low, high)


def _times(low: int, high: int | None) -> str:
    short = {(0, 1): "?", (0, None): "*", (1, None): "+"}
    return short.get((low, high)) or f"{{{low},{'' if high is None else high}}}"


# --- read -------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""(?P<space>[ \t]+|\#[^\n]*)|(?P<line>\r?\n)
      |(?P<rule>[A-Za-z][A-Za-z0-9-]*)[ \t]*::=
      |(?P<name>[A-Za-z][A-Za-z0-9-]*)
      |(?P<literal>"(?:[^"\\\n]|\\.)*")
      |(?P<class>\[(?:[^\]\\\n]|\\.)+\]|\.)
      |(?P<times>[*+?]|\{\d{1,4}(?:,\d{0,4})?\})
      |(?P<mark>[()|])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r'\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[trn\\"\[\]])')
_CHAR = r"\\x..|\\u.{4}|\\U.{8}|\\.|[^\\]"
_MEMBER = re.compile(f"({_CHAR})(?:-({_CHAR}))?", re.DOTALL)


def parse(text: str, field: str) -> Rules:
    """The rules of a GBNF text.

    Raises:
        InvalidRequest: it is not one; ``field`` is what the error names.
    """
    if len(text) > MAX_CHARS:
        raise refused(field, _("it is longer than {limit} characters").format(limit=MAX_CHARS))
    return _Parser(text, field).rules()


class _Parser:
    """Recursive descent over tokens. Lines matter only where the next one begins a rule."""

    def __init__(self, text: str, field: str) -> None:
        self._field = field
        self._tokens = [*self._tokenize(text), ("end", "")]
        self._at = 0
        self._depth = 0

    def _tokenize(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                line = text.count("\n", 0, at) + 1
                raise refused(self._field, _("line {line} can't be read").format(line=line))
            at = match.end()
            if (kind := match.lastgroup or "") not in {"space", "line"}:
                yield kind, match[kind]

    def rules(self) -> Rules:
        rules: Rules = {}
        while (token := self._next())[0] != "end":
            if token[0] != "rule" or token[1] in rules:
                raise refused(self._field, _("“{token}” is not expected here").format(token=token[1]))
            rules[token[1]] = self._alternatives()
        return rules

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _alternatives(self) -> Node:
        items = [self._sequence()]
        while self._tokens[self._at] == ("mark", "|"):
            self._at += 1
            items.append(self._sequence())
        return Alt(tuple(items)) if len(items) > 1 else items[0]

    def _sequence(self) -> Node:
        items: list[Node] = []
        while (kind := self._tokens[self._at][0]) not in {"end", "rule"}:
            sign = self._tokens[self._at][1]
            if kind == "mark" and sign in "|)":
                break
            self._at += 1
            if kind == "times":
                if not items:
                    raise refused(self._field, _("there is nothing to repeat before “{t}”").format(t=sign))
                items.append(Repeat(items.pop(), *_bounds(sign)))
            else:
                items.append(self._group() if sign == "(" else self._terminal(kind, sign))
        return Seq(tuple(items)) if len(items) != 1 else items[0]

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refused(self._field, _("it is nested too deep"))
        inside = self._alternatives()
        self._depth -= 1
        if self._next() != ("mark", ")"):
            raise refused(self._field, _("a bracket is not closed"))
        return inside

    def _terminal(self, kind: str, sign: str) -> Node:
        if kind == "name":
            return Ref(sign)
        if "\\" in _ESCAPE.sub("", sign):
            raise refused(self._field, _("{sign} has an escape that is not known").format(sign=sign))
        return Terminal(sign, empty=sign == '""')


def _bounds(sign: str) -> tuple[int, int | None]:
    if sign in "*+?":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
    low, comma, high = sign[1:-1].partition(",")
    return int(low), (int(high) if high else None) if comma else int(low)


# --- judged -----------------------------------------------------------------------------------------


def check(rules: Mapping[str, Node], field: str) -> None:
    """That an engine can use these rules.

    Raises:
        InvalidRequest: a rule is missing, nothing fits, or it costs too much; ``field`` is named.
    """
    if "root" not in rules:
        raise refused(field, _("there is no rule “root”"))
    if len(rules) > MAX_RULES:
        raise refused(field, _("it has more than {limit} rules").format(limit=MAX_RULES))
    judge = _Judge(rules, field)
    try:
        judge.defined()
        judge.writable()
        judge.bounded()
        judge.satisfiable()
        judge.cheap()
    except RecursionError as error:
        raise refused(field, _("it is nested too deep")) from error


class _Judge:
    """Finds out about each node once; what it finds is kept by the node's identity."""

    def __init__(self, rules: Mapping[str, Node], field: str) -> None:
        self._rules = rules
        self._field = field
        self._nodes = self._every_node()
        self._empty: set[int] = set()
        self._cost: dict[int, tuple[int, int]] = {}
        self._entered: list[str] = []

    def _every_node(self) -> Sequence[Node]:
        found: dict[int, Node] = {}
        pending: list[Node] = list(self._rules.values())
        while pending:
            node = pending.pop()
            if id(node) not in found:
                found[id(node)] = node
                pending.extend(_children(node))
            if len(found) > MAX_NODES:
                raise refused(self._field, _("it has more than {limit} parts").format(limit=MAX_NODES))
        return list(found.values())

    def defined(self) -> None:
        for node in self._nodes:
            if isinstance(node, Ref) and node.name not in self._rules:
                raise refused(self._field, _("there is no rule “{name}”").format(name=node.name))

    def writable(self) -> None:
        for node in self._nodes:
            if isinstance(node, Terminal) and not _is_writable(node.text):
                raise refused(self._field, _("no model can write {sign}").format(sign=node.text))

    def bounded(self) -> None:
        self._empty = self._least(lambda node: node.empty)
        copies = 0
        for node in self._nodes:
            if isinstance(node, Repeat):
                if node.high is not None and node.high < node.low:
                    raise refused(self._field, _("a repetition ends before it begins"))
                times = max(node.low, node.high or 0)
                if times > MAX_REPEAT:
                    raise refused(
                        self._field, _("more than {limit} repetitions are asked for").format(limit=MAX_REPEAT)
                    )
                if node.high != 1 and id(node.item) in self._empty:
                    raise refused(self._field, _("something that may be empty is repeated"))
                copies += times * (len(node.item.text) if isinstance(node.item, Terminal) else 1)
        if copies > MAX_COPIES:
            raise refused(
                self._field, _("more than {limit} repetitions are asked for").format(limit=MAX_COPIES)
            )

    def satisfiable(self) -> None:
        if id(self._rules["root"]) not in self._least(lambda _node: True):
            raise refused(self._field, _("no text can ever fit it"))

    def _least(self, holds: Callable[[Terminal], bool]) -> set[int]:
        """The nodes of which something holds that holds of these terminals, of what may be left out, of
        rows of such nodes, and of choices among them. Each is told once, in whatever order the rules stand.
        """
        above: dict[int, list[Node]] = defaultdict(list)
        lacking: dict[int, int] = {}
        pending: list[Node] = []
        for node in self._nodes:
            parts = (self._rules[node.name],) if isinstance(node, Ref) else _children(node)
            for part in parts:
                above[id(part)].append(node)
            lacking[id(node)] = len(parts) if isinstance(node, Seq) else 1
            if _holds_alone(node, holds):
                pending.append(node)
        known: set[int] = set()
        while pending:
            node = pending.pop()
            if id(node) not in known:
                known.add(id(node))
                for outer in above[id(node)]:
                    lacking[id(outer)] -= 1
                    if not lacking[id(outer)]:
                        pending.append(outer)
        return known

    def cheap(self) -> None:
        for name in self._rules:
            self._rule(name)
        for node in self._nodes:
            if isinstance(node, Seq):
                for stretch in list(self._stretches(node.items))[1:]:
                    self._affordable(*self._row(stretch))

    def _rule(self, name: str) -> tuple[int, int]:
        """Ways to begin this rule, and how many parts the longest of them skips."""
        if name in self._entered:
            raise refused(self._field, _("the rule “{name}” begins with itself").format(name=name))
        if len(self._entered) > MAX_DEPTH:
            raise refused(self._field, _("it is nested too deep"))
        self._entered.append(name)
        cost = self._beginnings(self._rules[name])
        self._entered.pop()
        self._affordable(*cost)
        return cost

    def _affordable(self, starts: int, skipped: int) -> None:
        if starts > MAX_STARTS or skipped > MAX_SKIPPED:
            raise refused(self._field, _("it leaves too many choices open"))

    def _beginnings(self, node: Node) -> tuple[int, int]:
        if id(node) not in self._cost:
            self._cost[id(node)] = self._counted(node)
        return self._cost[id(node)]

    def _counted(self, node: Node) -> tuple[int, int]:
        match node:
            case Terminal():
                return 1, 0
            case Ref(name):
                return self._rule(name)
            case Alt(items):
                found = [self._beginnings(item) for item in items]
                return sum(f[0] for f in found), max((f[1] for f in found), default=0)
            case Repeat(item):
                starts, skipped = self._beginnings(item)
                return starts + 1, skipped
            case Seq(items):
                return self._row(next(self._stretches(items)))

    def _stretches(self, items: Iterable[Node]) -> Iterator[Sequence[Node]]:
        """A row, cut after each part that can't be empty: what one step of the engine may look at."""
        stretch: list[Node] = []
        for item in items:
            stretch.append(item)
            if id(item) not in self._empty:
                yield stretch
                stretch = []
        yield stretch

    def _row(self, stretch: Iterable[Node]) -> tuple[int, int]:
        starts = skipped = passed = 0
        for item in stretch:
            more, deeper = self._beginnings(item)
            starts += more
            skipped = max(skipped, passed + deeper)
            if id(item) in self._empty:
                passed += max(1, deeper)
        return starts, max(skipped, passed)


def _holds_alone(node: Node, holds: Callable[[Terminal], bool]) -> bool:
    match node:
        case Terminal():
            return holds(node)
        case Seq(items):
            return not items
        case Repeat(low=low):
            return low == 0
        case _:
            return False


def _is_writable(sign: str) -> bool:
    """Whether tokens can spell it: an engine that finds none fails, or dies."""
    if sign[0] == '"':
        return all(_is_spelled(_code(char)) for char in re.findall(_CHAR, sign[1:-1], re.DOTALL))
    if sign[0] != "[":
        return True
    negated = sign[1] == "^"
    members = [
        (_code(first), _code(last or first)) for first, last in _MEMBER.findall(sign[1 + negated : -1])
    ]
    if not members or any(first > last for first, last in members):
        return False
    if not negated:
        return all(_is_spelled(code) for member in members for code in member)
    free = FIRST_PRINTABLE
    for first, last in sorted(members):
        if first > free:
            break
        free = max(free, last + 1)
    return free < FIRST_SURROGATE


def _code(char: str) -> int:
    return int(char[2:], 16) if len(char) > 2 else ord(char[-1])


def _is_spelled(code: int) -> bool:
    return 0 < code < FIRST_SURROGATE or LAST_SURROGATE < code < FIRST_UNSPELLED


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Seq(items) | Alt(items):
            return items
        case Repeat(item):
            return (item,)
        case _:
            return ()


def refused(field: str, reason: str) -> InvalidRequest:
    """The error for a form of answer that can't be kept."""
    return InvalidRequest(
        _("“{field}” can't be used: {reason}.").format(field=field, reason=reason),
        _("Change the form that is asked for, or leave it out."),
        field=field,
    )
