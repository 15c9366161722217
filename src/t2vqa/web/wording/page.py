"""What the page says in one language; the parts with words of their own hang below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from t2vqa.errors import (
    ChromaServerError,
    ConfigError,
    ConversationGoneError,
    ConversationStoreError,
    CorpusError,
    DocumentError,
    DocumentNotFoundError,
    FilterError,
    IndexDamagedError,
    IndexLockedError,
    IndexStoreError,
    LibraryError,
    ModelError,
    ModelMismatchError,
    NewerIndexError,
    NoIndexError,
    OlderIndexError,
    QuestionError,
    T2VQAError,
    UploadError,
)
from t2vqa.types import CitationChange
from t2vqa.web.wording import asking, conversations, frame, library, source

Language = Literal["zh", "en"]
"""The languages the page speaks."""

LANGUAGE_NAMES: tuple[tuple[str, Language], ...] = (("中文", "zh"), ("English", "en"))
"""What the language switch shows, and what it stands for."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The page's words in one language. Braces are filled with ``str.format``."""

    language: Language
    frame: frame.FrameWording
    asking: asking.AskingWording
    conversations: conversations.ConversationsWording
    library: library.LibraryWording
    source: source.SourceWording
    title: str
    tagline: str
    language_label: str
    ask_placeholder: str
    ask_label: str
    ask_button: str
    stop_button: str
    chat_label: str
    clear: str
    empty_heading: str
    empty_text: str
    working: str
    stopped: str
    empty_question: str
    understood: str
    refused: str
    nearest: str
    column_passage: str
    column_score: str
    column_meaning: str
    column_words: str
    source_label: str
    source_empty: str
    previous: str
    following: str
    citation_of: str
    passage_of: str
    page: str
    line: str
    cut_before: str
    cut_after: str
    source_moved: str
    source_renamed: str
    source_changed: str
    source_gone: str
    modified: str
    aged: str
    citation_changes: tuple[tuple[CitationChange, str], ...]
    status: str
    status_unbuilt: str
    skipped: str
    stale: str
    rebuild: str
    rebuilding: str
    rebuilt: str
    rebuilt_nothing: str
    added: str
    edited: str
    removed: str
    and_more: str
    updated: str
    updated_skipped: str
    updated_skipped_one: str
    counted: tuple[str, str, str]
    comma: str
    in_brackets: str
    pause: str
    not_updated: str
    dismiss: str
    details: str
    failure: str
    failures: tuple[tuple[type[T2VQAError], str], ...]
    stages: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    def stage(self, name: str) -> str:
        """Return the word for a stage of a long task; the service's own where there is none."""
        return dict(self.stages).get(name, name)

    def reason(self, given: str) -> str:
        """Return why a file was skipped: the service's own words where there are no others."""
        return next((words for phrase, words in self.reasons if phrase in given), given)

    def note(self, given: str) -> str:
        """Return what there is to say of the index; the service's own words if no others."""
        return next((words for phrase, words in self.notes if phrase in given), given)

    def citation_change(self, change: CitationChange) -> str:
        """Return what has become of a citation's words; nothing where they stand."""
        return dict(self.citation_changes).get(change, "")

    def failure_of(self, error: Exception) -> str:
        """Return the sentence for ``error``: that of the nearest class with one of its own."""
        for kind, sentence in self.failures:
            if isinstance(error, kind):
                return sentence
        return self.failure


