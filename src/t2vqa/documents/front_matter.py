"""Front matter: the YAML mapping between two lines of dashes that a document may begin with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from t2vqa.text.normal import normalise

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LARGEST = 20_000
_NAMES = {
    "title": "title",
    "标题": "title",
    "题目": "title",
    "date": "date",
    "日期": "date",
    "发布日期": "date",
    "source": "source",
    "来源": "source",
    "出处": "source",
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says, and how many lines of the file it takes."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    lines: int = 0


class _WordsLoader(yaml.SafeLoader):
    """Reads every scalar as the words that stand there: a date stays as written."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -
    # the base class declares it as a plain dictionary


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Part a text into its front matter and what follows.

    Front matter that is not a YAML mapping of words is left in the text.
    """
    found = _FRONT_MATTER.match(text)
    if found is None or len(found.group(1)) > _LARGEST:
        return FrontMatter(), text
    entries = _entries(found.group(1))
    if entries is None:
        return FrontMatter(), text
    known = {_NAMES[name]: words for name, words in entries.items() if name in _NAMES}
    others = {name: words for name, words in entries.items() if name not in _NAMES}
    front_matter = FrontMatter(
        title=known.get("title"),
        date=known.get("date"),
        source=known.get("source"),
        metadata=others,
        lines=found.group().count("\n"),
    )
    return front_matter, text[found.end() :]


def _entries(source: str) -> dict[str, str] | None:
    try:
        loader = _WordsLoader(source)
        data = loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    entries = {_words(name).casefold(): _words(value) for name, value in data.items()}
    return {name: words for name, words in entries.items() if name and words}


def _words(value: object) -> str:
    if isinstance(value, str):
        return " ".join(normalise(value).split())
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(one) for one in value if isinstance(one, str))))
    return ""
