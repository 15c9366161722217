import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from t2vqa.documents.decoding import decode
from t2vqa.errors import DocumentError

CHINESE = "公司三季度营收超过3亿元，同比增长65%。\n机构提醒估值风险，关注商业化落地的进展。\n"
SENTENCES = st.lists(
    st.sampled_from(
        [
            "公司营收同比增长",
            "机构提醒关注风险。",
            "Sora 2.0 发布，",
            "三季度净利润为",
            "3.5亿元；",
            "\n",
        ]
    ),
    min_size=4,
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "utf-16", "utf-32"]
)
def test_chinese_is_read_in_each_encoding(encoding: str) -> None:
    decoded = decode(CHINESE.encode(encoding))
    assert decoded.text.lstrip("\ufeff") == CHINESE
    assert decoded.encoding == encoding


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_byte_order_mark_decides(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert decode(mark + CHINESE.encode(encoding)).text == CHINESE


def test_english_is_read_in_utf_16_without_a_mark() -> None:
    text = "Revenue rose by 12 percent in the third quarter.\n"
    assert decode(text.encode("utf-16-le")).text == text
    assert decode(text.encode("utf-16-be")).text == text


def test_western_text_is_read() -> None:
    text = "Le café “Müller” in Zürich, 3 €."
    assert decode(text.encode("cp1252")).text == text


def test_no_bytes_are_no_text() -> None:
    assert decode(b"").text == ""


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])))
def test_utf_8_is_read_back(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@given(SENTENCES, st.sampled_from(["gb18030", "utf-16-le", "utf-16-be"]))
def test_chinese_sentences_are_read_back(text: str, encoding: str) -> None:
    assume(text.strip())
    assert decode(text.encode(encoding)).text == text


def test_few_damaged_bytes_do_not_lose_the_rest() -> None:
    data = bytearray((CHINESE * 20).encode())
    data[1000] = 0xFF
    text = decode(bytes(data)).text
    assert "\ufffd" in text
    assert text.endswith(CHINESE)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\x06\0\0\0\\r\xa8f"
        + bytes(range(256)) * 4,
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0" + bytes(range(256)) * 8,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\nstream\n" + bytes(range(255, -1, -1)) * 8,
        bytes(4096),
        b"\x7fELF\x02\x01\x01\0" + b"\0\x01\x02\x03\x90\x90\xff\xfe" * 200,
    ],
    ids=["png", "zip", "pdf", "zeros", "elf"],
)
def test_binary_files_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="looks like a binary file"):
        decode(data)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except DocumentError:
        return
    assert isinstance(decoded.text, str)
