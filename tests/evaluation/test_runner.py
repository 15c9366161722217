import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Never

import pytest

from t2vqa.errors import DocumentNotFoundError, QuestionError
from t2vqa.evaluation.questions import Evidence, Question, QuestionSet
from t2vqa.evaluation.report import ALL, align, as_json, as_table, figures_by_type
from t2vqa.evaluation.runner import Brevity, EvaluationReport, Outcome, evaluate, plain_answer
from t2vqa.types import (
    Answer,
    AnswerMode,
    Citation,
    Passage,
    ScoredPassage,
    Span,
    Statement,
    Timings,
)

TEXTS = {
    "甲.md": "甲公司主营光学镜头。甲公司2025年全年营业收入为36亿元，同比增长12%。",
    "乙.md": "乙公司主营服务器。乙公司2025年全年营业收入为20亿元，同比下降3%。",
    "ab.md": "Company A makes optical lenses. Its revenue in 2025 was 3.6 billion yuan.",
}
REVENUE_A = "甲公司2025年全年营业收入为36亿元，同比增长12%。"
REVENUE_B = "乙公司2025年全年营业收入为20亿元，同比下降3%。"
REVENUE_EN = "Its revenue in 2025 was 3.6 billion yuan."

VALUE = Question(
    "value", "甲公司收入多少？", "value", True, (("36亿元",),), (Evidence("甲.md", REVENUE_A),)
)
BOTH = Question(
    "both",
    "两家公司收入各是多少？",
    "comparison",
    evidence=(Evidence("甲.md", REVENUE_A), Evidence("乙.md", REVENUE_B)),
)
ABSENT = Question("absent", "丙公司收入多少？", "unanswerable", answerable=False)


def cite(number: int, document: str, quote: str) -> Citation:
    start = TEXTS[document].index(quote)
    return Citation(number, document, document, (), start, start + len(quote), quote)


def answer(
    text: str = "",
    ranking: Sequence[str] = (),
    citations: Sequence[Citation] = (),
    statements: int = 1,
    refused: bool = False,
) -> Answer:
    mode = AnswerMode.REFUSAL if refused else AnswerMode.EXTRACTIVE
    passages = tuple(
        ScoredPassage(
            Passage(str(n), path, path, (), Span(0, len(TEXTS[path])), TEXTS[path], "", ()), 1 / n
        )
        for n, path in enumerate(ranking, 1)
    )
    said = () if refused else tuple(Statement(text, (1,)) for _ in range(statements))
    return Answer(
        "?", text, refused, mode, said, tuple(citations), passages, Timings(4.0, 2.0), reason="无"
    )


def run(*pairs: tuple[Question, Answer], brevity: Brevity | None = None) -> EvaluationReport:
    replies = {question.question: reply for question, reply in pairs}
    questions = QuestionSet("made", Path("corpus"), tuple(question for question, _ in pairs))
    return evaluate(questions, lambda text, _: replies[text], TEXTS.__getitem__, brevity=brevity)


def outcome(question: Question, reply: Answer, brevity: Brevity | None = None) -> Outcome:
    return run((question, reply), brevity=brevity).outcomes[0]


def test_a_right_answer_is_judged_right() -> None:
    reply = answer(
        "甲公司收入为 **36 亿元**。[1]", ["乙.md", "甲.md"], [cite(1, "甲.md", REVENUE_A)]
    )
    judged = outcome(VALUE, reply)
    assert judged.answer == "甲公司收入为 36 亿元。"
    assert judged.characters == 13
    assert (judged.contained, judged.brief) == (True, True)
    assert judged.retrieval.hit_ranks == (2,)
    assert (judged.precision, judged.recall) == (1.0, 1.0)
    assert judged.citations[0].exact
    assert judged.retrieve_ms == 4.0
    assert judged.documents_cited is None
    assert judged.same_language_hit is None


def test_a_wrong_answer_is_judged_wrong() -> None:
    reply = answer("乙公司收入为20亿元[1]", ["乙.md"], [cite(1, "乙.md", REVENUE_B)])
    judged = outcome(VALUE, reply)
    assert (judged.contained, judged.brief) == (False, False)
    assert judged.retrieval.hit_ranks == ()
    assert (judged.precision, judged.recall) == (0.0, 0.0)
    assert judged.citations[0].exact


@pytest.mark.parametrize(
    ("statements", "characters", "brief"), [(2, 40, True), (1, 40, False), (2, 10, False)]
)
def test_a_long_answer_is_not_brief(statements: int, characters: int, brief: bool) -> None:
    reply = answer("收入为36亿元[1]，而且增长。[2]", statements=2)
    judged = outcome(VALUE, reply, brevity=Brevity(statements, characters))
    assert judged.contained is True
    assert judged.brief is brief


def test_offsets_that_are_off_by_one_are_not_exact() -> None:
    moved = cite(1, "甲.md", REVENUE_A)
    moved = replace(moved, start=moved.start - 1, end=moved.end - 1)
    assert not outcome(VALUE, answer("36亿元", citations=[moved])).citations[0].exact


