"""The whole path on the real model: a folder of documents is asked, edited and asked again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2vqa import ResearchQA
from t2vqa.answering.answerer import answer_question
from t2vqa.config import load_settings
from t2vqa.errors import CorpusError, DocumentNotFoundError, NoIndexError, QuestionError
from t2vqa.index.embedding.helping import count_processors
from t2vqa.types import Answer, AnswerMode

pytestmark = pytest.mark.model

QINGLAN = """# 青岚光电

青岚光电从事激光雷达的研发，总部位于江州市。青岚光电于2016年8月12日上市，股票代码为300987。

## 业绩

青岚光电2023年营业收入为12.6亿元，同比增长18%。青岚光电2023年净利润为1.9亿元。

青岚光电2022年营业收入为10.7亿元。

## 风险

青岚光电的主要风险包括：

- 车企价格战向上游传导
- 芯片供应紧张
- 海外认证进度不及预期
"""
HEYUAN = """---
title: 禾原食品调研纪要
date: 2024-03-18
---

# 禾原食品调研纪要

禾原食品主营冷冻烘焙，禾原食品2023年营业收入为8.4亿元，禾原食品2023年净利润为0.7亿元。

禾原食品的员工人数为2150人。禾原食品的毛利率为31.5%，原因是棕榈油价格回落。

禾原食品计划在2025年6月投产第三座工厂，投资额为3.2亿元。
"""
STOCKS = """# 机器人概念股

| 名称 | 代码 | 涨幅 | 标签 |
|---|---|---|---|
| 澄海电机 | 300901 | 6.2% | 减速器 |
| 云杉传动 | 688902 | 3.8% | 减速器 |
| 白桦视觉 | 688903 | 9.1% | 传感器 |
"""
TALLOW = """# Tallow Creek Energy

Tallow Creek Energy builds grid batteries. Its head office is in Port Alder.

Tallow Creek Energy reported revenue of $412 million for 2023. Tallow Creek Energy employs 1,830
people. The company opened its Marlow plant in March 2022.

## Outlook

The main risks for Tallow Creek Energy are:

- Falling lithium prices
- Slow grid permits
- A single large customer
"""
MARKET = """# 冷链市场

预计到2027年，冷链物流市场规模将达到6800亿元。

冷库空置率为14%，主要由于新建产能集中释放。
"""
FILES = {
    "公司/青岚光电.md": QINGLAN,
    "公司/禾原食品.md": HEYUAN,
    "机器人.md": STOCKS,
    "tallow.md": TALLOW,
    "冷链.txt": MARKET,
}

Open = Callable[[dict[str, str]], ResearchQA]


def write(corpus: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResearchQA]:
    """The service over the documents above; nothing changes them."""
    folder = tmp_path_factory.mktemp("service")
    write(folder / "corpus", FILES)
    with ResearchQA.open(folder / "corpus", folder / "index") as service:
        yield service


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Open]:
    """Open the service over documents of a test's own."""
    opened: list[ResearchQA] = []

    def over(files: dict[str, str]) -> ResearchQA:
        write(tmp_path / "corpus", files)
        opened.append(ResearchQA.open(tmp_path / "corpus", tmp_path / "index"))
        return opened[-1]

    yield over
    for service in opened:
        service.close()


def check(service: ResearchQA, answer: Answer) -> None:
    """Hold the laws of every answer."""
    assert answer.refused == (answer.mode is AnswerMode.REFUSAL) == (not answer.statements)
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in answer.statements:
        assert statement.text
        assert statement.citations
        assert set(statement.citations) <= set(numbers)
    for citation in answer.citations:
        text = service.document(citation.document).text
        assert text[citation.start : citation.end] == citation.quote != ""
        assert f"[{citation.number}]" in answer.text
    if answer.refused:
        assert answer.text
        assert answer.reason


