"""What the source pane shows, and the places within it that a reader can ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from t2vqa.web.conversation import Link


class PlaceKind(StrEnum):
    """How a place in a whole document is come to; its value is the first word of the link."""

    AT = "at"
    UP = "up"
    DOWN = "down"


_PLACE = re.compile(r"#?(at|up|down)-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Place:
    """An offset of a whole document that a reader asked for.

    It is a heading (``at``), or the edge of what was shown: what stands before it (``up``) or
    after it (``down``) is to be read on.
    """

    kind: PlaceKind
    offset: int

    @property
    def href(self) -> str:
        """The place as a fragment, such as ``#at-1200``."""
        return f"#{self.kind}-{self.offset}"

    @classmethod
    def parse(cls, href: object) -> Place | None:
        """Read a fragment that a browser sent; None where it is not one of ours."""
        found = _PLACE.fullmatch(href) if isinstance(href, str) else None
        return cls(PlaceKind(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the source pane shows of one browser session.

    Attributes:
        link: The citation or passage it was opened by; None for a document opened by itself.
        path: The document shown whole; None where the surroundings of ``link`` are shown.
        place: Where in the whole document the reader is; None at the cited words or the beginning.
        wanted: What is searched for in the whole document.
        hit: Which of the places found the reader is at, from 1; 0 for none.
    """

    link: Link | None = None
    path: str | None = None
    place: Place | None = None
    wanted: str = ""
    hit: int = 0
