"""Fit the weights of ranking, unit scoring and refusal on one half of question sets.

    python bench/fit_weights.py SET [SET ...] [--half a] [--limit N] --stage ranking|units|evidence

Prints the weights as they stand in `src/t2vqa/retrieval/search.py`, `src/t2vqa/answering/units.py`
and `src/t2vqa/answering/refusal.py`. The stages build on each other: put the weights of one into
the code before fitting the next. Every set counts the same, however many questions it has.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from t2vqa.answering.answerer import read_results
from t2vqa.answering.refusal import EVIDENCE_FEATURES, evidence_features
from t2vqa.answering.units import UNIT_FEATURES, ScoredUnit
from t2vqa.config import Settings, load_settings
from t2vqa.evaluation.folder import index_folder_for
from t2vqa.evaluation.metrics import Retrieved, answer_contained, is_hit, overlaps
from t2vqa.evaluation.questions import Question, load_questions, select
from t2vqa.retrieval.candidates import FEATURES
from t2vqa.retrieval.plan import plan_question
from t2vqa.retrieval.search import PartResult, search
from t2vqa.service import ResearchQA

MOST_NEGATIVES = 30


@dataclass
class Rows:
    """Feature rows with labels and weights."""

    features: list[Sequence[float]]
    labels: list[int]
    weights: list[float]

    def add(self, features: Sequence[float], label: bool, weight: float = 1.0) -> None:
        """Add one row."""
        self.features.append(features)
        self.labels.append(int(label))
        self.weights.append(weight)


def ranking_rows(question: Question, results: Sequence[PartResult], rows: Rows) -> None:
    """Differences between a passage that hits and one that does not, both ways round."""
    for result in results:
        hits, misses = [], []
        for ranked in result.ranked:
            passage = ranked.candidate.passage
            found = Retrieved(passage.document, passage.text)
            owned = result.query.part.documents
            wanted = [item for item in question.evidence if not owned or item.document in owned]
            (hits if any(is_hit(found, item) for item in wanted) else misses).append(
                np.asarray(ranked.candidate.features)
            )
        for hit in hits[:3]:
            for miss in misses[:MOST_NEGATIVES]:
                weight = 1 / (min(3, len(hits)) * min(MOST_NEGATIVES, len(misses)))
                rows.add(hit - miss, True, weight)
                rows.add(miss - hit, False, weight)


def is_right(unit: ScoredUnit, question: Question) -> bool | None:
    """Tell whether a unit answers; None where the set does not tell."""
    quote = Retrieved(unit.passage.document, unit.text)
    at_home = any(item.document == unit.passage.document for item in question.evidence)
    if question.answers:
        return at_home and answer_contained(unit.text, question.answers)
    short = [item for item in question.evidence if len(item.text) <= 160]
    if not short:
        return None
    return any(overlaps(quote, item) for item in short)


def unit_rows(question: Question, results: Sequence[PartResult], rows: Rows) -> None:
    """Units that answer against those that do not."""
    reading = read_results(plan_of(question, results), tuple(results))
    for units in reading.units:
        labelled = [(unit, is_right(unit, question)) for unit in units]
        if any(label for _, label in labelled):
            right = [unit for unit, label in labelled if label]
            wrong = [unit for unit, label in labelled if label is False][:MOST_NEGATIVES]
            for unit in right:
                rows.add(unit.features, True, 1 / len(right))
            for unit in wrong:
                rows.add(unit.features, False, 3 / len(wrong))


def evidence_rows(question: Question, results: Sequence[PartResult], rows: Rows) -> None:
    """Readings of answerable questions against unanswerable ones, and against masked ones."""
    plan = plan_of(question, results)
    reading = read_results(plan, tuple(results))
    for result, units in zip(results, reading.units, strict=True):
        if units and question.answerable and any(is_right(unit, question) for unit in units[:3]):
            rows.add(evidence_features(result, units, plan.form), True, 1 / len(results))
        elif units and not question.answerable:
            rows.add(evidence_features(result, units, plan.form), False, 2.0)
    if not question.answerable:
        return
    homes = {item.document for item in question.evidence}
    for result in results:
        left = tuple(r for r in result.ranked if r.candidate.passage.document not in homes)
        masked = replace(result, ranked=left)
        again = read_results(replace(plan, parts=(result.query.part,)), (masked,))
        if left and again.units[0]:
            features = evidence_features(masked, again.units[0], plan.form)
            rows.add(features, False, 0.5 / len(results))


_PLANS: dict[str, object] = {}


def plan_of(question: Question, results: Sequence[PartResult]):  # noqa: ANN201 - a QuestionPlan
    """Return the plan the results were found with."""
    del results
    return _PLANS[question.id]


COLLECT: dict[str, Callable[[Question, Sequence[PartResult], Rows], None]] = {
    "ranking": ranking_rows,
    "units": unit_rows,
    "evidence": evidence_rows,
}


def questions_of(folder: Path, half: str, limit: int | None) -> Iterator[Question]:
    """Yield the questions to fit on."""
    yield from select(load_questions(folder), which=half, limit=limit).questions


def collect(folder: Path, stage: str, half: str, limit: int | None, settings: Settings) -> Rows:
    """Ask the questions of one set and collect the rows of a stage; the set's weights sum to 1."""
    rows = Rows([], [], [])
    index = index_folder_for(folder, settings.cache)
    with ResearchQA.open(folder / "corpus", index, settings=settings) as qa:
        book = qa._book()
        for question in questions_of(folder, half, limit):
            with qa._reader.snapshot() as snapshot:
                plan = plan_question(question.question, book)
                _PLANS[question.id] = plan
                results = search(snapshot, qa._embedder, plan)
            COLLECT[stage](question, results, rows)
    total = sum(rows.weights) or 1.0
    rows.weights = [weight / total for weight in rows.weights]
    print(f"{folder.name}: {len(rows.labels)} rows, {sum(rows.labels)} positive", file=sys.stderr)
    return rows


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--stage", choices=sorted(COLLECT), required=True)
    parser.add_argument("--half", default="a")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--strength", type=float, default=1.0, help="inverse regularisation")
    options = parser.parse_args()
    settings = load_settings()
    parts = [
        collect(folder, options.stage, options.half, options.limit, settings)
        for folder in options.sets
    ]
    features = np.asarray([row for part in parts for row in part.features], dtype=np.float64)
    labels = np.asarray([label for part in parts for label in part.labels])
    weights = np.asarray([weight for part in parts for weight in part.weights]) * len(labels)
    names = {"ranking": FEATURES, "units": UNIT_FEATURES, "evidence": EVIDENCE_FEATURES}
    model = LogisticRegression(
        C=options.strength, fit_intercept=options.stage != "ranking", max_iter=2000
    )
    model.fit(features, labels, sample_weight=weights)
    for name, weight in zip(names[options.stage], model.coef_[0], strict=True):
        print(f'    "{name}": {weight:.3f},')
    print(f"bias = {float(np.atleast_1d(model.intercept_)[0]):.3f}")
    print(f"accuracy on these rows: {model.score(features, labels, sample_weight=weights):.4f}")


if __name__ == "__main__":
    main()
