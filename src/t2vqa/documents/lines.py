"""Find the structure of bare lines: list items, rows, headings and paragraphs without Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from t2vqa.documents.drafts import Draft, SourceLine, cell_words, row_columns
from t2vqa.text.wrapping import wrapped_lines
from t2vqa.types import BlockKind

_NUMERALS = "一二三四五六七八九十"
_ITEM = re.compile(
    rf"""(?:
        (?P<dash>[-*+–][ ])
      | (?P<bullet>[•●○■□◆◇▪‣·➢►✓✔][ ]?)
      | (?P<round>[(（][ ]?\d{{1,3}}[ ]?[)）])
      | (?P<roundhan>[(（][ ]?[{_NUMERALS}]{{1,3}}[ ]?[)）])
      | (?P<circled>[①-⑳⑴-⒇❶-❿][、.]?)
      | (?P<half>\d{{1,3}}[)）])
      | (?P<dotted>\d{{1,3}}[.．](?!\d))
      | (?P<comma>\d{{1,3}}、)
      | (?P<han>[{_NUMERALS}]{{1,3}}、)
    )\s*(?=\S)""",
    re.VERBOSE,
)
_CHAPTER = re.compile(
    rf"第[{_NUMERALS}百零\d]{{1,4}}(?P<kind>[章编篇节]|部分)(?=[\s:：]|\S{{1,25}}$)"
)
_HASHES = re.compile(r"(?P<hashes>#{2,6})(?=[^#\s])")
_LEVELS = {"han": 4, "roundhan": 5}
_LONGEST_HEADING = 30
_FINAL = re.compile(r"[。！？；，、：:!?;,.…”）)]$")
_DIGIT = re.compile(r"\d")
_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Logical:
    """A line with those it was wrapped into."""

    lines: tuple[SourceLine, ...]
    style: str = ""
    tight: bool = False

    @property
    def text(self) -> str:
        return self.lines[0].text


def drafts_of_lines(
    lines: Sequence[SourceLine], first: int, new_group: Callable[[], int]
) -> list[Draft]:
    """Turn lines into drafts.

    List items are lines that begin with a bullet, a number or a numeral, at least two in a row or
    one after a colon. Rows are lines of as many cells each, parted by tabs or bars, at least three
    in a row. Headings are chapter lines and short numbered lines that no list belongs to. The rest
    are paragraphs.

    Args:
        lines: Lines without white space around them; blank lines part paragraphs.
        first: Place of the first draft among all drafts of the document.
        new_group: Gives the number of the next list or table.
    """
    drafts: list[Draft] = []
    for blank, paragraph in groupby(lines, key=lambda line: not line.text):
        if not blank:
            drafts.extend(_paragraph_drafts(list(paragraph), first + len(drafts), new_group))
    return drafts


def _paragraph_drafts(
    lines: list[SourceLine], first: int, new_group: Callable[[], int]
) -> list[Draft]:
    drafts: list[Draft] = []
    for cells, stretch in groupby(lines, key=_cell_count):
        part = list(stretch)
        if cells >= 2 and len(part) >= _ROWS:
            made = _table(part, new_group())
        else:
            made = _listed(_logical(part), first + len(drafts), new_group)
        if drafts and made:
            made[0] = replace(made[0], tight=made[0].kind is not BlockKind.HEADING)
        drafts.extend(made)
    return drafts


def _cells(line: SourceLine) -> list[str]:
    if "\t" in line.text:
        return line.text.split("\t")
    if line.text.count("|") > 0:
        return line.text.strip("|").split("|")
    return []


def _cell_count(line: SourceLine) -> int:
    return len(_cells(line))


def _table(lines: list[SourceLine], group: int) -> list[Draft]:
    rows = [(line, tuple(cell_words(cell) for cell in _cells(line))) for line in lines]
    rows = [(line, cells) for line, cells in rows if any(cell.strip("-:= ") for cell in cells)]
    header: tuple[str, ...] = ()
    drafts: list[Draft] = []
    for place, (line, cells) in enumerate(rows):
        columns: tuple[str, ...] = ()
        if place == 0 and all(cells) and not any(map(_DIGIT.search, cells)):
            header = cells
        else:
            columns = row_columns(header, len(cells))
        drafts.append(
            Draft(BlockKind.TABLE_ROW, (line,), group=group, cells=cells, columns=columns)
        )
    return drafts


def _logical(lines: list[SourceLine]) -> list[_Logical]:
    joined: list[_Logical] = []
    begin = 0
    for place, goes_on in enumerate(wrapped_lines([line.text for line in lines])):
        if not goes_on:
            whole = tuple(lines[begin : place + 1])
            marker = _ITEM.match(whole[0].text)
            joined.append(_Logical(whole, (marker and marker.lastgroup) or "", begin > 0))
            begin = place + 1
    return joined


def _listed(lines: list[_Logical], first: int, new_group: Callable[[], int]) -> list[Draft]:
    drafts: list[Draft] = []
    before = ""
    for marked, stretch in groupby(lines, key=lambda line: bool(line.style)):
        run = list(stretch)
        if marked and (len(run) > 1 or before.endswith((":", "："))):
            drafts.extend(_items(run, first + len(drafts), new_group))
        else:
            drafts.extend(_paragraphs(run))
        before = run[-1].lines[-1].text
    return drafts


def _items(run: list[_Logical], first: int, new_group: Callable[[], int]) -> Iterator[Draft]:
    """Yield the items of a list; a style of marker that comes later is one level deeper."""
    styles: list[str] = []
    groups: list[int] = []
    latest: list[int] = []
    for place, line in enumerate(run):
        if line.style in styles:
            depth = styles.index(line.style)
            del styles[depth + 1 :], groups[depth + 1 :], latest[depth:]
        else:
            depth = len(styles)
            styles.append(line.style)
            groups.append(new_group())
        parent = latest[depth - 1] if depth else None
        latest.append(first + place)
        marker = _ITEM.match(line.text)
        words = line.text[marker.end() :] if marker else line.text
        head = line.text[: len(line.text) - len(words)]
        yield Draft(
            BlockKind.LIST_ITEM,
            (SourceLine(words, line.lines[0].number), *line.lines[1:]),
            marker="- " if line.style == "dash" else head,
            indent=2 * depth,
            depth=depth,
            group=groups[depth],
            parent=parent,
            tight=line.tight,
        )


def _paragraphs(run: list[_Logical]) -> Iterator[Draft]:
    """Yield paragraphs and headings; neighbouring lines of words are one paragraph."""
    gathered: list[_Logical] = []
    for line in run:
        level, words = _heading(line)
        if not level:
            gathered.append(line)
            continue
        if gathered:
            yield _paragraph(gathered)
            gathered = []
        yield Draft(BlockKind.HEADING, (SourceLine(words, line.lines[0].number),), depth=level)
    if gathered:
        yield _paragraph(gathered)


def _paragraph(gathered: list[_Logical]) -> Draft:
    lines = tuple(one for line in gathered for one in line.lines)
    return Draft(BlockKind.PARAGRAPH, lines, tight=gathered[0].tight)


def _heading(line: _Logical) -> tuple[int, str]:
    """Return a heading's level and words, or level 0."""
    text = line.text
    hashes = _HASHES.match(text)
    if hashes:
        return len(hashes.group("hashes")), text[hashes.end() :].strip("# ") or text
    if len(line.lines) > 1 or len(text) > _LONGEST_HEADING or _FINAL.search(text):
        return 0, text
    chapter = _CHAPTER.match(text)
    if chapter:
        return (3 if chapter.group("kind") == "节" else 2), text
    if line.style in _LEVELS and not _DIGIT.search(text):
        return _LEVELS[line.style], text
    return 0, text
