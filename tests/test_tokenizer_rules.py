"""Rules of a tokenizer that can make a text longer: what they do at most is counted, or refused."""

import base64
import json
import shutil
import struct

import pytest
import sentencepiece
import tiny
import tokenizers
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import decoders, normalizers, pre_tokenizers, processors

from vnsum.checkpoints import charsmaps, resolve_model, tokenizer_rules
from vnsum.checkpoints.charsmaps import measure_charsmap, require_short_texts
from vnsum.checkpoints.resolution import locate_model
from vnsum.checkpoints.tokenizer_rules import GROWTHS, require_bounded
from vnsum.checkpoints.tokenizers import load_tokenizer
from vnsum.errors import ModelError

SEQUENCE = {"Sequence": {"id": "A", "type_id": 0}}
PAIR = [SEQUENCE, {"Sequence": {"id": "B", "type_id": 0}}]
SPACES = {"pattern": {"Regex": " {2,}"}, "content": "▁"}


def encode(data):
    return base64.b64encode(data).decode()


def charsmap(size):
    """Return a charsmap, encoded for `tokenizer.json`, with a text of `size` characters."""
    return encode(struct.pack("<I", 8) + b"\0" * 8 + b"a\0" + b"y" * size + b"\0bc\0")


def template(single, **ids):
    added = {
        name: {"id": name, "ids": ids, "tokens": ["a"] * len(ids)} for name, ids in ids.items()
    }
    return {"type": "TemplateProcessing", "single": single, "pair": PAIR, "special_tokens": added}


def sequence(key, *rules):
    return {"type": "Sequence", key: [*rules]}


def token(name):
    return {"SpecialToken": {"id": name, "type_id": 0}}


def find_nfkc():
    """Return the charsmap of SentencePiece for NFKC, which most models use."""
    (found,) = charsmaps._list_charsmaps(tiny.train_pieces())
    return found


