"""What ``%rusoil models``, ``status`` and ``help`` show, as markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.markdown import fenced, one_line

if TYPE_CHECKING:
    from rusoil_jupyter.errors import WouldSend
    from rusoil_jupyter.protocol import ConsentList, Interpretation, ModelInfo, ModelList, Status


def models_text(models: ModelList) -> str:
    """One line a model; why it is unavailable and what to do, where it is."""
    if not models.models:
        return _("The server knows no model yet.")
    return "\n".join(_model(one, one.id == models.default) for one in models.models)


def _model(model: ModelInfo, is_default: bool) -> str:
    facts = [one_line(model.name)] if model.name != model.id else []
    if model.context_length:
        facts.append(_("{count} tokens of context").format(count=model.context_length))
    facts += [_("sees pictures")] if model.vision else []
    facts += [_("the default")] if is_default else []
    if not model.available:
        facts.append(one_line(f"{model.reason} {model.next_step}") or _("unavailable"))
    return f"- `{model.id}`" + (": " + "; ".join(facts) if facts else "")


def status_text(status: Status, url: str) -> str:
    """Where the assistant runs, and which of its backends are ready."""
    about = {"version": status.version, "mode": status.mode, "url": url}
    lines = [_("Assistant {version}, mode {mode}, at {url}").format(**about)]
    if not status.ready:
        lines.append(one_line(f"{status.reason} {status.next_step}"))
    for backend in status.backends:
        ready = _("ready") if backend.ready else one_line(f"{backend.reason} {backend.next_step}")
        lines.append(f"- `{backend.name}`: {ready}")
    for plugin in status.plugin_failures:
        lines.append(f"- `{plugin.name}`: {one_line(plugin.error)}")
    return "\n".join(lines)


def consents_text(consents: ConsentList) -> str:
    """To which hosts the user agreed."""
    if consents.policy == "agreed":
        return _("Whoever runs this server agreed for everybody that questions go to hosted models.")
    if not consents.consents:
        return _("You have agreed to send questions to no host.")
    lines = [f"- `{one.destination}` ({one.agreed_at[:10]})" for one in consents.consents]
    return "\n".join([_("You agreed to send questions to:"), *lines])


def would_send_text(would_send: WouldSend) -> str:
    """What a question would send to whom, part by part."""
    about = {"model": would_send.model, "destination": would_send.destination}
    lines = [_("`{model}` runs elsewhere. This would be sent to **{destination}**:").format(**about)]
    for part in would_send.parts:
        name = f" {one_line(part.name)}" if part.name else ""
        unit = _("bytes") if part.kind == "image" else _("characters")
        lines.append(f"- {_PARTS[part.kind]()}{name}: {part.size} {unit}")
        if part.text:
            lines.append(fenced(part.text, "text"))
    return "\n\n".join(lines)


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


def interpretation_text(answer: Interpretation) -> str:
    """What was read of a figure, its badge below."""
    notices = [f"> {one_line(notice)}" for notice in answer.notices]
    return "\n\n".join([*notices, answer.text, f"*{_BADGES[answer.badge]()}*"])


def help_text(options: str) -> str:
    """How to ask, and the options."""
    usage = [
        _("%rusoil [options] question: ask in one line"),
        _("%%rusoil [options]: ask what the cell says"),
        _("%rusoil models | status | help: list models, show what works, show this"),
        _("%rusoil interpret [FIGURE] [question]: read the last figure, or the one in a variable or file"),
        _("%rusoil capture [on | off]: describe figures beside their pictures, or leave them alone"),
        _("%rusoil consent [BACKEND], revoke BACKEND: agree that questions go there, or take it back"),
        _('{name}, {name.attribute}, {name[0]}, {name["key"]}: the variable\'s content'),
        _("{{name}}: the text {name} itself"),
    ]
    return fenced("\n".join([*usage, "", options.rstrip()]), "text")
