"""Cells of a table read as exact figures, put in order and added up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from t2vqa.text.dates import DateExpression, find_dates
from t2vqa.text.quantities import Comparison, Quantity, find_quantities, in_base_unit
from t2vqa.types import Span

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_BARE = re.compile(r"[+\-−]?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_ROUGHLY = re.compile(r"(?:约|大约|大概|about|approx\.?|around|~|≈|～)\s*", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:约|大约|大概|近|上?涨|下?跌|上升|增长?|下?降|减少?|about|approx\.?|around|up|down"
    r"|左右|[~≈～+\-−\s])*",
    re.IGNORECASE,
)
_COLUMN_UNIT = re.compile(
    r"\s*(?:[（(\[](?P<bracket>[^（）()\[\]]{1,20})[)）\]]|[/,，](?P<rest>.+))$"
)
_SIGN_FIRST = re.compile(r"(?P<sign>[A-Za-z]{0,3}[$¥￥€£]|RMB|[A-Z]{3}\b)\s*(?P<scale>.*)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class CellFigure:
    """What a cell states.

    Attributes:
        shown: The cell's words, with the unit of its column where the cell has none.
        value: Signed, in the base unit; of a date its days, as far as they are known.
        unit: The base unit; figures of different units have no order and no sum.
        approximate: Whether it is said to be rough.
    """

    shown: str
    value: Decimal
    unit: str
    approximate: bool = False


DATE_UNIT = "date"


def column_label(column: str) -> str:
    """Return a column's name without the unit that stands behind it."""
    found = _COLUMN_UNIT.search(column)
    return column[: found.start()].strip() if found and found.start() else column.strip()


def column_periods(column: str) -> tuple[DateExpression, ...]:
    """Return the times a column's name states; a bare year counts, as in ``Revenue 2024``."""
    found = find_dates(column)
    if not found:
        found = [
            DateExpression(Span(*match.span()), year=int(match[0]))
            for match in _YEAR.finditer(column)
        ]
    return tuple(date for date in found if not date.relative)


def read_figure(words: str, column: str = "") -> CellFigure | None:
    """Read a cell that states one figure and nothing else, else None.

    Bounds (超3亿元) and ranges (3-6个月) are no single figure. A bare number takes the unit that
    its column names: 3.2 below ``市值（亿元）``.
    """
    text = words.strip()
    if _BARE.fullmatch(_ROUGHLY.sub("", text)):
        return _bare(text, column)
    return _whole(text) or _date(text)


def _bare(text: str, column: str) -> CellFigure | None:
    unit = _unit_of(column)
    for candidate in _with_unit(text, unit):
        figure = _whole(candidate)
        if figure is not None:
            return figure
    number = _BARE.search(text)
    if number is None:
        return None
    value = Decimal(re.sub(r"[,\s]", "", number[0]).replace("−", "-"))
    return CellFigure(f"{text}{unit}", value, unit, bool(_ROUGHLY.match(text)))


def _unit_of(column: str) -> str:
    found = _COLUMN_UNIT.search(column)
    if found is None:
        return ""
    unit = (found["bracket"] or found["rest"]).strip()
    return unit.removeprefix("单位").strip("：: ")


def _with_unit(text: str, unit: str) -> list[str]:
    if not unit:
        return []
    written = [f"{text}{unit}", f"{text} {unit}"]
    sign = _SIGN_FIRST.fullmatch(unit)
    if sign:
        written.insert(0, f"{sign['sign']} {text} {sign['scale']}".strip())
    return written


def _whole(text: str) -> CellFigure | None:
    """Read a text that one quantity fills."""
    found = find_quantities(text)
    if len(found) != 1 or not _fills(found[0], text):
        return None
    quantity = found[0]
    if quantity.comparison is not Comparison.EXACT or quantity.low != quantity.high:
        return None
    unit, value = in_base_unit(quantity)
    rough = quantity.approximate or bool(_ROUGHLY.match(text))
    return CellFigure(text, value, unit, rough)


def _fills(quantity: Quantity, text: str) -> bool:
    before, after = text[: quantity.span.start], text[quantity.span.end :]
    return bool(_BESIDE.fullmatch(before) and _BESIDE.fullmatch(after))


def _date(text: str) -> CellFigure | None:
    found = find_dates(text)
    if len(found) != 1 or found[0].span.of(text).strip() != text or found[0].year is None:
        return None
    date = found[0]
    month = date.month or date.months[1]
    known = Decimal((date.year or 0) * 372 + month * 31 + (date.day or 0))
    precision = sum(
        part is not None for part in (date.quarter or date.half or date.month, date.day)
    )
    return CellFigure(text, known, f"{DATE_UNIT}{precision}")


def add_up(figures: Sequence[CellFigure]) -> str | None:
    """Return the exact sum, written like the figure with the largest scale; None where they don't.

    Figures of different units, and dates, have no sum.
    """
    units = {figure.unit for figure in figures}
    if len(figures) < 2 or len(units) != 1 or units.pop().startswith(DATE_UNIT):
        return None
    if not any(figure.value for figure in figures):
        return figures[0].shown
    with localcontext() as context:
        context.prec = _DIGITS
        total = sum((figure.value for figure in figures), Decimal(0))
        for scale, pattern in sorted(_scales(figures), key=lambda item: -item[0]):
            number = total / scale
            if number * scale == total:
                rough = next((figure for figure in figures if figure.approximate), None)
                return _rough_mark(rough) + _written(number, pattern)
    return None


def _scales(figures: Sequence[CellFigure]) -> list[tuple[Decimal, CellFigure]]:
    """Return what one of the written number counts for, for each figure that tells."""
    scales = []
    for figure in figures:
        number = _NUMBER.findall(figure.shown)
        if len(number) == 1 and (written := Decimal(number[0].replace(",", ""))):
            scales.append((abs(figure.value) / written, figure))
    return scales


def _rough_mark(figure: CellFigure | None) -> str:
    """Return the word by which a figure says that it is rough; a sum with it is rough too."""
    if figure is None:
        return ""
    found = _ROUGHLY.match(figure.shown)
    return found[0] if found else "≈"


def _written(number: Decimal, pattern: CellFigure) -> str:
    """Write ``number`` in the way of ``pattern``, with its unit and thousands separators."""
    text = _ROUGHLY.sub("", pattern.shown)
    found = _NUMBER.search(text)
    if found is None:
        return str(number)
    grouping = "," if "," in found[0] else ""
    digits = format(abs(number).normalize(), f"{grouping}f")
    before = text[: found.start()]
    signed = re.sub(r"[+\-−]|上?涨|下?跌|增长?|下?降", "", before)
    sign = "-" if number < 0 else "+" if "+" in before else ""
    return f"{sign}{signed}{digits}{text[found.end() :]}"
