"""Fit the weights of ranking, unit scoring and refusal on one half of question sets.

    python bench/fit_weights.py SET [SET ...] --stage ranking|units|evidence [--half a] [--limit N]

Prints the weights as they stand in `src/t2vqa/retrieval/search.py`, `src/t2vqa/answering/units.py`
and `src/t2vqa/answering/refusal.py`. The stages build on each other: put the weights of one into
the code before fitting the next. Every set counts the same, however many questions it has.

`ranking` and `units` are found by coordinate ascent on hit@1 and the reciprocal rank of the first
right one, starting from the weights in the code; `evidence` by logistic regression, where readings
with the evidence's documents taken away count as unanswerable too.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from t2vqa.answering.answerer import read_results
from t2vqa.answering.refusal import EVIDENCE_FEATURES, evidence_features
from t2vqa.answering.units import UNIT_FEATURES, UNIT_WEIGHTS, ScoredUnit
from t2vqa.config import Settings, load_settings
from t2vqa.evaluation.folder import index_folder_for
from t2vqa.evaluation.metrics import Retrieved, answer_contained, is_hit, overlaps
from t2vqa.evaluation.questions import Question, load_questions, select
from t2vqa.retrieval.candidates import FEATURES
from t2vqa.retrieval.plan import QuestionPlan, plan_question
from t2vqa.retrieval.search import RANKING, PartResult, search
from t2vqa.service import ResearchQA

SENTENCE = 160
"""Evidence of at most so many characters is taken as a sentence that a unit can be held against."""

STEPS = (-0.4, -0.15, -0.05, 0.05, 0.15, 0.4)
MASKED_WEIGHT = 0.5
UNANSWERABLE_WEIGHT = 5.0


@dataclass(frozen=True)
class Group:
    """The candidates of one part of a question: a row of features each, and which are right."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One reading with its label and weight."""

    features: tuple[float, ...]
    answerable: bool
    weight: float


Found = tuple[Question, QuestionPlan, tuple[PartResult, ...]]


def ask(folder: Path, half: str, limit: int | None, settings: Settings) -> Iterator[Found]:
    """Search the questions of a half of one set."""
    index = index_folder_for(folder, settings.cache)
    questions = select(load_questions(folder), which=half).questions
    chosen = random.Random(1).sample(questions, min(limit or len(questions), len(questions)))  # noqa: S311 - no secret
    with ResearchQA.open(folder / "corpus", index, settings=settings) as qa:
        for question in chosen:
            with qa._reader.snapshot() as snapshot:
                plan = plan_question(question.question, qa._book(snapshot))
                yield question, plan, search(snapshot, qa._embedder, plan)


def ranking_groups(found: Found) -> Iterator[Group]:
    """Yield the passages of each part; those that hit are right."""
    question, _, results = found
    for result in results:
        passages = [ranked.candidate.passage for ranked in result.ranked]
        right = [
            any(is_hit(Retrieved(p.document, p.text), item) for item in question.evidence)
            for p in passages
        ]
        if any(right):
            rows = [ranked.candidate.features for ranked in result.ranked]
            yield Group(np.asarray(rows), np.asarray(right))


def is_right(unit: ScoredUnit, question: Question) -> bool:
    """Tell whether a unit answers, as far as the set tells."""
    if question.answers:
        at_home = any(item.document == unit.passage.document for item in question.evidence)
        return at_home and answer_contained(unit.text, question.answers)
    quote = Retrieved(unit.passage.document, unit.text)
    return any(overlaps(quote, item) for item in question.evidence if len(item.text) <= SENTENCE)


def unit_groups(found: Found) -> Iterator[Group]:
    """Yield the units of each part; those that answer are right."""
    question, plan, results = found
    for units in read_results(plan, results).units:
        right = [is_right(unit, question) for unit in units]
        if any(right):
            yield Group(np.asarray([unit.features for unit in units]), np.asarray(right))


