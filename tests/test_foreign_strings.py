"""Strings of a subclass of `str` that users pass in: BeautifulSoup's texts, `Markup`, enums.

They may have links to a whole page, be written as something else, or not be picklable. Inside,
every string is an exact `str`.
"""

import dataclasses
import enum
import pickle
from collections.abc import Mapping

import pytest

import vnsum
from vnsum import languages, quantities, rendering, summarization
from vnsum.checks import check
from vnsum.glossary import Glossary
from vnsum.integrations import Batch
from vnsum.pipeline import Pipeline
from vnsum.reading.article import read_data, read_html, read_subtitles, read_text
from vnsum.reading.cleaning import clean
from vnsum.reading.subtitles import parse_subtitles
from vnsum.rendering.plots import plot_scores, plot_times
from vnsum.segmentation.clauses import split_clauses
from vnsum.segmentation.sections import cut_sections
from vnsum.translation import (
    CachedTranslator,
    CheckedTranslator,
    FakeBackend,
    TranslationStore,
    require_direction,
)

TEXT = "Hôm qua, ông Trần Văn A nói: “Trời mưa to ở Huế.” Có 1.400 người.\n\nĐường ngập sâu."
FILM = "1\n00:00:01,000 --> 00:00:02,500\nTrời mưa to.\n"
PAGE = f"<!doctype html><html><body><p>{TEXT}</p><p>{TEXT}</p></body></html>"


class Foreign(str):
    """A string that cannot be pickled, and of which nothing but its characters may be used."""

    __slots__ = ("page",)

    def __reduce_ex__(self, protocol):
        raise AssertionError("pickled")


def _forbid(name):
    def method(self, *args, **options):
        raise AssertionError(f"{name} of a foreign string was called")

    return method


OPERATORS = (
    "__str__", "__format__", "__getitem__", "__add__", "__mod__", "__iter__", "__contains__",
    "__lt__",
)  # fmt: skip
for _name in dir(str):
    if not _name.startswith("_") or _name in OPERATORS:
        setattr(Foreign, _name, _forbid(_name))


class Choice(str, enum.Enum):
    """What web frameworks use for arguments; Python writes a member as `Choice.vi`."""

    vi = "vi"
    en = "en"
    brief = "brief"
    srt = "srt"
    keep = "keep"


def make_pipeline(translator=None):
    translator = translator or CheckedTranslator(backend=FakeBackend())
    return Pipeline(translator=translator, summarizer=summarization.load("lead"))


def write_cached(new, folder):
    with TranslationStore(folder) as store:
        pipeline = make_pipeline(
            CachedTranslator(CheckedTranslator(backend=FakeBackend()), store=store)
        )
        return [pipeline.translate(new(TEXT), to=new("en"), source_lang=new("vi")) for _ in "12"]


def render_film(new, _):
    article = read_subtitles(new(FILM), new("srt"))
    done = make_pipeline().translate(article, source_lang=new("vi"))
    return rendering.to_subtitles(done, article.subtitles, format=new("vtt"))


def add(batch, table):
    """Return the columns that a batch adds, and how it is written."""
    done = batch(table)
    return repr(batch), {name: done[name] for name in batch.columns}


def use_batch(new, _):
    batch = Batch(
        new("segment"), column=new("t"), title=new("h"), prefix=new("p_"), errors=new("column"),
        lang=new("vi"),
    )  # fmt: skip
    return add(pickle.loads(pickle.dumps(batch)), {"t": [new(TEXT), None], "h": [new("Mưa"), None]})


def check_batch(new, _):
    batch = Batch("check", column=(new("a"), new("b")), source_lang=new("vi"), to=new("en"))
    return add(batch, {"a": [new("Có 3 người.")], "b": [new("There were 4 people.")]})


def translate_batch(new, _):
    options = {"to": new("en"), "source_lang": new("vi"), "length": new("brief")}
    batch = Batch("summarize", column=new("t"), model=make_pipeline, **options)
    return add(batch, {"t": [new(TEXT)]})


def digest_batch(new, _):
    batch = Batch("digest", column=new("t"), group=new("g"), model=make_pipeline, to=new("en"))
    return add(batch, {"t": [new(TEXT), new(TEXT)], "g": [new("a"), new("a")]})


