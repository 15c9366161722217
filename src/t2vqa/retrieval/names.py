"""The names of a corpus, looked up in a question."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field

from t2vqa.index.names import SubjectName, name_variants
from t2vqa.retrieval.aliases import Aliases
from t2vqa.text.normal import fold, fold_with_map
from t2vqa.text.segmentation import words
from t2vqa.types import Span

_LONGEST = 40
_YEAR_FOLLOWS = re.compile(r"(?:19|20)\d{2}\s?年")
_CODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found in a question.

    Attributes:
        span: Where it stands in the question.
        text: As the question writes it.
        subjects: The subjects it may stand for.
        forms: Folded forms of these subjects' names, any of which marks a text as about them.
        documents: Paths of documents that are about them as a whole.
    """

    span: Span
    text: str
    subjects: frozenset[str]
    forms: frozenset[str]
    documents: frozenset[str]


@dataclass(slots=True)
class _Subject:
    names: dict[str, None] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)


class NameBook:
    """All names of a corpus, ready to be found in questions."""

    def __init__(self, names: Iterable[tuple[str, SubjectName]], aliases: Aliases = ()) -> None:
        """Take pairs of a document's path and a name it gives, and the names that a user adds."""
        self._subjects: dict[str, _Subject] = {}
        self._by_form: dict[str, set[str]] = {}
        self._coded: dict[str, dict[str, None]] = {}
        for document, name in names:
            subject = self._subjects.setdefault(name.subject, _Subject())
            subject.names[name.name] = None
            for form in name_variants(name.name):
                subject.forms.add(form)
                self._by_form.setdefault(form, set()).add(name.subject)
            if name.owns_document:
                subject.documents.add(document)
            if digits := _CODE.search(name.name):
                self._coded.setdefault(digits[0], {})[document] = None
        self._allowed: Container[str] | None = None
        self._single: dict[str, set[str]] = {}
        self._added: set[str] = set()
        for alternatives in aliases:
            self._add(alternatives)
        self._beginnings = self._unique_beginnings()

    def __len__(self) -> int:
        """Return the number of subjects."""
        return len(self._subjects)

    def main_names(self) -> tuple[str, ...]:
        """Return the main name of every subject, as written."""
        return tuple(self._subjects)

    def owners(self) -> tuple[str, ...]:
        """Return the main names of the subjects that whole documents are about."""
        return tuple(name for name, found in self._subjects.items() if found.documents)

    def named(self, name: str) -> NameMatch | None:
        """Return what ``name`` stands for as a whole, None where the corpus does not know it."""
        whole = fold(name)
        return next((match for match in self.find(name) if fold(match.text) == whole), None)

    def written(self, match: NameMatch) -> tuple[str, ...]:
        """Return the names of what was found, as the documents and the user write them."""
        return tuple(
            dict.fromkeys(name for one in match.subjects for name in self._subjects[one].names)
        )

    def within(self, documents: Container[str]) -> NameBook:
        """Return the same names, which tell only of these documents what holds a code."""
        narrowed = copy(self)
        narrowed._allowed = documents
        return narrowed

    def _add(self, names: Sequence[str]) -> None:
        """Let all ``names`` stand for the subject that one of them is a name of, or a new one."""
        folded = [form for name in names for form in name_variants(name)]
        known = [next(iter(found)) for form in folded if len(found := self._subjects_of(form)) == 1]
        main = known[0] if known else names[0]
        subject = self._subjects.setdefault(main, _Subject())
        for other in dict.fromkeys(known[1:]):
            if other != main:
                subject.forms |= self._subjects[other].forms
                subject.documents |= self._subjects[other].documents
                subject.names |= self._subjects[other].names
        subject.names |= dict.fromkeys(names)
        for form in folded:
            if form not in self._by_form:
                self._added.add(form)
            subject.forms.add(form)
            self._by_form[form] = {main}
        self._single |= {form: {main} for name in names if len(form := fold(name)) == 1}

    def _subjects_of(self, form: str) -> set[str]:
        return self._by_form.get(form, set())

    def find(self, question: str) -> tuple[NameMatch, ...]:
        """Return the names in ``question``, longest first where they overlap, in reading order."""
        folded, origin = fold_with_map(question)
        taken = [False] * len(folded)
        matches: list[NameMatch] = []
        for length in range(min(_LONGEST, len(folded)), 1, -1):
            for start in range(len(folded) - length + 1):
                if any(taken[start : start + length]):
                    continue
                form = folded[start : start + length]
                subjects = self._by_form.get(form) or self._beginnings.get(form)
                if not subjects or not _whole_words(
                    folded, start, start + length, question, origin
                ):
                    continue
                taken[start : start + length] = [True] * length
                span = Span(origin[start], origin[start + length - 1] + 1)
                matches.append(self._match(question, span, form, subjects))
        matches += self._single_matches(question, [match.span for match in matches])
        return tuple(sorted(matches, key=lambda match: match.span.start))

    def in_own_words(self, question: str) -> str:
        """Return ``question`` with names that only the user gives replaced by the subject's own."""
        rest = question
        for match in reversed(self.find(question)):
            (main, *others) = sorted(match.subjects)
            form = fold(match.text)
            if not others and (form in self._added or form in self._single) and fold(main) != form:
                rest = rest[: match.span.start] + main + rest[match.span.end :]
        return rest

    def documents_with_code(self, beginning: str) -> tuple[str, ...]:
        """Return the documents that name something by a code with this beginning, in their order.

        Args:
            beginning: Its first digits, or all of them.
        """
        found: dict[str, None] = {}
        for digits, documents in self._coded.items():
            if digits.startswith(beginning):
                found |= documents
        return tuple(path for path in found if self._allowed is None or path in self._allowed)

    def _single_matches(self, question: str, taken: Sequence[Span]) -> list[NameMatch]:
        """Find names of one character, which only the user gives, where they stand as a word."""
        found: list[NameMatch] = []
        if not any(form in fold(question) for form in self._single):
            return found
        for word, span in _words_in(question):
            apart = all(span.end <= one.start or one.end <= span.start for one in taken)
            subjects = self._single.get(fold(word))
            if subjects and apart:
                main = next(iter(self._subjects[next(iter(subjects))].forms))
                found.append(self._match(question, span, main, subjects))
        return found

    def _match(self, question: str, span: Span, form: str, subjects: set[str]) -> NameMatch:
        found = [self._subjects[subject] for subject in subjects]
        return NameMatch(
            span=span,
            text=span.of(question),
            subjects=frozenset(subjects),
            forms=frozenset({form}.union(*(subject.forms for subject in found))),
            documents=frozenset().union(*(subject.documents for subject in found)),
        )

    def _unique_beginnings(self) -> dict[str, set[str]]:
        """Beginnings of at least four Chinese characters that only one subject's names have."""
        beginnings: dict[str, set[str]] = {}
        for form, subjects in self._by_form.items():
            for length in range(4, len(form)):
                if form[:length].isascii() or form[length].isascii():
                    continue  # a Latin name is not called by its beginning
                beginnings.setdefault(form[:length], set()).update(subjects)
        return {
            form: subjects
            for form, subjects in beginnings.items()
            if len(subjects) == 1 and form not in self._by_form
        }


def _whole_words(folded: str, start: int, end: int, question: str, origin: list[int]) -> bool:
    """Latin names and codes must not be cut out of a longer word."""
    first, last = origin[start], origin[end - 1]
    if folded[start].isascii() and first > 0 and _ascii_alnum(question[first - 1]):
        return False
    following = question[last + 1 :]
    if folded[end - 1].isalpha() and _YEAR_FOLLOWS.match(following):
        return True
    return not (folded[end - 1].isascii() and following and _ascii_alnum(following[0]))


def _words_in(text: str) -> Iterator[tuple[str, Span]]:
    """Yield the words of ``text`` that stand in it one after the other, with their places."""
    place = 0
    for word in words(text):
        start = text.casefold().find(word, place)
        if start >= 0:
            place = start + len(word)
            yield word, Span(start, place)


def _ascii_alnum(character: str) -> bool:
    return character.isascii() and character.isalnum()


def without(question: str, matches: Iterable[NameMatch]) -> str:
    """Return ``question`` with the matched names cut out."""
    rest = question
    for match in sorted(matches, key=lambda match: -match.span.start):
        rest = rest[: match.span.start] + " " + rest[match.span.end :]
    return " ".join(rest.split()).strip(" ，,、的")
