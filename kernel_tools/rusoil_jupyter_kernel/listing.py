"""What ``%rusoil models``, ``status`` and ``help`` show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.shown import Shown, code, listed, notice, remark, stacked, words

if TYPE_CHECKING:
    from rusoil_jupyter.errors import WouldSend
    from rusoil_jupyter.protocol import ConsentList, Interpretation, ModelInfo, ModelList, Status


def models(known: ModelList) -> Shown:
    """One line a model; why it is unavailable and what to do, where it is."""
    if not known.models:
        return words(_("The server knows no model yet."))
    return listed((one.id, _facts(one, one.id == known.default)) for one in known.models)


def _facts(model: ModelInfo, is_default: bool) -> str:
    facts = [model.name] if model.name != model.id else []
    if model.context_length:
        facts.append(_("{count} tokens of context").format(count=model.context_length))
    facts += [_("sees pictures")] if model.vision else []
    facts += [_("the default")] if is_default else []
    if not model.available:
        facts.append(f"{model.reason} {model.next_step}".strip() or _("unavailable"))
    return "; ".join(facts)


def status(state: Status, url: str) -> Shown:
    """Where the assistant runs, and which of its backends are ready."""
    about = {"version": state.version, "mode": state.mode, "url": url}
    lines = [words(_("Assistant {version}, mode {mode}, at {url}").format(**about))]
    if not state.ready:
        lines.append(words(f"{state.reason} {state.next_step}".strip()))
    backends = [
        (one.name, _("ready") if one.ready else f"{one.reason} {one.next_step}") for one in state.backends
    ]
    failures = [(plugin.name, plugin.error) for plugin in state.plugin_failures]
    return stacked([*lines, listed([*backends, *failures])])


def consents(given: ConsentList) -> Shown:
    """To which hosts the user agreed."""
    if given.policy == "agreed":
        return words(_("Whoever runs this server agreed for everybody that questions go to hosted models."))
    if not given.consents:
        return words(_("You have agreed to send questions to no host."))
    hosts = listed((one.destination, one.agreed_at[:10]) for one in given.consents)
    return stacked([words(_("You agreed to send questions to:")), hosts])


def would_send(refused: WouldSend) -> Shown:
    """What a question would send to whom, part by part."""
    about = {"model": refused.model, "destination": refused.destination}
    shown = [words(_("{model} runs elsewhere. This would be sent to {destination}:").format(**about))]
    for part in refused.parts:
        unit = _("bytes") if part.kind == "image" else _("characters")
        name = " ".join(filter(None, [_PARTS[part.kind](), part.name]))
        shown.append(listed([(name, f"{part.size} {unit}")]))
        if part.text:
            shown.append(code(part.text))
    return stacked(shown)


_PARTS: dict[str, Callable[[], str]] = {
    "system": lambda: _("instructions"),
    "options": lambda: _("options"),
    "form": lambda: _("form of the answer"),
    "history": lambda: _("earlier messages"),
    "question": lambda: _("question"),
    "file": lambda: _("file"),
    "image": lambda: _("picture"),
    "output": lambda: _("output"),
    "tools": lambda: _("tools"),
}


_BADGES: dict[str, Callable[[], str]] = {
    "exact": lambda: _("exact: from all points in the kernel"),
    "stored": lambda: _("stored: from what is saved with the figure"),
    "estimated": lambda: _("estimated: from a sample, or from the picture"),
    "model": lambda: _("model: not checked against the figure"),
}


def interpretation(answer: Interpretation) -> Shown:
    """What was read of a figure, its badge below, or what can be asked. Words of a figure are text."""
    shown = [*(notice(one) for one in answer.notices), words(answer.text)]
    if answer.badge is not None:
        shown.append(remark(_BADGES[answer.badge]()))
    if answer.offers:
        labels = "; ".join(offer.label for offer in answer.offers)
        shown.append(words(_("You can ask: {questions}.").format(questions=labels)))
    return stacked(shown)


def usage(options: str) -> Shown:
    """How to ask, and the options."""
    ways = [
        _("%rusoil [options] question: ask in one line"),
        _("%%rusoil [options]: ask what the cell says"),
        _("%rusoil models | status | help: list models, show what works, show this"),
        _("%rusoil interpret [FIGURE] [question]: read the last figure, or the one in a variable or file"),
        _("%rusoil capture [on | off]: describe figures beside their pictures, or leave them alone"),
        _("%rusoil consent [BACKEND], revoke BACKEND: agree that questions go there, or take it back"),
        _('{name}, {name.attribute}, {name[0]}, {name["key"]}: the variable\'s content'),
        _("{{name}}: the text {name} itself"),
    ]
    return code("\n".join([*ways, "", options.rstrip()]))
