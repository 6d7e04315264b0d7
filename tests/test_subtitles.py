"""Subtitles: parsing, writing, sentences over several cues, lines, and the command line."""

import copy
import dataclasses
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum import summarization
from vnsum.cli import main
from vnsum.errors import InputError
from vnsum.reading.article import read_data, read_subtitles
from vnsum.reading.subtitle_text import MAX_JOINED, join_cues
from vnsum.reading.subtitles import FORMATS, Cue, Subtitles, parse_subtitles, to_milliseconds
from vnsum.rendering.subtitles import (
    MAX_WIDTH,
    PREFERENCE,
    PUNCTUATION,
    list_losses,
    split_words,
    to_subtitles,
    wrap,
)
from vnsum.translation import CheckedTranslator, FakeBackend

FILM = """1
00:00:01,000 --> 00:00:02,500 X1:10 X2:90
- Chị mua gì đấy?
- Em mua hai cân cam.

2
00:00:03,000 --> 00:00:05,000
<i>Sáng nay gió thổi rất mạnh</i>

3
00:00:05,100 --> 00:00:07,000
<i>nên con thuyền nhỏ không ra khơi,
cả làng phải chờ đến trưa.</i>

4
00:00:08,000 --> 00:00:10,000
[tiếng chuông]

5
00:00:11,000 --> 00:00:12,000
{\\an8}Tôi thích phim <i>Mùa len trâu</i>.
"""
WEB = """WEBVTT - phim

STYLE
::cue { color: white }

mở đầu
00:01.000 --> 00:02.500 align:start position:10%
<v Lan>Cơm &amp; cá đã chín.

NOTE hết
"""
ENGLISH = {
    "Chị mua gì đấy?": "What are you buying?",
    "Em mua hai cân cam.": "I am buying two kilos of oranges.",
    "Sáng nay gió thổi rất mạnh nên con thuyền nhỏ không ra khơi, cả làng phải chờ đến trưa.":
        "This morning the wind was very strong, so the small boat did not go out to sea, and the "
        "whole village had to wait until noon.",
    "[tiếng chuông]": "[bell]",
    "Tôi thích phim Mùa len trâu.": "I like the film Mùa len trâu.",
    "Cơm & cá đã chín.": "The rice & the fish are done.",
}  # fmt: skip


def pipeline():
    backend = FakeBackend(function=lambda text: ENGLISH.get(text, text))
    return vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )


def translate(text, kind, to="en", output=None):
    article = read_subtitles(text, kind)
    done = pipeline().translate(article, to=to, source_lang="vi")
    return to_subtitles(done, article.subtitles, format=output)


# Files

times = st.integers(0, 5_000_000)
tokens = st.sampled_from(
    [
        "Trời",
        "mưa",
        "to.",
        "ở",
        "Huế,",
        "<i>",
        "</i>",
        "{\\an8}",
        "-",
        "♪",
        "&",
        "...",
        "[gió]",
        "5",
    ]
)
lines = st.lists(st.lists(tokens, min_size=1, max_size=6).map(" ".join), max_size=3).map(tuple)


def write_time(milliseconds, kind):
    seconds, rest = divmod(milliseconds, 1000)
    mark = {"srt": ",", "vtt": "."}[kind]
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours:02}:{minutes:02}:{seconds % 60:02}{mark}{rest:03}"


@st.composite
def subtitles(draw):
    kind = draw(st.sampled_from(FORMATS))
    comments = st.lists(st.just("NOTE một\nhai"), max_size=2 * (kind == "vtt")).map(tuple)
    cues = []
    for number in range(draw(st.integers(0, 4))):
        start = draw(times)
        cues.append(
            Cue(
                number=str(number + 1), start=write_time(start, kind),
                end=write_time(start + draw(times), kind),
                settings=draw(st.sampled_from(["", "align:start"])), lines=draw(lines),
                comments=draw(comments),
            )
        )  # fmt: skip
    return Subtitles(
        format=kind, cues=tuple(cues), header="WEBVTT" if kind == "vtt" else "",
        comments=draw(comments), newline=draw(st.sampled_from(["\n", "\r\n"])),
    )  # fmt: skip


ROLLING = """WEBVTT
Kind: captions

00:01.000 --> 00:02.000 align:start position:0%
\x20
hôm<00:01.480><c> nay</c>

00:02.000 --> 00:02.010
hôm nay
\x20

00:02.010 --> 00:03.000
hôm nay
\u00a0
trời mưa
"""


