"""Documents for measurements of size, written by a grammar: invented companies, dates and figures.

Nothing in them is true and no name is meant. The same number gives the same document everywhere.
A document of about 2,800 characters makes about ten passages; four documents on average are about
one company, so that a question's words occur in many more documents than the one that answers it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSAGES_A_DOCUMENT = 10
"""About; see `bench/results/scale.md` for what came of it."""

_DOCUMENTS_A_COMPANY = 4
_DOCUMENTS_A_FOLDER = 100

_FIRST = (
    "青岚禾原澄云白桦远山鹿鸣星河北辰南浦东篱西岭朗月晴川松涛竹影兰亭梅溪荷塘柳岸枫林石桥沙洲海棠"
    "江汀湖光溪谷泉州岭峰岱岳昆吾泰和恒昌兴隆嘉禾瑞丰永宁安庆康乐福泽祥云吉庆宏图伟业卓越锐进"
)
_SECOND = (
    "电光机械材能源科食品医药半导软件通航船车桥路港矿冶纺织服装酒茶乳粮油牧渔林纸印刷玻璃陶瓷"
    "橡胶塑化肥农仪表阀泵缆线灯镜屏芯模具刀轴承链齿轮舱翼帆锚"
)
_TRADES = [
    "传感器",
    "激光雷达",
    "功率器件",
    "动力电池",
    "冷链物流",
    "工业机器人",
    "医用耗材",
    "数据中心",
    "光伏组件",
    "风电叶片",
    "特种钢材",
    "智能电表",
    "高速连接器",
    "车载摄像头",
    "碳纤维",
    "水处理膜",
    "航空紧固件",
    "预制菜",
    "宠物食品",
    "工业软件",
    "显示面板",
    "精密减速器",
    "储能系统",
    "氢燃料电堆",
    "半导体清洗设备",
    "光纤预制棒",
    "特高压变压器",
    "低空飞行器",
    "合成生物原料",
    "体外诊断试剂",
]
_PLACES = [
    "江州",
    "临浦",
    "海门岭",
    "云泽",
    "北固",
    "鹤川",
    "平阳里",
    "安陵",
    "石湾",
    "青浦滩",
    "凤台",
    "长乐坊",
    "金沙渡",
    "龙游",
    "白鹭洲",
    "玉溪口",
    "宁远",
    "清河",
    "松阳",
    "武陵",
    "广德",
    "兴化",
    "宜川",
    "丹阳",
    "昌平里",
    "永嘉",
    "瑞安",
    "晋江口",
    "漳浦",
    "惠东",
]
_REASONS = [
    "原材料价格回落",
    "产品结构升级",
    "海外订单增加",
    "新产线爬坡",
    "费用管控见效",
    "汇率变动",
    "下游需求走弱",
    "渠道库存偏高",
    "老客户复购提升",
    "运输成本上升",
    "政府补助减少",
    "折旧增加",
    "新品放量",
    "竞争对手降价",
    "供应商切换",
    "自动化率提高",
]
_RISKS = [
    "原材料价格大幅波动",
    "下游客户集中度过高",
    "海外认证进度不及预期",
    "技术路线更替",
    "核心人员流失",
    "汇率波动",
    "新增产能消化不及预期",
    "应收账款回收放缓",
    "环保标准趋严",
    "专利诉讼",
    "供应链中断",
    "市场竞争加剧",
    "补贴政策退坡",
    "新产品推广缓慢",
    "商誉减值",
    "存货跌价",
    "质量事故",
    "数据安全事件",
    "贸易摩擦升级",
    "项目延期交付",
]
_ATTRIBUTES = {
    "营业收入": "亿元",
    "净利润": "亿元",
    "研发投入": "亿元",
    "经营活动现金流": "亿元",
    "在手订单": "亿元",
    "出货量": "万件",
}
_PEOPLE = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "明远思齐景行若谷知白守拙怀瑾握瑜子衿清扬嘉树望舒承宇一诺"
_MANNERS = (
    "{company}在{place}的{trade}基地于{year}年{month}月投产，设计年产能{figure}万套，实际利用率为{share}%。",
    "管理层在{month}月{day}日的交流会上表示，{trade}业务的毛利率为{share}%，主要由于{reason}。",
    "{company}与{other}签署了为期{small}年的{trade}供货协议，合同金额约{figure}亿元。",
    "公司计划未来{small}年在{place}投入{figure}亿元，用于{trade}的扩产和研发。",
    "截至{year}年{month}月末，{company}的员工人数为{people}人，其中研发人员占{share}%。",
    "{place}地区的{trade}销售额达到{figure}亿元，同比变动{share}%，原因是{reason}。",
    "{person}自{year}年{month}月起担任{company}的{role}，此前负责{trade}事业部。",
    "第三方机构测算，{year}年{trade}的市场规模约为{figure}亿元，{company}的份额为{share}%。",
    "由于{reason}，{company}将{trade}的出厂价调整了{share}%，自{month}月{day}日起执行。",
    "本期{trade}的存货周转天数为{days}天，比上年同期变化{small}天，公司解释为{reason}。",
    "{other}向{company}采购的{trade}占其同类采购的{share}%，双方正在谈判{year}年的长协。",
    "{company}的{trade}通过了{place}实验室的验证，预计{year}年下半年小批量供货{figure}万套。",
)
_ENGLISH = (
    "{code} Holdings reported {trade} shipments of {figure} thousand units in {year}.",
    "The {code} plant in {place} runs at {share}% of capacity after the {month}/{year} outage.",
    "Management of {code} expects gross margin of {share}% on orders worth ${figure} million.",
)
_HEADINGS = (
    "经营概况",
    "业务进展",
    "客户与订单",
    "产能与供应链",
    "行业动态",
    "管理层交流",
    "财务分析",
)
_ROLES = ("总经理", "董事长", "财务总监", "首席技术官", "销售总监")


@dataclass(frozen=True, slots=True)
class Fact:
    """A question about one document and the words its answer must hold."""

    question: str
    value: str
    path: str


@dataclass(frozen=True, slots=True)
class Text:
    """A document: where it lies below the corpus folder, what it says, what it can be asked."""

    path: str
    text: str
    facts: tuple[Fact, ...]


def company(number: int) -> str:
    """Return the name of a company; no two numbers below 60,000 share one."""
    pair, tail = divmod(number, len(_SECOND))
    first = _FIRST[pair * 7 % len(_FIRST)]
    second = _FIRST[(pair * 11 + pair // len(_FIRST) * 29 + 3) % len(_FIRST)]
    return f"{first}{second}{_SECOND[tail]}{_SECOND[(tail * 5 + pair) % len(_SECOND)]}"


def text(number: int, edition: int = 0) -> Text:
    """Return a document; another ``edition`` of it differs in one sentence."""
    chance = random.Random(number)  # noqa: S311  # no secret
    name = company(number // _DOCUMENTS_A_COMPANY)
    year = 2019 + number % _DOCUMENTS_A_COMPANY
    path = f"{number // _DOCUMENTS_A_FOLDER:03d}/{name}{year}年度跟踪-{number:06d}.md"
    trades = chance.sample(_TRADES, 4)
    facts = []
    lines = [f"# {name}{year}年度跟踪", ""]
    if number % 3 == 0:
        lines = [
            "---",
            f"title: {name}{year}年度跟踪",
            f"date: {year + 1}-03-{1 + number % 28:02d}",
            "source: 自制",
            "---",
            "",
            *lines,
        ]
    lines += ["## 主要数据", ""]
    for attribute, unit in _ATTRIBUTES.items():
        value = f"{chance.uniform(1, 900):.2f}{unit}"
        lines += [
            f"{name}{year}年{attribute}为{value}，同比变动{chance.uniform(-40, 80):.1f}%，"
            f"主要由于{chance.choice(_REASONS)}。",
            "",
        ]
        facts.append(Fact(f"{name}{year}年的{attribute}是多少？", value, path))
    for heading in chance.sample(_HEADINGS, 3):
        lines += [f"## {heading}", ""]
        for _ in range(2):
            lines += ["".join(_sentence(chance, name, trades) for _ in range(6)), ""]
    lines += ["## 风险提示", "", f"{name}面临的主要风险包括：", ""]
    lines += [f"- {risk}" for risk in chance.sample(_RISKS, 4)]
    lines += [
        "",
        "## 分产品数据",
        "",
        "| 产品 | 收入（亿元） | 占比 | 毛利率 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {trade} | {chance.uniform(0.5, 300):.2f} | {chance.randint(3, 60)}% | "
        f"{chance.randint(5, 70)}% |"
        for trade in trades
    ]
    lines += [
        "",
        f"第{edition}次修订于{year + 1}年{1 + edition % 12}月{1 + edition % 28}日完成。",
        "",
    ]
    return Text(path, "\n".join(lines), tuple(facts))


def texts(count: int) -> Iterator[Text]:
    """Yield the first ``count`` documents."""
    return (text(number) for number in range(count))


def write_corpus(folder: Path, count: int) -> int:
    """Write the first ``count`` documents below a folder and return how many bytes they take."""
    size = 0
    for document in texts(count):
        size += write(folder, document)
    return size


def write(folder: Path, document: Text) -> int:
    """Write one document and return how many bytes it takes."""
    target = folder / document.path
    target.parent.mkdir(parents=True, exist_ok=True)
    data = document.text.encode()
    target.write_bytes(data)
    return len(data)


def questions(documents: int, count: int, seed: int = 7) -> list[Fact]:
    """Draw questions about different documents of the first so many, in an order of their own."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    chosen = chance.sample(range(documents), min(count, documents))
    drawn = [chance.choice(text(number).facts) for number in chosen]
    while len(drawn) < count:
        drawn.append(chance.choice(text(chance.randrange(documents)).facts))
    return drawn


def _sentence(chance: random.Random, name: str, trades: list[str]) -> str:
    manners = _ENGLISH if chance.random() < 0.06 else _MANNERS
    code = "".join(chance.choice("BCDFGKLMNPRSTVZ") + chance.choice("aeiou") for _ in range(3))
    return chance.choice(manners).format(
        company=name,
        other=company(chance.randrange(40_000)),
        code=code.capitalize(),
        trade=chance.choice(trades),
        place=chance.choice(_PLACES),
        reason=chance.choice(_REASONS),
        person=chance.choice(_PEOPLE) + "".join(chance.sample(_GIVEN, 2)),
        role=chance.choice(_ROLES),
        year=chance.randint(2018, 2027),
        month=chance.randint(1, 12),
        day=chance.randint(1, 28),
        figure=f"{chance.uniform(0.3, 500):.1f}",
        share=f"{chance.uniform(1, 90):.1f}",
        small=chance.randint(2, 9),
        days=chance.randint(20, 240),
        people=chance.randint(80, 30_000),
    )
