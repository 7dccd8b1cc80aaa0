"""What of a figure a question names: series, categories, axes, panels, boxes; numbers and dates. As tokens.

:func:`tokens_of` gives the question back with every mention replaced by a token: ``<s0>`` a series, ``<c0>``
a category,
``<a0>`` an axis by its label, ``<v0>`` a box of a diagram, ``<n0>`` a number or a date. The rules then read
sentences like
"when does <s0> exceed <n0>" and need not know any label.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.words import asking as ask
from rusoil_jupyter.figures.words import dates, numbers
from rusoil_jupyter.figures.words.colours import COLOUR, nearest
from rusoil_jupyter.figures.words.stems import alike, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rusoil_jupyter.figures.values.description import AxisName, FigureDescription, Panel, Series

TokenKind = Literal["s", "c", "a", "v", "n"]
_HELPERS = frozenset({"band", "errorbar", "other", "image"})
_STOP = frozenset(
    plain(
        "the a an of in on at for to by and or is are was were be with from per vs as it its this that there "
        "в во на по из от до с со и или а для у к за при над под это этот эта как что не г год"
    ).split()
)
_UNIT_TAIL = re.compile(r"\s*(?:[\(\[{][^()\[\]{}]*[\)\]}]|,\s*[^,]{1,20})\s*$")
_ASKS = re.compile(  # label words that are also question words: no label is recognised by them alone
    r"^(max\w*|min\w*|mean|average|median|total|sum|count|value|values|number|highest|lowest|first|last|trend|line|"
    r"rate|средн\w*|максим\w*|миним\w*|сумм\w*|значени\w*|количеств\w*|числ\w*|всего|итого|year|month|day|год|месяц|день)$"
)
_SMALL_WORDS = frozenset("aаiвсикоуя")
_COLUMN = re.compile(  # as Vega-Lite calls a column of a table that it sums or parts
    r"(?:Sum|Mean|Average|Median|Min|Max|Product|Variance|Stdev|Distinct|Count) of (?P<summed>.+)"
    r"|(?P<parted>.+) \((?:binned|year|quarter|month|week|day|date|hours|minutes|seconds|[a-z]+-[a-z-]+)\)"
)
_ASKING_START = re.compile(
    r"(?:max(?:imum)?|min(?:imum)?|mean|average|avg|median|total|sum|highest|lowest|largest|smallest|peak|"
    r"средн\w+|максимальн\w+|минимальн\w+|медианн\w+|суммарн\w+|общ\w+|сумма|максимум|минимум|медиана|среднее)"
    r"(?:\s+(?:of|the|value|значени\w+))*\s+"
)
_BEHIND_PLACE = re.compile(
    r"(?:\b(?:for|of|at|in|between|and|or|than|to|from|with)|(?<!\w)(?:для|у|в|при|между|и|или|чем|от|до|на))"
    r'(?:\s+(?:the|category|bar|group|series|категори\w+|столб\w+))*\s+"?$'
)


@dataclass(frozen=True)
class Token:
    """One mention: what it is (``kind``), and whose: ids of series or nodes, a category's name, an axis.

    ``series`` has several ids where the words fit several equally well. ``axis`` of a category says which
    axis of its
    panel has it. ``number`` and ``when`` are what a ``n`` token can mean. ``sure``: named in full, letter by
    letter.
    """

    kind: TokenKind
    text: str
    series: tuple[str, ...] = ()
    category: str = ""
    axis: AxisName | None = None
    panel: str = ""
    node: str = ""
    number: numbers.Written | None = None
    when: dates.When | None = None
    sure: bool = False


@dataclass
class Tokens:
    """A question in tokens: ``text`` has ``<s0>`` and the like where ``found`` has the mentions, by their
    names."""

    text: str
    found: dict[str, Token] = field(default_factory=dict)
    panels: tuple[str, ...] = ()
    named_panel: bool = False
    asked: str = ""  # the question as it was asked

    def all(self, kind: TokenKind) -> list[Token]:
        """The mentions of one kind, in the order of the text."""
        names = re.findall(rf"<{kind}\d+>", self.text)
        return [self.found[name[1:-1]] for name in names]


def useful_series(panel: Panel) -> list[Series]:
    """The series of a panel that a question can be about: not the bands, error bars and strokes beside
    others."""
    kept = [series for series in panel.series if series.kind not in _HELPERS]
    kept = [s for s in kept if not (s.kind == "line" and not s.label and s.n <= 2)] or kept
    return kept or [series for series in panel.series if series.kind != "image"]


def without_unit(label: str) -> str:
    """A label without the unit behind it: "Oil rate, m³/d" and "Oil rate (m³/d)" are "Oil rate"."""
    short = _UNIT_TAIL.sub("", label)
    return short if len(short) >= 2 else label


def tokens_of(question: str, description: FigureDescription, *, mask_axes: bool = True) -> Tokens:
    """The question in tokens.

    Args:
        question: as it was asked.
        description: of the figure; its texts are compared, never followed.
        mask_axes: whether a whole label of an axis becomes a token even where its words ask for something.
    """
    reader = _Reader(question, description)
    reader.find_panels()
    reader.find_verbatim(mask_axes=mask_axes)
    reader.find_colours()
    reader.find_dates_and_numbers(only_full_dates=True)
    reader.find_fuzzy()
    reader.find_dates_and_numbers(only_full_dates=False)
    return reader.tokens


class _Reader:
    def __init__(self, question: str, description: FigureDescription) -> None:
        self.original = " ".join(question.split())
        self.description = description
        # What looks like a token already was written by the asker, and is none.
        text = re.sub(r"<(?=[scavn]\d+>)", " ", plain(question))
        self.tokens = Tokens(_translated(text, description), asked=self.original)
        self._cased = ""
        self._count = 0

    # --- panels ------------------------------------------------------------------------------------

    def find_panels(self) -> None:
        panels = self.description.panels
        self.tokens.panels = tuple(panel.id for panel in panels)
        text = self.tokens.text
        chosen = named_panel(text, panels)
        if chosen is not None:
            self.tokens.text, ids = chosen
            if len(panels) > 1:
                self.tokens.panels, self.tokens.named_panel = ids, True
            return
        if len(panels) < 2:
            return
        best: list[tuple[int, str, str]] = []
        for panel in panels:
            for name in _titles(panel):
                at = _place_of(text, plain(name))
                if at >= 0 and len(name) > 1:
                    best.append((len(name), panel.id, plain(name)))
        longest = max((size for size, _id, _name in best), default=0)
        ids = tuple(dict.fromkeys(identity for size, identity, _name in best if size == longest))
        if ids and len(ids) < len(panels):
            name = next(name for size, _id, name in best if size == longest)
            self.tokens.panels, self.tokens.named_panel = ids, True
            if not self._is_label(name, ids):
                self.tokens.text = _replaced(text, name, " ")

    def _is_label(self, name: str, ids: tuple[str, ...]) -> bool:
        labels = [plain(s.label) for p in self.description.panels if p.id in ids for s in p.series]
        return name in labels

    def _scope(self) -> list[Panel]:
        return [panel for panel in self.description.panels if panel.id in self.tokens.panels]

    # --- labels letter by letter -------------------------------------------------------------------

    def find_verbatim(self, *, mask_axes: bool) -> None:
        names: dict[str, list[Token]] = {}
        self._cased = _as_cased(self.original, self.tokens.text)

        def know(label: str, token: Token) -> None:
            for form in dict.fromkeys(
                (plain(label), plain(without_unit(label)), plain(label.replace("_", " ")))
            ):
                if form:
                    names.setdefault(form, []).append(token)

        for panel in self._scope():
            for series in useful_series(panel):
                if series.label:
                    know(
                        series.label, Token("s", series.label, series=(series.id,), panel=panel.id, sure=True)
                    )
                if series.kind == "pie" or series.names:
                    for name in series.names:
                        know(name, Token("c", name, category=name, axis="x", panel=panel.id, sure=True))
            for key, axis in panel.axes.items():
                for name in axis.categories:
                    know(name, Token("c", name, category=name, axis=key, panel=panel.id, sure=True))
                token = Token("a", axis.label, axis=key, panel=panel.id, sure=True)
                for name in _names_of_axis(axis.label, whole=mask_axes):
                    know(name, token if name != _column_of(axis.label) else replace(token, text=name))
        if self.description.diagram is not None:
            for node in self.description.diagram.nodes:
                for name in (node.label, node.id):
                    if name:
                        know(name, Token("v", name, node=node.id, sure=True))
        for name in sorted(names, key=len, reverse=True):
            start = 0
            while (at := _place_of(self.tokens.text, name, start)) >= 0:
                start = at + len(name)
                meant = self._best(self._fitting(names[name], name, at))
                if meant is None or not self._may_mean_label(name, at, meant):
                    continue
                self._mask(at, at + len(name), meant)
                start = at

    def _fitting(self, tokens: list[Token], name: str, at: int) -> list[Token]:
        """Of labels that differ in case only, or are an axis' and a category's, those that are meant here.

        "What is b for B": what follows "for" is a place or a series, what is asked for an axis; and a label
        written exactly as it is on the figure comes before another. A capital at the start says nothing.
        """
        kinds = {"a" if token.kind == "a" else "" for token in tokens}
        same = len({_bare(token.text) for token in tokens}) == 1
        if len(kinds) < 2 or (same and not any(token.kind == "c" for token in tokens)):
            return tokens
        before, after = self.tokens.text[:at], self.tokens.text[at + len(name) :]
        written = self._cased[at : at + len(name)]
        exact = [token for token in tokens if written and _bare(token.text) == written]
        if exact and len({"a" if token.kind == "a" else "" for token in exact}) == 1 and before.strip(' "'):
            return exact
        is_place = _BEHIND_PLACE.search(before) is not None and not re.match(r'"?\s*(?:=|is\b)', after)
        return [token for token in tokens if (token.kind != "a") == is_place] or tokens

    def _may_mean_label(self, name: str, at: int, token: Token) -> bool:
        """One letter or a bare number is a label only in quotes, in capitals, or where nothing else can be
        meant."""
        before, after = self.tokens.text[:at], self.tokens.text[at + len(name) :]
        if before.endswith('"') and after.startswith('"'):
            written = self._cased[at : at + len(name)]
            titles = {panel.legend_title for panel in self._scope()}
            return written == _bare(token.text) or written not in titles
        if name.isdigit() and token.kind == "s" and before.rstrip().endswith("="):
            return False
        if len(name) == 1 and not name.isdigit():
            if token.kind == "a" and self._is_axis_letter(name, at, token):
                return True
            written = self._cased[at : at + 1]
            if token.kind in "sc" and written == _bare(token.text) and name not in _SMALL_WORDS:
                if token.kind == "c" and re.search(r"<c\d+>[\s,]*$", before):  # "d2 u": the cell of both
                    return True
                axis = re.match(r"\s*(?:=|-?\s*(?:axis|ось|оси))", after)
                classes = [plain(panel.legend_title) for panel in self._scope() if panel.legend_title]
                of_class = any(before.rstrip().endswith(f" {one}") for one in classes)  # "rig y"
                return axis is None and (of_class or _BEHIND_PLACE.search(before) is not None)
            return bool(re.search(rf"(?<!\w){re.escape(name.upper())}(?!\w)", self.original)) and (
                name not in _SMALL_WORDS
                or at > 0
                or re.match(r"\s*(?:versus|vs|or|или|и)\b", after) is not None
            )
        if len(name) <= 3 and name in _STOP:
            return bool(re.search(rf"(?<!\w){re.escape(name.upper())}(?!\w)", self.original))
        return True

    def _is_axis_letter(self, name: str, at: int, token: Token) -> bool:
        """Whether one letter is the label of an axis here: no article, no preposition."""
        before, after = self.tokens.text[:at], self.tokens.text[at + len(name) :]
        if re.match(r"\s*=", after) and name not in "xyzху":
            return True
        if name in "xyzху" or name in _SMALL_WORDS - {"a", "а"}:
            return False
        if name in "aа":
            asks = re.search(r"(?:which|what|at|для как\w+|при как\w+|как\w+)\s+$", before)
            return bool(asks and re.match(r"\s+(?:has|have|had|is|are|was|does|do|у|имеет|соответ)\b", after))
        written = self._cased[at : at + len(name)]
        return not before.strip() or not written or written == _bare(token.text)

    def _best(self, tokens: list[Token]) -> Token | None:
        categories = [token for token in tokens if token.kind == "c"]
        series = [token for token in tokens if token.kind == "s"]
        others = [token for token in tokens if token.kind in {"v", "a"}]
        if categories and series:
            # Colours that repeat the categories: the place is meant. Several marks in each series: the series
            # is.
            sizes = [s.n for p in self._scope() for s in useful_series(p)]
            return categories[0] if max(sizes, default=0) <= 1 else self._joined(series)
        if series:
            return self._joined(series)
        if categories:
            return categories[0]
        if not others:
            return None
        keys = {token.axis for token in others if token.kind == "a"}
        if len(keys) > 1:  # a legend of colours that repeats an axis
            others = [token for token in others if token.axis not in {"color", "z"}] or others
            keys = {token.axis for token in others if token.kind == "a"}
        if len(keys) > 1:  # the same label on both axes
            return None
        return others[0]

    @staticmethod
    def _joined(tokens: list[Token]) -> Token:
        ids = tuple(dict.fromkeys(identity for token in tokens for identity in token.series))
        first = tokens[0]
        return Token("s", first.text, series=ids, panel=first.panel if len(ids) == 1 else "", sure=True)

    def _mask(self, start: int, end: int, token: Token) -> None:
        name = f"{token.kind}{self._count}"
        self._count += 1
        text, cased = self.tokens.text, self._cased
        before, after = text[:start].rstrip('"'), text[end:].lstrip('"')
        self.tokens.text = f"{before}<{name}>{after}"
        if cased:
            self._cased = f"{cased[: len(before)]}<{name}>{cased[len(text) - len(after) :]}"
        self.tokens.found[name] = token

    # --- colours -----------------------------------------------------------------------------------

    def find_colours(self) -> None:
        listed = [(panel, s) for panel in self._scope() for s in useful_series(panel) if s.colour]
        if not listed:
            return
        marks = (
            r"(?:line|curve|bar|series|dot|point|marker|slice|area|histogram|лини|крив|столб|точк|сер|"
            r"маркер|график|обл)"
        )
        for match in list(COLOUR.finditer(self.tokens.text)):
            after = self.tokens.text[match.end() : match.end() + 24]
            before = self.tokens.text[max(0, match.start() - 24) : match.start()]
            if not (
                re.match(rf"\s+(?:\w+\s+)?{marks}", after) or re.search(rf"{marks}\w*\s+(?:of\s+)?$", before)
            ):
                continue
            ids = nearest(match.group(0), [(series.id, series.colour) for _panel, series in listed])
            if not ids:
                continue
            end = match.end()
            noun = re.match(rf"\s+(?:one\b|{marks}\w*)", self.tokens.text[end:])
            end += noun.end() if noun else 0
            self._mask(match.start(), end, Token("s", match.group(0), series=ids, sure=True))
            return self.find_colours()
        return None

    # --- numbers and dates -------------------------------------------------------------------------

    def find_dates_and_numbers(self, *, only_full_dates: bool) -> None:
        found = dates.find(self.tokens.text)
        spans: list[tuple[int, int, Token]] = []
        for start, end, when in found:
            if _in_token(self.tokens.text, start) or (only_full_dates and (when.is_year or when.month)):
                continue
            if when.month and not self._has_months():
                continue
            text = self.tokens.text[start:end]
            number = numbers.Written(float(when.start), start, start + 4, 0.5) if when.is_year else None
            spans.append((start, end, Token("n", text, when=when, number=number)))
        if not only_full_dates:
            for written in numbers.find(self.tokens.text):
                inside = any(written.start < end and start < written.end for start, end, _token in spans)
                if inside or _in_token(self.tokens.text, written.start):
                    continue
                token = Token("n", self.tokens.text[written.start : written.end], number=written)
                spans.append((written.start, written.end, token))
        for start, end, token in sorted(spans, key=lambda span: -span[0]):
            while start < end and self.tokens.text[start] == " ":
                start += 1
            self._mask(start, end, token)

    def _has_months(self) -> bool:
        return any(
            axis.kind == "date"
            or any(dates.month_of(name.split()[0]) for name in axis.categories if name.split())
            for panel in self._scope()
            for axis in panel.axes.values()
        )

    # --- labels word by word -----------------------------------------------------------------------

    def find_fuzzy(self) -> None:
        self._find_months()
        for _round in range(6):
            if not (
                self._fuzzy_nodes() or self._fuzzy_series() or self._fuzzy_categories() or self._fuzzy_axes()
            ):
                break

    def _find_months(self) -> None:
        """«В январе» names the category "Jan"."""
        known: dict[int, Token] = {}
        for panel in self._scope():
            for key, axis in panel.axes.items():
                for name in axis.categories:
                    month = dates.month_of(name) if not any(c.isdigit() for c in name) else 0
                    if month:
                        known.setdefault(
                            month, Token("c", name, category=name, axis=key, panel=panel.id, sure=True)
                        )
        if not known:
            return
        for start, end, when in reversed(dates.find(self.tokens.text)):
            if when.month in known and not _in_token(self.tokens.text, start):
                self._mask(start, end, known[when.month])

    def _spans(self) -> list[tuple[int, int, str]]:
        text = self.tokens.text
        return [
            (match.start(), match.end(), match.group(0))
            for match in re.finditer(r"[^\W_]+(?:[-'][^\W_]+)*", text)
            if match.group(0) not in _STOP
            and not _in_token(text, match.start())
            and not self._is_small_letter(match.group(0), match.start())
        ]

    def _is_small_letter(self, word: str, at: int) -> bool:
        return len(word) == 1 and word.isalpha() and self._cased[at : at + 1] == word

    def _fuzzy_series(self) -> bool:
        listed = [(panel, s) for panel in self._scope() for s in useful_series(panel) if s.label]
        labels = {series.id: _label_words(series.label) for _panel, series in listed}
        if len(set(map(tuple, labels.values()))) < 2:
            return False
        taken = {identity for token in self.tokens.found.values() for identity in token.series}
        open_ = {identity: known for identity, known in labels.items() if identity not in taken}
        return self._fuzzy(open_, lambda ids: self._series_token(ids), all_of=labels, least=0.34)

    def _series_token(self, ids: Sequence[str]) -> Token:
        return Token("s", "", series=tuple(ids))

    def _fuzzy_categories(self) -> bool:
        known: dict[str, list[str]] = {}
        tokens: dict[str, Token] = {}
        taken = {token.category for token in self.tokens.found.values()}
        for panel in self._scope():
            named = [(key, name) for key, axis in panel.axes.items() for name in axis.categories]
            named += [
                ("x", name) for s in useful_series(panel) for name in s.names if s.kind == "pie" or s.names
            ]
            for key, name in named:
                if name not in taken and name not in tokens:
                    known[name] = _label_words(name)
                    tokens[name] = Token("c", name, category=name, axis=key, panel=panel.id)
        if not known or len(known) > 300:
            return False
        return self._fuzzy(
            known, lambda names: tokens[names[0]] if len(names) == 1 else None, all_of=known, least=0.6
        )

    def _fuzzy_nodes(self) -> bool:
        if self.description.diagram is None:
            return False
        taken = {token.node for token in self.tokens.found.values()}
        names = {node.id: _label_words(node.label or node.id) for node in self.description.diagram.nodes}
        known = {node: label for node, label in names.items() if node not in taken}
        return self._fuzzy(
            known, lambda ids: Token("v", "", node=ids[0]) if len(ids) == 1 else None, all_of=names, least=0.5
        )

    def _fuzzy_axes(self) -> bool:
        known: dict[str, list[str]] = {}
        tokens: dict[str, Token] = {}
        taken = {token.axis for token in self.tokens.found.values() if token.kind == "a"}
        for panel in self._scope():
            for key, axis in panel.axes.items():
                label = without_unit(axis.label)
                name = f"{key} {plain(label)}"
                if not label or name in known or key in taken:
                    continue
                known[name] = _label_words(label)
                tokens[name] = Token("a", axis.label, axis=key, panel=panel.id)
        return self._fuzzy(
            known,
            lambda names: _one_axis([tokens[name] for name in names]),
            all_of=known,
            least=0.5,
        )

    def _fuzzy(
        self, known: dict[str, list[str]], made: object, *, all_of: dict[str, list[str]], least: float
    ) -> bool:
        """Find the label whose words stand in the text, mask them; whether one was found."""
        spans = self._spans()
        if not spans or not known:
            return False
        spread: dict[str, int] = {}
        for label in all_of.values():
            for word in set(label):
                spread[word] = spread.get(word, 0) + 1
        best: list[tuple[float, float, str, list[int]]] = []
        for name, label in known.items():
            hits: list[int] = []
            score = total = 0.0
            distinct = False
            for word in label:
                weight = 1.0 / spread.get(word, 1)
                total += weight
                row, sure = _most_alike(word, spans, hits)
                if sure:
                    hits.append(row)
                    score += weight * sure
                    distinct |= spread.get(word, 1) < len(all_of) or len(all_of) == 1
            cover = score / total if total else 0.0
            lonely = len(hits) == 1 and _asks(spans[hits[0]][2])
            if hits and distinct and cover >= least and not lonely:
                best.append((score, cover, name, hits))
        if not best:
            return False
        best.sort(key=lambda entry: (-entry[0], -entry[1]))
        top = [entry for entry in best if entry[0] >= best[0][0] - 1e-9 and entry[1] >= best[0][1] - 1e-9]
        if len({tuple(entry[3]) for entry in top}) > 1:  # several labels, each by words of its own
            earliest = min(top, key=lambda entry: min(entry[3]))[3]
            top = [entry for entry in top if entry[3] == earliest]
        token = made([entry[2] for entry in top])  # type: ignore[operator]
        if token is None:
            return False
        rows = sorted(top[0][3])
        first, last = spans[rows[0]], spans[rows[-1]]
        # Words apart from each other ("rate of oil") leave what is between them out; far apart only one is
        # masked.
        if last[1] - first[0] > 60 or "<" in self.tokens.text[first[0] : last[1]]:
            last = first
        self._mask(first[0], last[1], token)
        return True


def _one_axis(tokens: Sequence[Token]) -> Token | None:
    """The axis that all of them name; a legend of colours that repeats an axis is left out."""
    drawn = [token for token in tokens if token.axis not in {"color", "z"}] or list(tokens)
    return drawn[0] if len({token.axis for token in drawn}) == 1 else None


def _asks(word: str) -> bool:
    """Whether a word asks for something by itself, so that it names no label alone."""
    asking = (ask.MAXIMUM, ask.MINIMUM, ask.MEAN, ask.MEDIAN, ask.SUM, ask.SHARE, ask.TREND, ask.CHANGE)
    return bool(_ASKS.match(word)) or any(pattern.fullmatch(word) for pattern in asking)


def _asked_rest(label: str) -> str:
    """What is left of "Maximum temperature" or "Sum of price" without what asks; the label where nothing
    does."""
    text = plain(without_unit(label))
    rest = text
    while (match := _ASKING_START.match(rest)) is not None:
        rest = rest[match.end() :]
    return rest if rest != text else "" if _ASKS.match(text) else label


def _names_of_axis(label: str, *, whole: bool) -> list[str]:
    """What an axis may be called: its whole label, or without the words that ask; and the column it shows."""
    return list(dict.fromkeys(filter(None, (label if whole else _asked_rest(label), _column_of(label)))))


def _column_of(label: str) -> str:
    match = _COLUMN.fullmatch(label)
    return (match["summed"] or match["parted"]) if match else ""


def _bare(label: str) -> str:
    """A label's own letters as a question writes them: without its unit, with plain spaces."""
    return " ".join(unicodedata.normalize("NFKC", without_unit(label)).split())


