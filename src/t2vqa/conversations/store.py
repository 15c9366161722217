"""Conversations kept in a file, each seen by its owner alone."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from t2vqa.conversations.codec import (
    decode_feedback,
    decode_turn,
    encode_feedback,
    encode_turn,
)
from t2vqa.conversations.records import (
    ConversationSummary,
    Feedback,
    JudgedTurn,
    StoredConversation,
    StoredTurn,
)
from t2vqa.conversations.schema import damage_message, errors_told, open_file
from t2vqa.conversations.searching import folded, searched_text, snippet, terms_of, title_of
from t2vqa.errors import ConversationGoneError, ConversationStoreError
from t2vqa.index.schema import transaction

_IDENTIFIER_BYTES = 15
"""Twenty characters in a link; nobody guesses one of 2^120."""


class ConversationStore:
    """The conversations in one file, safe to use from many threads and several processes.

    What a method has returned from outlasts a kill of the process and a power cut. Every method
    takes an ``owner``, "" where there is no login, and finds nothing that another one owns.

    Raises:
        ConversationStoreError: By every method: the file is damaged, or cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open the file at ``path``, and make it where there is none.

        Raises:
            ConversationStoreError: It is damaged, of another program, of a newer t2vqa, or cannot
                be read or written. It is left as it is.
        """
        self.path = path
        self._lock = threading.Lock()
        self._connection = open_file(path)

    def start(self, owner: str, *turns: StoredTurn) -> str:
        """Keep a new conversation, titled after its first question, and return its id."""
        identifier = secrets.token_urlsafe(_IDENTIFIER_BYTES)
        title = title_of(turns[0].question) if turns else ""
        now = _now()
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO conversations (id, owner, title, title_folded, created, changed) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (identifier, _owner(owner), title, folded(title), now, now),
            )
            for position, turn in enumerate(turns):
                _put(connection, identifier, position, turn, now)
        return identifier

    def append(self, owner: str, identifier: str, turn: StoredTurn) -> int:
        """Put a turn at the end and return its position.

        Raises:
            ConversationGoneError: The owner has no such conversation (any more).
        """
        with self._changing(owner, identifier) as connection:
            position = _count(connection, identifier)
            _put(connection, identifier, position, turn, _touched(connection, identifier))
        return position

    def replace_from(self, owner: str, identifier: str, position: int, turn: StoredTurn) -> int:
        """Drop the turns from ``position`` (from 0) on, put this one there and return its position.

        Beyond the end the turn is put at the end. A conversation that nobody has named is named
        after its first question.

        Raises:
            ConversationGoneError: The owner has no such conversation (any more).
        """
        with self._changing(owner, identifier) as connection:
            return _replace(connection, identifier, max(position, 0), turn)

    def replace_last(self, owner: str, identifier: str, turn: StoredTurn) -> int:
        """Put a turn in the place of the last one and return its position.

        Raises:
            ConversationGoneError: The owner has no such conversation (any more).
        """
        with self._changing(owner, identifier) as connection:
            last = max(_count(connection, identifier) - 1, 0)
            return _replace(connection, identifier, last, turn)

    def load(self, owner: str, identifier: str) -> StoredConversation | None:
        """Return a conversation; None where the owner has none of that id."""
        with self._reading() as connection:
            head = connection.execute(
                "SELECT title, created, changed FROM conversations WHERE id = ? AND owner = ?",
                (_text(identifier), _owner(owner)),
            ).fetchone()
            if head is None:
                return None
            rows = connection.execute(
                "SELECT body, feedback FROM turns WHERE conversation = ? ORDER BY position",
                (identifier,),
            ).fetchall()
        title, created, changed = head
        return StoredConversation(identifier, title, created, changed, tuple(self._turns(rows)))

    def summaries(
        self, owner: str, search: str = "", limit: int = 200
    ) -> tuple[ConversationSummary, ...]:
        """Return an owner's conversations, those changed last first.

        Args:
            owner: Whose.
            search: Words that must all stand in a conversation's title, or all in one of its
                turns; case, width, white space and punctuation do not count.
            limit: At most so many.
        """
        terms = terms_of(search)
        if terms is None:
            return ()
        where, values = "", []
        if terms:
            in_title = " AND ".join(["instr(c.title_folded, ?)"] * len(terms))
            in_turn = " AND ".join(["instr(s.folded, ?)"] * len(terms))
            where = (
                f"AND (({in_title}) OR c.id IN (SELECT s.conversation FROM searched s "  # noqa: S608 - no words of a person's in it
                f"JOIN conversations o ON o.id = s.conversation WHERE o.owner = ? AND {in_turn}))"
            )
            values = [*terms, _owner(owner), *terms]
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT c.id, c.title, c.created, c.changed, "  # noqa: S608 - no words of a person's in it
                "(SELECT count(*) FROM turns t WHERE t.conversation = c.id) "
                f"FROM conversations c WHERE c.owner = ? {where} "
                "ORDER BY c.changed DESC, c.rowid DESC LIMIT ?",
                [_owner(owner), *values, limit],
            ).fetchall()
            return tuple(
                ConversationSummary(
                    identifier,
                    title,
                    created,
                    changed,
                    turns,
                    _found(connection, identifier, title, terms),
                )
                for identifier, title, created, changed, turns in rows
            )

    def rename(self, owner: str, identifier: str, title: str) -> str:
        """Name a conversation and return the name; an empty one names it after its first question.

        Raises:
            ConversationGoneError: The owner has no such conversation (any more).
        """
        with self._changing(owner, identifier) as connection:
            chosen = title_of(title)
            named = bool(chosen)
            return _name(connection, identifier, chosen or _first(connection, identifier), named)

    def delete(self, owner: str, identifier: str) -> bool:
        """Delete a conversation; tell whether there was one."""
        with self._writing() as connection:
            done = connection.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?",
                (_text(identifier), _owner(owner)),
            )
            return done.rowcount > 0

    def give_feedback(
        self, owner: str, identifier: str, position: int, feedback: Feedback | None
    ) -> None:
        """Keep what the owner thinks of the answer at ``position``; None takes it back.

        Raises:
            ConversationGoneError: The owner has no such conversation, or no such turn in it.
        """
        with self._changing(owner, identifier) as connection:
            done = connection.execute(
                "UPDATE turns SET feedback = ? WHERE conversation = ? AND position = ?",
                (_judged(feedback, _now()), identifier, position),
            )
            if not done.rowcount:
                raise ConversationGoneError(_GONE)

    def all_feedback(self, owner: str | None = None) -> tuple[JudgedTurn, ...]:
        """Return the turns with feedback, by conversation; None stands for every owner."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT t.conversation, t.body, t.feedback FROM turns t "
                "JOIN conversations c ON c.id = t.conversation "
                "WHERE (? OR c.owner = ?) AND t.conversation IN "
                "(SELECT conversation FROM turns WHERE feedback IS NOT NULL) "
                "ORDER BY c.created, c.rowid, t.position",
                (owner is None, _owner(owner or "")),
            ).fetchall()
        by_conversation: dict[str, list[tuple[bytes, bytes | None]]] = {}
        for identifier, body, feedback in rows:
            by_conversation.setdefault(identifier, []).append((body, feedback))
        return tuple(
            JudgedTurn(identifier, position, turn, _questions(turns[:position]))
            for identifier, held in by_conversation.items()
            for turns in [self._turns(held)]
            for position, turn in enumerate(turns)
            if turn.feedback is not None
        )

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Read from one state of the file."""
        with self._lock, errors_told(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, errors_told(self.path), transaction(self._connection):
            yield self._connection

    @contextmanager
    def _changing(self, owner: str, identifier: str) -> Iterator[sqlite3.Connection]:
        """Write to a conversation that is the owner's."""
        with self._writing() as connection:
            owned = connection.execute(
                "SELECT 1 FROM conversations WHERE id = ? AND owner = ?",
                (_text(identifier), _owner(owner)),
            ).fetchone()
            if owned is None:
                raise ConversationGoneError(_GONE)
            yield connection

    def _turns(self, rows: Sequence[tuple[bytes, bytes | None]]) -> list[StoredTurn]:
        try:
            return [
                replace(decode_turn(body), feedback=decode_feedback(given) if given else None)
                for body, given in rows
            ]
        except ValueError as error:
            raise ConversationStoreError(damage_message(self.path, str(error))) from error


