"""Packs a character map into the form that `tokenizers` reads: SentencePiece's charsmap.

That form is a double-array trie (Aoe 1989, with the unit layout of darts-clone) over the UTF-8
bytes of the characters, followed by the replacements, each ended by a zero byte. A unit is 32
bits: the byte that leads to it (0-7), whether a value hangs below (8), and the offset to its
children (10 and up); the children of a unit at ``place`` stand at ``place ^ offset ^ byte``, the
value, marked by the top bit, at ``place ^ offset``.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_PAGE = 256
_HAS_VALUE = 1 << 8
_VALUE = 1 << 31


def pack_character_map(mapping: Mapping[str, str]) -> bytes:
    """Return the charsmap of a map from single characters to what replaces them."""
    replacements = bytearray()
    values: dict[bytes, int] = {}
    for character, replacement in sorted(mapping.items()):
        values[character.encode()] = len(replacements)
        replacements += replacement.encode() + b"\0"
    trie = _DoubleArray(values).units
    return struct.pack(f"<I{len(trie)}I", 4 * len(trie), *trie) + bytes(replacements)


class _DoubleArray:
    """Builds the units of the trie: places the children of one node after another."""

    def __init__(self, values: Mapping[bytes, int]) -> None:
        self.units = [0] * _PAGE
        self._taken = bytearray(_PAGE)
        self._taken[0] = 1
        # Two nodes with the same base would take each other's children for their own.
        self._bases: set[int] = set()
        self._values = values
        self._place_children(0, b"", _children(values))

    def _place_children(self, place: int, prefix: bytes, tree: Mapping[bytes, set[int]]) -> None:
        labels = sorted(tree.get(prefix, ()))
        has_value = prefix in self._values
        base = self._find_base([0, *labels] if has_value else labels)
        self._bases.add(base)
        self.units[place] |= (place ^ base) << 10
        if has_value:
            self.units[place] |= _HAS_VALUE
            self.units[base] = _VALUE | self._values[prefix]
            self._taken[base] = 1
        for label in labels:
            self.units[base ^ label] = label
            self._taken[base ^ label] = 1
        for label in labels:
            self._place_children(base ^ label, prefix + bytes([label]), tree)

    def _find_base(self, labels: list[int]) -> int:
        # Looking through the last pages only wastes a little room and keeps the search short.
        base = max(1, len(self.units) - 2 * _PAGE)
        while True:
            if base == len(self.units):
                self.units += [0] * _PAGE
                self._taken += bytes(_PAGE)
            if base not in self._bases and not any(self._taken[base ^ label] for label in labels):
                return base
            base += 1


def _children(values: Mapping[bytes, int]) -> dict[bytes, set[int]]:
    tree: dict[bytes, set[int]] = {}
    for key in values:
        for length in range(len(key)):
            tree.setdefault(key[:length], set()).add(key[length])
    return tree
