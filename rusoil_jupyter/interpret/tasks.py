"""What the child process is asked to do. JSON values in and out; everything here is deterministic.

``interpret`` answers with an interpretation, and where the question is still open (the rules did not
understand it, or what was read is only estimated) with what a model has to know to close it. ``look`` does
the same for what is attached in a chat. ``contradictions`` judges what a model said.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, cast

from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.figures.description import FigureDescription
from rusoil_jupyter.figures.finding import Badge, Finding, Query
from rusoil_jupyter.i18n import _, current_language, use_language
from rusoil_jupyter.interpret.source import Source, decoded
from rusoil_jupyter.interpret.unread import as_error
from rusoil_jupyter.protocol import Interpretation, InterpretRequest
from rusoil_jupyter.vision import BRIEF_BYTES, FULL_BYTES, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.reading import Reading

Language = Literal["en", "ru"]
SURENESS: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")
MOST_PAIRS = 6  # series that are compared one by one
MOST_SAID = 3  # findings of an expert that are put into words where nobody asked for them


def interpret(
    request: dict[str, Any], file: dict[str, str] | None = None, chosen: str | None = None
) -> dict[str, Any]:
    """Read a figure and do what is asked.

    Args:
        request: an ``InterpretRequest``.
        file: ``path`` and ``media_type`` of the upload that it names.
        chosen: the query that a model chose, as it wrote it.

    Returns:
        ``interpretation``; and ``open``, ``None`` or what a model needs: see :func:`_open`. Where the model's
        choice is none, ``refused`` says why.

    Raises:
        InvalidRequest: it can't be read, or does not hold what was asked.
    """
    from rusoil_jupyter.figures import words

    asked = InterpretRequest.model_validate(request)
    language = language_of(asked.question, asked.language)
    use_language(language)
    if asked.video is not None and file is not None:
        return _clip(asked, file["path"], language)
    source = source_of(asked, file)
    try:
        reading = source.read(asked.region)
    except InvalidRequest:
        if source.picture is None or not asked.model:
            raise
        reading = None  # no chart; a model that sees may know what it is
    if reading is None or (asked.model and not has_content(reading) and source.picture is not None):
        return _unread(asked, source, reading, language)
    if chosen is not None:
        try:
            query = words.from_model(chosen, reading.description)
        except InvalidRequest as error:
            return {"refused": error.message}
        asked = asked.model_copy(update={"query": query, "findings": ()})
    if asked.other is not None:
        answer = _compared(asked, reading, language)
        return {"interpretation": answer.model_dump(mode="json"), "open": None}
    try:
        answer, is_open = _done(asked, reading, language)
    except InvalidRequest:
        if not asked.model or asked.query is not None:
            raise
        answer, is_open = _described(asked, reading, language), True
    seen = asked.task in {"answer", "describe"} and answer.badge == "estimated"
    return {
        "interpretation": answer.model_dump(mode="json"),
        "open": _open(reading, source, answer, language, asked, understood=not is_open)
        if asked.model and (is_open or seen)
        else None,
        "understood": not is_open,
    }


def source_of(asked: InterpretRequest, file: dict[str, str] | None) -> Source:
    """What the request brings."""
    if asked.description is not None:
        return Source(description=asked.description)
    if asked.mimebundle is not None:
        return Source(mimebundle=asked.mimebundle)
    if file is not None:
        return Source(file=_of_file(file))
    if asked.image is None:
        raise InvalidRequest(_("There is nothing to read."), _("Choose an output with a figure."))
    return Source(file=Picture(decoded(asked.image.data), asked.image.media_type))


def _of_file(file: dict[str, str]) -> Picture:
    from pathlib import Path

    return Picture(Path(file["path"]).read_bytes(), file["media_type"])


def language_of(question: str, chosen: str | None) -> Language:
    """The question's own language, else the chosen one, else the reader's."""
    if question.strip():
        from rusoil_jupyter.figures import words

        return words.language_of(question)
    if chosen:
        return cast("Language", chosen)
    return "ru" if current_language().lower().startswith("ru") else "en"


# --- one figure -----------------------------------------------------------------------------------


def _done(asked: InterpretRequest, reading: Reading, language: Language) -> tuple[Interpretation, bool]:
    """The task done, and whether the question is still open."""
    from rusoil_jupyter.figures import words

    match asked.task:
        case "describe":
            return _described(asked, reading, language), False
        case "alt":
            return _answer(reading, language, words.alt_text(reading, language)), False
        case "caption":
            return _answer(reading, language, words.caption(reading, language)), False
        case "check":
            return _checked(reading, language), False
        case "code":
            return _code(reading, language), False
        case "table":
            return _tables(reading, language), False
        case _:
            return _answered(asked, reading, language)


def _answered(asked: InterpretRequest, reading: Reading, language: Language) -> tuple[Interpretation, bool]:
    from rusoil_jupyter.figures import words

    findings = asked.findings or found(asked.question, asked.query, reading)
    if findings:
        text = words.say(findings, reading.description, language)
        return _answer(reading, language, text, findings), False
    answer = _described(asked, reading, language)
    if not asked.question.strip():
        return answer, False
    notice = _("The question was not understood without a model; this is what the figure shows.")
    return answer.model_copy(update={"notices": (notice, *answer.notices)}), True


def found(question: str, query: Query | None, reading: Reading) -> tuple[Finding, ...]:
    """What the rules, or an expert who is asked about, find; nothing where they don't understand.

    Raises:
        InvalidRequest: they understand, and the figure does not hold it.
    """
    from rusoil_jupyter.figures import experts, words
    from rusoil_jupyter.figures import query as queries

    if query is not None:
        return (queries.answer(reading, query),)
    if not question.strip():
        return ()
    if told := experts.answer(reading, question):
        return tuple(told)
    understood = words.understand(question, reading.description)
    return () if understood is None else (queries.answer(reading, understood),)


def _described(asked: InterpretRequest, reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures import words
    from rusoil_jupyter.figures.experts import experts

    text = words.describe(reading, language)
    findings: list[Finding] = list(asked.findings)
    for expert in experts(reading):
        seen = expert.read(reading)
        findings += seen
        if said := words.say(seen[:MOST_SAID], reading.description, language):
            text = f"{text} {said}"
    return _answer(reading, language, text, findings)


def _checked(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.checks import check

    problems = check(reading, language)
    text = "\n".join(problem.message for problem in problems) or _("No mistakes were found in this figure.")
    return _answer(reading, language, text).model_copy(update={"problems": tuple(problems)})


def _code(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.reproduce import code

    text = _("This code draws the figure again.")
    return _answer(reading, language, text).model_copy(update={"code": code(reading)})


def _tables(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.tables import tables

    found = tuple(tables(reading))
    rows = sum(len(table.rows) for table in found)
    text = _("{rows} rows of {count} series.").format(rows=rows, count=len(found))
    return _answer(reading, language, text).model_copy(update={"tables": found})


def _answer(
    reading: Reading, language: Language, text: str, findings: Sequence[Finding] = ()
) -> Interpretation:
    from rusoil_jupyter.figures.budget import fitted

    return Interpretation(
        text=text,
        badge=least_sure([finding.badge for finding in findings] or [badge_of(reading)]),
        language=language,
        findings=tuple(findings),
        description=fitted(reading.description),
    )


def least_sure(badges: Sequence[Badge]) -> Badge:
    """The badge of what is made of all of these."""
    return max(badges, key=SURENESS.index)


def badge_of(reading: Reading) -> Badge:
    """How sure a reading is as a whole."""
    series = [one for panel in reading.description.panels for one in panel.series]
    if reading.badge == "estimated":
        return "estimated"
    if all(one.id in reading.arrays for one in series):
        return reading.badge if series else "stored"
    return "stored"


def _unread(
    asked: InterpretRequest, source: Source, reading: Reading | None, language: Language
) -> dict[str, Any]:
    """Nothing here shows a figure: a model that sees may still say something of a picture."""
    if source.picture is None or not asked.model:
        raise InvalidRequest(
            _("There is no figure in this output that can be read."),
            _("Choose an output with a plot, a diagram or a picture."),
            field="mimebundle",
        )
    answer = Interpretation(text="", badge="model", language=language)
    told = "" if reading is None else brief_text(reading, language)
    image = source.picture.cut(asked.region).part()
    wanted: dict[str, Any] = {"told": told, "brief": told, "schema": None, "menu": "", "times": []}
    wanted["images"] = [image.model_dump()]
    return {"interpretation": answer.model_dump(mode="json"), "open": wanted, "understood": False}


def _open(
    reading: Reading,
    source: Source,
    answer: Interpretation,
    language: Language,
    asked: InterpretRequest,
    *,
    understood: bool,
) -> dict[str, Any]:
    """What a model needs to close an open question.

    ``told`` and ``brief`` are what was read, for one that reads much or little; ``schema`` is the form of a
    query that it may choose, and ``menu`` says what the ids in it stand for; ``images`` is what it sees.
    """
    from rusoil_jupyter.figures import words

    images = []
    with suppress(InvalidRequest):  # the figure is known without its picture
        if source.picture is not None:
            images.append(source.picture.cut(asked.region).part().model_dump())
    facts = words.say(answer.findings, reading.description, language) if answer.findings else ""
    return {
        "told": full_text(reading, language, facts),
        "brief": brief_text(reading, language, facts),
        "schema": None if understood else words.query_schema(reading.description),
        "menu": _cut(words.menu(reading.description), FULL_BYTES),
        "images": images,
        "times": [],
    }


def brief_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a small model is told of a figure, in words: at most 1.2 KB in UTF-8."""
    from rusoil_jupyter.figures import words

    text = f"{facts}\n{words.describe(reading, language)}".strip()
    return _cut(text, BRIEF_BYTES)


