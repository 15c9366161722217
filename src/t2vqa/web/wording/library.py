"""What the panel of documents says."""

from __future__ import annotations

from dataclasses import dataclass

from t2vqa.library import AddOutcome, DocumentState


@dataclass(frozen=True, slots=True)
class LibraryWording:
    """The words in one language. Braces are filled with ``str.format``.

    ``columns`` are the heads of the table, by what it is sorted by; ``refusals`` say why a file
    was not taken or a document not removed, found by a phrase of the library's own words.
    """

    heading: str
    counted: str
    counted_found: str
    upload: str
    search: str
    search_placeholder: str
    only: str
    only_all: str
    table: str
    empty: str
    nothing_found: str
    choose: str
    choose_all: str
    sort_by: str
    pages: str
    before: str
    after: str
    place: str
    removing: str
    removing_chosen: str
    nothing_chosen: str
    confirm: str
    confirm_button: str
    cancel: str
    undo: str
    removed: str
    restored: str
    not_taken: str
    renamed: str
    columns: tuple[tuple[str, str], ...]
    states: tuple[tuple[DocumentState, str], ...]
    outcomes: tuple[tuple[AddOutcome, str], ...]
    refusals: tuple[tuple[str, str], ...] = ()

    def state(self, state: DocumentState) -> str:
        """Return the words for the state of a document."""
        return dict(self.states)[state]

    def outcome(self, outcome: AddOutcome) -> str:
        """Return the words for what came of an upload."""
        return dict(self.outcomes)[outcome]

    def refusal(self, given: str) -> str:
        """Return why something was not done: the library's own words where there are no others."""
        return next((words for phrase, words in self.refusals if phrase in given), given)


CHINESE = LibraryWording(
    heading="资料",
    counted="共 {count} 份",
    counted_found="共 {count} 份，符合条件 {found} 份",
    upload="把文件拖到这里，或点击选择（Markdown、纯文本，可多选）",
    search="搜索资料",
    search_placeholder="按标题、路径、日期或来源搜索",
    only="状态",
    only_all="全部状态",
    table="资料列表",
    empty="资料文件夹里还没有文档。",
    nothing_found="没有符合条件的资料。",
    choose="选择 {path}",
    choose_all="选择本页全部",
    sort_by="按{column}排序",
    pages="翻页",
    before="上一页",
    after="下一页",
    place="第 {page} / {pages} 页",
    removing="删除所选",
    removing_chosen="删除所选（{count}）",
    nothing_chosen="请先勾选要删除的资料。",
    confirm="要删除这 {count} 份资料吗？文件会移入资料文件夹下的 .trash，可以撤销。",
    confirm_button="删除",
    cancel="取消",
    undo="撤销删除",
    removed="已删除",
    restored="已恢复",
    not_taken="未完成",
    renamed="保存为 {path}",
    columns=(
        ("title", "标题"),
        ("path", "路径"),
        ("date", "日期"),
        ("passages", "段落"),
        ("state", "状态"),
        ("indexed", "编入时间"),
    ),
    states=(
        (DocumentState.INDEXED, "已编入"),
        (DocumentState.CHANGED, "已改动，待编入"),
        (DocumentState.NEW, "新文件，待编入"),
        (DocumentState.REMOVED, "已删除，待更新"),
        (DocumentState.SKIPPED, "已跳过"),
    ),
    outcomes=(
        (AddOutcome.ADDED, "已收下"),
        (AddOutcome.REPLACED, "已替换"),
        (AddOutcome.ALREADY_THERE, "资料中已有相同的文件"),
    ),
    refusals=(
        ("although its name says that it is text", "内容不是文本；请转成 Markdown 或纯文本"),
        ("looks like a binary file", "像是二进制文件，不是文本；请转成 UTF-8 的 Markdown 或纯文本"),
        ("are not supported", "不支持这种格式"),
        ("MB allowed", "文件过大，超过设置的上限（T2VQA_MAX_FILE_MEGABYTES）"),
        ("holds no text", "里面没有文字"),
        ("rename it", "文件名无法使用，请改名"),
        ("no space left", "磁盘已满"),
        ("permission denied", "没有写入资料文件夹的权限"),
        ("read-only", "资料文件夹是只读的"),
        ("is a link", "资料文件夹里的这个文件夹是链接，不能在其中增删文件"),
        ("not a regular file", "不是普通文件"),
        ("or no longer", "资料文件夹里没有这份文档"),
        ("not among the removed", "已无法恢复"),
        ("managed elsewhere", "本页不管理资料（T2VQA_MANAGE_DOCUMENTS 已关闭）"),
        ("cannot be", "文件无法写入或移动，请检查资料文件夹"),
    ),
)
"""In Chinese."""

ENGLISH = LibraryWording(
    heading="Documents",
    counted="{count} in all",
    counted_found="{found} of {count}",
    upload="Drop files here, or click to choose (Markdown or plain text, several at once)",
    search="Search the documents",
    search_placeholder="Search by title, path, date or source",
    only="State",
    only_all="Any state",
    table="List of documents",
    empty="There is no document in the folder yet.",
    nothing_found="No document is like this.",
    choose="Choose {path}",
    choose_all="Choose all on this page",
    sort_by="Sort by {column}",
    pages="Pages",
    before="Previous page",
    after="Next page",
    place="Page {page} of {pages}",
    removing="Delete chosen",
    removing_chosen="Delete chosen ({count})",
    nothing_chosen="Choose the documents to delete first.",
    confirm="Delete these {count} documents? The files go to .trash in the folder of documents; "
    "this can be undone.",
    confirm_button="Delete",
    cancel="Cancel",
    undo="Undo the deletion",
    removed="Deleted",
    restored="Brought back",
    not_taken="Not done",
    renamed="kept as {path}",
    columns=(
        ("title", "Title"),
        ("path", "Path"),
        ("date", "Date"),
        ("passages", "Passages"),
        ("state", "State"),
        ("indexed", "Indexed"),
    ),
    states=(
        (DocumentState.INDEXED, "Indexed"),
        (DocumentState.CHANGED, "Changed, not yet indexed"),
        (DocumentState.NEW, "New, not yet indexed"),
        (DocumentState.REMOVED, "Deleted, still in the index"),
        (DocumentState.SKIPPED, "Skipped"),
    ),
    outcomes=(
        (AddOutcome.ADDED, "Added"),
        (AddOutcome.REPLACED, "Replaced"),
        (AddOutcome.ALREADY_THERE, "The same file is there already"),
    ),
)
"""In English."""
