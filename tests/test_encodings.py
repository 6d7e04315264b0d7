"""Pages and subtitles in a wrong encoding are repaired as a whole, before they are taken apart."""

import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from growth import grows_too_fast, repeated

import vnsum
from vnsum import summarization
from vnsum.errors import InputError
from vnsum.languages import legacy
from vnsum.reading.article import read_data, read_html, read_subtitles, read_text
from vnsum.reading.charsets import decode
from vnsum.reading.cleaning import clean, fix_d, repair_encoding
from vnsum.rendering.subtitles import to_subtitles
from vnsum.translation import CheckedTranslator, FakeBackend

CASES = json.loads((Path(__file__).parent / "cases" / "encodings.json").read_text("utf-8"))
TITLE, LINES = CASES["title"], CASES["lines"]
UNCHANGED = dict(CASES["unchanged"])
STANDARDS = ["CP1258", "TCVN3", "VISCII", "VNI"]
TWICE = ["latin-1", "cp1252"]
TONES = "\u0300\u0301\u0303\u0309\u0323"


def read_table():
    table = {}
    rows = Path(legacy.__file__).parent / "data" / "legacy_encodings.txt"
    for line in rows.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            standard, code, char = line.split("\t")
            char = chr(int(char[2:], 16)) if char.startswith("U+") else char
            table.setdefault((standard, char), bytes.fromhex(code))
    return table


TABLE = read_table()


def encode(text, encoding):
    """Return the bytes of a text as `encoding` had them, or as it spoiled UTF-8."""
    if encoding in TWICE:
        read = (bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())
        return "".join(read).encode()
    if encoding == "CP1258":  # letters and tones are characters of their own
        parts = []
        for char in text:
            marks = unicodedata.normalize("NFD", char)
            tones = "".join(mark for mark in marks if mark in TONES)
            parts.append(unicodedata.normalize("NFC", marks.translate({ord(t): "" for t in TONES})))
            parts.append(tones)
        text = "".join(parts)
    return b"".join(TABLE.get((encoding, char)) or char.encode("cp1258") for char in text)


def page(body, head=""):
    head = f"<head>{head}<title>{TITLE}</title></head>"
    return f"<html>{head}<body><h1>{TITLE}</h1>{body}</body></html>"


def number(cues, times="00:{:02}:00,000 --> 00:{:02}:02,900"):
    blocks = (f"{n}\n{times.format(n, n)}\n{cue}\n" for n, cue in enumerate(cues, start=1))
    return "\n".join(blocks)


WORDS = " ".join(LINES).split()
SHORT = [" ".join(WORDS[n : n + 3]) for n in range(0, len(WORDS), 3)]
VTT = number(SHORT, "{:02}:00.000 --> {:02}:02.900 align:start position:10%")
CONTAINERS = {
    "text.txt": "\n".join([TITLE, "", *LINES]),
    "markdown.md": "\n\n".join([f"# {TITLE}", *LINES]),
    "p.html": page("".join(f"<p>{line}</p>" for line in LINES)),
    "br.html": page("<br>\n".join(LINES)),
    "div.htm": page("".join(f"<div>{line}</div>" for line in LINES)),
    "li.html": page("<ul>" + "".join(f"<li>{line}</li>" for line in LINES) + "</ul>"),
    "table.html": page(f"<table width=9><tr><td><font face=.VnTime>{'<br>'.join(LINES)}</table>"),
    "head.html": page("<br>".join(LINES), f"<script>{'f(1 < 2);' * 9000}</script>"),
    "long.srt": number(LINES),
    "short.srt": number(SHORT),
    "crlf.srt": number(SHORT).replace("\n", "\r\n"),
    "short.vtt": f"WEBVTT - {TITLE}\n\nNOTE {TITLE}\n\n{VTT}",
}


def skip_without_trafilatura(name):
    if ".htm" in name:
        pytest.importorskip("trafilatura")


@pytest.mark.parametrize("encoding", STANDARDS + TWICE)
@pytest.mark.parametrize("name", CONTAINERS)
def test_a_file_in_any_encoding_is_read_like_one_in_utf_8(name, encoding):
    skip_without_trafilatura(name)
    data = encode(CONTAINERS[name], encoding)
    assert data != CONTAINERS[name].encode()
    expected = read_data(CONTAINERS[name].encode(), name=name)
    assert "Nguyễn Huệ" in expected.text
    assert read_data(data, name=name) == expected


@pytest.mark.parametrize("encoding", STANDARDS + TWICE)
@pytest.mark.parametrize("name", CONTAINERS)
def test_so_is_a_string_that_was_decoded_as_latin(name, encoding):
    skip_without_trafilatura(name)
    data = encode(CONTAINERS[name], encoding)
    text = data.decode("utf-8" if encoding in TWICE else "latin-1")
    if name.endswith((".srt", ".vtt")):
        read = read_subtitles(text, name[-3:])
    else:
        read = (read_html if ".htm" in name else read_text)(text)
    assert read == read_data(CONTAINERS[name].encode(), name=name)