def full_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a model is told that reads much: the words, and the description as JSON."""
    import json

    from rusoil_jupyter.figures.budget import fitted

    saved = json.dumps(fitted(reading.description, FULL_BYTES).to_json(), ensure_ascii=False)
    return f"{brief_text(reading, language, facts)}\n{_cut(saved, 2 * FULL_BYTES)}"


def _cut(text: str, most: int) -> str:
    """At most so many bytes, ended at a word."""
    data = text.encode(errors="replace")
    if len(data) <= most:
        return text
    return data[: most - 4].decode(errors="ignore").rsplit(" ", 1)[0] + " …"


# --- two figures ----------------------------------------------------------------------------------


def _compared(asked: InterpretRequest, first: Reading, language: Language) -> Interpretation:
    """Both asked the same where there is a question; else their series side by side."""
    from rusoil_jupyter.figures import words

    second = Source(mimebundle=asked.other or {}).read()
    if second is None:
        raise InvalidRequest(
            _("There is no figure in the second output that can be read."),
            _("Choose an output with a plot, a diagram or a picture."),
            field="other",
        )
    both = (_("First figure"), first), (_("Second figure"), second)
    try:
        answers = [(name, found(asked.question, asked.query, one), one) for name, one in both]
    except InvalidRequest:  # “compare them” is no question to one of them
        answers = []
    if answers and all(findings for _name, findings, _one in answers):
        lines = [f"{name}: {words.say(said, one.description, language)}" for name, said, one in answers]
        findings = [finding for _name, said, _one in answers for finding in said]
    else:
        lines, findings = _side_by_side(both, language)
    badge = least_sure([*(finding.badge for finding in findings), badge_of(first), badge_of(second)])
    return _answer(first, language, "\n".join(lines), findings).model_copy(update={"badge": badge})


Named = tuple[str, "Reading"]


def _side_by_side(both: tuple[Named, Named], language: Language) -> tuple[list[str], list[Finding]]:
    from rusoil_jupyter.figures import query, words

    lines, findings = [], []
    pairs, alone = _pairs(both[0][1], both[1][1])
    for left, right in pairs[:MOST_PAIRS]:
        pair = _together(both[0], left, both[1], right)
        try:
            finding = query.answer(pair, Query(op="compare", series="a", other="b"))
        except InvalidRequest:
            continue
        findings.append(finding)
        lines.append(words.say([finding], pair.description, language))
    for (name, _reading), labels in zip(both, alone, strict=True):
        if labels:
            lines.append(_("{figure} alone has: {series}.").format(figure=name, series=", ".join(labels)))
    if not findings:
        lines = [f"{name}: {words.describe(reading, language)}" for name, reading in both] + lines
    return lines, findings


def _series(reading: Reading) -> dict[str, str]:
    """Id by label."""
    return {
        one.label or panel.title or one.id: one.id
        for panel in reading.description.panels
        for one in panel.series
    }


def _pairs(first: Reading, second: Reading) -> tuple[list[tuple[str, str]], tuple[list[str], list[str]]]:
    """Series with the same label, and the labels of those that have no other half."""
    left, right = _series(first), _series(second)
    same = [(left[label], right[label]) for label in left if label in right]
    if not same and len(left) == len(right) == 1:
        return [(*left.values(), *right.values())], ([], [])  # type: ignore[list-item]
    return same, ([one for one in left if one not in right], [one for one in right if one not in left])


def _together(first: Named, left: str, second: Named, right: str) -> Reading:
    """One reading of two series of two figures, named by them."""
    from rusoil_jupyter.figures.reading import Reading

    series, arrays, errors = [], {}, {}
    for key, (name, reading), own in (("a", first, left), ("b", second, right)):
        panel, one = reading.description.find(own)
        label = f"{one.label or panel.title or one.id} ({name.lower()})"
        series.append(one.model_copy(update={"id": key, "label": label[:500]}))
        if own in reading.arrays:
            arrays[key] = reading.arrays[own]
        if own in reading.error:
            errors[key] = reading.error[own]
    panel, _one = first[1].description.find(left)
    whole = panel.model_copy(update={"series": tuple(series)})
    badge = least_sure([first[1].badge, second[1].badge])
    return Reading(FigureDescription(panels=(whole,)), arrays, badge, errors)


# --- a clip ---------------------------------------------------------------------------------------


def _clip(asked: InterpretRequest, path: str, language: Language) -> dict[str, Any]:
    seen = _look_at_clip(path, "", language, brief=False)
    answer = Interpretation(text=seen["told"], badge="estimated", language=language)
    wanted = {name: seen[name] for name in ("told", "brief", "images", "times")} | {
        "schema": None,
        "menu": "",
    }
    return {
        "interpretation": answer.model_dump(mode="json"),
        "open": wanted if asked.model else None,
        "understood": False,
    }


def _look_at_clip(path: str, name: str, language: Language, *, brief: bool) -> dict[str, Any]:
    from pathlib import Path

    from rusoil_jupyter import video
    from rusoil_jupyter.vision import THUMB_SIDE

    file = Path(path)
    clip = video.frames(file, _media_type(file))
    length = "" if clip.seconds is None else video.moment(clip.seconds)
    lines = [
        _("A clip of {length}, {count} frames of it:").format(length=length or "?", count=len(clip.frames))
    ]
    images, times, before, said = [], [], None, ""
    unchanged = _("unchanged")
    for frame in clip.frames:
        times.append(video.moment(frame.seconds))
        picture = _still(frame.image)
        images.append(picture.part(f"{name} {times[-1]}".strip(), THUMB_SIDE).model_dump())
        told = said if brief or _alike(before, frame.image) else _frame_in_words(picture, language)
        lines.append(f"{times[-1]} {told if told != said else unchanged}")
        before, said = frame.image, told
    text = "\n".join(lines)
    seen: dict[str, Any] = {"told": text, "brief": _cut(text, BRIEF_BYTES), "images": images, "times": times}
    return seen


def _media_type(path: Any) -> str:
    """By the first bytes: an upload's file has no name of its own."""
    from rusoil_jupyter.video import CONTAINERS

    with path.open("rb") as file:
        head = file.read(16)
    for media_type, (_name, place, begins) in CONTAINERS.items():
        if begins and head[place : place + len(begins)] == begins:
            return media_type
    return "video/quicktime"


