"""How an index was made: what must be the same for a build to take over what is there."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from t2vqa.config import Settings
from t2vqa.index.passages import CHUNKER_VERSION


def making(model: str, settings: Settings) -> dict[str, str]:
    """Return how an index would be made now, in the words of its meta table."""
    return {
        "model": model,
        "passage_characters": str(settings.passage_characters),
        "chunker": CHUNKER_VERSION,
        "program": version("t2vqa"),
    }


def differences(meta: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Say in what an index was made another way than it would be now; nothing for a new one."""
    if "model" not in meta:
        return ()
    before = {name: meta.get(name, "unknown") for name in wanted}
    said = {
        "model": f"with the model {before['model']}, now it is {wanted['model']}",
        "passage_characters": f"with passages of {before['passage_characters']} characters, now "
        f"they have {wanted['passage_characters']}",
        "chunker": "with another way of cutting passages",
        "program": f"by t2vqa {before['program']}, this is {wanted['program']}",
    }
    return tuple(f"It was built {said[name]}." for name in wanted if before[name] != wanted[name])


def same_vectors(meta: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Tell whether a passage of the same id has the same vector as it would have now."""
    return all(meta.get(name) == wanted[name] for name in ("model", "chunker"))