CASES = {
    "clean": lambda new, _: clean(new(TEXT)),
    "read text": lambda new, _: read_text(new(TEXT)),
    "read page": lambda new, _: read_html(new(PAGE), url=new("https://a.b/c")),
    "read data": lambda new, _: read_data(TEXT.encode(), name=new("a.txt")),
    "read file": lambda new, folder: vnsum.read(new(f"{folder}/a.txt")),
    "read subtitles": lambda new, _: parse_subtitles(new(FILM), new("srt")),
    "segment": lambda new, _: vnsum.segment(new(TEXT), lang=new("vi"), title=new("Mưa")),
    "sections": lambda new, _: list(cut_sections([new("Một.\n\nHai. "), new("Ba.")], size=8)),
    "translate": lambda new, _: make_pipeline().translate(
        new(TEXT), to=new("en"), source_lang=new("vi"), title=new("Mưa")
    ),
    "translate many": lambda new, _: make_pipeline().translate_many(
        [new(TEXT), new("tkm")], to=new("en"), on_error=new("report")
    ),
    "translate sections": lambda new, _: list(
        make_pipeline().translate_sections([new(TEXT)], to=new("en"), source_lang=new("vi"))
    ),
    "translate checked": lambda new, _: CheckedTranslator(backend=FakeBackend()).translate_checked(
        [new("Trời mưa."), new("5")], source=new("vi"), target=new("en")
    ),
    "cached": write_cached,
    "direction": lambda new, _: require_direction(
        CheckedTranslator(backend=FakeBackend()), source=new("vi"), target=new("en")
    ),
    "speaks": lambda new, _: vnsum.models()[0].speaks(new("vi"), new("en")),
    "summarize": lambda new, _: make_pipeline().summarize(
        new(TEXT), new("brief"), to=new("en"), source_lang=new("vi"), title=new("Mưa")
    ),
    "summarize many": lambda new, _: make_pipeline().summarize_many(
        [new(TEXT)], new("brief"), to=new("en")
    ),
    "side": lambda new, _: make_pipeline().summarize(TEXT, 1).side(new("vi")),
    "digest": lambda new, _: make_pipeline().digest(
        [new(TEXT), new(TEXT)], 2, to=new("en"), title=new("Mưa")
    ),
    "one digest": lambda new, _: summarization.digest([new(TEXT)], lang=new("vi")),
    "group": lambda new, _: vnsum.group([new(TEXT)]),
    "check": lambda new, _: check(
        new("Có 3 người ở Huế."), new("There were 4 people."), source_lang=new("vi"),
        target_lang=new("en"),
    ),
    "find": lambda new, _: Glossary.from_dict({"Huế": "Hue"}).find(new("Huế."), lang=new("vi")),
    "quantities": lambda new, _: [
        (one.key, one.text) for one in quantities.read(new("Có 3 kg gạo."), lang=new("vi"))
    ],
    "words": lambda new, _: languages.words(new("Trời mưa to"), new("vi")),
    "clauses": lambda new, _: split_clauses(
        new("Trời mưa to, và đường ngập sâu."), lang=new("vi")
    ),
    "load": lambda new, _: vnsum.load(
        new("mini"), summarizer=new("lead"), runtime=new("vnsum"), device=new("cpu"),
        quality=new("fast"), directions=[new("vi->en")], family=new("gemma-tagged"),
        diacritics=new("keep"), keep=[new("VinFast")],
    ).translator.request,
    "film": render_film,
    "batch": use_batch,
    "batch of pairs": check_batch,
    "batch of summaries": translate_batch,
    "batch of digests": digest_batch,
    "scores": lambda new, _: plot_scores(
        {new("lead"): {new("R"): 1.0}}, highlight=[new("lead")], title=new("T")
    ).description,
    "times": lambda new, _: plot_times({new("lead"): [1.0]}, title=new("T")).description,
}  # fmt: skip


def list_strings(value):
    """Yield every string in a value: in fields, items, keys and attributes."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from list_strings(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from list_strings([*value, *value.values()])
    elif isinstance(value, tuple | list):
        for item in value:
            yield from list_strings(item)


@pytest.mark.parametrize("name", CASES)
def test_every_string_inside_is_exact(name, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    for folder in ("1", "2"):
        (tmp_path / folder / "a.txt").write_text(TEXT)
    made = CASES[name](Foreign, tmp_path / "1")
    assert [type(one) for one in list_strings(made) if type(one) is not str] == []
    assert made == CASES[name](str, tmp_path / "2")
    assert pickle.loads(pickle.dumps(made)) == made


def test_links_of_a_page_do_not_reach_the_workers():
    texts = [Foreign("Trời mưa."), Foreign("Đường ngập.")]
    for text in texts:
        text.page = texts  # each text leads to all others, as those of BeautifulSoup do
    pipeline = make_pipeline()
    plain = pipeline.translate_many(["Trời mưa.", "Đường ngập."])
    assert pipeline.translate_many(texts, workers=2) == plain


def test_members_of_an_enumeration_are_their_values():
    pipeline = make_pipeline()
    ways = {"to": Choice.en, "source_lang": Choice.vi}
    plain = {name: way.value for name, way in ways.items()}
    assert pipeline.translate(TEXT, **ways) == pipeline.translate(TEXT, **plain)
    assert pipeline.summarize(TEXT, Choice.brief, **ways) == pipeline.summarize(
        TEXT, "brief", **plain
    )
    assert pipeline.digest([TEXT], to=Choice.en) == pipeline.digest([TEXT], to="en")
    assert vnsum.load(diacritics=Choice.keep).diacritics == "keep"
