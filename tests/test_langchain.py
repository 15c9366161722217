"""LangChain finds with our parts what we find, with all that a citation needs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from t2vqa import ResearchQA
from t2vqa.config import Settings
from t2vqa.errors import IndexStoreError
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.index.reader import open_reader
from t2vqa.langchain import T2VQAEmbeddings, T2VQARetriever, open_chroma
from t2vqa.types import Filters

TOPICS = ("矿山机械", "海水淡化", "冷链物流", "工业机器人", "氢能储运", "卫星通信")
QUESTIONS = ("哪家公司做海水淡化？", "冷链物流的毛利率是多少？", "Who makes industrial robots?")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResearchQA]:
    home = tmp_path_factory.mktemp("langchain")
    corpus = home / "corpus"
    corpus.mkdir()
    for number, topic in enumerate(TOPICS):
        (corpus / f"{number}.md").write_text(
            f"---\ndate: 2031-0{number + 1}-01\n---\n# {topic}研究\n\n## 概况\n\n"
            f"公司{number}号从事{topic}业务，收入{number + 3}亿元。\n\n## 盈利\n\n"
            f"{topic}的毛利率为{number + 20}%。\n",
            encoding="utf-8",
        )
    (corpus / "undated.txt").write_text("Robots for industry are made in the north.\n")
    with ResearchQA.open(corpus, home / "index") as qa:
        yield qa


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(Settings())


def test_embeddings_are_those_of_the_model(embedder: Embedder) -> None:
    embeddings = T2VQAEmbeddings(embedder)
    assert isinstance(embeddings, Embeddings)
    texts = ["海水淡化", "a robot", ""]
    passages = embeddings.embed_documents(texts)
    assert np.array_equal(passages, embedder.embed_passages(texts).vectors)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-4)
    query = embeddings.embed_query("海水淡化")
    assert np.array_equal(query, embedder.embed_queries(["海水淡化"])[0])
    assert not np.allclose(query, passages[0])  # a question has another prefix than a passage
    assert embeddings.embed_documents([]) == []


def test_embeddings_load_the_model_of_the_settings(embedder: Embedder) -> None:
    assert T2VQAEmbeddings().embed_query("x") == T2VQAEmbeddings(embedder).embed_query("x")


def test_retriever_finds_what_the_service_finds(service: ResearchQA) -> None:
    retriever = T2VQARetriever(service=service, limit=4)
    assert isinstance(retriever, BaseRetriever)
    for question in QUESTIONS:
        documents = retriever.invoke(question)
        found = service.search(question, 4)
        assert [document.id for document in documents] == [scored.passage.id for scored in found]
        assert [document.metadata["score"] for document in documents] == [
            scored.score for scored in found
        ]


def test_retrieved_documents_carry_what_a_citation_needs(service: ResearchQA) -> None:
    documents = T2VQARetriever(service=service, limit=20).invoke("海水淡化的毛利率")
    best = documents[0].metadata
    assert best["document"] == "1.md"
    assert best["title"] == "海水淡化研究"
    assert best["date"] == "2031-02-01"
    assert "盈利" in {document.metadata["section"].split(" › ")[-1] for document in documents}
    assert any("date" not in document.metadata for document in documents)
    for document in documents:
        text = service.document(document.metadata["document"]).text
        start, end = document.metadata["start"], document.metadata["end"]
        assert text[start:end] == document.page_content


def test_chroma_of_langchain_opens_our_collection_and_finds_the_same(
    service: ResearchQA, embedder: Embedder
) -> None:
    index = service.settings.index
    store = open_chroma(index, T2VQAEmbeddings(embedder))
    with closing(open_reader(index, embedder.name)) as reader, reader.snapshot() as snapshot:
        for question in QUESTIONS:
            vector = embedder.embed_queries([question])[0]
            ours = [passage_id for passage_id, _ in snapshot.dense(vector, 5)]
            theirs = store.similarity_search(question, k=5)
            assert [document.id for document in theirs] == ours
            for document in theirs:
                text = service.document(document.metadata["document"]).text
                span = slice(document.metadata["start"], document.metadata["end"])
                assert text[span] == document.page_content


def test_chroma_of_a_missing_index_is_told(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(IndexStoreError, match="t2vqa index"):
        open_chroma(tmp_path, T2VQAEmbeddings(embedder))
    assert list(tmp_path.iterdir()) == []


def test_the_retriever_finds_only_what_its_filters_allow(service: ResearchQA) -> None:
    filters = Filters(documents=("1.md",))
    found = T2VQARetriever(service=service, limit=20, filters=filters).invoke("海水淡化的毛利率")
    assert {document.metadata["document"] for document in found} == {"1.md"}