NFKC = encode(find_nfkc())
KNOWN = {
    "t5": {
        "normalizer": sequence(
            "normalizers", {"type": "Precompiled", "precompiled_charsmap": NFKC},
            {"type": "Strip"}, {"type": "Replace", **SPACES}),
        "pre_tokenizer": {"type": "Metaspace"},
        "post_processor": template([SEQUENCE, token("</s>")], **{"</s>": [1]}),
        "decoder": {"type": "Metaspace"}},
    "albert": {
        "normalizer": sequence(
            "normalizers", {"type": "Replace", "pattern": {"String": "``"}, "content": '"'},
            {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"},
            {"type": "Precompiled", "precompiled_charsmap": NFKC}, {"type": "Replace", **SPACES}),
        "pre_tokenizer": {"type": "Metaspace"}},
    "bert": {
        "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing"}, "decoder": {"type": "WordPiece"}},
    "gemma": {
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": {"type": "Split"},
        "decoder": sequence(
            "decoders", {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"})},
    "llama-3": {
        "pre_tokenizer": sequence("pretokenizers", {"type": "Split"}, {"type": "ByteLevel"}),
        "post_processor": sequence(
            "processors", {"type": "ByteLevel"},
            template([token("<s>"), SEQUENCE], **{"<s>": [1]})),
        "decoder": {"type": "ByteLevel"}},
    "none": {"normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None},
}  # fmt: skip
BYTES = [{"type": "ByteLevel"}] * 3
BOMBS = {
    "a charsmap": {"normalizer": {"type": "Precompiled", "precompiled_charsmap": charsmap(4000)}},
    "two charsmaps": {"normalizer": sequence("normalizers", *[
        {"type": "Precompiled", "precompiled_charsmap": charsmap(60)}] * 2)},
    "bytes of bytes in two parts": {
        "normalizer": sequence("normalizers", *BYTES),
        "pre_tokenizer": sequence("pretokenizers", *BYTES)},
    "a text repeated": {"post_processor": template([SEQUENCE] * 101)},
    "many tokens added": {"post_processor": template([SEQUENCE, token("s")], s=[1] * 100)},
    "tokens added many times": {"post_processor": template([SEQUENCE, *[token("s")] * 100], s=[1])},
    "a decoder": {"decoder": {"type": "Replace", "pattern": {"String": "a"}, "content": "b" * 11}},
    # A letter of half a character becomes three characters, each of which becomes the letter.
    "composed again": {"normalizer": sequence("normalizers", *[
        {"type": "NFC"}, *({"type": "Replace", "pattern": {"String": a}, "content": "𝅘𝅥𝅮"}
                           for a in "𝅗𝅥𝅮")] * 8)},
}  # fmt: skip
UNKNOWN = {
    # The library takes the first four of these for a `Replace` or a `Prepend`.
    "no type": {"normalizer": {"prepend": "xy"}},
    "no type in a sequence": {"normalizer": sequence("normalizers", {"prepend": "xy"})},
    "no type in a decoder": {"decoder": {"pattern": {"String": "a"}, "content": "bb"}},
    "a list": {"normalizer": ["xy"]},
    "another type": {"normalizer": {"type": "Append", "append": "xy"}},
    "a type of another kind": {"normalizer": {"type": ["NFC"]}},
    "a number": {"decoder": 3},
    "a charsmap cut": {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAA="}},
    "a charsmap without a text": {
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": None}},
    "a trie of 4 GB": {
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": encode(b"\xfc\xff\xff\xff")}},
    "a token that is missing": {"post_processor": template([SEQUENCE, token("s")])},
}  # fmt: skip


def save(folder, rules):
    path = folder / "tokenizer.json"
    path.write_text(json.dumps({"model": {"type": "BPE", "vocab": {}}, **rules}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", KNOWN)
def test_known_tokenizers_are_used(tmp_path, name):
    require_bounded(save(tmp_path, KNOWN[name]))


@pytest.mark.parametrize("name", BOMBS)
def test_rules_that_multiply_a_text_are_refused(tmp_path, name):
    path = save(tmp_path, BOMBS[name])
    with pytest.raises(ModelError, match=r"times as long by its .*; the model is not") as error:
        require_bounded(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("name", UNKNOWN)
def test_rules_that_are_unknown_or_damaged_are_refused(tmp_path, name):
    with pytest.raises(ModelError, match=r"has a rule in its .* that is unknown or damaged"):
        require_bounded(save(tmp_path, UNKNOWN[name]))


def list_types(module):
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type)]
    return {kind.__name__ for kind in kinds if kind.__base__ is not object}


def test_all_types_of_the_library_are_known():
    modules = (normalizers, pre_tokenizers, processors, decoders)
    assert set().union(*map(list_types, modules)) - {"Sequence"} == set(GROWTHS)


def count_pieces(rule, text):
    return sum(len(piece) for piece, _ in rule.pre_tokenize_str(text))


RULES = [
    *((rule, lambda rule, text: len(rule.normalize_str(text))) for rule in (
        normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(),
        normalizers.Lowercase(), normalizers.BertNormalizer(), normalizers.ByteLevel(),
        normalizers.Nmt(), normalizers.StripAccents(), normalizers.Strip(),
        normalizers.Precompiled(find_nfkc()), normalizers.Prepend("xy"))),
    *((rule, count_pieces) for rule in (
        pre_tokenizers.ByteLevel(), pre_tokenizers.Metaspace(), pre_tokenizers.BertPreTokenizer(),
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.UnicodeScripts(),
        pre_tokenizers.FixedLength(2), pre_tokenizers.Punctuation(), pre_tokenizers.Whitespace())),
    *((rule, lambda rule, text: len(rule.decode([text]))) for rule in (
        decoders.BPEDecoder(suffix=""), decoders.CTC(pad_token="", word_delimiter_token=""),
        decoders.WordPiece(), decoders.Metaspace(), decoders.ByteLevel(), decoders.ByteFallback())),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "count"), RULES, ids=lambda row: type(row).__name__)
@given(text=st.text(min_size=1))
@example(text="\ufdfa")
@example(text="İ")
@example(text="\U0001d160")
@example(text="ᾂ")
@example(text="\U0001f600")
@example(text="中한")
def test_no_text_becomes_longer_than_counted(rule, count, text):
    growth = tokenizer_rules._measure(json.loads(rule.__getstate__()))
    assert count(rule, text) <= growth * len(text)


def test_a_charsmap_is_measured():
    assert measure_charsmap(find_nfkc()) == 18
    assert measure_charsmap(base64.b64decode(charsmap(20_000_000))) == 20_000_000


@given(st.binary(max_size=40))
def test_no_bytes_as_a_charsmap_or_a_model_are_an_error_of_another_kind(data):
    charsmaps._list_charsmaps(data)
    try:
        measure_charsmap(data)
    except ValueError:
        return
    tokenizers.normalizers.Precompiled(data)


@pytest.fixture(scope="module")
def marian(tmp_path_factory):
    return tiny.save_tiny("marian", tmp_path_factory.mktemp("marian"))


def train_replacing(folder, size):
    """Return a SentencePiece model that replaces each "a" by a text of `size` characters."""
    (folder / "rules.tsv").write_text(f"61\t{' '.join(['79'] * size)}\n")
    model = tiny.train_pieces(normalization_rule_tsv=str(folder / "rules.tsv"))
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    assert sum(map(len, processor.encode("ba", out_type=str))) > size
    return model


def test_a_sentencepiece_model_that_multiplies_a_text_is_refused(marian, tmp_path):
    folder = shutil.copytree(marian, tmp_path / "model")
    require_short_texts(folder)
    (folder / "target.spm").write_bytes(train_replacing(tmp_path, 90))
    load(folder)
    (folder / "target.spm").write_bytes(train_replacing(tmp_path, 101))
    with pytest.raises(ModelError, match=r"target\.spm replaces characters by 101 others"):
        load(folder)


def test_keys_with_bits_that_protobuf_drops_hide_no_charsmap(tmp_path):
    plain = train_replacing(tmp_path, 101)
    key = bytes([3 << 3 | 2])  # of the normalizer
    place = next(
        start
        for start in range(len(plain))
        if plain[start : start + 1] == key and plain[start:].find(b"user_defined") in range(1, 9)
    )
    longer = bytes([key[0] | 128, 128, 128, 128, 16])  # 1 << 32 more
    hidden = plain[:place] + longer + plain[place + 1 :]
    processor = sentencepiece.SentencePieceProcessor(model_proto=hidden)
    assert sum(map(len, processor.encode("ba", out_type=str))) > 101
    (tmp_path / "target.spm").write_bytes(hidden)
    with pytest.raises(ModelError, match="replaces characters by 101 others"):
        require_short_texts(tmp_path)


def test_other_files_are_no_sentencepiece_models(tmp_path):
    (tmp_path / "tokenizer.model").write_text("IQ== 0\nIg== 1\n" * 50)  # as of tiktoken
    require_short_texts(tmp_path)


def test_a_long_token_is_refused(marian, tmp_path):
    folder = shutil.copytree(marian, tmp_path / "model")
    path = folder / "vocab.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**vocabulary, "x" * 1001: len(vocabulary)}), encoding="utf-8")
    with pytest.raises(ModelError, match="has a token of 1,001 characters"):
        load(folder)


def test_another_file_than_the_one_checked_is_not_read(marian, tmp_path):
    folder = shutil.copytree(marian, tmp_path / "model")
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    for names in (["tokenizer.json"], ["tokenizer.4.0.0.json"]):
        path.write_text(json.dumps({**settings, "fast_tokenizer_files": names}), encoding="utf-8")
        if names == ["tokenizer.json"]:
            load(folder)
    with pytest.raises(ModelError, match="has 'fast_tokenizer_files'"):
        load(folder)


MANY = {f"<{number}>": number for number in range(20_001)}
OPENED = {"model_file": "other.spm"}
# For each: a file of a tokenizer, and settings that make transformers read other files, sample, or
# add tokens without end.
REFUSED = [
    *(("tokenizer_config.json", {name: "other.dat"}) for name in (
        "vocab", "vocab_file", "source_spm", "spm_file", "monolingual_vocab_file", "gguf_file",
        "merges", "merges_file", "emoji_file")),
    ("tokenizer_config.json", {"init_inputs": ["other.dat"]}),
    ("tokenizer_config.json", {"sp_model_kwargs": OPENED}),
    ("tokenizer_config.json", {"sp_model_kwargs": {"add_bos": True}}),
    ("tokenizer_config.json", {"sp_model_kwargs": "other.spm"}),
    *(("special_tokens_map.json", {name: value}) for name, value in (
        ("vocab", "other.dat"), ("vocab_file", "other.dat"), ("tokenizer_file", "other.dat"),
        ("sp_model_kwargs", OPENED), ("added_tokens_decoder", {}), ("extra_ids", 10**8))),
    *(("tokenizer_config.json", {name: 10**8}) for name in (
        "extra_ids", "num_madeup_words", "offset")),
    *((file, {name: [*MANY][:2001]}) for name in (
        "extra_special_tokens", "additional_special_tokens") for file in (
        "tokenizer_config.json", "special_tokens_map.json")),
    ("tokenizer_config.json", {f"x{number}_token": "x" for number in range(2001)}),
    ("special_tokens_map.json", {f"x{number}_token": "x" for number in range(2001)}),
    ("tokenizer_config.json", {"added_tokens_decoder": MANY}),
    ("added_tokens.json", MANY),
]  # fmt: skip


def label(value):
    return value if isinstance(value, str) else next(iter(value))


def add(path, settings):
    there = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**there, **settings}), encoding="utf-8")


@pytest.mark.parametrize(("file", "settings"), REFUSED, ids=label)
def test_settings_that_name_files_or_add_tokens_without_end_are_refused(
    marian, tmp_path, monkeypatch, file, settings
):
    folder = shutil.copytree(marian, tmp_path / "model")
    (tmp_path / "other.dat").write_text("a b\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    add(folder / file, settings)
    with pytest.raises(ModelError, match=rf"{file} has "):
        load(folder)


# What the files of known models have.
USUAL = {
    "tokenizer_file": "/nowhere/tokenizer.json", "name_or_path": "facebook/m2m100_418M",
    "special_tokens_map_file": "/nowhere/special_tokens_map.json", "language_codes": "m2m100",
    "src_lang": "vi", "tgt_lang": None, "additional_special_tokens": [], "num_madeup_words": 8,
    "padding_side": "right", "sp_model_kwargs": {"enable_sampling": False}, "use_fast": True,
    "vocab_file": "vocab.json", "anything": "x/y\0",
    "wordpieces_prefix": "##", "mask_token_sent": "<mask_1>", "backend": "tokenizers",
    "errors": "replace", "extra_ids": 100, "model_max_length": 10**30,
    "extra_special_tokens": [f"<{number}>" for number in range(100)],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["marian", "m2m100", "nllb", "madlad-400", "bartpho"])
def test_usual_settings_are_not_refused(tmp_path, kind):
    folder = tiny.save_tiny(kind, tmp_path)
    add(folder / "tokenizer_config.json", USUAL)
    add(folder / "special_tokens_map.json", {"eos_token": "</s>", "image_token": {"content": "x"}})
    assert load(folder)("mưa").input_ids


@pytest.mark.parametrize("kind", ["marian", "m2m100", "bartpho"])
def test_sampling_is_switched_off(tmp_path, kind):
    folder = tiny.save_tiny(kind, tmp_path)
    usual = load(folder)(tiny.LINES[0]).input_ids
    sampling = {"enable_sampling": True, "nbest_size": -1, "alpha": 0.1}
    add(folder / "tokenizer_config.json", {"sp_model_kwargs": sampling})
    tokenizer = load(folder)
    assert all(tokenizer(tiny.LINES[0]).input_ids == usual for _ in range(10))


def load(folder):
    return load_tokenizer(locate_model(resolve_model(folder, directions=("vi->en",))))