def _still(image: Any) -> Picture:
    from io import BytesIO

    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def _alike(first: Any, second: Any) -> bool:
    """Whether two frames show the same, but for a hundredth of their brightness."""
    if first is None or first.size != second.size:
        return False
    from PIL import ImageChops, ImageStat

    return max(ImageStat.Stat(ImageChops.difference(first, second)).mean) < 0.5


def _frame_in_words(picture: Picture, language: Language) -> str:
    from rusoil_jupyter.figures import words

    try:
        reading = Source(file=picture).read()
    except Exception:  # a frame may show anything
        reading = None
    if reading is None or not has_content(reading):
        return _("no chart was recognised")
    return words.describe(reading, language)


def has_content(reading: Reading) -> bool:
    """Whether anything was read that can be told."""
    told = reading.description
    return bool(told.diagram or any(panel.series for panel in told.panels))


# --- in a chat ------------------------------------------------------------------------------------


def look(
    parts: list[dict[str, Any]],
    question: str,
    files: dict[str, dict[str, str]] | None = None,
    language: str | None = None,
    brief: bool = False,
) -> list[dict[str, Any] | None]:
    """What there is to see in the parts of a message; ``None`` for a part that shows no figure.

    Args:
        parts: JSON of message parts.
        question: what is asked about them.
        files: ``path`` and ``media_type`` by the ids of uploads.
        language: of the reader.
        brief: pictures are only decoded and made small, and of outputs only what is stored is read.

    Raises:
        InvalidRequest: a picture or clip that was attached can't be decoded.
    """
    spoken = language_of(question, language)
    use_language(spoken)
    return [_look(part, question, files or {}, spoken, brief=brief) for part in parts]


