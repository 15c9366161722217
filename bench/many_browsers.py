"""Measure many browsers that ask at the same moment.

    python bench/many_browsers.py

Each browser is a session as it goes over HTTP: it joins the queue and reads the event stream,
without the browser. All ask at once, round after round, and go on in their own conversation. The
page runs in a process of its own; the sessions ask on the same two cores.
"""

from __future__ import annotations

import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier

from keeping import LIBRARIES, Row, keep, milliseconds
from many_people import arguments
from scale import PASSAGES_A_DOCUMENT, WARMING, built
from served import served
from texts import Fact, questions

sys.path.append(str(Path(__file__).parents[1] / "tests" / "web"))

from http_session import HttpSession, Told  # the tests' own, found by that path


def measure(url: str, asked: list[Fact], people: int, rounds: int) -> Row:
    """Return the waiting times, failures and right answers of all rounds."""
    told: list[Told] = []
    failures, right = 0, 0
    with ExitStack() as stack, ThreadPoolExecutor(people) as pool:
        sessions = [stack.enter_context(closing(HttpSession(url))) for _ in range(people)]
        alone = [sessions[0].ask(fact.question) for fact in asked[:WARMING]]
        for number in range(rounds):
            start = Barrier(people)

            def one(
                session: HttpSession, fact: Fact, start: Barrier = start
            ) -> tuple[Told | None, bool]:
                start.wait()
                try:
                    found = session.ask(fact.question)
                except Exception as error:  # counted and shown
                    sys.stderr.write(f"{error!r}\n")
                    return None, False
                return found, fact.value in _plain(found.text)

            first = WARMING + number * people
            for found, good in pool.map(one, sessions, asked[first : first + people]):
                failures += found is None
                right += good
                told += [] if found is None else [found]
    first_words = milliseconds([one.first_words for one in told])
    whole = milliseconds([one.whole for one in told])
    return {
        "browsers at once": people,
        "questions": people * rounds,
        "first words, median ms": first_words[0],
        "first words, p95 ms": first_words[1],
        "whole answer, median ms": whole[0],
        "whole answer, p95 ms": whole[1],
        "errors": failures,
        "right": right / (people * rounds),
        "alone, whole answer, median ms": milliseconds([one.whole for one in alone])[0],
    }


def _plain(text: str) -> str:
    """Return the words of what was sent as HTML for the chat."""
    without_tags = re.sub(r"<[^>]*>", "", text)
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), without_tags)


def main() -> None:
    """Serve the page, let browsers ask, and keep the table."""
    given = arguments(__doc__.splitlines()[0])
    documents = round(given.passages / PASSAGES_A_DOCUMENT)
    asked = questions(documents, WARMING + given.people * given.rounds, seed=23)
    with tempfile.TemporaryDirectory() as folder:
        home = (given.home or Path(folder)) / str(given.passages)
        row: Row = {"passages": built(home, documents)["passages"]}
        with served(home, documents) as desk:
            row |= measure(desk.url, asked, given.people, given.rounds)
    table = [{"figure": name, "": value} for name, value in row.items()]
    said = __doc__.split("\n\n")[2].replace("\n", " ")
    keep("many_browsers", "Many browsers at once", said, table, (*LIBRARIES, "gradio"))


if __name__ == "__main__":
    main()
