"""Turn Markdown's inline tokens into the words a reader sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from t2vqa.documents.drafts import SourceLine
from t2vqa.text.normal import normalise_characters

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LEFT_STARS = re.compile(r"\*\*(?=\S)([^*\n]{1,300})(?<=\S)\*\*")
_ADDRESS = re.compile(r"[/.#:@]")


def render_lines(token: Token, first: int) -> list[SourceLine]:
    """Return the words of an inline token as lines, the source's own and those ``<br>`` makes.

    Emphasis and link marks go; of an image its description stays.

    Args:
        token: Of the type ``inline``.
        first: Number of the source line it begins in.
    """
    lines: list[SourceLine] = []
    children = token.children or []
    for place, line in enumerate(_render(children).split("\n")):
        lines.extend(
            SourceLine(part, first + place)
            for broken in line.split("\v")
            if (part := _clean(broken))
        )
    return lines


def _render(tokens: Sequence[Token]) -> str:
    r"""Return words with ``\n`` for the source's line breaks and ``\v`` for those of ``<br>``."""
    parts: list[str] = []
    addresses: list[str] = []
    literal = False
    stars = _literal_stars(tokens)
    for place, token in enumerate(tokens):
        match token.type:
            case "em_open" | "em_close":
                parts.append("*" if place in stars else "")
            case "text":
                words = token.content.replace("\n", " ").replace("\v", " ")
                parts.append(_BREAK.sub("\v", words))
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "link_open":
                addresses.append(unquote(str(token.attrs.get("href", ""))))
            case "link_close":
                parts.append(_kept_address(addresses.pop()))
            case "image":
                parts.append(_render(token.children or []))
            case "code_inline":
                literal = literal or "**" in token.content
                parts.append(token.content)
            case _:
                parts.append(token.content)
    text = "".join(parts)
    # CommonMark leaves stars beside Chinese punctuation: **甲（乙）**是
    return text if literal else _LEFT_STARS.sub(_without_stars, text)


def _without_stars(match: re.Match[str]) -> str:
    return match.group() if match.group(1).isascii() else match.group(1)


def _literal_stars(tokens: Sequence[Token]) -> set[int]:
    """Return the places of stars that stand within a number or code (``12*34``), with their twins.

    CommonMark takes two such stars, however far apart, for emphasis.
    """
    literal: set[int] = set()
    openings: list[int] = []
    for place, token in enumerate(tokens):
        if token.type == "em_open":
            openings.append(place)
        elif token.type == "em_close":
            pair = (openings.pop(), place)
            if token.markup == "*" and any(_is_inside_number(tokens, one) for one in pair):
                literal.update(pair)
    return literal


def _is_inside_number(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1].content[-1:] if place else ""
    after = tokens[place + 1].content[:1] if place + 1 < len(tokens) else ""
    return before.isdecimal() and after.isdecimal()


def _kept_address(address: str) -> str:
    """Keep what stands like an address but is none: [2.1](开源) holds words."""
    return "" if not address or _ADDRESS.search(address) else f"({address})"


def _clean(line: str) -> str:
    return normalise_characters(line).replace("\n", " ").strip()
