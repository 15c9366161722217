"""A run's figures by question type, as tables to read and as JSON to look for mistakes in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from t2vqa.evaluation.metrics import RetrievalScores, mean, percentile, score_refusals
from t2vqa.evaluation.runner import EvaluationReport, JudgedCitation, Outcome

ALL = "all"
"""The name of the row over all types."""

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class _Block:
    """One table: its title and, for each column, the figure's name, heading and format."""

    title: str
    columns: tuple[tuple[str, str, str], ...]


_BLOCKS = (
    _Block(
        "Retrieval",
        (
            ("hit@1", "hit@1", ".3f"),
            ("hit@5", "hit@5", ".3f"),
            ("hit@10", "hit@10", ".3f"),
            ("ndcg@10", "nDCG@10", ".3f"),
            ("mrr", "MRR", ".3f"),
            ("evidence_recall", "recall 2,500", ".3f"),
            ("same_language_hit@1", "same language", ".3f"),
            ("other_language_hit@1", "other language", ".3f"),
        ),
    ),
    _Block(
        "Answers",
        (
            ("contained", "contained", ".3f"),
            ("brief", "and brief", ".3f"),
            ("characters", "characters", ".0f"),
            ("statements", "statements", ".1f"),
        ),
    ),
    _Block(
        "Citations",
        (
            ("citation_precision", "precision", ".3f"),
            ("citation_recall", "recall", ".3f"),
            ("documents_cited", "all documents", ".3f"),
            ("exact_offsets", "exact offsets", ".3f"),
        ),
    ),
    _Block(
        "Refusals",
        (
            ("refusal_precision", "precision", ".3f"),
            ("refusal_recall", "recall", ".3f"),
            ("refusal_f1", "F1", ".3f"),
            ("false_refusals", "false refusals", ".3f"),
        ),
    ),
    _Block(
        "Milliseconds",
        (
            ("retrieve_ms_median", "search median", ".0f"),
            ("retrieve_ms_p95", "search p95", ".0f"),
            ("answer_ms_median", "answer median", ".0f"),
            ("answer_ms_p95", "answer p95", ".0f"),
        ),
    ),
)


def summarise(outcomes: Sequence[Outcome]) -> Figures:
    """Return the figures over some outcomes; None where a measure applies to none of them."""
    refusals = score_refusals((o.question.answerable, o.refused) for o in outcomes)
    searches = [o.retrieve_ms for o in outcomes if o.retrieve_ms is not None]
    answers = [o.answer_ms for o in outcomes]
    given = [o for o in outcomes if not o.refused]

    def ranking(measure: Callable[[RetrievalScores], float]) -> float | None:
        scored = (o.retrieval for o in outcomes if o.question.answerable)
        return mean(measure(scores) for scores in scored if scores is not None)

    return {
        "questions": len(outcomes),
        "hit@1": ranking(lambda scores: scores.hit_at_1),
        "hit@5": ranking(lambda scores: scores.hit_at_5),
        "hit@10": ranking(lambda scores: scores.hit_at_10),
        "ndcg@10": ranking(lambda scores: scores.ndcg_at_10),
        "mrr": ranking(lambda scores: scores.reciprocal_rank),
        "evidence_recall": ranking(lambda scores: scores.evidence_recall),
        "same_language_hit@1": mean(o.same_language_hit for o in outcomes),
        "other_language_hit@1": mean(o.other_language_hit for o in outcomes),
        "contained": mean(o.contained for o in outcomes),
        "brief": mean(o.brief for o in outcomes),
        "characters": percentile((o.characters for o in given), 0.5),
        "statements": mean(o.statements for o in given),
        "citation_precision": mean(o.precision for o in outcomes),
        "citation_recall": mean(o.recall for o in outcomes),
        "documents_cited": mean(o.documents_cited for o in outcomes),
        "exact_offsets": mean(judged.exact for o in outcomes for judged in o.citations),
        "refusal_precision": refusals.precision,
        "refusal_recall": refusals.recall,
        "refusal_f1": refusals.f1,
        "false_refusals": refusals.false_refusals,
        "retrieve_ms_median": percentile(searches, 0.5),
        "retrieve_ms_p95": percentile(searches, 0.95),
        "answer_ms_median": percentile(answers, 0.5),
        "answer_ms_p95": percentile(answers, 0.95),
    }


