"""The one tree of errors. Every message tells a user what happened and what to do next."""

from __future__ import annotations


class T2VQAError(Exception):
    """The root: catch it to catch all that t2vqa raises on purpose."""


class ConfigError(T2VQAError):
    """A setting has a value that cannot be used."""


class CorpusError(T2VQAError):
    """The corpus folder is missing, unreadable or holds no document."""


class DocumentError(T2VQAError):
    """One file cannot be read as a document; the others go on."""


class DocumentNotFoundError(DocumentError):
    """The index holds no document of that path."""


class ModelError(T2VQAError):
    """The embedding model cannot be prepared, loaded or trusted."""


class IndexStoreError(T2VQAError):
    """The index cannot be read or written."""


class NoIndexError(IndexStoreError):
    """There is no index in the folder, or none that was ever finished."""


class IndexLockedError(IndexStoreError):
    """Another process is writing to the index."""


class IndexDamagedError(IndexStoreError):
    """Files of the index hold something else than was written; the next build mends it."""


class OlderIndexError(IndexStoreError):
    """The index was made by an older t2vqa; the next build makes it anew."""


class NewerIndexError(IndexStoreError):
    """The index was made by a newer t2vqa than this one, which leaves it as it is."""


class ChromaServerError(IndexStoreError):
    """The Chroma server does not answer."""


class ModelMismatchError(IndexStoreError):
    """The index was built with another embedding model than the one asked for."""


class QuestionError(T2VQAError):
    """The question is empty or too long."""


class FilterError(QuestionError):
    """What a question is restricted to is not there, or cannot be meant."""


class ConversationStoreError(T2VQAError):
    """The file that conversations are kept in cannot be read or written."""


class ConversationGoneError(ConversationStoreError):
    """There is no such conversation of that owner, or there is none any more."""


class LibraryError(T2VQAError):
    """A document cannot be managed: removed, brought back, or put into the corpus."""


class UploadError(LibraryError):
    """A file cannot be put into the corpus; nothing of it was kept."""


class EvaluationError(T2VQAError):
    """A question set is missing or not in the documented form."""


class AccountsError(T2VQAError):
    """The file of users cannot be used, or a user cannot be added to it or taken out."""


class PageError(T2VQAError):
    """The page cannot be served, for example because the port is in use."""
