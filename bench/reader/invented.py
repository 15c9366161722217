"""Questions and sentences of invented companies: what a near miss looks like in financial prose.

The sets the reader is trained on are paragraphs of an encyclopedia. Notes and announcements ask for
other things (who holds a pledge, what a stake cost) in other words, and their near misses differ
in the attribute alone. A small grammar of our own makes such pairs, in Chinese and English.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Value = Callable[[random.Random], str]


def _of(*values: str) -> Value:
    return lambda chance: chance.choice(values)


def _money(chance: random.Random) -> str:
    figure = chance.choice(
        [
            f"{chance.uniform(0.1, 90):.2f}",
            f"{chance.randint(2, 900)}",
            f"{chance.uniform(1, 9):.1f}",
        ]
    )
    return figure + chance.choice(["亿元", "万元", "亿美元", "亿港元", "万美元"])


def _price(chance: random.Random) -> str:
    return f"{chance.uniform(1, 300):.2f}" + chance.choice(["元", "元/股", "港元", "美元"])


def _percent(chance: random.Random) -> str:
    return f"{chance.uniform(0.1, 80):.{chance.randint(0, 2)}f}%"


def _date(chance: random.Random) -> str:
    year, month, day = chance.randint(1996, 2026), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice(
        [f"{year}年{month}月{day}日", f"{month}月{day}日", f"{year}年{month}月", f"{year}年"]
    )


def _count(unit: str) -> Value:
    def value(chance: random.Random) -> str:
        figure = chance.choice(
            [
                str(chance.randint(3, 9000)),
                f"{chance.uniform(0.5, 90):.1f}万",
                f"{chance.randint(1, 30)}亿",
            ]
        )
        return figure + unit

    return value


def _person(chance: random.Random) -> str:
    family = chance.choice("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜")
    given = "".join(
        chance.sample(
            "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国", chance.randint(1, 2)
        )
    )
    return family + given


def _company(chance: random.Random) -> str:
    head = "".join(chance.sample("恒启嘉泽润茂盛瑞辰远博信达安宏图景源澜岳凌川汇杉", 2))
    tail = chance.choice(
        [
            "科技",
            "股份",
            "集团",
            "传媒",
            "医药",
            "能源",
            "电子",
            "控股",
            "智能",
            "生物",
            "银行",
            "证券",
            "软件",
            "",
        ]
    )
    return head + tail


def _place(chance: random.Random) -> str:
    return chance.choice(
        [
            "北京",
            "上海浦东",
            "深圳市南山区",
            "杭州",
            "成都高新区",
            "苏州工业园",
            "武汉",
            "合肥",
            "广州",
            "西安",
            "越南",
            "新加坡",
        ]
    )


_PRODUCT = _of(
    "工业机器人",
    "动力电池隔膜",
    "智能座舱",
    "光刻胶",
    "血液制品",
    "视频生成工具",
    "数据库软件",
    "碳纤维",
    "储能系统",
    "预制菜",
    "跨境支付平台",
    "短剧应用",
    "伺服电机",
    "影像设备",
)
_RISK = _of(
    "原材料价格上涨",
    "客户集中度过高",
    "汇率波动",
    "技术路线变化",
    "商誉减值",
    "应收账款回收缓慢",
    "监管趋严",
    "核心人员流失",
    "新品销售不及预期",
)
_CAUSE = _of(
    "海外订单增加",
    "产品结构优化",
    "计提资产减值",
    "处置子公司股权",
    "疫情影响",
    "原材料降价",
    "产能利用率提升",
    "政府补助减少",
)


@dataclass(frozen=True)
class Attribute:
    """What may be asked of a company: how it is asked for, and how sentences say it.

    ``said`` are clauses with ``{v}`` for the value; they need not hold the attribute's name.
    """

    names: tuple[str, ...]
    english: str
    value: Value
    said: tuple[str, ...]
    asks: tuple[str, ...] = ("是多少", "是什么")


_HOW_MUCH = ("是多少", "为多少", "有多少")
_WHO = ("是谁", "是哪位", "由谁担任")
_WHEN = ("是什么时候", "是哪一天", "是何时", "是什么时间")
_WHICH = ("是哪家公司", "是谁", "是什么机构", "是哪一家")
_WHAT = ("是什么", "有哪些", "是怎样的")

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        ("营业收入", "营收", "收入"),
        "revenue",
        _money,
        ("实现营业收入{v}", "营收达到{v}", "收入为{v}", "营收录得{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("净利润", "归母净利润", "利润"),
        "net profit",
        _money,
        ("净利润{v}", "归属于母公司股东的净利润为{v}", "盈利{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("研发投入", "研发费用"),
        "R&D spending",
        _money,
        ("研发投入{v}", "在研发上花费{v}", "研发费用为{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("总市值", "市值"),
        "market value",
        _money,
        ("总市值约{v}", "市值达{v}", "当前市值为{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("总资产", "资产规模"), "total assets", _money, ("总资产为{v}", "资产总额{v}"), _HOW_MUCH
    ),
    Attribute(
        ("负债总额", "总负债"), "total liabilities", _money, ("负债合计{v}", "总负债{v}"), _HOW_MUCH
    ),
    Attribute(
        ("融资金额", "募资额", "融资额"),
        "amount raised",
        _money,
        ("完成{v}融资", "募集资金{v}", "本轮融资{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("合同金额", "中标金额"),
        "contract value",
        _money,
        ("合同总价{v}", "中标金额为{v}", "签下{v}的订单"),
        _HOW_MUCH,
    ),
    Attribute(
        ("交易金额", "收购价格", "交易对价"),
        "price of the deal",
        _money,
        ("交易作价{v}", "以{v}收购其全部股权", "对价为{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("回购金额", "回购资金总额"),
        "buyback amount",
        _money,
        ("已回购{v}的股份", "回购资金总额不超过{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("违约金额", "逾期本金"),
        "overdue amount",
        _money,
        ("逾期本金{v}", "未能如期兑付{v}"),
        _HOW_MUCH,
    ),
    Attribute(("罚款金额", "罚款"), "fine", _money, ("被罚款{v}", "处以{v}罚款"), _HOW_MUCH),
    Attribute(("注册资本",), "registered capital", _money, ("注册资本{v}",), _HOW_MUCH),
    Attribute(
        ("现金流", "经营现金流"),
        "operating cash flow",
        _money,
        ("经营活动产生的现金流量净额为{v}", "经营现金流{v}"),
        _HOW_MUCH,
    ),
    Attribute(("目标价",), "target price", _price, ("目标价{v}", "目标价上调至{v}"), _HOW_MUCH),
    Attribute(
        ("收盘价", "股价"), "share price", _price, ("收于{v}", "报{v}", "股价收盘{v}"), _HOW_MUCH
    ),
    Attribute(("发行价",), "issue price", _price, ("发行价{v}", "发行价格定为{v}"), _HOW_MUCH),
    Attribute(
        ("每股收益",), "earnings per share", _price, ("每股收益{v}", "基本每股收益为{v}"), _HOW_MUCH
    ),
    Attribute(
        ("市盈率", "估值"),
        "price-earnings ratio",
        _count("倍"),
        ("市盈率约{v}", "对应{v}PE"),
        _HOW_MUCH,
    ),
    Attribute(("毛利率",), "gross margin", _percent, ("毛利率{v}", "毛利率提升至{v}"), _HOW_MUCH),
    Attribute(
        ("营收增速", "收入同比增长", "同比增幅"),
        "revenue growth",
        _percent,
        ("营收同比增长{v}", "收入较上年增加{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("市场份额", "市占率"),
        "market share",
        _percent,
        ("市场份额为{v}", "占据{v}的市场", "市占率{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("持股比例", "持股占比"), "stake", _percent, ("持有公司{v}的股份", "持股比例{v}"), _HOW_MUCH
    ),
    Attribute(
        ("质押比例", "质押占其所持股份的比例"),
        "share of pledged stock",
        _percent,
        ("占其所持股份的{v}已质押", "累计质押占其持股的{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("涨幅", "上涨幅度"), "rise", _percent, ("上涨{v}", "涨幅{v}", "股价大涨{v}"), _HOW_MUCH
    ),
    Attribute(("资产负债率",), "debt ratio", _percent, ("资产负债率{v}",), _HOW_MUCH),
    Attribute(("换手率",), "turnover rate", _percent, ("换手率{v}",), _HOW_MUCH),
    Attribute(
        ("利率", "票面利率"), "interest rate", _percent, ("票面利率{v}", "年利率为{v}"), _HOW_MUCH
    ),
    Attribute(
        ("员工人数", "员工数量"),
        "number of employees",
        _count("人"),
        ("员工{v}", "在职员工共{v}", "团队规模{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("门店数量",), "number of stores", _count("家"), ("开出{v}门店", "门店总数{v}"), _HOW_MUCH
    ),
    Attribute(
        ("用户数", "月活"),
        "number of users",
        _count("人"),
        ("月活用户{v}", "用户数突破{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("质押股份数量", "质押股数"),
        "number of pledged shares",
        _count("股"),
        ("将{v}质押", "质押其持有的{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("减持数量", "减持股数"),
        "number of shares sold",
        _count("股"),
        ("减持{v}", "卖出{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("增持数量",), "number of shares bought", _count("股"), ("增持{v}", "买入{v}"), _HOW_MUCH
    ),
    Attribute(
        ("产能", "年产能"), "capacity", _count("吨"), ("年产能{v}", "产能达到{v}"), _HOW_MUCH
    ),
    Attribute(("销量", "出货量"), "shipments", _count("台"), ("出货{v}", "销量{v}"), _HOW_MUCH),
    Attribute(
        ("专利数量",),
        "number of patents",
        _count("项"),
        ("拥有专利{v}", "累计获得授权专利{v}"),
        _HOW_MUCH,
    ),
    Attribute(
        ("参数规模",),
        "number of parameters",
        _count("参数"),
        ("参数量为{v}", "模型拥有{v}"),
        _HOW_MUCH,
    ),
    Attribute(("成立时间", "成立日期"), "founding date", _date, ("成立于{v}", "{v}创立"), _WHEN),
    Attribute(
        ("上市时间", "上市日期"), "listing date", _date, ("于{v}上市", "{v}登陆创业板"), _WHEN
    ),
    Attribute(
        ("披露时间", "公告日期"),
        "date of the announcement",
        _date,
        ("{v}公告", "{v}晚间披露"),
        _WHEN,
    ),
    Attribute(
        ("交易完成时间", "交割日期"),
        "completion date",
        _date,
        ("交易已于{v}完成", "{v}完成交割"),
        _WHEN,
    ),
    Attribute(("到期日", "到期时间"), "maturity date", _date, ("将于{v}到期",), _WHEN),
    Attribute(("股权登记日",), "record date", _date, ("股权登记日为{v}",), _WHEN),
    Attribute(("投产时间",), "start of production", _date, ("预计{v}投产", "{v}建成投产"), _WHEN),
    Attribute(
        ("产品上线时间", "发布时间"), "release date", _date, ("新品{v}发布", "{v}正式上线"), _WHEN
    ),
    Attribute(
        ("解除质押时间", "解押日期"), "date the pledge ended", _date, ("{v}解除质押",), _WHEN
    ),
    Attribute(
        ("董事长",),
        "chairman",
        _person,
        ("董事长{v}表示", "{v}出任董事长", "选举{v}为董事长"),
        _WHO,
    ),
    Attribute(
        ("总经理", "首席执行官"),
        "chief executive",
        _person,
        ("总经理{v}称", "聘任{v}为总经理", "CEO{v}介绍"),
        _WHO,
    ),
    Attribute(
        ("财务总监", "财务负责人"),
        "chief financial officer",
        _person,
        ("财务总监{v}辞职", "由{v}担任财务负责人"),
        _WHO,
    ),
    Attribute(
        ("实际控制人",), "controlling person", _person, ("实际控制人为{v}", "实控人{v}"), _WHO
    ),
    Attribute(("创始人",), "founder", _person, ("由{v}创办", "创始人{v}"), _WHO),
    Attribute(
        ("董事会秘书", "董秘"), "board secretary", _person, ("董秘{v}回应", "董事会秘书{v}"), _WHO
    ),
    Attribute(("分析师",), "analyst", _person, ("分析师{v}认为",), _WHO),
    Attribute(("质权人", "质权方"), "pledgee", _company, ("质押给{v}", "质权人为{v}"), _WHICH),
    Attribute(
        ("收购方", "买方"),
        "buyer",
        _company,
        ("被{v}收购", "{v}拟收购其控制权", "股权转让给{v}"),
        _WHICH,
    ),
    Attribute(
        ("被收购公司", "收购标的"),
        "company bought",
        _company,
        ("拟收购{v}", "买下{v}全部股权"),
        _WHICH,
    ),
    Attribute(
        ("控股股东",), "controlling shareholder", _company, ("控股股东{v}", "母公司为{v}"), _WHICH
    ),
    Attribute(("审计机构",), "auditor", _company, ("由{v}审计", "聘请{v}担任审计机构"), _WHICH),
    Attribute(("保荐机构", "承销商"), "sponsor", _company, ("保荐机构为{v}", "由{v}承销"), _WHICH),
    Attribute(
        ("领投方", "投资方"), "lead investor", _company, ("由{v}领投", "{v}参与投资"), _WHICH
    ),
    Attribute(
        ("合作伙伴", "合作方"), "partner", _company, ("与{v}签署合作协议", "同{v}合作"), _WHICH
    ),
    Attribute(("主要客户",), "main customer", _company, ("向{v}供货", "主要客户包括{v}"), _WHICH),
    Attribute(("供应商",), "supplier", _company, ("从{v}采购", "供应商为{v}"), _WHICH),
    Attribute(
        ("竞争对手",), "competitor", _company, ("主要竞争对手是{v}", "与{v}正面竞争"), _WHICH
    ),
    Attribute(
        ("招标方", "招标单位"),
        "tendering party",
        _company,
        ("中标{v}的项目", "{v}发布的招标"),
        _WHICH,
    ),
    Attribute(
        ("总部", "总部所在地"),
        "headquarters",
        _place,
        ("总部位于{v}", "总部设在{v}"),
        ("在哪里", "在哪个城市"),
    ),
    Attribute(
        ("注册地", "注册地址"),
        "place of registration",
        _place,
        ("注册地为{v}", "在{v}注册"),
        ("在哪里", "是哪里"),
    ),
    Attribute(
        ("工厂", "生产基地"),
        "plant",
        _place,
        ("在{v}建厂", "生产基地位于{v}"),
        ("在哪里", "建在哪里"),
    ),
    Attribute(
        ("核心产品", "主要产品"),
        "main product",
        _PRODUCT,
        ("主要产品为{v}", "以{v}为核心产品", "主营{v}"),
        _WHAT,
    ),
    Attribute(("新产品",), "new product", _PRODUCT, ("推出{v}", "发布了{v}"), _WHAT),
    Attribute(("主要风险", "风险"), "main risk", _RISK, ("面临{v}的风险", "提示{v}"), _WHAT),
    Attribute(
        ("业绩变动的原因", "增长原因"),
        "cause of the change",
        _CAUSE,
        ("主要由于{v}", "变动原因是{v}", "受益于{v}"),
        ("是什么",),
    ),
)

_PERIODS = (
    "2021年",
    "2022年",
    "2023年",
    "2024年上半年",
    "2025年一季度",
    "去年",
    "报告期内",
    "上半年",
    "截至目前",
)
_OPENINGS = (
    "{c}公告，",
    "{c}",
    "公告显示，{c}",
    "{c}披露，",
    "{p}，{c}",
    "据悉，{c}",
    "公司",
    "{c}{p}",
    "年报显示，{c}{p}",
)
_ENGLISH_SAID = {
    "date": ("{c} set its {a} at {v}", "the {a} of {c} is {v}"),
    "else": ("{c} reported {a} of {v}", "the {a} of {c} is {v}", "{c}'s {a} stood at {v}"),
}


@dataclass(frozen=True)
class Asked:
    """A question with a sentence that answers it and some that do not."""

    question: str
    title: str
    right: str
    wrong: tuple[str, ...]


def invented_questions(count: int, seed: int, negatives: int) -> list[Asked]:
    """Make ``count`` questions; one in six of them in English."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [_invent(chance, negatives, english=chance.random() < 1 / 6) for _ in range(count)]


