"""Which policy wraps which: read from below, that is the way of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.pipeline.announcement import Announcement
from rusoil_jupyter.pipeline.consent import Consent
from rusoil_jupyter.pipeline.contradictions import Contradictions
from rusoil_jupyter.pipeline.fallback import Fallback
from rusoil_jupyter.pipeline.overflow import Overflow
from rusoil_jupyter.pipeline.pictures import Pictures
from rusoil_jupyter.pipeline.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rusoil_jupyter.messages import ImagePart
    from rusoil_jupyter.pipeline.call import Step
    from rusoil_jupyter.pipeline.consent import Consents

    Decode = Callable[[str, str], Awaitable[ImagePart]]


def laptop(end: Step, consents: Consents, decode: Decode) -> Step:
    """The road of one person's own server, to the model at its end."""
    road: Step = Pictures(end, decode)
    road = Promises(road)
    road = Overflow(road)
    road = Contradictions(road)
    road = Announcement(road)
    road = Consent(road, consents)
    return Fallback(road)
