"""Damaged or malicious model folders: an error that names the file, and no hang."""

import contextlib
import dataclasses
import json
import math
import os
import random
import re
import shutil
import signal
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tiny
import torch
import training
import transformers
from conftest import sign
from safetensors.torch import load_file, save_file

import vnsum
from vnsum.checkpoints import HubWarning, known_models, resolve_model
from vnsum.checkpoints.devices import choose_device
from vnsum.checkpoints.failures import FailureCache
from vnsum.checkpoints.resolution import is_offline
from vnsum.checkpoints.shapes import TensorInfo, require_room
from vnsum.checkpoints.summarizers import HUB_ABSTRACTS
from vnsum.errors import InputError, ModelError, VnsumError
from vnsum.training.card import Card
from vnsum.training.data.corpora import Pair
from vnsum.training.export import export_package
from vnsum.translation.backends.ctranslate import CTranslateBackend
from vnsum.translation.backends.huggingface import HuggingFaceBackend

TEXT = "Trời mưa to."
SECONDS = 60  # a folder takes a tenth of one; the machine may be busy
unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")


@pytest.fixture(autouse=True)
def no_hang():
    """End a test that waits for something, such as the other end of a pipe."""

    def stop(*_):
        raise TimeoutError("it hangs")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def put(name, value):
    """Return a change of a setting; `...` takes it away."""

    def change(path):
        data = json.loads(path.read_text(encoding="utf-8"))
        *outer, last = name.split("/")
        inner = data
        for key in outer:
            inner = inner[key]
        if value is ...:
            del inner[last]
        else:
            inner[last] = value
        path.write_text(json.dumps(data), encoding="utf-8")

    return change


def write(content):
    def change(path):
        path.unlink()
        path.write_bytes(content)

    return change


def cut(share):
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def remove(path):
    path.unlink()


def replace_by(make):
    def change(path):
        path.unlink()
        make(path)

    return change


def change_tensors(function):
    def change(path):
        tensors = function(load_file(path))
        save_file(tensors, path, metadata={"format": "pt"})

    return change


def reshape_first(tensors):
    name = max(tensors, key=lambda key: tensors[key].ndim)
    return {**tensors, name: torch.zeros(3, 5, dtype=tensors[name].dtype)}


def drop_matrices(tensors):
    return {name: tensor for name, tensor in tensors.items() if tensor.ndim < 2}


def to_loop(path):
    path.symlink_to(path.name)


DEEP = b"[" * 100_000 + b"]" * 100_000
BROKEN_JSON = {
    "empty": write(b""),
    "no UTF-8": write(b'{"a": "\xff\xfe"}'),
    "cut": cut(0.5),
    "a list": write(b"[]"),
    "deep": write(b'{"a": ' + DEEP + b"}"),
    "NaN": write(b'{"a": NaN}'),
    "a number of 5000 digits": write(b'{"a": ' + b"9" * 5000 + b"}"),
    "zero bytes": write(b"\0" * 100),
}
ODD_FILES = {
    "a pipe": replace_by(getattr(os, "mkfifo", None)),
    "a device": replace_by(lambda path: path.symlink_to("/dev/zero")),
    "a folder": replace_by(Path.mkdir),
    "a loop of links": replace_by(to_loop),
}
BROKEN_WEIGHTS = {
    "empty": write(b""),
    "cut": cut(0.6),
    "its head cut": cut(0.001),
    "a head of 2^60 bytes": write(b"\xff" * 7 + b"\x0f" + b"{}"),
    "text": write(b"not weights at all, but long enough to be read"),
    "another shape": change_tensors(reshape_first),
    "no matrices": change_tensors(drop_matrices),
    "missing": remove,
}
HUGE = 10**9
BROKEN_CONFIG = {
    "no model_type": put("model_type", ...),
    "model_type a number": put("model_type", 7),
    "an unknown model_type": put("model_type", "evil"),
    "code of its own": write(
        b'{"model_type": "evil", "auto_map": {"AutoConfig": "evil.C"}, "d_model": 4}'
    ),
}


