"""Whether a text speaks of the period a question asks about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from t2vqa.text.dates import DateExpression, conflicts, find_dates

_CACHED_TEXTS = 8192


def period_agreement(wanted: Sequence[DateExpression], text: str) -> float:
    """Return 1 where ``text`` names a wanted period, -1 where it names only others, else 0.

    Several wanted periods share the result: half of them found gives 0.5.
    """
    asked = [date for date in wanted if not date.relative]
    if not asked:
        return 0.0
    stated = dates_in(text)
    if not stated:
        return 0.0
    return sum(1.0 if _stated(date, stated) else -1.0 for date in asked) / len(asked)


def _stated(date: DateExpression, stated: Sequence[DateExpression]) -> bool:
    return any(_shares(date, other) and not conflicts(date, other) for other in stated)


def _shares(date: DateExpression, other: DateExpression) -> bool:
    """Tell whether the two know at least one part of a date in common."""
    return any(
        left is not None and left == right
        for left, right in zip(_parts(date), _parts(other), strict=True)
    )


def _parts(date: DateExpression) -> tuple[int | None, ...]:
    return (date.year, date.half, date.quarter, date.month, date.day)


@lru_cache(maxsize=_CACHED_TEXTS)
def dates_in(text: str) -> tuple[DateExpression, ...]:
    """Return the absolute dates that ``text`` states."""
    return tuple(date for date in find_dates(text) if not date.relative)
