"""The model inside the package: loads offline, is checked, translates the sample article."""

import hashlib
import itertools
import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import vnsum
from vnsum import summarization
from vnsum.checkpoints import files, packaged, resolve_model
from vnsum.checkpoints.devices import PRECISIONS
from vnsum.errors import ModelError
from vnsum.summarization import Budget
from vnsum.translation.backends.backend import Hypothesis
from vnsum.translation.backends.packaged import PackagedBackend
from vnsum.translation.backends.prefixes import score_tokens

LINES = {
    "vi": [
        "Mưa.",
        "Giá vàng trong nước sáng nay tăng mạnh theo giá thế giới.",
        "Đội tuyển Việt Nam thắng 2-0 trên sân nhà và dẫn đầu bảng.",
        "Sau trận bão, hàng nghìn hộ dân ở miền Trung vẫn chưa có điện và nước sạch.",
    ],
    "en": [
        "Rain.",
        "Gold prices at home rose sharply this morning, following those abroad.",
        "Vietnam won 2-0 at home and now lead their group.",
        "After the storm, thousands of households in the centre have no power or clean water.",
    ],
}
CASES = json.loads((Path(__file__).parent / "cases/shapes.json").read_text(encoding="utf-8"))
SHAPES = [
    *{case["shape"]: case for case in CASES if "English" not in case["label"]}.values()
]  # one of a shape: the model is slow


def test_the_article_from_end_to_end(mini, article):
    summary = mini.summarize(article, 3)
    assert len(summary.pairs) == 3
    assert "Colombia" in summary.en.text
    for pair in summary.pairs:
        kinds = {finding.kind for finding in pair.findings}
        assert not kinds & {"empty", "loop", "length", "untranslated"}
        assert vnsum.languages.detect(pair.target) == "en"
    assert "mini" in summary.signature


def test_the_same_from_many_threads(mini):
    texts = ["Trời mưa to.", "Giá vàng tăng mạnh.", "Đội tuyển thắng trận."]
    expected = [mini.translate(text).text for text in texts]
    found = {}

    def work(index):
        found[index] = mini.translate(texts[index % 3]).text

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[i] for i in range(6)] == expected * 2


@pytest.mark.parametrize("precision", PRECISIONS)
def test_drafts_do_not_depend_on_the_batch(short_mini, article, precision, monkeypatch):
    """To the last bit, as a rounding to fewer bits makes other words of one."""
    # In bfloat16, a difference in one product does not show in the scores of two layers.
    spec = resolve_model("mini" if precision == "bfloat16" else short_mini)
    backend = PackagedBackend.load(spec, device="cpu", precision=precision)
    sentences = [sentence.text for sentence in vnsum.segment(article).sentences]
    # The long one makes the others' columns so many that a library would sum them in parts.
    texts = ["Mưa.", min(sentences, key=len), max(sentences, key=len), " ".join(sentences[:4])]
    backend = replace(backend, beams=3)  # enough for batches of many shapes
    # Short translations end by themselves, long ones are cut at different steps.
    monkeypatch.setattr(
        "vnsum.translation.backends.packaged.limit_output", lambda tokens: 8 + tokens % 5
    )

    together = backend.translate(texts, source="vi", target="en")
    alone = [backend.translate([text], source="vi", target="en")[0] for text in texts]
    assert alone == together


@pytest.fixture(scope="module")
def exact():
    """In 8 bits, differences in the last bit are as large as those between close candidates."""
    return PackagedBackend.load(resolve_model("mini"), device="cpu", precision="float32")


@pytest.fixture
def search_once(monkeypatch):
    """Repeat no beam search: the order of its hypotheses is decided afterwards."""
    done, search = {}, PackagedBackend._search

    def remember(backend, rows, limits, *, beams=None):
        key = repr((rows, limits, beams or backend.beams))
        if key not in done:
            done[key] = search(backend, rows, limits, beams=beams)
        return done[key]

    monkeypatch.setattr(PackagedBackend, "_search", remember)
    return done