CHINESE = Wording(
    language="zh",
    frame=frame.CHINESE,
    asking=asking.CHINESE,
    conversations=conversations.CHINESE,
    library=library.CHINESE,
    source=source.CHINESE,
    title="投研问答",
    tagline="答案取自原文，逐条标明出处",
    language_label="界面语言",
    ask_placeholder="就资料中的公司、催化因素或风险提问，按回车发送",
    ask_label="问题",
    ask_button="提问",
    stop_button="停止",
    chat_label="对话",
    clear="清空对话",
    empty_heading="想了解什么？",
    empty_text="回答只用资料里的原话。点击编号即可在右侧查看出处。",
    working="正在查找…",
    stopped="已停止",
    empty_question="请先输入问题。",
    understood="理解为：{question}",
    refused="资料中没有找到答案",
    nearest="最接近的内容",
    column_passage="段落",
    column_score="得分",
    column_meaning="语义",
    column_words="字词",
    source_label="出处",
    source_empty="点击回答中的编号，原文会显示在这里，引用的文字会标亮。",
    previous="上一条",
    following="下一条",
    citation_of="引用 {number} / {total}",
    passage_of="段落 {number} / {total}",
    page="第 {page} 页",
    line="第 {line} 行",
    cut_before="前文从略",
    cut_after="后文从略",
    source_moved="这份文档在回答之后有改动，引用的文字仍在，下面是它现在的位置。",
    source_renamed="这份文档在回答之后改了名，现在是 {path}。",
    source_changed="这份文档在回答之后有改动，已找不到这段文字，下面是回答时引用的文字。",
    source_gone="这份文档已不在索引中，下面是回答时引用的文字。",
    modified="文件修改于 {time}",
    aged="回答之后资料有变动：{count} 处引用的原文已改动或删除，请重新提问。",
    citation_changes=(
        (CitationChange.MOVED, "位置已变"),
        (CitationChange.CHANGED, "原文已改动"),
        (CitationChange.GONE, "文档已删除"),
    ),
    status="{documents} 份文档 · {passages} 个段落 · 索引于 {built}",
    status_unbuilt="尚未建立索引",
    skipped="跳过 {count} 个文件",
    stale="有 {count} 份文档变动，尚未编入索引",
    rebuild="重建索引",
    rebuilding="正在重建索引",
    rebuilt="索引已更新，用时 {seconds} 秒",
    rebuilt_nothing="没有变动，索引已是最新",
    added="新增",
    edited="修改",
    removed="删除",
    and_more="等 {count} 份",
    updated="资料已更新：{changes}",
    updated_skipped="跳过 {count}",
    updated_skipped_one="跳过 1：{reason}",
    counted=("新增 {count}", "修改 {count}", "删除 {count}"),
    comma="、",
    in_brackets="（{text}）",
    pause="；",
    not_updated="资料有变动，但索引没能更新，仍按原来的资料回答，稍后会再试。",
    dismiss="关闭",
    details="详细信息",
    failure="出了意料之外的问题，这一次没有完成。请再试一次；详情见服务端日志。",
    failures=(
        (ConversationGoneError, "没有找到这个对话，它可能已被删除。"),
        (ConversationStoreError, "对话记录暂时无法读取或保存，请查看程序日志。"),
        (FilterError, "筛选条件无法使用：所选的文档、文件夹或公司不在资料中，或日期有误。"),
        (QuestionError, "这个问题无法处理：不能为空，也不能过长。请改写后再问。"),
        (DocumentNotFoundError, "索引里没有这份文档。请重建索引后再试。"),
        (DocumentError, "这份文档无法读取。"),
        (ModelMismatchError, "索引是用另一个向量模型建立的，请重建索引。"),
        (IndexLockedError, "另一个进程正在写入这个索引，请等它完成后再试。"),
        (NoIndexError, "还没有索引，请点“重建索引”。"),
        (IndexDamagedError, "索引文件有损坏，请点“重建索引”修复；资料文件没有被改动。"),
        (OlderIndexError, "索引是旧版本程序建立的，请点“重建索引”。"),
        (NewerIndexError, "索引是更新版本的程序建立的，请升级本程序，或另选一个索引文件夹。"),
        (ChromaServerError, "Chroma 服务器没有应答，请检查它是否在运行。"),
        (IndexStoreError, "索引无法读取或写入。请检查索引文件夹，必要时重建索引。"),
        (CorpusError, "资料文件夹缺失、无法读取，或其中没有可用的文档。"),
        (ModelError, "向量模型无法加载。"),
        (ConfigError, "有一项设置无法使用。"),
        (UploadError, "这个文件没有收下，资料没有变动。"),
        (LibraryError, "这一步没有完成，资料没有变动。"),
    ),
    stages=(("reading", "读取文档"), ("embedding", "计算向量"), ("writing", "写入索引")),
    reasons=(
        ("looks like a binary file", "像是二进制文件，不是文本；请转成 UTF-8 的 Markdown 或纯文本"),
        ("are not supported", "不支持这种格式"),
        ("MB allowed", "文件过大，超过设置的上限（T2VQA_MAX_FILE_MEGABYTES）"),
        ("links out of the corpus", "是指向资料文件夹之外的链接；请把文件复制进来"),
        ("link to another place in the corpus", "是指向资料文件夹内另一处的链接，在那里读取"),
        ("link that leads nowhere", "是失效的链接"),
        ("not valid Unicode", "文件名不是有效的 Unicode，请改名"),
        ("not a regular file", "不是普通文件"),
        ("folder cannot be read", "文件夹无法读取，请检查权限"),
        ("cannot be read", "无法读取，请检查权限"),
    ),
    notes=(
        ("is mended", "索引曾有损坏，已修复"),
        ("made anew from your documents", "索引曾有损坏，已按资料重新建立"),
        ("All documents are read anew", "索引的建立方式有变，全部资料已重新读取"),
        ("examined and is whole", "已检查索引，完好无损"),
        ("could be cleared", "旧的索引数据没能全部清除，下次更新时再试"),
    ),
)
"""The page in Chinese."""


