"""Let 32 people ask at once.

    python bench/many_people.py [--passages 10000] [--people 32] [--rounds 4] [--home FOLDER]

Every person asks another question, all at the same moment, a few times over. The documents and the
vectors are those of `scale.py`; every question goes through the bundled model as well, and its best
sentences through the trained reader.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from keeping import Row, keep, megabytes_resident, milliseconds
from scale import PASSAGES_A_DOCUMENT, WARMING, ask_all, built, open_service
from texts import Fact, questions


def measure(home: Path, documents: int, people: int, rounds: int) -> Row:
    """Return the waiting times, failures and right answers of all rounds."""
    asked = questions(documents, WARMING + people * rounds, seed=21)
    seconds: list[float] = []
    failures, right = 0, 0
    with closing(open_service(home)) as service, ThreadPoolExecutor(people) as pool:
        alone = milliseconds(ask_all(service, asked[:WARMING])[0])
        worked = time.process_time()
        for number in range(rounds):
            start = threading.Barrier(people)

            def one(fact: Fact, start: threading.Barrier = start) -> tuple[float, bool, bool]:
                start.wait()
                began = time.perf_counter()
                try:
                    answer = service.ask(fact.question)
                except Exception as error:  # counted and shown
                    sys.stderr.write(f"{error!r}\n")
                    return time.perf_counter() - began, True, False
                spent = time.perf_counter() - began
                return spent, False, fact.value in answer.text.replace("**", "")

            first = WARMING + number * people
            for spent, failed, found in pool.map(one, asked[first : first + people]):
                seconds.append(spent)
                failures += failed
                right += found
        worked = time.process_time() - worked
    middle, late = milliseconds(seconds)
    return {
        "people at once": people,
        "questions": len(seconds),
        "median ms": middle,
        "p95 ms": late,
        "ms of processor a question": worked / len(seconds) * 1000,
        "errors": failures,
        "right": right / len(seconds),
        "alone, median ms": alone[0],
        "memory MB": megabytes_resident(),
    }


def arguments(purpose: str) -> argparse.Namespace:
    """Return what was asked for on the command line of a program for ``purpose``."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--home", type=Path, help="that of `scale.py`, whose index is used again")
    return parser.parse_args()


def main() -> None:
    """Build an index, let people ask, and keep the table."""
    given = arguments(__doc__.splitlines()[0])
    documents = round(given.passages / PASSAGES_A_DOCUMENT)
    with tempfile.TemporaryDirectory() as folder:
        home = (given.home or Path(folder)) / str(given.passages)
        row = {"passages": built(home, documents)["passages"]}
        row |= measure(home, documents, given.people, given.rounds)
    keep("many_people", "Many people at once", __doc__.split("\n\n")[2].replace("\n", " "), [row])


if __name__ == "__main__":
    main()
