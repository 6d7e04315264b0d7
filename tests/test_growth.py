"""Run time is linear in the text, for every regular expression and everything that reads text."""

import contextlib
import dataclasses
import importlib
import pkgutil
import random
import re
import sys
import textwrap
from pathlib import Path

import pytest
from growth import grows_too_fast, list_pumps, repeated, write_match

import vnsum
from vnsum import checks, languages, quantities, rendering
from vnsum.assembly import clear_references, list_names
from vnsum.checks import screening
from vnsum.errors import MissingExtraError
from vnsum.names import recognition
from vnsum.names.people import find_people
from vnsum.names.table import drop_diacritics
from vnsum.reading import article, cleaning
from vnsum.reading.subtitle_text import join_cues
from vnsum.reading.subtitles import parse_subtitles
from vnsum.reading.web import (
    blocks,
    containers,
    extraction,
    inline,
    omissions,
    parsing,
    prose,
    structure,
    superscripts,
)
from vnsum.reading.web.metadata import split_title
from vnsum.reading.wrapping import unwrap
from vnsum.rendering import html_parts
from vnsum.rendering.subtitles import split_words, wrap
from vnsum.results.digest import Digest, DigestPair, DigestSentence, Place
from vnsum.results.document import Document, Sentence
from vnsum.results.result import CheckedText, Finding, SentencePair, Span, Translation
from vnsum.segmentation import clauses, sections
from vnsum.translation import CheckedTranslator, FakeBackend, markup, translatable
from vnsum.translation.preparing import prepare
from vnsum.translation.repair.diacritics import spell_names
from vnsum.translation.repair.places import mark_places

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs interval timers")

SOURCES = {
    path: path.read_text(encoding="utf-8") for path in Path(vnsum.__file__).parent.rglob("*.py")
}
USES = "search|match|fullmatch|finditer|findall|sub|split"
# Parts whose expressions see the beginning or the end of a line or page only, in characters.
BOUNDED = {"vnsum.reading.boilerplate": 400, "vnsum.reading.charsets": 4096}
SIZE = 2000  # of the others, of which up to four times as much is read
# Read no texts of users: models, training, and the tables of the evaluation.
LEFT_OUT = ("vnsum.training", "vnsum.evaluation", "vnsum.__main__")
NASTY = (
    "a", "A", "Aa ", "Á ", "Đ", "ð", "1", "1.", "1,", "12/", "- ", " ", "\t", "\n", "  \n", '"',
    "“", "‘", "«", "(", "()", "[", "[a](b) ", "<a ", "> ", "»", "*", "**a", "_", "`", "|", "a.",
    "A. ", "a@", "a@a.", "http://", "www.", "&", "&#38;", "# ", "a: ", ", ", "...", "!", "./.",
    "=", ".a()", "->", "-", "~", "\u0300", "\u200c", "\u2028", "\ufb00", "Ã", "\U0001f600",
)  # fmt: skip
ENDS = ("", "\x01", " x", "a\n", ")", "。", "`")


def find_patterns(value, where, found, seen):
    """Put the expressions that a value holds into `found`, with the name of where they are."""
    if isinstance(value, re.Pattern):
        found.setdefault(value, where)
        return
    if id(value) in seen or isinstance(value, type):
        return
    seen.add(id(value))
    if isinstance(value, dict):
        parts = [("[]", part) for part in (*value, *value.values())]
    elif isinstance(value, tuple | list | set | frozenset):
        parts = [("[]", part) for part in value]
    elif dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        parts = [(f".{name}", getattr(value, name, None)) for name in names]
    else:
        return
    for name, part in parts:
        find_patterns(part, where + name, found, seen)


def all_patterns():
    found, seen = {}, set()
    for module in pkgutil.walk_packages(vnsum.__path__, "vnsum."):
        if module.name.startswith(LEFT_OUT):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except MissingExtraError:
            continue
        for name, value in vars(loaded).items():
            find_patterns(value, f"{module.name}.{name}", found, seen)
    # In an order that all workers of pytest-xdist agree on.
    rows = [(where, pattern) for pattern, where in found.items()]
    return sorted(rows, key=lambda row: (row[0], str(row[1].pattern)))