def _invent(chance: random.Random, negatives: int, *, english: bool) -> Asked:
    company, asked = _company(chance), chance.choice(ATTRIBUTES)
    others = chance.sample([one for one in ATTRIBUTES if one is not asked], 3 * negatives)
    if english:
        name = company.upper() if chance.random() < 0.3 else _latin(chance)
        question = chance.choice(
            [
                "What is the {a} of {c}?",
                "What was {c}'s {a}?",
                "{c}'s {a}?",
                "Tell me the {a} of {c}.",
            ]
        ).format(a=asked.english, c=name)
        said = [_say_english(chance, name, group) for group in _groups(asked, others, negatives)]
        return Asked(question, name, said[0], tuple(said[1:]))
    question = _ask(chance, company, asked)
    said = [_say(chance, company, group) for group in _groups(asked, others, negatives)]
    title = chance.choice([company, f"{company}公告", f"{company}年度报告", "市场快讯", ""])
    return Asked(question, title, said[0], tuple(said[1:]))


def _groups(
    asked: Attribute, others: list[Attribute], negatives: int
) -> list[tuple[Attribute, ...]]:
    """The attributes of the right sentence, then of each wrong one."""
    right = (asked, *others[:1])
    return [right, *(tuple(others[1 + i : 3 + i]) for i in range(0, 2 * negatives, 2))]


