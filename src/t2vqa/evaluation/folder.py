"""A question set in a folder, indexed apart from the user's corpus and asked."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from t2vqa.config import BUNDLED_MODEL, Settings
from t2vqa.errors import IndexLockedError, IndexStoreError
from t2vqa.evaluation.questions import Half, QuestionSet, load_questions, select
from t2vqa.evaluation.runner import Brevity, EvaluationReport, evaluate
from t2vqa.types import Answer, Progress

if TYPE_CHECKING:
    from t2vqa.service import ResearchQA

logger = logging.getLogger(__name__)

RANKING_LENGTH = 100
"""Passages asked for with each answer: enough to leave some when narrowed to one language."""


def index_folder_for(set_folder: Path, cache: Path, model: str = BUNDLED_MODEL) -> Path:
    """Return the folder below ``cache`` for the index of the set in ``set_folder``.

    It is the same for the same set and model, so that a second run finds the index of the first.
    """
    key = f"{set_folder.resolve()}\n{model}"
    return cache / "evaluation" / hashlib.sha256(key.encode()).hexdigest()[:12]


def open_set(
    questions: QuestionSet,
    index: Path,
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
) -> ResearchQA:
    """Open the service on a set's documents, with an index at ``index`` that is up to date.

    An index of an earlier version of t2vqa, or a damaged one, is made anew: it holds nothing that
    the set does not hold.

    Raises:
        T2VQAError: The documents cannot be indexed.
    """
    from t2vqa.index.builder import build_index
    from t2vqa.index.embedding.loading import load_embedder
    from t2vqa.service import ResearchQA

    def opened() -> ResearchQA:
        return ResearchQA.open(questions.corpus, index, settings=settings, progress=progress)

    index.mkdir(parents=True, exist_ok=True)
    try:
        service = opened()
    except IndexLockedError:
        raise
    except IndexStoreError as error:
        logger.info("The index of %s is made anew: %s", questions.name, error)
        embedder = load_embedder(settings, progress)
        build_index(questions.corpus, index, settings, embedder, rebuild=True, progress=progress)
        return opened()
    try:
        service.rebuild(progress=progress)  # the documents may have changed since the last run
    except BaseException:
        service.close()
        raise
    return service


def evaluate_folder(
    set_folder: Path,
    settings: Settings,
    half: Half | None = None,
    limit: int | None = None,
    types: Sequence[str] | None = None,
    index_folder: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    brevity: Brevity | None = None,
) -> EvaluationReport:
    """Index a set's documents in a folder of their own, ask its questions and judge the answers.

    Args:
        set_folder: Holds ``corpus/`` and ``questions.jsonl``.
        settings: Those of the user; corpus and index are the set's.
        half: Only the questions of this half.
        limit: At most so many questions.
        types: Only the questions of these types.
        index_folder: Where to keep the index; by default a folder of the user's cache.
        progress: Told how far the run is.
        brevity: What counts as a brief answer.

    Raises:
        EvaluationError: The set is missing or not in the documented form.
        T2VQAError: The documents cannot be indexed.
    """
    questions = load_questions(set_folder)
    select(questions, which=half, types=types, limit=limit)  # a wrong choice, before the long build
    index = index_folder or index_folder_for(set_folder, settings.cache, settings.model)
    with open_set(questions, index, settings, progress) as service:

        def ask(question: str, history: Sequence[str]) -> Answer:
            return service.ask(question, history=history, passages=RANKING_LENGTH)

        return evaluate(
            questions,
            ask,
            lambda path: service.document(path).text,
            limit=limit,
            half=half,
            types=types,
            brevity=brevity,
            progress=progress,
        )
