"""Invalid arguments of the public functions: a valid result or an error of `vnsum.errors`."""

import collections.abc
import datetime
import inspect
import json
import re

import numpy as np
import pytest

import vnsum
from vnsum import api as shortcuts
from vnsum import integrations, rendering, require, summarization
from vnsum.errors import InputError
from vnsum.rendering import plots as plotting
from vnsum.results.serialization import Serializable
from vnsum.translation import CheckedTranslator, FakeBackend

DEEP = []
for _ in range(100_000):
    DEEP = [DEEP]


class NoPath:
    def __fspath__(self):
        return 5


WRONG = (
    None, True, 3, -1, 3.5, float("nan"), float("inf"), 10**400, 10**5000, b"x", "", "x", "\0x",
    "\ud800", "x" * 300, [], [3, "a", None, b"x"], {}, {"a": 1}, {3: ["a"]}, {"a": {"b": "c"}},
    (), ("a", "b"), {"a"}, object(), str, len, DEEP, datetime.datetime(2026, 1, 10, 9, 30),
    vnsum.Document(text="a", lang="xx"), vnsum.Document(text=5, lang=[3], title=b"x"),
    vnsum.Article(text=None), vnsum.Document(text="\ud800", lang="vi", title="\ud800"),
    np.array("x"), np.array(3), np.array(["x", "y"]), NoPath(), vnsum.Document(
        text="a", lang="vi", sentences=(vnsum.Sentence(text="a", start=None, end=1, paragraph=0),)),
)  # fmt: skip

LEAD = summarization.load("lead")
PIPELINE = vnsum.Pipeline(translator=CheckedTranslator(backend=FakeBackend()), summarizer=LEAD)
TEXT = "Trời mưa to. Đường ngập sâu."
DOCUMENT = vnsum.segment(TEXT)
TRANSLATION, SUMMARY = PIPELINE.translate(TEXT), PIPELINE.summarize(TEXT)
DIGEST = PIPELINE.digest([TEXT, TEXT])
GLOSSARY = vnsum.Glossary.from_dict({"mưa": "rain"})
BATCH = integrations.Batch("translate", model=lambda **_: PIPELINE)
TERM = vnsum.Term(vi=("mưa",), en=("rain",))

