"""An answer knows its age: what the service says of citations and of its index as time goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from t2vqa import ResearchQA
from t2vqa.index.watching import Pace
from t2vqa.types import Answer, BuildReport, CitationChange, Progress

pytestmark = pytest.mark.model

BIRCH = "# 白桦视觉\n\n白桦视觉2023年营业收入为8.4亿元。\n\n白桦视觉的总部位于江州市。\n"
SPRUCE = "# 云杉传动\n\n云杉传动2023年营业收入为5.1亿元。\n"
REVENUE, SEAT, SPRUCE_REVENUE = (
    "白桦视觉2023年营业收入是多少？",
    "白桦视觉的总部位于哪里？",
    "云杉传动2023年营业收入是多少？",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "白桦.md").write_text(BIRCH, encoding="utf-8")
    (folder / "云杉.md").write_text(SPRUCE, encoding="utf-8")
    return folder


@pytest.fixture
def desk(corpus: Path) -> Iterator[ResearchQA]:
    with ResearchQA.open(corpus, corpus.with_name("index")) as service:
        yield service


def changes(desk: ResearchQA, answer: Answer) -> set[CitationChange]:
    assert answer.citations
    return {state.change for state in desk.check(answer.citations)}


def test_citations_tell_their_documents_version(desk: ResearchQA, corpus: Path) -> None:
    (citation, *_) = desk.ask(REVENUE).citations
    document = desk.document("白桦.md")
    assert citation.sha256 == document.sha256 != ""
    assert citation.modified == document.modified
    (corpus / "白桦.md").write_text(BIRCH + "\n又一句。\n", encoding="utf-8")
    desk.rebuild()
    (later, *_) = desk.ask(REVENUE).citations
    assert later.quote == citation.quote
    assert later.sha256 != citation.sha256


def test_after_a_change_each_citation_is_what_became_of_its_words(
    desk: ResearchQA, corpus: Path
) -> None:
    edited, moved, gone = (desk.ask(question) for question in (REVENUE, SEAT, SPRUCE_REVENUE))
    for answer in (edited, moved, gone):
        assert changes(desk, answer) == {CitationChange.CURRENT}
    (corpus / "白桦.md").write_text(BIRCH.replace("8.4亿", "10.25亿"), encoding="utf-8")
    (corpus / "云杉.md").unlink()
    desk.rebuild()
    assert changes(desk, edited) == {CitationChange.CHANGED}
    assert changes(desk, moved) == {CitationChange.MOVED}
    assert changes(desk, gone) == {CitationChange.GONE}
    text = desk.document("白桦.md").text
    for citation, state in zip(moved.citations, desk.check(moved.citations), strict=True):
        assert state.span is not None
        assert state.span.of(text) == citation.quote


def test_in_a_renamed_document_citations_are_found_again(desk: ResearchQA, corpus: Path) -> None:
    answer = desk.ask(REVENUE)
    (corpus / "白桦.md").rename(corpus / "新名.md")
    desk.rebuild()
    states = desk.check(answer.citations)
    assert {(state.change, state.document) for state in states} == {
        (CitationChange.MOVED, "新名.md")
    }
    assert all(
        state.span is not None and state.span.of(desk.document("新名.md").text) == citation.quote
        for citation, state in zip(answer.citations, states, strict=True)
    )


def test_to_check_nothing_gives_nothing(desk: ResearchQA) -> None:
    assert desk.check(()) == ()


def test_another_state_has_another_number_and_other_contents(
    desk: ResearchQA, corpus: Path
) -> None:
    before, contents = desk.generation(), desk.contents()
    assert contents.generation == before
    assert contents.documents.keys() == {"白桦.md", "云杉.md"}
    desk.rebuild()
    assert desk.generation() == before, "to look is no change"
    (corpus / "云杉.md").unlink()
    (corpus / "坏.xyz").write_text("x", encoding="utf-8")
    desk.rebuild()
    assert desk.generation() != before
    assert desk.contents().documents == {"白桦.md": contents.documents["白桦.md"]}
    assert [skipped.path for skipped in desk.contents().skipped] == ["坏.xyz"]


def test_the_services_watcher_follows_the_documents(desk: ResearchQA, corpus: Path) -> None:
    told: SimpleQueue[BuildReport | Exception] = SimpleQueue()
    with desk.watcher(told.put, Pace(settle=0.1)).running():
        first = told.get(timeout=60)
        assert isinstance(first, BuildReport)
        (corpus / "白桦.md").write_text(BIRCH.replace("8.4亿", "10.25亿"), encoding="utf-8")
        report = told.get(timeout=60)
        assert isinstance(report, BuildReport)
        assert report.edited == ("白桦.md",)
        assert "10.25" in desk.ask(REVENUE).text


def test_builds_of_one_service_wait_for_each_other(desk: ResearchQA, corpus: Path) -> None:
    (corpus / "新.md").write_text("# 新\n\n一句话。\n", encoding="utf-8")
    begun = threading.Event()
    reports: SimpleQueue[BuildReport] = SimpleQueue()

    def slow(_: Progress) -> None:
        if not begun.is_set():
            begun.set()
            second.start()
            second.join(timeout=2)  # longer than a lock is waited for

    second = threading.Thread(target=lambda: reports.put(desk.rebuild()))
    assert desk.rebuild(progress=slow).added == ("新.md",)
    assert begun.is_set()
    assert reports.get(timeout=60).added == ()
