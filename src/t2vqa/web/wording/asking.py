"""What stands around a question: filters, next questions, what was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskingWording:
    """The words in one language. Braces are filled with ``str.format``."""

    heading: str
    documents: str
    folders: str
    companies: str
    since: str
    until: str
    date_example: str
    clear: str
    remove: str
    filtered: str
    document_is: str
    folder_is: str
    company_is: str
    since_is: str
    until_is: str
    joint: str
    no_date: str
    length: str
    brief: str
    normal: str
    full: str
    looked_at: str
    looked_at_of: str
    back_to_all: str


CHINESE = AskingWording(
    heading="筛选",
    documents="文档",
    folders="文件夹",
    companies="公司",
    since="起始日期",
    until="结束日期",
    date_example="如 2024-03-18 或 2024",
    clear="清除筛选",
    remove="去掉筛选：{filter}",
    filtered="筛选：{filters}",
    document_is="文档：{name}",
    folder_is="文件夹：{name}",
    company_is="公司：{name}",
    since_is="{day} 起",
    until_is="至 {day}",
    joint="、",
    no_date="“{text}”不是日期，请写成 2024-03-18、2024-03 或 2024。",
    length="回答篇幅",
    brief="简短",
    normal="适中",
    full="详尽",
    looked_at="查阅过的 {count} 个段落",
    looked_at_of="为回答“{question}”查阅过的段落，按得分排列。",
    back_to_all="全部段落",
)
"""In Chinese."""

ENGLISH = AskingWording(
    heading="Filters",
    documents="Documents",
    folders="Folders",
    companies="Companies",
    since="From",
    until="To",
    date_example="2024-03-18 or 2024",
    clear="Clear the filters",
    remove="Remove the filter {filter}",
    filtered="Filters: {filters}",
    document_is="Document: {name}",
    folder_is="Folder: {name}",
    company_is="Company: {name}",
    since_is="from {day}",
    until_is="to {day}",
    joint=", ",
    no_date="“{text}” is no date. Write it as 2024-03-18, 2024-03 or 2024.",
    length="Length of answers",
    brief="Brief",
    normal="Normal",
    full="Full",
    looked_at="{count} passages looked at",
    looked_at_of="Passages looked at for “{question}”, by their score.",
    back_to_all="All passages",
)
"""In English."""
