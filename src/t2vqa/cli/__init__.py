"""The command line: ``t2vqa index``, ``ask``, ``chat`` and the other commands."""

from t2vqa.cli.application import main

__all__ = ["main"]