@pytest.mark.parametrize("encoding", STANDARDS)
@pytest.mark.parametrize("charset", CASES["charsets"])
def test_a_wrong_declaration_does_not_matter(charset, encoding):
    pytest.importorskip("trafilatura")
    declared = page("<br>".join(LINES), f'<meta charset="{charset}">')
    expected = read_html(declared)
    assert read_data(encode(declared, encoding), name="a.html") == expected
    plain = decode(encode(CONTAINERS["br.html"], encoding), name="a", label=charset, is_html=True)
    assert read_html(plain) == expected


@pytest.mark.parametrize("encoding", STANDARDS + TWICE)
def test_markup_and_entities_are_kept(encoding):
    markup = CASES["markup"].replace("%TITLE%", TITLE).replace("%LINE%", LINES[0])
    data = encode(markup, encoding)
    assert repair_encoding(data.decode("utf-8" if encoding in TWICE else "latin-1")) == markup


@pytest.mark.parametrize("encoding", STANDARDS)
def test_letters_that_an_editor_wrote_as_entities(encoding):
    pytest.importorskip("trafilatura")
    latin = encode(CONTAINERS["br.html"], encoding).decode("latin-1")
    for form in ("&#{};", "&#x{:X};"):
        written = re.sub("[\x80-\xff]", lambda char, form=form: form.format(ord(char[0])), latin)
        assert read_html(written) == read_html(CONTAINERS["br.html"])


@pytest.mark.parametrize("label", UNCHANGED)
def test_other_pages_do_not_change(label):
    text = page("<p>It rained in Hue, and the streets were flooded.</p>").replace(TITLE, "Rain")
    text = text.replace("</body>", f"{UNCHANGED[label]}<br>\n{UNCHANGED[label]}</body>")
    assert repair_encoding(text) == text
    assert decode(text.encode(), name="a.html", is_html=True) == text


@pytest.mark.parametrize(("label", "charset"), CASES["declared"])
def test_a_right_declaration_is_used(label, charset):
    text = f'<meta charset="{charset}">{UNCHANGED[label].replace("’", "")}'
    read = decode(text.encode(charset), name="a.html", is_html=True)
    assert repair_encoding(read) == text


@pytest.mark.parametrize("charset", CASES["referring"])
@pytest.mark.parametrize("lines", [LINES, CASES["few references"]])
def test_letters_that_the_declared_charset_lacks_are_references(lines, charset):
    pytest.importorskip("trafilatura")
    text = page("".join(f"<p>{line}</p>" for line in lines), f'<meta charset="{charset}">')
    text = text.replace(TITLE, lines[0][:30])
    written = text.encode(charset, "xmlcharrefreplace")
    assert read_data(written, name="a.html") == read_html(text)


def test_no_break_spaces_that_were_encoded_several_times_are_repaired():
    text = "It was one of\xa0few cities by the sea, and the streets were flooded."
    for times in (2, 3):
        spoiled = text
        for _ in range(times):
            spoiled = encode(spoiled, "cp1252").decode()
        assert repair_encoding(spoiled) == text
        assert read_subtitles(number([spoiled]), "srt").text == text.replace("\xa0", " ")


def test_a_few_foreign_words_do_not_overrule_a_declaration():
    text = '<meta charset="iso-8859-2"><p>În means in, or în within a sentence; şi means and.</p>'
    assert decode(text.encode("iso-8859-2"), name="a.html", is_html=True) == text


def test_vietnamese_with_a_right_declaration_of_its_code_page():
    text = f'<meta charset="windows-1258"><p>{LINES[0]}</p>'
    read = decode(encode(text, "CP1258"), name="a.html", is_html=True)
    assert unicodedata.normalize("NFC", repair_encoding(read)) == text


def test_punctuation_of_windows_is_kept():
    pytest.importorskip("trafilatura")
    body = "<br>".join(["“It’s raining – again…” " + "The streets were flooded for days. " * 3] * 3)
    html = f"<html><head><title>Rain</title></head><body><h1>Rain</h1>{body}</body></html>"
    latin = html.encode("cp1252").decode("latin-1")
    assert read_html(latin) == read_html(html)
    assert read_subtitles(number(["Wait\x85"]), "srt").text == "Wait…"


