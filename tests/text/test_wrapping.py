from t2vqa.text.wrapping import wrapped_lines


def test_lines_cut_at_the_width_of_the_page_go_on() -> None:
    lines = [
        "本公司在报告期内持续加大研发投入，研发费用率保持在较高的水平，并且在多个方",
        "向取得了阶段性的成果，相关产品已经进入客户验证的环节，预计明年形成批量的收",
        "入贡献。",
    ]
    assert wrapped_lines(lines) == [True, True, False]


def test_lines_that_end_a_sentence_do_not_go_on() -> None:
    lines = ["营收增长很快，主要来自新产品的放量和海外渠道的拓展，毛利率也有所提升。"] * 3
    assert wrapped_lines(lines) == [False, False, False]


def test_a_title_is_not_joined_to_its_paragraph() -> None:
    lines = [
        "合同变更",
        "在合同有效期内，经过双方协商一致，可以变更合同的有关内容，变更须采用书面形",
    ]
    assert wrapped_lines(lines) == [False, False]


def test_a_list_item_is_not_joined_to_the_line_before() -> None:
    lines = [
        "下列情形发生时，公司应当及时向全体股东披露，并说明其可能产生的影响以及应对的措施",
        "（1）控股股东发生变更",
        "（2）主要资产被查封",
    ]
    assert wrapped_lines(lines) == [False, False, False]


def test_english_words_that_would_not_have_fitted_go_on() -> None:
    lines = [
        "The company reported a strong quarter, driven by new products and by sales in",
        "overseas markets, while costs for research and development rose more slowly",
        "than revenue.",
    ]
    assert wrapped_lines(lines) == [True, True, False]


def test_long_paragraphs_of_one_line_each_stay_apart() -> None:
    lines = ["来源：某某通讯社的报道", "公司公告" * 60, "董事会" * 70]
    assert wrapped_lines(lines) == [False, False, False]


def test_a_line_that_ends_or_begins_with_a_comma_goes_on() -> None:
    assert wrapped_lines(["如果出现短缺，", "公司会停产"]) == [True, False]
    assert wrapped_lines(["如果出现短缺", "，公司会停产"]) == [True, False]


def test_no_lines_give_nothing() -> None:
    assert wrapped_lines([]) == []
