from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.types import (
    Answer,
    AnswerMode,
    Citation,
    Passage,
    ScoredPassage,
    Span,
    Timings,
)
from t2vqa.web.conversation import Conversation, Link, LinkKind, Turn

LINKS = st.builds(Link, st.sampled_from(LinkKind), st.integers(0, 999_999), st.integers(0, 999_999))


def conversation() -> Conversation:
    cited = [Citation(n, "a.md", "t", (), n, n + 1, str(n)) for n in (1, 3, 4)]
    passage = Passage("p", "b.md", "t", (), Span(5, 7), "xy", "", ())
    answer = Answer(
        "q",
        "",
        False,
        AnswerMode.EXTRACTIVE,
        (),
        tuple(cited),
        (ScoredPassage(passage, 1.0),),
        Timings(0, 0),
    )
    return Conversation((Turn("first"), Turn("second", answer=answer)))


@given(LINKS)
def test_a_link_is_read_back(link: Link) -> None:
    assert Link.parse(link.href) == link


@given(st.one_of(st.none(), st.integers(), st.text(max_size=20)))
def test_nothing_else_is_a_link(other: object) -> None:
    link = Link.parse(other)
    assert link is None or link.href.lstrip("#") == str(other).lstrip("#")


@given(LINKS)
def test_links_that_lead_nowhere_find_nothing(link: Link) -> None:
    found = conversation().source(link)
    known = {"#cite-1-1", "#cite-1-3", "#cite-1-4", "#look-1-1"}
    assert (found is not None) == (link.href in known)


def test_links_find_citations_and_passages() -> None:
    talk = conversation()
    cited = talk.source(Link(LinkKind.CITATION, 1, 3))
    assert cited is not None
    assert (cited.document, cited.start, cited.quote) == ("a.md", 3, "3")
    looked_at = talk.source(Link(LinkKind.PASSAGE, 1, 1))
    assert looked_at is not None
    assert (looked_at.document, looked_at.start, looked_at.quote) == ("b.md", 5, "xy")


def test_neighbours_skip_numbers_that_are_not_cited() -> None:
    near = conversation().neighbours(Link(LinkKind.CITATION, 1, 3))
    assert near.before == Link(LinkKind.CITATION, 1, 1)
    assert near.after == Link(LinkKind.CITATION, 1, 4)
    assert near.total == 3
    assert conversation().neighbours(Link(LinkKind.CITATION, 0, 1)).total == 0


def test_only_answered_questions_are_history() -> None:
    assert conversation().questions == ["second"]


def test_citations_go_on_in_the_next_answer_that_has_some() -> None:
    talk = conversation()
    talk = replace(talk, turns=(*talk.turns, Turn("none"), talk.turns[1]))
    last, first = Link(LinkKind.CITATION, 1, 4), Link(LinkKind.CITATION, 3, 1)
    assert talk.neighbours(last).after == first
    assert talk.neighbours(first).before == last
    assert talk.neighbours(last).total == 3
    assert talk.neighbours(Link(LinkKind.CITATION, 1, 1)).before is None
    assert talk.neighbours(Link(LinkKind.CITATION, 3, 4)).after is None
    assert talk.neighbours(Link(LinkKind.PASSAGE, 1, 1)).after is None