def test_a_line_of_white_space_is_inside_of_a_cue():
    found = parse_subtitles(ROLLING, "vtt")
    assert [cue.lines for cue in found.cues] == [
        (" ", "hôm<00:01.480><c> nay</c>"), ("hôm nay",), ("hôm nay", "\u00a0", "trời mưa"),
    ]  # fmt: skip
    assert str(found) == ROLLING.replace("nay\n \n\n", "nay\n\n")
    assert join_cues(found).text == "hôm nay hôm nay hôm nay trời mưa"


SAID = st.lists(
    st.sampled_from(["Trời mưa.", "đường ngập", "Cơm chín.", "Gió!", "<i>Tôi</i> sợ."]), min_size=8,
    max_size=12,
).filter(lambda said: all(a != b for a, b in itertools.pairwise(said)))  # fmt: skip


def write_cues(lines, *, pause=0):
    """Write cues of a second each; those of a line and a space last 10 milliseconds, as they do."""
    text, now = "WEBVTT\n", 0
    for line in lines:
        end = now + (10 if line.endswith("\n ") else 1000)
        text += f"\n{write_time(now, 'vtt')} --> {write_time(end, 'vtt')}\n{line}\n"
        now = end + pause
    return text


@given(SAID, st.sampled_from(["{new}", "{new}\n ", " \n{new}"]), st.booleans())
@settings(deadline=None)
def test_rolling_captions_are_read_once(said, shape, pauses):
    cues = []
    for before, new in zip(["", *said], said, strict=False):
        cues.append(f"{before}\n<c>{new}</c>" if before else shape.format(new=new))
        cues += [f"{new}\n "] if pauses else []
    found = read_subtitles(write_cues(cues), "vtt")
    assert found.text == read_subtitles(write_cues(said), "vtt").text
    assert [finding.message for finding in found.findings] == [
        "Lines of rolling captions that repeat the cue before were left out."
    ]
    assert len(found.subtitles.cues) == len(said)
    times = [(cue.start, cue.end) for cue in found.subtitles.cues]
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(times))


@given(SAID)
@settings(deadline=None)
def test_captions_that_do_not_roll_are_kept(said):
    again = [line for line in said for _ in range(2)]  # repeat after me
    rolling = [f"{before}\n{new}" for before, new in itertools.pairwise(said)]
    for text in (write_cues(said), write_cues(again), write_cues(["La."] * 9),
                 write_cues(rolling, pause=101)):  # fmt: skip
        found = read_subtitles(text, "vtt")
        assert (str(found.subtitles), found.findings) == (text, ())


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("hôm<00:01.480><c> nay</c>", "hôm nay"), ("<c>hôm</c> <c>nay</c>", "<c>hôm nay</c>"),
        ("<v Lan>hôm <c.x>nay</c></v>", "<v Lan>hôm nay</v>"), ("hôm nay</font>", "hôm nay"),
        ("<I>hôm nay</i>", "<I>hôm nay</i>"),
        ("<i>- hôm nay\n- hôm nay</i>", "<i>- hôm nay\n- hôm nay</i>"),
    ],
)  # fmt: skip
def test_no_tag_is_closed_that_was_not_opened(line, written):
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n{}\n"
    assert translate(text.format(line), "vtt").endswith(f"\n{written}\n")


@pytest.mark.parametrize("between", [" ", "\t", " \n", "\n \n", " \n\n ", " \n  "])
@pytest.mark.parametrize("number", ["2\n", ""])
def test_white_space_ends_a_cue_before_another_one(between, number):
    first, second = "1\n00:00:01,000 --> 00:00:02,000\nMưa.", "00:00:03,000 --> 00:00:04,000\nGió."
    found = parse_subtitles(f"{first}\n{between}\n{number}{second}\n", "srt")
    assert [cue.lines for cue in found.cues] == [("Mưa.",), ("Gió.",)]


@pytest.mark.parametrize(
    ("kind", "first", "output", "written"),
    [
        ("srt", "0:00:01,5 --> 0:00:02,50 X1:10 X2:90 align:start", "vtt",
         "00:00:01.500 --> 00:00:02.500 align:start"),
        ("vtt", "00:01.000 --> 123:00:02.007", "srt", "00:00:01,000 --> 123:00:02,007"),
        ("srt", "0:00:01,5 --> 0:00:02,50 X1:10", "srt", "0:00:01,5 --> 0:00:02,50 X1:10"),
    ],
)  # fmt: skip
def test_times_of_another_format(kind, first, output, written):
    text = f"{'WEBVTT' if kind == 'vtt' else ''}\n\n{first}\nTrời mưa.\n"
    assert f"\n{written}\n" in f"\n{translate(text, kind, output=output)}"
    losses = list_losses(parse_subtitles(text, kind), output)
    assert losses == (["positions of cues"] if (kind, output) == ("srt", "vtt") else [])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r\r\n", "\r"])
