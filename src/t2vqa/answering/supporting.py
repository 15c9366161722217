"""What else answers a question: units beside the best that stand the same test as it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from t2vqa.answering.refusal import judge
from t2vqa.answering.selection import repeats
from t2vqa.answering.units import ScoredUnit
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.search import PartResult

_MOST = 8
_LOOKED_AT = 30
_CHARACTERS = 1200


def supporting_units(
    plan: QuestionPlan,
    results: Sequence[PartResult],
    read: Sequence[Sequence[ScoredUnit]],
    answered: Sequence[bool],
) -> Iterator[ScoredUnit]:
    """Yield, part by part and best first, the units that would answer if they were the only ones.

    The best unit of each part comes first. One that says in nearly the same words what another said
    is left out, as is one that only introduces what follows it.
    """
    several = len(results) > 1
    for result, units, has_answer in zip(results, read, answered, strict=True):
        kept: list[ScoredUnit] = []
        spent = 0
        for unit in units[:_LOOKED_AT] if has_answer else ():
            if unit.feature("introduces") or repeats(unit, kept):
                continue
            if len(kept) == _MOST or spent + len(unit.text) > _CHARACTERS:
                break
            if judge(result, [unit], plan.form, several=several).answered:
                kept.append(unit)
                spent += len(unit.text)
                yield unit
