"""The command line: ``t2vqa index``, ``ask``, ``show``, ``status``, ``chat``, ``eval``, ``user``."""

from t2vqa.cli.application import main

__all__ = ["main"]