@pytest.mark.parametrize("direction", ["vi->en", "en->vi"])
def test_the_likelier_half_of_the_candidates_stands_in_the_order_of_both_directions(
    direction, exact, search_once
):
    source, target = direction.split("->")
    backend = exact
    channel = backend.spec.family.channel
    texts = LINES[source]
    usual = replace(backend, rerank=False).translate(texts, source=source, target=target)
    drafts = backend.translate(texts, source=source, target=target)
    for text, before, after in zip(texts, usual, drafts, strict=True):
        one, other = (
            [Hypothesis(text=found.text, score=found.score) for found in (draft, *draft.n_best)]
            for draft in (before, after)
        )
        assert sorted(one, key=repr) == sorted(other, key=repr)
        half = (len(one) + 1) // 2
        assert {*one[:half]} == {*other[:half]}
        assert one[half:] == other[half:]
        totals = [come_to(backend, channel, c, text, source, target) for c in other[:half]]
        assert all(a >= b - 1e-3 for a, b in itertools.pairwise(totals))
    assert drafts != usual
    greedy = [
        b.translate(texts, source=source, target=target, beams=1)
        for b in (backend, replace(backend, rerank=False))
    ]
    assert greedy[0] == greedy[1]
    assert all(draft.reverse_score is None for draft in greedy[0])
    assert all(draft.reverse_score is not None for draft in drafts)
    assert len(search_once) == 2


def come_to(backend, channel, candidate, text, source, target):
    """Return what a candidate comes to in `channel`, each part asked for by itself."""
    written = len(backend.prompts.encode_output(candidate.text)) + 1
    hoped = len(backend.prompts.encode_output(text)) + 1
    (back,) = backend.score([(candidate.text, text)], source=target, target=source)
    prompt = backend.prompts.encode(candidate.text, source=target, target=source)
    with torch.inference_mode():
        (alone,) = score_tokens(backend.model, [prompt[:-1]], [1])
    return channel.combine(
        forward=candidate.score * written,
        reverse=back * hoped,
        text=float(alone.sum()),
        lang=target,
        tokens=written,
    )


def test_a_model_of_one_direction_ranks_by_that():
    spec = replace(resolve_model("mini"), directions=("vi->en",))
    one, both = (PackagedBackend.load(s, device="cpu") for s in (spec, resolve_model("mini")))
    texts = LINES["vi"]
    assert one.translate(texts, source="vi", target="en") == replace(both, rerank=False).translate(
        texts, source="vi", target="en"
    )
    assert "channel" in both.signature
    for backend in (one, replace(both, rerank=False), replace(both, beams=1)):
        assert "channel" not in backend.signature


def test_an_english_article_in_both_languages(mini):
    summary = mini.summarize(
        "The Prime Minister opened the conference on Monday. He said that 250 schools will be "
        "built in 2026. It rained hard in the city.", 2,
    )  # fmt: skip
    assert vnsum.languages.detect(summary.vi.text) == "vi"
    assert all(vnsum.languages.detect(pair.target) == "vi" for pair in summary.pairs)
    assert not {f.kind for pair in summary.pairs for f in pair.findings} & {"empty", "loop"}


class Remembering:
    """A generator that does not repeat a call."""

    def __init__(self, generator):
        self.generator, self.written = generator, {}

    def __getattr__(self, name):
        return getattr(self.generator, name)

    def generate(self, texts, *, lang):
        key = (*texts, lang)
        if key not in self.written:
            self.written[key] = self.generator.generate(texts, lang=lang)
        return self.written[key]


@pytest.fixture(scope="module")
def writing(mini):
    """A pipeline whose summaries the packaged model writes; it shares its weights with `mini`."""
    loaded = vnsum.load("mini", summarizer="mini")
    remembering = Remembering(loaded.summarizer.generator)
    return replace(loaded, summarizer=replace(loaded.summarizer, generator=remembering))


def test_the_packaged_model_writes_what_the_article_supports(writing, article):
    summary = writing.summarize(article, 2)
    assert 1 <= len(summary.pairs) <= 2
    assert all(pair.source.evidence and pair.target for pair in summary.pairs)
    assert not any(f.severity == "error" for p in summary.pairs for f in p.source.findings)
    assert "writer|mini" in summary.signature
    assert summary == writing.summarize(article, 2)


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case["label"])
def test_the_packaged_model_writes_of_odd_texts_within_bounds(writing, case):
    document = vnsum.segment(case["text"])
    summary = writing.summarizer.summarize(document, vnsum.Budget(sentences=2))
    assert 1 <= len(summary.sentences) <= 2
    shapes = [finding.kind for finding in summary.findings if finding.kind == "shape"]
    assert shapes == ([] if case["shape"] is None else ["shape"])


