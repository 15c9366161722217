"""The list of conversations: by day, safe whatever the titles hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.conversations import ConversationSummary
from t2vqa.web.conversation_list import list_html
from t2vqa.web.wording import CHINESE, ENGLISH

NOW = datetime(2031, 5, 10, 12).astimezone()


def summary(title: str, days: float = 0, identifier: str = "a", found: str = "") -> object:
    moment = (NOW - timedelta(days=days)).isoformat()
    return ConversationSummary(identifier, title, moment, moment, 1, found)


def test_conversations_stand_under_their_day() -> None:
    kept = [summary("一"), summary("二", 0.2), summary("三", 1), summary("四", 9)]
    html = list_html(kept, "", "", CHINESE, NOW)  # type: ignore[arg-type]  # summaries
    order = ["<h3>今天</h3>", "一", "二", "<h3>昨天</h3>", "三", "<h3>2031-05-01</h3>", "四"]
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert html.count("<h3>") == 3


def test_the_open_one_is_marked_and_named() -> None:
    kept = [summary("一", identifier="x"), summary("二", identifier="y", found="…在这里…")]
    html = list_html(kept, "y", "", ENGLISH, NOW)  # type: ignore[arg-type]  # summaries
    assert html.count("aria-current") == 1
    assert 'data-opened="y"' in html
    assert '<a href="?c=x"' in html
    assert "…在这里…" in html
    assert "data-opened" not in list_html((), None, "", ENGLISH)


def test_an_empty_list_says_why() -> None:
    assert CHINESE.conversations.none_yet in list_html((), "", " ", CHINESE)
    assert CHINESE.conversations.none_found in list_html((), "", "词", CHINESE)


@given(st.text(), st.text())
def test_words_of_people_are_text(title: str, found: str) -> None:
    html = list_html([summary(title, found=found)], "", "", CHINESE, NOW)  # type: ignore[list-item]
    plain = list_html([summary("x", found="x")], "", "", CHINESE, NOW)  # type: ignore[list-item]
    assert html.count("<") - 3 * (not found) in (plain.count("<"), plain.count("<") - 5)