def _look(
    part: dict[str, Any], question: str, files: dict[str, dict[str, str]], language: Language, *, brief: bool
) -> dict[str, Any] | None:
    seen: dict[str, Any] = {"name": part.get("name", ""), "language": language, "times": [], "images": []}
    match part["type"]:
        case "image":
            file = files.get(part.get("upload", ""))
            picture = _of_file(file) if file else Picture(decoded(part["data"]), part["media_type"])
            seen["images"] = [picture.part(part.get("name", "")).model_dump()]
            source = Source(file=picture)
        case "video":
            return seen | _look_at_clip(files[part["upload"]]["path"], seen["name"], language, brief=brief)
        case "output":
            if brief:
                return seen | _stored(part["mimebundle"], language)
            source = Source(mimebundle=part["mimebundle"])
            with suppress(InvalidRequest):  # the figure may be known without its picture
                if source.picture is not None:
                    seen["images"] = [source.picture.part(seen["name"]).model_dump()]
        case _:
            return None
    if not brief:
        seen |= _read_of(source, question, language)
    return seen if seen["images"] or seen.keys() & {"brief", "trouble"} else None


def _read_of(source: Source, question: str, language: Language) -> dict[str, Any]:
    """What was read of a figure, and what its finding says to the question; or why it was not read."""
    try:
        return _said_of(source, question, language)
    except Exception as error:  # one figure that can't be read must not cost its reader the question
        told, cause = as_error(error)
        return {"trouble": f"{told.message} {told.next_step}", "cause": cause}


