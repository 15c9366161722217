"""The corpus as a desk manages it: what it holds, what is put in and what is taken out."""

from t2vqa.library.entries import DocumentState, LibraryEntry
from t2vqa.library.library import Added, AddOutcome, Library
from t2vqa.library.trash import Removed

__all__ = [
    "AddOutcome",
    "Added",
    "DocumentState",
    "Library",
    "LibraryEntry",
    "Removed",
]
