"""The index: passages, their vectors and terms, built from a corpus and read by questions."""
