"""What a browser keeps of a person's choices, and what holds before they have chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from t2vqa.types import AnswerLength
from t2vqa.web.wording import LANGUAGE_NAMES, Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
"""The appearances; the first follows the system."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices; None where they have not chosen."""

    language: Language | None = None
    theme: Theme = "auto"
    length: AnswerLength = AnswerLength.NORMAL

    @classmethod
    def read(cls, kept: object) -> Preferences:
        """Read what a browser kept; what is none of the choices counts as not chosen."""
        given: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
        language = given.get("language")
        theme, length = given.get("theme"), given.get("length")
        return cls(
            language=language if language in dict(LANGUAGE_NAMES).values() else None,
            theme=theme if theme in THEMES else "auto",
            length=AnswerLength(length) if length in list(AnswerLength) else AnswerLength.NORMAL,
        )

    def kept(self) -> dict[str, Any]:
        """Return what the browser is to keep."""
        return asdict(self)


def language_of(accepted: str, default: Language = "zh") -> Language:
    """Return the page's language for a browser that sends ``Accept-Language: accepted``.

    The first that the page speaks, by the browser's order of preference (RFC 9110, 12.5.4).
    """
    spoken: dict[str, Language] = {name: name for _, name in LANGUAGE_NAMES}
    wanted: list[tuple[float, str]] = []
    for item in accepted.split(","):
        name, _, weight = item.partition(";")
        wanted.append((_weight(weight), name.strip().casefold().split("-")[0]))
    for share, name in sorted(wanted, key=lambda one: -one[0]):
        if share > 0 and name in spoken:
            return spoken[name]
    return default


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().casefold() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