def rows(file, table):
    return [(file, name, change) for name, change in table.items()]


def repeat(kind, rule, count, part="normalizer"):
    """Make a tokenizer apply a rule to any text, many times."""
    return put(part, {"type": "Sequence", f"{part}s": [{"type": kind, **rule}] * count})


BOMBS = {
    "letters doubled": repeat("Replace", {"pattern": {"String": "r"}, "content": "rr"}, 33),
    "letters doubled in the output": repeat(
        "Replace", {"pattern": {"String": "e"}, "content": "ee"}, 33, "decoder"
    ),
    "anything inserted": repeat("Replace", {"pattern": {"Regex": "x*"}, "content": "zz"}, 12),
    "nothing replaced": repeat("Replace", {"pattern": {"String": ""}, "content": "zz"}, 12),
    "bytes of bytes": repeat("ByteLevel", {}, 33),
    "tokens doubled": repeat("BPEDecoder", {"suffix": ""}, 33, "decoder"),
    "a long beginning": repeat("Prepend", {"prepend": "x" * 10_000}, 1),
}
OWN = [
    *rows("manifest.json", BROKEN_JSON | ODD_FILES),
    *rows("config.json", BROKEN_JSON | ODD_FILES | BROKEN_CONFIG | {"missing": remove}),
    *rows("tokenizer_config.json", BROKEN_JSON | ODD_FILES | {"missing": remove}),
    *rows("tokenizer.json", BROKEN_JSON | ODD_FILES | {"missing": remove}),
    *rows("model.safetensors", BROKEN_WEIGHTS | ODD_FILES),
    *rows("largest_inputs.safetensors",
          {name: BROKEN_WEIGHTS[name] for name in ("empty", "cut", "text")} | ODD_FILES),
    *rows("manifest.json", {
        "no version": put("version", ...), "version a list": put("version", []),
        "an unknown family": put("family", "marian"), "family a table": put("family", {}),
        "directions a string": put("directions", "vi->en"),
        "directions odd": put("directions", [1]),
        "no files": put("files", ...), "files a list": put("files", []),
        "files numbers": put("files", {"config.json": 3}),
        "files outside": put("files", {"../../etc/passwd": {"sha256": "a", "bytes": 1}}),
        "a negative size": put("files/config.json/bytes", -1),
        "a size of text": put("files/config.json/bytes", "many"),
        "a sum of numbers": put("files/config.json/sha256", 12),
        "licence a list": put("licence", ["a"]), "tasks a number": put("tasks", 1),
    }),
    *rows("config.json", {
        "huge layers": put("num_hidden_layers", HUGE), "huge width": put("hidden_size", HUGE),
        "huge inner width": put("intermediate_size", HUGE),
        "huge vocabulary": put("vocab_size", HUGE),
        "huge heads": put("num_attention_heads", HUGE), "huge head": put("head_dim", HUGE),
        "huge window": put("sliding_window", HUGE), "more layers": put("num_hidden_layers", 3),
        "fewer heads": put("num_attention_heads", 1), "no heads": put("num_attention_heads", 0),
        "width a string": put("hidden_size", "32"), "width a truth": put("hidden_size", True),
        "width half": put("hidden_size", 31.5), "layer types wrong": put("layer_types", ["a", "b"]),
        "layer types a number": put("layer_types", 2), "no rotation": put("rope_parameters", ...),
        "rotation a list": put("rope_parameters", []),
        "rotation scaled": put("rope_parameters/full_attention/rope_type", "linear"),
        "eps infinite": put("rms_norm_eps", 10**400),
        "two key heads": put("num_key_value_heads", 2),
        "end beyond": put("eos_token_id", 10**6), "soft caps": put("final_logit_softcapping", 30.0),
    }),
    *rows("tokenizer_config.json", {
        "no end": put("eos_token", ...), "end a list": put("eos_token", []),
        "end unknown": put("eos_token", "<nowhere>"),
        "special a string": put("extra_special_tokens", "x"),
    }),
    *rows("tokenizer.json", {
        "no model": put("model", ...), "vocabulary a list": put("model/vocab", []),
        "vocabulary empty": put("model/vocab", {}),
        "ids too large": put("model/vocab/▁a", 4_000_000),
        "an unknown model": put("model/type", "Evil"), "a decoder of numbers": put("decoder", 3),
    } | BOMBS),
]  # fmt: skip
FOREIGN = [
    *rows("config.json", BROKEN_JSON | ODD_FILES | BROKEN_CONFIG | {"missing": remove}),
    *rows("tokenizer_config.json", BROKEN_JSON | ODD_FILES),
    *rows("generation_config.json", BROKEN_JSON | ODD_FILES),
    *rows("model.safetensors", BROKEN_WEIGHTS | ODD_FILES),
    *rows("config.json", {
        "weights elsewhere": put("transformers_weights", "adapter_model.bin"),
        "a kernel of a hub": put("attn_implementation", "evil/kernel"),
        "a quantizer": put("quantization_config", {"quant_method": "gptq", "bits": 4}),
        "no start": put("decoder_start_token_id", "x"),
        "negative positions": put("max_position_embeddings", -5),
        "huge labels": put("num_labels", HUGE),
        "huge labels of a part": put("text_config", {"num_labels": HUGE}),
    }),
    *rows("generation_config.json", {
        "a penalty of text": put("repetition_penalty", "much"),
        "a length of text": put("no_repeat_ngram_size", "long"),
        "an end of text": put("eos_token_id", "x"), "an end of a table": put("eos_token_id", {}),
        "ends of a table": put("eos_token_id", [{}]),
    }),
]  # fmt: skip
SIZES = {
    "marian": ("d_model", "encoder_layers", "decoder_layers", "decoder_ffn_dim", "vocab_size",
               "max_position_embeddings", "encoder_attention_heads"),
    "nllb": ("d_model", "encoder_layers", "vocab_size", "max_position_embeddings"),
    "mbart-50": ("d_model", "decoder_layers", "encoder_ffn_dim", "vocab_size"),
    "t5": ("d_model", "num_layers", "num_decoder_layers", "d_kv", "d_ff", "num_heads",
           "vocab_size"),
}  # fmt: skip
TOKENS = {
    "marian": ("source.spm", "vocab.json"),
    "nllb": ("tokenizer.json",),
    "mbart-50": ("tokenizer.json",),
    "t5": ("tokenizer.json",),
    "m2m100": ("sentencepiece.bpe.model", "vocab.json"),
    "bartpho": ("sentencepiece.bpe.model", "dict.txt"),
}
BROKEN_TOKENS = {"empty": write(b""), "noise": write(bytes(range(256)) * 40), "cut": cut(0.5)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A sound folder of each sort, made when it is first asked for."""
    made = {}

    def find(kind):
        if kind not in made:
            place = tmp_path_factory.mktemp("sound")
            made[kind] = save_own(place) if kind == "own" else tiny.save_tiny(kind, place)
            if kind == "t5":  # says which prefix it needs
                card = "---\nbase_model: VietAI/envit5-translation\n---\n"
                (made[kind] / "README.md").write_text(card)
        return made[kind]

    return find


def save_own(place):
    base = training.save_base(place / "base")
    card = Card(name="tiny", version="v1", tasks=("translate", "summarize"))
    export_package(
        str(base), place / "own", card=card, pairs=[Pair(*pair) for pair in training.PAIRS[:4]]
    )
    return place / "own"


def harm(sound, place, file, change):
    folder = place / "model"
    shutil.copytree(sound, folder)
    change(folder / file)
    if (folder / "manifest.json").exists() and file != "manifest.json":
        sign(folder)
    return folder


def translate(folder, runtime="auto", text=TEXT):
    pipeline = vnsum.load(
        folder, directions=("vi->en",), device="cpu", quality="fast", runtime=runtime
    )
    return pipeline.translate(text)


def require_error(folder, file, **options):
    with pytest.raises(VnsumError) as caught:
        translate(folder, **options)
    # What is seen at the first text only may be of several files.
    assert file in str(caught.value) or type(caught.value) is VnsumError, caught.value
    assert str(folder.parent) in str(caught.value)
    assert len(str(caught.value)) < 2000


def label(row):
    return f"{row[0]}: {row[1]}"


@pytest.mark.parametrize("kind", ["own", *sorted(TOKENS)])
def test_the_sound_folders_translate(folders, kind):
    assert translate(folders(kind), runtime="auto" if kind == "own" else "transformers").pairs


@unix
@pytest.mark.parametrize("row", OWN, ids=label)
def test_a_folder_in_the_own_format(folders, tmp_path, row):
    file, _, change = row
    require_error(harm(folders("own"), tmp_path, file, change), file)


@pytest.mark.parametrize("length", [[[]], "x", {}])
@pytest.mark.parametrize("kind", ["own", "t5", "bartpho"])
def test_a_tokenizer_with_an_odd_length(folders, tmp_path, kind, length):
    change = put("model_max_length", length)
    folder = harm(folders(kind), tmp_path, "tokenizer_config.json", change)
    with pytest.raises(VnsumError, match=re.escape(str(folder))):
        vnsum.load("mini", summarizer=str(folder), device="cpu").summarize(TEXT)
    runtime = "auto" if kind == "own" else "transformers"
    require_error(folder, "tokenizer_config.json", runtime=runtime)


@pytest.mark.parametrize("factor", [math.nan, math.inf, 1e30])
@pytest.mark.parametrize("quality", ["fast", "standard"])
def test_own_weights_that_are_no_numbers_or_too_large(folders, tmp_path, factor, quality):
    def spoil(tensors):
        return {
            n: t * factor if n.endswith("down_proj.weight.scale") else t for n, t in tensors.items()
        }

    folder = harm(folders("own"), tmp_path, "model.safetensors", change_tensors(spoil))
    with pytest.raises(ModelError, match="NaN"):
        vnsum.load(folder, device="cpu", quality=quality).translate(TEXT, to="en")


@pytest.mark.parametrize("use", ["diversify", "translate"])
def test_weights_that_are_no_numbers(folders, tmp_path, use):
    change = change_tensors(lambda tensors: {name: t * math.nan for name, t in tensors.items()})
    folder = harm(folders("marian"), tmp_path, "model.safetensors", change)
    backend = HuggingFaceBackend.load(resolve_model(folder, directions=("vi->en",)), device="cpu")
    with contextlib.suppress(VnsumError):
        getattr(backend, use)([TEXT], source="vi", target="en")


@unix
@pytest.mark.parametrize("row", FOREIGN, ids=label)
def test_a_folder_of_transformers(folders, tmp_path, row):
    file, _, change = row
    require_error(harm(folders("marian"), tmp_path, file, change), file, runtime="transformers")


@pytest.mark.parametrize("family", sorted(SIZES))
def test_huge_sizes_are_refused_before_memory_is_taken(folders, tmp_path, family):
    for number, name in enumerate(SIZES[family]):
        place = tmp_path / str(number)
        place.mkdir()
        folder = harm(folders(family), place, "config.json", put(name, HUGE))
        require_error(folder, "config.json", runtime="transformers")


# Early models name their sizes otherwise.
NAMES = {
    "gpt2": ("n_layer", "n_embd", "n_positions", "n_inner", "vocab_size", "num_hidden_layers",
             "hidden_size", "max_position_embeddings"),
    "gpt_bigcode": ("n_layer", "n_embd", "n_positions"),
    "gptj": ("n_layer", "n_embd", "n_positions"), "codegen": ("n_layer", "n_embd", "n_positions"),
    "openai-gpt": ("n_layer", "n_embd", "n_positions"),
    "ctrl": ("n_layer", "n_embd", "n_positions", "dff"), "bloom": ("n_layer", "hidden_size"),
    "mpt": ("n_layers", "d_model", "max_seq_len"), "gpt_neo": ("num_layers", "hidden_size"),
    "xlm": ("n_layers", "emb_dim", "n_words"), "xlnet": ("n_layer", "d_model", "d_inner"),
    "prophetnet": ("num_encoder_layers", "num_decoder_layers", "hidden_size"),
    "switch_transformers": ("num_sparse_encoder_layers", "num_layers", "d_ff"),
    "opt": ("ffn_dim", "num_hidden_layers"), "fsmt": ("tgt_vocab_size", "encoder_layers"),
    "nllb-moe": ("num_experts",), "mixtral": ("num_local_experts",),
    "qwen3_moe": ("num_experts",), "deepseek_v3": ("n_routed_experts",),
}  # fmt: skip
ROW = [(kind, name) for kind, names in NAMES.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), ROW)
@pytest.mark.parametrize("more", [{}, {"head_dim": 1, "rope_theta": 1}], ids=["", "rotated"])
def test_sizes_have_many_names(tmp_path, kind, name, more):
    sizes = {"d_model": 16, "hidden_size": 16, "n_embd": 16, "emb_dim": 16, "vocab_size": 100}
    weights = tmp_path / "model.safetensors"
    save_file({str(number): torch.zeros(16, 100) for number in range(20)}, weights)
    with pytest.raises(ModelError, match=r"config\.json needs"):
        require_room(tmp_path, {**sizes, "model_type": kind, name: HUGE, **more}, [weights])


@pytest.mark.parametrize("kind", NAMES)
def test_usual_sizes_are_not_too_large(monkeypatch, tmp_path, kind):
    config = transformers.CONFIG_MAPPING[kind]()
    maker = "Seq2SeqLM" if config.is_encoder_decoder else "CausalLM"
    with torch.device("meta"):
        model = getattr(transformers, f"AutoModelFor{maker}").from_config(config)
    stored = {
        name: TensorInfo(shape=tuple(weight.shape), dtype="F32")
        for name, weight in model.named_parameters()
    }
    monkeypatch.setattr("vnsum.checkpoints.shapes.read_tensor_info", lambda path: stored)
    require_room(tmp_path, config.to_dict(), [tmp_path / "model.safetensors"])


@pytest.mark.parametrize("family", sorted(TOKENS))
def test_damaged_tokenizers(folders, tmp_path, family):
    for file in TOKENS[family]:
        for number, change in enumerate(BROKEN_TOKENS.values()):
            place = tmp_path / f"{number}{file}"
            place.mkdir()
            folder = harm(folders(family), place, file, change)
            require_error(folder, file, runtime="transformers")


@pytest.mark.parametrize("name", BOMBS)
def test_a_tokenizer_of_transformers_that_makes_text(folders, tmp_path, name):
    folder = harm(folders("nllb"), tmp_path, "tokenizer.json", BOMBS[name])
    with pytest.raises(ModelError, match=r"times as long by its .*; the model is not used"):
        translate(folder, runtime="transformers")


@pytest.mark.parametrize("rotation", ["rope_theta", "rope_parameters", "head_dim"])
def test_a_rotation_does_not_hide_huge_positions(folders, tmp_path, rotation):
    folder = harm(folders("nllb"), tmp_path, "config.json", put(rotation, 1))
    put("max_position_embeddings", 20_000_000)(folder / "config.json")
    require_error(folder, "config.json", runtime="transformers")


def test_tokens_that_are_dropped_in_training_are_not(folders, tmp_path):
    folder = harm(folders("own"), tmp_path, "tokenizer.json", put("model/dropout", 0.9))
    assert {translate(folder).text for _ in range(5)} == {translate(folders("own")).text}


def test_a_tokenizer_that_makes_a_text_too_long(folders, tmp_path):
    change = repeat("Replace", {"pattern": {"Regex": "."}, "content": "\U0001f600" * 90}, 1)
    folder = harm(folders("own"), tmp_path, "tokenizer.json", change)
    with pytest.raises(ModelError, match="its tokenizer does not fit its configuration"):
        translate(folder)


def test_a_tokenizer_that_fails_for_a_text(folders, tmp_path):
    """The library of tokenizers panics if an expression takes too many steps."""
    pattern = {"Regex": r"(?:(?:\w|\s|\W)+)+(?=\d{5})"}
    change = put("normalizer", {"type": "Replace", "pattern": pattern, "content": ""})
    folder = harm(folders("own"), tmp_path, "tokenizer.json", change)
    with pytest.raises(VnsumError, match="cannot translate with the files of") as caught:
        translate(folder, text="Hôm nay trời mưa to ở Hà Nội và nhiều nơi.")
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("kind", ["own", "marian"])
def test_any_damage_is_told_or_does_no_harm(folders, tmp_path, kind):
    """Bytes changed by chance: what is left may translate, and nothing raw comes out."""
    chance = random.Random(5)
    files = sorted(p.name for p in folders(kind).iterdir() if p.suffix in (".json", ".safetensors"))
    for number in range(20):
        place = tmp_path / str(number)
        place.mkdir()

        def scribble(path):
            content = bytearray(path.read_bytes())
            for _ in range(chance.choice((1, 3, 30))):
                content[chance.randrange(min(len(content), 3000))] = chance.randrange(256)
            path.write_bytes(content)

        folder = harm(folders(kind), place, chance.choice(files), scribble)
        try:
            translate(folder, runtime="auto" if kind == "own" else "transformers")
        except VnsumError as error:
            assert str(place) in str(error)


CONVERTED = ("config.json", "model.safetensors", "generation_config.json")


@unix
@pytest.mark.parametrize(
    "row", [r for r in FOREIGN if r[0] in CONVERTED and r[1] in ("cut", "deep", "a pipe", "text",
            "another shape", "no start", "a length of text", "a penalty of text")], ids=label,
)  # fmt: skip
def test_a_folder_that_is_converted(folders, tmp_path, row):
    pytest.importorskip("ctranslate2")
    file, _, change = row
    require_error(harm(folders("marian"), tmp_path, file, change), file, runtime="ctranslate2")


def test_no_code_of_a_folder_runs(folders, tmp_path, monkeypatch):
    """Not even where somebody says yes to whatever is asked."""
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    for kind in ("own", "marian"):
        place = tmp_path / kind
        place.mkdir()
        marker = place / "ran"

        def add_code(path, marker=marker):
            code = f"open({str(marker)!r}, 'w')\nclass C: pass\n"
            (path.parent / "evil.py").write_text(code, encoding="utf-8")
            autos = ("AutoConfig", "AutoTokenizer", "AutoModelForSeq2SeqLM", "AutoModelForCausalLM")
            put("auto_map", dict.fromkeys(autos, "evil.C"))(path)

        for number, model_type in enumerate(("evil", ...)):
            sub = place / str(number)
            sub.mkdir()
            folder = harm(folders(kind), sub, "config.json", add_code)
            if model_type is not ...:
                put("model_type", model_type)(folder / "config.json")
            put("auto_map", {"AutoTokenizer": ["evil.C", "evil.C"]})(
                folder / "tokenizer_config.json"
            )
            if kind == "own":
                sign(folder)
            try:
                translate(folder, runtime="auto" if kind == "own" else "transformers")
            except VnsumError as error:
                assert "config.json" in str(error)
            assert not marker.exists()


@pytest.mark.parametrize("summarizer", [None, "folder"])
@pytest.mark.parametrize("kind", ["own", "marian"])
def test_a_failed_load_is_remembered(folders, tmp_path, monkeypatch, kind, summarizer):
    kind = "t5" if summarizer and kind == "marian" else kind
    folder = harm(folders(kind), tmp_path, "model.safetensors", cut(0.5))
    loads = []
    for name in ("decoding.engine.locate_model",
                 "summarization.abstractive.generation.load_checkpoint",
                 "translation.backends.huggingface.load_checkpoint"):  # fmt: skip
        monkeypatch.setattr(f"vnsum.{name}", counting(f"vnsum.{name}", loads))
    runtime = "vnsum" if kind == "own" else "transformers"
    options = {"device": "cpu", "directions": ("vi->en",), "runtime": runtime}
    if summarizer:
        pipeline = vnsum.load("mini", summarizer=str(folder), device="cpu")
        run, many = pipeline.summarize, pipeline.summarize_many
    else:
        pipeline = vnsum.load(folder, **options)
        run, many = pipeline.translate, pipeline.translate_many
    said = set()
    for job in (run, run, lambda text: many([text] * 3, on_error="report")):
        with pytest.raises(ModelError, match=r"model\.safetensors") as caught:
            job(TEXT)
        said.add(str(caught.value))
    assert len(loads) == 1
    assert len(said) == 1
    if kind == "marian":
        shutil.copy(folders(kind) / "model.safetensors", folder)
        assert run(TEXT).pairs, "a folder that was mended is loaded again"


def counting(name, loads):
    import importlib

    module, _, function = name.rpartition(".")
    original = getattr(importlib.import_module(module), function)

    def count(*arguments, **options):
        loads.append(name)
        return original(*arguments, **options)

    return count


def test_what_is_remembered_keeps_nothing_in_memory():
    failures = FailureCache(lambda: "weights")
    for _ in range(3):
        with pytest.raises(ModelError, match="damaged") as caught, failures.attempt():
            raise ModelError("damaged")
        depth, trace = 0, caught.value.__traceback__
        while trace:
            depth, trace = depth + 1, trace.tb_next
        assert depth < 6, "no longer each time"
    assert failures._failed[0].__traceback__ is None


@pytest.mark.parametrize("value", ["1", "true", "TRUE", "Yes", "on", " 1", "1 "])
def test_offline(monkeypatch, value):
    monkeypatch.setenv("VNSUM_OFFLINE", value)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert is_offline()
    assert not is_offline(False)


@pytest.mark.parametrize("value", ["0", "false", "No", "OFF", ""])
def test_not_offline(monkeypatch, value):
    monkeypatch.setenv("VNSUM_OFFLINE", value)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert not is_offline()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert is_offline()


@pytest.mark.parametrize("value", ["y", "t", "2", "enabled", "offline", "tru", "-1"])
def test_a_switch_that_says_neither_is_refused(monkeypatch, value):
    monkeypatch.setenv("VNSUM_OFFLINE", value)
    with pytest.raises(InputError, match=r"VNSUM_OFFLINE.*expected 1 or 0"):
        is_offline()


IMPOSSIBLE = ["../x", "./x", "a/..", "a//b", "/a", "a/b/c", "~/x", "a--b/c", "-a/b", "a/b-",
              "a/b\n", "x" * 5000, "a\0b/c", "runs/mô-hình", "a/b@../../c", "\ud800/a", "",
              ".", f"a/{'b' * 95}"]  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE, ids=ascii)
def test_what_can_be_no_id_of_a_hub_is_not_looked_up(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vnsum.checkpoints.resolution.fetch_file", None)
    with pytest.raises(ModelError, match="unknown model"):
        vnsum.load(name)


@pytest.mark.parametrize("name", ["somebody/model", "runs/my-modle", "a/b.c_d", "a1/b@refs/pr/1"])
def test_a_name_that_is_no_folder_is_not_taken_for_an_id_unsaid(name, monkeypatch):
    def refuse(*_, **__):
        raise ModelError("the hub cannot be reached")

    monkeypatch.setattr("vnsum.checkpoints.resolution.fetch_file", refuse)
    base = name.partition("@")[0]
    with (
        pytest.warns(HubWarning, match=f"there is no folder '{base}'; looking it up on the hub"),
        pytest.raises(ModelError, match=f"there is no folder '{base}'.*cannot be reached"),
    ):
        resolve_model(name, offline=False)
    with warnings.catch_warnings():  # the error says it
        warnings.simplefilter("error")
        with pytest.raises(ModelError, match=f"there is no folder '{base}'"):
            resolve_model(name, offline=True)


def test_the_command_line_says_it_too(monkeypatch, tmp_path, capsys):
    from vnsum.cli import main

    def refuse(*_, **__):
        raise ModelError("the hub cannot be reached")

    monkeypatch.setenv("VNSUM_OFFLINE", "0")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr("vnsum.checkpoints.resolution.fetch_file", refuse)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["translate", str(tmp_path / "a.txt"), "--model", "runs/my-modle"]) == 1
    assert "there is no folder 'runs/my-modle'; looking it up on the hub" in capsys.readouterr().err


@pytest.mark.parametrize(
    "device", ["cuda", "cuda:7", "cuda:-1", "cpu:x", "gpu", "", "meta", "xpu", "\0", "mkldnn"]
)
def test_a_device_that_is_not_there(device):
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(ModelError, match="device"):
        choose_device(device)
    with pytest.raises(VnsumError, match=r"device|run on"):
        vnsum.load("mini", device=device).translate(TEXT)


@pytest.mark.parametrize("device", ["cuda", "cuda:x", "tpu", ":", "cpu:1"])
def test_a_device_without_ctranslate2(device):
    library = pytest.importorskip("ctranslate2")
    if library.get_cuda_device_count() and device == "cuda":
        pytest.skip("it is there")
    with pytest.raises(ModelError, match="CTranslate2"):
        CTranslateBackend.load(resolve_model("mini"), device=device)


@pytest.mark.parametrize("device", [0, 1.5, [], b"cpu"], ids=repr)
def test_a_device_that_is_no_string(device):
    with pytest.raises(VnsumError, match="device"):
        vnsum.load("opus-mt-vi-en", device=device).translate(TEXT)


def test_rows_of_the_table_are_hashable():
    rows = known_models()
    assert len({*rows}) == len(rows)
    assert {dataclasses.replace(row) for row in rows} == {*rows}
    assert len({*HUB_ABSTRACTS}) == len(HUB_ABSTRACTS)


def test_an_index_names_safetensors_only(folders, tmp_path):
    """What ends otherwise may be a pickle."""
    index = b'{"weight_map": {"a": "pytorch_model.bin"}}'
    folder = harm(folders("marian"), tmp_path, "model.safetensors", remove)
    (folder / "model.safetensors.index.json").write_bytes(index)
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    (folder / "other.safetensors").write_bytes(b"")
    require_error(folder, "model.safetensors.index.json", runtime="transformers")


def test_a_manifest_names_a_file_with_a_long_name(folders, tmp_path):
    change = put("files", {"x" * 300: {"sha256": "a" * 64, "bytes": 1}})
    folder = harm(folders("own"), tmp_path, "manifest.json", change)
    require_error(folder, "xxx")


def test_an_index_names_a_file_with_a_long_name(folders, tmp_path):
    folder = harm(folders("marian"), tmp_path, "model.safetensors", remove)
    index = {"weight_map": {"a": f"{'x' * 300}.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    require_error(folder, "xxx.safetensors", runtime="transformers")


def test_an_index_names_many_files_that_are_missing(folders, tmp_path):
    folder = harm(folders("marian"), tmp_path, "model.safetensors", remove)
    index = {"weight_map": {str(n): f"{n}.safetensors" for n in range(5000)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    message = r"it has no 0\.safetensors, .{,80} and no 4,995 other files"
    with pytest.raises(ModelError, match=message):
        translate(folder, runtime="transformers")


def test_threads_that_load_together_do_not_disturb_each_other(folders):
    """`from_pretrained` sets attributes of classes back to those that another thread has set."""
    usual = transformers.PreTrainedModel.tie_weights
    sound = [folders(kind) for kind in ("marian", "nllb", "marian", "nllb")]
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(translate, folder, "transformers") for folder in sound]
        assert all(run.result().pairs for run in runs)
    assert transformers.PreTrainedModel.tie_weights is usual


def test_threads_that_fail_together_load_once(folders, tmp_path, monkeypatch):
    loads = []
    name = "vnsum.translation.backends.huggingface.load_checkpoint"
    monkeypatch.setattr(name, counting(name, loads))
    folder = harm(folders("marian"), tmp_path, "model.safetensors", cut(0.5))
    pipeline = vnsum.load(folder, device="cpu", runtime="transformers")
    said = []

    def work():
        try:
            pipeline.translate(TEXT)
        except ModelError as error:
            said.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len(said) == 4 and len(set(said)) == 1
