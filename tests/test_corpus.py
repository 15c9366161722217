"""The shipped corpus and the question set over it keep what tests/data/README.md promises."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from t2vqa.evaluation.folding import contains, fold
from t2vqa.evaluation.questions import parse_question

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
LINES = (ROOT / "tests/data/questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
DOCUMENTS = {
    path.relative_to(CORPUS).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(CORPUS.rglob("*.md"))
}
FEWEST = {
    "value": 24,
    "list": 16,
    "company": 14,
    "risk": 12,
    "catalyst": 12,
    "comparison": 12,
    "english": 14,
    "follow_up": 14,
    "table": 12,
    "unanswerable": 24,
}
"""Questions of each type, at the least."""

by_id = pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])


def visible_lines(markdown: str) -> list[str]:
    """Return the folded lines of a document's body; markup is punctuation, which folding drops."""
    body = markdown.split("\n---\n", 1)[1]
    return [folded for line in body.splitlines() if (folded := fold(line))]


def last_row(markdown: str) -> list[str]:
    row = markdown.rstrip().splitlines()[-1]
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_front_matter_has_title_and_source_and_no_date(path: str) -> None:
    front_matter = yaml.safe_load(DOCUMENTS[path].split("---\n")[1])
    assert front_matter.keys() == {"title", "source"}
    assert all(front_matter.values())


def test_unknown_cells_of_the_last_row_stay_empty() -> None:
    assert last_row(DOCUMENTS["文生视频/概念股池.md"]) == ["信雅达", "600571", "Pika", ""]


@pytest.mark.parametrize("line", LINES, ids=range(1, len(LINES) + 1))
def test_every_line_is_in_the_documented_form(line: str) -> None:
    parse_question(line)


def test_ids_and_questions_are_unique() -> None:
    asked = [(question["question"], *question.get("history", [])) for question in QUESTIONS]
    assert len({question["id"] for question in QUESTIONS}) == len(set(asked)) == len(QUESTIONS)


def test_there_are_enough_questions_of_every_type() -> None:
    counts = Counter(question["type"] for question in QUESTIONS)
    assert counts.keys() == FEWEST.keys()
    assert {kind for kind, fewest in FEWEST.items() if counts[kind] < fewest} == set()


def test_halves_follow_from_the_ids_and_are_balanced() -> None:
    halves: dict[str, dict[str, str]] = defaultdict(dict)
    for question in QUESTIONS:
        halves[question["type"]][question["id"]] = question["half"]
    for kind, given in halves.items():
        order = sorted(given, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
        expected = {key: ("tune", "report")[place % 2] for place, key in enumerate(order)}
        assert given == expected, kind


@by_id
def test_evidence_stands_in_one_line_of_its_document(question: dict[str, Any]) -> None:
    assert question["evidence"]
    for item in question["evidence"]:
        lines = visible_lines(DOCUMENTS[item["document"]])
        assert any(fold(item["text"]) in line for line in lines), item


@by_id
def test_every_answer_group_is_borne_out_by_the_evidence(question: dict[str, Any]) -> None:
    assert question["answers"]
    evidence = " ; ".join(item["text"] for item in question["evidence"])
    if question.get("computed"):
        evidence = f"{len(question['evidence'])}家"
    for group in question["answers"]:
        assert any(contains(evidence, alternative) for alternative in group), group


@by_id
def test_no_answerable_question_copies_its_evidence(question: dict[str, Any]) -> None:
    asked = fold(question["question"])
    evidence = fold(" ".join(item["text"] for item in question["evidence"]))
    stretches = (asked[start : start + 10] for start in range(len(asked) - 9))
    copied = [piece for piece in stretches if len(re.findall(r"[一-鿿]", piece)) == 10]
    assert not [piece for piece in copied if piece in evidence]


def test_follow_ups_and_only_conversations_have_a_history() -> None:
    with_history = {question["type"] for question in QUESTIONS if question.get("history")}
    assert with_history == {"follow_up", "unanswerable"}
    assert all(q.get("history") for q in QUESTIONS if q["type"] == "follow_up")


def test_what_the_corpus_does_not_answer_has_no_answer_and_no_evidence() -> None:
    refused = [question for question in QUESTIONS if not question["answerable"]]
    assert {question["type"] for question in refused} == {"unanswerable"}
    assert not any(question["answers"] or question["evidence"] for question in refused)