def test_a_citation_of_a_document_that_is_not_there_is_not_exact() -> None:
    def missing(path: str) -> str:
        raise DocumentNotFoundError(path)

    reply = answer("36亿元", citations=[cite(1, "甲.md", REVENUE_A)])
    questions = QuestionSet("made", Path("corpus"), (VALUE,))
    judged = evaluate(questions, lambda *_: reply, missing).outcomes[0]
    assert not judged.citations[0].exact


def test_a_comparison_needs_evidence_of_both_documents() -> None:
    one, two = cite(1, "甲.md", REVENUE_A), cite(2, "乙.md", REVENUE_B)
    assert outcome(BOTH, answer("甲 36，乙 20", citations=[one, two])).documents_cited is True
    half = outcome(BOTH, answer("甲 36", citations=[one]))
    assert half.documents_cited is False
    assert half.recall == 0.5
    assert half.contained is None


def test_a_refusal_contains_no_answer_whatever_its_words() -> None:
    judged = outcome(VALUE, answer("没有找到36亿元的依据", refused=True))
    assert judged.contained is False
    assert judged.recall == 0.0
    assert judged.precision is None
    assert judged.reason == "无"


def test_hits_are_told_apart_by_language() -> None:
    question = replace(
        VALUE, evidence=(Evidence("甲.md", REVENUE_A), Evidence("ab.md", REVENUE_EN))
    )
    judged = outcome(question, answer("36亿元", ["乙.md", "甲.md", "ab.md"]))
    assert judged.retrieval.hit_at_1 == 0.0
    assert judged.same_language_hit == 0.0
    assert judged.other_language_hit == 1.0


def test_a_question_that_is_turned_away_finds_nothing() -> None:
    def turn_away(*_: object) -> Never:
        raise QuestionError("The question is too long.")

    questions = QuestionSet("made", Path("corpus"), (VALUE, ABSENT))
    report = evaluate(questions, turn_away, TEXTS.__getitem__)
    assert [o.refused for o in report.outcomes] == [True, True]
    assert report.outcomes[0].contained is False
    assert report.outcomes[0].answer == "The question is too long."
    figures = figures_by_type(report)[ALL]
    assert (figures["hit@1"], figures["citation_recall"]) == (0.0, 0.0)
    assert figures["retrieve_ms_median"] is None


def test_history_reaches_the_asker_and_progress_is_told() -> None:
    heard, told = [], []
    question = replace(VALUE, history=("甲公司做什么？",))
    evaluate(
        QuestionSet("made", Path("corpus"), (question,)),
        lambda text, history: heard.append((text, tuple(history))) or answer("36亿元"),
        TEXTS.__getitem__,
        progress=told.append,
    )
    assert heard == [("甲公司收入多少？", ("甲公司做什么？",))]
    assert [(step.done, step.total) for step in told] == [(0, 1), (1, 1)]


def test_markers_and_bold_are_no_part_of_the_answer() -> None:
    assert plain_answer(answer("收入 **36** 亿元 [1][12]。")) == "收入 36 亿元。"


@pytest.fixture
def report() -> EvaluationReport:
    right = answer("36亿元[1]", ["甲.md"], [cite(1, "甲.md", REVENUE_A)])
    poor = answer("20亿元[1]", ["乙.md", "甲.md"], [cite(1, "乙.md", "乙公司主营服务器。")])
    return run((VALUE, right), (BOTH, poor), (ABSENT, answer("没有", refused=True)))


def test_figures_are_by_type_and_over_all(report: EvaluationReport) -> None:
    figures = figures_by_type(report)
    assert list(figures) == ["comparison", "unanswerable", "value", ALL]
    assert figures["value"]["hit@1"] == 1.0
    assert figures["comparison"]["citation_precision"] == 0.0
    assert figures[ALL]["hit@1"] == 1.0
    assert figures[ALL]["citation_precision"] == 0.5
    assert figures[ALL]["refusal_f1"] == 1.0
    assert figures[ALL]["false_refusals"] == 0.0
    assert figures[ALL]["exact_offsets"] == 1.0
    assert figures["unanswerable"]["hit@1"] is None


def test_the_table_shows_every_type_and_leaves_out_empty_columns(report: EvaluationReport) -> None:
    table = as_table(report)
    assert "made: 3 questions" in table
    assert "comparison" in table
    assert "same language" not in table
    assert "all documents" in table


def test_json_holds_a_row_for_each_question(report: EvaluationReport) -> None:
    entries = json.loads(json.dumps(as_json(report), ensure_ascii=False))["questions"]
    assert [entry["id"] for entry in entries] == ["value", "both", "absent"]
    assert entries[0]["citations"][0]["right"] is True
    assert entries[0]["hit_ranks"] == [1]
    assert entries[1]["documents_cited"] is False


def test_wide_characters_take_two_columns() -> None:
    assert align([["类型", "n"], ["ab", "12"]]) == ["类型   n", "ab    12"]