def _as_cased(original: str, text: str) -> str:
    """The question letter by letter as ``text`` but with its capitals; empty where they don't match."""
    cased = unicodedata.normalize("NFKC", original)
    cased = " ".join(re.sub(r"[«»“”„‟\"`]", '"', re.sub(r"[‐‑‒–—−]", "-", cased)).split())
    same = len(cased) == len(text) and cased.casefold().replace("ё", "е") == text
    return cased if same else ""


_COMPOUNDS = (  # one word in one language, two in the other
    (r"обводненност\w*", "обводненность", "water cut"),
    (r"гамма-каротаж\w*", "гамма-каротаж", "gamma ray"),
    (r"забойн\w+\s+давлени\w+", "забойное давление", "bottomhole pressure"),
    (r"газов\w+\s+фактор\w*", "газовый фактор", "gas oil ratio"),
    (r"безработиц\w*", "безработица", "unemployment rate"),
)


def _translated(text: str, description: FigureDescription) -> str:
    """Terms of the other language replaced by those that the figure's labels use."""
    for form, russian, english in _COMPOUNDS:
        if not re.search(form, text) and english not in text:
            continue
        labels = " ".join(plain(label) for label in _all_labels(description))
        if english in labels and russian not in labels:
            text = re.sub(form, english, text)
        elif re.search(form, labels) and english not in labels:
            text = text.replace(english, russian)
    return text


