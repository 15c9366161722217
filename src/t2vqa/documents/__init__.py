"""From files to documents: finding, decoding and reading them with their structure."""

from t2vqa.documents.corpus import CorpusFile, CorpusScan, is_passed_over, read, scan_corpus
from t2vqa.documents.registry import LOADERS, Loader, load_document, loader_for

__all__ = [
    "LOADERS",
    "CorpusFile",
    "CorpusScan",
    "Loader",
    "is_passed_over",
    "load_document",
    "loader_for",
    "read",
    "scan_corpus",
]
