"""An answer as HTML for the chat: its Markdown, its citations as links, or a calm refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from t2vqa.errors import T2VQAError
from t2vqa.types import Answer
from t2vqa.web.conversation import Link, LinkKind, Turn
from t2vqa.web.markup import escape_for_chat, shortened
from t2vqa.web.wording import Wording

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKER = re.compile(r"\[(\d+)\]")
_RULES = (
    "paragraph", "list", "table", "emphasis", "backticks", "escape", "entity", "newline",
)  # fmt: skip
"""The Markdown an answer may use. Links, images, headings and HTML stay the characters they are."""

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
        reply = answer_html(turn.answer, number, words)
    if turn.stopped:
        reply = f'<div>{reply}<p class="t2-stopped">{escape_for_chat(words.stopped)}</p></div>'
    question = f'<div class="t2-question">{escape_for_chat(turn.question)}</div>'
    return replace(turn, question_html=question, reply_html=reply)


def answer_html(answer: Answer, turn: int, words: Wording) -> str:
    """Return ``answer``, which is number ``turn`` of its conversation, as HTML for the chat."""
    parts = []
    if answer.understood and answer.understood != answer.question:
        understood = words.understood.format(question=answer.understood)
        parts.append(f'<p class="t2-understood">{escape_for_chat(understood)}</p>')
    if answer.refused:
        parts.append(f'<p class="t2-refused-heading">{escape_for_chat(words.refused)}</p>')
    parts.append(_markdown_html(answer, turn, words))
    if answer.refused:
        parts.append(_nearest_html(answer, turn, words))
    kind = "t2-answer t2-refused" if answer.refused else "t2-answer"
    return f'<div class="{kind}">{"".join(parts)}</div>'


def failure_html(error: Exception, words: Wording) -> str:
    """Return the plain message for ``error``, with the error's own words to unfold."""
    sentence = f"<p>{escape_for_chat(words.failure_of(error))}</p>"
    details = ""
    if isinstance(error, T2VQAError) and str(error):
        summary = escape_for_chat(words.details)
        details = (
            f"<details><summary>{summary}</summary><p>{escape_for_chat(str(error))}</p></details>"
        )
    return f'<div class="t2-failure">{sentence}{details}</div>'


def link_html(link: Link, label: str, title: str, css_class: str) -> str:
    """Return a link into the conversation; ``label`` and ``title`` are escaped here."""
    return (
        f'<a href="{link.href}" class="{css_class}" title="{escape_for_chat(title)}">'
        f"{escape_for_chat(label)}</a>"
    )


def place(title: str, section: Sequence[str]) -> str:
    """Return title and heading path on one line."""
    return " › ".join((title, *section))


def _markdown_html(answer: Answer, turn: int, words: Wording) -> str:
    reader = _reader()
    tokens = reader.parse(answer.text)
    titles = {
        citation.number: place(citation.title, citation.section) for citation in answer.citations
    }

    def text(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:  # noqa: ANN401 - markdown-it's own signature
        return _with_links(tokens[index].content, turn, titles)

    def literal(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:  # noqa: ANN401 - markdown-it's own signature
        return escape_for_chat(tokens[index].content)

    def code(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:  # noqa: ANN401 - markdown-it's own signature
        return f"<code>{escape_for_chat(tokens[index].content)}</code>"

    from markdown_it.renderer import RendererHTML

    renderer = RendererHTML()
    renderer.rules |= {"text": text, "text_special": literal, "code_inline": code}
    return renderer.render(tokens, reader.options, {}).replace("\n", "")


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Escaped characters stay apart from the text around them, so that a marker the answer
    # escaped, because it is the document's own, does not become a link.
    reader = MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(_RULES))
    return reader.disable("text_join")


def _with_links(text: str, turn: int, titles: dict[int, str]) -> str:
    pieces = []
    done = 0
    for marker in _MARKER.finditer(text):
        number = int(marker[1])
        if number not in titles:
            continue
        pieces.append(escape_for_chat(text[done : marker.start()]))
        link = Link(LinkKind.CITATION, turn, number)
        pieces.append(f"<sup>{link_html(link, marker[0], titles[number], 't2-cite')}</sup>")
        done = marker.end()
    pieces.append(escape_for_chat(text[done:]))
    return "".join(pieces)


def _nearest_html(answer: Answer, turn: int, words: Wording) -> str:
    nearest = answer.passages[:_NEAREST]
    if not nearest:
        return ""
    items = []
    for rank, hit in enumerate(nearest, start=1):
        label = shortened(place(hit.passage.title, hit.passage.section), 60)
        link = link_html(Link(LinkKind.PASSAGE, turn, rank), label, label, "t2-look")
        extract = escape_for_chat(shortened(hit.passage.text, 60))
        items.append(f'<li>{link}<span class="t2-extract">{extract}</span></li>')
    heading = escape_for_chat(words.nearest)
    return f'<p class="t2-nearest-heading">{heading}</p><ol class="t2-nearest">{"".join(items)}</ol>'
