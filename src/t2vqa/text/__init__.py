"""What text is made of: normal form, sentences, words, quantities, dates and stock codes."""

from t2vqa.text.normal import fold, fold_with_map, normalise
from t2vqa.text.segmentation import bigrams, search_terms, words
from t2vqa.text.sentences import split_sentences
from t2vqa.text.stopwords import is_stopword

__all__ = [
    "bigrams",
    "fold",
    "fold_with_map",
    "is_stopword",
    "normalise",
    "search_terms",
    "split_sentences",
    "words",
]