def _all_labels(description: FigureDescription) -> Iterable[str]:
    for panel in description.panels:
        yield from (axis.label for axis in panel.axes.values())
        yield from (series.label for series in panel.series)


def _most_alike(word: str, spans: Sequence[tuple[int, int, str]], taken: Iterable[int]) -> tuple[int, float]:
    best, where = 0.0, -1
    for row, (_start, _end, spoken) in enumerate(spans):
        if row in taken:
            continue
        sure = alike(word, spoken)
        if sure > best:
            best, where = sure, row
    return where, best


def _label_words(label: str) -> list[str]:
    found = [word for word in words(without_unit(label)) if word not in _STOP or len(label) < 4]
    return found or words(label)


def _in_token(text: str, at: int) -> bool:
    opened = text.rfind("<", 0, at + 1)
    return (
        opened >= 0 and re.match(r"<[scavn]\d+>", text[opened:]) is not None and at < text.find(">", opened)
    )


def _place_of(text: str, name: str, start: int = 0) -> int:
    """Where a name stands in a text as words of its own, outside of tokens; -1 where nowhere."""
    at = text.find(name, start)
    while at >= 0:
        before, after = text[:at], text[at + len(name) :]
        free = not (before and before[-1].isalnum() and name[0].isalnum())
        free &= not (after and after[0].isalnum() and name[-1].isalnum())
        decimal = name.isdigit() and (re.search(r"\d[.,]$|-$", before) or re.match(r"[.,]\d", after))
        if free and not decimal and not _in_token(text, at):
            return at
        at = text.find(name, at + 1)
    return -1


