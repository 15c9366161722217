"""The units that quantities are counted in, under every name they commonly go by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class QuantityKind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    PERCENT = "percent"
    RATIO = "ratio"
    DURATION = "duration"
    COUNT = "count"
    SIZE = "size"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its canonical name, what it measures and how many base units it is.

    Units of the same ``base`` can be compared; ``factor`` converts to it.
    """

    name: str
    kind: QuantityKind
    base: str
    factor: Decimal = Decimal(1)


_MONEY = """
CNY: 元人民币 人民币元 人民币 元 块钱 yuan rmb cny renminbi
USD: 美元 美金 usd us_dollars us_dollar dollars dollar
HKD: 港元 港币 hkd hong_kong_dollars
EUR: 欧元 eur euros euro
GBP: 英镑 gbp pounds
JPY: 日元 日圆 jpy yen
KRW: 韩元 韩圆 krw won
TWD: 新台币 台币 twd
SGD: 新加坡元 新元 sgd
AUD: 澳元 aud
CAD: 加元 cad
CHF: 瑞士法郎 瑞郎 chf
INR: 卢比 inr rupees
RUB: 卢布 rub
"""
_PERCENT = """
%: % percent per_cent pct
‰: ‰
百分点: 个百分点 百分点 percentage_points percentage_point pp
基点: 个基点 基点 basis_points bps bp
"""
_RATIO = "倍: 倍\n折: 折"
_DURATION = """
年: 年 周年 years year
季度: 个季度 quarters
月: 个月 months month
周: 个星期 星期 个周 周 weeks week
日: 天 日 days day
交易日: 个交易日 交易日 trading_days
工作日: 个工作日 工作日
小时: 个小时 小时 hours hour
分钟: 分钟 minutes minute
秒: 秒钟 秒 seconds second
毫秒: 毫秒 ms milliseconds
"""
_COUNT = """
股: 股 shares
人: 人 名 位 人次 people persons employees
户: 户 households
用户: 用户 users
家: 家 companies
参数: 参数 个参数 parameters
个: 个 units
项: 项
件: 件
只: 只
支: 支
张: 张
颗: 颗
块: 块
片: 片
枚: 枚
台: 台
套: 套
部: 部
集: 集
款: 款
种: 种
类: 类
条: 条
次: 次 times
场: 场
座: 座
栋: 栋
间: 间
辆: 辆 vehicles
架: 架
艘: 艘
篇: 篇
份: 份
票: 票
笔: 笔
手: 手
单: 单
层: 层
级: 级
岁: 岁
字: 字
点: 点 points
具: 具
头: 头
瓶: 瓶
箱: 箱
本: 本
册: 册
所: 所
组: 组
批: 批
轮: 轮
株: 株
棵: 棵
帧: 帧 frames
像素: 像素 pixels
"""
_SIZES = """
B: 字节 bytes =1
KB: kb =1e3
MB: mb =1e6
GB: gb =1e9
TB: tb =1e12
PB: pb =1e15
克: 克 =1
克: g =1
千克: 公斤 千克 kg =1e3
吨: 吨 公吨 tonnes tonne tons ton =1e6
盎司: 盎司 ounces =28.349523125
毫米: 毫米 mm =1e-3
厘米: 厘米 cm =1e-2
米: 米 metres meters =1
千米: 公里 千米 km kilometres kilometers =1e3
英里: 英里 miles mile =1609.344
英尺: 英尺 feet foot =0.3048
英寸: 英寸 inches inch =0.0254
平方米: 平方米 平米 ㎡ m2 =1
亩: 亩 =666.6666666666667
公顷: 公顷 hectares =1e4
平方公里: 平方公里 平方千米 square_kilometres square_kilometers km2 km² =1e6
平方英里: 平方英里 square_miles =2589988.110336
平方英尺: 平方英尺 square_feet =0.09290304
英亩: 英亩 acres =4046.8564224
升: 升 =1
立方米: 立方米 m3 =1e3
桶: 桶 barrels =1
千瓦: 千瓦 kw =1
兆瓦: 兆瓦 mw =1e3
吉瓦: 吉瓦 gw =1e6
千瓦时: 千瓦时 度 kwh =1
兆瓦时: 兆瓦时 mwh =1e3
吉瓦时: 吉瓦时 gwh =1e6
太瓦时: twh =1e9
兆焦: 兆焦 mj =1e6
吉焦: 吉焦 gj =1e9
千焦: 千焦 kj =1e3
千卡: 千卡 大卡 kcal =4184
摄氏度: 摄氏度 ℃ °c =1
伏: 伏 =1
赫兹: hz 赫兹 =1
兆赫: mhz =1e6
吉赫: ghz =1e9
纳米: 纳米 nm =1
毫安时: 毫安时 mah =1
"""
_BASES = {
    **dict.fromkeys(("B", "KB", "MB", "GB", "TB", "PB"), "B"),
    **dict.fromkeys(("克", "千克", "吨", "盎司"), "克"),
    **dict.fromkeys(("毫米", "厘米", "米", "千米", "英里", "英尺", "英寸"), "米"),
    **dict.fromkeys(("平方米", "亩", "公顷", "平方公里", "平方英里", "平方英尺", "英亩"), "平方米"),
    **dict.fromkeys(("千卡", "千焦", "兆焦", "吉焦"), "焦"),
    **dict.fromkeys(("升", "立方米"), "升"),
    **dict.fromkeys(("千瓦", "兆瓦", "吉瓦"), "千瓦"),
    **dict.fromkeys(("千瓦时", "兆瓦时", "吉瓦时", "太瓦时"), "千瓦时"),
    **dict.fromkeys(("赫兹", "兆赫", "吉赫"), "赫兹"),
}
_CONVERSIONS = {
    "年": ("月", "12"),
    "季度": ("月", "3"),
    "周": ("秒", "604800"),
    "日": ("秒", "86400"),
    "小时": ("秒", "3600"),
    "分钟": ("秒", "60"),
    "毫秒": ("秒", "0.001"),
    "‰": ("%", "0.1"),
    "基点": ("百分点", "0.01"),
}


