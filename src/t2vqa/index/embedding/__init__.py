"""Embedding models: the bundled multilingual-e5-small, or any sentence-transformers model."""

from t2vqa.index.embedding.base import Embedder, PassageVectors, Vectors
from t2vqa.index.embedding.loading import load_embedder

__all__ = ["Embedder", "PassageVectors", "Vectors", "load_embedder"]
