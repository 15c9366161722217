"""Measure how t2vqa grows: updates, questions, memory and disk by number of passages.

    python bench/scale.py --passages 1000 10000 100000

The documents come from the grammar of `texts.py`. Passages get vectors without the model
(`projection.py`), since only the stores are measured; every question and the passages of an edited
document go through the bundled model as well, so that they take as long as they would, and the best
sentences through the trained reader, as in the product.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from keeping import Row, keep, megabytes_resident, milliseconds
from projection import ProjectionEmbedder
from texts import Fact, questions, text, write, write_corpus

from t2vqa.answering.reader import load_reader
from t2vqa.config import Settings, load_settings
from t2vqa.index.builder import build_index
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.index.reader import open_reader
from t2vqa.service import ResearchQA

PASSAGES_A_DOCUMENT = 9.3
ASKED = 150
WARMING = 30
EDITS = 5
CHANGED_IN_A_BUILD = 0.01


def settings_of(home: Path) -> Settings:
    """Return the settings for the corpus and the index below a folder."""
    return load_settings(corpus=home / "corpus", index=home / "index")


def open_service(home: Path) -> ResearchQA:
    """Open the service as `ResearchQA.open` does, warm."""
    settings = settings_of(home)
    model = load_embedder(settings)
    embedder = ProjectionEmbedder(model)
    reader = open_reader(settings.index, embedder.name)
    service = ResearchQA(settings, embedder, reader, load_reader(settings, embedder=model))
    service.warm_up()
    return service


def ask_all(service: ResearchQA, asked: Sequence[Fact]) -> tuple[list[float], list[float], float]:
    """Return the seconds of each question, those of the processors, and the share of right ones."""
    seconds, worked, right = [], [], 0
    for fact in asked:
        began, work = time.perf_counter(), time.process_time()
        answer = service.ask(fact.question)
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - work)
        right += fact.value in answer.text.replace("**", "")
    return seconds, worked, right / len(asked)


def build(home: Path, documents: int) -> Row:
    """Write the corpus and build its index."""
    raw = write_corpus(home / "corpus", documents)
    settings = settings_of(home)
    report = build_index(settings.corpus, settings.index, settings, ProjectionEmbedder())
    return {
        "documents": documents,
        "passages": report.passages,
        "raw bytes": raw,
        "build s": report.seconds,
    }


def serve(home: Path, documents: int) -> Row:
    """Open the service as `t2vqa chat` does and ask."""
    import gradio  # noqa: F401  # the page's memory is the service's

    began = time.perf_counter()
    with closing(open_service(home)) as service:
        opened = time.perf_counter() - began
        asked = questions(documents, ASKED + WARMING)
        ask_all(service, asked[:WARMING])
        seconds, worked, right = ask_all(service, asked[WARMING:])
        middle, late = milliseconds(seconds)
        row: Row = {
            "open s": opened,
            "median ms": middle,
            "p95 ms": late,
            "median ms of processor": milliseconds(worked)[0],
            "p95 ms of processor": milliseconds(worked)[1],
            "right": right,
            "memory MB": megabytes_resident(),
        }
        row |= during_a_build(home, service, documents)
    return row


def during_a_build(home: Path, service: ResearchQA, documents: int) -> Row:
    """Ask while another process changes a hundredth of the documents and indexes them."""
    changed = max(int(documents * CHANGED_IN_A_BUILD), 20)
    asked = questions(documents, ASKED, seed=8)
    command = [sys.executable, __file__, "--step", "churn", "--home", str(home)]
    with subprocess.Popen([*command, "--passages", str(changed)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()  # it has read the changed documents
        seconds: list[float] = []
        while other.poll() is None:
            for fact in asked:
                if other.poll() is not None:
                    break
                seconds += ask_all(service, [fact])[0]
    middle, late = milliseconds(seconds or [0.0])
    return {
        "asked in a build": len(seconds),
        "median ms in a build": middle,
        "p95 ms in a build": late,
    }


def churn(home: Path, changed: int) -> Row:
    """Change some documents and index them with the model's own effort."""
    edition = time.time_ns() // 10**9  # another one than when an index is used again
    for number in range(changed):
        write(home / "corpus", text(number, edition))
    settings = settings_of(home)
    embedder = ProjectionEmbedder(load_embedder(settings))
    said = threading.Event()

    def tell(progress: object) -> None:
        del progress
        if not said.is_set():
            said.set()
            sys.stdout.write("began\n")
            sys.stdout.flush()

    build_index(settings.corpus, settings.index, settings, embedder, progress=tell)
    return {}


