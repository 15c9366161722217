"""Every word the page itself says, in Chinese and in English, by part of the page."""

from t2vqa.web.wording.page import (
    CHINESE,
    ENGLISH,
    LANGUAGE_NAMES,
    Language,
    Wording,
    wording,
)

__all__ = ["CHINESE", "ENGLISH", "LANGUAGE_NAMES", "Language", "Wording", "wording"]
