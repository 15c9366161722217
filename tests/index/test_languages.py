"""The part of a vector that tells its language."""

import numpy as np

from t2vqa.index.languages import language_means

CHINESE = "公司收入增长。"
ENGLISH = "The revenue of the company grew."


def unit(*values: float) -> np.ndarray:
    vector = np.asarray(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_a_moved_vector_finds_the_same_meaning_in_the_other_language() -> None:
    meanings = np.eye(6, dtype=np.float32)
    chinese = [unit(*row, 1.5, 0) for row in meanings]
    english = [unit(*row, 0, 1.5) for row in meanings]
    means = language_means([(CHINESE, v) for v in chinese] + [(ENGLISH, v) for v in english])
    assert means is not None
    for place, vector in enumerate(chinese):
        moved = means.moved(vector, to_chinese=False)
        assert abs(np.linalg.norm(moved) - 1) < 1e-6
        scores = [float(moved @ other) for other in (*english, *chinese)]
        assert int(np.argmax(scores)) == place
        back = means.moved(english[place], to_chinese=True)
        assert int(np.argmax([float(back @ v) for v in (*chinese, *english)])) == place


def test_one_language_has_no_other_to_move_to() -> None:
    vector = unit(1, 2)
    assert language_means([(CHINESE, vector)] * 50) is None
    assert language_means([(CHINESE, vector)] * 50 + [(ENGLISH, vector)] * 2) is None
    assert language_means([]) is None
