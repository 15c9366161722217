import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import EvaluationError
from t2vqa.evaluation.questions import (
    Evidence,
    Question,
    QuestionSet,
    half,
    half_of,
    load_questions,
    parse_question,
    select,
)

WHOLE = {
    "id": "q1",
    "question": "甲公司的收入是多少？",
    "type": "value",
    "answerable": True,
    "answers": [["3亿元", "300 million yuan"], ["2025"]],
    "evidence": [{"document": "甲.md", "text": "甲公司 2025 年收入 3 亿元。"}],
    "history": ["甲公司做什么？"],
    "reference": "unknown fields are left out",
}


WriteSet = Callable[..., Path]


@pytest.fixture
def write_set(tmp_path: Path) -> WriteSet:
    def write(*lines: object) -> Path:
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "甲.md").write_text("# 甲\n", encoding="utf-8")
        written = [
            line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
            for line in lines
        ]
        (tmp_path / "questions.jsonl").write_text("\n".join(written), encoding="utf-8")
        return tmp_path

    return write


def test_a_line_becomes_a_question(write_set: WriteSet) -> None:
    loaded = load_questions(write_set(WHOLE, ""))
    assert loaded.questions == (
        Question(
            id="q1",
            question="甲公司的收入是多少？",
            type="value",
            answers=(("3亿元", "300 million yuan"), ("2025",)),
            evidence=(Evidence("甲.md", "甲公司 2025 年收入 3 亿元。"),),
            history=("甲公司做什么？",),
        ),
    )
    assert loaded.corpus.name == "corpus"


def test_only_id_question_and_type_are_needed() -> None:
    question = parse_question('{"id": "1", "question": "?", "type": "t"}')
    assert question == Question("1", "?", "t")
    assert question.answerable


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no JSON"),
        ("[]", "one JSON object"),
        ({**WHOLE, "question": " "}, "'question' must be"),
        ({**WHOLE, "id": 7}, "'id' must be"),
        ({**WHOLE, "answerable": "no"}, "'answerable' must be"),
        ({**WHOLE, "answers": "3亿元"}, "'answers' must be a list"),
        ({**WHOLE, "answers": ["3亿元"]}, "'answers' must hold lists"),
        ({**WHOLE, "answers": [[]]}, "'answers' must hold lists"),
        ({**WHOLE, "answers": [[""]]}, "'answers' must hold texts"),
        ({**WHOLE, "evidence": ["甲.md"]}, "'evidence' must hold objects"),
        ({**WHOLE, "evidence": [{"document": "甲.md"}]}, "'text' must be"),
        ({**WHOLE, "evidence": [{"document": "乙.md", "text": "x"}]}, "no document '乙.md'"),
        ({**WHOLE, "history": [1]}, "'history' must hold"),
        ({**WHOLE, "id": "q0"}, "taken by an earlier line"),
    ],
)
def test_a_bad_line_is_named(write_set: WriteSet, line: object, message: str) -> None:
    folder = write_set({"id": "q0", "question": "?", "type": "t"}, line)
    with pytest.raises(EvaluationError, match="line 2") as caught:
        load_questions(folder)
    assert message in str(caught.value)


def test_a_folder_without_corpus_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="corpus/"):
        load_questions(tmp_path)


def test_a_folder_without_questions_is_no_set(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with pytest.raises(EvaluationError, match=r"questions\.jsonl"):
        load_questions(tmp_path)


def test_a_set_without_questions_is_refused(write_set: WriteSet) -> None:
    with pytest.raises(EvaluationError, match="holds no question"):
        load_questions(write_set("", " "))


def make_set(count: int) -> QuestionSet:
    kinds = ("value", "list", "reason")
    return QuestionSet(
        "made",
        Path("corpus"),
        tuple(
            Question(
                id=f"q{number}",
                question="?",
                type=kinds[number * 3 // count],
                evidence=(Evidence(f"{number % 9}.md", "x"),) if number % 4 else (),
            )
            for number in range(count)
        ),
    )


def test_halves_split_a_set_and_share_no_document() -> None:
    whole = make_set(60)
    a, b = half(whole, "a").questions, half(whole, "b").questions
    assert a
    assert b
    assert sorted(q.id for q in a + b) == sorted(q.id for q in whole.questions)
    documents_a, documents_b = ({e.document for q in part for e in q.evidence} for part in (a, b))
    assert not documents_a & documents_b


def test_halves_never_change() -> None:
    # Computed once: figures reported for a half stay comparable from version to version.
    documents = ["a.md", "b.md", "c.md", "d.md", "甲.md"]
    halves = [half_of(Question("q", "?", "t", evidence=(Evidence(d, "x"),))) for d in documents]
    assert halves == ["a", "b", "a", "a", "b"]


@given(st.integers(0, 70))
def test_a_limit_takes_a_growing_sample_in_file_order(limit: int) -> None:
    whole = make_set(60)
    order = [q.id for q in whole.questions]
    if limit == 0:
        with pytest.raises(EvaluationError, match="No question"):
            select(whole, limit=limit)
        return
    chosen = [q.id for q in select(whole, limit=limit).questions]
    more = {q.id for q in select(whole, limit=limit + 1).questions}
    assert len(chosen) == min(limit, 60)
    assert set(chosen) <= more
    assert chosen == sorted(chosen, key=order.index)


def test_a_limit_takes_no_single_type() -> None:
    assert {q.type for q in select(make_set(60), limit=20).questions} == {"value", "list", "reason"}


def test_types_are_chosen_by_name() -> None:
    chosen = select(make_set(60), types=["list"], which="b").questions
    assert {q.type for q in chosen} == {"list"}
    assert {half_of(q) for q in chosen} == {"b"}


def test_an_unknown_type_names_those_there_are() -> None:
    with pytest.raises(EvaluationError, match="list, reason, value"):
        select(make_set(60), types=["lists"])