def _said_of(source: Source, question: str, language: Language) -> dict[str, Any]:
    from rusoil_jupyter.figures import words

    reading = source.read()
    if reading is None or not has_content(reading):
        return {}
    seen: dict[str, Any] = {"badge": badge_of(reading)}
    findings: tuple[Finding, ...] = ()
    try:
        findings = found(question, None, reading)
    except InvalidRequest as error:
        seen["refusal"] = f"{error.message} {error.next_step}"
    sentence = words.say(findings, reading.description, language) if findings else ""
    if findings:
        seen |= {"badge": least_sure([one.badge for one in findings]), "sentence": sentence}
    return seen | {
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "brief": brief_text(reading, language, sentence),
        "told": full_text(reading, language, sentence),
    }


def _stored(mimebundle: dict[str, Any], language: Language) -> dict[str, Any]:
    from rusoil_jupyter.figures.description import FIGURE_TYPE

    if FIGURE_TYPE not in mimebundle:
        return {}
    try:
        reading = Source(mimebundle={FIGURE_TYPE: mimebundle[FIGURE_TYPE]}).read()
    except RusoilError:
        return {}
    if reading is None:
        return {}
    return {"brief": brief_text(reading, language), "told": full_text(reading, language)}


def contradictions(
    text: str,
    request: dict[str, Any] | None = None,
    part: dict[str, Any] | None = None,
    files: dict[str, dict[str, str]] | None = None,
) -> list[str]:
    """Sentences about numbers in a model's text that the figure refutes."""
    from rusoil_jupyter.figures import words

    if request is not None:
        asked = InterpretRequest.model_validate(request)
        source, region = source_of(asked, next(iter((files or {}).values()), None)), asked.region
    elif part is not None and part["type"] == "output":
        source, region = Source(mimebundle=part["mimebundle"]), None
    elif part is not None and part["type"] == "image":
        file = (files or {}).get(part.get("upload", ""))
        data = _of_file(file) if file else Picture(decoded(part["data"]), part["media_type"])
        source, region = Source(file=data), None
    else:
        return []
    reading = source.read(region)
    if reading is None or not has_content(reading):
        return []
    return list(words.verify(text, reading))


def picture(data: str, media_type: str) -> dict[str, Any]:
    """A picture that a model made, as it is kept.

    Raises:
        InvalidRequest: it can't be decoded, or is over a limit.
    """
    part: dict[str, Any] = Picture(decoded(data), media_type).part(side=2048).model_dump()
    return part


def plugins() -> list[dict[str, str]]:
    """The readers of other packages that could not be loaded, and why."""
    from rusoil_jupyter.figures import readers

    return [{"name": failure.name, "error": failure.error} for failure in readers.plugins().failures]
