"""What the small card beside a link says: a few lines of text that travel as the link's title."""

from __future__ import annotations

from t2vqa.types import Citation, Passage
from t2vqa.web.markup import place, shortened
from t2vqa.web.wording import Wording

_LONGEST_NAME = 120
_LONGEST_QUOTE = 240


def card_of_citation(citation: Citation, words: Wording, change: str = "") -> str:
    """Return title and heading path, then file and place, then the quoted words, line by line.

    Args:
        citation: What the link cites.
        words: The page's words.
        change: What has become of the words since, if anything.
    """
    where = [citation.document]
    if citation.page is not None:
        where.append(words.page.format(page=citation.page))
    if citation.line is not None:
        where.append(words.line.format(line=citation.line))
    name = place(citation.title, citation.section)
    return _lines(f"{change} · {name}" if change else name, where, citation.quote)


def card_of_passage(passage: Passage) -> str:
    """Return title and heading path, then the file, then the words of a passage, line by line."""
    return _lines(place(passage.title, passage.section), [passage.document], passage.text)


def _lines(name: str, where: list[str], quote: str) -> str:
    place_line = " · ".join(" ".join(one.split()) for one in where)
    return "\n".join((shortened(name, _LONGEST_NAME), place_line, shortened(quote, _LONGEST_QUOTE)))