def _replaced(text: str, name: str, by: str) -> str:
    at = _place_of(text, name)
    return text if at < 0 else text[:at] + by + text[at + len(name) :]


_OVER = r"(?:over|against|vs\.?|versus|by|from|от|по)"
_PLOT = (
    r"(?:plot|chart|graph|scatter(?:\s?plot)?|histogram|distribution|график\w*|гистограмм\w*|диаграмм\w*|"
    r"распределени\w*|зависимост\w*)"
)


def _labels_of_axes(panel: Panel, series: Series) -> list[str]:
    """What the axis of a series' values is called, then that of its places: alternatives of a pattern."""
    names = [series.y, series.x] if series.along == "x" else [series.x, series.y]
    if series.kind == "histogram":  # it is called by what is counted
        names = names[1:]
    known = [axis.label for name in names if (axis := panel.axes.get(name)) is not None and axis.label]
    if len(known) < len(names):
        return []
    forms = [(label, without_unit(label), _column_of(label)) for label in known]
    return ["|".join(re.escape(plain(form)) for form in dict.fromkeys(filter(None, one))) for one in forms]


def _titles(panel: Panel) -> list[str]:
    """What a panel may be called: its title, and the value in "site = Waseca" or "site: Waseca"."""
    names = [panel.title] if panel.title else []
    names += [part.strip() for part in re.split(r"[=:|]", panel.title)[1:] if part.strip()]
    return names