@pytest.mark.parametrize(
    ("question", "value", "document"),
    [
        ("青岚光电2023年的营业收入是多少？", "12.6亿元", "公司/青岚光电.md"),
        ("青岚光电的股票代码是什么？", "300987", "公司/青岚光电.md"),
        ("青岚光电是什么时候上市的？", "2016年8月12日", "公司/青岚光电.md"),
        ("禾原食品有多少员工？", "2150人", "公司/禾原食品.md"),
        ("禾原食品的毛利率是多少？", "31.5%", "公司/禾原食品.md"),
        ("白桦视觉的代码是多少？", "688903", "机器人.md"),
        ("2027年冷链物流的市场规模有多大？", "6800亿元", "冷链.txt"),
        ("How many people does Tallow Creek Energy employ?", "1,830", "tallow.md"),
        ("What revenue did Tallow Creek Energy report for 2023?", "$412 million", "tallow.md"),
    ],
)
def test_a_value_is_found_and_cited(
    desk: ResearchQA, question: str, value: str, document: str
) -> None:
    answer = desk.ask(question)
    check(desk, answer)
    assert not answer.refused
    assert value in answer.statements[0].text.replace("**", "")
    first = answer.citations[answer.statements[0].citations[0] - 1]
    assert first.document == document
    assert value in first.quote


def test_the_period_asked_about_decides(desk: ResearchQA) -> None:
    answer = desk.ask("青岚光电2022年的营业收入是多少？")
    assert "10.7亿元" in answer.statements[0].text


@pytest.mark.parametrize(
    ("question", "items"),
    [
        (
            "青岚光电的主要风险有哪些？",
            ["车企价格战向上游传导", "芯片供应紧张", "海外认证进度不及预期"],
        ),
        (
            "What are the main risks for Tallow Creek Energy?",
            ["Falling lithium prices", "Slow grid permits", "A single large customer"],
        ),
    ],
)
def test_a_list_is_given_whole(desk: ResearchQA, question: str, items: list[str]) -> None:
    answer = desk.ask(question)
    check(desk, answer)
    assert [citation.quote for citation in answer.citations] == items


def test_two_companies_are_compared(desk: ResearchQA) -> None:
    answer = desk.ask("比较青岚光电和禾原食品2023年的净利润，哪家更高？")
    check(desk, answer)
    assert "**青岚光电**更高" in answer.text
    assert {citation.document for citation in answer.citations} == {
        "公司/青岚光电.md",
        "公司/禾原食品.md",
    }


def test_a_follow_up_is_understood(desk: ResearchQA) -> None:
    answer = desk.ask("那禾原食品呢？", ["青岚光电2023年的营业收入是多少？"])
    assert answer.understood == "禾原食品2023年的营业收入是多少？"
    assert "8.4亿元" in answer.text


def test_where_a_citation_stands_is_told(desk: ResearchQA) -> None:
    answer = desk.ask("禾原食品有多少员工？")
    citation = answer.citations[0]
    assert citation.date == "2024-03-18"
    assert citation.title == "禾原食品调研纪要"
    assert (
        citation.line
        == HEYUAN.split("\n").index(next(line for line in HEYUAN.split("\n") if "2150人" in line))
        + 1
    )


@pytest.mark.parametrize(
    "question",
    [
        "火星基地的氧气含量是多少？",
        "What is the boiling point of ethanol?",
        "如何烤制法式长棍面包的酸种？",
        "Who won the chess championship?",
    ],
)
def test_what_the_documents_do_not_hold_is_refused(desk: ResearchQA, question: str) -> None:
    answer = desk.ask(question)
    check(desk, answer)
    assert answer.refused
    assert answer.passages


def test_the_answer_comes_in_pieces_and_whole_at_last(desk: ResearchQA) -> None:
    question = "青岚光电的主要风险有哪些？"
    pieces = list(desk.stream(question))
    whole = desk.ask(question)
    for name in ("question", "text", "refused", "statements", "citations", "passages", "reason"):
        assert getattr(pieces[-1], name) == getattr(whole, name)
    assert len(pieces) == 3
    for shorter, longer in pairwise(pieces):
        check(desk, shorter)
        assert longer.text.startswith(shorter.text)
        assert len(shorter.citations) < len(longer.citations)


