"""The one road from a question to a model: nothing else in the product asks one.

::

    call            what travels: who asks, what, whom, with which options; and the shape of a step
    survey          what models there are now
    routing         which of them is meant, as pure functions; ``choice``: what ``auto`` means
    compose         which policy wraps which
    fallback        the next one answers where one can't, until the first word
    consent         nothing leaves for elsewhere before its owner has seen what, and agreed
    announcement    who answers, and what the user should know before; ``language``: whether it speaks theirs
    contradictions  the question's own figures against the answer's numbers
    overflow        the oldest turns of a session stay away where all is too long
    promises        an answer has the form that was asked for, or is an error
    pictures        what a model drew is decoded before anybody gets it
    endpoint        the model itself
    asking          questions of ours: an answer as one text; vectors; counted tokens

A policy is a step around a step (:class:`.Policy`). What it refuses, it refuses in ``admit``, before anything
is kept or sent. :class:`rusoil_jupyter.testing.policies.PolicyContract` says what else it promises.
"""

from __future__ import annotations

from rusoil_jupyter.caller import Caller
from rusoil_jupyter.pipeline.asking import Asking, count, embed
from rusoil_jupyter.pipeline.call import Call, Link, Passed, Plain, Policy, Question, Step
from rusoil_jupyter.pipeline.compose import laptop
from rusoil_jupyter.pipeline.consent import Consents
from rusoil_jupyter.pipeline.endpoint import Endpoint
from rusoil_jupyter.pipeline.routing import Needs, Snapshot
from rusoil_jupyter.pipeline.survey import Survey

__all__ = [
    "Asking",
    "Call",
    "Caller",
    "Consents",
    "Endpoint",
    "Link",
    "Needs",
    "Passed",
    "Plain",
    "Policy",
    "Question",
    "Snapshot",
    "Step",
    "Survey",
    "count",
    "embed",
    "laptop",
]
