"""A service over a small corpus, with an embedder that needs no model, and its library."""

from __future__ import annotations

from hypothesis import strategies as st
from index_house import House

from t2vqa.config import Settings
from t2vqa.library import Library
from t2vqa.service import ResearchQA

_PIECES = st.sampled_from(
    ["..", "/", "\\", ".", "~", "~$", " ", "\u202e", "\0", "CON", "nul", ":", "甲" * 40, "e\u0301"]
)
NAMES = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map("".join)
"""Names that files might come with."""


class Room:
    """A corpus, its service and its library."""

    def __init__(self, house: House, **settings: object) -> None:
        self.house = house
        self.corpus = house.corpus
        house.build()
        house.settings = Settings(
            corpus=house.corpus, index=house.index, passage_characters=120, **settings
        )
        self.service = ResearchQA(house.settings, house.embedder, house.reader())
        self.library = Library(self.service)

    def states(self) -> dict[str, str]:
        return {entry.path: str(entry.state) for entry in self.library.entries()}

    def files(self) -> dict[str, bytes]:
        """Return every file of the corpus, hidden ones too."""
        return {
            path.relative_to(self.corpus).as_posix(): path.read_bytes()
            for path in self.corpus.rglob("*")
            if path.is_file()
        }