def test_a_search_reads_no_answer(desk: ResearchQA) -> None:
    found = desk.search("冷链物流的市场规模", limit=3)
    assert len(found) == 3
    assert found[0].passage.document == "冷链.txt"
    assert [scored.score for scored in found] == sorted((s.score for s in found), reverse=True)


def test_as_many_passages_as_wanted(desk: ResearchQA) -> None:
    assert len(desk.ask("营业收入是多少？", passages=2).passages) == 2


def test_what_the_index_holds(desk: ResearchQA) -> None:
    assert [document.path for document in desk.documents()] == sorted(FILES)
    status = desk.status(check=True)
    assert (status.documents, status.stale) == (len(FILES), ())
    with pytest.raises(DocumentNotFoundError):
        desk.document("nowhere.md")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_examples_can_be_answered(desk: ResearchQA, language: str) -> None:
    questions = desk.example_questions(limit=4, language=language)
    assert 0 < len(questions) <= 4
    assert desk.example_questions(limit=4, language=language) == questions
    for question in questions:
        answer = desk.ask(question)
        check(desk, answer)
        assert not answer.refused


@pytest.mark.parametrize("question", ["", "   ", "\n\t\u3000"])
def test_an_empty_question_is_turned_away(desk: ResearchQA, question: str) -> None:
    for ask in (desk.ask, desk.search, lambda asked: list(desk.stream(asked))):
        with pytest.raises(QuestionError, match="empty"):
            ask(question)


def test_a_long_question_is_turned_away_with_the_limit(desk: ResearchQA) -> None:
    longest = desk.settings.max_question_characters
    assert desk.ask("风" * longest)
    with pytest.raises(QuestionError, match=f"{longest:,}"):
        desk.ask("风" * (longest + 1))


QUESTION = st.one_of(
    st.text(min_size=1, max_size=60),
    st.lists(
        st.sampled_from(
            [
                *"的和与？、[1*|`<\x00\ud7ff𠮷",
                "青岚光电",
                "禾原食品",
                "Tallow Creek Energy",
                "2023年",
                "营业收入",
                "哪些风险",
                "比较",
                "哪家更高",
                "how many ",
                "总结",
                "多少家",
            ]
        ),
        min_size=1,
        max_size=8,
    ).map("".join),
)


@given(question=QUESTION, history=st.lists(QUESTION, max_size=2))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_asked_the_laws_hold(
    desk: ResearchQA, question: str, history: list[str]
) -> None:
    try:
        answer = desk.ask(question, history)
    except QuestionError:
        assert not question.strip()
    else:
        check(desk, answer)


def test_several_threads_ask_at_once(desk: ResearchQA) -> None:
    questions = [
        "青岚光电2023年的营业收入是多少？",
        "禾原食品有多少员工？",
        "How many people does Tallow Creek Energy employ?",
        "火星基地的氧气含量是多少？",
    ] * 4
    alone = {question: desk.ask(question).text for question in questions}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: desk.ask(question).text, questions))
    assert together == [alone[question] for question in questions]


def test_few_questions_are_worked_on_at_once_and_all_are_answered(
    desk: ResearchQA, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, most, lock = 0, 0, threading.Lock()

    def counted(*arguments: Any, **more: Any) -> Answer:  # noqa: ANN401 (handed on)
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        try:
            return answer_question(*arguments, **more)
        finally:
            with lock:
                working -= 1

    monkeypatch.setattr("t2vqa.answering.answerer.answer_question", counted)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(desk.ask, ["禾原食品有多少员工？"] * 32))
    assert len({answer.text for answer in answers}) == 1
    assert not answers[0].refused
    assert most <= count_processors() + 1


BEFORE = {"a.md": QINGLAN, "b.md": HEYUAN, "c.txt": MARKET}


