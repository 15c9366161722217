"""The command line, ``t2vqa``: one module a command."""

from t2vqa.cli.application import main

__all__ = ["main"]