def figures_by_type(report: EvaluationReport) -> dict[str, Figures]:
    """Return the figures of each question type, by name, and last those of all questions."""
    types = sorted({outcome.question.type for outcome in report.outcomes})
    groups = {
        name: summarise([o for o in report.outcomes if o.question.type == name]) for name in types
    }
    groups.pop(ALL, None)
    return {**groups, ALL: summarise(report.outcomes)}


def as_table(report: EvaluationReport) -> str:
    """Return the figures as aligned tables of plain text, a row for each type."""
    figures = figures_by_type(report)
    part = f", half {report.half}" if report.half else ""
    lines = [
        f"{report.name}{part}: {len(report.outcomes)} questions "
        f"(brief: at most {report.brevity.statements} statements and "
        f"{report.brevity.characters} characters)"
    ]
    for block in _BLOCKS:
        columns = [column for column in block.columns if _applies(column[0], figures)]
        if not columns:
            continue
        rows = [[block.title, "n", *(heading for _, heading, _ in columns)]]
        for name, row in figures.items():
            cells = [_cell(row[key], form) for key, _, form in columns]
            rows.append([name, _cell(row["questions"], ".0f"), *cells])
        lines += ["", *align(rows)]
    return "\n".join(lines) + "\n"


def _applies(key: str, figures: Mapping[str, Figures]) -> bool:
    return any(row[key] is not None for row in figures.values())


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines: the first column flush left, the others flush right.

    A wide character (Chinese, say) counts as two columns of the terminal.
    """
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *others = (
            (cell, " " * (width - _width(cell))) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join(["".join(first), *(gap + cell for cell, gap in others)]).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def as_json(report: EvaluationReport) -> dict[str, object]:
    """Return the figures and one entry for each question, ready for ``json.dump``."""
    return {
        "set": report.name,
        "half": report.half,
        "brevity": {
            "statements": report.brevity.statements,
            "characters": report.brevity.characters,
        },
        "figures": {name: dict(row) for name, row in figures_by_type(report).items()},
        "questions": [_entry(outcome) for outcome in report.outcomes],
    }


def _entry(outcome: Outcome) -> dict[str, object]:
    question, retrieval = outcome.question, outcome.retrieval
    return {
        "id": question.id,
        "type": question.type,
        "question": question.question,
        "history": list(question.history),
        "understood": outcome.understood,
        "answerable": question.answerable,
        "refused": outcome.refused,
        "reason": outcome.reason,
        "answer": outcome.answer,
        "answers": [list(group) for group in question.answers],
        "contained": outcome.contained,
        "brief": outcome.brief,
        "statements": outcome.statements,
        "characters": outcome.characters,
        "hit_ranks": list(retrieval.hit_ranks) if retrieval else None,
        "ndcg@10": retrieval.ndcg_at_10 if retrieval else None,
        "evidence_recall": retrieval.evidence_recall if retrieval else None,
        "same_language_hit": outcome.same_language_hit,
        "other_language_hit": outcome.other_language_hit,
        "evidence": [{"document": e.document, "text": e.text} for e in question.evidence],
        "citations": [_citation(judged) for judged in outcome.citations],
        "citation_precision": outcome.precision,
        "citation_recall": outcome.recall,
        "documents_cited": outcome.documents_cited,
        "retrieve_ms": outcome.retrieve_ms,
        "answer_ms": outcome.answer_ms,
    }


def _citation(judged: JudgedCitation) -> dict[str, object]:
    citation = judged.citation
    return {
        "number": citation.number,
        "document": citation.document,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "right": judged.right,
        "exact": judged.exact,
    }
