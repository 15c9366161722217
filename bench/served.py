"""The page over an index of `scale.py`, in a process of its own, as `t2vqa chat` serves it."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scale import WARMING, ask_all, open_service, settings_of
from texts import questions

from t2vqa.conversations import ConversationStore, StoredTurn
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page


@dataclass(frozen=True)
class Served:
    """Where the page is, and a long conversation that it keeps (empty where none was wanted)."""

    url: str
    conversation: str


@contextmanager
def served(home: Path, documents: int, turns: int = 0) -> Iterator[Served]:
    """Serve the page for the length of the block, with a conversation of so many turns."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, "--home", str(home), "--documents", str(documents)]
    command += ["--port", str(port), "--turns", str(turns)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if line.startswith("served ")), "")
            assert said, "the page did not come up"
            yield Served(f"http://127.0.0.1:{port}", said.removeprefix("served ").strip())
        finally:
            process.terminate()


def conversation_of(service: ResearchQA, store: ConversationStore, asked: list[str]) -> str:
    """Keep a conversation of these questions and the service's answers; return its id."""
    turns = [
        StoredTurn(
            question,
            service.ask(question),
            asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        for question in asked
    ]
    return store.start("", *turns)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--turns", type=int, default=0)
    given = parser.parse_args()
    kept = given.home / "conversations.sqlite"
    settings = settings_of(given.home).model_copy(
        update={"port": given.port, "conversations": kept}
    )
    with closing(open_service(given.home)) as service:
        ask_all(service, questions(given.documents, WARMING, seed=3))
        conversation = ""
        if given.turns:
            asked = [fact.question for fact in questions(given.documents, given.turns, seed=5)]
            with ConversationStore(kept) as store:
                conversation = conversation_of(service, store, asked)
        page = launch_page(service, settings)
        sys.stdout.write(f"served {conversation}\n")
        sys.stdout.flush()
        page.block_thread()


if __name__ == "__main__":
    main()