def test_a_rebuild_follows_an_edit_and_a_deletion(open_desk: Open) -> None:
    service = open_desk(BEFORE)
    corpus = service.settings.corpus
    assert "2150人" in service.ask("禾原食品有多少员工？").text.replace("**", "")
    (corpus / "a.md").write_text(QINGLAN.replace("12.6亿元", "13.3亿元"), encoding="utf-8")
    (corpus / "b.md").unlink()
    write(corpus, {"d.md": TALLOW})
    assert set(service.status(check=True).stale) == {"a.md", "b.md", "d.md"}
    report = service.rebuild()
    assert (report.edited, report.removed, report.added) == (("a.md",), ("b.md",), ("d.md",))
    edited = service.ask("青岚光电2023年的营业收入是多少？")
    assert "13.3亿元" in edited.text
    assert "12.6亿元" not in edited.text
    gone = service.ask("禾原食品有多少员工？")
    assert "2150" not in gone.text
    for answer in (edited, gone):
        check(service, answer)
        assert "b.md" not in {scored.passage.document for scored in answer.passages}
    assert "1,830" in service.ask("How many people does Tallow Creek Energy employ?").text
    with pytest.raises(DocumentNotFoundError):
        service.document("b.md")


def test_names_follow_a_rebuild_from_nothing(open_desk: Open) -> None:
    service = open_desk({"a.md": QINGLAN})
    follow_up, meant = "那禾原食品呢？", "禾原食品的净利润是多少？"
    assert service.ask(follow_up, ["青岚光电的净利润是多少？"]).understood != meant
    write(service.settings.corpus, {"b.md": HEYUAN.replace("禾原食品调研纪要", "禾原食品")})
    service.rebuild(force=True)
    assert service.ask(follow_up, ["青岚光电的净利润是多少？"]).understood == meant


def test_questions_are_answered_while_the_index_is_rebuilt(open_desk: Open) -> None:
    service = open_desk(BEFORE)
    write(
        service.settings.corpus, {f"n{i}.md": TALLOW.replace("Creek", f"Ford{i}") for i in (1, 2)}
    )
    seen: list[Answer] = []
    under_way = threading.Event()
    asked = threading.Event()

    def at_a_step(progress: object) -> None:
        del progress
        under_way.set()
        asked.wait(60)

    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(service.rebuild, progress=at_a_step)
        assert under_way.wait(60)
        seen.append(service.ask("禾原食品有多少员工？"))
        seen.append(service.ask("How many people does Tallow Ford1 Energy employ?"))
        asked.set()
        report = building.result()
    assert report.added == ("n1.md", "n2.md")
    assert "2150人" in seen[0].text.replace("**", "")
    assert "n1.md" not in {scored.passage.document for scored in seen[1].passages}
    for answer in seen:
        check(service, answer)
    after = service.ask("How many people does Tallow Ford1 Energy employ?")
    assert "1,830" in after.text


def test_a_missing_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        ResearchQA.open(tmp_path / "none", tmp_path / "index")


def test_an_index_that_is_gone_is_told(open_desk: Open) -> None:
    service = open_desk({"a.md": QINGLAN})
    service.close()
    shutil.rmtree(service.settings.index)
    with pytest.raises(NoIndexError):
        service.ask("青岚光电的净利润是多少？")


def test_settings_can_be_given_whole(tmp_path: Path) -> None:
    write(tmp_path / "texts", {"a.md": QINGLAN})
    settings = load_settings(
        corpus=tmp_path / "texts", index=tmp_path / "kept", max_question_characters=30
    )
    with ResearchQA.open(settings=settings) as service:
        assert service.settings == settings
        assert not service.ask("青岚光电的股票代码是什么？").refused
        with pytest.raises(QuestionError):
            service.ask("青" * 31)


HEAVY = ("chromadb", "gradio", "onnxruntime", "sentence_transformers", "torch", "langchain_core")


@pytest.mark.parametrize("code", ["import t2vqa", "from t2vqa import ResearchQA, Answer, Settings"])
def test_importing_the_package_loads_nothing_heavy(code: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert set(HEAVY) & set(shown.stdout.split()) == set()


def test_the_package_has_no_other_names() -> None:
    import t2vqa

    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = t2vqa.nothing_of_the_kind