def _plain(table: str, kind: QuantityKind) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for line in table.strip().splitlines():
        name, _, surfaces = line.partition(": ")
        base, factor = _CONVERSIONS.get(name, (name, "1"))
        unit = Unit(name, kind, base, Decimal(factor))
        units |= {surface.replace("_", " "): unit for surface in surfaces.split()}
    return units


def _sized(table: str) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for line in table.strip().splitlines():
        name, _, rest = line.partition(": ")
        surfaces, _, factor = rest.partition("=")
        unit = Unit(name, QuantityKind.SIZE, _BASES.get(name, name), Decimal(factor))
        units |= {surface.replace("_", " "): unit for surface in surfaces.split()}
    return units


UNITS: dict[str, Unit] = {
    **_plain(_MONEY, QuantityKind.MONEY),
    **_plain(_PERCENT, QuantityKind.PERCENT),
    **_plain(_RATIO, QuantityKind.RATIO),
    **_plain(_DURATION, QuantityKind.DURATION),
    **_plain(_COUNT, QuantityKind.COUNT),
    **_sized(_SIZES),
}
"""Units by each name they go by, in lower case."""

CURRENCY_SIGNS = {
    "rmb": "CNY",
    "cny": "CNY",
    "人民币": "CNY",
    "¥": "CNY",
    "￥": "CNY",
    "us$": "USD",
    "usd": "USD",
    "$": "USD",
    "＄": "USD",
    "hk$": "HKD",
    "hkd": "HKD",
    "港币": "HKD",
    "eur": "EUR",
    "€": "EUR",
    "gbp": "GBP",
    "£": "GBP",
    "nt$": "TWD",
    "a$": "AUD",
    "s$": "SGD",
    "jpy": "JPY",
}
"""Currencies by what stands before an amount, in lower case."""

SCALES = {
    "十": 10,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
    "兆": 10**12,
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "mln": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bln": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "k": 10**3,
    "m": 10**6,
    "b": 10**9,
}
"""What words multiply a number by; the single letters only beside a currency."""