def test_line_ends(newline):
    found = parse_subtitles(FILM.replace("\n", newline), "srt")
    assert found.cues == parse_subtitles(FILM, "srt").cues
    assert found.newline == ("\n" if newline in "\n\r" else "\r\n")


@pytest.mark.parametrize(
    "tag", ["strong", "em", "center", "p", "size=20", "color=red", "FONT color=#fff"]
)
def test_tags_of_html_are_no_text(tag):
    name = tag.split()[0].split("=")[0]
    text = f"1\n00:00:01,000 --> 00:00:02,000\n<{tag}>Trời mưa.</{name}>\n"
    assert read_subtitles(text, "srt").text == "Trời mưa."
    assert translate(text, "srt") == text


@pytest.mark.parametrize("mark", ["<br>", "<br />", "{\\N}", " <BR/> "])
def test_a_break_inside_of_a_line_parts_words(mark):
    text = f"1\n00:00:01,000 --> 00:00:02,000\nXin chào{mark}các bạn.\n"
    assert read_subtitles(text, "srt").text == "Xin chào các bạn."


def test_backslashes_are_kept():
    text = "1\n00:00:01,000 --> 00:00:02,000\nMở thư mục D:\\Nhạc\\new.\n"
    assert read_subtitles(text, "srt").text == "Mở thư mục D:\\Nhạc\\new."


def test_a_comment_after_white_space():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nXin chào.\n \nNOTE ghi chú riêng\n"
    found = parse_subtitles(text, "vtt")
    assert (found.cues[0].lines, found.comments) == (("Xin chào.",), ("NOTE ghi chú riêng",))
    with pytest.raises(InputError, match="expected the times of cue '2'"):
        parse_subtitles("1\n00:01,0 --> 00:02,0\nMột.\n \n2\n \n00:03,0 --> 00:04,0\nHai.\n", "srt")


@pytest.mark.parametrize("sound", ["<Tiếng vỗ tay>", "<tiếng cười>", "<Sơn>", "<cười>", "<is>"])
def test_sounds_in_angle_brackets_are_text(sound):
    text = f"1\n00:00:01,000 --> 00:00:02,000\nTrời {sound} mưa.\n"
    assert read_subtitles(text, "srt").text == f"Trời {sound} mưa."


def test_speakers_with_a_tag_behind_their_dash():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n-<v Lan>Chào ông.</v>\n-<v An>Chào bà.</v>\n"
    assert read_subtitles(text, "vtt").text == "Chào ông.\n\nChào bà."
    assert translate(text, "vtt") == text


@given(subtitles())
def test_what_is_written_is_read_again(made):
    read = parse_subtitles(str(made), made.format)
    if "\n" not in str(made):
        read = dataclasses.replace(read, newline=made.newline)
    assert read == made
    assert str(read) == str(made)


@given(subtitles())
def test_every_part_is_a_span_of_the_running_text(made):
    running = join_cues(made)
    position = 0
    for part in running.parts:
        assert (
            position <= part.start <= part.end and not running.text[position : part.start].strip()
        )
        position = part.end
        assert running.text[part.start : part.end].strip() == running.text[part.start : part.end]
    assert not running.text[position:]


@settings(max_examples=25)
@given(subtitles())
def test_a_translation_keeps_cues_and_loses_no_word(made):
    article = read_subtitles(str(made), made.format)
    done = pipeline().translate(article, to="en", source_lang="vi")
    written = parse_subtitles(to_subtitles(done, article.subtitles), made.format)
    blank = [dataclasses.replace(cue, lines=()) for cue in made.cues]
    assert [dataclasses.replace(cue, lines=()) for cue in written.cues] == blank
    words = [word for cue in written.cues for line in cue.lines for word in letters(line)]
    assert "".join(words) == "".join(letters(" ".join(pair.target for pair in done.pairs)))