def update(home: Path, documents: int) -> Row:
    """Edit one document at a time, and look when nothing has changed."""
    with closing(open_service(home)) as service:
        service.rebuild()
        service.ask(questions(documents, 1)[0].question)
        number = documents // 2
        edited, first = [], []
        for edition in range(1, EDITS + 1):
            write(home / "corpus", text(number, edition))
            edited.append(timed(service.rebuild))
            first.append(timed(lambda: service.ask(text(number).facts[0].question)))
        time.sleep(3)  # a file changed a moment ago is read again, to be sure
        service.rebuild()
        unchanged = [timed(service.rebuild) for _ in range(3)]
    return {
        "update s": median(clock for clock, _ in edited),
        "worst update s": max(clock for clock, _ in edited),
        "update s of processor": median(work for _, work in edited),
        "first question after ms": median(clock for clock, _ in first) * 1000,
        "first question after ms of processor": median(work for _, work in first) * 1000,
        "no change s": median(clock for clock, _ in unchanged),
        "no change s of processor": median(work for _, work in unchanged),
    }


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return how many seconds something takes by the clock and of all processors."""
    began, work = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - began, time.process_time() - work


def disk(home: Path) -> Row:
    """Return the size of the index by part, in bytes."""
    files = [path for path in (home / "index").rglob("*") if path.is_file()]
    chroma = sum(path.stat().st_size for path in files if "chroma" in path.parts[-2])
    chroma += sum(path.stat().st_size for path in files if "chroma" in "".join(path.parts[-3:-2]))
    return {"index bytes": sum(path.stat().st_size for path in files), "Chroma bytes": chroma}


STEPS = {"build": build, "serve": serve, "update": update, "churn": churn}


def in_a_process(step: str, home: Path, count: int) -> Row:
    """Run one step in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--step", step, "--home", str(home)]
    done = subprocess.run(
        [*command, "--passages", str(count)], check=True, capture_output=True, text=True
    )
    row: Row = json.loads(done.stdout.splitlines()[-1])
    sys.stderr.write(f"{step} {count}: {row}\n")
    return row


def built(home: Path, documents: int) -> Row:
    """Return the figures of the build of an index; one built there before is used again."""
    kept = home / "built.json"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(in_a_process("build", home, documents)), encoding="utf-8")
    row: Row = json.loads(kept.read_text(encoding="utf-8"))
    return row


def measure(passages: int, home: Path) -> Row:
    """Return all figures of one size."""
    documents = round(passages / PASSAGES_A_DOCUMENT)
    row = built(home, documents)
    row |= disk(home)
    row["index / text"] = float(str(row["index bytes"])) / float(str(row["raw bytes"]))
    row |= in_a_process("update", home, documents)
    row |= in_a_process("serve", home, documents)
    return row


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--home", type=Path, help="folder to keep the indexes in for another time")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure every size and keep the table."""
    given = arguments()
    if given.step:
        row = STEPS[given.step](given.home, given.passages[0])
        sys.stdout.write(json.dumps(row) + "\n")
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for passages in given.passages:
            rows.append(measure(passages, (given.home or Path(folder)) / str(passages)))
    figures = [name for name in rows[0] if name != "documents"]
    table = [
        {"figure": name, **{f"{row['passages']:,} passages": row[name] for row in rows}}
        for name in ["documents", *figures]
    ]
    keep("scale", "By number of passages", __doc__.split("\n\n")[2].replace("\n", " "), table)


if __name__ == "__main__":
    main()
