"""The XLM-R tokenizer as `tokenizers` and sentence-transformers read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from t2vqa.index.embedding.character_trie import pack_character_map
from t2vqa.index.embedding.e5_file import E5File

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPACE_MARK = "▁"
"""Stands in front of a word's first piece, as in SentencePiece."""


def build_tokenizer(model: E5File) -> Tokenizer:
    """Put the pieces and the normalisation of the file together as a `tokenizers` tokenizer.

    Characters are composed (NFC) first: the file maps single characters only, while the
    normalisation it was taken from also composed letters with their accents.
    """
    from tokenizers import (
        AddedToken,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    config = model.config
    scored = list(zip(model.pieces, model.scores.tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=config.unk, byte_fallback=False))
    charsmap = pack_character_map(model.character_map)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Precompiled(charsmap)]
    )
    metaspace = pre_tokenizers.Metaspace(replacement=SPACE_MARK, prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE_MARK, prepend_scheme="always")
    bos, eos = model.pieces[config.bos], model.pieces[config.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, config.bos), (eos, config.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(piece, normalized=False, special=True) for piece in special_pieces(model)]
    )
    return tokenizer


def special_pieces(model: E5File) -> tuple[str, ...]:
    """Return the pieces that stand for no text: begin, padding, end, unknown and mask."""
    config = model.config
    return tuple(
        model.pieces[piece]
        for piece in (config.bos, config.pad, config.eos, config.unk, len(model.pieces) - 1)
    )


def write_tokenizer_files(model: E5File, folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and special_tokens_map.json into ``folder``."""
    build_tokenizer(model).save(str(folder / "tokenizer.json"), pretty=False)
    bos, pad, eos, unk, mask = special_pieces(model)
    names = {
        "bos_token": bos,
        "cls_token": bos,
        "eos_token": eos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unk,
        "mask_token": mask,
    }
    # This class takes tokenizer.json as it is; the one named after XLM-R may rebuild it.
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": model.config.positions,
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        **names,
    }
    _write_json(folder / "tokenizer_config.json", settings)
    _write_json(folder / "special_tokens_map.json", names)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