_GONE = "The conversation is not there any more; it may have been deleted in another window."


def _put(
    connection: sqlite3.Connection, identifier: str, position: int, turn: StoredTurn, now: str
) -> None:
    dated = turn if turn.asked_at else replace(turn, asked_at=now)
    text = searched_text(turn)
    connection.execute(
        "INSERT INTO turns (conversation, position, body, feedback) VALUES (?, ?, ?, ?)",
        (identifier, position, encode_turn(dated), _judged(turn.feedback, now)),
    )
    connection.execute(
        "INSERT INTO searched (conversation, position, folded, text) VALUES (?, ?, ?, ?)",
        (identifier, position, folded(text), text),
    )


def _replace(
    connection: sqlite3.Connection, identifier: str, position: int, turn: StoredTurn
) -> int:
    for table in ("turns", "searched"):
        connection.execute(
            f"DELETE FROM {table} WHERE conversation = ? AND position >= ?",  # noqa: S608 - the two names above
            (identifier, position),
        )
    place = _count(connection, identifier)
    _put(connection, identifier, place, turn, _touched(connection, identifier))
    if place == 0:
        named = "SELECT named FROM conversations WHERE id = ?"
        if not connection.execute(named, (identifier,)).fetchone()[0]:
            _name(connection, identifier, title_of(turn.question), named=False)
    return place


