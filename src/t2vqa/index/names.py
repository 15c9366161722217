"""Names a corpus gives its subjects: companies, products, people, with their aliases and codes.

Nothing here knows a name. A document tells its names by its form: its title where its own text
repeats it, a label with a bracketed alias (``甲科技（小甲）：…``), a table that sets names beside
stock codes, an explicit definition (``以下简称“甲公司”``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from t2vqa.text.codes import find_codes
from t2vqa.text.normal import fold
from t2vqa.text.quantities import find_quantities
from t2vqa.types import Block, BlockKind, Document

_LONGEST_NAME = 30

_COMPANY_ENDINGS = (
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "科技有限公司",
    "有限公司",
    "控股集团",
    "集团公司",
    "集团股份",
    "公司",
    "集团",
    "控股",
    "股份",
    "科技",
    " incorporated",
    " corporation",
    " limited",
    " holdings",
    " group",
    " inc",
    " corp",
    " ltd",
    " co",
    " plc",
    " llc",
)
_BRACKETED = re.compile(r"^(?P<name>[^（）()：:]{2,24}?)\s*[（(](?P<alias>[^（）()]{1,24})[)）]")
_LABEL = re.compile(r"^(?P<label>[^：:。；;]{2,40})[：:]")
_ABBREVIATION = re.compile(
    r"(?:以下|下)?简称(?:为)?[：:]?\s*[“\"「『《](?P<alias>[^”\"」』》]{2,16})[”\"」』》]"
)
_CODE_CELL = re.compile(r"(?:[A-Za-z]{2}[.:]?)?\d{4,6}(?:\.[A-Za-z]{2})?")
_TICKER_CELL = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?")
_CODE_COLUMN = re.compile(r"代码|代号|\b(?:code|ticker|symbol)\b", re.IGNORECASE)
_NAME_COLUMN = re.compile(
    r"(?:代表|相关|受益|重点|上市|标的|目标)?(?:公司|企业|厂商|股票|个股|标的|证券)(?:名称|简称)?"
    r"|(?:listed |company |stock )?(?:company|companies|firm|issuer|stock|name)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"合计|总计|小计|平均值?|均值|中位数|其[他它].*|行业.*|全部|不详|未披露|暂?无"
    r"|total|sub-?total|average|mean|median|others?|all|none|n/a|unknown",
    re.IGNORECASE,
)
_BEFORE_CODE = re.compile(
    r"(?:(?P<latin>[A-Z][\w&.'’-]*(?: [A-Z&][\w&.'’-]*){0,4})"
    r"|(?P<han>[^\s，。；、：:,;（）()“”\"《》！？!?|]{2,20}))"
    r"\s?[（(]\s*(?P<inner>[^（）()\n]{4,28})[)）]"
)
_SHORTEST_END = 3
_SHORT_NAME = 6
_DIGITS_ONLY = re.compile(r"^[\d\s.,%/-]+$")


@dataclass(frozen=True, slots=True)
class SubjectName:
    """One name a document gives a subject.

    Attributes:
        name: As written.
        subject: The name all aliases of one subject share; equal to ``name`` for the main one.
        owns_document: Whether the whole document is about the subject.
    """

    name: str
    subject: str
    owns_document: bool = False


def names_of(document: Document) -> tuple[SubjectName, ...]:
    """Return the names ``document`` gives its subjects, without repetition, in reading order."""
    found: dict[tuple[str, str], SubjectName] = {}
    for name in _all_names(document):
        key = (fold(name.name), fold(name.subject))
        if key[0] and (key not in found or name.owns_document):
            found[key] = name
    return tuple(found.values())


def name_variants(name: str) -> tuple[str, ...]:
    """Return the folded forms under which people write ``name``, the longest first.

    ``甲乙科技股份有限公司`` is also called ``甲乙科技`` and ``甲乙``: general company endings are
    taken off one after the other while at least two characters remain.
    """
    forms = [fold(name)]
    rest = name.strip().casefold()
    shortened = True
    while shortened:
        shortened = False
        for ending in _COMPANY_ENDINGS:
            stem = rest.rstrip(" .,").removesuffix(ending)
            if stem != rest.rstrip(" .,") and len(fold(stem)) >= 2:
                rest, shortened = stem, True
                forms.append(fold(rest))
                break
    return tuple(dict.fromkeys(form for form in forms if len(form) >= 2))


def _all_names(document: Document) -> Iterator[SubjectName]:
    yield from _title_names(document)
    groups: dict[int, list[Block]] = {}
    for block in document.blocks:
        text = block.span.of(document.text)
        if block.kind is BlockKind.TABLE_ROW and block.group is not None:
            groups.setdefault(block.group, []).append(block)
        elif block.kind in {BlockKind.LIST_ITEM, BlockKind.HEADING, BlockKind.PARAGRAPH}:
            yield from _label_names(text, heading=block.kind is BlockKind.HEADING)
    for rows in groups.values():
        yield from _table_names(document.text, rows)
    yield from _names_before_codes(document.text)
    for match in _ABBREVIATION.finditer(document.text):
        yield SubjectName(match["alias"], match["alias"])


def _title_names(document: Document) -> Iterator[SubjectName]:
    """Titles that the document's own text repeats are its subject; file names likewise."""
    body = fold(document.text)
    stem = PurePosixPath(document.path).stem
    for candidate in (document.title, *re.split(r"[-_—\s]+", stem)):
        name = candidate.strip()
        if not 2 <= len(fold(name)) <= _LONGEST_NAME or _DIGITS_ONLY.match(name):
            continue
        if any(len(form) >= 3 and body.count(form) >= 3 for form in name_variants(name)):
            yield SubjectName(name, name, owns_document=True)


