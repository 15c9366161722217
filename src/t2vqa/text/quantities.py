"""Amounts, shares, durations, counts and sizes in text, read as comparable values."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from t2vqa.text.beginnings import matches_from
from t2vqa.text.dates import find_dates
from t2vqa.text.numerals import NUMERAL, read_numeral
from t2vqa.text.units import CURRENCY_SIGNS, SCALES, UNITS, QuantityKind, Unit
from t2vqa.types import Span

__all__ = [
    "Change",
    "Comparison",
    "Quantity",
    "QuantityKind",
    "find_quantities",
    "in_base_unit",
    "same_quantity",
]


class Comparison(StrEnum):
    """Whether a quantity is meant exactly or as a bound."""

    EXACT = "exact"
    MORE = "more"
    LESS = "less"


class Change(StrEnum):
    """Whether a quantity tells a level or how much something rose or fell."""

    NONE = "none"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a text names.

    Attributes:
        span: Number, scale and unit; a currency before it too.
        value: In ``unit``; for a range the middle.
        low: The lower end of a range, else ``value``.
        high: The upper end of a range, else ``value``.
        unit: Canonical: a currency (``CNY``), ``%``, ``年``, ``家``, ``GB``; a price has two
            parts (``USD/吨``); empty for a bare number like 130亿.
        kind: What it measures.
        approximate: Whether it is said to be rough (约, 左右, nearly).
        comparison: Whether it is a bound (超, 以上, at least).
        change: Whether it is a rise or a fall.
        basis: What a change is counted from: ``同比``, ``环比`` or nothing.
    """

    span: Span
    value: Decimal
    low: Decimal
    high: Decimal
    unit: str
    kind: QuantityKind
    approximate: bool = False
    comparison: Comparison = Comparison.EXACT
    change: Change = Change.NONE
    basis: str = ""


