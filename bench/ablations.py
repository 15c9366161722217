"""What each part of the answer engine brings: the same questions with one part taken out.

    python bench/ablations.py SET [SET ...] [--half b] [--limit 150] [--out bench/results]

Writes one table a set, `ablations-<set>-<half>.md`: hit@1, the share of answers that hold what was
asked in a few words, citations, refusals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

from t2vqa.answering import answerer, units
from t2vqa.config import load_settings
from t2vqa.evaluation import evaluate_folder, figures_by_type
from t2vqa.index.snapshot import Snapshot
from t2vqa.retrieval import plan, search
from t2vqa.retrieval.names import NameBook

COLUMNS = (
    "hit@1",
    "brief",
    "citation_precision",
    "citation_recall",
    "documents_cited",
    "refusal_f1",
    "false_refusals",
)


def without(weights: Mapping[str, float], *names: str) -> dict[str, float]:
    """Return weights with those of ``names`` at nothing."""
    return {name: 0.0 if name in names else weight for name, weight in weights.items()}


def only(weights: Mapping[str, float], name: str) -> dict[str, float]:
    """Return weights with all but one at nothing."""
    return {other: float(other == name) for other in weights}


def ranking(weights: Mapping[str, float]) -> Callable[[], object]:
    """Rank passages by other weights."""
    return lambda: patch.object(search, "RANKING", weights)


ABLATIONS: Mapping[str, Callable[[], object]] = {
    "everything": lambda: patch.object(search, "RANKING", search.RANKING),
    "ranked by meaning alone": ranking(only(search.RANKING, "dense")),
    "ranked by words alone": ranking(only(search.RANKING, "lexical")),
    "no vectors of sentences": ranking(without(search.RANKING, "best_unit", "best_unit_attribute")),
    "names unknown": lambda: patch.object(NameBook, "find", lambda *_: ()),
    "no splitting into parts": lambda: patch.object(plan, "_asks_each", lambda *_: False),
    "one language searched": lambda: patch.object(Snapshot, "language_means", lambda _: None),
    "kind of answer unknown": lambda: patch.object(
        units, "UNIT_WEIGHTS", without(units.UNIT_WEIGHTS, "kind", "value_coverage")
    ),
    "no reader": lambda: patch.object(answerer, "read_again", lambda found, *_: found),
}


def measured(folder: Path, half: str, limit: int) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield the figures of all questions for each ablation."""
    settings = load_settings()
    for name, patched in ABLATIONS.items():
        with patched():
            report = evaluate_folder(folder, settings, half=half, limit=limit)
        yield name, figures_by_type(report)["all"]


def table(folder: Path, half: str, limit: int) -> str:
    """Return the figures as a Markdown table."""
    head = ["", *(column.replace("_", " ") for column in COLUMNS)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, figures in measured(folder, half, limit):
        cells = [f"{figures[c]:.3f}" if figures.get(c) is not None else "–" for c in COLUMNS]
        lines.append("| " + " | ".join([name, *cells]) + " |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--half", choices=("a", "b"), default="b")
    parser.add_argument("--limit", type=int, default=150)
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    options = parser.parse_args()
    for folder in options.sets:
        command = (
            f"python bench/ablations.py {folder.name} --half {options.half} --limit {options.limit}"
        )
        written = f"`{command}`\n\n{table(folder, options.half, options.limit)}\n"
        (options.out / f"ablations-{folder.name}-{options.half}.md").write_text(written, "utf-8")


if __name__ == "__main__":
    main()