def letters(text):
    return re.findall(r"[^\W\d_]", re.sub(r"<[^<>]*>|\{[^{}]*\}|&lt;|&gt;|&amp;", "", text))


def test_both_formats_are_kept_verbatim():
    assert str(parse_subtitles(FILM, "srt")) == FILM
    assert str(parse_subtitles(WEB, "vtt")) == WEB
    windows = "\ufeff" + FILM.replace("\n", "\r\n")
    assert str(parse_subtitles(windows, "srt")) == windows[1:]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("Phim hay\n00:00:01,000 --> 00:00:02,000\nMưa.", "srt",
         "line 1: expected the number of a cue, or its times such as 00:00:01,000 --> "
         "00:00:02,500, not 'Phim hay'"),
        ("1\n00:00:01,000 -> 00:00:02,000\nMưa.", "srt",
         "line 2: expected the times of cue '1' such as 00:00:01,000 --> 00:00:02,500, not "
         "'00:00:01,000 -> 00:00:02,000'"),
        ("1\n00:00:01,000 --> 00:61:02,000\nMưa.", "srt",
         "line 2: expected the times of cue '1' such as 00:00:01,000 --> 00:00:02,500, not "
         "'00:00:01,000 --> 00:61:02,000'"),
        ("\n\n7\n\nMưa.", "srt",
         "line 4: expected the times of cue '7' such as 00:00:01,000 --> 00:00:02,500, not an "
         "empty line"),
        ("1\n00:00:03,000 --> 00:00:02,000\nMưa.", "srt",
         "line 2: the cue ends at 00:00:02,000, before its start at 00:00:03,000"),
        ("1\n00:00:01,000 --> 00:00:02,000\nMưa.\n2\n00:00:03,000 --> 00:00:04,000\nGió.", "srt",
         "line 5: expected an empty line before the next cue, or text without -->, not "
         "'00:00:03,000 --> 00:00:04,000'"),
        ("1\n00:00:01,000 --> 00:00:02,000\nMưa.\n\nGió.", "srt",
         "line 5: expected the number of a cue, or its times such as 00:00:01,000 --> "
         "00:00:02,500, not 'Gió.'"),
        ("00:01.000 --> 00:02.000\nMưa.", "vtt",
         "line 1: expected WEBVTT, not '00:01.000 --> 00:02.000'"),
        ("", "vtt", "line 1: expected WEBVTT, not ''"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nMưa.", "vtt",
         "line 2: expected an empty line before the next cue, or text without -->, not "
         "'00:01.000 --> 00:02.000'"),
        ("WEBVTT\n\nNOTE một\nhai --> ba", "vtt",
         "line 4: expected an empty line before the next cue, or text without -->, not "
         "'hai --> ba'"),
    ],
)  # fmt: skip
def test_a_malformed_cue_is_an_error_with_its_line(text, kind, message):
    with pytest.raises(InputError) as caught:
        parse_subtitles(text, kind)
    assert str(caught.value) == message
    with pytest.raises(InputError) as caught:
        read_data(text.encode(), name=f"phim.{kind}")
    assert str(caught.value) == f"phim.{kind}: {message}"


def test_the_number_of_cues_is_limited(monkeypatch):
    monkeypatch.setattr("vnsum.reading.subtitles.MAX_CUES", 4)
    with pytest.raises(InputError, match=r"^line 19: expected at most 4 cues in a file$"):
        parse_subtitles(FILM, "srt")


def test_times():
    assert to_milliseconds("00:00:01,5") == 1500
    assert to_milliseconds("100:00:00.001") == 360_000_001


# Sentences

