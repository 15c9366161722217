"""What people marked becomes a question set that claims no more than they said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from t2vqa.cli import main
from t2vqa.config import Settings
from t2vqa.conversations import (
    ConversationStore,
    Feedback,
    JudgedTurn,
    StoredTurn,
    Verdict,
)
from t2vqa.evaluation.feedback_set import LeftOut, feedback_set
from t2vqa.evaluation.questions import Evidence, load_questions
from t2vqa.service import ResearchQA
from t2vqa.types import (
    Answer,
    AnswerMode,
    Citation,
    CitationChange,
    CitationState,
    Filters,
    Span,
    Timings,
)

RIGHT, WRONG, INCOMPLETE = Verdict.RIGHT, Verdict.WRONG, Verdict.INCOMPLETE


def cited(*quotes: str, text: str = "营收为 **36 亿元**。 [1]", refused: bool = False) -> Answer:
    citations = tuple(
        Citation(number, "光学.md", "晨星光学", (), 0, len(quote), quote)
        for number, quote in enumerate(quotes, 1)
    )
    mode = AnswerMode.REFUSAL if refused else AnswerMode.EXTRACTIVE
    return Answer("问", text, refused, mode, (), citations, (), Timings(1, 1))


def judged(
    question: str,
    answer: Answer | None,
    verdict: Verdict,
    note: str = "",
    at: str = "1",
    history: tuple[str, ...] = (),
) -> JudgedTurn:
    return JudgedTurn(
        "c", 0, StoredTurn(question, answer, feedback=Feedback(verdict, note, at)), history
    )


def check(citations: Sequence[Citation]) -> list[CitationState]:
    """Words that begin with ``没`` are gone; those with ``移`` stand in a renamed document."""
    states = []
    for one in citations:
        if one.quote.startswith("没"):
            states.append(CitationState(CitationChange.CHANGED, one.document))
        elif one.quote.startswith("移"):
            states.append(CitationState(CitationChange.MOVED, "新名.md", Span(3, 9)))
        else:
            states.append(CitationState(CitationChange.CURRENT, one.document, Span(0, 1)))
    return states


def test_a_right_answer_gives_evidence_and_what_has_to_be_said() -> None:
    found = feedback_set([judged("营收？", cited("营收36亿", "移走的话"), RIGHT, "好")], check)
    (one,) = found.asked
    assert one.question.type == "right"
    assert one.question.answerable
    assert one.question.answers == (("36 亿元",),)
    assert one.question.evidence == (
        Evidence("光学.md", "营收36亿"),
        Evidence("新名.md", "移走的话"),
    )
    assert one.notes == ("好",)
    assert not found.left_out


def test_words_that_are_gone_are_left_out_and_counted() -> None:
    found = feedback_set(
        [
            judged("一？", cited("没了", "还在"), RIGHT),
            judged("二？", cited("没了"), RIGHT),
        ],
        check,
    )
    (one,) = found.questions
    assert one.evidence == (Evidence("光学.md", "还在"),)
    assert one.answers == ()
    assert found.left_out == {LeftOut.SOME_GONE: 1, LeftOut.GONE: 1}


def test_refusals_say_whether_there_is_an_answer() -> None:
    refusal = cited(text="没有。", refused=True)
    turns = [judged(f"{verdict}？", refusal, verdict) for verdict in Verdict]
    found = feedback_set(turns, check)
    assert [(one.type, one.answerable) for one in found.questions] == [
        ("right refusal", False),
        ("wrong refusal", True),
        ("wrong refusal", True),
    ]
    assert not any(one.evidence or one.answers for one in found.questions)


def test_a_wrong_answer_is_kept_to_be_judged_and_not_asked() -> None:
    found = feedback_set([judged("营收？", cited("营收36亿"), WRONG, "是 37")], check)
    assert found.questions == ()
    (one,) = found.to_judge
    assert (one.question.type, one.question.evidence, one.notes) == ("wrong", (), ("是 37",))
    assert found.left_out == {LeftOut.WRONG: 1}


def test_an_incomplete_or_stopped_answer_is_a_part_of_the_right_one() -> None:
    stopped = judged("二？", cited("还在"), RIGHT)
    turns = [
        judged("一？", cited("还在"), INCOMPLETE),
        replace(stopped, turn=replace(stopped.turn, stopped=True)),
    ]
    assert [one.type for one in feedback_set(turns, check).questions] == ["incomplete"] * 2


def test_a_question_judged_twice_is_asked_once_and_only_where_people_agree() -> None:
    turns = [
        judged("一？", cited("旧话"), RIGHT, "甲", at="1"),
        judged("一？", cited("新话"), RIGHT, "乙", at="2"),
        judged("二？", cited("话"), RIGHT),
        judged("二？", cited("话"), WRONG),
        judged("二？", cited("话"), RIGHT, history=("前面？",)),
    ]
    found = feedback_set(turns, check)
    assert [one.history for one in found.questions] == [(), ("前面？",)]
    assert found.questions[0].evidence == (Evidence("光学.md", "新话"),)
    assert found.asked[0].notes == ("甲", "乙")
    assert found.left_out == {LeftOut.DISAGREEING: 1}
    assert len({one.id for one in found.questions}) == 2


def test_what_cannot_be_asked_again_is_left_out() -> None:
    filtered = judged("一？", cited("话"), RIGHT)
    turn = replace(filtered.turn, filters=Filters(folders=("a",)))
    found = feedback_set([replace(filtered, turn=turn), judged("二？", None, WRONG)], check)
    assert found.questions == found.to_judge == ()
    assert found.left_out == {LeftOut.FILTERED: 1, LeftOut.FAILED: 1}


DOCUMENTS = {
    "光学.md": "# 晨星光学\n\n晨星光学主营车载镜头。2025 年营业收入为 36 亿元，同比增长 12%。",
    "设备/服务器.md": "# 海岳算力\n\n海岳算力主营液冷服务器。2025 年营业收入为 20 亿元。",
}


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus with its index and two marked answers to it, named by the settings."""
    for name, text in DOCUMENTS.items():
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    for name in ("corpus", "index", "conversations"):
        monkeypatch.setenv(f"T2VQA_{name.upper()}", str(tmp_path / name))
    return tmp_path


