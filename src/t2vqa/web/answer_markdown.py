"""The Markdown of an answer as HTML, with its citation markers as links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from t2vqa.conversations.answer_markdown import MARKER, answer_reader
from t2vqa.text.markdown import plain
from t2vqa.types import Answer, Citation
from t2vqa.web.conversation import Link, LinkKind
from t2vqa.web.markup import escape_for_chat, link_html, place


@dataclass(frozen=True, slots=True)
class CitationMark:
    """What a citation's link says of it, and a class where something sets it apart."""

    title: str
    css_class: str = ""


def answer_body_html(
    answer: Answer, turn: int, marks: Mapping[int, CitationMark] | None = None
) -> str:
    """Return the answer's text, which belongs to turn ``turn``, as HTML on one line.

    Markers of the answer's citations become links, as ``marks`` has it; any other number in
    brackets is text.
    """
    links = {
        citation.number: _link(citation, turn, (marks or {}).get(citation.number))
        for citation in answer.citations
    }
    reader = answer_reader()
    renderer = _AnswerRenderer(links)
    rendered = renderer.render(reader.parse(answer.text), reader.options, {})
    return str(rendered).replace("\n", "")


def answer_plain_text(answer: Answer) -> str:
    """Return the answer as text to paste elsewhere: what it says, then what its numbers mean."""
    lines = [plain(answer.text).strip(), ""]
    for citation in answer.citations:
        name = place(citation.title, citation.section)
        line = f":{citation.line}" if citation.line is not None else ""
        lines.append(f"[{citation.number}] {name} ({citation.document}{line})")
    return "\n".join(lines).strip()


class _AnswerRenderer(RendererHTML):
    """Writes every character of text harmlessly. Its methods are named after token types."""

    def __init__(self, links: Mapping[int, str]) -> None:
        """Take the links of citations by number."""
        super().__init__()
        self._links = links

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ANN401, ARG002 - as the base class calls it
        """Write text, its citation markers as links."""
        text = tokens[idx].content
        pieces = []
        done = 0
        for marker in MARKER.finditer(text):
            number = int(marker[1])
            if number not in self._links:
                continue
            # A raised number stands close to what it belongs to.
            pieces.append(escape_for_chat(text[done : marker.start()].rstrip(" ")))
            pieces.append(f"<sup>{self._links[number]}</sup>")
            done = marker.end()
        pieces.append(escape_for_chat(text[done:]))
        return "".join(pieces)

    def text_special(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ANN401, ARG002 - as the base class calls it
        """Write a character that the answer escaped."""
        return escape_for_chat(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ANN401, ARG002 - as the base class calls it
        """Write code."""
        return f"<code>{escape_for_chat(tokens[idx].content)}</code>"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ANN401, ARG002 - as the base class calls it
        """Begin a table that can be scrolled where it is too wide."""
        return '<div class="t2-table"><table>'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ANN401, ARG002 - as the base class calls it
        """End a table."""
        return "</table></div>"


def _link(citation: Citation, turn: int, mark: CitationMark | None) -> str:
    href = Link(LinkKind.CITATION, turn, citation.number).href
    title, css_class = place(citation.title, citation.section), "t2-cite"
    if mark is not None:
        title, css_class = mark.title, f"t2-cite {mark.css_class}".rstrip()
    return link_html(href, f"[{citation.number}]", title, css_class)