CASES = {
    "a pause": (["Trời sắp mưa", "nên tôi về."], 9000, ["Trời sắp mưa", "nên tôi về."]),
    "lower case": (["Trời sắp mưa", "nên tôi về."], 0, ["Trời sắp mưa nên tôi về."]),
    "a name": (["Hôm qua tôi gặp", "Lan ở chợ.", "Cô ấy vui."], 0,
               ["Hôm qua tôi gặp Lan ở chợ.", "Cô ấy vui."]),
    "no full stops": (["Hôm qua tôi gặp", "Lan ở chợ", "Cô ấy vui"], 0,
                      ["Hôm qua tôi gặp", "Lan ở chợ", "Cô ấy vui"]),
    "questions only": (["Hôm qua tôi gặp", "Lan ở chợ", "Cô ấy vui không?", "Thật à?"], 0,
                       ["Hôm qua tôi gặp", "Lan ở chợ", "Cô ấy vui không?", "Thật à?"]),
    "ellipsis": (["Tôi nghĩ...", "...là đúng.", "Nhưng...", "Thôi."], 0,
                 ["Tôi nghĩ... ...là đúng.", "Nhưng...", "Thôi."]),
    "a dash": (["Anh chờ ai", "- Chờ em."], 0, ["Anh chờ ai", "Chờ em."]),
    "minus": (["Ngoài kia", "-5 độ."], 0, ["Ngoài kia -5 độ."]),
    "sounds": (["Anh nghe", "[gió]", "thấy không?"], 0, ["Anh nghe", "[gió]", "thấy không?"]),
    "a sign": (["TRƯỜNG HỌC", "Hôm nay nghỉ."], 0, ["TRƯỜNG HỌC", "Hôm nay nghỉ."]),
    "a tag with a dash": (["Trời sắp mưa", '<font color="dark-red">nên tôi về.</font>'], 0,
                          ["Trời sắp mưa nên tôi về."]),
    "less than": (["Ở đây 5 < 10", "và 3 > 2 nhé."], 0, ["Ở đây 5 < 10 và 3 > 2 nhé."]),
    "no words": (["***", "Hết phim.", "..."], 0, ["Hết phim."]),
    "number signs": (["# Quê hương #", "# là chùm khế ngọt #"], 0,
                     ["Quê hương", "là chùm khế ngọt"]),
    "music": (["♪ Quê hương ♪", "♪ là chùm khế ngọt ♪"], 0, ["Quê hương", "là chùm khế ngọt"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where_a_sentence_continues(name):
    texts, gap, expected = CASES[name]
    cues, now = [], 0
    for text in texts:
        cues.append(Cue(number="", start=write_time(now, "srt"), end=write_time(now + 900, "srt"),
                        lines=(text,)))  # fmt: skip
        now += 1000 + gap
    running = join_cues(Subtitles(format="srt", cues=tuple(cues)))
    assert running.text.split("\n\n") == expected


def test_a_sentence_has_a_limited_number_of_cues():
    cue = Cue(number="", start="00:00:01,000", end="00:00:01,000", lines=("và",))
    running = join_cues(Subtitles(format="srt", cues=(cue,) * 50))
    assert max(len(block.split()) for block in running.text.split("\n\n")) == MAX_JOINED


def test_a_film():
    assert (
        translate(FILM, "srt")
        == """1
00:00:01,000 --> 00:00:02,500 X1:10 X2:90
- What are you buying?
- I am buying two kilos of oranges.

2
00:00:03,000 --> 00:00:05,000
<i>This morning the wind was very strong,</i>

3
00:00:05,100 --> 00:00:07,000
<i>so the small boat did not go out to sea,
and the whole village had to wait until
noon.</i>

4
00:00:08,000 --> 00:00:10,000
[bell]

5
00:00:11,000 --> 00:00:12,000
{\\an8}I like the film <i>Mùa len trâu</i>.
"""
    )


def test_a_film_of_the_web():
    assert translate(WEB, "vtt") == WEB.replace(
        "Cơm &amp; cá đã chín", "The rice &amp; the fish are done"
    )
    assert translate(WEB, "vtt", output="srt") == (
        "1\n00:00:01,000 --> 00:00:02,500\nThe rice & the fish are done.\n"
    )
    assert list_losses(parse_subtitles(WEB, "vtt"), "vtt") == []
    assert list_losses(parse_subtitles(WEB, "vtt"), "srt") == [
        "tags that srt files do not have", "settings and comments",
    ]  # fmt: skip
    web = translate(FILM, "srt", output="vtt")
    assert web.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n")
    assert "\nI like the film <i>Mùa len trâu</i>.\n" in web


LIKE_TAGS = (
    "rain", "<Children with ADD>", "<b>", "</i>", "a<b", "c>d", "<3", "<", ">", "<<v Lan>>", "&",
    "<00:01:02.000>", "<!-- not said -->", "{\\an8}", "{y:i}", "{", "}", "<font color='red'>",
)  # fmt: skip
SOURCES = {
    "srt": ("Trời mưa.", "<i>Trời mưa.</i>", "{\\an8}Trời <b>mưa</b>."),
    "vtt": ("Trời mưa.", "<i>Trời mưa.</i>", "<v Lan>Trời <b>mưa</b>."),
}


def write_text(target, line, kind, output):
    """Return the subtitles whose only cue, with this line, was translated as `target`."""
    header = {"srt": "1\n", "vtt": "WEBVTT\n\n"}[kind]
    article = read_subtitles(
        f"{header}{write_time(0, kind)} --> {write_time(9, kind)}\n{line}", kind
    )
    done = pipeline().translate(article, source_lang="vi")
    done = dataclasses.replace(done, pairs=(dataclasses.replace(done.pairs[0], target=target),))
    return to_subtitles(done, article.subtitles, format=output)


@given(st.lists(st.sampled_from(LIKE_TAGS), max_size=12), st.sampled_from(FORMATS), st.data())
def test_no_text_is_written_as_a_tag(tokens, kind, data):
    target = " ".join(["Rain", *tokens])
    plain = write_text(target, SOURCES[kind][0], kind, "srt").replace("-->", "", 1)
    assert not re.search(r"<[^<>]*>", plain)  # all that any player takes for a tag
    assert "<" not in write_text(target, SOURCES[kind][0], kind, "vtt")
    output = data.draw(st.sampled_from(FORMATS))
    for line in SOURCES[kind]:
        written = write_text(target, line, kind, output)
        assert read_subtitles(written, output).text == target


def test_what_an_escape_stands_for_is_kept_in_both_formats():
    line = "&lt;Trẻ em&gt; &amp; {bé} là tên sách"
    said = "<Trẻ em> & {bé} là tên sách"
    for kind, head in {"srt": "1\n", "vtt": "WEBVTT\n\n"}.items():
        text = f"{head}{write_time(0, kind)} --> {write_time(9, kind)}\n{line}\n"
        assert read_subtitles(text, kind).text == said
        assert translate(text, kind, output="vtt").endswith(f"\n{line}\n")
        assert "\n＜Trẻ em＞ & {bé} là tên sách\n" in translate(text, kind, output="srt")
        for output in FORMATS:
            assert read_subtitles(translate(text, kind, output=output), output).text == said


@pytest.mark.parametrize(
    ("line", "lost"),
    [("<i>Mưa</i> to.", 0), ("Gió <b>rất</b> to.", 0), ("Mưa <font color=red>to</font> quá.", 1)],
)
def test_tags_inside_a_text(line, lost):
    text = f"1\n00:00:01,000 --> 00:00:02,500\n{line}\n"
    assert len(list_losses(parse_subtitles(text, "srt"), "srt")) == lost
    assert translate(text, "srt") == (
        text.replace("<font color=red>", "").replace("</font>", "") if lost else text
    )


def test_only_the_translation_of_the_same_subtitles():
    article = read_subtitles(FILM, "srt")
    done = pipeline().translate("Trời mưa.")
    with pytest.raises(InputError) as caught:
        to_subtitles(done, article.subtitles)
    message = "the translation is of another text: expected that of these subtitles"
    assert str(caught.value) == message


HOSTILE = ("--{}>", "-{}->", "-{}-{}>", "-{}-{}->", "{}-->{}", "-{}-")


@pytest.mark.parametrize("arrow", HOSTILE)
@pytest.mark.parametrize("tag", ["<c>", "<v Lan>", "<00:01.000>", "{\\an8}", "</font>", "<i>", ""])
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("output", FORMATS)
def test_no_text_becomes_the_time_of_a_cue(arrow, tag, kind, output):
    forged = f"00:00:05,000 {arrow.replace('{}', tag)} 00:00:06,000"
    article = read_subtitles({"srt": FILM, "vtt": WEB}[kind], kind)
    backend = FakeBackend(function=lambda text: forged)
    made = vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )
    done = made.translate(article, to="en", source_lang="vi")
    written = to_subtitles(done, article.subtitles, format=output)
    cues = parse_subtitles(written, output).cues
    assert len(cues) == len(article.subtitles.cues) == written.count("-->")


@pytest.mark.parametrize("text", ["1\n00:00:01,000 --> 00:00:02,000\nTrời mưa.\n", "", FILM])
def test_a_stored_sentence_that_is_in_no_cue_is_an_error(text):
    article = read_subtitles(text, "srt")
    stored = pipeline().translate(article, source_lang="vi").to_dict()
    for start in {0, len(article.text) // 2, len(article.text)}:
        changed = copy.deepcopy(stored)
        sentence = {"text": "", "start": start, "end": start, "paragraph": 0}
        changed["document"]["sentences"].append(sentence)
        changed["pairs"].append({"source": sentence, "target": "Lost."})
        with pytest.raises(InputError):
            to_subtitles(vnsum.Translation.from_dict(changed), article.subtitles)


def test_a_stored_sentence_between_cues_is_an_error():
    article = read_subtitles(FILM, "srt")
    stored = pipeline().translate(article, source_lang="vi").to_dict()
    place = article.text.index("\n")
    sentence = {"text": "\n", "start": place, "end": place + 1, "paragraph": 0}
    stored["document"]["sentences"].insert(1, sentence)
    stored["pairs"].insert(1, {"source": sentence, "target": "Lost."})
    with pytest.raises(InputError, match=f"characters {place} to {place + 1} is in no cue"):
        to_subtitles(vnsum.Translation.from_dict(stored), article.subtitles)


# Lines

words = st.lists(st.text("abcđế", min_size=1, max_size=14), max_size=40)


@given(words)
def test_lines_are_bounded_and_keep_all_words(words):
    found = wrap(" ".join(words))
    assert " ".join(found).split() == words
    assert all(len(line) <= MAX_WIDTH for line in found)
    first = [line for line in found if line]
    if len(" ".join(words)) <= MAX_WIDTH:
        assert len(first) <= 1


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=8, max_size=15))
def test_a_cue_has_two_lines_where_the_words_allow(words):
    text = " ".join(words)
    allowed = any(
        len(" ".join(words[:cut])) <= MAX_WIDTH and len(" ".join(words[cut:])) <= MAX_WIDTH
        for cut in range(len(words))
    )
    assert (len(wrap(text)) <= 2) == allowed


def test_breaks_come_after_punctuation():
    assert split_words("Rain, wind and hail all day", [10, 10]) == [
        "Rain, wind and",
        "hail all day",
    ]
    assert split_words("Rain and wind, hail and snow", [12, 10]) == [
        "Rain and wind,", "hail and snow",
    ]  # fmt: skip
    assert split_words("Rain and wind, hail and a snow", [18, 11]) == [
        "Rain and wind,", "hail and a snow",
    ]  # fmt: skip
    assert wrap("The wind was very strong, so the small boat stayed.") == [
        "The wind was very strong,", "so the small boat stayed.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tag", ['<font color="#ffff00" size="9">', "<v Nguyễn Thị Lan Hương>", "{\\an8 x}"]
)
def test_lines_do_not_break_inside_tags(tag):
    text = f"{tag}The wind was very strong, so the {tag}small boat stayed."
    assert wrap(text) == [f"{tag}The wind was very strong,", f"so the {tag}small boat stayed."]


def test_a_word_that_is_longer_than_a_line():
    assert wrap("a" * 50 + " b") == ["a" * 50, "b"]


@given(words, st.lists(st.integers(1, 80), min_size=1, max_size=8))
def test_a_sentence_is_distributed_without_loss(words, shares):
    found = split_words(" ".join(words), shares)
    assert len(found) == len(shares)
    assert " ".join(found).split() == words
    assert all(found) or len(words) < len(shares)


def split_by_trying_all(text, shares):
    """Return the split whose ends cost least, of all ends that leave a word for each share."""
    words = text.split()
    ends = [*itertools.accumulate(len(word) + 1 for word in words)]
    cuts = [0]
    for number, share in enumerate(itertools.accumulate(shares[:-1]), start=1):
        ideal = ends[-1] * share / sum(shares) if words else 0.0
        least = min(cuts[-1] + 1, len(words))
        options = range(least, max(least, len(words) - (len(shares) - number)) + 1)
        costs = {
            cut: abs(ends[cut - 1] - ideal) - PREFERENCE * words[cut - 1].endswith(PUNCTUATION)
            for cut in options
            if cut
        }
        cuts.append(min(costs, key=costs.get) if costs else 0)
    return [" ".join(words[a:b]) for a, b in itertools.pairwise([*cuts, len(words)])]


marked_words = st.text("ab", min_size=1, max_size=14) | st.sampled_from(["a,", "b.", "x" * 60])


@given(st.lists(marked_words, max_size=60), st.lists(st.integers(1, 80), min_size=1, max_size=70))
def test_the_ends_of_parts_are_the_best_of_all(words, shares):
    text = " ".join(words)
    assert split_words(text, shares) == split_by_trying_all(text, shares)


# Command line


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "phim.srt").write_text(FILM, encoding="utf-8")
    (tmp_path / "phim.vtt").write_text(WEB, encoding="utf-8")
    (tmp_path / "tin.txt").write_text("Trời mưa.", encoding="utf-8")
    return tmp_path


