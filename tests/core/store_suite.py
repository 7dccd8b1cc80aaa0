"""What a session store promises, whatever database is behind it.

A subclass gives the fixture ``url`` (of an empty database) and is run against SQLite here and against
PostgreSQL in ``tests/services``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from rusoil_jupyter.errors import Conflict, UnknownSession
from rusoil_jupyter.events import Usage
from rusoil_jupyter.messages import (
    FilePart,
    ImagePart,
    Message,
    OutputPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.store import sessions
from rusoil_jupyter.store.schema import Base
from rusoil_jupyter.store.sessions import TITLE_CHARS, SessionStore, new_id

WRITER = """
import sys
from rusoil_jupyter.messages import Message
from rusoil_jupyter.store.sessions import SessionStore

url, session_id, name, count = sys.argv[1:]
store = SessionStore(url)
import alembic.command, alembic.config, rusoil_jupyter.store.schema  # not in the race
print("ready", flush=True)
sys.stdin.readline()
session_id = session_id or store.create("me").id
for n in range(int(count)):
    store.add_question("me", session_id, Message.of("user", f"{name} {n}"), f"{name}-request-{n}")
store.close()
"""


class SessionStoreSuite:
    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url: str) -> Iterator[SessionStore]:
        store = SessionStore(url)
        yield store
        store.close()

    def ask(self, store: SessionStore, session_id: str, text: str, **more: str) -> str:
        """A question whose answer begins."""
        request_id = f"request-{text}"[:64]  # the wire allows no longer one
        self.last = answer_id = new_id()
        asked = Message.of("user", text)
        return store.add_question("me", session_id, asked, request_id, answer_id=answer_id, **more)

    def answer(
        self, store: SessionStore, session_id: str, text: str, answer_id: str = "", **more: object
    ) -> str:
        """The end of the last answer, or of this one."""
        answer_id = answer_id or self.last
        given = {"model": "b/m", "finish_reason": "stop", "error": None, "notices": (), "usage": None} | more
        store.add_steps(answer_id, 0, [TextPart(text=text)] if text else [])
        store.end_answer("me", session_id, answer_id, **given)
        return answer_id

    def shown(self, store: SessionStore, session_id: str) -> list[str]:
        return [part.text for message in store.read("me", session_id).messages for part in message.parts]

    # --- sessions ---

    def test_a_new_session_is_empty(self, store):
        created = store.create("me", "Title")
        assert store.read("me", created.id).messages == ()
        assert store.list_sessions("me") == [created]

    def test_the_latest_session_comes_first(self, store):
        first, second = store.create("me"), store.create("me")
        self.ask(store, first.id, "Hi.")
        assert [session.id for session in store.list_sessions("me")] == [first.id, second.id]

    def test_a_session_can_be_renamed(self, store):
        session = store.create("me")
        store.rename("me", session.id, "Новое имя 👋")
        assert store.read("me", session.id).title == "Новое имя 👋"

    def test_a_deleted_session_is_gone_with_its_messages(self, store):
        session = store.create("me")
        self.ask(store, session.id, "Hi.")
        store.delete("me", session.id)
        assert store.list_sessions("me") == []
        with pytest.raises(UnknownSession):
            store.read("me", session.id)

    def test_times_are_utc_with_their_zone(self, store):
        session = store.create("me")
        assert session.created_at.endswith("+00:00")
        assert store.read("me", session.id).created_at == session.created_at

    @pytest.mark.parametrize(
        "do",
        [
            lambda store, id_: store.read("you", id_),
            lambda store, id_: store.history("you", id_),
            lambda store, id_: store.rename("you", id_, "x"),
            lambda store, id_: store.delete("you", id_),
            lambda store, id_: store.add_question("you", id_, Message.of("user", "x"), "request-1"),
        ],
        ids=["read", "history", "rename", "delete", "add"],
    )
    def test_a_session_is_its_owners_alone(self, store, do):
        session = store.create("me")
        with pytest.raises(UnknownSession):
            do(store, session.id)
        assert store.list_sessions("you") == []
        assert store.read("me", session.id).messages == ()

    # --- messages ---

    def test_what_was_said_is_read_as_it_was(self, store):
        session = store.create("me")
        parts = (
            TextPart(text="Почему? 👋 \\u0000"),
            FilePart(name="a.py", text="x = 1", media_type="text/x-python"),
            OutputPart(mimebundle={"text/plain": ["a", "b"], "application/json": {"a": [1, None]}}),
        )
        question = Message(role="user", parts=parts)
        store.add_question("me", session.id, question, "request-1", answer_id="answer")
        usage = Usage(prompt_tokens=3, tokens_per_second=1.5)
        self.answer(store, session.id, "So.", "answer", notices=["Careful."], usage=usage)
        asked, answered = store.read("me", session.id).messages
        assert asked.parts == parts
        assert (answered.model, answered.notices, answered.usage) == ("b/m", ("Careful.",), usage)

    def test_a_failed_answer_keeps_its_error_and_is_not_history(self, store):
        session = store.create("me")
        self.ask(store, session.id, "Hi.")
        self.answer(store, session.id, "", finish_reason=None, error="Away.")
        assert store.read("me", session.id).messages[1].error == "Away."
        assert [message.text for message in store.history("me", session.id)] == ["Hi."]

    def test_the_first_question_gives_the_title(self, store):
        session = store.create("me")
        self.ask(store, session.id, "What\n is  " + "x" * 100)
        title = store.read("me", session.id).title
        assert title.startswith("What is xxx")
        assert len(title) <= TITLE_CHARS
        self.ask(store, session.id, "Second.")
        assert store.read("me", session.id).title == title

    def test_a_title_made_of_a_question_follows_its_edit(self, store):
        session = store.create("me")
        first = self.ask(store, session.id, "my secret plan")
        self.answer(store, session.id, "So.")
        first = self.ask(store, session.id, "a harmless plan", replace_from=first)
        assert store.read("me", session.id).title == "a harmless plan"
        self.ask(store, session.id, "x" * 100, replace_from=first)
        assert store.read("me", session.id).title.startswith("xxx")

    def test_a_title_that_a_client_made_of_a_question_follows_too(self, store):
        session = store.create("me", "my secret")
        first = self.ask(store, session.id, "my secret\nplan")
        self.ask(store, session.id, "harmless", replace_from=first)
        assert store.read("me", session.id).title == "harmless"

    def test_a_title_of_its_own_outlives_an_edit(self, store):
        session = store.create("me")
        first = self.ask(store, session.id, "one")
        store.rename("me", session.id, "Chosen")
        self.ask(store, session.id, "two", replace_from=first)
        assert store.read("me", session.id).title == "Chosen"

    def test_an_edit_of_a_later_question_leaves_the_title(self, store):
        session = store.create("me")
        self.ask(store, session.id, "one")
        second = self.ask(store, session.id, "two")
        self.ask(store, session.id, "three", replace_from=second)
        assert store.read("me", session.id).title == "one"

    def test_what_was_replaced_is_in_no_table(self, store, url):
        session = store.create("me")
        first = self.ask(store, session.id, "old words")
        self.answer(store, session.id, "old answer")
        self.ask(store, session.id, "new words", replace_from=first)
        assert "old" not in self.tables(url)

    def test_replacing_hides_a_message_and_all_after_it(self, store):
        session = store.create("me")
        self.ask(store, session.id, "one")
        self.answer(store, session.id, "answer one")
        second = self.ask(store, session.id, "two")
        self.answer(store, session.id, "answer two")
        self.ask(store, session.id, "two again", replace_from=second)
        assert self.shown(store, session.id) == ["one", "answer one", "two again"]
        assert store.list_sessions("me")[0].message_count == 4

    def test_history_before_a_message_leaves_it_and_the_rest_out(self, store):
        session = store.create("me")
        self.ask(store, session.id, "one")
        second = self.ask(store, session.id, "two")
        assert [m.text for m in store.history("me", session.id, before=second)] == ["one"]

    @pytest.mark.parametrize("which", ["never was", "replaced before", "of another session"])
    def test_what_is_not_shown_can_not_be_replaced(self, store, which):
        session, other = store.create("me"), store.create("me")
        first = self.ask(store, session.id, "one")
        self.ask(store, session.id, "one again", replace_from=first)
        wrong = {
            "never was": "no-such-id",
            "replaced before": first,
            "of another session": self.ask(store, other.id, "other"),
        }[which]
        with pytest.raises(Conflict):
            self.ask(store, session.id, "x", replace_from=wrong)
        with pytest.raises(Conflict):
            store.history("me", session.id, before=wrong)
        assert self.shown(store, session.id) == ["one again"]

    def test_an_answer_to_a_replaced_question_is_not_shown(self, store):
        session = store.create("me")
        first = self.ask(store, session.id, "one")
        late = self.last
        self.ask(store, session.id, "two", replace_from=first)
        self.answer(store, session.id, "late", late)
        assert self.shown(store, session.id) == ["two"]

    def test_an_answer_to_a_deleted_session_is_refused(self, store):
        session = store.create("me")
        store.delete("me", session.id)
        with pytest.raises(UnknownSession):
            self.answer(store, session.id, "late", "no-such-answer")

    # --- steps ---

    def test_steps_are_kept_as_they_come_and_in_their_order(self, store):
        session = store.create("me")
        self.ask(store, session.id, "Draw it.")
        steps = (
            ReasoningPart(text="A line.", signature="s"),
            TextPart(text="Here "),
            ToolCallPart(id="1", name="draw", arguments="{}"),
            ToolResultPart(id="1", text="done"),
            ImagePart(data="A" * 5000),
            TextPart(text="it is."),
        )
        for place, step in enumerate(steps):
            store.add_steps(self.last, place, [step])
            answer = store.read("me", session.id).messages[-1]
            assert (answer.parts, answer.running, answer.error) == (steps[: place + 1], True, None)

    def test_a_step_that_goes_on_is_replaced_by_more_of_it(self, store):
        session = store.create("me")
        self.ask(store, session.id, "Hi.")
        assert store.rename("me", session.id, "Talk").running
        store.add_steps(self.last, 0, [TextPart(text="Hel")])
        store.add_steps(self.last, 0, [TextPart(text="Hello."), TextPart(text="And")])
        assert self.shown(store, session.id) == ["Hi.", "Hello.", "And"]

    def test_pictures_are_apart_and_come_back_where_they_were(self, store, url):
        session = store.create("me")
        odd = {"image/png": "B" * 5000, "image/gif": {"picture": "x"}, "application/json": {"picture": "y"}}
        parts = (
            ImagePart(data="A" * 5000, name="a"),
            OutputPart(mimebundle=odd | {"text/plain": "figure"}),
            ImagePart(data="C" * 10),
        )
        store.add_question("me", session.id, Message(role="user", parts=parts), "request-1")
        assert store.read("me", session.id).messages[0].parts == parts
        assert [message.parts for message in store.history("me", session.id)] == [parts]
        assert sorted(len(data) for data in self.pictures(url)) == [5000, 5000]
        store.delete("me", session.id)
        assert self.pictures(url) == []

    def test_an_answer_that_nobody_renews_was_interrupted(self, store, monkeypatch):
        session = store.create("me")
        monkeypatch.setattr(sessions, "LEASE", timedelta(seconds=-1))
        self.ask(store, session.id, "Hi.")
        store.add_steps(self.last, 0, [TextPart(text="Hel")])
        answer = store.read("me", session.id).messages[-1]
        assert not answer.running
        assert "server was stopped" in str(answer.error)
        assert [message.text for message in store.history("me", session.id)] == ["Hi.", "Hel"]
        monkeypatch.setattr(sessions, "LEASE", timedelta(seconds=60))
        store.renew([self.last])
        assert store.read("me", session.id).messages[-1].running

    def test_a_step_of_an_answer_that_is_gone_is_nothing(self, store, url):
        store.add_steps("no-such-answer", 0, [TextPart(text="late")])
        store.renew(["no-such-answer"])
        assert "late" not in self.tables(url)

    # --- many at once ---

    def test_two_threads_lose_no_message_and_keep_an_order(self, store):
        session = store.create("me")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: self.ask(store, session.id, str(n)), range(40)))
        first = self.shown(store, session.id)
        assert sorted(first, key=int) == [str(n) for n in range(40)]
        positions = [message.created_at for message in store.read("me", session.id).messages]
        assert positions == sorted(positions)

    def test_control_characters_do_not_reach_a_title(self, store):
        named = store.create("me", "a\x00b\x07")
        assert store.rename("me", named.id, "we\x00ll").title == "well"
        asked = store.create("me")
        store.add_question("me", asked.id, Message.of("user", "what\x00 is it"), "request-1")
        assert named.title == "ab"
        assert store.read("me", asked.id).title == "what is it"

    def test_two_processes_on_one_database_lose_no_message(self, store, url):
        session = store.create("me")
        self.write(url, session.id, count=15)
        shown = self.shown(store, session.id)
        for name in ("left", "right"):
            assert [text for text in shown if text.startswith(name)] == [f"{name} {n}" for n in range(15)]
        positions = self.positions(url)
        assert len(set(positions)) == len(positions)

    def test_two_processes_may_both_be_first(self, url):
        self.write(url, "", count=1)
        store = SessionStore(url)
        assert len(store.list_sessions("me")) == 2
        store.close()

    def write(self, url: str, session_id: str, count: int) -> None:
        """Two processes that write at the same time."""
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, url, session_id, name, str(count)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("left", "right")
        ]
        for writer in writers:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            writer.communicate(timeout=60)
        assert [writer.returncode for writer in writers] == [0, 0]

    def tables(self, url: str) -> str:
        """All that the tables hold, as text."""
        engine = create_engine(url)
        with engine.connect() as connection:
            tables = Base.metadata.sorted_tables
            rows = [connection.execute(table.select()).all() for table in tables]
        engine.dispose()
        return str(rows)

    def pictures(self, url: str) -> list[str]:
        engine = create_engine(url)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT data FROM pictures").scalars().all()
        engine.dispose()
        return list(rows)

    def positions(self, url: str) -> list[int]:
        engine = create_engine(url)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT position FROM messages").scalars().all()
        engine.dispose()
        return list(rows)

    # --- migrations ---

    def test_the_migrations_make_what_the_schema_says(self, store, url):
        store.list_sessions("me")
        engine = create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        engine.dispose()

    def test_opening_again_changes_nothing(self, store, url):
        session = store.create("me")
        again = SessionStore(url)
        assert [found.id for found in again.list_sessions("me")] == [session.id]
        again.close()

    # --- consents ---

    def test_a_consent_is_kept_once_by_owner_and_can_be_revoked(self, store: SessionStore) -> None:
        for _twice in range(2):
            store.agree("me", "api.example.com:8443")
        store.agree("you", "other.example")
        [consent] = store.consents("me")
        assert consent.destination == "api.example.com:8443"
        assert consent.agreed_at
        store.revoke("you", "api.example.com:8443")
        store.revoke("me", "never.example")
        assert store.consents("me") == [consent]
        store.revoke("me", consent.destination)
        assert store.consents("me") == []
        assert len(store.consents("you")) == 1

    def test_questions_wait_in_their_order_until_they_are_asked(self, store: SessionStore) -> None:
        session = store.create("me").id
        waiting = [ChatRequest(prompt=words, session_id=session) for words in ("one", "two", "three")]
        for number, request in enumerate(waiting):
            assert store.put_queued("me", session, f"request-{number}", request)
        store.put_queued("me", session, "request-0", waiting[2])  # changed, it keeps its place
        assert [one.id for one in store.queued("me", session)] == ["request-0", "request-1", "request-2"]
        assert store.queued("me", session)[0].request == waiting[2]
        assert store.drop_queued("you", "request-1") is None
        assert store.drop_queued("me", "request-1") == session
        assert store.drop_queued("me", "request-1") is None
        store.add_question("me", session, Message.of("user", "three"), "request-0")
        assert [one.id for one in store.read("me", session).queue] == ["request-2"]
        assert not store.put_queued("me", session, "request-0", waiting[0])  # it has been asked
        assert [one.id for one in store.queued("me", session)] == ["request-2"]
        with pytest.raises(UnknownSession):
            store.queued("you", session)
        with pytest.raises(UnknownSession):
            store.put_queued("you", session, "request-9", waiting[0])
        store.delete("me", session)
        assert store.drop_queued("me", "request-2") is None

    def test_a_question_is_kept_once_more_when_it_has_been_seen(self, store: SessionStore) -> None:
        session = store.create("me").id
        question = Message(role="user", parts=(TextPart(text="?"), ImagePart(data="", upload="0" * 32)))
        asked = store.add_question("me", session, question, "request-1", answer_id="answer")
        seen = Message(role="user", parts=(TextPart(text="?"), ImagePart(data="aaaa")))
        store.keep_question(asked, seen)
        store.keep_question("gone", seen)
        kept, answer = store.read("me", session).messages
        assert (kept.parts, kept.running, answer.running) == (seen.parts, False, True)

    def test_an_interrupted_answer_says_so_and_has_no_end(self, store: SessionStore) -> None:
        session = store.create("me").id
        store.add_question("me", session, Message.of("user", "?"), "request-1", answer_id="answer")
        ended = {"model": "a/b", "finish_reason": None, "error": None, "notices": (), "usage": None}
        store.end_answer("me", session, "answer", interrupted=True, **ended)
        [_asked, answer] = store.read("me", session).messages
        assert (answer.interrupted, answer.running) == (True, False)
        assert "stopped" in answer.error