def _name(connection: sqlite3.Connection, identifier: str, title: str, named: bool) -> str:
    connection.execute(
        "UPDATE conversations SET title = ?, title_folded = ?, named = ? WHERE id = ?",
        (title, folded(title), named, identifier),
    )
    return title


def _first(connection: sqlite3.Connection, identifier: str) -> str:
    """Return the title after the first question."""
    row = connection.execute(
        "SELECT body FROM turns WHERE conversation = ? AND position = 0", (identifier,)
    ).fetchone()
    return title_of(decode_turn(row[0]).question) if row else ""


def _touched(connection: sqlite3.Connection, identifier: str) -> str:
    """Note that the conversation has changed now."""
    now = _now()
    connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, identifier))
    return now


def _count(connection: sqlite3.Connection, identifier: str) -> int:
    row = connection.execute("SELECT count(*) FROM turns WHERE conversation = ?", (identifier,))
    return int(row.fetchone()[0])


def _found(
    connection: sqlite3.Connection, identifier: str, title: str, terms: Sequence[str]
) -> str:
    """Return the words around what was found, where the title does not show it."""
    if not terms or all(term in folded(title) for term in terms):
        return ""
    inside = " AND ".join(["instr(folded, ?)"] * len(terms))
    row = connection.execute(
        f"SELECT text FROM searched WHERE conversation = ? AND {inside} ORDER BY position",  # noqa: S608 - no words of a person's in it
        (identifier, *terms),
    ).fetchone()
    return snippet(row[0], terms) if row else ""


def _questions(turns: Sequence[StoredTurn]) -> tuple[str, ...]:
    """Return the questions that were answered, which a later one may lean on."""
    return tuple(turn.question for turn in turns if turn.answer is not None)


def _judged(feedback: Feedback | None, now: str) -> bytes | None:
    if feedback is None:
        return None
    return encode_feedback(feedback if feedback.given_at else replace(feedback, given_at=now))


def _owner(owner: str) -> bytes:
    return owner.encode("utf-8", "surrogatepass")


def _text(identifier: str) -> str:
    """Return an id, which may come from anywhere, as something that SQLite takes."""
    return identifier.encode("utf-8", "replace").decode("utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