def _ask(chance: random.Random, company: str, asked: Attribute) -> str:
    name, ask = chance.choice(asked.names), chance.choice(asked.asks)
    period = chance.choice(_PERIODS) if chance.random() < 0.25 else ""
    return chance.choice(
        [
            "{c}的{n}{q}？",
            "{c}{p}的{n}{q}？",
            "{p}{c}的{n}{q}",
            "{c}{n}{q}？",
            "请问{c}的{n}{q}？",
            "{c}的{n}呢？",
        ]
    ).format(c=company, n=name, q=ask, p=period)


def _say(chance: random.Random, company: str, group: tuple[Attribute, ...]) -> str:
    stated = group[: 1 if chance.random() < 0.4 else 2]
    clauses = [chance.choice(one.said).format(v=one.value(chance)) for one in stated]
    chance.shuffle(clauses)
    opening = chance.choice(_OPENINGS).format(c=company, p=chance.choice(_PERIODS))
    return opening + "，".join(clauses) + "。"


def _say_english(chance: random.Random, company: str, group: tuple[Attribute, ...]) -> str:
    clauses = []
    for one in group[: 1 if chance.random() < 0.5 else 2]:
        kind = "date" if one.value is _date else "else"
        value = _in_english(chance, one)
        clauses.append(chance.choice(_ENGLISH_SAID[kind]).format(c=company, a=one.english, v=value))
    return " and ".join(clauses).capitalize() + "."


def _in_english(chance: random.Random, one: Attribute) -> str:
    if one.value is _money:
        return f"{chance.uniform(1, 900):.1f} " + chance.choice(
            ["million yuan", "billion yuan", "million dollars"]
        )
    if one.value is _percent:
        return _percent(chance)
    if one.value is _date:
        return (
            chance.choice(["May", "June", "March"])
            + f" {chance.randint(1, 28)}, {chance.randint(1996, 2026)}"
        )
    if one.value in {_company, _person, _place}:
        return _latin(chance)
    return f"{chance.randint(3, 9000):,}"


def _latin(chance: random.Random) -> str:
    parts = ["Nor", "Vel", "Tar", "Hel", "Quin", "Bra", "Sol", "Mer", "Ost", "Kai"]
    ends = ["dex", "tona", "vik", "mark", "lin", "ora", "field", "gen"]
    return (
        chance.choice(parts) + chance.choice(ends) + chance.choice(["", " Group", " Corp", " Ltd"])
    )
