from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.library import AddOutcome, DocumentState, LibraryEntry
from t2vqa.web.library_html import confirm_html, said_html, table_html
from t2vqa.web.library_view import ROWS, View, key_of, listing
from t2vqa.web.wording import CHINESE, ENGLISH, Wording

COLUMNS = [name for name, _ in CHINESE.library.columns]
TIMES = st.sampled_from([None, "2026-01-02T08:00:00+08:00", "2026-01-02T01:00:00+00:00"])
ENTRIES = st.lists(
    st.builds(
        LibraryEntry,
        path=st.text(min_size=1, max_size=8),
        title=st.text(max_size=8),
        date=st.sampled_from([None, "2024-05-01", "2023"]),
        source=st.none(),
        passages=st.integers(0, 9),
        state=st.sampled_from(DocumentState),
        indexed_at=TIMES,
    ),
    max_size=3 * ROWS,
    unique_by=lambda entry: entry.path,
)


def entry(path: str, **more: object) -> LibraryEntry:
    known = {"title": path, "date": None, "source": None, "passages": 1}
    return LibraryEntry(path, **{**known, "state": DocumentState.INDEXED, **more})


@given(ENTRIES, st.sampled_from(COLUMNS), st.booleans())
def test_the_pages_together_hold_every_document_once_and_sorted(
    entries: Sequence[LibraryEntry], order: str, descending: bool
) -> None:
    first = listing(entries, View(order=order, descending=descending))
    rows = [
        row
        for page in range(first.pages)
        for row in listing(entries, View(order=order, descending=descending, page=page)).rows
    ]
    assert sorted(rows, key=lambda row: row.path) == sorted(entries, key=lambda row: row.path)
    assert first.found == first.total == len(entries)
    if order in ("path", "passages"):
        values = [getattr(row, order) for row in rows]
        assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize("page", [-5, 1, 99])
def test_a_page_that_is_not_there_gives_the_nearest(page: int) -> None:
    found = listing([entry("a.md")], View(page=page))
    assert (found.page, found.pages, len(found.rows)) == (0, 1, 1)


def test_every_word_searched_for_must_be_held() -> None:
    entries = [entry("notes/a.md", title="Tallow Creek"), entry("b.md", date="2024-05-01")]
    found = {
        words: [row.path for row in listing(entries, View(wanted=words)).rows]
        for words in ("TALLOW", "tallow notes", "tallow b.md", "2024", "")
    }
    assert found == {
        "TALLOW": ["notes/a.md"],
        "tallow notes": ["notes/a.md"],
        "tallow b.md": [],
        "2024": ["b.md"],
        "": ["b.md", "notes/a.md"],
    }


def test_sorting_by_the_same_column_turns_the_order() -> None:
    view = View(page=3).sorted_by("title")
    assert (view.order, view.descending, view.page) == ("title", False, 0)
    assert view.sorted_by("title").descending
    assert not view.sorted_by("title").sorted_by("title").descending
    assert View().sorted_by("__class__") == View()


def test_choices_on_other_pages_stay() -> None:
    view = View(chosen=frozenset({"a", "b"})).with_choice(["c"], ["b", "d"])
    assert view.chosen == {"a", "c"}


@given(st.text(min_size=1), st.text())
def test_no_word_of_a_document_becomes_markup(path: str, title: str) -> None:
    entries = [entry(path, title=title, state=DocumentState.SKIPPED, reason=title)]
    shown = table_html(listing(entries, View()), View(), ENGLISH, choosing=True)
    shown += confirm_html([path], ENGLISH) + said_html("", [(path, title)], failed=[(title, path)])
    tags = set(re.findall(r"<\s*/?\s*([a-z0-9]*)", shown))
    known = "div table thead tbody tr th td input button a code span p ul li"
    assert tags <= set(known.split(" "))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", shown)


@given(st.text(), st.text())
def test_documents_have_different_keys(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)


def test_what_cannot_be_opened_or_removed_offers_neither() -> None:
    entries = [
        entry("new.md", state=DocumentState.NEW, passages=0),
        entry("gone.md", state=DocumentState.REMOVED),
    ]
    shown = table_html(listing(entries, View()), View(), ENGLISH, choosing=True)
    assert f'data-open="{key_of("new.md")}"' not in shown
    assert f'value="{key_of("new.md")}"' in shown
    assert f'data-open="{key_of("gone.md")}"' in shown
    assert f'value="{key_of("gone.md")}"' not in shown
    assert "checkbox" not in table_html(listing(entries, View()), View(), ENGLISH, choosing=False)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_every_state_and_outcome_has_words(words: Wording) -> None:
    assert len({words.library.state(state) for state in DocumentState}) == len(DocumentState)
    assert len({words.library.outcome(outcome) for outcome in AddOutcome}) == len(AddOutcome)
    assert [name for name, _ in words.library.columns] == COLUMNS