def test_quotations_in_quotations_are_no_vietnamese():
    pytest.importorskip("trafilatura")
    # Quotation marks of Windows-1252 beside I and It are syllables in VISCII.
    text = "“I told him, ‘It was over,’” she said. “In May, I left.”"
    with pytest.raises(InputError, match="in no legacy Vietnamese encoding"):
        read_data(text.encode("cp1252"), name="a.txt")
    body = f"<p>{text}</p><p>{'The streets were flooded. ' * 12}</p>"
    html = page(body, "<meta charset=windows-1252>").replace(TITLE, "Rain")
    assert text in read_data(html.encode("cp1252"), name="a.html").text


UNITS = [
    "50 m²", "30 m³", "2 km²", "7 cm³", "25 °C", "77°F", "45° N", "5 µm", "3 µg", "4 µl", "n°5",
    "Nº 5", "½ cup", "m¹", "8 µV", "±3", "10 dm²",
]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["The test was made with %s and “%s”.", "Đo %s – %s.", "Do %s, %s."]
)
@pytest.mark.parametrize("first", UNITS)
def test_units_are_no_vietnamese(text, first):
    for second in UNITS:
        written = text % (first, second)
        assert clean(written) == written
        assert read_data(written.encode(), name="a.txt").text == written


def test_no_break_spaces_are_no_letters():
    # In VISCII, the code of a no-break space is that of Õ.
    written = "H&agrave;&nbsp;N&#181;i, &#208;&agrave;&nbsp;N&#199;ng, &#240;&#223;&#182;ng"
    assert repair_encoding(written) == "Hà&nbsp;Nội, Đà&nbsp;Nẵng, đường"


def test_signs_in_unicode_on_a_page_with_double_encoded_words():
    signs = "<p>© 2001 »\u00a0%s</p>"
    assert repair_encoding(signs % encode(LINES[0], "cp1252").decode()) == signs % LINES[0]


def test_double_encoding_twice_with_a_byte_order_mark():
    data = encode(encode("\ufeff" + number(LINES), "latin-1").decode(), "cp1252")
    assert read_data(data, name="a.srt") == read_data(number(LINES).encode(), name="a.srt")


@pytest.mark.parametrize("name", ["a.srt", "a.vtt", "a.html"])
def test_icelandic_d_in_short_parts(name):
    skip_without_trafilatura(name)
    lines = CASES["icelandic_d"]
    body = "<br>".join(lines)
    head = f'<title>{lines[0]}</title><meta name=author content="{lines[4]}">'
    text = {
        "a.srt": number(lines),
        "a.vtt": f"WEBVTT\n\nNOTE {lines[0]}\n\n"
        + number(lines, "{:02}:00.000 --> {:02}:02.900 align:start position:10% line:0"),
        "a.html": f"<html><head>{head}</head><body><h1>{lines[0]}</h1>{body}</body></html>",
    }[name]
    read = read_data(text.encode(), name=name)
    assert read == read_data(text.replace("Ð", "Đ").encode(), name=name)
    assert "Đi!" in read.text
    assert "Ð" not in f"{read.title}{read.author}{read.text}{read.subtitles}"


def test_icelandic_d_in_other_languages():
    cues = number(["Ðór var í bænum.", "Ðað er rétt.", "Við sáum Ði og Ðà í dag."])
    assert str(read_subtitles(cues, "srt").subtitles) == cues
    assert fix_d("Ði", context="The words are from Old Norse.") == "Ði"


@pytest.mark.parametrize("encoding", STANDARDS + TWICE)
@pytest.mark.parametrize("name", ["crlf.srt", "short.vtt"])
def test_translated_subtitles_keep_the_structure(name, encoding):
    def write(data):
        article = read_data(data, name=name)
        translator = CheckedTranslator(backend=FakeBackend(function=str.upper))
        pipeline = vnsum.Pipeline(translator=translator, summarizer=summarization.load("lead"))
        return to_subtitles(pipeline.translate(article), article.subtitles)

    expected = CONTAINERS[name].encode()
    assert write(encode(CONTAINERS[name], encoding)) == write(expected)
    article = read_data(encode(CONTAINERS[name], encoding), name=name)
    assert str(article.subtitles) == CONTAINERS[name]


@pytest.mark.skipif(sys.platform == "win32", reason="needs interval timers")
@pytest.mark.parametrize(
    "piece", ["<p>ViÖt</p>\n", "Vi&Ouml;t ", "á»\x9di<", "Ã\x83", "Ð ", "\x85"]
)
def test_repairing_takes_linear_time(piece):
    assert not grows_too_fast(repair_encoding, repeated("Céng hßa x· héi ", piece, ""), 20_000)


@pytest.mark.parametrize(("data", "name"), [("x", "a.txt"), (b"x", None), (b"x", 3)])
def test_data_are_bytes_with_a_name(data, name):
    with pytest.raises(InputError, match=r"(?:data|name) must be "):
        read_data(data, name=name)
