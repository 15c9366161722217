"""Loads the embedding model that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from t2vqa.config import BUNDLED_MODEL, Settings
from t2vqa.index.embedding.base import Embedder
from t2vqa.types import Progress


def load_embedder(
    settings: Settings, progress: Callable[[Progress], None] | None = None
) -> Embedder:
    """Load the model of ``settings.model``; the bundled one is prepared first if need be.

    Args:
        settings: Names the model, the cache folder and the number of threads.
        progress: Told how far the preparation is; not called when there is none.

    Raises:
        ModelError: The model is missing, cannot be prepared or cannot be trusted.
    """
    if settings.model == BUNDLED_MODEL:
        from t2vqa.index.embedding.prepare import load_prepared, prepare_bundled_model

        folder = prepare_bundled_model(settings.cache, progress)
        return load_prepared(folder, settings.threads)
    from t2vqa.index.embedding.sentence_embedder import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.load(settings.model, settings.threads)