def test_summaries_do_not_depend_on_the_batch(writing, article):
    """Nor on the call, to the last bit; those written together are of different lengths."""
    whole = writing.segment(article)
    texts = [whole, *(" ".join(s.text for s in whole.sentences[n : n + 3]) for n in (0, 8))]
    documents = [writing.segment(text) for text in texts]
    together = summarization.summarize_many(writing.summarizer, documents, Budget(sentences=2))
    assert together == [writing.summarizer.summarize(d, Budget(sentences=2)) for d in documents]


def test_the_packaged_model_writes_of_much_and_of_nothing(writing):
    summarize = writing.summarizer.summarize
    for text in ("Mưa.", "Trời hôm nay mưa to. " * 300, "a" * 5000, "***\n\n***"):
        document = vnsum.segment(text, lang="vi")
        assert len(summarize(document, vnsum.Budget(sentences=1)).sentences) <= 1
    assert not summarize(vnsum.segment("", lang="vi"), vnsum.Budget()).sentences


def test_the_table_of_models():
    rows = vnsum.models()
    assert rows[0].name == "mini"
    assert rows[0].origin == "package"
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.licence for row in rows)


def test_the_terms_travel_with_the_weights():
    folder = packaged.model_folder("mini")
    notice = (folder / "NOTICE").read_text(encoding="utf-8")
    assert "Gemma Terms of Use found at ai.google.dev/gemma/terms" in notice
    assert "Section 1: DEFINITIONS" in (folder / "GEMMA_TERMS.txt").read_text(encoding="utf-8")


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """A copy of the packaged folder, small weights in it, that may be harmed."""
    folder = tmp_path / "mini"
    shutil.copytree(packaged.model_folder("mini"), folder,
                    ignore=shutil.ignore_patterns("model.safetensors"))  # fmt: skip
    (folder / "model.safetensors").write_bytes(b"not the weights")
    for module in ("vnsum.checkpoints.resolution", "vnsum.decoding.engine"):
        monkeypatch.setattr(f"{module}.model_folder", lambda name: folder)
    return folder


def test_damaged_weights_are_named(damaged):
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged.*reinstall vnsum"):
        vnsum.load("mini").translate("Trời mưa to.")


def test_weights_that_are_a_pipe_are_named(damaged):
    (damaged / "model.safetensors").unlink()
    os.mkfifo(damaged / "model.safetensors")
    with pytest.raises(ModelError, match=r"model\.safetensors: it is a named pipe"):
        vnsum.load("mini", device="cpu").translate("Trời mưa.")


def test_missing_weights_are_named(damaged):
    (damaged / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"cannot read the model file .*model\.safetensors"):
        vnsum.load("mini").translate("Trời mưa to.")


def test_checksums_are_of_the_whole_file(tmp_path):
    content = b"x" * (files.CHUNK + 5)
    (tmp_path / "a").write_bytes(content)
    packaged.verify_files(tmp_path, {"a": hashlib.sha256(content).hexdigest()})
    with pytest.raises(ModelError, match="damaged"):
        packaged.verify_files(tmp_path, {"a": hashlib.sha256(content[:-1]).hexdigest()})


def test_unpacking_is_the_inverse_of_packing(tmp_path):
    generator = torch.Generator().manual_seed(3)
    rows = torch.randint(-127, 128, (5, 64), generator=generator, dtype=torch.int8)
    row_scale = torch.rand(5, generator=generator)
    nibbles = torch.randint(-8, 8, (5, 64), generator=generator)
    group_scale = torch.rand(5, 2, generator=generator).half()
    shifted = (nibbles + 8).to(torch.uint8)
    save_file(
        {
            "a.weight.q8": rows, "a.weight.scale": row_scale,
            "b.weight.q4": shifted[:, 0::2] | (shifted[:, 1::2] << 4),
            "b.weight.scale": group_scale, "norm.weight": torch.ones(3).bfloat16(),
        },
        tmp_path / "w.safetensors",
    )  # fmt: skip
    weights = packaged.unpack_weights(tmp_path / "w.safetensors", dtype=torch.float32)
    assert sorted(weights) == ["a.weight", "b.weight", "norm.weight"]
    assert torch.equal(weights["a.weight"], rows.float() * row_scale[:, None])
    expected = nibbles.float() * group_scale.float().repeat_interleave(32, dim=1)
    assert torch.equal(weights["b.weight"], expected)
    assert all(tensor.dtype == torch.float32 for tensor in weights.values())