def _alternatives(names: Iterable[str]) -> str:
    """Return a pattern of the names, longest first, Latin ones as whole words."""
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(
        re.escape(name).replace(r"\ ", r"\s+") + (r"(?![a-z])" if name[-1].isascii() else "")
        for name in ordered
        if name != "%"
    )


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:[.．]\d+)?"
_SCALE = "(?:(?!百分|千[瓦克米字伏帕卡焦赫]|兆[瓦焦赫字帕伏])(?:" + _alternatives(SCALES) + "))"
_NOT_UNIT = (
    r"(?:部[分门署委]|个[股人别性体]|名[单称誉义]|位[于居列置]|场[景所馆]|条[件款例约]|次[于级]|级别"
    r"|台[湾积账]|人(?:民(?!币)|[工士均才])|类[似别]|项目|份额|单[位一价]|手[机续段]|点[钟半击]|字节|间接"
    r"|层[面次]|年[级代度]|日[报均]|度假|只有|支[持付]|张家|件套|周[边围转期]|块链|家[庭居]|集[团中]"
    r"|股[东权份]|片面|种[植子])"
)
_UNIT = rf"(?!{_NOT_UNIT})(?:[%％]|" + _alternatives(UNITS) + ")"
_PER = (
    "股|吨|桶|盎司|千瓦时|度|平方米|平米|人|月|年|天|日|次|条|张|部|分钟|秒|小时|户|瓦|公斤|克"
    "|share|tonne|ton|barrel|year|month"
)
_SIGN = "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True))
_TO = r"\s*(?:[-–—~～至到]|to\b)\s*"
_QUANTITY = re.compile(
    rf"""(?:(?<![a-z])(?P<sign>{_SIGN})\s{{0,3}})?
    (?P<minus>(?<![a-z\d.%％)）])[-−+])?
    (?:(?<![\d.,a-z_第])(?P<digits>{_DIGITS})|(?<![第{NUMERAL}])(?P<numeral>[{NUMERAL}]+))
    (?P<more>[余多几]|\+)?\s?(?P<scale>{_SCALE})?(?P<more2>[余多])?
    (?:\s?(?P<unit1>{_UNIT}))?
    (?:{_TO}(?P<sign2>{_SIGN})?(?P<digits2>{_DIGITS})(?P<more3>[余多])?\s?(?P<scale2>{_SCALE})?
       \s?(?P<unit2>{_UNIT})?)?
    (?P<per>\s?/\s?(?:{_PER}))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEGINNING = re.compile(
    rf"[-−+\d{NUMERAL}{re.escape(''.join(sorted({sign[0] for sign in CURRENCY_SIGNS})))}]",
    re.IGNORECASE,
)
"""Where a quantity can begin."""

_FRACTION = re.compile(
    rf"百分之(?P<percent>{_DIGITS}|[{NUMERAL}点]+)|(?<![第{NUMERAL}\d])(?P<tenths>[一二两三四五六七八九]|\d)成(?P<half>半)?"
    r"(?![立为员长功果本交熟分份都绩效品型就因见千万])"
)
_RISE = (
    "增长|增加|增幅|上升|上涨|提升|提高|涨幅|上调|扩大|增|涨|升"
    "|rose|rise|increased?|grew|grow|growth|up|gained|gain|jumped|climbed"
)
_FALL = (
    "下降|减少|降幅|下滑|下跌|跌幅|降低|下调|缩减|跌|减|降"
    "|fell|fall|decreased?|declined?|dropped|drop|down|lost"
)
_FILLER = (
    r"(?:了|约|大约|近|超过?|逾|幅度?|率|达到?|为|是|by|of|about|some|nearly|over|more|than|\s)*"
)
_CHANGE = re.compile(rf"(?:(?P<up>{_RISE})|(?P<down>{_FALL})){_FILLER}$", re.IGNORECASE)
_CHANGE_AFTER = re.compile(
    r"\s?的?(?:(?P<up>增长|增幅|涨幅|增速|increase|growth|rise|gain)"
    r"|(?P<down>下降|降幅|跌幅|降速|decrease|decline|drop|fall))",
    re.IGNORECASE,
)
_BASIS = re.compile(r"(同比|环比|year[- ]on[- ]year|yoy|month[- ]on[- ]month|qoq)", re.IGNORECASE)
_CLAUSE = re.compile(r"[，。；、,;!?！？\n]")
_ROUGHLY = re.compile(
    r"(?:约|大约|大概|近|将近|接近|about|around|approximately|nearly|roughly|some|almost)\s*$", re.I
)
_ROUGHLY_AFTER = re.compile(r"\s?(?:左右|上下|许)")
_OVER = re.compile(
    r"(?:超|超过|超出|逾|高于|大于|多于|不少于|不低于|不小于|至少|突破|最低"
    r"|(?:no|not) less than|not below|over|more than|above|at least|exceed(?:s|ed|ing)?"
    r"|[>＞≥])\s*$",
    re.IGNORECASE,
)
_OVER_AFTER = re.compile(r"\s?(?:及?以上|之上|\+|or more)", re.IGNORECASE)
_UNDER = re.compile(
    r"(?:不足|(?<!不)(?:低于|小于|少于)|不超过|不高于|不多于|不大于|至多|最多|最高"
    r"|under|(?<!no )(?<!not )less than|(?<!not )below|up to|at most|[<＜≤])\s*$",
    re.IGNORECASE,
)
_UNDER_AFTER = re.compile(r"\s?(?:及?以下|以内|之内|or less)", re.IGNORECASE)
_STATES = re.compile(r"(?:为|是|达到?了?|[升降增减]至|等于)\s*(?:约|近|超过?)?\s*$")
_NUMBERING = re.compile(r"代码|编号|号码|电话|传真|邮编|账号|code|number", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[，。；、,;（(）)\n]|$)")
_ANY_NUMBER = re.compile(rf"[\d{NUMERAL}]")
_CONTEXT = 24
_LETTER_SCALES = frozenset({"k", "m", "b", "tn"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NUMBER = Unit("", QuantityKind.NUMBER, "")


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities a text names, in order and without overlaps.

    A number counts that has a unit, a currency or a scale (万, million), or that a sentence
    states as a value (市盈率为25。); dates do not.
    """
    if not _ANY_NUMBER.search(text):
        return []
    dates = [date.span for date in find_dates(text)]
    found: list[Quantity] = [*_fractions(text)]
    for match in matches_from(_BEGINNING, _QUANTITY, text):
        quantity = _read(text, match)
        if quantity and not _overlaps(quantity.span, dates):
            found.append(quantity)
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if not kept or quantity.span.start >= kept[-1].span.end:
            kept.append(quantity)
    return kept


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities agree in value and unit, and not one rises where one falls.

    Units of one kind are converted: 1年 equals 12个月, 1000公斤 equals 1吨. Roughness and bounds
    are not compared; -5% equals a fall of 5%.
    """
    if {_direction(one), _direction(other)} == {Change.UP, Change.DOWN}:
        return False
    return _comparable(one) == _comparable(other)


def in_base_unit(quantity: Quantity) -> tuple[str, Decimal]:
    """Return the base unit and the signed value in it, so that quantities can be set in order.

    9000万元 gives CNY and 90000000, 1年 gives 月 and 12, a fall of 5% gives % and -5.
    """
    main, slash, per = quantity.unit.partition("/")
    unit = _BY_NAME.get(main, _NUMBER)
    falls = quantity.change is Change.DOWN and quantity.value > 0
    value = quantity.value * unit.factor
    return unit.base + slash + per, -value if falls else value


def _direction(quantity: Quantity) -> Change:
    return Change.DOWN if quantity.high < 0 else quantity.change


def _comparable(quantity: Quantity) -> tuple[str, Decimal, Decimal]:
    main, slash, per = quantity.unit.partition("/")
    unit = _BY_NAME.get(main, _NUMBER)
    low, high = sorted(abs(end) * unit.factor for end in (quantity.low, quantity.high))
    return (unit.base + slash + per, low.normalize(), high.normalize())


_BY_NAME = {unit.name: unit for unit in UNITS.values()}


def _overlaps(span: Span, others: list[Span]) -> bool:
    """Tell whether a span touches one of others, which are ascending and apart."""
    following = bisect_left(others, span.end, key=lambda other: other.start)
    return following > 0 and others[following - 1].end > span.start


def _fractions(text: str) -> Iterable[Quantity]:
    """Yield 百分之五 and 三成."""
    if "成" not in text and "百分之" not in text:
        return
    for match in _FRACTION.finditer(text):
        if match.group("percent"):
            value = _percent(match.group("percent"))
        else:
            tenths = _value(match.group("tenths"), match.group("tenths"))
            value = tenths * 10 + (5 if match.group("half") else 0) if tenths else None
        if value is not None:
            yield _with_context(text, Span(*match.span()), (value, value), UNITS["%"], "")


def _percent(words: str) -> Decimal | None:
    whole, _, places = words.partition("点")
    value = _value(words, whole)
    after = read_numeral(places) if places else None
    if value is None or after is None:
        return value
    return value + after.scaleb(-len(places))


def _value(digits: str | None, numeral: str | None) -> Decimal | None:
    if digits and digits[0].isdecimal():
        return Decimal(digits.replace(",", "").replace("．", "."))
    return read_numeral(numeral) if numeral else None


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    unit = _unit(match) or _bare_unit(text, match)
    ends = _ends(match, unit)
    if ends is None or unit is None or _is_noise(match, unit, ends[0]):
        return None
    return _with_context(text, Span(*_extent(match)), ends, unit, _per(match), _has_more(match))


def _extent(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.start() + len(match.group().rstrip())


def _unit(match: re.Match[str]) -> Unit | None:
    """Return the unit of a match, the currency before it or, for a scaled number, none in name."""
    name = match.group("unit2") or match.group("unit1")
    sign = match.group("sign") or match.group("sign2")
    if name:
        return UNITS[re.sub(r"\s+", " ", name.casefold()).replace("％", "%")]
    if sign:
        return next(unit for unit in UNITS.values() if unit.name == CURRENCY_SIGNS[sign.casefold()])
    return _NUMBER if match.group("scale") or match.group("scale2") else None


def _bare_unit(text: str, match: re.Match[str]) -> Unit | None:
    """Return the nameless unit for a bare number that a sentence states (市盈率为25)."""
    before = _clause_before(text, match.start())
    stated = _STATES.search(before) and not _NUMBERING.search(before)
    return _NUMBER if match.group("digits") and stated and _ENDS.match(text, match.end()) else None


def _ends(match: re.Match[str], unit: Unit | None) -> tuple[Decimal, Decimal] | None:
    """Return the lower and upper end; a range's first number takes the second one's scale."""
    first = _value(match.group("digits"), match.group("numeral"))
    if first is None or unit is None:
        return None
    scale, scale2 = match.group("scale"), match.group("scale2")
    second = _value(match.group("digits2"), None)
    if second is None:
        low = first * _scale(scale)
        low = -low if match.group("minus") in ("-", "−") else low
        return low, low
    shared = scale if scale or match.group("unit1") else scale2
    low, high = first * _scale(shared), second * _scale(scale2)
    return (low, high) if low <= high else (high, low)


def _scale(word: str | None) -> int:
    return SCALES[word.casefold()] if word else 1


def _is_noise(match: re.Match[str], unit: Unit, value: Decimal) -> bool:
    """Tell whether a match is a calendar year, the article 一个, or letters that are no scale."""
    numeral = match.group("numeral")
    scale = (match.group("scale2") or match.group("scale") or "").casefold()
    if scale in _LETTER_SCALES and unit.kind is not QuantityKind.MONEY:
        return True
    if unit.name == "年" and _FIRST_YEAR <= value <= _LAST_YEAR:
        return True
    if unit.name == "点" and value < 100:
        return True
    if unit.kind is QuantityKind.NUMBER:
        return bool(numeral)
    return (
        numeral in ("一", "万", "千", "百", "亿", "十")
        and not match.group("scale")
        and (unit.kind is QuantityKind.COUNT or numeral != "一")
    )


def _per(match: re.Match[str]) -> str:
    return re.sub(r"\s", "", match.group("per") or "").casefold()


def _has_more(match: re.Match[str]) -> bool:
    return any(match.group(name) for name in ("more", "more2", "more3"))


def _with_context(
    text: str,
    span: Span,
    ends: tuple[Decimal, Decimal],
    unit: Unit,
    per: str,
    more: bool = False,
) -> Quantity:
    before = _clause_before(text, span.start)
    after = text[span.end : span.end + _CONTEXT]
    low, high = ends
    change = _change(text, span, before, after)
    return Quantity(
        span=span,
        value=low if low == high else (low + high) / 2,
        low=low,
        high=high,
        unit=unit.name + per,
        kind=unit.kind,
        approximate=more or bool(_ROUGHLY.search(before) or _ROUGHLY_AFTER.match(after)),
        comparison=_comparison(before, after, more),
        change=change,
        basis=_basis(before, change),
    )


def _clause_before(text: str, place: int) -> str:
    return _CLAUSE.split(text[max(0, place - _CONTEXT) : place])[-1]


def _comparison(before: str, after: str, more: bool) -> Comparison:
    if _UNDER.search(before) or _UNDER_AFTER.match(after):
        return Comparison.LESS
    if more or _OVER.search(before) or _OVER_AFTER.match(after):
        return Comparison.MORE
    return Comparison.EXACT


def _change(text: str, span: Span, before: str, after: str) -> Change:
    found = _CHANGE.search(before) or _CHANGE_AFTER.match(after)
    if found:
        return Change.UP if found.group("up") else Change.DOWN
    return Change.UP if text[span.start] == "+" else Change.NONE


def _basis(before: str, change: Change) -> str:
    found = _BASIS.search(before)
    if found is None or change is Change.NONE:
        return ""
    return "环比" if found.group(1).casefold() in ("环比", "qoq", "month-on-month") else "同比"
