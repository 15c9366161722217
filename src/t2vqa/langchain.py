"""t2vqa's embedder and retriever as LangChain knows them, and its Chroma collection.

Import this module only where LangChain is wanted: it takes a second or more.

Example:
    >>> from t2vqa import ResearchQA
    >>> from t2vqa.langchain import T2VQARetriever
    >>> retriever = T2VQARetriever(service=ResearchQA.open())  # doctest: +SKIP
    >>> retriever.invoke("有哪些主要风险？")  # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path

from chromadb.config import Settings as ChromaSettings
from langchain_chroma import Chroma
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from t2vqa.config import load_settings
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.index.vectors import chroma_place
from t2vqa.serialise import section_path
from t2vqa.service import ResearchQA
from t2vqa.types import ScoredPassage


class T2VQAEmbeddings(Embeddings):
    """The embedding model of t2vqa as LangChain's ``Embeddings``."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        """Wrap a model; it puts its own prefixes before passages and queries.

        Args:
            embedder: The model; None loads the one that the settings name.

        Raises:
            ModelError: The model cannot be prepared or loaded.
        """
        self._embedder = embedder or load_embedder(load_settings())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one vector of unit length for each text, in the same order."""
        vectors: list[list[float]] = self._embedder.embed_passages(texts).vectors.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question as a vector of unit length."""
        vector: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return vector


def open_chroma(index: Path, embeddings: Embeddings) -> Chroma:
    """Open an index's Chroma collection as LangChain's vector store, for reading.

    What is added or deleted through it is lost to t2vqa: change the documents and run
    ``t2vqa index`` instead.

    Args:
        index: Folder of the index.
        embeddings: The model that the index was built with.

    Raises:
        IndexStoreError: There is no index, or none that can be read.
    """
    place = chroma_place(index)
    return Chroma(
        collection_name=place.collection,
        persist_directory=str((index / place.folder).resolve()),
        embedding_function=embeddings,
        client_settings=ChromaSettings(is_persistent=True, anonymized_telemetry=False),
        create_collection_if_not_exists=False,
    )


class T2VQARetriever(BaseRetriever):
    """The hybrid search of t2vqa as LangChain's ``BaseRetriever``.

    Each document it returns carries what a citation needs: ``document``, ``title``, ``section``,
    ``start``, ``end``, ``date`` (where there is one) and ``score``. The text of the passage is the
    document's text from ``start`` to ``end``.

    Attributes:
        service: The open service that searches.
        limit: How many passages a question gets at most.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    service: ResearchQA
    limit: int = Field(default=10, ge=1)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  # LangChain's signature
    ) -> list[Document]:
        return [_as_document(scored) for scored in self.service.search(query, self.limit)]


def _as_document(scored: ScoredPassage) -> Document:
    passage = scored.passage
    metadata: dict[str, str | int | float] = {
        "document": passage.document,
        "title": passage.title,
        "section": section_path(passage.section),
        "start": passage.span.start,
        "end": passage.span.end,
        "score": scored.score,
    }
    if passage.date is not None:
        metadata["date"] = passage.date
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
