"""The bundled model, the builder and the reader together."""

from __future__ import annotations

import pytest
from index_house import CORPUS, House

from t2vqa.index.embedding.loading import load_embedder


@pytest.mark.model
def test_questions_find_their_passage_by_meaning(house: House) -> None:
    house.embedder = load_embedder(house.settings)
    report = house.build()
    assert report.embedded == report.passages > 0
    expected = {
        "云影这个产品有多少人在用？": "notes/c.md",
        "芯片业务的占比": "甲科技 年报.md",
        "When will the new factory start?": "notes/b.txt",
    }
    with house.reader().snapshot() as state:
        for question, path in expected.items():
            (vector,) = house.embedder.embed_queries([question])
            ((name, score),) = state.dense(vector, 1)
            (passage,) = state.passages([name])
            assert passage.document == path
            assert 0.7 < score <= 1
            units = state.unit_vectors([name])[name]
            assert units.shape == (len(passage.units), house.embedder.dimensions)
    house.embedder.embed_passages = lambda *_, **__: pytest.fail("nothing changed")
    (house.corpus / "notes/c.md").rename(house.corpus / "别名.md")
    assert house.build().added == ("别名.md",)
    with house.reader().snapshot() as state:
        assert set(state.titles()) == set(CORPUS) - {"notes/c.md"} | {"别名.md"}
