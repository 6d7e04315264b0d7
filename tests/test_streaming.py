"""Streams of many texts and of one long text: lazy, in order, errors by index, cache."""

import itertools
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_pipeline import PROSE, pipeline

import vnsum
from vnsum import errors
from vnsum.pipeline import streaming
from vnsum.reading.article import read_text
from vnsum.results.document import Document
from vnsum.segmentation import sections as splitting
from vnsum.segmentation.sections import SectionReader, cut_sections
from vnsum.translation import CacheWarning
from vnsum.translation.backends.backend import scramble

RAIN = "Trời mưa to ở Hà Nội."
RUSSIAN = "Сегодня в городе шёл сильный дождь, улицы затопило."
ENGLISH = "It rained hard in the city today, and the streets were flooded."


def lines(count):
    return [f"Sáng nay trời mưa {number} phút ở Huế." for number in range(count)]


def handed(fake):
    translator = getattr(fake.translator, "translator", fake.translator)
    return [text for call in translator.backend.calls for text in call]


class TestStreams:
    @given(st.lists(PROSE, max_size=5))
    @settings(deadline=None, max_examples=8)
    def test_a_stream_is_the_list(self, texts):
        texts = [text for text in texts if text.strip()]
        fake = pipeline()
        assert [*fake.translate_stream(iter(texts))] == fake.translate_many(texts)
        assert [*fake.summarize_stream(iter(texts))] == fake.summarize_many(texts)

    @pytest.mark.parametrize("verb", ["translate_stream", "summarize_stream"])
    def test_texts_are_taken_as_they_are_needed(self, verb):
        taken = []

        def endless():
            for number in itertools.count():
                taken.append(number)
                yield f"Sáng nay trời mưa {number} phút ở Huế."

        results = getattr(pipeline(), verb)(endless())
        assert not taken
        first = [next(results).document.text for _ in range(3)]
        assert first == lines(3)
        assert len(taken) <= streaming.CHUNK_SENTENCES

    def test_blank_texts_do_not_pile_up(self):
        results = pipeline().translate_stream("" for _ in itertools.count())
        assert next(results).text == ""

    @pytest.mark.parametrize("texts", [RAIN, b"x", None, 3, Document(text="", lang="vi")])
    @pytest.mark.parametrize("verb", ["translate_stream", "summarize_stream", "translate_many"])
    def test_what_is_no_list_is_refused_at_once(self, texts, verb):
        with pytest.raises(
            errors.InputError,
            match=r"^texts: expected a list of texts, not one \w+: put it into a list$",
        ):
            getattr(pipeline(), verb)(texts)

    @pytest.mark.parametrize("verb", ["translate_stream", "summarize_stream"])
    def test_wrong_options_are_refused_at_once(self, verb):
        with pytest.raises(errors.InputError, match=r"on_error must be one of .*'ignore'"):
            getattr(pipeline(), verb)([], on_error="ignore")
        with pytest.raises(errors.LanguageError):
            getattr(pipeline(), verb)([], to="fr")
        with pytest.raises(errors.InputError, match="cache must be"):
            pipeline().cached(5)


def explode(text):
    if "nổ" in text:
        raise RuntimeError("out of memory")
    return scramble(text)


BAD = {
    "no text": (None, "InputError", "NoneType"),
    "bytes": (b"Tr", "InputError", "bytes"),
    "another language": (RUSSIAN, "LanguageError", "neither Vietnamese nor English"),
    "another direction": (ENGLISH, "LanguageError", "does not translate en->vi"),
    "a fault of the model": ("Tiếng nổ lớn ở Huế.", "VnsumError", "RuntimeError: out of memory"),
}


