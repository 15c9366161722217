"""Where the conversations about a corpus are kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from platformdirs import user_data_path

from t2vqa.config import Settings

_LONGEST_NAME = 40


def conversations_path(settings: Settings) -> Path:
    """Return the file of the conversations about the corpus of ``settings``.

    Where no setting names one, it is a file of the user's data folder that belongs to the corpus
    folder: each corpus has its own, and deleting an index loses no conversation.
    """
    if settings.conversations is not None:
        return settings.conversations
    corpus = settings.corpus.resolve()
    digest = hashlib.sha256(os.fsencode(corpus)).hexdigest()[:8]
    name = f"{corpus.name[:_LONGEST_NAME] or 'corpus'}-{digest}.sqlite"
    return user_data_path("t2vqa", appauthor=False) / "conversations" / name
