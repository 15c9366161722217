"""The sentence reader: a small network that judges whether a sentence answers a question."""

from t2vqa.answering.reader.sentence_reader import Reader, SentenceReader, load_reader

__all__ = ["Reader", "SentenceReader", "load_reader"]
