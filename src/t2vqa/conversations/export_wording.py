"""What an exported conversation says besides its own words, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from t2vqa.conversations.records import StoredConversation, StoredTurn, Verdict
from t2vqa.types import AnswerLength, Citation, Filters


@dataclass(frozen=True, slots=True)
class ExportWording:
    """The words of one language. Braces are filled with ``str.format``."""

    untitled: str
    asked: str
    understood: str
    restricted: str
    documents: str
    folders: str
    companies: str
    since: str
    until: str
    lengths: dict[AnswerLength, str]
    refused: str
    failed: str
    stopped: str
    judged: str
    verdicts: dict[Verdict, str]
    note: str
    page: str
    line: str
    quoted: str
    between: str
    and_then: str
    exported: str

    def exported_line(self, conversation: StoredConversation) -> str:
        """Return when the conversation was begun and last changed."""
        begun, changed = local_time(conversation.created), local_time(conversation.changed)
        return self.exported.format(begun=begun, changed=changed)

    def remarks(self, turn: StoredTurn) -> list[str]:
        """Return what is said of a question before its answer."""
        said = [self.asked.format(time=local_time(turn.asked_at))] if turn.asked_at else []
        answer = turn.answer
        if answer is not None and answer.understood and answer.understood != turn.question:
            said.append(self.understood.format(question=answer.understood))
        if not turn.filters.is_empty:
            said.append(self.restricted.format(filters=self.filters(turn.filters)))
        if turn.length in self.lengths:
            said.append(self.lengths[turn.length])
        return said

    def outcome(self, turn: StoredTurn) -> str:
        """Return what came of a question other than an answer; empty where it was answered."""
        if turn.failure:
            return self.failed.format(reason=turn.failure)
        if turn.answer is not None and turn.answer.refused:
            return self.refused
        return ""

    def afterthoughts(self, turn: StoredTurn) -> list[str]:
        """Return what is said behind an answer: that it was stopped, what was thought of it."""
        said = [self.stopped] if turn.stopped else []
        if turn.feedback is not None:
            judged = self.judged.format(verdict=self.verdicts[turn.feedback.verdict])
            note = turn.feedback.note.strip()
            said.append(judged + (self.note.format(note=note) if note else ""))
        return said

    def filters(self, filters: Filters) -> str:
        """Return in words what a question was restricted to."""
        parts = [
            pattern.format(names=self.between.join(names))
            for pattern, names in (
                (self.documents, filters.documents),
                (self.folders, filters.folders),
                (self.companies, filters.companies),
            )
            if names
        ]
        if filters.since:
            parts.append(self.since.format(day=filters.since))
        if filters.until:
            parts.append(self.until.format(day=filters.until))
        return self.and_then.join(parts)

    def source(self, citation: Citation) -> str:
        """Return where cited words stand: title, headings, page, line, date and file."""
        parts = [" › ".join((citation.title, *citation.section))]
        if citation.page is not None:
            parts.append(self.page.format(number=citation.page))
        if citation.line is not None:
            parts.append(self.line.format(number=citation.line))
        if citation.date:
            parts.append(citation.date)
        parts.append(citation.document)
        return self.between.join(parts)


def local_time(moment: str) -> str:
    """Return an ISO 8601 time in the machine's own zone; what is no such time as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return moment


CHINESE = ExportWording(
    untitled="未命名的对话",
    asked="提问时间：{time}",
    understood="理解为：{question}",
    restricted="限定范围：{filters}",
    documents="文档 {names}",
    folders="文件夹 {names}",
    companies="公司 {names}",
    since="{day} 起",
    until="{day} 止",
    lengths={AnswerLength.BRIEF: "篇幅：简短", AnswerLength.FULL: "篇幅：详细"},
    refused="资料中没有答案",
    failed="没有得到答案：{reason}",
    stopped="回答被中途停止。",
    judged="读者评价：{verdict}",
    verdicts={Verdict.RIGHT: "正确", Verdict.WRONG: "错误", Verdict.INCOMPLETE: "不完整"},
    note="。备注：{note}",
    page="第 {number} 页",
    line="第 {number} 行",
    quoted="“{quote}”——{source}",
    between="，",
    and_then="；",
    exported="对话开始于 {begun}，最后更新于 {changed}。每处引文都是来源文档的原文。",
)

ENGLISH = ExportWording(
    untitled="Untitled conversation",
    asked="Asked: {time}",
    understood="Understood as: {question}",
    restricted="Restricted to: {filters}",
    documents="documents {names}",
    folders="folders {names}",
    companies="companies {names}",
    since="from {day}",
    until="up to {day}",
    lengths={AnswerLength.BRIEF: "Length: brief", AnswerLength.FULL: "Length: full"},
    refused="No answer in the documents",
    failed="There was no answer: {reason}",
    stopped="The answer was stopped before its end.",
    judged="A reader judged this answer {verdict}",
    verdicts={Verdict.RIGHT: "right", Verdict.WRONG: "wrong", Verdict.INCOMPLETE: "incomplete"},
    note=". Note: {note}",
    page="page {number}",
    line="line {number}",
    quoted="“{quote}” — {source}",
    between=", ",
    and_then="; ",
    exported="Begun {begun}, last changed {changed}. Footnotes quote their sources word for word.",
)


def export_wording(language: str) -> ExportWording:
    """Return the words of a language, ``zh`` or ``en``."""
    return ENGLISH if language == "en" else CHINESE
