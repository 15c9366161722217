"""Measure the retrieval of t2vqa beside that of other libraries, on the same weights.

    python bench/retrieval_peers.py SET [--half b] [--limit N] [--only NAME]...

SET is a question set as docs/evaluation.md describes it. The table is printed and kept, with the
machine and the versions, in bench/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from peers import all_peers

from t2vqa.config import load_settings
from t2vqa.evaluation.folder import index_folder_for, open_set
from t2vqa.evaluation.metrics import Retrieved, mean, score_ranking
from t2vqa.evaluation.questions import Question, QuestionSet, load_questions, select
from t2vqa.evaluation.report import align
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.langchain import T2VQAEmbeddings

DEPTH = 50
"""Passages each pipeline ranks."""

RESULTS = Path(__file__).parent / "results"

LIBRARIES = (
    "t2vqa",
    "chromadb",
    "haystack-ai",
    "langchain-chroma",
    "langchain-classic",
    "langchain-community",
    "langchain-text-splitters",
    "llama-index-core",
    "onnxruntime",
    "rank-bm25",
)

COLUMNS = (
    ("hit@1", "hit_at_1"),
    ("hit@5", "hit_at_5"),
    ("hit@10", "hit_at_10"),
    ("nDCG@10", "ndcg_at_10"),
    ("recall 2,500", "evidence_recall"),
)

Row = dict[str, object]
Rank = Callable[[str], Sequence[Retrieved]]


def measure(name: str, passages: int, rank: Rank, questions: Sequence[Question]) -> Row:
    """Return the mean measures of one pipeline over the questions."""
    began = time.perf_counter()
    scores = [score_ranking(rank(each.question), each.evidence) for each in questions]
    figures = {
        heading: mean(asdict(score)[field] for score in scores) for heading, field in COLUMNS
    }
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return {"pipeline": name, "passages": passages, **figures}


def measure_ours(set_folder: Path, chosen: QuestionSet, questions: Sequence[Question]) -> Row:
    """Return the mean measures of t2vqa, searching as it does for an answer."""
    settings = load_settings()
    index = index_folder_for(set_folder, settings.cache, settings.model)
    with open_set(chosen, index, settings) as service:

        def rank(question: str) -> list[Retrieved]:
            found = service.search(question, DEPTH)
            return [Retrieved(each.passage.document, each.passage.text) for each in found]

        return measure("t2vqa", service.status().passages, rank, questions)


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def as_markdown(result: dict[str, object], rows: Sequence[Row]) -> str:
    """Return the result as a Markdown page with one table."""
    headings = list(rows[0])
    lines = [
        f"# Retrieval on {result['set']}",
        "",
        f"`{result['command']}`: {result['questions']} questions with evidence, "
        f"{DEPTH} passages ranked by each pipeline, one embedding model for all.",
        "",
        "| " + " | ".join(headings) + " |",
        "|---|" + "---:|" * (len(headings) - 1),
        *("| " + " | ".join(cells(row)) + " |" for row in rows),
        "",
        "Machine: " + ", ".join(f"{key} {value}" for key, value in machine().items()) + ".",
        "",
        "Versions: " + ", ".join(f"{key} {value}" for key, value in versions().items()) + ".",
    ]
    return "\n".join(lines) + "\n"


def cells(row: Row) -> list[str]:
    """Return a row's values as texts."""
    return [
        format(value, ".3f") if isinstance(value, float) else str(value) for value in row.values()
    ]


def versions() -> dict[str, str]:
    """Return the versions of what was measured."""
    return {name: version(name) for name in LIBRARIES}


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path, help="folder with corpus/ and questions.jsonl")
    parser.add_argument("--half", choices=["a", "b"], default="b")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--only", action="append", help="only pipelines whose name has this in it")
    return parser.parse_args()


def main() -> None:
    """Measure every pipeline and keep the table."""
    given = arguments()
    chosen = select(load_questions(given.set), which=given.half, limit=given.limit)
    questions = [q for q in chosen.questions if q.answerable and q.evidence and not q.history]
    wanted = given.only or [""]
    embedder = load_embedder(load_settings())
    rows = []
    for peer in all_peers(T2VQAEmbeddings(embedder), DEPTH):
        if any(part in peer.name for part in wanted):
            passages = peer.read(chosen.corpus)
            rows.append(measure(peer.name, passages, peer.rank, questions))
    if any(part in "t2vqa" for part in wanted):
        rows.append(measure_ours(given.set, chosen, questions))
    print("\n".join(align([list(rows[0]), *map(cells, rows)])))
    result: dict[str, object] = {
        "set": chosen.name,
        "half": given.half,
        "questions": len(questions),
        "depth": DEPTH,
        "command": f"python bench/retrieval_peers.py {chosen.name} --half {given.half}"
        + (f" --limit {given.limit}" if given.limit else ""),
        "machine": machine(),
        "versions": versions(),
        "pipelines": rows,
    }
    if given.only:
        return  # a part is no result to keep
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"retrieval-{chosen.name}-{given.half}"
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    kept.with_suffix(".json").write_text(text, encoding="utf-8")
    kept.with_suffix(".md").write_text(as_markdown(result, rows), encoding="utf-8")


if __name__ == "__main__":
    main()
