"""A turn of the conversation as HTML for the chat: question, answer, refusal or failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from t2vqa.errors import T2VQAError
from t2vqa.types import Answer, Citation, CitationChange
from t2vqa.web.answer_markdown import CitationMark, answer_body_html
from t2vqa.web.card import card_of_citation, card_of_passage
from t2vqa.web.conversation import Link, LinkKind, PastFailureError, Turn
from t2vqa.web.filter_html import filters_line
from t2vqa.web.markup import escape_for_chat, link_html, place, shortened
from t2vqa.web.wording import Wording

_LOST = (CitationChange.CHANGED, CitationChange.GONE)
_NEAREST = 5
"""How many passages a refusal offers."""


def rendered(turn: Turn, number: int, words: Wording) -> Turn:
    """Return ``turn``, which is number ``number`` of its conversation, with its HTML filled in.

    Question and reply are each one line that begins with a block tag, so that the chat's Markdown
    reader takes them as a piece of HTML and reads nothing into them.
    """
    reply = ""
    if turn.failure is not None:
        reply = failure_html(turn.failure, words)
    elif turn.answer is not None:
        reply = answer_html(turn.answer, number, words, turn.aged)
    if turn.stopped:
        reply = f"<div>{reply}{_line('t2-stopped', words.stopped)}</div>"
    if turn.feedback is not None and turn.feedback.note:
        note = words.conversations.noted.format(note=turn.feedback.note)
        reply = f"<div>{reply}{_line('t2-noted', note)}</div>"
    question = f'<div class="t2-question">{escape_for_chat(turn.question)}</div>'
    filters = filters_line(turn.filters, words, turn.titles)
    if filters:
        question = f"<div>{question}{_line('t2-filtered', filters)}</div>"
    return replace(turn, question_html=question, reply_html=reply)


def answer_html(
    answer: Answer, turn: int, words: Wording, aged: Mapping[int, CitationChange] | None = None
) -> str:
    """Return ``answer`` as HTML for the chat.

    Args:
        answer: The answer.
        turn: Its number in the conversation.
        words: The page's words.
        aged: Its citations, by number, whose words have moved or are gone since.
    """
    marks = {
        citation.number: _mark(citation, (aged or {}).get(citation.number), words)
        for citation in answer.citations
    }
    parts = []
    if answer.understood and answer.understood != answer.question:
        parts.append(_line("t2-understood", words.understood.format(question=answer.understood)))
    if answer.refused:
        parts.append(_line("t2-refused-heading", words.refused))
    parts.append(answer_body_html(answer, turn, marks))
    lost = sum(change in _LOST for change in (aged or {}).values())
    if lost:
        parts.append(_line("t2-aged", words.aged.format(count=lost)))
    if answer.refused:
        parts.append(_nearest_html(answer, turn, words))
    if answer.passages:
        label = words.asking.looked_at.format(count=len(answer.passages))
        href = Link(LinkKind.LOOKED_AT, turn, 0).href
        parts.append(f'<p class="t2-seen">{link_html(href, label, label, "t2-look")}</p>')
    kind = "t2-answer t2-refused" if answer.refused else "t2-answer"
    return f'<div class="{kind}">{"".join(parts)}</div>'


def failure_html(error: Exception, words: Wording) -> str:
    """Return the plain message for ``error``, with the error's own words to unfold."""
    details, said = "", words.failure_of(error)
    if isinstance(error, PastFailureError):
        said = str(error)
    if isinstance(error, T2VQAError) and str(error):
        summary = f"<summary>{escape_for_chat(words.details)}</summary>"
        details = f"<details>{summary}<p>{escape_for_chat(str(error))}</p></details>"
    return f'<div class="t2-failure">{_line("", said)}{details}</div>'


def _nearest_html(answer: Answer, turn: int, words: Wording) -> str:
    items = []
    for rank, hit in enumerate(answer.passages[:_NEAREST], start=1):
        label = shortened(place(hit.passage.title, hit.passage.section), 60)
        href = Link(LinkKind.PASSAGE, turn, rank).href
        link = link_html(href, label, card_of_passage(hit.passage), "t2-look")
        extract = escape_for_chat(shortened(hit.passage.text, 60))
        items.append(f'<li>{link}<span class="t2-extract">{extract}</span></li>')
    if not items:
        return ""
    heading = _line("t2-nearest-heading", words.nearest)
    return f'{heading}<ol class="t2-nearest">{"".join(items)}</ol>'


def _mark(citation: Citation, change: CitationChange | None, words: Wording) -> CitationMark:
    if change is None:
        return CitationMark(card_of_citation(citation, words))
    title = card_of_citation(citation, words, words.citation_change(change))
    return CitationMark(title, f"t2-cite-{change}")


def _line(css_class: str, text: str) -> str:
    return f'<p class="{css_class}">{escape_for_chat(text)}</p>'