@pytest.mark.parametrize("verb", ["translate", "summarize"])
@pytest.mark.parametrize("bad", sorted(BAD))
class TestErrors:
    def texts(self, bad, verb):
        fake = pipeline(function=explode, directions=("vi->en",))
        options = {"to": "vi"} if bad == "another direction" and verb == "translate" else {}
        good = "Trời mưa to ở Hà Nội." if not options else "Trời nắng ở Huế."
        return fake, [good, good, BAD[bad][0], RAIN], options

    def test_it_names_the_text_after_what_came_before(self, bad, verb):
        fake, texts, options = self.texts(bad, verb)
        results = getattr(fake, f"{verb}_stream")(texts, **options)
        assert [next(results).document.text for _ in range(2)] == texts[:2]
        _, kind, message = BAD[bad]
        with pytest.raises(getattr(errors, kind), match=rf"^texts\[2\]: .*{message}"):
            next(results)
        with pytest.raises(getattr(errors, kind), match=r"texts\[2\]"):
            getattr(fake, f"{verb}_many")(texts, **options)

    def test_or_it_is_reported_and_the_rest_is_done(self, bad, verb):
        fake, texts, options = self.texts(bad, verb)
        results = getattr(fake, f"{verb}_many")(texts, on_error="report", **options)
        assert [result.document.text for result in results] == [*texts[:2], "", RAIN]
        assert len({type(result) for result in results}) == 1
        (finding,) = results[2].findings
        assert (finding.kind, finding.severity) == ("failure", "error")
        assert finding.message.startswith("texts[2]: ")
        assert results[2].pairs == ()
        assert type(results[2]).from_dict(results[2].to_dict()) == results[2]
        expected = [getattr(fake, verb)(text, **options) for text in (*texts[:2], RAIN)]
        assert [*results[:2], results[3]] == expected


@pytest.mark.parametrize("on_error", ["raise", "report"])
@pytest.mark.parametrize("verb", ["translate_stream", "summarize_stream"])
@pytest.mark.parametrize("error", [OSError("disk gone"), errors.ModelError("x")])
class TestBrokenSources:
    def source(self, count, error):
        yield from lines(count)
        raise error

    @pytest.mark.parametrize("count", [0, 3, 4, 6])
    def test_what_is_done_before_comes_out_first(self, count, error, verb, on_error, monkeypatch):
        monkeypatch.setattr(streaming, "CHUNK_SENTENCES", 4)
        got = []
        with pytest.raises(type(error)) as raised:
            for result in getattr(pipeline(), verb)(self.source(count, error), on_error=on_error):
                got.append(result.document.text)
        assert got == lines(count)
        assert raised.value is error, "which no text is to blame for"

    def test_so_it_does_before_an_error_of_the_model(self, error, verb, on_error, monkeypatch):
        real = vnsum.Pipeline.segment

        def segment(self, text):
            if text == RAIN:
                raise errors.ModelError("no segmenter")
            return real(self, text)

        monkeypatch.setattr(vnsum.Pipeline, "segment", segment)
        got = []
        with pytest.raises(errors.ModelError, match=r"^no segmenter$"):
            for result in getattr(pipeline(), verb)([*lines(3), RAIN], on_error=on_error):
                got.append(result.document.text)
        assert got == lines(3)

    def test_an_interrupt_waits_for_nothing(self, error, verb, on_error):
        fake = pipeline()
        with pytest.raises(KeyboardInterrupt):
            next(getattr(fake, verb)(self.source(3, KeyboardInterrupt()), on_error=on_error))
        assert not handed(fake)


def test_sections_before_a_broken_file_come_out(monkeypatch):
    monkeypatch.setattr(cut_sections, "__kwdefaults__", {"size": 100})

    def pieces():
        yield from ["Trời mưa to ở Huế.\n\n"] * 20
        raise OSError("disk gone")

    got = []
    with pytest.raises(OSError, match="disk gone"):
        for section in pipeline().translate_sections(pieces()):
            got.append(section)
    assert len(got) == 3


def test_a_model_that_cannot_be_loaded_is_no_fault_of_a_text():
    with pytest.raises(errors.ModelError, match=r"^(?!texts)"):
        vnsum.load("opus-mt-vi-en").translate_many([RAIN], on_error="report")


