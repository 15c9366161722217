"""Dates, quarters, halves and years in Chinese and English text, as far as each is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from t2vqa.text.beginnings import matches_from
from t2vqa.text.numerals import read_numeral
from t2vqa.types import Span

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?<![\d.,])(?:1[1-9]|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})"
_TO = r"\s*[-–—~～至到]\s*"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_RELATIVE = (
    "去年|今年|明年|前年|后年|上年度?|本年度?|当年|次年|同期"
    "|本月|上个?月|下个?月|当月|次月|本季度?|上季度?|下季度?|本周|上周|下周|本期|上期"
    "|今[日天]|昨[日天]|明[日天]|前[日天]|当[日天]|次日"
)
_PART = rf"""(?:
    (?P<m1>(?<![\d.]){_NUMBER}){_TO}(?P<m2>{_NUMBER})\s*月份?
  | (?P<month>(?<![\d.近每数几两个]){_NUMBER})\s*月份?(?![均薪供])
      (?:\s*(?P<day>{_NUMBER})\s*[日号])?
  | 前(?P<cumulative>[二两三])个?季度?
  | (?:第\s*(?P<q1>[一二三四1-4])\s*季(?:度|报)?|(?P<q2>[一二三四1-4])\s*季(?:度|报))
  | (?<![a-z])Q(?P<q3>[1-4])(?![a-z\d]) | (?<![\d.])(?P<q4>[1-4])Q(?![a-z])
  | (?P<half>[上下])半年 | (?<![a-z])H(?P<h1>[12])(?![a-z\d]) | (?<![\d.])(?P<h2>[12])H(?![a-z])
  | (?P<interim>半年[度报]|中报|中期(?=业绩|报告))
)"""
_SHORT_FOLLOWS = (
    r"(?=\s*(?:度|底|末|初|全年|年?报|中报|第?[一二三四1-4]\s*季|Q[1-4]|[上下]半年|前三季"
    r"|\d{1,2}\s*月|业绩|营收|净利|同比))"
)
_FLAGS = re.VERBOSE | re.IGNORECASE
_CHINESE = re.compile(
    rf"""(?:
        (?P<year>{_YEAR})\s*(?:年(?!\s*的?(?:历史|[之以]前|前(?![二两三])))度?|(?=\s*(?:[QH][1-4](?![a-z\d])|[1-4]Q|第[一二三四]季)))
      | (?<![\d.第近约超逾过])(?P<short>[0-3]\d)年{_SHORT_FOLLOWS}度?
      | (?P<relative>{_RELATIVE})
    )(?:\s*的?\s*{_PART})?""",
    _FLAGS,
)
_PART_ALONE = re.compile(
    rf"{_PART}(?:\s*(?:of\s*)?(?P<year>{_YEAR}|'?\d{{2}})(?![\d%.]|\s*年))?", _FLAGS
)
_DAY_ALONE = re.compile(
    r"(?<![\d月个.])(?P<day>\d{1,2})日(?=讯|电|消息|晚|早|上午|下午|凌晨|宣布|公告|发布|披露|收盘|表示)"
)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<year>(?:19|20)\d{2})(?:"
    r"(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9])"
    r"|[-/](?P<month2>0[1-9]|1[0-2]))(?![\d/-]|\.\d)"
)
_COMPACT = re.compile(
    r"(?<![\d.,])(?P<year>20[0-4]\d)(?P<month>0[1-9]|1[0-2])(?P<day>3[01]|[12]\d|0[1-9])(?!\d|[.,]\d|\s*[万亿元股吨])"
)
_YEARS = re.compile(
    rf"(?<![\d.])(?P<year>(?:19|20)\d{{2}})(?:年)?(?={_TO}(?:19|20)?\d{{2}}\s*(?:年|E\b))"
)
_ENGLISH = re.compile(
    rf"""\b(?:
        (?P<name>{_MONTH_NAME})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?
        (?:,?\s+(?P<year>{_YEAR}))?(?![\d%])
      | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name2>{_MONTH_NAME})
        (?:,?\s+(?P<year2>{_YEAR}))?
      | (?P<name3>{_MONTH_NAME}),?\s+(?P<year3>{_YEAR})(?!\d)
      | (?<=in\s)(?P<name4>{_MONTH_NAME}) | (?<=since\s)(?P<name5>{_MONTH_NAME})
    )""",
    _FLAGS,
)
_ENGLISH_QUARTER = re.compile(
    rf"""\b(?:the\s+)?(?:(?P<ordinal>first|second|third|fourth)\s+(?P<unit>quarter|half)
        (?:\s+of\s+(?:fiscal\s+)?(?:the\s+year\s+)?(?P<year>{_YEAR}))?
      | (?:FY|fiscal(?:\s+year)?)\s*'?(?P<fiscal>(?:20)?\d{{2}})(?!\d)
      | (?:in|since|by|of|during|from|until|through|for|year|to|and|early|late|mid|after)[\s-]+
        (?P<bare>(?:1[1-9]|20)\d{{2}})(?![\da-z]|[.,]\d|\s*[-–]\s*\d|\s*[%$年])
      | (?P<relative>(?:this|last|next|previous|prior)\s+(?:year|quarter|month|week)
        |yesterday|today|tomorrow)
    )""",
    _FLAGS,
)
_ESTIMATE = re.compile(r"(?<![\d.])(?P<year>20\d{2})(?=[AE]\b)")
_ORDINALS = ("first", "second", "third", "fourth")
_PATTERNS = (
    _NUMERIC,
    _COMPACT,
    _ENGLISH,
    _ENGLISH_QUARTER,
    _CHINESE,
    _PART_ALONE,
    _YEARS,
    _ESTIMATE,
    _DAY_ALONE,
)


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A time that a text names, as far as it says: what it leaves open is None.

    Attributes:
        span: Where it stands.
        year: Of four digits.
        half: 1 or 2.
        quarter: 1 to 4.
        quarters: So many quarters from the beginning of the year (前三季度: 3).
        month: 1 to 12.
        day: 1 to 31.
        relative: Whether it counts from a day the words do not name (去年, last month).
    """

    span: Span
    year: int | None = None
    half: int | None = None
    quarter: int | None = None
    quarters: int | None = None
    month: int | None = None
    day: int | None = None
    relative: bool = False

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month of the year that it may mean."""
        if self.month is not None:
            return self.month, self.month
        if self.quarter is not None:
            return self.quarter * 3 - 2, self.quarter * 3
        if self.quarters is not None:
            return 1, self.quarters * 3
        if self.half is not None:
            return self.half * 6 - 5, self.half * 6
        return 1, 12


_LATIN = re.compile("[A-Za-z]{2}")
_WITHOUT_LATIN = tuple(
    pattern for pattern in _PATTERNS if pattern not in (_ENGLISH, _ENGLISH_QUARTER)
)
"""All that can match a text without two Latin letters side by side."""

_BEGINNINGS = {
    _NUMERIC: re.compile(r"(?:19|20)\d{2}[-/.]"),
    _COMPACT: re.compile(r"20[0-4]\d[01]\d[0-3]"),
    _CHINESE: re.compile(
        r"[12]\d{3}|[一二][〇零○一二三四五六七八九]|[0-3]\d年|[去今明前后上本当次同下昨]"
    ),
    _YEARS: re.compile(r"(?:19|20)\d{2}[\s年~～至到–—-]"),
    _ESTIMATE: re.compile(r"20\d{2}[AEae]"),
    _DAY_ALONE: re.compile(r"\d{1,2}日"),
    _PART_ALONE: re.compile(r"(?<![\d.])\d|\d(?=\s*季)|[一二三四五六七八九十前第上下半中QHqh]"),
}
"""Where a match can begin: behind a condition on what stands before, the engine itself tries every
character."""

_KNOWN_FORMS = 4096
_KNOWN_TEXTS = 8192

_Fields = tuple[int | None, int | None, int | None, int | None, int | None, int | None, bool]
"""What a `DateExpression` holds after its span."""


def find_dates(text: str) -> list[DateExpression]:
    """Return the dates a text names, in order and without overlaps."""
    return list(_dates(text))


@lru_cache(maxsize=_KNOWN_TEXTS)
def _dates(text: str) -> tuple[DateExpression, ...]:
    patterns = _PATTERNS if _LATIN.search(text) else _WITHOUT_LATIN
    found = [
        date
        for pattern in patterns
        for match in _matches(pattern, text)
        if (date := _date(match)) is not None
    ]
    return tuple(_longest_first_come(found))


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    beginning = _BEGINNINGS.get(pattern)
    return pattern.finditer(text) if beginning is None else matches_from(beginning, pattern, text)


def covers(wide: DateExpression, narrow: DateExpression) -> bool:
    """Tell whether all that ``wide`` says holds of ``narrow`` too: 2021 covers March 2021."""
    first, last = wide.months
    inner_first, inner_last = narrow.months
    return (
        wide.year in (None, narrow.year)
        and wide.day in (None, narrow.day)
        and first <= inner_first
        and inner_last <= last
    )


def conflicts(one: DateExpression, other: DateExpression) -> bool:
    """Tell whether two expressions cannot mean times of which one lies in the other.

    What one of them leaves open does not conflict: March and 2021 don't, 2021 and 2022 do.
    """
    return _differ(one.year, other.year) or _differ(one.day, other.day) or not _nested(one, other)


def _nested(one: DateExpression, other: DateExpression) -> bool:
    first, last = one.months
    other_first, other_last = other.months
    within = other_first <= first and last <= other_last
    around = first <= other_first and other_last <= last
    if one.quarters != other.quarters and one.month is None and other.month is None:
        return (first, last) == (1, 12) or (other_first, other_last) == (1, 12)
    return within or around


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def _longest_first_come(found: Iterable[DateExpression]) -> Iterable[DateExpression]:
    end = 0
    for date in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if date.span.start >= end:
            yield date
            end = date.span.end


def _date(match: re.Match[str]) -> DateExpression | None:
    groups = tuple((name, value) for name, value in match.groupdict().items() if value is not None)
    read = _read(groups)
    if read is None:
        return None
    bare = any(name == "bare" for name, _ in groups)
    return DateExpression(Span(*match.span("bare" if bare else 0)), *read)


@lru_cache(maxsize=_KNOWN_FORMS)
def _read(found: tuple[tuple[str, str], ...]) -> _Fields | None:
    """Read what the groups of a match say; the same words come again and again."""
    groups = dict(found)
    month, day = _month(groups), _number(groups, "day", "day2")
    half, quarters = _half(groups), _number(groups, "cumulative")
    quarter = _number(groups, "q1", "q2", "q3", "q4")
    if groups.get("unit", "").casefold() == "quarter":
        quarter = _ordinal(groups)
    if "m1" in groups:
        half, quarter, quarters, month = _span_of_months(groups)
    if not _valid(month, day):
        return None
    return _year(groups), half, quarter, quarters, month, day, "relative" in groups


def _valid(month: int | None, day: int | None) -> bool:
    return (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31)


def _number(groups: dict[str, str], *names: str) -> int | None:
    for name in names:
        if name in groups:
            words = groups[name]
            value = int(words) if words.isdecimal() else read_numeral(words)
            return None if value is None else int(value)
    return None


def _year(groups: dict[str, str]) -> int | None:
    words = {name: value.lstrip("'") for name, value in groups.items()}
    year = _number(words, "year", "year2", "year3", "short", "fiscal", "bare")
    return year + 2000 if year is not None and year < 100 else year


def _month(groups: dict[str, str]) -> int | None:
    for name in ("name", "name2", "name3", "name4", "name5"):
        if name in groups:
            return _MONTHS.split().index(groups[name][:3].casefold()) + 1
    return _number(groups, "month", "month2")


def _half(groups: dict[str, str]) -> int | None:
    if "half" in groups:
        return 1 if groups["half"] == "上" else 2
    if "interim" in groups:
        return 1
    if groups.get("unit", "").casefold() == "half":
        return _ordinal(groups)
    return _number(groups, "h1", "h2")


def _ordinal(groups: dict[str, str]) -> int:
    return _ORDINALS.index(groups["ordinal"].casefold()) + 1


def _span_of_months(
    groups: dict[str, str],
) -> tuple[int | None, int | None, int | None, int | None]:
    """Read 1-6月 as half, 1-3月 as quarter, 1-9月 as three quarters, others by their last month."""
    first, last = _number(groups, "m1"), _number(groups, "m2")
    known: dict[tuple[int | None, int | None], tuple[int | None, ...]] = {
        (1, 6): (1, None, None),
        (7, 12): (2, None, None),
        (1, 9): (None, None, 3),
        (1, 12): (None, None, None),
        **{(3 * q - 2, 3 * q): (None, q, None) for q in (1, 2, 3, 4)},
    }
    half, quarter, quarters = known.get((first, last), (None, None, None))
    return half, quarter, quarters, None if (first, last) in known else last
