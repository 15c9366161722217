"""What a question may be answered from: filters worked out into the passages they allow."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from t2vqa.errors import FilterError
from t2vqa.index import lexical
from t2vqa.index.narrowed import Narrowed
from t2vqa.index.snapshot import DocumentSummary, Snapshot
from t2vqa.index.store import in_batches, words_from
from t2vqa.retrieval.names import NameBook, NameMatch
from t2vqa.text.codes import find_codes
from t2vqa.text.dates import find_dates
from t2vqa.text.normal import fold
from t2vqa.text.segmentation import bigrams, search_terms
from t2vqa.types import FilterChoices, Filters

Numbers = NDArray[np.int64]
"""Numbers of passages, ascending, each once."""

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Shelved:
    """A document with its passages' numbers and the days its date may mean (ISO 8601)."""

    path: str
    title: str
    passages: tuple[int, int]
    days: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of filters that cannot be used."""

    document: str
    folder: str
    company: str
    day: str
    order: str


_CHINESE = _Words(
    document="资料库里没有文档“{name}”。请从已有文档中选择。",
    folder="资料库里没有文件夹“{name}”，或其中没有文档。请从已有文件夹中选择。",
    company="资料里没有出现名为“{name}”的公司。请换一个名称，或去掉这项筛选。",
    day="“{name}”不是日期。请写成 2024-03-18、2024-03 或 2024。",
    order="起始日期 {since} 晚于结束日期 {until}。请调换两者。",
)
_ENGLISH = _Words(
    document="There is no document {name!r}. Choose one of those that are indexed.",
    folder="There is no folder {name!r} with documents in it. Choose one that has some.",
    company="The documents know no company {name!r}. Try another name, or leave it out.",
    day="{name!r} is no date. Write it as 2024-03-18, 2024-03 or 2024.",
    order="The first day {since} is after the last one, {until}. Exchange the two.",
)


class Catalogue:
    """What filters are held against, for one state of the index; any thread may ask it."""

    def __init__(self, book: NameBook) -> None:
        """Nothing is read before it is asked for."""
        self._book = book
        self._read: tuple[_Shelved, ...] | None = None
        self._choices: FilterChoices | None = None
        self._mentions: dict[str, Numbers] = {}
        self._allowed: dict[Filters, tuple[Numbers, frozenset[str]]] = {}

    def choices(self, state: Snapshot) -> FilterChoices:
        """Return what the filters can be set to."""
        if self._choices is None:
            self._choices = self._found_choices(self._documents(state))
        return self._choices

    def _found_choices(self, documents: Sequence[_Shelved]) -> FilterChoices:
        days = [found.days for found in documents if found.days]
        return FilterChoices(
            documents=tuple((found.path, found.title) for found in documents),
            folders=tuple(sorted(set(_folders(found.path for found in documents)))),
            companies=tuple(
                sorted(name for name in self._book.main_names() if not find_codes(name))
            ),
            earliest=min((first for first, _ in days), default=None),
            latest=max((last for _, last in days), default=None),
        )

    def narrow(
        self, state: Snapshot, filters: Filters, *, chinese: bool
    ) -> tuple[Narrowed, NameBook]:
        """Return ``state`` and the names of the corpus as far as ``filters`` allow.

        All filters given must hold; of several values of one, any. A folder is taken with all that
        lies below it. A company allows the documents that are about it as a whole, and of all
        others the passages that mention it by one of its names, in their words or in the headings
        above them: a list of a hundred companies does not bring the other ninety-nine. A date range
        allows the documents whose date, as far as it says, may lie in it (2024 lies in every
        part of 2024); documents without a date are left out.

        Args:
            state: The state that this was made for.
            filters: What is asked for.
            chinese: The language of messages.

        Raises:
            FilterError: The index knows no such document, folder or company, or a date cannot
                be read, or the range ends before it begins.
        """
        known = self._allowed.get(filters)
        if known is None:
            known = self._worked_out(state, filters, _CHINESE if chinese else _ENGLISH)
            if len(self._allowed) >= _KEPT:
                self._allowed.clear()
            self._allowed[filters] = known
        allowed, paths = known
        return Narrowed.to(state, allowed), self._book.within(paths)

    def _worked_out(
        self, state: Snapshot, filters: Filters, say: _Words
    ) -> tuple[Numbers, frozenset[str]]:
        chosen = self._chosen(self._documents(state), filters, say)
        allowed = _numbers(chosen)
        companies = [self._company(state, name, say) for name in filters.companies]
        if companies:
            allowed = np.intersect1d(allowed, reduce(np.union1d, companies))
            firsts = np.array([found.passages[0] for found in chosen], np.int64)
            stops = np.array([found.passages[1] for found in chosen], np.int64)
            some = np.searchsorted(allowed, firsts) < np.searchsorted(allowed, stops)
            chosen = [found for found, has in zip(chosen, some.tolist(), strict=True) if has]
        return allowed, frozenset(found.path for found in chosen)

    def _documents(self, state: Snapshot) -> tuple[_Shelved, ...]:
        if self._read is None:
            ranges = state.passage_ranges()
            self._read = tuple(
                _Shelved(found.path, found.title, ranges[found.path], _days(found))
                for found in state.documents()
            )
        return self._read

    def _chosen(
        self, documents: Sequence[_Shelved], filters: Filters, say: _Words
    ) -> Sequence[_Shelved]:
        """Return the documents that documents, folders and dates allow."""
        chosen = documents
        if filters.documents:
            wanted = set(filters.documents)
            chosen = [found for found in chosen if found.path in wanted]
            for name in sorted(wanted - {found.path for found in chosen}):
                raise FilterError(say.document.format(name=name))
        if filters.folders:
            folders = tuple(_folder(name, documents, say) for name in filters.folders)
            chosen = [found for found in chosen if found.path.startswith(folders)]
        if filters.since or filters.until:
            since = _bound(filters.since, say, last=False) if filters.since else "0000"
            until = _bound(filters.until, say, last=True) if filters.until else "9999"
            if since > until:
                raise FilterError(say.order.format(since=filters.since, until=filters.until))
            chosen = [
                found
                for found in chosen
                if found.days and found.days[0] <= until and since <= found.days[1]
            ]
        return chosen

    def _company(self, state: Snapshot, name: str, say: _Words) -> Numbers:
        if name not in self._mentions:
            match = self._book.named(name)
            if match is None:
                raise FilterError(say.company.format(name=name))
            documents = self._documents(state)
            about = _numbers(found for found in documents if found.path in match.documents)
            found = np.union1d(about, self._mentioning(state, match))
            self._mentions[name] = found.astype(np.int64)
        return self._mentions[name]

    def _mentioning(self, state: Snapshot, match: NameMatch) -> Numbers:
        """Return the passages whose words or context hold a name of what was found."""
        candidates = [
            lexical.holding_every(state.connection, terms)
            for terms in _terms(match, self._book.written(match))
        ]
        numbers = reduce(np.union1d, candidates, np.empty(0, np.int64)).tolist()
        mentioning = []
        for marks, part in in_batches(numbers):
            query = f"SELECT number, content FROM passages WHERE number IN ({marks})"  # noqa: S608 (ours)
            for number, content in state.connection.execute(query, part):
                context, text = words_from(content)
                if _mentions(f"{context}\n{text}", match):
                    mentioning.append(number)
        return np.array(sorted(mentioning), np.int64)


def _terms(match: NameMatch, written: Iterable[str]) -> Iterator[list[str]]:
    """Yield for each name the terms that every text with it holds.

    A Chinese name is told by its pairs of characters; a Latin one by its first word, as what
    follows is often left out.
    """
    for form in match.forms:
        yield bigrams(form) or search_terms(form)
    for name in written:
        if not bigrams(name):
            yield search_terms(name)[:1]


def _mentions(text: str, match: NameMatch) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if any(form in plain for form in match.forms):
        return True
    folded = fold(text)
    return any(form in folded for form in match.forms)


def _numbers(documents: Iterable[_Shelved]) -> Numbers:
    ranges = sorted(found.passages for found in documents)
    parts = [np.arange(first, stop, dtype=np.int64) for first, stop in ranges]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _folder(name: str, documents: Iterable[_Shelved], say: _Words) -> str:
    """Return what the paths of the documents in a folder begin with."""
    start = name.strip().replace("\\", "/").removeprefix("./").strip("/") + "/"
    if not any(found.path.startswith(start) for found in documents):
        raise FilterError(say.folder.format(name=name))
    return start


def _folders(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        parts = path.split("/")[:-1]
        yield from ("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _days(document: DocumentSummary) -> tuple[str, str] | None:
    """Return the first and the last day that a document's date may mean."""
    written = (document.date or "").strip()
    if _YEAR.fullmatch(written):
        return f"{written}-01-01", f"{written}-12-31"
    for found in find_dates(written):
        if found.year is not None:
            (first, last), day = found.months, found.day
            return _day(found.year, first, day), _day(found.year, last, day, end=True)
    return None


def _day(year: int, month: int, day: int | None, *, end: bool = False) -> str:
    most = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or (most if end else 1), most)).isoformat()


def is_day(written: str) -> bool:
    """Tell whether the end of a date range can be written so: as a day, a month or a year."""
    try:
        _bound(written, _ENGLISH, last=False)
    except FilterError:
        return False
    return True


def _bound(written: str, say: _Words, *, last: bool) -> str:
    """Read the first or last day of a range; a year or month stands for all of it."""
    match = _DAY.fullmatch(written.strip())
    try:
        found: Mapping[str, str | None] = match.groupdict() if match else {}
        month = int(found.get("month") or (12 if last else 1))
        year, day = int(found.get("year") or 0), int(found.get("day") or 0)
        if day:
            return date(year, month, day).isoformat()
        return _day(year, month, None, end=last)
    except ValueError as error:
        raise FilterError(say.day.format(name=written)) from error
