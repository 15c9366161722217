"""Keeping what went wrong in the log."""

from __future__ import annotations

import logging

from t2vqa.errors import T2VQAError

logger = logging.getLogger(__name__)


def log_failure(error: Exception) -> None:
    """Log an error: a line for those raised on purpose, a traceback for others."""
    if isinstance(error, T2VQAError):
        logger.warning("%s: %s", type(error).__name__, error)
    else:
        logger.error("the page met an unexpected error", exc_info=error)
