"""Answers, states and reports as JSON: the keys that scripts rely on, on one line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import QuestionError
from t2vqa.serialise import (
    answer_object,
    filters_from,
    filters_object,
    json_line,
    report_object,
    status_object,
)
from t2vqa.types import (
    Answer,
    AnswerMode,
    BuildReport,
    Citation,
    Filters,
    IndexStatus,
    Passage,
    ScoredPassage,
    Skipped,
    Span,
    Statement,
    Timings,
)

PASSAGE = Passage(
    id="p1",
    document="note.md",
    title="A note",
    section=("Outer", "Inner"),
    span=Span(10, 19),
    text="A fact. B",
    context="A note",
    units=(),
)
ANSWER = Answer(
    question="What?",
    text="**A fact.** [1]",
    refused=False,
    mode=AnswerMode.EXTRACTIVE,
    statements=(Statement("**A fact.**", (1,)),),
    citations=(
        Citation(
            1,
            "note.md",
            "A note",
            ("Outer", "Inner"),
            10,
            17,
            "A fact.",
            sha256="ab",
            modified="2026-01-02T03:04:05+00:00",
        ),
    ),
    passages=(ScoredPassage(PASSAGE, 0.75, 0.8, 0.7),),
    timings=Timings(12.34567, 1.0),
    understood="What is it?",
)


def test_answer_has_the_documented_form() -> None:
    assert answer_object(ANSWER, identifier=7) == {
        "id": 7,
        "question": "What?",
        "answer": "**A fact.** [1]",
        "refused": False,
        "mode": "extractive",
        "statements": [{"text": "**A fact.**", "citations": [1]}],
        "citations": [
            {
                "number": 1,
                "document": "note.md",
                "section": "Outer › Inner",
                "page": None,
                "start": 10,
                "end": 17,
                "quote": "A fact.",
                "sha256": "ab",
                "modified": "2026-01-02T03:04:05+00:00",
            }
        ],
        "passages": [
            {
                "document": "note.md",
                "section": "Outer › Inner",
                "start": 10,
                "end": 19,
                "text": "A fact. B",
                "score": 0.75,
            }
        ],
        "timings": {"retrieve_ms": 12.346, "answer_ms": 1.0},
        "understood": "What is it?",
        "reason": "",
        "filters": {
            "documents": [],
            "folders": [],
            "companies": [],
            "since": None,
            "until": None,
        },
    }


def test_status_names_what_was_skipped_and_what_changed() -> None:
    skipped = (Skipped("a.bin", "not text"),)
    status = IndexStatus("corpus", "index", 2, 30, None, "e5", skipped, ("new.md",))
    assert json.loads(json_line(status_object(status))) == {
        "corpus": "corpus",
        "index": "index",
        "documents": 2,
        "passages": 30,
        "built_at": None,
        "model": "e5",
        "skipped": [{"path": "a.bin", "reason": "not text"}],
        "stale": ["new.md"],
        "notes": [],
    }


def test_report_names_paths_by_what_happened_to_them() -> None:
    report = BuildReport(("a.md",), (), ("b.md",), 3, (), 40, 5, 1.23456)
    assert json.loads(json_line(report_object(report))) == {
        "added": ["a.md"],
        "edited": [],
        "removed": ["b.md"],
        "unchanged": 3,
        "skipped": [],
        "passages": 40,
        "embedded": 5,
        "seconds": 1.235,
        "notes": [],
    }


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_one_object_is_one_line_for_every_reader(value: dict[str, object]) -> None:
    line = json_line(value)
    assert line.splitlines() == [line]
    assert json.loads(line) == value


def test_chinese_stays_readable() -> None:
    assert json_line({"a": "可灵"}) == '{"a": "可灵"}'


def test_filters_come_back_from_their_object() -> None:
    filters = Filters(("a.md",), ("r/2024",), ("甲科技", "乙"), "2024-01-01", None)
    assert filters_from(filters_object(filters)) == filters
    assert filters_from({}) == Filters()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"folder": ["a"]}, "folder"),
        ({"folders": "a"}, "folders"),
        ({"documents": [1]}, "documents"),
        ({"since": 2024}, "since"),
    ],
)
def test_filters_of_another_form_are_told(fields: dict[str, object], told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        filters_from(fields)
