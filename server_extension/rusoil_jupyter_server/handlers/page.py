"""``rusoil/chat``: the simple chat form, a page that needs no JupyterLab."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

from tornado import web

from rusoil_jupyter.errors import Unauthenticated
from rusoil_jupyter.i18n import _
from rusoil_jupyter_server.handlers.base import AssistantHandler

STATIC = Path(__file__).parent.parent / "static"
_TYPES = {"chat.js": "text/javascript", "chat.css": "text/css"}


class ChatPageHandler(AssistantHandler):
    """The page, its script and its style, all behind the same login."""

    @property
    def content_security_policy(self) -> str:
        """Nothing but this server's own files, and no framing by strangers."""
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
        )

    def get_login_url(self) -> str:
        """Where a person logs in. JupyterHub wraps this method of each handler to lead to itself."""
        return str(self.settings["login_url"])

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A person who opens the page without a login is sent to it, where a program gets an error."""
        cause = kwargs.get("exc_info", (None, None))[1]
        wants_page = "text/html" in self.request.headers.get("Accept", "")
        if self.visitor or not wants_page or not isinstance(cause, Unauthenticated | web.HTTPError):
            super().write_error(status_code, **kwargs)
            return
        url = self.get_login_url()
        if "?" not in url:  # JupyterHub's own address says where to come back to
            url += f"?{urlencode({'next': self.request.uri})}"
        self.redirect(url)

    @web.authenticated
    async def get(self, name: str | None = None) -> None:
        """Answer with the page, or one of its two files."""
        if name is not None:
            text = (STATIC / name).read_text(encoding="utf-8")
            self.finish(text, set_content_type=f"{_TYPES[name]}; charset=utf-8")
            return
        _token = self.xsrf_token  # reading it sets the cookie that the script must send back
        page = Template((STATIC / "chat.html").read_text(encoding="utf-8"))
        strings = {
            "title": _("Assistant"),
            "ask": _("Ask the assistant"),
            "send": _("Send"),
            "stop": _("Stop"),
            "model": _("Model"),
            "you": _("You"),
            "answer": _("Answer"),
            "reading": _("Reading your text…"),
            "loading": _("Loading the model…"),
            "lost": _("The connection was lost. Your question is kept; send it again."),
            "stopped": _("Stopped."),
            "agree": _("Send this, and what you ask later, there?"),
            "accept": _("Agree"),
            "decline": _("Cancel"),
        }
        base = self.base_url + "rusoil/"
        embedded = json.dumps(strings).replace("<", "\\u003c")
        text = page.substitute(strings, language=_("en"), base=base, strings=embedded)
        self.finish(text, set_content_type="text/html; charset=utf-8")