def uses_of(where):
    """Return the methods by which an expression is asked, by its name or in a loop over a table."""
    module = max((name for name in sys.modules if where.startswith(f"{name}.")), key=len)
    stem = module.replace(".", "/")
    own = next(s for path, s in SOURCES.items()
               if path.as_posix().endswith((f"{stem}.py", f"{stem}/__init__.py")))  # fmt: skip
    name = where.replace("[]", "").rpartition(".")[2]
    readers = [own] if name.startswith("_") else SOURCES.values()  # others may have the same name
    named = [re.findall(rf"\b{name}(?:\[\w+\])?\.({USES})\(", s) for s in readers]
    in_loops = re.findall(rf"(?<![.\w])[a-z_]+\.({USES})\(", own)
    return set().union(*named) or set(in_loops) or {"search"}


def ask(pattern, use):
    if use in ("match", "fullmatch"):
        return getattr(pattern, use)
    return lambda text: sum(1 for _ in pattern.finditer(text))


def as_input(pattern, make):
    if isinstance(pattern.pattern, bytes):
        return lambda size: make(size).encode()
    return make


def test_the_walk_finds_the_expressions():
    places = {where for where, _ in all_patterns()}
    assert {
        "vnsum.translation.translatable.CODE[]",
        "vnsum.reading.cleaning.FIXES[].trigger",
        "vnsum.reading.cleaning._D_WORD",
        "vnsum.quantities.numerals.GROUPED[]",
        "vnsum.reading.web.limits._URL",
    } <= places
    assert uses_of("vnsum.translation.translatable.CODE[]") == {"fullmatch"}
    assert uses_of("vnsum.reading.cleaning.FIXES[].trigger") == {"search"}
    assert len(places) > 100


@pytest.mark.parametrize("quadratic", ["a*b", r"\w+@"])
def test_a_quadratic_expression_is_found(quadratic):
    make = repeated("", "a", "\x01")
    # Another process may disturb a measurement, but not several.
    size = 3 * SIZE  # a fast processor needs less than `FLOOR` for a short text
    assert any(grows_too_fast(re.compile(quadratic).search, make, size) for _ in range(5))
    assert not grows_too_fast(re.compile("\x01").search, make, size)


def make_cases(pattern, rng):
    """Return texts of any length that an expression may have trouble with."""
    pumps = list_pumps(pattern, rng)
    cases = [(before, unit, end) for before, unit in pumps for end in ENDS]
    cases += [("", before + unit, rng.choice(ENDS)) for before, unit in pumps]
    cases += [("", unit, "\x01") for _, unit in pumps]
    cases += [("", unit, rng.choice(ENDS)) for unit in NASTY]
    cases += [(write_match(pattern, rng), unit, rng.choice(ENDS)) for unit in NASTY[::4]]
    cases += [("", write_match(pattern, rng), rng.choice(ENDS)) for _ in range(3)]
    return list(dict.fromkeys((before, unit, after) for before, unit, after in cases if unit))