# --- "the second plot", «на левом графике» ----------------------------------------------------------

_NOUN = (
    r"(?:sub-?plots?|plots?|panels?|charts?|graphs?|axes|figures?|tracks?|diagrams?|facets?"
    r"|(?:под)?график\w*|панел\w+|диаграмм\w*|рисун\w+|трек\w*|кадр\w*|картинк\w+|осях)"
)
_ORDINALS = (
    (1, r"first|1st|1-?(?:й|м|ом|я|ая)|перв\w+"),
    (2, r"second|2nd|2-?(?:й|м|ом|я|ая)|втор\w+"),
    (3, r"third|3rd|3-?(?:й|м|ем|я)|трет\w+"),
    (4, r"fourth|4th|4-?(?:й|м|ом|я)|четверт\w+"),
    (5, r"fifth|5th|5-?(?:й|м|ом|я)|пят\w+"),
    (6, r"sixth|6th|6-?(?:й|м|ом|я)|шест\w+"),
    (-1, r"last|последн\w+"),
)
_SIDES = {
    "left": r"left(?:most|-hand)?|лев\w+|слева",
    "right": r"right(?:most|-hand)?|прав\w+|справа",
    "top": r"top|upper|верхн\w+|сверху|вверху",
    "bottom": r"bottom|lower|нижн\w+|снизу|внизу",
    "middle": r"middle|central|cent(?:er|re)|средн\w+|центральн\w+|посередине",
}
_IN = r"(?:(?:in|on|of|from|for|на|в|для|с)\s+)?(?:the\s+)?"


