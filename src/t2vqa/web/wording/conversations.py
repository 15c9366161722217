"""What the list of conversations and the feedback say."""

from __future__ import annotations

from dataclasses import dataclass

from t2vqa.conversations.records import Verdict


@dataclass(frozen=True, slots=True)
class ConversationsWording:
    """The words in one language. Braces are filled with ``str.format``."""

    heading: str
    toggle: str
    begin: str
    search: str
    none_yet: str
    none_found: str
    today: str
    yesterday: str
    untitled: str
    rename: str
    delete: str
    export_markdown: str
    export_docx: str
    title: str
    keep_title: str
    really_delete: str
    do_delete: str
    leave: str
    verdicts: dict[Verdict, str]
    note_label: str
    note_placeholder: str
    note_keep: str
    noted: str

    @property
    def verdict_names(self) -> list[str]:
        """The verdicts as a person chooses among them."""
        return list(self.verdicts.values())


CHINESE = ConversationsWording(
    heading="对话记录",
    toggle="显示或隐藏对话记录",
    begin="新对话",
    search="搜索对话",
    none_yet="还没有对话。提一个问题，它就会留在这里。",
    none_found="没有找到包含这些词的对话。",
    today="今天",
    yesterday="昨天",
    untitled="未命名的对话",
    rename="重命名",
    delete="删除",
    export_markdown="导出 Markdown",
    export_docx="导出 Word",
    title="对话名称",
    keep_title="保存",
    really_delete="删除“{title}”？删除后无法恢复。",
    do_delete="确认删除",
    leave="取消",
    verdicts={Verdict.RIGHT: "正确", Verdict.WRONG: "错误", Verdict.INCOMPLETE: "不完整"},
    note_label="已标为“{verdict}”：{question}",
    note_placeholder="补充说明（可不填）",
    note_keep="保存",
    noted="备注：{note}",
)
"""In Chinese."""

ENGLISH = ConversationsWording(
    heading="Conversations",
    toggle="Show or hide the conversations",
    begin="New conversation",
    search="Search conversations",
    none_yet="No conversations yet. Ask a question and it stays here.",
    none_found="No conversation holds these words.",
    today="Today",
    yesterday="Yesterday",
    untitled="Untitled conversation",
    rename="Rename",
    delete="Delete",
    export_markdown="To Markdown",
    export_docx="To Word",
    title="Name of the conversation",
    keep_title="Save",
    really_delete="Delete “{title}”? It cannot be brought back.",
    do_delete="Delete it",
    leave="Cancel",
    verdicts={Verdict.RIGHT: "Right", Verdict.WRONG: "Wrong", Verdict.INCOMPLETE: "Incomplete"},
    note_label="Marked as {verdict}: {question}",
    note_placeholder="Anything to add? (optional)",
    note_keep="Save",
    noted="Note: {note}",
)
"""In English."""

_BY_NAME = {
    name: verdict for words in (CHINESE, ENGLISH) for verdict, name in words.verdicts.items()
}


def verdict_of(name: object) -> Verdict | None:
    """Return the verdict of a name in either language; None where it is none."""
    return _BY_NAME.get(name) if isinstance(name, str) else None
