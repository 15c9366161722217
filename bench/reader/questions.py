"""Groups of one question, a sentence that answers it, and near misses, from span-question sets.

A near miss is what fools a reader: another sentence of the same passage, with as many of the
question's characters in it as can be had; and the best such sentence of another passage.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from invented import Asked, invented_questions

from t2vqa.text.sentences import split_sentences

_SHORTEST = 6
_RARE = 400
"""A pair of characters in more sentences than this finds no near miss."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a passage, with the passage's number and title."""

    passage: int
    title: str
    text: str


def read_groups(folder: Path, sets: Sequence[str], seed: int) -> list[Asked]:
    """Read the question sets of ``folder``: one group a question whose sentence is known."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    groups: list[Asked] = []
    for name in sets:
        passages = _read(folder / f"{name}.passages.jsonl")
        sentences = list(_sentences(passages))
        near = _NearMisses(sentences)
        of_passage = defaultdict(list)
        for number, sentence in enumerate(sentences):
            of_passage[sentence.passage].append(number)
        numbers = {passage["id"]: number for number, passage in enumerate(passages)}
        for asked in _read(folder / f"{name}.jsonl"):
            own = of_passage[numbers[asked["passage_id"]]]
            group = _group(asked, sentences, own, near, chance)
            if group is not None:
                groups.append(group)
    return groups


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentences(passages: Sequence[Mapping[str, str]]) -> Iterator[Sentence]:
    for number, passage in enumerate(passages):
        for span in split_sentences(passage["text"]):
            text = span.of(passage["text"])
            if len(text) >= _SHORTEST:
                yield Sentence(number, passage["title"], text)


def _group(
    asked: Mapping[str, object],
    sentences: Sequence[Sentence],
    own: Sequence[int],
    near: _NearMisses,
    chance: random.Random,
) -> Asked | None:
    question, answers = str(asked["question"]), [str(one) for one in asked["answers"]]
    holds = [any(answer in sentences[i].text for answer in answers) for i in own]
    if not any(holds):
        return None
    scored = near.score(question)
    right = max((i for i, held in zip(own, holds, strict=True) if held), key=lambda i: scored[i])
    beside = sorted(
        (i for i, held in zip(own, holds, strict=True) if not held), key=lambda i: -scored[i]
    )
    elsewhere = [
        i
        for i, _ in scored.most_common(12)
        if sentences[i].passage != sentences[right].passage
        and not any(answer in sentences[i].text for answer in answers)
    ]
    wrong = [*beside[:2], *elsewhere[:1]]
    if len(beside) > 3 and not elsewhere:
        wrong.append(chance.choice(beside[2:]))
    if not wrong:
        return None
    title = sentences[right].title
    return Asked(
        question,
        title,
        sentences[right].text,
        tuple(_with_title(sentences[i], title) for i in wrong),
    )


def _with_title(sentence: Sentence, title: str) -> str:
    return sentence.text if sentence.title == title else f"{sentence.title}\n{sentence.text}"


class _NearMisses:
    """Sentences by the pairs of characters they share with a question, rare pairs counting more."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(sentences):
            for pair in _pairs(sentence.text):
                self._holders[pair].append(number)
        self._count = len(sentences)
        self._known: tuple[str, Counter[int]] = ("", Counter())

    def score(self, question: str) -> Counter[int]:
        """Return the sum of the weights of the shared pairs by sentence."""
        if self._known[0] != question:
            scores: Counter[int] = Counter()
            for pair in _pairs(question):
                holders = self._holders.get(pair, ())
                if 0 < len(holders) <= _RARE:
                    weight = float(np.log(self._count / len(holders)))
                    for number in holders:
                        scores[number] += weight
            self._known = (question, scores)
        return self._known[1]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def all_groups(folder: Path, sets: Sequence[str], invented: int, seed: int) -> list[Asked]:
    """The groups of all ``sets`` with ``invented`` questions of our own grammar, shuffled."""
    groups = read_groups(folder, sets, seed) + invented_questions(invented, seed, negatives=3)
    random.Random(seed).shuffle(groups)  # noqa: S311 - no secret
    return groups