@pytest.mark.parametrize(("where", "pattern"), [pytest.param(*r, id=r[0]) for r in all_patterns()])
def test_every_expression_is_linear(where, pattern):
    size = next((most // 2 for part, most in BOUNDED.items() if where.startswith(part)), SIZE)
    for use in sorted({u if u in ("match", "fullmatch") else "search" for u in uses_of(where)}):
        for case in make_cases(pattern, random.Random(1)):
            make = as_input(pattern, repeated(*case))
            assert not grows_too_fast(ask(pattern, use), make, size), (use, case)


PIPELINE = vnsum.Pipeline(
    translator=CheckedTranslator(backend=FakeBackend()), summarizer=vnsum.summarization.load("lead")
)
GLOSSARY = vnsum.Glossary.from_dict({"Biển Đông": "East Sea", "a a": "b"}, keep=["A"])


def as_document(given):
    sentence = vnsum.Sentence(text=given, start=0, end=len(given), paragraph=0)
    return vnsum.Document(text=given, lang="vi", title=given, sentences=(sentence,))


def restore(given):
    marked = markup.strip_marks(given)
    markup.restore_marks(marked.text, marked.marks)
    markup.restore_marks("x y. " * (len(given) // 5), marked.marks)


READERS = {
    "assembly.list_names": lambda t: list_names([(t, t)], find_people(as_document(t))),
    "clauses.split_clauses": lambda t: clauses.split_clauses(t, "vi"),
    "checks.check": lambda t: checks.check(t, "The cat."),
    "checks.check en": lambda t: checks.check("Con mèo.", t),
    "names.list_names": lambda t: recognition.list_names(t, "vi"),
    "abbreviations": lambda t: prepare(t, "vi", GLOSSARY),
    "mark_places": lambda t: mark_places(t, CheckedText(text=t), glossary=GLOSSARY),
    "glossary.find": lambda t: GLOSSARY.find(t, lang="vi"),
    "languages.detect": languages.detect,
    "languages.words": lambda t: languages.words(t, "en"),
    "quantities.read en": lambda t: quantities.read(t, lang="en"),
    "quantities.read vi": lambda t: quantities.read(t, lang="vi"),
    "markup": restore,
    "placeholders": lambda given: markup.strip_marks("{a}" * (len(given) // 3)),
    "pipeline.summarize": lambda t: PIPELINE.summarize(t, source_lang="vi"),
    "pipeline.translate": lambda t: PIPELINE.translate(t, source_lang="en", to="vi"),
    "article.read_text": article.read_text,
    "rendering": lambda t: [rendering.to_text(as_document(t)), rendering.to_html(as_document(t))],
    "screening": lambda t: screening.has_source_left(t, t),
    "subtitles": lambda t: [
        join_cues(parse_subtitles(f"1\n00:00:01,000 --> 00:00:02,000\n{t}", "srt")),
        wrap(t),
        split_words(t, [1, 2, 3]),
    ],
    "sections": lambda t: list(sections.cut_sections([t])),
    "segment en": lambda t: vnsum.segment(t, lang="en"),
    "segment vi": lambda t: vnsum.segment(t, lang="vi"),
    "cleaning.clean": lambda t: cleaning.clean(f"Trời mưa to ở Hà Nội. {t}"),
    "translatable.has_words": translatable.has_words,
}
MARKS = "\u0345\u0301\u0323\u0327\u0338"  # of several classes, which normalization sorts
UNITS = (
    "Aa ", "Viet Nam ", "Nguyễn Văn A ", "Ông Nguyễn Văn A nói: “", "Theo ", "a", "ð", "1.", "12/",
    "- ", "\n- a", '"', "(", "[a](b) ", "**a", "a. ", "_A. ", "!", "hai mươi ", "ngày 1/2 ",
    "one hundred and ", "không ", "http://a ", "\u200c", "  \n", MARKS,
    "CSGT, TS Lê An ở Lao Cai, ",
)  # fmt: skip


# Sentences of both languages in which much of one side is compared with much of the other.
SIDES = (
    ("không ", "not "), ("chưa A1 ", "no after "), ("không chỉ ", "only not only "),
    ("ngăn không ", "prevent not "), ("sáng Ông Nguyễn Văn An ", "Mr. Tran Van Binh fell all "),
    ("Paris Dan Brown ", "London Brown "), ("tập đoàn Meta ", "it Acme "),
    ("cả nước 3 tỷ đồng ", "Vietnam $4 billion "), ("ngày 3/5 “a” ", 'May 4 "b" '),
    ("tăng 5% QĐ-1/BC ", "fell 6% QD-2/BC "), ("sáng 15h30 ", "3:30 p.m. evening "),
)  # fmt: skip


def count_lines(function):
    """Return how many lines of Python are run, which is the same in every run."""
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize(("source", "target"), SIDES)
def test_checks_of_two_long_sentences_are_linear(source, target):
    def run(size):
        return count_lines(lambda: checks.check(source * size, target * size))

    run(1)
    assert run(120) < 4.4 * run(30)


def test_people_of_long_articles_are_introduced_in_linear_time():
    def run(size):
        names = [f"Kael{chr(97 + i % 26)}or Bren{chr(97 + i // 26)}ax" for i in range(size)]
        text = " ".join(f"Ông {name} đến Huế. Ông {name.split()[1]} cười." for name in names)
        document = vnsum.segment(text, lang="vi")
        people, budget = find_people(document), vnsum.Budget(ratio=0.99)
        summary = vnsum.summarization.load("lead").summarize(document, budget)
        assert len(people) == size and len(summary.sentences) > size
        return count_lines(lambda: clear_references(document, summary, people))

    run(30)  # compiles expressions
    assert run(120) < 4.4 * run(30)


@pytest.mark.parametrize("width", [60, 90])
def test_wrapped_lines_are_joined_in_linear_time(width):
    words = ["Mấy", "hôm", "nay", "người", "dân", "trong", "xã", "đi", "lại", "khó", "khăn"]

    def make(size):
        rng = random.Random(1)
        return textwrap.fill(" ".join(rng.choices(words, k=15 * size)), width)

    assert unwrap(make(100)) != make(100)
    assert not grows_too_fast(unwrap, make, 2000)


def test_names_with_diacritics_are_put_back_in_linear_time():
    def run(size):
        names = [
            f"Nguyễn Vă{'aeiouy'[i % 6]} {chr(65 + i // 6 % 26)}ă{'abcd'[i // 156]}" for i in size
        ]
        plain = [drop_diacritics(name) for name in names]
        done = CheckedText(text=f"There are {', '.join(plain)}.")
        text = f"Có {', '.join(names)}."
        spell_names(text, done, glossary=vnsum.Glossary(), diacritics="keep")

    run(range(1))
    assert not grows_too_fast(run, range, 150)


def digest_of(size):
    """Return a digest of `size` articles with `size` sentences, one of them in all articles."""
    sentence = vnsum.Sentence(text="a", start=0, end=1, paragraph=0)
    document = vnsum.Document(text="a", lang="vi", sentences=(sentence,))
    places = tuple(Place(article=number, sentence=0) for number in range(size))
    noted = Finding(kind="conflict", severity="info", message="m", places=places[:1])
    pairs = [
        DigestPair(source=DigestSentence(text="a", evidence=(place,)), target="", findings=(noted,))
        for place in places[1:]
    ]
    pairs.append(DigestPair(source=DigestSentence(text="a", evidence=places), target=""))
    return Digest(documents=(document,) * size, lang="vi", target_lang="en", pairs=tuple(pairs))


@pytest.mark.parametrize(
    "show", [rendering.to_text, rendering.to_markdown, rendering.to_html, rendering.report]
)
def test_digests_of_many_articles_are_shown_in_linear_time(show):
    def run(size):
        digest = digest_of(size)
        return count_lines(lambda: show(digest))

    run(1)
    assert run(80) < 4.4 * run(20)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("spell", [str, str.lower, lambda text: "The stocks rose."])
def test_many_terms_in_a_sentence_take_linear_time(keep, spell):
    def run(size):
        names = [f"MCK{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(size)]
        terms = {} if keep else {name: spell(name) for name in names}
        glossary = vnsum.Glossary.from_dict(terms, keep=names if keep else ())
        translator = CheckedTranslator(backend=FakeBackend(function=spell), glossary=glossary)
        text = f"Các mã {', '.join(names)} tăng."
        way = {"source": "vi", "target": "en"}
        return count_lines(lambda: translator.translate_checked([text], **way))

    run(1)
    assert run(80) < 4.6 * run(20)


@pytest.mark.parametrize("words", [2, 5])
def test_a_sentence_over_many_cues_is_distributed_in_linear_time(words):
    """A stored translation may have one, though vnsum joins a few cues only."""

    def run(size):
        cues = (f"00:{n // 60:02}:{n % 60:02},000 --> 01:00:00,000\nmưa" for n in range(size))
        film = article.read_subtitles("\n\n".join(cues), "srt")
        sentence = Sentence(text=film.text, start=0, end=len(film.text), paragraph=0)
        document = Document(text=film.text, lang="vi", sentences=(sentence,))
        pair = SentencePair(source=sentence, target="rain, " * words * size)
        done = Translation(document=document, target_lang="en", pairs=(pair,))
        return count_lines(lambda: rendering.to_subtitles(done, film.subtitles))

    run(1)
    assert run(400) < 4.4 * run(100)


@pytest.mark.parametrize("end", [lambda n, size: size + n, lambda n, size: 2 * size - n])
def test_overlapping_findings_are_marked_in_linear_time(end):
    def run(size):
        spans = [Span(start=n, end=end(n, size)) for n in range(size)]
        found = [(Finding(kind="number", severity="info", message="m"), span) for span in spans]
        return count_lines(lambda: html_parts.marked("a" * 2 * size, found, "n"))

    run(1)
    assert run(400) < 4.4 * run(100)


# Elements of web pages: what is around and what is repeated.
PAGE = f"<article><h1>Mưa</h1><p>{'Sáng nay trời mưa rất to ở Huế. ' * 20}</p>%s</article>"
ELEMENTS = (
    ("<ol>%s</ol>", "<li>Mưa to</li>"), ("<ul>%s</ul>", "<li>Mưa to</li>"),
    ("<ol>%s</ol>", "<li hidden>Mưa"), ("<table>%s</table>", "<tr><td>Mưa</td><td>1</td></tr>"),
    ("<dl>%s</dl>", "<dt>Mưa</dt><dd>to</dd>"), ("<p>%s</p>", "Mưa<br>"), ("%s", "<h2>Mưa</h2>"),
    ("<p>%s</p>", "<b>Mưa</b> <a href=/>to</a>"), ("%s", "<figure>Mưa</figure>"),
    ("%s", f"<p>{'Mưa rất to ở Huế. ' * 3}</p>"), ("%s", "<table><td>Mưa</td></table>"),
    ("</article>%s", f"<section><p>{'Mưa rất to ở Huế. ' * 3}</p></section>"),
    ("<h1>Mưa</h1>%s", f"<h1>Mưa</h1><p>{'Mưa rất to ở Huế. ' * 3}</p>"),
    ("%s", "<figure><table><td>Mưa</td></table></figure>"),
)  # fmt: skip


@pytest.mark.parametrize(("around", "unit"), ELEMENTS)
def test_the_structure_of_a_page_is_found_in_linear_time(around, unit):
    html = pytest.importorskip("lxml.html")

    def parse(size):
        return html.document_fromstring(PAGE % (around % (unit * size)))

    def read(tree):
        found = structure.find_structure(tree, title="Mưa rất to ở Huế - Báo Vidu")
        omissions.describe_omissions(found)
        blocks.write_blocks(found)
        omissions.describe_missing(tree, "Mưa rất to ở Huế. Trời mưa to.")

    assert not grows_too_fast(read, parse, 1000)


# Elements that are kept, emptied or renamed before a page is read: around, and repeated.
INLINE = (
    ("<p>%s to</p>", "Mưa <a class=author>to</a>, "), ("<p>%s</p>", "<label>to</label> "),
    ("<p>mưa %s</p>", "<time>Mưa</time>"), ("<p>%s</p>", "<a name=x></a>"),
    ("<p>%s</p>", "<a class=share>Mưa</a>, "), ("<p>Mưa %s to</p>", "<b class=nav>to <i>x</i></b>"),
    ("%s", "<p>Bà: <q>Mưa <q>to</q></q>"), ("%s", "<p>Mưa <s>to <del>lắm</del></s>"),
    ("<p>%s</p>", "<s>to</s> "), ("%s", "<form>Mưa to</form>"),
    ("%s", "<h2><b id=mua>Mưa</b></h2>"), ("<h2>%s</h2>", "<b id=mua>Mưa</b>"),
    ("%s", "<p><a data-id=x>Mưa to.</a></p>"), ("<p>%s</p>", "<a>Mưa to.</a> "),
    ("%s", "<section id=mua-to><h2>Mưa to</h2><p>Mưa to.</p></section>"),
)  # fmt: skip


@pytest.mark.parametrize(("around", "unit"), INLINE)
def test_a_page_is_prepared_in_linear_time(around, unit):
    html = pytest.importorskip("lxml.html")

    def parse(size):
        return html.document_fromstring(PAGE % (around % (unit * size)))

    def prepare(tree):
        inline.write_quotations(tree)
        inline.empty_struck(tree)
        containers.open_anchors(tree)
        containers.open_forms(tree)
        containers.forget_ids(tree)
        inline.keep_words(tree)
        inline.keep_all_words(tree)

    assert not grows_too_fast(prepare, parse, 1000)


# Elements that are many in a line, or not closed.
CROWDED = (
    "<span>Huế</span> và ", "<b>Huế</b> ", "<a href=/x>Huế</a> ", "Huế<sup>2</sup> ",
    "Huế <sup>st</sup> ", "<q>Huế</q> ", "Mưa <span class=popup>to</span> ở ", "<s>to</s> ở ",
)  # fmt: skip


@pytest.mark.parametrize("unit", CROWDED)
def test_the_text_of_a_line_with_many_elements_is_one(unit):
    """Where trafilatura leaves texts that follow one another, XPath takes quadratic time."""
    html = pytest.importorskip("lxml.html")
    page = f"<html><body>{PAGE % f'<p>{unit * 2500}</p>'}</body></html>"
    tree = html.document_fromstring(page)
    superscripts.write_superscripts(tree)
    inline.empty_struck(tree)
    given = extraction._copy_for_trafilatura(tree, is_found=True)
    assert len(given.xpath("//p[2]//text()")) == 1


def test_links_that_are_not_closed_are_counted_in_linear_time():
    html = pytest.importorskip("lxml.html")

    def parse(size):
        return html.document_fromstring("<p><a href=/x>Mưa rất to ở Huế." * size)

    def measure(tree):
        return [prose.linked_length(paragraph) for paragraph in tree.iter("p")]

    # Each has the text of those inside.
    measure(parse(3))
    assert count_lines(lambda: measure(parse(80))) < 4.4 * count_lines(lambda: measure(parse(20)))


def test_a_page_with_many_rows_is_read_in_linear_time():
    pytest.importorskip("trafilatura")
    page = PAGE % "</article><table>{}</table>"

    def run(size):
        rows = "<tr><td>Mưa</td><td>5,2</td></tr>" * size
        return count_lines(
            lambda: article.read_html(f"<html><body>{page.format(rows)}</body></html>")
        )

    run(1)
    assert run(400) < 4.4 * run(100)


def test_elements_inside_of_each_other_are_flattened_in_linear_time():
    trafilatura = pytest.importorskip("trafilatura")

    def make(size):
        return f"<html><body>{'<div>' * size}{'<b>to</b> ' * 30 * size}"

    assert not grows_too_fast(lambda page: parsing.parse(trafilatura, page), make, 450)


def test_tables_inside_tables_are_read_once():
    html = pytest.importorskip("lxml.html")

    def run(depth):
        nested = f"{'<table><tr><td>Mưa</td><td>' * depth}to{'</td></tr></table>' * depth}"
        found = structure.find_structure(html.document_fromstring(PAGE % nested))
        return count_lines(lambda: blocks.write_blocks(found))

    run(1)
    assert run(40) < 4.4 * run(10)


def test_names_of_sites_leave_a_title_in_linear_time():
    def make(size):
        return f"Mưa {'to ' * 30 * size}{' | a.vn' * size}"

    def read(title):
        split_title(title, headline=None, site=None)

    assert not grows_too_fast(read, make, 100)
    read(make(5000))


# Marks are searched for within `markup.REACH` characters, which looks quadratic below that.
SIZES = {"pipeline": 1000, "markup": 3 * markup.REACH}


@pytest.mark.parametrize("reader", READERS)
def test_everything_that_reads_texts_is_linear(reader):
    def read(given):
        with contextlib.suppress(vnsum.VnsumError):  # refused, which must be quick as well
            READERS[reader](given)

    read("Trời mưa to.")
    for unit in UNITS:
        size = SIZES.get(reader.partition(".")[0], 1500)
        assert not grows_too_fast(read, repeated("", unit, " x"), size), unit
