"""What is measured: one pure function a measure, each with where it comes from.

Rankings are given as passages of text, whoever made them, so that other pipelines are measured
with the same functions. Ranks count from 1. All measures lie in [0, 1].
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from t2vqa.evaluation.folding import Gram, contains, coverage, fold, grams
from t2vqa.evaluation.questions import Evidence

COVERED = 0.7
"""Share of an evidence item's grams from which on the item is covered."""

OVERLAPPING = 0.5
"""Share of the shorter one's grams from which on a quote and an evidence item overlap."""

FEWEST_GRAMS = 20
"""A passage with fewer grams of a longer evidence item is no hit, however pure."""

CHARACTER_BUDGET = 2500
"""Characters of the best passages in which evidence is looked for."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage of a ranking: its document and its text."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """The measures of one ranking.

    Attributes:
        hit_ranks: The ranks of the passages that hit, ascending.
        hit_at_1: 1.0 where the first passage hits.
        hit_at_5: 1.0 where one of the first five hits.
        hit_at_10: 1.0 where one of the first ten hits.
        ndcg_at_10: Normalised discounted cumulative gain of the first ten.
        reciprocal_rank: One divided by the rank of the first hit.
        evidence_recall: Share of the evidence within the first ``CHARACTER_BUDGET`` characters.
    """

    hit_ranks: tuple[int, ...]
    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    ndcg_at_10: float
    reciprocal_rank: float
    evidence_recall: float


def score_ranking(ranking: Sequence[Retrieved], evidence: Sequence[Evidence]) -> RetrievalScores:
    """Return all measures of one ranking, best passage first."""
    ranks = hit_ranks(ranking, evidence)
    return RetrievalScores(
        hit_ranks=ranks,
        hit_at_1=hit_at(ranks, 1),
        hit_at_5=hit_at(ranks, 5),
        hit_at_10=hit_at(ranks, 10),
        ndcg_at_10=ndcg_at(ranks, missed_items(ranking, evidence), 10),
        reciprocal_rank=reciprocal_rank(ranks),
        evidence_recall=evidence_recall(ranking, evidence),
    )


def is_hit(passage: Retrieved, item: Evidence) -> bool:
    """Tell whether ``passage`` shows the words of ``item``.

    It must be of the item's document, and at least 70 % of the grams of the smaller of the two
    must be in the other: an item that is one sentence is mostly in the passage; of an item longer
    than the passage (a whole news item, say), the passage is mostly made. There it must also bring
    ``FEWEST_GRAMS`` of them, or 70 % of the item: a heading is no evidence.

    Source: t2vqa's own, after containment by shingles (Broder, On the resemblance and containment
    of documents, 1997).
    """
    if passage.document != item.document:
        return False
    shown, wanted = grams(passage.text), grams(item.text)
    if not wanted:
        return coverage(item.text, shown, fold(passage.text)) >= COVERED
    shared = len(shown & wanted)
    enough = min(FEWEST_GRAMS, COVERED * len(wanted))
    return shared >= COVERED * min(len(shown), len(wanted)) and shared >= enough


def hit_ranks(ranking: Sequence[Retrieved], evidence: Sequence[Evidence]) -> tuple[int, ...]:
    """Return the ranks of the passages that hit an evidence item, ascending."""
    return tuple(
        rank
        for rank, passage in enumerate(ranking, 1)
        if any(is_hit(passage, item) for item in evidence)
    )


def missed_items(ranking: Sequence[Retrieved], evidence: Sequence[Evidence]) -> int:
    """Return how many evidence items no passage of the ranking hits."""
    return sum(not any(is_hit(passage, item) for passage in ranking) for item in evidence)


def hit_at(ranks: Collection[int], k: int) -> float:
    """Return 1.0 where one of the first ``k`` passages hits, else 0.0.

    Source: success@k of the TREC question answering tracks.
    """
    return float(any(rank <= k for rank in ranks))


def reciprocal_rank(ranks: Collection[int]) -> float:
    """Return one divided by the rank of the first hit, 0.0 without one.

    Source: Voorhees, The TREC-8 question answering track report, 1999.
    """
    return 1 / min(ranks) if ranks else 0.0


def ndcg_at(ranks: Collection[int], missed: int, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first ``k`` passages.

    A passage that hits gains 1, discounted by the logarithm of its rank. What could have been
    found are the passages that hit anywhere in the ranking and, for each evidence item that none
    of them hits, one more.

    Args:
        ranks: The ranks of the passages that hit.
        missed: How many evidence items were not hit.
        k: How far down is looked.

    Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with
    binary gains.
    """
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks) + missed, k) + 1))
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= k)
    return gain / ideal if ideal else 0.0