def run(*arguments):
    return main([*arguments, "--no-cache"] if arguments[0] != "segment" else [*arguments],
                load=lambda *_, **__: pipeline())  # fmt: skip


def test_the_command_line_writes_subtitles(folder, capsys):
    assert run("translate", "phim.srt", "-o", "phim.en.srt") == 0
    assert (folder / "phim.en.srt").read_text(encoding="utf-8") == translate(FILM, "srt")
    assert run("translate", "phim.vtt") == 0
    assert capsys.readouterr().out == translate(WEB, "vtt")
    assert run("translate", "phim.vtt", "-o", "phim.en.srt") == 0
    assert capsys.readouterr().err == (
        "vnsum: note: phim.vtt: removed tags that srt files do not have\n"
        "vnsum: note: phim.vtt: removed settings and comments\n"
    )
    assert run("translate", "phim.srt", "-f", "text") == 0
    assert "-->" not in capsys.readouterr().out
    (folder / "out").mkdir()
    (folder / "tap2.srt").write_text(FILM, encoding="utf-8")
    assert run("translate", "phim.srt", "tap2.srt", "-o", "out/") == 0
    assert {path.name for path in (folder / "out").iterdir()} == {"phim.srt", "tap2.srt"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", "tin.txt", "-o", "tin.srt"],
         "the format srt is for subtitles: expected only .srt and .vtt files as sources"),
        (["translate", "phim.srt", "tin.txt", "-f", "vtt", "-o", "./"],
         "the format vtt is for subtitles: expected only .srt and .vtt files as sources"),
        (["summarize", "phim.srt", "-o", "a.srt"],
         "only translations can be written as subtitles: choose another format than srt"),
        (["segment", "phim.srt", "-f", "srt"],
         "only translations can be written as subtitles: choose another format than srt"),
        (["translate", "phim.srt", "phim.vtt", "-o", "./"],
         "subtitles cannot be translated together with files of another format: translate them "
         "separately, or choose a format for all with -f"),
        (["translate", "phim.srt", "tin.txt"],
         "subtitles cannot be translated together with files of another format: translate them "
         "separately, or choose a format for all with -f"),
        (["translate", "phim.srt", "phim.vtt", "-f", "srt"],
         "several subtitles cannot be written to one file: give a folder to -o"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_as_subtitles(arguments, message, folder, capsys):
    assert run(*arguments) == 1
    assert capsys.readouterr().err == f"vnsum: error: {message}\n"


def test_a_malformed_file_on_the_command_line(folder, capsys):
    (folder / "sai.srt").write_text(FILM.replace("-->", "->"), encoding="utf-8")
    assert run("translate", "sai.srt") == 1
    err = capsys.readouterr().err
    assert err == (
        "vnsum: error: sai.srt: line 2: expected the times of cue '1' such as 00:00:01,000 --> "
        "00:00:02,500, not '00:00:01,000 -> 00:00:02,500 X1:10 X2:90'\n"
    )


# Other documents


@pytest.mark.parametrize(
    ("name", "data", "command"),
    [
        ("bao-cao.pdf", b"%PDF-1.7", "pdftotext FILE.pdf FILE.txt"),
        ("bao-cao.txt", b"%PDF-1.7", "pdftotext FILE.pdf FILE.txt"),
        ("BAO.DOCX", b"PK\3\4", "pandoc -t plain -o FILE.txt FILE.docx"),
        ("bao.md", b"PK\3\4", "pandoc -t plain -o FILE.txt FILE.docx if it is a .docx, .odt or "
         ".epub document"),
        ("phim.ass", b"[Script Info]", "ffmpeg -i FILE.ass FILE.srt"),
        ("bao.doc", b"\xd0\xcf\x11\xe0", "soffice --convert-to txt FILE.doc"),
        ("bao.rtf", b"{\\rtf1", "pandoc -t plain -o FILE.txt FILE.rtf"),
    ],
)  # fmt: skip
def test_documents_are_refused_with_what_to_do(name, data, command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        vnsum.read(name)
    message = str(caught.value)
    assert message.startswith(f"cannot read {name!r}, which is a .")
    assert message.endswith(f" file: convert it first, for example with {command}")
    assert run("segment", name) == 1
    assert f"cannot read {name!r}, which is a ." in capsys.readouterr().err
