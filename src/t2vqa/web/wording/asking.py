"""What stands around a question: filters, next questions, what was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskingWording:
    """The words in one language. Braces are filled with ``str.format``."""

    heading: str


CHINESE = AskingWording(heading="筛选")
"""In Chinese."""

ENGLISH = AskingWording(heading="Filters")
"""In English."""
