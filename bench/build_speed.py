"""Build the same index with t2vqa and with LangChain, sentence-transformers and Chroma.

    python bench/build_speed.py [--documents 40]

Both read the same folder with the same weights, one after the other in processes of their own, in
turns. LangChain is used as its documentation shows it: `HuggingFaceEmbeddings` with the model's
prefixes, `RecursiveCharacterTextSplitter` and `Chroma.from_documents`. It cuts the texts to pieces
of 300 characters without overlap, as long as t2vqa's passages. t2vqa also embeds every sentence,
indexes the words and keeps documents and structure; the time of all that is counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from keeping import LIBRARIES, Row, keep
from texts import write_corpus

from t2vqa.config import load_settings
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.index.embedding.prepare import prepare_bundled_model

CHARACTERS = 300
TURNS = 3
PEERS = ("langchain-chroma", "langchain-huggingface", "sentence-transformers", "torch")


def with_langchain(corpus: Path, index: Path) -> Row:
    """Build with LangChain; loading the libraries and the model is not counted."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    folder = prepare_bundled_model(load_settings().cache)
    embeddings = HuggingFaceEmbeddings(
        model_name=str(folder),
        encode_kwargs={"normalize_embeddings": True, "prompt": "passage: "},
        query_encode_kwargs={"normalize_embeddings": True, "prompt": "query: "},
    )
    embeddings.embed_query("warm")
    began = time.perf_counter(), time.process_time()
    documents = [
        Document(path.read_text(encoding="utf-8"), metadata={"source": path.name})
        for path in sorted(corpus.rglob("*.md"))
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=0)
    pieces = splitter.split_documents(documents)
    Chroma.from_documents(pieces, embeddings, persist_directory=str(index))
    return _row(sum(len(piece.page_content) for piece in pieces), len(pieces), began)


def with_t2vqa(corpus: Path, index: Path) -> Row:
    """Build with t2vqa; loading the libraries and the model is not counted."""
    import chromadb  # noqa: F401  # loaded before, as LangChain's is

    from t2vqa.index.builder import build_index

    settings = load_settings(corpus=corpus, index=index)
    embedder = load_embedder(settings)
    embedder.embed_queries(["warm"])
    began = time.perf_counter(), time.process_time()
    report = build_index(corpus, index, settings, embedder)
    characters = sum(len(path.read_text(encoding="utf-8")) for path in corpus.rglob("*.md"))
    return _row(characters, report.passages, began)


def _row(characters: int, passages: int, began: tuple[float, float]) -> Row:
    seconds, work = time.perf_counter() - began[0], time.process_time() - began[1]
    return {
        "passages": passages,
        "seconds": seconds,
        "passages a second": passages / seconds,
        "characters a second": characters / seconds,
        "seconds of processor": work,
        "characters a second of processor": characters / work,
    }


BUILDERS = {"t2vqa": with_t2vqa, "LangChain": with_langchain}


def in_a_process(name: str, corpus: Path) -> Row:
    """Build once in a new process."""
    with tempfile.TemporaryDirectory() as index:
        command = [sys.executable, __file__, "--only", name, "--corpus", str(corpus)]
        done = subprocess.run(
            [*command, "--index", f"{index}/index"], check=True, capture_output=True, text=True
        )
    row: Row = json.loads(done.stdout.splitlines()[-1])
    sys.stderr.write(f"{name}: {row}\n")
    return row


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--only", choices=BUILDERS, help=argparse.SUPPRESS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Build in turns and keep the medians."""
    given = arguments()
    if given.only:
        sys.stdout.write(json.dumps(BUILDERS[given.only](given.corpus, given.index)) + "\n")
        return
    turns: dict[str, list[Row]] = {name: [] for name in BUILDERS}
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), given.documents)
        for _ in range(given.turns):
            for name, done in turns.items():
                done.append(in_a_process(name, Path(folder)))
    rows: list[Row] = []
    for name, done in turns.items():
        middle = {key: median(float(str(row[key])) for row in done) for key in done[0]}
        rows.append({"pipeline": name, **middle})
    for name in ("characters a second", "characters a second of processor"):
        theirs = float(str(rows[-1][name]))
        for row in rows:
            row[f"times, by {name}"] = float(str(row[name])) / theirs
    said = __doc__.split("\n\n")[2].replace("\n", " ")
    keep("build_speed", "How fast an index is built", said, rows, (*LIBRARIES, *PEERS))


if __name__ == "__main__":
    main()