def evidence_examples(found: Found) -> Iterator[Example]:
    """Yield readings of answerable, unanswerable and masked questions."""
    question, plan, results = found
    reading = read_results(plan, results)
    for result, units in zip(results, reading.units, strict=True):
        if not units:
            continue
        features = evidence_features(result, units, plan.form, several=len(results) > 1)
        if not question.answerable:
            yield Example(features, False, UNANSWERABLE_WEIGHT)
        elif any(is_right(unit, question) for unit in units[:3]):
            yield Example(features, True, 1 / len(results))
    if question.answerable:
        yield from _masked(question, plan, results)


def _masked(
    question: Question, plan: QuestionPlan, results: tuple[PartResult, ...]
) -> Iterator[Example]:
    homes = {item.document for item in question.evidence}
    for result in results:
        left = tuple(r for r in result.ranked if r.candidate.passage.document not in homes)
        masked = replace(result, ranked=left)
        (units,) = read_results(replace(plan, parts=(result.query.part,)), (masked,)).units
        if units:
            features = evidence_features(masked, units, plan.form, several=len(results) > 1)
            yield Example(features, False, MASKED_WEIGHT / len(results))


def quality(sets: Mapping[str, list[Group]], weights: NDArray[np.float64]) -> float:
    """Return the mean over sets of hit@1 and reciprocal rank, in [0, 1]."""
    scores = []
    for groups in sets.values():
        total = 0.0
        for group in groups:
            order = np.argsort(-(group.features @ weights), kind="stable")
            rank = int(group.right[order].argmax())
            total += 0.6 * (rank == 0) + 0.4 / (1 + rank)
        scores.append(total / max(len(groups), 1))
    return float(np.mean(scores))


def ascend(sets: Mapping[str, list[Group]], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Change one weight at a time as long as that helps."""
    weights, best, improved = start, quality(sets, start), True
    while improved:
        improved = False
        for place in range(len(weights)):
            for step in STEPS:
                trial = weights.copy()
                trial[place] += step
                reached = quality(sets, trial)
                if reached > best + 1e-5:
                    weights, best, improved = trial, reached, True
        print(f"quality {best:.4f}", file=sys.stderr)
    return weights


def regress(sets: Mapping[str, list[Example]]) -> tuple[NDArray[np.float64], float]:
    """Fit a logistic function in which each set, and each of its classes, counts the same."""
    rows, labels, weights = [], [], []
    for examples in sets.values():
        for label in (True, False):
            chosen = [example for example in examples if example.answerable is label]
            total = sum(example.weight for example in chosen) or 1.0
            rows.extend(example.features for example in chosen)
            labels.extend(label for _ in chosen)
            weights.extend(example.weight / total for example in chosen)
    scale = len(labels) / sum(weights)
    model = LogisticRegression(C=0.1, max_iter=5000)
    model.fit(np.asarray(rows), np.asarray(labels), sample_weight=np.asarray(weights) * scale)
    return model.coef_[0], float(model.intercept_[0])


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--stage", choices=("ranking", "units", "evidence"), required=True)
    parser.add_argument("--half", default="a")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    settings = load_settings()
    found = {
        folder.name: list(ask(folder, options.half, options.limit, settings))
        for folder in options.sets
    }
    if options.stage == "evidence":
        names = EVIDENCE_FEATURES
        examples = {
            name: [e for item in items for e in evidence_examples(item)]
            for name, items in found.items()
        }
        weights, bias = regress(examples)
        print(f"bias = {bias:.3f}")
    else:
        ranking = options.stage == "ranking"
        names, known = (FEATURES, RANKING) if ranking else (UNIT_FEATURES, UNIT_WEIGHTS)
        groups_of = ranking_groups if ranking else unit_groups
        groups = {
            name: [group for item in items for group in groups_of(item)]
            for name, items in found.items()
        }
        weights = ascend(groups, np.asarray([known[name] for name in names]))
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
