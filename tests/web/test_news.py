from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import IndexLockedError, NoIndexError
from t2vqa.types import BuildReport, IndexContents, Skipped
from t2vqa.web.news import Digest, News

DOCUMENTS = st.dictionaries(st.sampled_from(["a.md", "b.md", "c.md"]), st.sampled_from("123"))
REPORT = BuildReport((), (), (), 0, (), 0, 0, 0.0)


class Desk:
    """An index as News sees it: a row of states."""

    def __init__(self, documents: dict[str, str]) -> None:
        self.state = IndexContents(1, documents, ())
        self.broken = False
        self.read = 0

    def generation(self) -> int:
        if self.broken:
            raise NoIndexError("There is no index.")
        return self.state.generation

    def contents(self) -> IndexContents:
        self.read += 1
        return self.state

    def become(self, documents: dict[str, str], *skipped: Skipped) -> None:
        self.state = IndexContents(self.state.generation + 1, documents, skipped)


def news_of(desk: Desk) -> News:
    return News(desk, look_every=0)  # type: ignore[arg-type]  # the part of a desk it uses


@given(DOCUMENTS, st.lists(DOCUMENTS, max_size=5))
def test_however_it_came_about_the_change_is_told_as_one(
    before: dict[str, str], steps: list[dict[str, str]]
) -> None:
    desk = Desk(before)
    news = news_of(desk)
    number = news.number()
    for step in steps:
        desk.become(step)
        news.number()
    digest = news.since(number)
    after = steps[-1] if steps else before
    assert set(digest.added) == after.keys() - before.keys()
    assert set(digest.removed) == before.keys() - after.keys()
    kept = after.keys() & before.keys()
    assert set(digest.edited) == {path for path in kept if after[path] != before[path]}


def test_who_was_told_is_not_told_again() -> None:
    desk = Desk({"a.md": "1"})
    news = news_of(desk)
    first = news.number()
    desk.become({"a.md": "2"})
    second = news.number()
    assert second != first
    assert news.since(first).edited == ("a.md",)
    assert news.since(second) == Digest(second)
    assert news.number() == second
    assert desk.read == 2, "contents are read only where the state is a new one"


def test_only_what_is_newly_skipped_is_told() -> None:
    old, new = Skipped("old.xyz", "odd"), Skipped("new.xyz", "odd")
    desk = Desk({})
    desk.become({}, old)
    news = news_of(desk)
    number = news.number()
    desk.become({}, old, new)
    news.number()
    assert news.since(number).skipped == (new,)
    desk.become({})
    news.number()
    assert news.since(number).skipped == (), "it is skipped no more"


def test_a_failure_is_news_and_so_is_its_end() -> None:
    news = news_of(Desk({}))
    before = news.number()
    error = IndexLockedError("locked")
    news.note(error)
    failed = news.number()
    assert failed != before
    assert news.since(before).failure is error
    news.note(REPORT)
    assert news.number() != failed
    assert news.since(failed).failure is None


def test_what_was_mended_is_told_with_what_changed() -> None:
    desk = Desk({"a.md": "1"})
    news = news_of(desk)
    number = news.number()
    desk.become({"a.md": "2"})
    news.note(replace(REPORT, notes=("The index was damaged and is mended.",)))
    digest = news.since(number)
    assert digest.edited == ("a.md",)
    assert digest.notes == ("The index was damaged and is mended.",)
    assert news.since(digest.number) == Digest(digest.number)


def test_success_after_success_is_no_news() -> None:
    news = news_of(Desk({}))
    before = news.number()
    news.note(REPORT)
    assert news.number() == before


def test_an_index_that_is_gone_for_a_moment_is_looked_at_again() -> None:
    desk = Desk({"a.md": "1"})
    news = news_of(desk)
    number = news.number()
    desk.broken = True
    desk.become({"b.md": "1"})
    assert news.number() == number
    desk.broken = False
    news.number()
    assert (news.since(number).added, news.since(number).removed) == (("b.md",), ("a.md",))


def test_a_state_without_other_documents_is_no_change_but_a_new_number() -> None:
    desk = Desk({"a.md": "1"})
    news = news_of(desk)
    number = news.number()
    desk.become({"a.md": "1"})
    assert news.number() != number
    assert not news.since(number).is_change


def test_a_digest_knows_whether_anything_changed() -> None:
    digest = Digest(1)
    assert not digest.is_change
    for name in ("added", "edited", "removed"):
        assert replace(digest, **{name: ("a.md",)}).is_change
    assert replace(digest, notes=("mended",)).is_change
    assert replace(digest, skipped=(Skipped("a", "b"),)).is_change
