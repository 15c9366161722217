"""Chinese numerals, everyday and formal, read as numbers."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零〇○一二两三四五六七八九"
FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟萬億"
NUMERAL = f"{DIGITS}十百千万亿半{FORMAL}"
"""Every character a Chinese numeral is written with."""

_FORMAL_TO_PLAIN = str.maketrans(FORMAL + "两○〇", "一二三四五六七八九十百千万亿二零零")
_VALUES = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}


def read_numeral(numeral: str) -> Decimal | None:
    """Return the value of a Chinese numeral, or None where it is not well formed.

    ``一百二十`` is 120, ``二〇二一`` 2021, ``三万五`` 35000, ``半`` a half.
    """
    plain = numeral.translate(_FORMAL_TO_PLAIN)
    if plain == "半":
        return Decimal("0.5")
    if not plain or any(one not in _VALUES | _SMALL | _LARGE for one in plain):
        return None
    if all(one in _VALUES for one in plain):
        return Decimal("".join(str(_VALUES[one]) for one in plain))
    return Decimal(_read_places(plain))


def _read_places(plain: str) -> int:
    """Add up digits with their places: ``一万二千`` and ``二百亿`` alike."""
    total = section = digit = 0
    place = 1
    for one in plain:
        if one in _VALUES:
            digit = _VALUES[one]
            place = 1 if one == "零" else place
        elif one in _SMALL:
            section += (digit or (0 if section else 1)) * _SMALL[one]
            digit, place = 0, _SMALL[one] // 10
        else:
            whole = total // 10**8 * 10**8 if one == "万" else 0
            total = whole + (total - whole + section + digit or 1) * _LARGE[one]
            section, digit, place = 0, 0, _LARGE[one] // 10
    if plain[-1] in _VALUES and len(plain) > 1 and plain[-2] in _SMALL | _LARGE:
        return total + section + digit * place  # 三万五: the five counts thousands
    return total + section + digit