# Each public function and method with arguments that fit.
CALLS = {
    vnsum.digest: {"articles": [TEXT, TEXT]},
    vnsum.group: {"articles": [TEXT, TEXT]},
    vnsum.check: {"source": "Có 3.", "target": "3."},
    vnsum.load: {"model": "mini", "offline": True, "summarizer": "lead"},
    vnsum.models: {},
    vnsum.read: {"source": "no-such-file.txt", "offline": True},
    vnsum.segment: {"text": TEXT},
    vnsum.summarize: {"text": TEXT},
    vnsum.summarize_many: {"texts": [TEXT]},
    vnsum.translate: {"text": TEXT},
    vnsum.translate_many: {"texts": [TEXT]},
    vnsum.Budget: {},
    vnsum.Budget.of: {"length": 3},
    vnsum.Budget(words=3).fill: {"texts": [TEXT], "available": 3},
    vnsum.Budget(sentences=3).limit: {"available": 3},
    vnsum.Pipeline: {"translator": PIPELINE.translator, "summarizer": PIPELINE.summarizer},
    PIPELINE.cached: {"cache": None},
    PIPELINE.digest: {"articles": [TEXT, TEXT]},
    PIPELINE.segment: {"text": TEXT},
    PIPELINE.summarize: {"text": TEXT},
    PIPELINE.summarize_many: {"texts": [TEXT]},
    PIPELINE.summarize_stream: {"texts": [TEXT]},
    PIPELINE.translate: {"text": TEXT},
    PIPELINE.translate_many: {"texts": [TEXT]},
    PIPELINE.translate_sections: {"pieces": [TEXT]},
    PIPELINE.translate_stream: {"texts": [TEXT]},
    vnsum.Server: {"url": "http://localhost/v1", "model": "m"},
    vnsum.Glossary: {"terms": (TERM,)},
    vnsum.Glossary.from_dict: {"terms": {"mưa": "rain"}},
    vnsum.Glossary.make: {"given": {"mưa": "rain"}},
    vnsum.Glossary.read: {"path": "no-such-file.tsv"},
    GLOSSARY.find: {"text": TEXT, "lang": "vi"},
    TERM.forms: {"lang": "vi"},
    vnsum.ModelSpec.speaks: {"self": vnsum.models()[0], "source": "vi", "target": "en"},
    DOCUMENT.paragraphs: {},
    DOCUMENT.to_markdown: {},
    SUMMARY.side: {"lang": "vi"},
    DIGEST.side: {"lang": "vi"},
    DIGEST.report: {},
    DIGEST.to_markdown: {},
    **{
        method: {}
        for result in (SUMMARY, TRANSLATION)
        for method in (result.plot, result.report, result.to_markdown)
    },
    **{
        call: arguments
        for value in (DOCUMENT, SUMMARY, TRANSLATION, SUMMARY.vi, DIGEST, DIGEST.vi)
        for call, arguments in (
            (value.to_dict, {}), (type(value).from_dict, {"data": value.to_dict()}),
        )
    },
    summarization.digest: {"documents": [TEXT, TEXT]},
    summarization.load: {"name": "lead"},
    summarization.summarize_many: {
        "summarizer": LEAD, "documents": [DOCUMENT], "budget": vnsum.Budget()
    },
    plotting.plot: {"result": TRANSLATION},
    plotting.plot_scores: {"scores": {"a": {"b": 1.0}}},
    plotting.plot_summary: {"summary": SUMMARY},
    plotting.plot_times: {"seconds": {"a": [1.0]}},
    plotting.plot_translation: {"translation": TRANSLATION},
    integrations.Batch: {"verb": "segment"},
    BATCH.__call__: {"batch": {"text": [TEXT, None]}},
    BATCH.extend: {"batch": {"text": []}, "outcomes": []},
    BATCH.outcomes: {"batch": {"text": [TEXT]}},
    BATCH.over: {"batches": [{"text": [TEXT]}]},
    rendering.to_text: {"value": SUMMARY},
    rendering.to_markdown: {"value": SUMMARY},
    rendering.to_html: {"value": SUMMARY},
    rendering.findings: {"value": SUMMARY},
    rendering.report: {"value": SUMMARY},
    lambda value: rendering.to_page(value): {"value": SUMMARY},  # noqa: PLW0108 - it takes *values
}  # fmt: skip
# Values hold what they are given; what is made of them checks it.
VALUES = (vnsum.Article, vnsum.Document, vnsum.Finding, vnsum.Boilerplate, vnsum.ModelSpec,
          vnsum.Sentence, vnsum.SentencePair, vnsum.Span, vnsum.Summary, vnsum.SummaryPair,
          vnsum.SummarySentence, vnsum.Term, vnsum.DigestPair, vnsum.DigestSentence,
          vnsum.DigestSummary, vnsum.Place)  # fmt: skip


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """No weights, no files but in a folder of its own."""
    monkeypatch.setattr(shortcuts, "default_pipeline", lambda: PIPELINE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def name_of(call):
    return getattr(call, "__qualname__", repr(call))


def require_sound(result):
    """Use a result as its owner would."""
    if isinstance(result, collections.abc.Iterator):
        result = list(result)
    for value in result if isinstance(result, list) else [result]:
        if isinstance(value, Serializable):
            assert type(value).from_dict(json.loads(json.dumps(value.to_dict()))) == value
            str(value)
            if not isinstance(value, vnsum.Summary | vnsum.DigestSummary):
                rendering.to_text(value).encode()
                rendering.to_html(value).encode()


@pytest.mark.parametrize("call", CALLS, ids=name_of)
@pytest.mark.filterwarnings("ignore::vnsum.translation.CacheWarning")
def test_no_argument_gives_a_raw_error(call):
    arguments = CALLS[call]
    raw = []
    for parameter in inspect.signature(call).parameters.values():
        if parameter.name == "self" or parameter.kind is parameter.VAR_KEYWORD:
            continue
        for value in WRONG:
            try:
                require_sound(call(**{**arguments, parameter.name: value}))
            except vnsum.VnsumError as error:
                if "Error: " in str(error):  # one that was raised raw and then wrapped
                    raw.append(f"{parameter.name}={require.show(value)}: {error}"[:300])
            except Exception as error:
                shown = require.show(value)
                raw.append(f"{parameter.name}={shown}: {type(error).__name__} {error}"[:300])
    assert not raw, "\n".join(raw)


@pytest.mark.parametrize("method", summarization.METHODS)
def test_summarizers_take_documents_and_budgets_only(method):
    summarizer = summarization.load(method)
    for value in WRONG:
        with pytest.raises(InputError, match=r"budget must be a vnsum\.Budget"):
            summarizer.summarize(DOCUMENT, value)
        if not isinstance(value, vnsum.Document):
            with pytest.raises(InputError, match=r"document must be a vnsum\.Document"):
                summarizer.summarize(value, vnsum.Budget())


def test_the_table_has_every_public_function_and_method():
    def methods(kind):
        return {name for name, found in vars(kind).items()
                if not name.startswith("_") and callable(getattr(kind, name))
                and not isinstance(found, property)}  # fmt: skip

    known = {name_of(call) for call in CALLS}
    public = [getattr(vnsum, name) for name in vnsum.__all__] + [integrations.Batch]
    for kind in filter(callable, public):
        if inspect.isclass(kind) and issubclass(kind, Exception):
            continue
        assert (
            kind in CALLS or kind in VALUES or kind in map(type, (SUMMARY, TRANSLATION, DIGEST))
        ), kind
        if inspect.isclass(kind):
            assert {f"{kind.__name__}.{name}" for name in methods(kind)} <= known, kind


MISUSES = {
    "check of nothing": (
        lambda: vnsum.check(None, "It rains."),
        "source must be a text (str), not NoneType None",
    ),
    "check against nothing": (
        lambda: vnsum.check("Trời mưa.", None),
        "target must be a text (str), not NoneType None",
    ),
    "a list to translate": (
        lambda: vnsum.translate(["Trời mưa.", "Gió to."]),
        "expected a text, not a list: pass several texts to translate_many or summarize_many",
    ),
    "a URL to summarize": (
        lambda: vnsum.summarize("https://example.org/tin-tuc.html"),
        "expected a text, not the URL 'https://example.org/tin-tuc.html': pass the article that "
        "vnsum.read returns",
    ),
    "subtitles to translate": (
        lambda: vnsum.translate("phim/tap-1.srt"),
        "expected a text, not the path 'phim/tap-1.srt': pass the article that vnsum.read returns",
    ),
    "one text to translate_many": (
        lambda: vnsum.translate_many("Trời mưa."),
        "texts: expected a list of texts, not one str: put it into a list",
    ),
    "texts with names to translate_many": (
        lambda: vnsum.translate_many({"mot": "Trời mưa."}),
        "texts: expected a list of texts, not a dict: pass its values, or one of its columns",
    ),
    "a table to digest": (
        lambda: vnsum.digest(np.array([["Trời mưa.", "Gió to."]])),
        "articles: expected a list of texts, articles or paths, not a ndarray: pass its values, or "
        "one of its columns",
    ),
    "a pipeline for a summarizer": (
        lambda: vnsum.load("mini", summarizer=vnsum.load("mini")),
        "summarizer must be a summarizer, not a pipeline: pass its .summarizer",
    ),
}


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_says_what_to_do(name):
    call, message = MISUSES[name]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message


def test_cuda_without_cuda():
    import torch

    if torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(vnsum.errors.ModelError) as caught:
        vnsum.load("mini", device="cuda").translate("Trời mưa.")
    assert re.fullmatch(
        r"cannot use the device 'cuda': [^\n]+; expected 'cpu', or 'cuda', 'cuda:1' or 'mps' if "
        "available",
        str(caught.value),
    )
