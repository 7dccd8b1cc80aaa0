"""Every policy and composition of the road keeps the contract, which finds those that don't."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest

from rusoil_jupyter.events import Done, Event, Text
from rusoil_jupyter.messages import ImagePart
from rusoil_jupyter.pipeline import Call, Consents, Policy, Step, laptop
from rusoil_jupyter.pipeline.announcement import Announcement
from rusoil_jupyter.pipeline.consent import Consent
from rusoil_jupyter.pipeline.contradictions import Contradictions
from rusoil_jupyter.pipeline.fallback import Fallback
from rusoil_jupyter.pipeline.overflow import Overflow
from rusoil_jupyter.pipeline.pictures import Pictures
from rusoil_jupyter.pipeline.promises import Promises
from rusoil_jupyter.store.sessions import SessionStore
from rusoil_jupyter.testing.policies import PolicyContract


async def decode(data: str, media_type: str) -> ImagePart:
    return ImagePart(data=data)


NOBODY = SessionStore("sqlite://")
CONSENTS = Consents("ask", NOBODY)
POLICIES: dict[str, Callable[[Step], Step]] = {
    "fallback": Fallback,
    "consent": lambda inner: Consent(inner, CONSENTS),
    "announcement": Announcement,
    "contradictions": Contradictions,
    "overflow": Overflow,
    "promises": Promises,
    "pictures": lambda inner: Pictures(inner, decode),
}
COMPOSED: dict[str, Callable[[Step], Step]] = {
    "laptop": lambda end: laptop(end, CONSENTS, decode),
    "all, the other way round": lambda end: reduce(lambda inner, wrap: wrap(inner), POLICIES.values(), end),
}


@pytest.mark.parametrize("make_policy", [pytest.param(m, id=n) for n, m in (POLICIES | COMPOSED).items()])
class TestPolicies(PolicyContract):
    pass


def test_every_policy_of_the_road_is_checked():
    modules = {path.stem for path in Path(sys.modules[Policy.__module__].__file__ or "").parent.glob("*.py")}
    others = {"__init__", "asking", "call", "choice", "compose", "endpoint", "language", "routing", "survey"}
    assert modules - others == set(POLICIES)


# --- broken ones ------------------------------------------------------------------------------------


class Edited(Policy):
    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        async with aclosing(self._inner.stream(call)) as events:
            for event in self.edit([event async for event in events]):
                yield event

    def edit(self, events: list[Event]) -> list[Event]:
        return events


class HoldsBack(Edited):
    pass


class Loses(Policy):
    async def stream(self, call):
        async with aclosing(self._inner.stream(call)) as events:
            async for event in events:
                if event != Text(delta="7 "):
                    yield event


class Reorders(Edited):
    def edit(self, events):
        return [*events[1:-1], events[0], events[-1]]


class EndsTwice(Edited):
    def edit(self, events):
        return [*events, Done()]


class LeavesOpen(Policy):
    left: list[AsyncGenerator[Event, None]] = []  # noqa: RUF012 - held, so that nobody else closes it

    async def stream(self, call):
        events = self._inner.stream(call)
        self.left.append(events)
        async for event in events:
            yield event


class HidesErrors(Policy):
    async def stream(self, call):
        try:
            async with aclosing(self._inner.stream(call)) as events:
                async for event in events:
                    yield event
        except Exception:
            yield Done()


class LetsAllPass(Policy):
    async def admit(self, call):
        pass


class AsksToAdmit(Policy):
    async def admit(self, call):
        async with aclosing(self._inner.stream(call)) as events:
            await anext(events)
        await super().admit(call)


class Remembers(Policy):
    """Asks everybody's question as the first one was asked."""

    first: Call | None = None

    def stream(self, call):
        self.first = self.first or call
        return self._inner.stream(replace(call, question=self.first.question))


BROKEN = {
    Loses: "all_that_the_model_says",
    Reorders: "all_that_the_model_says",
    EndsTwice: "done_comes_once",
    HoldsBack: "not_held_back",
    LeavesOpen: "closes_what_it_wraps",
    HidesErrors: "an_error_comes_through",
    LetsAllPass: "refused_further_on",
    AsksToAdmit: "to_admit_asks_nothing",
    Remembers: "two_at_once",
}


class _Broken(PolicyContract):
    @pytest.fixture
    def make_policy(self):
        return {kind.__name__: kind for kind in BROKEN}[os.environ["RUSOIL_BROKEN_POLICY"]]


if "RUSOIL_BROKEN_POLICY" in os.environ:

    class TestBroken(_Broken):
        pass


@pytest.mark.parametrize(("kind", "check"), BROKEN.items())
def test_a_broken_policy_is_found(kind, check):
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", __file__, "-k", f"TestBroken and {check}"],
        env=os.environ | {"RUSOIL_BROKEN_POLICY": kind.__name__},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert found.returncode == 1, found.stdout[-2000:]
    assert " failed" in found.stdout