def evidence_recall(
    ranking: Sequence[Retrieved], evidence: Sequence[Evidence], budget: int = CHARACTER_BUDGET
) -> float:
    """Return the share of evidence items within the first ``budget`` characters of a ranking.

    An item is covered where at least 70 % of its grams are in retrieved text of its document; the
    passage that exceeds the budget is cut. This is fair to passages of any length.

    Source: t2vqa's own.
    """
    if not evidence:
        return 0.0
    shown: dict[str, list[str]] = {}
    left = budget
    for passage in ranking:
        if left <= 0:
            break
        shown.setdefault(passage.document, []).append(passage.text[:left])
        left -= len(passage.text)
    pools = {document: _pool(texts) for document, texts in shown.items()}
    nothing: tuple[frozenset[Gram], str] = (frozenset(), "")
    covered = [
        coverage(item.text, *pools.get(item.document, nothing)) >= COVERED for item in evidence
    ]
    return sum(covered) / len(covered)


def _pool(texts: Iterable[str]) -> tuple[frozenset[Gram], str]:
    kept = tuple(texts)
    return frozenset().union(*map(grams, kept)), "\n".join(map(fold, kept))


def answer_contained(text: str, answers: Sequence[Sequence[str]]) -> bool:
    """Tell whether ``text`` holds at least one alternative of every group, after folding.

    Source: answer recall as in Chen and others, Reading Wikipedia to answer open-domain questions,
    2017, over groups of alternatives.
    """
    return all(any(contains(text, wanted) for wanted in group) for group in answers)


def overlaps(quote: Retrieved, item: Evidence) -> bool:
    """Tell whether a cited quote and an evidence item of its document share their words.

    At least half of the grams of the shorter of the two must be in the other.

    Source: t2vqa's own, after the citation measures of Gao and others, Enabling large language
    models to generate text with citations, 2023, with words in the place of entailment.
    """
    if quote.document != item.document:
        return False
    cited, wanted = grams(quote.text), grams(item.text)
    if not cited or not wanted:
        short, long = sorted((fold(quote.text), fold(item.text)), key=len)
        return bool(short) and short in long
    return len(cited & wanted) >= OVERLAPPING * min(len(cited), len(wanted))


def citation_precision(quotes: Sequence[Retrieved], evidence: Sequence[Evidence]) -> float | None:
    """Return the share of quotes that overlap an evidence item; None where nothing is cited."""
    if not quotes:
        return None
    return sum(any(overlaps(quote, item) for item in evidence) for quote in quotes) / len(quotes)


def citation_recall(quotes: Sequence[Retrieved], evidence: Sequence[Evidence]) -> float | None:
    """Return the share of evidence items that a quote overlaps; None where there is no evidence."""
    if not evidence:
        return None
    return sum(any(overlaps(quote, item) for quote in quotes) for item in evidence) / len(evidence)


def all_documents_cited(quotes: Sequence[Retrieved], evidence: Sequence[Evidence]) -> bool | None:
    """Tell whether of every document among the evidence an item is cited.

    None where the evidence lies in fewer than two documents: this is the measure of questions that
    compare two companies or put several reports together.
    """
    documents = {item.document for item in evidence}
    if len(documents) <= 1:
        return None
    cited = {item.document for item in evidence if any(overlaps(quote, item) for quote in quotes)}
    return cited == documents


@dataclass(frozen=True, slots=True)
class RefusalScores:
    """How well refusals and questions without an answer agree; None where undefined.

    Attributes:
        precision: Share of the refusals that were right.
        recall: Share of the unanswerable questions that were refused.
        f1: The harmonic mean of both.
        false_refusals: Share of the answerable questions that were refused.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    false_refusals: float | None


def score_refusals(outcomes: Iterable[tuple[bool, bool]]) -> RefusalScores:
    """Return the measures of refusals from pairs (answerable, refused).

    Precision and F1 are undefined where no question is unanswerable.

    Source: van Rijsbergen, Information retrieval, 1979; refusing is the positive class.
    """
    pairs = tuple(outcomes)
    refused = sum(refusal for _, refusal in pairs)
    unanswerable = sum(not answerable for answerable, _ in pairs)
    right = sum(refusal and not answerable for answerable, refusal in pairs)
    answerable = len(pairs) - unanswerable
    measured = bool(unanswerable)
    return RefusalScores(
        precision=right / refused if refused and measured else None,
        recall=right / unanswerable if measured else None,
        f1=2 * right / (refused + unanswerable) if measured else None,
        false_refusals=(refused - right) / answerable if answerable else None,
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are defined; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the smallest value that at least ``share`` of the values do not exceed (nearest rank).

    None where there is no value.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
