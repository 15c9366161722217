"""Run as a program: write turns to the file of conversations named, and say each one kept.

Every third turn takes the place of the one before.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from conversation_house import answer

from t2vqa.conversations import ConversationStore, StoredTurn


def write(file: Path) -> None:
    with ConversationStore(file) as store:
        identifier = store.start("", _turn(0))
        print(identifier, 0, flush=True)
        for number in itertools.count(1):
            put = store.replace_last if number % 3 == 0 else store.append
            put("", identifier, _turn(number))
            print(identifier, number, flush=True)


def _turn(number: int) -> StoredTurn:
    return StoredTurn(f"问题 {number}", answer(f"问题 {number}", "云帆科技" * 500))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