def named_panel(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The text without the phrase that says which panels, and their ids; ``None`` where there is none."""
    return _panel_by_letter(text, panels) or _panel_by_axes(text, panels) or panel_by_place(text, panels)


def _panel_by_letter(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """A panel whose title is one letter is named by it behind "panel" alone."""
    titles = [(plain(title), panel.id) for panel in panels for title in _titles(panel)]
    for title, identity in titles:
        named = rf"{_IN}{_NOUN}\s+\"?{re.escape(title)}\"?(?!\w)"
        if len(title) == 1 and (match := re.search(named, text)):
            return _cut(text, match), (identity,)
    return None


def _panel_by_axes(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The one panel that "the plot of temperature over depth" or "the histogram of k" has the axes of."""
    called = [
        (axes, panel.id)
        for panel in (panels if len(panels) > 1 else ())
        for series in panel.series
        if (axes := _labels_of_axes(panel, series))
    ]
    found = []
    for (value, *places), identity in called:
        over = rf"\s+{_OVER}\s+(?:the\s+)?(?:{'|'.join(places)})" if places else ""
        names = "|".join([f"(?:{value}){over}", *places])
        if match := re.search(rf"{_IN}{_PLOT}\s+(?:of\s+)?(?:the\s+)?(?:{names})(?!\w)", text):
            found.append((_cut(text, match), identity))
    return (found[0][0], (found[0][1],)) if len({identity for _text, identity in found}) == 1 else None


def panel_by_place(text: str, panels: Sequence[Panel]) -> tuple[str, tuple[str, ...]] | None:
    """The text without the phrase that names panels by their place, and their ids; ``None`` where there is
    none."""
    order = sorted(panels, key=lambda panel: (panel.row, panel.column))
    match = re.search(
        rf"{_IN}(?:row|строк\w+|ряд\w*)\s+(\d+)\s*,?\s*(?:and|и|,)?\s*(?:column|col|столб\w+|колонк\w+)\s+(\d+)",
        text,
    )
    if match:
        row, column = int(match[1]), int(match[2])
        return _cut(text, match), tuple(p.id for p in panels if (p.row, p.column) == (row, column))
    for number, form in _ORDINALS:
        match = re.search(rf"{_IN}(?:{form})\s+(?:\w+\s+)?{_NOUN}(?!\w)", text)
        if match and not re.search(
            r"highest|lowest|largest|smallest|biggest|наиб|наим|по величин", match.group(0)
        ):
            if 0 < number <= len(order):
                return _cut(text, match), (order[number - 1].id,)
            return (_cut(text, match), (order[-1].id,)) if number < 0 and order else None
    match = re.search(rf"{_IN}{_NOUN}\s+(?:no\.?\s*|№\s*|number\s+|#)?(\d{{1,2}})(?![\d.,]\d)(?!\w)", text)
    if match and 0 < int(match[1]) <= len(order) and len(order) > 1:
        return _cut(text, match), (order[int(match[1]) - 1].id,)
    match = re.search(rf"{_IN}(?:panel|subplot|панел\w+|график\w*)\s+\(?([a-hа-е])\)?(?!\w)", text)
    if match and len(order) > 1:
        place = "abcdefgh".find(match[1]) if match[1].isascii() else "абвгде".find(match[1])
        if 0 <= place < len(order):
            return _cut(text, match), (order[place].id,)
    any_side = "|".join(_SIDES.values())
    forms = (
        rf"{_IN}(?P<a>{any_side})[\s-]+(?:(?P<b>{any_side})\s+)?(?:most\s+)?{_NOUN}(?!\w)",
        rf"{_IN}{_NOUN}\s+(?:(?:on|at|in)\s+the\s+)?(?P<a>{any_side})(?:[\s-]+(?P<b>{any_side}))?(?!\w)(?!\s+(?:axis|ось|оси))",
    )
    for form in forms:
        match = re.search(form, text)
        if match:
            ids = _by_sides(panels, [side for side in (match["a"], match["b"]) if side])
            return (_cut(text, match), ids) if ids or len(panels) == 1 else None
    return None


def _cut(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _by_sides(panels: Sequence[Panel], sides: Sequence[str]) -> tuple[str, ...]:
    rows, columns = [panel.row for panel in panels], [panel.column for panel in panels]
    chosen = list(panels)
    for side in sides:
        name = next(key for key, form in _SIDES.items() if re.fullmatch(form, side))
        if name == "left":
            chosen = [p for p in chosen if p.column == min(columns)]
        elif name == "right":
            chosen = [p for p in chosen if p.column == max(columns)]
        elif name == "top":
            chosen = [p for p in chosen if p.row == min(rows)]
        elif name == "bottom":
            chosen = [p for p in chosen if p.row == max(rows)]
        else:
            wide = len(set(columns)) >= 3
            middle = sorted(set(columns if wide else rows))
            wanted = middle[len(middle) // 2] if len(middle) % 2 else None
            chosen = [p for p in chosen if (p.column if wide else p.row) == wanted]
    return tuple(panel.id for panel in chosen) if len(chosen) < len(panels) else ()
