"""Which of two languages a text is in: Chinese, or one that is not written in Han characters."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u9fff]")


def is_chinese(text: str) -> bool:
    """Return whether Han characters carry the text: at least one in six of its letters."""
    letters = sum(character.isalpha() for character in text)
    return letters > 0 and len(_HAN.findall(text)) * 6 >= letters
