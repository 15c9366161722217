"""From token states to vectors of unit length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from t2vqa.types import Span


def unit_length(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale ``vector`` to length one; a zero vector stays as it is."""
    length = np.float32(np.sqrt(np.dot(vector, vector)))
    return vector / length if length > 0 else vector


def pool_spans(
    states: NDArray[np.float32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    spans: Sequence[Span],
    otherwise: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the mean state of the tokens that touch each span, of unit length.

    Args:
        states: Of the text's tokens, shape ``(tokens, dimensions)``.
        starts: Offset of each token's first character, ascending.
        ends: Offset behind each token's last character, ascending.
        spans: Stretches of the text.
        otherwise: The vector of a span that no token touches.

    Returns:
        Shape ``(len(spans), dimensions)``.
    """
    vectors = np.empty((len(spans), len(otherwise)), np.float32)
    firsts = np.searchsorted(ends, [span.start for span in spans], side="right")
    lasts = np.searchsorted(starts, [span.end for span in spans], side="left")
    for row, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        touched = states[first:last]
        vectors[row] = unit_length(touched.mean(axis=0)) if len(touched) else otherwise
    return vectors