def ask_and_judge(desk: Path) -> None:
    with (
        ResearchQA.open(settings=Settings()) as service,
        ConversationStore(desk / "conversations") as store,
    ):
        first, second = "晨星光学2025年的营业收入是多少？", "海岳算力呢？"
        turns = [
            StoredTurn(first, service.ask(first)),
            StoredTurn(second, service.ask(second, [first])),
            StoredTurn("火星上有几家公司？", service.ask("火星上有几家公司？")),
        ]
        identifier = store.start("", *turns)
        for place, verdict in enumerate((RIGHT, WRONG, RIGHT)):
            store.give_feedback("", identifier, place, Feedback(verdict, f"备注{place}"))


@pytest.mark.model
def test_the_command_measures_feedback_and_writes_a_set(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_and_judge(desk)
    written, report = desk / "set", desk / "report.json"
    assert run("eval", "--from-feedback", "--write", written, "--json", report) == 0
    out, err = capsys.readouterr()
    assert "1 of the answers with feedback: marked wrong" in err
    assert "right refusal" in out
    figures = json.loads(report.read_text(encoding="utf-8"))["figures"]
    assert figures["right"]["contained"] == 1.0
    assert figures["right"]["hit@1"] == 1.0
    assert figures["right"]["citation_recall"] == 1.0
    assert figures["all"]["refusal_recall"] == 1.0

    questions = load_questions(written)
    assert [one.type for one in questions.questions] == ["right", "right refusal"]
    assert {
        path.relative_to(written / "corpus").as_posix()
        for path in (written / "corpus").rglob("*.md")
    } == set(DOCUMENTS)
    (line,) = (written / "to-judge.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["notes"] == ["备注1"]
    assert json.loads(line)["history"] == ["晨星光学2025年的营业收入是多少？"]

    assert run("eval", "--from-feedback", "--write", written) == 1
    assert "is not empty and is left as it is" in capsys.readouterr().err
    assert run("eval", written) == 0
    assert "right refusal" in capsys.readouterr().out


@pytest.mark.model
def test_without_feedback_the_command_says_so(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("eval", "--from-feedback") == 1
    assert "There is no file of conversations" in capsys.readouterr().err
    ConversationStore(desk / "conversations").close()
    assert run("eval", "--from-feedback", "--conversations", desk / "conversations") == 1
    assert "hold no feedback yet" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("set", "--from-feedback"), ("set", "--write", "there")])
def test_a_set_or_feedback_is_asked(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("eval", *arguments) == 2
    assert "--from-feedback" in capsys.readouterr().err
