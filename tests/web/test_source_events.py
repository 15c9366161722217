from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from t2vqa.documents.registry import load_document
from t2vqa.errors import DocumentNotFoundError, IndexStoreError
from t2vqa.types import (
    Answer,
    AnswerMode,
    Citation,
    CitationChange,
    CitationState,
    Document,
    Span,
    Timings,
)
from t2vqa.web.conversation import Conversation, Link, LinkKind, Turn
from t2vqa.web.page import _lay_out
from t2vqa.web.parts import Parts
from t2vqa.web.shown import Place, PlaceKind, Shown
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.wording import CHINESE

TEXT = "# 书\n\n甲乙丙。\n\n## 后\n\n甲二。\n\n甲三。\n"


class MemoryDesk:
    """Holds one document; counts how often it is read."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {"a.md": load_document("a.md", TEXT.encode())}
        self.number = 1
        self.read = 0

    def generation(self) -> int:
        return self.number

    def document(self, path: str) -> Document:
        self.read += 1
        if path not in self.documents:
            raise DocumentNotFoundError(path)
        return self.documents[path]

    def check(self, citations: tuple[Citation, ...]) -> tuple[CitationState, ...]:
        return tuple(CitationState(CitationChange.CURRENT, "a.md", Span(0, 1)) for _ in citations)


@pytest.fixture(scope="module")
def parts() -> Parts:
    import gradio as gr

    with gr.Blocks():
        return _lay_out(CHINESE, managing=True)


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk()


@pytest.fixture
def events(desk: MemoryDesk, parts: Parts) -> SourceEvents:
    return SourceEvents(desk, parts)  # type: ignore[arg-type]  # the part of a desk it uses


def conversation(desk: MemoryDesk) -> Conversation:
    text = desk.documents["a.md"].text
    start = text.index("甲二")
    cited = Citation(1, "a.md", "书", (), start, start + 3, text[start : start + 3])
    answer = Answer("q", "", False, AnswerMode.EXTRACTIVE, (), (cited,), (), Timings(0, 0))
    return Conversation((Turn("q", answer=answer),))


LINK = Link(LinkKind.CITATION, 0, 1)


def at(events: SourceEvents, updates: dict[Any, Any]) -> tuple[Shown, str, str]:
    """Return the state, the pane and the count of what was found."""
    parts = events._parts
    return (
        updates[parts.session.shown],
        updates[parts.source.source],
        updates[parts.source.hits],
    )


def test_a_citation_opens_whole_and_goes_back(events: SourceEvents, desk: MemoryDesk) -> None:
    talk = conversation(desk)
    shown, page, _ = at(events, events.opened(LINK, talk, CHINESE))
    assert shown == Shown(LINK)
    assert "t2-whole" not in page
    shown, page, _ = at(events, events.open_whole(shown, talk, "zh"))
    assert shown.path == "a.md"
    assert "<mark>甲二。</mark>" in page
    assert "甲三" in page
    shown, page, _ = at(events, events.open_whole(shown, talk, "zh"))
    assert shown == Shown(LINK)
    assert "t2-whole" not in page


def test_a_search_begins_below_the_citation_and_goes_round(
    events: SourceEvents, desk: MemoryDesk
) -> None:
    talk = conversation(desk)
    shown = Shown(LINK, "a.md")
    said = []
    for handler in (events.find, events.find, events.find, events.find_previous):
        shown, page, hits = at(events, handler("甲", shown, talk, "zh"))
        said.append(hits)
        assert page.count("t2-hit-now") == 1
    numbers = [2, 3, 1, 3]
    for number, line in zip(numbers, said, strict=True):
        assert CHINESE.source.hits.format(number=number, total=3) in line
    shown, page, hits = at(events, events.find("没有", shown, talk, "zh"))
    assert CHINESE.source.no_hit in hits
    assert "t2-hit" not in page
    shown, _, hits = at(events, events.find("", shown, talk, "zh"))
    assert CHINESE.source.no_hit not in hits


def test_a_document_opens_by_itself_in_the_chat_tab(events: SourceEvents, parts: Parts) -> None:
    updates = events.opened_document("a.md", CHINESE)
    shown, page, _ = at(events, updates)
    assert shown == Shown(path="a.md")
    assert "甲乙丙" in page
    assert updates[parts.header.tabs].selected == "chat"
    assert set(updates) <= set(parts.of_opening)


def test_a_document_that_is_gone_says_so(events: SourceEvents) -> None:
    _, page, _ = at(events, events.opened_document("<b>.md", CHINESE))
    assert CHINESE.source.removed in page
    assert "<b>" not in page


def test_a_cited_document_that_is_gone_leaves_its_words(
    events: SourceEvents, desk: MemoryDesk
) -> None:
    talk = conversation(desk)
    desk.documents.clear()
    shown, page, _ = at(events, events.shown_anew(Shown(LINK, "a.md"), talk, CHINESE))
    assert shown.path is None
    assert "<mark>甲二。</mark>" in page
    assert CHINESE.source_gone in page


def test_links_to_places_need_a_whole_document(events: SourceEvents, desk: MemoryDesk) -> None:
    talk = conversation(desk)
    place = Place(PlaceKind.AT, 5)
    event: Any = SimpleNamespace(href=place.href)
    assert events._parts.session.shown not in events.open_link(event, Shown(LINK), talk, "zh")
    shown, _, _ = at(events, events.open_link(event, Shown(LINK, "a.md"), talk, "zh"))
    assert shown.place == place


def test_a_document_is_read_anew_only_when_the_index_has_changed(
    events: SourceEvents, desk: MemoryDesk
) -> None:
    for _ in range(3):
        events.opened_document("a.md", CHINESE)
    assert desk.read == 1
    desk.number = 2
    desk.documents["a.md"] = replace(desk.documents["a.md"], title="新书")
    _, page, _ = at(events, events.opened_document("a.md", CHINESE))
    assert "新书" in page
    assert desk.read == 2


def test_a_failure_is_told_in_a_form_that_can_be_closed(
    events: SourceEvents, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: str) -> Document:
        raise IndexStoreError("<b>broken</b>")

    monkeypatch.setattr(desk, "document", fail)
    _, page, _ = at(events, events.opened(LINK, conversation(desk), CHINESE))
    assert 'class="t2-source ' in page
    assert CHINESE.failure_of(IndexStoreError("")) in page
    assert "<b>" not in page
