"""Which model answers: pure functions over a snapshot of what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, UnknownModel, UnsupportedModality
from rusoil_jupyter.i18n import _
from rusoil_jupyter.pipeline.call import Link, Passed
from rusoil_jupyter.pipeline.choice import Choice, choose
from rusoil_jupyter.protocol import AUTO, ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Snapshot:
    """What is known when it is decided who answers.

    Args:
        models: all of them, in order of preference.
        memory: bytes that a model may use here; ``None`` where that is not known.
        default: the configuration's own choice, or ``auto``.
        chain: who answers for ``auto``, in order: ids of models, or names of backends.
        not_agreed: why nothing may be sent to a model yet, by its id.
        away: why a backend has no models now, by its name.
        remembered: whether the models are those of a moment ago.
    """

    models: tuple[ModelInfo, ...]
    memory: int | None = None
    default: str = AUTO
    chain: tuple[str, ...] = ()
    not_agreed: Mapping[str, str] = field(default_factory=dict)
    away: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False

    @property
    def sees(self) -> bool:
        """Whether a model that sees pictures could answer now."""
        return any(model.vision and model.available for model in self.models)

    def meant(self, entry: str) -> list[ModelInfo]:
        """The models that an entry of the chain means: one by its id, or all of a backend by its name."""
        return [model for model in self.models if entry in {model.id, model.backend}]

    def best(self, models: Iterable[ModelInfo]) -> Choice | None:
        """The best of these that can answer; ``None`` where none can."""
        return choose(list(models), self.default, self.memory)

    def chosen(self) -> Choice | None:
        """What ``auto`` means; ``None`` where nothing can answer."""
        for entry in self.chain:
            if choice := self.best(self.meant(entry)):
                return choice
        return self.best(self.models)


@dataclass(frozen=True)
class Needs:
    """What a question asks of whoever answers it."""

    vision: bool = False
    grammar: bool = False

    def met(self, model: ModelInfo) -> bool:
        """Whether it can take such a question."""
        return (model.vision or not self.vision) and (model.grammars or not self.grammar)


ANYONE = Needs()


def resolve(known: Snapshot, wanted: str, needs: Needs = ANYONE) -> ModelInfo:
    """The model that was asked for, or that ``auto`` means.

    Raises:
        UnknownModel: nobody knows it.
        ModelUnavailable: it (or, for ``auto``, any) can't answer now.
        UnsupportedModality: it can't see the attached picture.
        InvalidRequest: it can't be held to a grammar.
    """
    model = _automatic(known, needs) if wanted == AUTO else _named(known, wanted)
    if not model.available:
        raise ModelUnavailable(model.reason, model.next_step)
    if needs.vision and not model.vision:
        raise UnsupportedModality(
            _("{model} can't see pictures.").format(model=model.name),
            _("Remove the picture, or choose a model with vision."),
            field="attachments",
        )
    if needs.grammar and not model.grammars:
        raise InvalidRequest(
            _("{model} can't be held to a grammar.").format(model=model.name),
            _("Ask for a JSON schema, or choose a model on this computer."),
            field="response_format",
        )
    return model


def _automatic(known: Snapshot, needs: Needs) -> ModelInfo:
    seeing = known.best(model for model in known.models if model.vision) if needs.vision else None
    choice = seeing or known.chosen()
    if choice is None:
        raise _nobody(known.models)
    return choice.model


def _named(known: Snapshot, wanted: str) -> ModelInfo:
    for model in known.models:
        if model.id == wanted:
            return model
    raise UnknownModel(
        _("There is no model called “{model}”.").format(model=wanted),
        _("Choose one from the list of models, or “auto”."),
        field="model",
    )


def _nobody(models: Iterable[ModelInfo]) -> ModelUnavailable:
    for model in models:
        if model.reason:
            return ModelUnavailable(f"{model.name}: {model.reason}", model.next_step)
    return ModelUnavailable(_("No model can answer now."), _("Run “rusoil doctor” to see what is wrong."))


def links(known: Snapshot, wanted: str, needs: Needs = ANYONE) -> tuple[Link, ...]:
    """Who may answer, in order. Only the first model may be one that its caller has yet to agree to.

    Raises:
        RusoilError: nobody can.
    """
    if wanted != AUTO or not known.chain:
        return (resolve(known, wanted, needs),)
    chain = [_link(known, entry, needs) for entry in known.chain]
    if not any(isinstance(link, ModelInfo) for link in chain):
        raise _nobody(known.models)
    first, *later = chain
    if isinstance(first, ModelInfo) and first.id in known.not_agreed:
        return (first,)  # the first choice: its caller is asked
    agreed = (first, *(_agreed(known, link) for link in later))
    if any(isinstance(link, ModelInfo) for link in agreed):
        return agreed
    return (next(link for link in chain if isinstance(link, ModelInfo)),)  # the only one: asked about, too


def _link(known: Snapshot, entry: str, needs: Needs) -> Link:
    """The model that an entry of the chain means now, or why there is none."""
    meant = known.meant(entry)
    if choice := known.best(model for model in meant if needs.met(model)):
        return choice.model
    if meant:
        return Passed(meant[0].id, meant[0].reason or _("It can't take this question."))
    reason = known.away.get(entry.partition("/")[0], _("It is not configured."))
    return Passed(entry, reason or _("There is no such model."))


def _agreed(known: Snapshot, link: Link) -> Link:
    if isinstance(link, ModelInfo) and link.id in known.not_agreed:
        return Passed(link.id, known.not_agreed[link.id])
    return link


def maker(known: Snapshot, wanted: str, *, is_wanted: bool) -> ModelInfo | None:
    """The model that makes a picture of a prompt; ``None`` where none is asked for.

    Args:
        known: what there is.
        wanted: a model's id, or ``auto``.
        is_wanted: whether a picture is to be made, whoever makes it.

    Raises:
        RusoilError: a picture was asked for, and there is nobody to make it, or not now.
    """
    able = [model for model in known.models if model.purpose == "image"]
    if wanted != AUTO:
        chosen = next((model for model in able if model.id == wanted), None)
        return chosen and resolve(known, chosen.id)
    if not is_wanted:
        return None
    if not able:
        raise UnsupportedModality(
            _("No model here makes pictures."),
            _("Add one to the configuration with the purpose “image”, or attach a picture to ask about."),
            field="modality",
        )
    return resolve(known, next((model.id for model in able if model.available), able[0].id))


def first(links: Iterable[Link]) -> ModelInfo:
    """The model that is asked first."""
    return next(link for link in links if isinstance(link, ModelInfo))
