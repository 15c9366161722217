"""Answers with checkable citations over a folder of research."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from t2vqa.config import Settings
    from t2vqa.service import ResearchQA
    from t2vqa.types import Answer, Citation, Statement

__all__ = ["Answer", "Citation", "ResearchQA", "Settings", "Statement"]

_HOMES = {
    "Answer": "t2vqa.types",
    "Citation": "t2vqa.types",
    "ResearchQA": "t2vqa.service",
    "Settings": "t2vqa.config",
    "Statement": "t2vqa.types",
}


def __getattr__(name: str) -> object:
    """Hand a public name on when it is first used, so that importing the package costs nothing."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 't2vqa' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