def _label_names(text: str, *, heading: bool) -> Iterator[SubjectName]:
    """Read ``名称（别名）`` at the head of an item's or paragraph's label, or in a heading."""
    if heading:
        label = text.rpartition("：")[2].rpartition(":")[2].strip()
    else:
        found = _LABEL.match(text)
        if found is None:
            return
        label = found["label"].strip()
    match = _BRACKETED.match(label)
    if match is None:
        return
    name, aliases = match["name"].strip(), re.split(r"[、,，/]", match["alias"])
    kept = [alias.strip() for alias in aliases if _is_name(alias.strip())]
    if len(kept) != len(aliases) or not _is_name(name):
        return
    yield SubjectName(name, name)
    for alias in kept:
        yield SubjectName(alias, name)


def _is_name(text: str) -> bool:
    if find_codes(text) or re.fullmatch(r"\d{4,6}", text):
        return True
    return len(fold(text)) >= 2 and not find_quantities(text) and not _DIGITS_ONLY.match(text)


def _table_names(text: str, rows: Iterable[Block]) -> Iterator[SubjectName]:
    """Read the names of rows with a code, and of columns of companies.

    Beside a code the first other cell names what the code stands for. A code is told by its form,
    or by a column that says so (代码, ticker).
    """
    for row in rows:
        cells = [(cell.column, cell.span.of(text).strip()) for cell in row.cells]
        codes = [value for column, value in cells if _is_code_cell(column, value)]
        names = [value for _, value in cells if value and value not in codes]
        if len(codes) == 1 and names and len(names[0]) <= _LONGEST_NAME:
            yield SubjectName(names[0], names[0])
            yield from _code_names(codes[0], names[0])
        for column, value in cells:
            if _NAME_COLUMN.fullmatch(column.strip()):
                yield from _listed_names(value)


def _is_code_cell(column: str, value: str) -> bool:
    if _CODE_CELL.fullmatch(value):
        return True
    return bool(_CODE_COLUMN.search(column) and _TICKER_CELL.fullmatch(value))


def _code_names(code: str, subject: str) -> Iterator[SubjectName]:
    """Name a subject by its code as written, and by the digits alone."""
    yield SubjectName(code, subject)
    digits = re.search(r"\d{4,6}", code)
    if digits and digits[0] != code:
        yield SubjectName(digits[0], subject)


def _listed_names(value: str) -> Iterator[SubjectName]:
    """Read the names of a cell: ``甲``, ``甲、乙``, ``甲（小甲）``."""
    for piece in re.split(r"[、,，;；]", value):
        found = _BRACKETED.match(piece.strip())
        name = (found["name"] if found else piece).strip()
        if not 2 <= len(fold(name)) <= _LONGEST_NAME or _NO_NAME.fullmatch(name):
            continue
        if not _is_name(name) or find_codes(name):
            continue
        yield SubjectName(name, name)
        if found and _is_name(found["alias"].strip()):
            yield SubjectName(found["alias"].strip(), name)


def _names_before_codes(text: str) -> Iterator[SubjectName]:
    """Read ``甲科技（600000.SH）`` in running text: the bracket holds the name's code."""
    for match in _BEFORE_CODE.finditer(text):
        codes = find_codes(f"({match['inner']})")
        if len(codes) != 1:
            continue
        name = match["latin"] or _recurring_end(match["han"], text)
        if name and _is_name(name):
            yield SubjectName(name, name)
            yield from _code_names(codes[0].span.of(f"({match['inner']})"), name)


def _recurring_end(before: str, text: str) -> str:
    """Return the end of ``before`` that is a name: the longest one that the text repeats.

    ``我们看好甲科技`` is no name, but the text that says ``甲科技`` again tells where it begins. A
    short stretch that begins its clause is taken as it is.
    """
    for start in range(len(before) - _SHORTEST_END + 1):
        if text.count(before[start:]) > 1:
            return before[start:]
    return before if len(before) <= _SHORT_NAME else ""