class TestCache:
    def test_a_second_run_translates_nothing(self, tmp_path):
        first, second = pipeline(), pipeline()
        job = tmp_path / "job.sqlite"
        expected = first.cached(job).translate_many(lines(40))
        assert second.cached(job).translate_many(lines(40)) == expected
        assert expected == pipeline().translate_many(lines(40))
        assert not handed(second)

    def test_summaries_and_translations_share_it(self, tmp_path):
        fake = pipeline().cached(tmp_path / "job.sqlite")
        fake.translate_many(lines(20))
        before = len(handed(fake))
        fake.summarize_many(lines(20), 1)
        assert len(handed(fake)) == before

    def test_no_cache_is_the_pipeline_itself(self):
        fake = pipeline()
        assert fake.cached(None) is fake.cached(False) is fake

    def test_load_takes_one(self, tmp_path, monkeypatch):
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path))
        assert vnsum.load(cache=True).translator.store.path == tmp_path / "translations.sqlite"
        assert vnsum.load(cache=tmp_path / "a.db").translator.store.path == tmp_path / "a.db"
        assert not hasattr(vnsum.load().translator, "store"), "private texts stay off the disk"

    @pytest.mark.parametrize("verb", ["translate_many", "summarize_many"])
    def test_without_a_folder_there_is_one_warning(self, tmp_path, verb):
        (tmp_path / "file").write_text("in the way")
        fake = pipeline()
        with pytest.warns(CacheWarning) as seen:
            done = getattr(fake.cached(tmp_path / "file" / "job.sqlite"), verb)(lines(80))
        assert len(seen) == 1
        assert done == getattr(fake, verb)(lines(80))

    def test_an_interrupted_job_goes_on(self, tmp_path):
        """As by Ctrl-C in a notebook: the same pipeline is used again."""
        job, texts, calls = tmp_path / "job.sqlite", lines(330), []

        def interrupt(text):
            calls.append(text)
            if len(calls) == 200:
                raise KeyboardInterrupt
            return scramble(text)

        fake = pipeline(function=interrupt)
        with pytest.raises(KeyboardInterrupt):
            fake.cached(job).translate_many(texts)
        assert len(fake.cached(job).translate_many(texts)) == 330
        again = [text for text in set(calls) if calls.count(text) > 1]
        assert 0 < len(again) <= 64, "only the portion that was under way"
        assert fake.translate(RAIN).text == scramble(RAIN)


class TestProgress:
    @pytest.fixture
    def bars(self, monkeypatch):
        """Every bar that is made, shown for once."""
        import tqdm.auto

        made = []

        class Bar(tqdm.auto.tqdm):
            def __init__(self, *args, **options):
                super().__init__(*args, **{**options, "file": sys.stdout, "mininterval": 0})
                made.append(self)

        monkeypatch.setattr("tqdm.auto.tqdm", Bar)
        return made

    def test_texts_are_counted_and_sentences_timed(self, bars, capsys):
        pipeline().translate_many(lines(5), progress=True)
        (bar,) = bars
        assert (bar.total, bar.n, bar.unit) == (5, 5, "text")
        assert "sentences/s" in bar.postfix
        assert "5/5" in capsys.readouterr().out

    def test_the_length_of_a_stream_is_not_known(self, bars):
        assert len([*pipeline().summarize_stream(iter(lines(3)), progress=True)]) == 3
        assert (bars[0].total, bars[0].n) == (None, 3)

    def test_no_bar_unless_asked_for(self, bars, capsys):
        pipeline().translate_many(lines(3))
        assert bars[0].disable
        assert capsys.readouterr() == ("", "")

    def test_an_interrupt_closes_it(self, bars):
        def interrupt(_):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pipeline(function=interrupt).translate_many(lines(3), progress=True)
        assert bars[0].disable, "closed"

    def test_so_does_a_reader_who_goes_away(self, bars):
        results = pipeline().translate_stream(lines(30), progress=True)
        next(results)
        results.close()
        assert bars[0].disable, "closed"


PIECES = st.lists(
    st.sampled_from(
        ["Trời mưa to. ", "Đường ngập.", "\n", "\n\n", "a", " ", "\r\n", "dài" * 30, "Hai\n \nba"]
    ),
    max_size=80,
)


MARKDOWN = ("Trời mưa to ở Huế.", "", "```", "```python", "  ~~~ ", "~~~", "x = 1", "`a`", "# Mục")