ENGLISH = Wording(
    language="en",
    frame=frame.ENGLISH,
    asking=asking.ENGLISH,
    conversations=conversations.ENGLISH,
    library=library.ENGLISH,
    source=source.ENGLISH,
    title="Research desk",
    tagline="Answers that cite their source",
    language_label="Language of the page",
    ask_placeholder="Ask about a company, a catalyst or a risk; Enter sends",
    ask_label="Question",
    ask_button="Ask",
    stop_button="Stop",
    chat_label="Conversation",
    clear="Clear the conversation",
    empty_heading="What would you like to know?",
    empty_text="Answers use only the documents' own words. "
    "Click a number to read its source on the right.",
    working="Looking it up…",
    stopped="Stopped",
    empty_question="Please type a question first.",
    understood="Understood as: {question}",
    refused="The research does not answer this",
    nearest="What comes nearest",
    column_passage="Passage",
    column_score="Score",
    column_meaning="Meaning",
    column_words="Words",
    source_label="Source",
    source_empty="Click a number in an answer: its source opens here, with the cited words marked.",
    previous="Previous",
    following="Next",
    citation_of="Citation {number} of {total}",
    passage_of="Passage {number} of {total}",
    page="page {page}",
    line="line {line}",
    cut_before="earlier text left out",
    cut_after="later text left out",
    source_moved="This document has changed since the answer; the cited words stand here now.",
    source_renamed="This document has been renamed since the answer; it is {path} now.",
    source_changed="This document has changed since the answer and no longer holds these words; "
    "they are shown as the answer cited them.",
    source_gone="This document is no longer in the index; these are the words the answer cited.",
    modified="file modified {time}",
    aged="The documents have changed since: of {count} cited places the words have been changed or "
    "removed. Please ask again.",
    citation_changes=(
        (CitationChange.MOVED, "moved since"),
        (CitationChange.CHANGED, "changed since"),
        (CitationChange.GONE, "document removed since"),
    ),
    status="{documents} documents · {passages} passages · indexed {built}",
    status_unbuilt="No index yet",
    skipped="{count} skipped",
    stale="{count} changed since and not yet indexed",
    rebuild="Rebuild index",
    rebuilding="Rebuilding the index",
    rebuilt="Index updated in {seconds} s",
    rebuilt_nothing="Nothing has changed; the index is up to date",
    added="Added",
    edited="Edited",
    removed="Removed",
    and_more="{count} in all",
    updated="Documents updated: {changes}",
    updated_skipped="{count} skipped",
    updated_skipped_one="1 skipped: {reason}",
    counted=("{count} added", "{count} edited", "{count} removed"),
    comma=", ",
    in_brackets=" ({text})",
    pause=". ",
    not_updated="The documents have changed, but the index could not follow. Answers come from the "
    "former documents; it is tried again soon.",
    dismiss="Close",
    details="Details",
    failure="Something unexpected went wrong and this was not finished. Please try again; "
    "the server's log has the details.",
    failures=(
        (ConversationGoneError, "There is no such conversation; it may have been deleted."),
        (
            ConversationStoreError,
            "The conversations cannot be read or kept just now; see the program's log.",
        ),
        (
            FilterError,
            "The filters cannot be used: what they name is not there, or a date is wrong.",
        ),
        (QuestionError, "This question cannot be used: it is empty or too long."),
        (DocumentNotFoundError, "The index holds no such document. Rebuild it and try again."),
        (DocumentError, "This document cannot be read."),
        (ModelMismatchError, "The index was built with another embedding model; rebuild it."),
        (IndexLockedError, "Another process is writing to this index; try again when it is done."),
        (NoIndexError, "There is no index yet; press “Rebuild index”."),
        (IndexDamagedError, "The index is damaged; press “Rebuild index” to mend it."),
        (OlderIndexError, "The index was made by an older version; press “Rebuild index”."),
        (NewerIndexError, "The index was made by a newer version; upgrade, or use another folder."),
        (ChromaServerError, "The Chroma server does not answer; see whether it is running."),
        (IndexStoreError, "The index cannot be read or written. Look at its folder, or rebuild."),
        (CorpusError, "The folder of documents is missing, unreadable or holds no document."),
        (ModelError, "The embedding model cannot be loaded."),
        (ConfigError, "A setting cannot be used."),
        (UploadError, "This file was not taken; the documents are as they were."),
        (LibraryError, "This was not done; the documents are as they were."),
    ),
    stages=(
        ("reading", "Reading documents"),
        ("embedding", "Embedding passages"),
        ("writing", "Writing the index"),
    ),
)
"""The page in English."""


def wording(language: str) -> Wording:
    """Return the page's words in ``language``; Chinese for any but ``en``."""
    return ENGLISH if language == "en" else CHINESE
