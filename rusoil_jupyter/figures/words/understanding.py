"""Questions in Russian and English as queries, by rules: no model, no guess where two readings are equally
good."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from rusoil_jupyter.figures.values.flat import Flat
from rusoil_jupyter.figures.words import asking as ask
from rusoil_jupyter.figures.words import dates, grammar, numbers
from rusoil_jupyter.figures.words.accounting import unaccounted
from rusoil_jupyter.figures.words.grammar import Understood
from rusoil_jupyter.figures.words.mentions import Token, Tokens, tokens_of, useful_series
from rusoil_jupyter.figures.words.stems import alike, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.values.description import AxisName, Cell, FigureDescription, Panel, Series
    from rusoil_jupyter.figures.values.flat import FlatOp
    from rusoil_jupyter.figures.values.queries import Query

MOST_CHARS = 2000
_GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})
_BOXES = frozenset({"box", "violin"})
_DISCRETE = frozenset({"bar", "pie", "scatter", "stem", "box", "violin", "histogram"})


_NOUNS_OF_KINDS = (
    (re.compile(r"(?<!\w)(?:bars?|columns?|столб\w+)(?!\w)"), frozenset({"bar", "histogram"})),
    (re.compile(r"(?<!\w)(?:lines?|curves?|лини\w+|крив\w+)(?!\w)"), frozenset({"line", "step", "area"})),
    (re.compile(r"(?<!\w)(?:points|dots?|markers?|точек|точках)(?!\w)"), frozenset({"scatter", "stem"})),
)


class _NotSureError(Exception):
    """Two readings are equally good, or something the question needs is not in the figure."""


def understand(question: str, description: FigureDescription) -> Query | None:
    """The query that a whole question asks for, or ``None`` where the rules do not understand it surely."""
    return understood(question, description).query


def understood(question: str, description: FigureDescription) -> Understood:
    """What a question asks for, by the grammar, else by the rules for what the grammar does not know.

    Args:
        question: in Russian or English; of a long text only the beginning is read.
        description: the figure; labels, categories and panels are found in the question by their words.
    """
    question = question[:MOST_CHARS].strip()
    if not question:
        return Understood()
    whole = grammar.understood(question, description)
    if whole.query is not None or whole.absent is not None:
        return whole
    ruled = by_rules(question, description)
    if ruled.query is not None and not whole.candidates:
        return ruled
    return Understood(left=whole.left or ruled.left, candidates=whole.candidates)


def by_rules(question: str, description: FigureDescription) -> Understood:
    """What the rules make of a question: what is written on a figure, diagrams, fits, trends."""
    left: tuple[str, ...] = ()
    for mask_axes in (True, False):
        try:
            rules = _Rules(tokens_of(question, description, mask_axes=mask_axes), description)
            query = rules.query()
        except _NotSureError:
            break
        if query is not None:
            left = unaccounted(rules.text, rules.tokens, query, description)
            return Understood(None if left else query.query(description), left)
        if not _asks_label_alone(rules.text):
            break
    return Understood(left=left)


def _asks_label_alone(text: str) -> bool:
    """Whether besides labels and places nothing is said: "what is the <a0> for <c0>", «<a0>?».

    Only then a label's own words may ask: of "Maximum temperature" the maximum.
    """
    left = re.sub(r"<\w+>", " ", text)
    return all(_IDLE.match(word) for word in re.findall(r"[^\W\d_]+", left))


_IDLE = re.compile(
    r"^(?:what|whats|s|is|was|were|are|the|a|an|of|for|in|at|on|to|from|by|how|large|big|much|find|give|tell|show|"
    r"me|please|value|values|all|here|this|that|it|and|each|every|overall|"
    r"как\w+|каков\w*|чему|рав\w+|сколько|составля\w+|найди\w*|назови\w*|скажи\w*|значени\w+|в|на|для|по|у|при|за|"
    r"и|из|от|до|с|был\w*|это|все\w*|здесь|этом|график\w*|пожалуйста)$"
)


class _Rules:
    def __init__(self, tokens: Tokens, description: FigureDescription) -> None:
        self.tokens = tokens
        self.text = tokens.text
        self.description = description
        self.panels = [panel for panel in description.panels if panel.id in tokens.panels]
        self.series_tokens = list({token.series: token for token in tokens.all("s")}.values())
        self.categories = tokens.all("c")
        self.axes = tokens.all("a")
        self.levels: dict[str, str] = {}  # token name -> above | below | equal
        self._find_levels()

    def query(self) -> Flat | None:
        steps: tuple[Callable[[], Flat | None], ...] = (
            self._diagram,
            self._written,
            self._counted,
            self._shape,
            self._meeting,
            self._order,
            self._relation,
            self._level,
            self._statistic,
            self._value,
            self._whole,
        )
        if ask.UNKNOWN.search(self.text):
            return None
        for step in steps:
            query = step()
            if query is not None:
                return self._of_all_named(query)
        return None

    def _of_all_named(self, query: Flat) -> Flat:
        """A question that names several series is one about them all, or not understood.

        Raises:
            _NotSureError: it names some of the series, and the query would be about one.
        """
        if len(self.series_tokens) < 2 or query.other or not query.series:
            return query
        named = {identity for token in self.series_tokens for identity in token.series}
        if named == {series.id for _panel, series in self._pairs()} and query.op != "series":
            if query.op == "value_at" and self.has(ask.SUM):
                return query.model_copy(update={"series": "", "op": "sum"})
            return query.model_copy(update={"series": ""})
        raise _NotSureError

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text) is not None

    # --- which series ------------------------------------------------------------------------------

    def _pairs(self) -> list[tuple[Panel, Series]]:
        return [(panel, series) for panel in self.panels for series in useful_series(panel)]

    def _candidates(self, position: int = 0) -> list[tuple[Panel, Series]]:
        """The series that the question can be about: those it names, else those on the axis it names, else
        all."""
        pairs = self._of_named_kind(self._pairs())
        if position < len(self.series_tokens):
            ids = self.series_tokens[position].series
            return [(panel, series) for panel, series in pairs if series.id in ids]
        dependents = {
            (token.panel, token.axis)
            for token in self.axes
            if any(token.axis == _value_axis(s) and p.id == token.panel for p, s in pairs)
        }
        keys = {axis for _panel, axis in dependents}
        named = {
            token.panel for token in self.axes if token.axis in keys and len({p.id for p, _ in pairs}) > 1
        }
        if keys:
            chosen = [(p, s) for p, s in pairs if _value_axis(s) in keys]
            labels = {plain(t.text) for t in self.axes if t.axis in keys}
            same = [(p, s) for p, s in chosen if plain(_label(p, _value_axis(s))) in labels or p.id in named]
            pairs = same or chosen
        if self.categories:
            holding = [(p, s) for p, s in pairs if all(_holds(p, s, token) for token in self.categories)]
            pairs = holding or pairs
        return pairs

    def _of_named_kind(self, pairs: list[tuple[Panel, Series]]) -> list[tuple[Panel, Series]]:
        """What is meant by "the bar" of bars with a line over them: the marks that are called so."""
        kinds = [known for noun, known in _NOUNS_OF_KINDS if noun.search(self.text)]
        if len(kinds) != 1 or self.series_tokens:
            return pairs
        return [(panel, series) for panel, series in pairs if series.kind in kinds[0]] or pairs

    def subject(self, position: int = 0, *, one: bool = False) -> dict[str, Any]:
        """``series`` and ``panel`` of a query.

        Raises:
            _NotSureError: several fit equally well and can't be asked together.
        """
        found = self._candidates(position)
        panels = list(dict.fromkeys(panel.id for panel, _series in found))
        named = position < len(self.series_tokens)
        panel = panels[0] if len(panels) == 1 and len(self.description.panels) > 1 else ""
        if len(found) == 1:
            return {"series": found[0][1].id, "panel": panel}
        if not found or (named and len(found) > 1 and not self._same_thing(found)):
            raise _NotSureError
        if named and len(found) > 1 and not self._named_by_axis(found):
            raise _NotSureError
        if len(panels) > 1 and not self._alike(found):
            raise _NotSureError
        if one:
            raise _NotSureError
        return {"series": "", "panel": panel}

    def _named_by_axis(self, found: list[tuple[Panel, Series]]) -> bool:
        """Whether all that is drawn is called like its axis: points and the line through them."""
        labels = {plain(_label(panel, _value_axis(series))) for panel, series in found}
        own = {plain(series.label) for _panel, series in found}
        return len(found) == len(self._pairs()) and labels == own and len(labels) == 1

    @staticmethod
    def _same_thing(found: list[tuple[Panel, Series]]) -> bool:
        return len({series.label for _panel, series in found}) == 1

    @staticmethod
    def _alike(found: list[tuple[Panel, Series]]) -> bool:
        """Whether panels are facets of one plot: the same marks against the same axes in each."""
        labels = {
            (series.kind, _label(panel, _value_axis(series)), _label(panel, _place_axis(series)))
            for panel, series in found
        }
        return len(labels) == 1

    def first_series(self) -> tuple[Panel, Series] | None:
        found = self._candidates()
        return found[0] if found else None

    # --- numbers: levels and places -----------------------------------------------------------------

    def _find_levels(self) -> None:
        self.text = re.sub(ask.ZERO, self._zero, self.text)
        self.text = ask.MEANS.sub(r"\1 \2denote", self.text)
        for match in ask.EXCEEDED.finditer(self.text):
            if self.tokens.found[match[1]].number is not None:
                self.levels[match[1]] = "above" if match["above"] else "equal"
        place_label = self._place_axis_words()
        for way, form in (("above", ask.ABOVE_LEVEL), ("below", ask.BELOW_LEVEL), ("equal", ask.EQUAL_LEVEL)):
            for match in re.finditer(rf"(?<![\w>]){form}{ask.FILLER}<(n\d+)>", self.text):
                name = match[1]
                before = self.text[max(0, match.start() - 30) : match.start()]
                between = self.text[match.start() : match.start(1) - 1]
                if (
                    way != "equal"
                    and re.search(r"\s(?:at|in|on|в|на|при)\s*$", between)
                    and not re.search(r"level|mark|threshold|значени|уровн|отметк|порог|величин", between)
                ):
                    continue  # "larger in 2007": a place
                if name in self.levels or re.search(rf"(?:{place_label})\s*(?:is|are|of|-|)?\s*$", before):
                    continue
                if re.match(r"\s*(?:and|и|до|to)\s*<n\d+>", self.text[match.end() :]) and way != "equal":
                    continue
                token = self.tokens.found[name]
                if token.number is None or (token.when is not None and self._dates()):
                    continue
                self.levels[name] = way
        self._find_levels_by_axis()

    def _find_levels_by_axis(self) -> None:
        """«При давлении 10 МПа»: the number stands right behind the axis that it is a value of."""
        values = {_value_axis(series) for _panel, series in self._pairs()}
        keys = {_place_axis(series) for _panel, series in self._pairs()}
        asked = [t for t in self.axes if t.axis in keys - values]
        for match in re.finditer(r"<(a\d+)>\s*(?:=|of|is)?\s*<(n\d+)>", self.text):
            token = self.tokens.found[match[2]]
            is_value = self.tokens.found[match[1]].axis in values - keys
            if asked and is_value and match[2] not in self.levels and token.number is not None:
                self.levels[match[2]] = "equal"

    def _zero(self, match: re.Match[str]) -> str:
        name = f"n9{len(self.tokens.found)}"
        self.tokens.found[name] = Token("n", match.group(0), number=numbers.Written(0.0, 0, 0, 0.0))
        return f"<{name}>"

    def _place_axis_words(self) -> str:
        keys = {
            name
            for panel, series in self._pairs()
            for name in ((series.x, series.y) if series.kind in _GRIDS else (_place_axis(series),))
            if (axis := panel.axes.get(name)) is not None and axis.kind != "category"
        }
        values = {_value_axis(series) for _panel, series in self._pairs()}
        names = [name for name, t in self.tokens.found.items() if t.kind == "a" and t.axis in keys - values]
        return "|".join(["x(?!\\w)", *[f"<{name}>" for name in names]])

    def _dates(self) -> bool:
        return any(
            (
                panel.axes.get(_place_axis(series)) is not None
                and panel.axes[_place_axis(series)].kind == "date"
            )
            for panel, series in self._pairs()
        )

    def level(self) -> tuple[float, str] | None:
        """The number to be reached, and from which side."""
        for name, way in self.levels.items():
            number = self.tokens.found[name].number
            if number is not None:
                return self._scaled(number), way
        return None

    def _scaled(self, number: numbers.Written) -> float:
        pair = self.first_series()
        axis = pair[0].axes.get(_value_axis(pair[1])) if pair else None
        label = plain(f"{axis.label} {axis.unit}") if axis is not None else ""
        if number.many != 1.0 and re.search(r"тыс|млн|млрд|thousand|million|billion|mln", label):
            return number.value / number.many
        return number.value

    def places(self) -> list[tuple[int, Cell, Cell]]:
        """The places named, in order of the text: where the token stands, the place, its end where it has
        one."""
        found: list[tuple[int, Cell, Cell]] = []
        pair = self.first_series()
        axis = pair[0].axes.get(_place_axis(pair[1])) if pair else None
        kind = axis.kind if axis is not None else "number"
        if pair is not None and pair[1].kind == "pie":
            kind = "category"
        for match in re.finditer(r"<([cn]\d+)>", self.text):
            name = match[1]
            token = self.tokens.found[name]
            if name in self.levels:
                continue
            if token.kind == "c":
                found.append((match.start(), token.category, None))
            elif kind == "date":
                start, end = self._date(token)
                found.append((match.start(), start, end))
            elif kind == "category" and axis is not None:
                category = _category_of(token, axis.categories)
                if category:
                    found.append((match.start(), category, None))
            elif token.number is not None:
                found.append((match.start(), token.number.value, None))
        return found

    def _date(self, token: Token) -> tuple[Cell, Cell]:
        when = token.when
        if when is None and token.number is not None and 1000 <= token.number.value <= 2999:
            return f"{token.number.value:.0f}", None
        if when is None:
            raise _NotSureError
        if when.month:
            year = self._only_year(when.month)
            return f"{year:04d}-{when.month:02d}", None
        return when.start, when.end or None

    def _only_year(self, month: int) -> int:
        """The year in which a month without a year lies, where the data leave one.

        Raises:
            _NotSureError: there are several, or the data are not dated.
        """
        pair = self.first_series()
        ends = _ends(*pair) if pair else None
        if ends is None or not all(isinstance(end, str) and len(end) >= 7 for end in ends):
            raise _NotSureError
        low, high = str(ends[0])[:7], str(ends[1])[:7]
        years = [y for y in range(int(low[:4]), int(high[:4]) + 1) if low <= f"{y:04d}-{month:02d}" <= high]
        if len(years) != 1:
            raise _NotSureError
        return years[0]

    def interval(self) -> dict[str, Any]:
        """``at`` and ``until`` of a query: a place, an interval, or one that is open to one side."""
        found = self.places()
        if not found:
            return {}
        text = self.text
        if len(found) == 1:
            at, place, end = found[0]
            if end is not None:
                return {"at": place, "until": end}
            before = text[max(0, at - 40) : at]
            if re.search(
                r"(?:\b(?:after|since|from|later than|beyond|starting (?:from|in|at)|onward from)|\b(?:после|"
                r"начиная с|с|позже|позднее))"
                r"\s+(?:the\s+|x\s*=?\s*|год\w*\s+)*$",
                before,
            ) or re.search(
                r"(?:x|<a\d+>|depth|глубин\w*)\s*(?:is\s+)?(?:>|above|over|greater than|more than|больше|"
                r"выше|более)\s*$",
                before,
            ):
                last = self._data_end(1)
                if re.search(r"(?:after|later than|beyond|после|позже|позднее)\s+(?:the\s+)?$", before):
                    place = dates.next_period(place, 1)
                return {"at": place, "until": last} if last is not None else {"at": place}
            if re.search(
                r"\b(?:before|until|up to|prior to|earlier than|до|раньше|ранее|вплоть до)\s+(?:the\s+|"
                r"x\s*=?\s*)*$",
                before,
            ) or re.search(
                r"(?:x|<a\d+>)\s*(?:is\s+)?(?:below|under|less than|меньше|ниже|менее)\s*$", before
            ):
                early = re.search(
                    r"(?:before|prior to|earlier than|\bдо|раньше|ранее)\s+(?:the\s+)?$", before
                )
                return {"until": dates.next_period(place, -1) if early else place}
            return {"at": place}
        (first, start, _e), (second, end, last) = found[0], found[1]
        inside = re.sub(r"^<\w+>", "", text[first:second])
        before = text[max(0, first - 40) : first]
        joined = r"\s*(?:-|to|until|till|through|по|до|\.\.+|and\s+up\s+to)(?:\s|$|<)"
        named = r"between|from|range|interval|period|\bот\b|\bсо?\b|между|интервал|период|диапазон|промежут"
        if not re.match(joined, inside) and not re.search(named, before):
            raise _NotSureError
        return {"at": start, "until": last or end}

    def _data_end(self, side: int) -> Cell:
        pair = self.first_series()
        ends = _ends(*pair) if pair else None
        return ends[side] if ends else None

    # --- diagrams ----------------------------------------------------------------------------------

    def _diagram(self) -> Flat | None:
        diagram = self.description.diagram
        if diagram is None:
            return None
        text, named = self.text, [token.node for token in self.tokens.all("v")]
        nouns = (
            r"(?:nodes?|box(?:es)?|blocks?|steps?|stages?|elements?|states?|vert\w+|узл\w*|блок\w*|"
            r"элемент\w*|шаг\w*|этап\w*|вершин\w*|стади\w*|состояни\w*|объект\w*|прямоугольник\w*)"
        )
        links = (
            r"(?:edges?|arrows?|connections?|links?|connectors?|transitions?|стрел\w*|связ\w*|ребер|"
            r"ребр\w*|соединени\w*|переход\w*|дуг\w*|лини\w*)"
        )
        if len(named) >= 2:
            label = re.search(r"label|written|условие|подпис|надпис|написан|condition", text)
            if label:
                return Flat(op="edges", node=named[0], to=named[1])
            if re.search(
                r"path|way|route|get|reach|from .* to|how|путь|пути|маршрут|дойти|попасть|добраться|из .* в|"
                r"от .* (?:до|к)|как|через",
                text,
            ):
                return Flat(op="path", node=named[0], to=named[1])
            if re.search(r"connect|edge|arrow|link|leads?|directly|связан|соедин|стрелк|ведет|переход", text):
                return Flat(op="edges", node=named[0], to=named[1])
            return None
        if len(named) == 1:
            one = named[0]
            before = re.search(
                r"(?:what|which|who)\b.{0,40}(?:leads?|points?|goes|flows?|connects?|enters?|comes?|arrows?)\s+(?:in)?to\s+<v|before\s+(?:the\s+)?<v|preced\w*|previous|incoming|inputs?\b|"
                r"come[s]?\s+before|feeds?|(?:перед|предшеству\w*|до)\s+(?:блок\w*\s+|шаг\w*\s+|этап\w*\s+)?<v|вед[еу]т\s+(?:к|в)|вход\w*\s+в|поступа\w*\s+в|приход\w*\s+в|входящ\w*|попада\w*\s+в",
                text,
            )
            after = re.search(
                r"after|follow\w*|next|lead\w*|go(?:es)?\b|from|outgoing|outputs?\b|then|flows?|success\w*|point\w*|после|следу\w*|дальше|далее|из\s|от\s|затем|исходящ\w*|вед[еу]т|выход\w*|переход\w*|за\s+<v|идет",
                text,
            )
            if before:
                return Flat(op="neighbours", to=one)
            if re.search(
                r"connected|linked|neighbo\w*|adjacent|joined|связан\w*|соединен\w*|сосед\w*|смежн\w*", text
            ):
                return Flat(op="neighbours", node=one, to=one)
            if after:
                return Flat(op="neighbours", node=one)
            return None
        if re.search(rf"(?:how\s+many|number\s+of|сколько|количество|число)\s+(?:\w+\s+)?{nouns}", text):
            return Flat(op="nodes")
        if re.search(rf"(?:how\s+many|number\s+of|сколько|количество|число)\s+(?:\w+\s+)?{links}", text):
            return Flat(op="edges")
        if re.search(
            r"\b(?:start|begin|first|end|finish|last|final)|начина|начал|перв|конец|конеч|заканчива|последн",
            text,
        ):
            return Flat(op="nodes")
        if re.search(
            rf"(?:which|what|list|name|какие|перечисли|назови)\w*\s+(?:are\s+|the\s+|all\s+|все\s+)*{nouns}",
            text,
        ):
            return Flat(op="nodes")
        if re.search(
            rf"(?:which|what|list|какие|перечисли)\w*\s+(?:are\s+|the\s+|all\s+|все\s+)*{links}", text
        ):
            return Flat(op="edges")
        return None

    # --- what is written ---------------------------------------------------------------------------

    def _written(self) -> Flat | None:
        panel = self._panel()
        if self.has(ask.NOTES) and not self._extreme():
            return Flat(op="notes", panel=panel)
        axis = self._axis_asked()
        if axis is not None:
            return axis
        if self.has(ask.COVERS) and re.search(
            r"cover|span|охват|построен|показан|представлен|приведен|shown", self.text
        ):
            pair = self.first_series()
            if pair is not None and not self._extreme():
                return Flat(op="axis", axis=_place_axis(pair[1]), panel=self._panel())
        if re.search(r"legend|легенд", self.text) and self.has(ask.TITLE):
            return Flat(op="series", panel=self._panel())
        if self.has(ask.REFERENCES) and not self.has(ask.MEET):
            return Flat(op="references", panel=panel) if any(p.references for p in self.panels) else None
        if self.has(ask.TITLE) and not self._extreme() and not self.places():
            return Flat(op="title", panel=panel if self.tokens.named_panel else "")
        if self.has(ask.KIND):
            return Flat(op="type", panel=panel if self.tokens.named_panel else "")
        if self.series_tokens and self.has(ask.COLOUR_OF) and not self._extreme():
            return Flat(op="series", series=self.subject(one=True)["series"])
        of_colour = len(self.series_tokens) == 1 and self._is_colour(self.series_tokens[0])
        if of_colour and self.has(ask.REPRESENTS) and not self._asks_number():
            return Flat(op="series", series=self.subject(one=True)["series"])
        return None

    def _asks_number(self) -> bool:
        patterns = (
            ask.MAXIMUM,
            ask.MINIMUM,
            ask.MEDIAN,
            ask.SUM,
            ask.TREND,
            ask.SLOPE,
            ask.DIFFERENCE,
            ask.MEET,
        )
        return any(map(self.has, patterns)) or bool(self.places()) or self.level() is not None

    @staticmethod
    def _is_colour(token: Token) -> bool:
        return token.kind == "s" and bool(token.text) and bool(ask_colour(token.text))

    def _panel(self) -> str:
        return self.panels[0].id if len(self.panels) == 1 and len(self.description.panels) > 1 else ""

    def _axis_asked(self) -> Flat | None:
        asked: AxisName | None = None
        letter = ask.LETTER_ASKED.search(self.text)
        if letter:
            key: AxisName = "x" if (letter["a"] or letter["b"] or letter["c"]) in {"x", "х"} else "y"
            return Flat(op="axis", axis=key, panel=self._panel())
        for name, pattern in (
            ("color", ask.AXIS_COLOUR),
            ("y2", ask.AXIS_Y2),
            ("x", ask.AXIS_X),
            ("y", ask.AXIS_Y),
        ):
            if self.has(pattern):
                asked = name  # type: ignore[assignment]
                break
        if asked is not None and re.search(r"(?:intersect|cross|meet|пересек)\w*", self.text):
            return None
        if asked is not None and not self.places() and not self._of_data():
            if asked == "y2" and not any("y2" in panel.axes for panel in self.panels):
                asked = "y"
            elif asked == "color" and not any("color" in panel.axes for panel in self.panels):
                asked = "z"
            return Flat(op="axis", axis=asked, panel=self._panel())
        if self.has(ask.UNITS) and not self._of_data():
            return self._units()
        if self.has(ask.AXES) and not self.has(ask.MEET) and not self.places() and asked is None:
            if self.axes and len(self.axes) == 1:
                return Flat(op="axis", axis=self.axes[0].axis, panel=self._panel())
            return Flat(op="axis", panel=self._panel()) if not self._of_data() else None
        return None

    def _of_data(self) -> bool:
        """Whether the values are asked for, not what is written at the axis."""
        of_axis = re.search(
            r"(?:range|limit|extent|диапазон|предел|границ|от\s+и\s+до|шкал|scale|масштаб|tick|end|start)\w*",
            self.text,
        )
        return bool((self._extreme() or self.has(ask.MEAN) or self.level()) and not of_axis)

    def _units(self) -> Flat:
        if self.series_tokens:
            return Flat(op="axis", **self.subject(one=True))
        if self.axes:
            return Flat(
                op="axis", axis=self.axes[0].axis, panel=self._panel() or self._token_panel(self.axes[0])
            )
        pairs = self._pairs()
        keys = {(panel.id, _value_axis(series)) for panel, series in pairs}
        if len(keys) == 1:
            return Flat(op="axis", axis=next(iter(keys))[1], panel=self._panel())
        return Flat(op="axis", panel=self._panel())

    def _token_panel(self, token: Token) -> str:
        return token.panel if len(self.description.panels) > 1 else ""

    # --- counts ------------------------------------------------------------------------------------

    def _counted(self) -> Flat | None:
        panels = len(self.description.panels)
        if ask.COUNT_PANELS.search(self.text) and not self.level():
            noun = re.search(r"графиков|graphs|plots|charts|axes|осей", self.text)
            if noun and panels == 1 and len(self._pairs()) > 1 and re.search(r"графиков", self.text):
                return Flat(op="series")
            if re.search(r"sub|panel|facet|track|панел|подграф|трек", self.text) or panels > 1 or noun:
                return Flat(op="panels")
        level = self.level()
        if level is None and self.has(ask.COUNT_ANY) and self.has(ask.IN_LEGEND):
            return Flat(op="legend", panel=self._panel())
        if level is None and ask.COUNT_SERIES.search(self.text) and not self.categories:
            return Flat(op="series", panel=self._panel())
        shown = ask.COUNT_SHOWN.search(self.text.rstrip("?!. "))
        if shown and level is None and not self.places():
            counted = self._count_shown(shown["what"])
            if counted is not None:
                return counted
        counts = ask.COUNT_ANY.search(self.text)
        pair = self.first_series()
        if pair is not None and pair[1].kind == "histogram":
            binned = self._in_bins(pair, bool(counts))
            if binned is not None:
                return binned
        if level is not None and counts and not re.search(r"how many times|how often|сколько раз", self.text):
            number, way = level
            return Flat(
                op="count",
                level=number,
                column="below" if way == "below" else "above",
                **self.subject(),
                **self.interval(),
            )
        if pair is not None and pair[1].kind == "histogram" and ask.COUNT_COUNTED.search(self.text):
            return self._counted_in_bins(pair)
        if ask.COUNT_MARKS.search(self.text) and not self._extreme():
            found = self._candidates()
            several = len(found) > 1
            if found and found[0][1].kind in _GRIDS and re.search(r"categor|категори|groups", self.text):
                return None
            if several and not self.series_tokens and re.search(r"categor|категори|groups", self.text):
                return Flat(op="count", axis=_place_axis(found[0][1]), panel=self._panel())
            return Flat(op="count", **self.subject(), **self.interval())
        if self.has(ask.LEGEND) and not self._asks_number():
            return Flat(op="series", panel=self._panel())
        return None

    def _counted_in_bins(self, pair: tuple[Panel, Series]) -> Flat:
        """How many values a histogram counts: all of its bars together, where they are such counts.

        Raises:
            _NotSureError: they are densities or cumulated, or nothing tells what they are.
        """
        if pair[1].heights != "counts" or self._extreme() or self.level():
            raise _NotSureError
        return Flat(op="sum", **self.subject(), **self.interval())

    def _in_bins(self, pair: tuple[Panel, Series], counts: bool) -> Flat | None:
        """How many a histogram counts in an interval, or beyond a number on the axis of its bins."""
        level = self.level()
        if len(self.places()) == 2 and level is None and not self._asks_about_bins():
            return Flat(op="sum", **self.subject(), **self.interval())
        bars = re.search(r"(?<!\w)(?:bars?|bins?|columns?|столб\w+|бин\w*|интервал\w*)(?!\w)", self.text)
        if level is None or not counts or bars or self.places() or level[1] == "equal":
            return None
        ends = _ends(*pair)
        edges = [*pair[1].values.get("left", ()), *pair[1].values.get("right", ())]
        known = [float(edge) for edge in edges if isinstance(edge, int | float)]
        low, high = (min(known), max(known)) if known else ends or (None, None)
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            return None
        if not low <= level[0] <= high:
            return None
        limits: dict[str, Any] = (
            {"at": low, "until": level[0]} if level[1] == "below" else {"at": level[0], "until": high}
        )
        return Flat(op="sum", **self.subject(), **limits)

    def _asks_about_bins(self) -> bool:
        patterns = (ask.MEAN, ask.MEDIAN, ask.DIFFERENCE, ask.CHANGE, ask.SHARE, ask.TREND, ask.SPREAD)
        return bool(self._extreme()) or any(map(self.has, patterns))

    def _count_shown(self, what: str) -> Flat | None:
        """ "How many varieties are shown": categories of the axis they stand on, series of the legend, or
        marks."""
        if what.startswith("<"):
            axis = self.tokens.found[what[1:-1]].axis
            panel = next((p for p in self.panels if axis in p.axes), None)
            if panel is not None and axis is not None and panel.axes[axis].kind == "category":
                return Flat(op="count", axis=axis, panel=self._panel())
            return None
        titles = [word for p in self.panels for word in plain(p.legend_title).split()]
        if any(alike(what, word) > 0.8 for word in titles) and len(self.panels) == 1:
            return Flat(op="series", panel=self._panel())
        labelled = {series.label for _panel, series in self._pairs() if series.label}
        if len(labelled) > 1 and len(self.panels) == 1 and not ask.COUNT_MARKS.search(self.text):
            return Flat(op="series", panel=self._panel())
        return None

    # --- fits, correlation, outliers ----------------------------------------------------------------

    def _shape(self) -> Flat | None:
        if self.has(ask.OUTLIERS) and not any(
            ask.OUTLIERS.search(plain(token.text)) for token in self.tokens.found.values()
        ):
            return Flat(op="outliers", **self.subject(), **self.interval())
        if self.has(ask.CORRELATION):
            if len(self.series_tokens) >= 2:
                return Flat(op="correlation", **self.subject(), other=self.subject(1, one=True)["series"])
            return Flat(op="correlation", **self.subject())
        if self.has(ask.FIT):
            model: dict[str, Any] = {"model": "linear"}
            if self.has(ask.EXPONENTIAL):
                model = {"model": "exponential"}
            elif self.has(ask.QUADRATIC):
                model = {"model": "polynomial", "degree": 2}
            elif self.has(ask.CUBIC):
                model = {"model": "polynomial", "degree": 3}
            elif self.has(ask.POLYNOMIAL):
                digits = [t.number.value for t in self.tokens.all("n") if t.number is not None]
                degree = int(digits[0]) if digits and 1 <= digits[0] <= 9 else 2
                return Flat(op="fit", model="polynomial", degree=degree, **self.subject())
            elif self.has(ask.POWER):
                model = {"model": "power"}
            elif self.has(ask.LOGARITHMIC):
                model = {"model": "logarithmic"}
            return Flat(op="fit", **model, **self.subject(), **self.interval())
        if self.has(ask.AREA):
            return Flat(op="area", **self.subject(), **self.interval())
        return None

    # --- where curves meet --------------------------------------------------------------------------

    def _meeting(self) -> Flat | None:
        if self.levels or not (self.has(ask.MEET) or len(self.series_tokens) >= 2):
            return None
        if self.places() and not self.has(ask.MEET):
            return None
        where = re.search(
            r"\b(?:where|when|at what|at which|in what|in which|how many|how often|do|does|point|points|"
            r"find)\b|"
            r"(?<!\w)(?:где|когда|при как|в как|на как|сколько|точк|ли\b|найд|пересе)",
            self.text,
        )
        if self.has(ask.MEET):
            if len(self.series_tokens) >= 2:
                return Flat(op="intersection", **self.subject(), other=self.subject(1, one=True)["series"])
            pairs = self._pairs()
            if len(self.series_tokens) == 1 and len(pairs) == 2:
                other = next(s.id for _p, s in pairs if s.id not in self.series_tokens[0].series)
                return Flat(op="intersection", **self.subject(), other=other)
            strict = re.search(r"intersect|cross|meet|пересе|сравня|совпада|crossover|встреча", self.text)
            if strict and len(pairs) >= 2 and not self.categories:
                subject = self.subject()
                return Flat(op="intersection", panel=subject["panel"], series=subject["series"])
            return None
        compares = self.has(ask.EXCEEDS) or self.has(ask.BELOWS)
        how_much = re.search(r"how much|how many|by what|сколько|насколько|difference|разниц", self.text)
        if compares and where and not how_much and len(self.series_tokens) == 2:
            if any(series.kind in _DISCRETE or self._has_categories() for _p, series in self._candidates()):
                return Flat(op="compare", **self.subject(), other=self.subject(1, one=True)["series"])
            if re.search(r"when|where|at what|at which|когда|где|при как|с как|в как", self.text):
                return Flat(op="intersection", **self.subject(), other=self.subject(1, one=True)["series"])
        return None

    def _has_categories(self) -> bool:
        return any(
            (axis := panel.axes.get(_place_axis(series))) is not None and axis.kind == "category"
            for panel, series in self._pairs()
        )

    # --- order -------------------------------------------------------------------------------------

    def _order(self) -> Flat | None:
        if ask.MOST_MARKS.search(self.text) and len(self._candidates()) > 1:
            least = re.search(r"fewest|меньше", self.text)
            return Flat(op="rank", column="count", level=-1.0 if least else 1.0, **self.subject())
        ordinal = any(n > 1 and p.search(self.text) for n, p in (*ask.ORDINAL_BIG, *ask.ORDINAL_SMALL))
        if ordinal and re.search(
            r"differen|how much|разниц|на сколько|насколько|ratio|во сколько", self.text
        ):
            raise _NotSureError
        for number, pattern in ask.ORDINAL_SMALL:
            if number > 1 and pattern.search(self.text):
                return self._ranked(level=-float(number))
        for number, pattern in ask.ORDINAL_BIG:
            if number > 1 and pattern.search(self.text):
                small = re.search(
                    r"(?:втор|трет|четверт|пят)\w+\s+(?:по\s+\w+\s+)?сам\w+\s+(?:маленьк|низк|мал|коротк)",
                    self.text,
                )
                return self._ranked(level=-float(number) if small else float(number))
        for number, pattern in ask.PLACED:
            if number > 1 and pattern.search(self.text) and not self.has(ask.AXES):
                return self._ranked(level=float(number))
        top = ask.TOP.search(self.text)
        if top:
            named = top["n"] or top["n2"]
            count = self._count_of(named)
            if count:
                return self._ranked(degree=count)
        if self.has(ask.ORDER) and not self.levels:
            return self._ranked()
        return None

    def _count_of(self, named: str) -> int:
        if named.startswith("<"):
            token = self.tokens.found[named[1:-1]]
            number = int(token.number.value) if token.number is not None else 0
            self.levels[named[1:-1]] = "count"
            return number if 2 <= number <= 9 else 0
        starts = {"two": 2, "дв": 2, "three": 3, "тр": 3, "four": 4, "четыр": 4, "five": 5, "пят": 5}
        return next((number for start, number in starts.items() if named.startswith(start)), 0)

    def _ranked(self, **extra: Any) -> Flat:
        column = self._statistic_of_series() if self._about_series() else self._box_column()
        return Flat(op="rank", column=column, **extra, **self.subject(), **self.interval())

    def _about_series(self) -> bool:
        """Whether whole series are asked for: "which line", «какая скважина», with several of them."""
        if self.series_tokens or len(self._candidates()) < 2:
            return False
        titles = [plain(panel.legend_title) for panel in self.panels if panel.legend_title]
        asked = re.search(
            r"(?:which|what|whose|какая|какой|какое|у\s+как\w+|котор\w+|каких|какие)\s+(?:of\s+the\s+|из\s+)?([^\s<]+)",
            self.text,
        )
        if not asked:
            return False
        noun = asked[1].strip('"')
        if re.match(
            r"(?:lines?|curves?|series|traces?|groups?|lines|colou?r|лини|крив|сери|ряд|групп|график)", noun
        ):
            return True
        return any(alike(noun, word) > 0.8 for title in titles for word in title.split())

    def _statistic_of_series(self) -> str:
        for name, pattern in (
            ("mean", ask.MEAN),
            ("median", ask.MEDIAN),
            ("sum", ask.SUM),
            ("last", ask.LAST),
            ("first", ask.FIRST),
            ("std", ask.STD),
            ("spread", ask.SPREAD),
        ):
            if self.has(pattern):
                return name
        return "" if self.places() else "maximum"

    # --- comparisons and shares --------------------------------------------------------------------

    def _relation(self) -> Flat | None:
        share = self._shared()
        if share is not None:
            return share
        if self.has(ask.SPREAD) and re.search(
            r"(?:max|высок|макс|наиб|highest|largest|больш).*(?:min|lowest|smallest|мин|наим|низк|маленьк)",
            self.text,
        ):
            return Flat(op="spread", **self.subject())
        if ask.EITHER_WAY.search(self.text) and not ask.HOW_MUCH.search(self.text):
            return Flat(op="trend", **self.subject(), **self.interval())
        change = self.has(ask.CHANGE)
        which = self._which_of_two()
        difference = self.has(ask.DIFFERENCE) or bool(which)
        taken = re.search(r"subtract|вычти|вычесть|вычитан", self.text) is not None  # "B from A"
        column = "ratio" if self.has(ask.RATIO) else ""
        points = ask.POINTS_OF_PERCENT.search(self.text)
        if not column and self.has(ask.PERCENT) and not points and not self._in_percent_of_values():
            column = "percent"
        if not (change or difference):
            return None
        found = self.places()
        if len(self.series_tokens) >= 2 and difference and not self.level():
            statistic = next(
                (
                    name
                    for name, pattern in (
                        ("maximum", ask.MAXIMUM),
                        ("minimum", ask.MINIMUM),
                        ("sum", ask.SUM),
                    )
                    if self.has(pattern)
                ),
                "",
            )
            interval = {} if len(found) > 1 and not self._is_interval(found) else self.interval()
            first, second = self.subject(), self.subject(1, one=True)
            if taken:
                first, second = {**first, "series": second["series"]}, {**second, "series": first["series"]}
            return Flat(
                op="compare",
                **first,
                other=second["series"],
                column=column or statistic,
                **which,
                **interval,
            )
        if len(found) >= 2 and not self.levels:
            if self._value_of_trend(change, difference):
                return None
            (_a, start, _e), (_b, end, _l) = found[0], found[1]
            if self._reversed(change) != taken:
                start, end = end, start
            subject = self._subject_of_places(found)
            return Flat(op="compare", at=start, until=end, column=column, **which, **subject)
        amount = re.search(
            r"how much|by what|by how|на сколько|насколько|во сколько|сколько|percent|процент|total change|"
            r"overall\s+(?:change|increase|decrease|growth|decline|rise|fall|gain|loss|drop|reduction)|amount|"
            r"общее изменение",
            self.text,
        )
        if change and amount and not found and not self.level():
            pair = self.first_series()
            ends = _ends(*pair) if pair else None
            if ends is not None and None not in ends:
                return Flat(op="compare", at=ends[0], until=ends[1], column=column, **self.subject())
        if (
            difference
            and not found
            and not self.series_tokens
            and len(self._pairs()) == 2
            and not self.level()
        ):
            one, other = (series.id for _panel, series in self._pairs())
            if re.search(r"between|two|both|между|двух|обеих|обоих|compare|сравн", self.text):
                return Flat(op="compare", series=one, other=other, column=column)
        return None

    def _which_of_two(self) -> dict[str, Any]:
        """``level`` of a comparison that asks which of two is higher (1) or lower (-1); empty for others."""
        more, less = bool(ask.MORE.search(self.text)), bool(ask.LESS.search(self.text))
        beside = ask.BESIDE.search(self.text)
        if beside:
            more = more or bool(beside["above"] or beside["verb"])
            less = less or bool(beside["below"])
        two = len(self.series_tokens) == 2 or (not self.series_tokens and len(self.categories) == 2)
        places = len(self.series_tokens) < 2 and ask.EITHER_PLACE.search(self.text)
        asks = ask.EITHER.search(self.text) or places
        asks = asks or (two and (beside or ask.WHICH.search(self.text) or ask.IS_IT.search(self.text)))
        asks = asks or (two and re.search(r"(?<!\w)что(?!\w)", self.text))
        if ask.HOW_MUCH.search(self.text) or not (
            ((more or less) and asks) or ask.WHICH_MORE.search(self.text)
        ):
            return {}
        return {"level": -1.0 if less and not more else 1.0}

    def _value_of_trend(self, change: bool, difference: bool) -> bool:
        asks_way = re.search(
            r"\b(?:is|are|was|were)\b.{0,40}(?:rising|falling|increasing|decreasing|growing|declining)|или\b.*(?:пада|убыва|сниж|уменьш)|(?:раст|возраст|увелич)\w*\s+или|\bтренд|\btrend|тенденц",
            self.text,
        )
        how_much = re.search(r"how much|by what|сколько|насколько|percent|процент", self.text)
        return bool(change and asks_way and not how_much and not (difference and how_much))

    @staticmethod
    def _is_interval(found: list[tuple[int, Cell, Cell]]) -> bool:
        return len(found) == 2

    def _reversed(self, change: bool) -> bool:
        """Of two categories the first is compared with the second; over time the change goes forward."""
        if change:
            return False
        tokens = [self.tokens.found[name] for name in re.findall(r"<([cn]\d+)>", self.text)]
        ordered = [token for token in tokens if token.kind == "n"]
        than = re.search(
            rf"(?:{ask.PLACE})(?:.{{0,60}}?)\b(?:than|чем)\b(?:.{{0,60}}?){ask.PLACE}", self.text
        )
        ratio = self.has(ask.RATIO)
        return bool(than or ratio or len(ordered) < 2)

    def _subject_of_places(self, found: list[tuple[int, Cell, Cell]]) -> dict[str, Any]:
        """Series of which both places are; where each category is a series of its own, all of them."""
        subject = self.subject()
        return subject

    def _shared(self) -> Flat | None:
        pairs = self._candidates()
        of_slice = bool(pairs) and pairs[0][1].kind == "pie" and self.has(ask.PERCENT) and self.places()
        if not self.has(ask.SHARE) and not of_slice:
            return None
        if not pairs or pairs[0][1].kind not in {"pie", "bar", "area", "histogram"}:
            return None
        if self._percent_values() or self.has(ask.CHANGE) or self.has(ask.DIFFERENCE):
            return None
        found = self.places()
        if self._extreme() and not found:
            return None
        return Flat(op="share", at=found[0][1] if found else None, **self.subject())

    def _in_percent_of_values(self) -> bool:
        """ "By how much did the share in % change": the values' own per cent, unless a percentage is asked
        for."""
        asked = re.search(
            r"how many percent|what percent|by what percent|на сколько процент|на какой процент", self.text
        )
        return self._percent_values() and not asked

    def _percent_values(self) -> bool:
        """Whether the values are per cent themselves."""
        pair = self.first_series()
        if pair is None or pair[1].kind == "pie":
            return False
        axis = pair[0].axes.get(_value_axis(pair[1]))
        return axis is not None and bool(
            re.search(r"%|percent|процент|дол[яи]|share|fraction", plain(f"{axis.unit} {axis.label}"))
        )

    # --- levels, statistics, values ----------------------------------------------------------------

    def _level(self) -> Flat | None:
        level = self.level()
        if level is None:
            return None
        number, way = level
        column = "" if way == "equal" else way
        if self._extreme() and way == "equal":
            return None
        if self.has(ask.MEAN) or self.has(ask.SUM):
            raise _NotSureError
        fall = re.search(r"drop|fall|fell|declin|decreas|сниз|сниж|упа|пада|опус|уменьш", self.text)
        if way == "above" and fall and not re.search(r"above|over|выше|больше|более|превы|exceed", self.text):
            column = "below"
        interval = self.interval() if self.places() else {}
        return Flat(op="crossing", level=number, column=column, **self.subject(), **interval)

    def _extreme(self) -> Literal["maximum", "minimum", ""]:
        if self.has(ask.MINIMUM):
            return "minimum"
        if self.has(ask.MAXIMUM):
            return "maximum"
        if (
            not ask.WHICH.search(self.text)
            or self.levels
            or len(self.series_tokens) + len(self.categories) > 1
        ):
            return ""
        if re.search(r"\bthan\b|\bчем\b|how much|how many|сколько", self.text):
            return ""
        # "Which of them has the greater total" asks for the greatest.
        several = len(self._pairs()) > 1 and not self.series_tokens and len(self.places()) <= 1
        if self._about_series() or several or (self.axes and not self.places()):
            return (
                "maximum" if ask.MORE.search(self.text) else "minimum" if ask.LESS.search(self.text) else ""
            )
        return ""

    def _box_column(self) -> str:
        pair = self.first_series()
        if pair is None:
            return ""
        kind, text = pair[1].kind, self.text
        forms: tuple[tuple[str, str], ...]
        if kind in _BOXES:
            forms = (
                ("iqr", r"iqr|interquartile|межквартил\w*"),
                ("q3", r"q3|upper quartile|third quartile|75th|верхн\w+ квартил\w*|трет\w+ квартил\w*"),
                ("q1", r"q1|lower quartile|first quartile|25th|нижн\w+ квартил\w*|перв\w+ квартил\w*"),
                ("median", r"median\w*|медиан\w*"),
                ("high", r"upper whisker|top whisker|верхн\w+ ус\w*"),
                ("low", r"lower whisker|bottom whisker|нижн\w+ ус\w*"),
                ("mean", r"mean|average|средн\w*"),
            )
        elif kind in {"band", "errorbar"}:
            forms = (("high", r"upper|верхн\w+"), ("low", r"lower|нижн\w+"))
        else:
            return ""
        return next((name for name, form in forms if re.search(rf"(?<!\w)(?:{form})", text)), "")

    def _statistic(self) -> Flat | None:
        boxed = self._box_column()
        extreme = self._extreme()
        if boxed and not self.has(ask.SUM):
            if extreme and not self.places():
                return Flat(op=extreme, column=boxed, **self.subject())
            found = self.places()
            if found:
                return Flat(op="value_at", at=found[0][1], column=boxed, **self.subject())
            pair = self.first_series()
            if pair is not None and pair[1].n <= 1:
                return Flat(op="first", column=boxed, **self.subject())
            return None
        pair = self.first_series()
        if pair is not None and pair[1].kind in _GRIDS and extreme:
            return Flat(op=extreme, **self.subject(), **self._grid_place(pair))
        if extreme:
            return self._of_places(extreme) or self._extreme_query(extreme)
        for op, pattern in (
            ("median", ask.MEDIAN),
            ("std", ask.STD),
            ("slope", ask.SLOPE),
            ("mean", ask.MEAN),
            ("spread", ask.SPREAD),
        ):
            if self.has(pattern):
                self._check_unknown(pattern)
                return self._of_places(op) or self._summary(op)  # type: ignore[arg-type]
        if self.has(ask.EXPLICIT_TREND):
            return Flat(op="trend", **self.subject(), **self.interval())
        if self.has(ask.SUM):
            total = self._total()
            if total is not None:
                return total
        if self.has(ask.TREND):
            return Flat(op="trend", **self.subject(), **self.interval())
        if not self.places():
            for op, pattern in (("first", ask.FIRST), ("last", ask.LAST)):
                if self.has(pattern) and self._pairs():
                    return self._summary(op)  # type: ignore[arg-type]
        return None

    def _of_places(self, op: str) -> Flat | None:
        """A statistic of the independent axis itself: "the average horsepower" where it runs along x."""
        keys = {_place_axis(series) for _panel, series in self._pairs()}
        values = {_value_axis(series) for _panel, series in self._pairs()}
        named = {token.axis for token in self.axes}
        pair = self.first_series()
        if pair is None or not named or not named <= keys - values or self.places():
            return None
        panel, series = pair
        axis = panel.axes.get(_place_axis(series))
        if axis is None or axis.kind == "category" or series.kind not in {"scatter", "line", "step", "area"}:
            return None
        asked = {
            "maximum": ask.MAXIMUM,
            "minimum": ask.MINIMUM,
            "mean": ask.MEAN,
            "median": ask.MEDIAN,
            "std": ask.STD,
            "spread": ask.SPREAD,
        }.get(op)
        behind = (
            r"(?:\s+(?:of|the|value|values|in|does|значени\w*|величин\w*|для|у|изменя\w*|"
            r"варьиру\w*))*\s*<a\d+>"
        )
        if asked is None or not any(
            re.match(behind, self.text[m.end() :]) for m in asked.finditer(self.text)
        ):
            return None
        return Flat(op=op, column=series.along, **self.subject())  # type: ignore[arg-type]

    def _extreme_query(self, extreme: Literal["maximum", "minimum"]) -> Flat:
        self._check_unknown(ask.MAXIMUM if extreme == "maximum" else ask.MINIMUM)
        if self._about_series() and len(self._candidates()) > 1:
            statistic = self._statistic_of_series()
            if statistic not in {"", "maximum"} or self.places():
                level = -1.0 if extreme == "minimum" else 1.0
                return Flat(op="rank", column=statistic, level=level, **self.subject(), **self.interval())
        elif (
            self.has(ask.MEAN)
            and len(self._candidates()) > 1
            and not self.series_tokens
            and not self.places()
        ):
            level = -1.0 if extreme == "minimum" else 1.0
            return Flat(op="rank", column="mean", level=level, **self.subject())
        column = "total" if self.has(ask.SUM) and self._is_stacked() and not self.series_tokens else ""
        if self.has(ask.SUM) and self._about_series():
            return Flat(
                op="rank", column="sum", level=-1.0 if extreme == "minimum" else 1.0, **self.subject()
            )
        subject = self.subject()
        if column:
            subject["series"] = ""
        return Flat(op=extreme, column=column, **subject, **self.interval())

    def _is_stacked(self) -> bool:
        return any(series.stack for _panel, series in self._pairs()) and len(self._pairs()) > 1

    def _total(self) -> Flat | None:
        found = self.places()
        if self._is_stacked() and not self.series_tokens and len(found) == 1:
            return Flat(op="value_at", column="total", panel=self.subject()["panel"], at=found[0][1])
        if len(found) == 1 and not self._is_period(found[0][1]):
            if len(self._candidates()) > 1 and not self.series_tokens:
                return Flat(op="sum", **self.subject(), **self.interval())
            return None
        return self._summary("sum")

    @staticmethod
    def _is_period(place: Cell) -> bool:
        return isinstance(place, str) and bool(re.fullmatch(r"\d{4}(-\d{2})?", place))

    def _summary(self, op: FlatOp) -> Flat:
        pair = self.first_series()
        if pair is not None and pair[1].kind in _GRIDS:
            return Flat(
                op="value_at" if self.places() and op == "mean" else op,
                **self.subject(),
                **self._grid_place(pair),
            )
        column = ""
        if pair is not None and pair[1].kind == "histogram" and op in {"mean", "median"}:
            named = {token.axis for token in self.axes}
            if _place_axis(pair[1]) in named and _value_axis(pair[1]) not in named:
                column = pair[1].along
        return Flat(op=op, column=column, **self.subject(), **self.interval())

    def _check_unknown(self, pattern: re.Pattern[str]) -> None:
        """What stands right behind "maximum", "average" must be known to the figure, or be a general word.

        Raises:
            _NotSureError: something is asked for that no label names.
        """
        if self.series_tokens or self.axes or self.categories:
            return
        pairs = self._pairs()
        labelled = [s for p, s in pairs if s.label or _label(p, _value_axis(s))]
        if not labelled:
            return
        match = pattern.search(self.text)
        if match is None or re.match(
            r"most$|сам", match.group(0)
        ):  # "the most expensive": any word may follow
            return
        after = re.match(
            r"\s+(?:of\s+|the\s+|in\s+|for\s+|value\s+|values\s+|recorded\s+|observed\s+|значени\w+\s+|из\s+|всех\s+)*([^\W\d_]{4,})",
            self.text[match.end() :],
        )
        if after and not _GENERAL.match(after[1]):
            raise _NotSureError

    def _value(self) -> Flat | None:
        pair = self.first_series()
        found = self.places()
        if pair is None or not found:
            return None
        if pair[1].kind in _GRIDS:
            return Flat(op="value_at", **self.subject(), **self._grid_place(pair))
        if len(found) > 1 and not all(place == found[0][1] for _at, place, _end in found):
            series = [
                token
                for token in self.categories
                if any(s.label == token.category for _p, s in self._pairs())
            ]
            if len(found) == 2 and series:
                return self._value_of_own_series(series, found)
            raise _NotSureError
        if not self.series_tokens and len(self._candidates()) > 1:
            named = re.search(r"\b(?:of|for)\s+(?:the\s+)?([^\W\d_]{2,})", self.text)
            if named and not _GENERAL.match(named[1]):  # something that no label names
                raise _NotSureError
        boxed = self._box_column()
        extra: dict[str, Any] = {"until": found[0][2]} if found[0][2] is not None else {}
        if extra:
            return Flat(op="mean", at=found[0][1], **extra, **self.subject())
        return Flat(op="value_at", at=found[0][1], column=boxed, **self.subject())

    def _value_of_own_series(self, named: list[Token], found: list[tuple[int, Cell, Cell]]) -> Flat:
        one = next(s for _p, s in self._pairs() if s.label == named[0].category)
        place = next((p for _at, p, _end in found if p != named[0].category), None)
        return Flat(op="value_at", series=one.id, at=place)

    def _grid_place(self, pair: tuple[Panel, Series]) -> dict[str, Any]:
        """x as ``at`` and y as ``until``, told apart by whose categories they are, by names, or by order."""
        panel, series = pair
        place, used = self._grid_ranges(pair)
        numbered: list[tuple[str, Token]] = []
        for match in re.finditer(r"<([cn]\d+)>", self.text):
            token = self.tokens.found[match[1]]
            if match[1] in used:
                continue
            if token.kind == "c":
                place.setdefault(self._grid_side(pair, token, match.start(), place), token.category)
            else:
                numbered.append((self.text[max(0, match.start() - 12) : match.start()], token))
        for before, token in numbered:
            named = re.search(r"(x|y|х|у|<a\d+>)\s*(?:=|is|of|:)?\s*$", before)
            key = ""
            if named and named[1].startswith("<"):
                axis = self.tokens.found[named[1][1:-1]].axis
                key = "until" if axis in {"y", "y2"} else "at"
            elif named:
                key = "until" if named[1] in {"y", "у"} else "at"
            key = key or ("at" if "at" not in place else "until")
            axis_of = panel.axes.get(series.y if key == "until" else series.x)
            place.setdefault(
                key,
                _as_place(
                    token,
                    axis_of.kind if axis_of is not None else "number",
                    axis_of.categories if axis_of is not None else (),
                ),
            )
        return place

    def _grid_ranges(self, pair: tuple[Panel, Series]) -> tuple[dict[str, Any], set[str]]:
        """Rows and columns of cells that are named by their ends, "b between 0 and 10", by their middles; and
        the tokens that name them.

        Raises:
            _NotSureError: there are several such rows, or none.
        """
        _panel, series = pair
        place: dict[str, Any] = {}
        used: set[str] = set()
        for match in ask.RANGE_OF_CELLS.finditer(self.text):
            name, *ends = match.groups()
            side = "y" if self.tokens.found[name].axis in {"y", "y2"} else "x"
            numbers = [token.number.value for end in ends if (token := self.tokens.found[end]).number]
            cells = {cell for cell in series.values.get(side, ()) if isinstance(cell, int | float)}
            inside = [cell for cell in cells if len(numbers) == 2 and numbers[0] <= cell <= numbers[1]]
            if len(inside) != 1 or series.sampled:
                raise _NotSureError
            place["until" if side == "y" else "at"] = inside[0]
            used |= set(ends)
        return place, used

    def _grid_side(self, pair: tuple[Panel, Series], token: Token, at: int, place: dict[str, Any]) -> str:
        """Which axis of a grid a category is on; where both have it, the one named before it, or not yet
        given.
        """
        panel, series = pair
        sides = {"at": panel.axes.get(series.x), "until": panel.axes.get(series.y)}
        having = [side for side, axis in sides.items() if axis and token.category in axis.categories]
        if len(having) < 2:
            return "until" if token.axis in {"y", "y2"} else "at"
        named = re.search(r"<(a\d+)>\W*(?:is|of|=|равн\w+)?\W*$", self.text[:at])
        if named:
            return "until" if self.tokens.found[named[1]].axis in {"y", "y2"} else "at"
        return next((side for side in having if side not in place), "at")

    def _whole(self) -> Flat | None:
        if self.has(ask.DESCRIBE):
            return Flat(op="describe", panel=self._panel() if self.tokens.named_panel else "")
        if self.has(ask.TITLE):
            return Flat(op="title", panel=self._panel() if self.tokens.named_panel else "")
        return None


_GENERAL = re.compile(
    r"^(?:each|every|minimum|maximum|range|spread|deviation|lines|curves|кажд\w*|минимум\w*|максимум\w*|разброс\w*|value|values|point|points|mark|marks|bar|bars|column|columns|slice|line|curve|series|number|level|category|categories|group|result|"
    r"reached|shown|here|this|that|with|from|between|during|over|after|before|across|data|chart|plot|graph|figure|reading|deviation|than|among|"
    r"recorded|observed|which|what|year|month|date|frequency|count|total|share|rate|when|occur\w*|located|and|item|box|bin|cell|peak|"
    r"height|all|overall|average|mean|median|y|x|panel|facet|subplot|plot|does|have|has|were|was|will|"
    r"значени\w*|точк\w*|столб\w*|кри\w*|лини\w*|сер\w*|ряд\w*|уров\w*|категори\w*|групп\w*|показател\w*|величин\w*|на|график\w*|рисун\w*|"
    r"достига\w*|достигнут\w*|приход\w*|наблюда\w*|был\w*|между|период\w*|год\w*|месяц\w*|дат\w*|сектор\w*|дол\w*|сумм\w*|число|количеств\w*|"
    r"средн\w*|отклонен\w*|отмет\w*|результат\w*|изо|этот|этом|данн\w*|ящик\w*|ячейк\w*|высот\w*|диаграмм\w*|панел\w*|когда|котор\w*|арифметич\w*|всех|всего|или)$"
)


def ask_colour(text: str) -> bool:
    """Whether a text is the name of a colour."""
    from rusoil_jupyter.figures.words.colours import COLOUR

    return COLOUR.fullmatch(plain(text)) is not None


def _value_axis(series: Series) -> AxisName:
    if series.kind in _GRIDS:
        return "color"
    return series.y if series.along == "x" else series.x


def _place_axis(series: Series) -> AxisName:
    if series.kind in _GRIDS:
        return series.x
    return series.x if series.along == "x" else series.y


def _label(panel: Panel, name: AxisName) -> str:
    axis = panel.axes.get(name)
    return axis.label if axis is not None else ""


def _holds(panel: Panel, series: Series, token: Token) -> bool:
    """Whether a series has a mark in a category, as far as what is stored tells."""
    if token.panel != panel.id and token.category not in series.names:
        axis = panel.axes.get(_place_axis(series))
        if axis is None or token.category not in axis.categories:
            return False
    column = series.values.get(series.along)
    if series.kind in _GRIDS or series.sampled or not column or series.kind == "pie":
        return True
    return token.category in column or token.category in series.names


def _ends(panel: Panel, series: Series) -> tuple[Cell, Cell] | None:
    """The first and last place of a series as they are stored."""
    stats = series.stats.get(series.along)
    if stats is not None and stats.min is not None:
        return stats.min, stats.max
    known: list[Any] = [cell for cell in series.values.get(series.along, ()) if cell is not None]
    axis = panel.axes.get(_place_axis(series))
    if not known:
        return axis.range if axis is not None and axis.range is not None else None
    if axis is not None and axis.kind == "category":
        return known[0], known[-1]
    if len({type(cell) is str for cell in known}) > 1:
        return None
    return min(known), max(known)


def _category_of(token: Token, categories: tuple[str, ...]) -> str:
    """The category that a number or a date means: "2020", a month by its name."""
    if token.when is not None and token.when.month:
        return next((name for name in categories if dates.month_of(name) == token.when.month), "")
    written = [token.text, token.when.start if token.when else ""]
    if token.number is not None:
        written.append(f"{token.number.value:g}")
    plain_names = {plain(name): name for name in categories}
    return next((plain_names[plain(text)] for text in written if plain(text) in plain_names), "")


def _as_place(token: Token, kind: str, categories: tuple[str, ...]) -> Cell:
    if kind == "category":
        return _category_of(token, categories) or None
    if kind == "date" and token.when is not None and token.when.start:
        return token.when.start
    return token.number.value if token.number is not None else None