class TestSections:
    @given(PIECES, st.integers(8, 60))
    @settings(deadline=None)
    def test_they_are_the_text_and_no_longer_than_asked_for(self, pieces, size):
        found = [*cut_sections(pieces, size=size)]
        assert "".join(found) == "".join(pieces)
        assert all(0 < len(section) <= size for section in found)

    def test_paragraphs_stay_whole_where_they_can(self):
        paragraph = "Trời mưa to ở Huế. Đường ngập sâu.\n\n"
        sections = [*cut_sections([paragraph] * 100, size=400)]
        assert len(sections) > 1
        assert all(section and section.replace(paragraph, "") == "" for section in sections)

    def test_one_word_has_to_be_cut(self):
        assert [*cut_sections(["x" * 100], size=30)] == ["x" * 30] * 3 + ["x" * 10]

    @given(st.text(alphabet="a \r\n.", max_size=80), st.integers(2, 30))
    @example("a" * 9 + "\r\n" * 4 + "b" * 9, 10)
    def test_a_line_end_is_not_cut(self, text, size):
        found = [*cut_sections([text], size=size)]
        assert "".join(found) == text
        for before, after in itertools.pairwise(found):
            assert not (before.endswith("\r") and after.startswith("\n"))

    @given(st.lists(st.sampled_from(MARKDOWN), max_size=60), st.integers(10, 80))
    @example(["```", "x = 1", "", "x = 1", "```"], 10)
    @example(["Trời mưa.", "```", "x = 1", "Trời mưa.", "", "~~~", "", "x = 1", "~~~"], 12)
    @settings(deadline=None)
    def test_code_blocks_are_not_cut(self, lines, size):
        text = "".join(f"{line}\n" for line in lines)
        pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
        found = [*cut_sections(pieces, size=size)]
        assert "".join(found) == text
        read = read_text(text)
        blocks = [piece for piece in read.boilerplate if piece.kind == "code"]
        assert read.text == text or not blocks
        for end in itertools.accumulate(map(len, found)):
            assert not any(block.start < end < block.end for block in blocks)
        longest = max([block.end - block.start for block in blocks], default=0)
        assert all(0 < len(section) <= max(size, longest) for section in found)

    def test_a_code_block_that_never_ends_is_text(self, monkeypatch):
        monkeypatch.setattr(splitting, "LONGEST_CODE", 500)
        pieces = itertools.chain(["```\n"], itertools.repeat("Trời mưa to ở Huế.\n\n", 100))
        found = cut_sections(pieces, size=100)
        assert len(next(found)) <= 100
        assert next(pieces, None) is not None, "not the whole text is read"

    def test_only_pieces_of_text(self):
        with pytest.raises(errors.InputError, match=r"pass \[text\]"):
            [*cut_sections("Trời mưa.")]
        with pytest.raises(errors.InputError, match="bytes"):
            [*cut_sections([b"Tr"])]

    def test_only_the_first_section_begins_an_article(self):
        reader = SectionReader()
        section = "date 2026-01-10 Trời mưa to ở Huế từ sáng nay./.\n\n# Mục một\n"
        first, second = reader.read(section), reader.read(section)
        assert "date" in {piece.kind for piece in first.boilerplate}
        assert "date" not in {piece.kind for piece in second.boilerplate}
        assert {"markup", "end_mark"} <= {piece.kind for piece in second.boilerplate}
        assert second.sentences[0].text.startswith("date 2026-01-10"), "text, as it may well be"

    def test_they_share_one_language(self):
        reader = SectionReader()
        assert [reader.read(text).lang for text in ("\n \n", RAIN, "OK.", "12")] == ["vi"] * 4
        assert SectionReader(lang="en").read("OK.").lang == "en"


class TestLongTexts:
    def test_a_short_one_is_translated_as_ever(self, article):
        fake = pipeline()
        (section,) = fake.translate_sections([article])
        assert section == fake.translate(article)

    def test_a_long_one_is_the_sum_of_its_paragraphs(self):
        paragraph = "Hôm nay trời mưa to ở Hà Nội. Giá vàng tăng mạnh từ sáng. Đường ngập.\n\n"
        text = paragraph * 900
        sections = [*pipeline(function=str).translate_sections(text.splitlines(keepends=True))]
        assert len(sections) > 2
        assert "".join(section.text for section in sections) == text
        assert sum(len(section.pairs) for section in sections) == 2700
        assert {section.document.lang for section in sections} == {"vi"}

    def test_sections_come_as_they_are_done(self):
        taken = []

        def endless():
            for number in itertools.count():
                taken.append(number)
                yield f"Sáng nay trời mưa {number} phút ở Huế.\n"

        results = pipeline().translate_sections(endless())
        assert "0" in next(results).text
        assert len(taken) < 5000

    def test_a_direction_that_is_not_there(self):
        fake = pipeline(directions=("vi->en",))
        with pytest.raises(
            errors.LanguageError, match=r"sections\[0\]: .*does not translate en->vi"
        ):
            next(fake.translate_sections([ENGLISH], to="vi"))
