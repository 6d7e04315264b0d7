"""Plots: they show the values, and are readable on any background and in any font."""

import itertools
import subprocess
import sys

import matplotlib
import matplotlib.style
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection

import vnsum
from vnsum import errors
from vnsum.rendering import plots
from vnsum.rendering.plots import picture as pictures

TEXT = (
    "Sáng 9/1, mưa to ở Huế. Nước lên.\n\nDân phải đi tránh lũ. Có 18 xã bị ngập; 3 người mất tích."
)
DOCUMENT = vnsum.segment(TEXT, lang="vi")
SEVERITIES = ("info", "warning", "error")

scores = st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 3))
indices = st.integers(0, len(DOCUMENT.sentences) - 1)
severities = st.sampled_from(SEVERITIES)
kinds = st.sampled_from(["number", "date", "name"])


def summary_of(chosen):
    pairs = [
        vnsum.SummaryPair(
            source=vnsum.SummarySentence(
                text=DOCUMENT.sentences[index].text, evidence=(index,), score=score
            ),
            target="x",
        )
        for index, score in chosen.items()
    ]
    return vnsum.BilingualSummary(document=DOCUMENT, target_lang="en", pairs=tuple(pairs))


def translation_of(found, *, whole=(), document=DOCUMENT):
    pairs = [
        vnsum.SentencePair(source=sentence, target="x", findings=tuple(found.get(index, ())))
        for index, sentence in enumerate(document.sentences)
    ]
    return vnsum.Translation(
        document=document, target_lang="en", pairs=tuple(pairs), findings=tuple(whole)
    )


def strip_cells(axes):
    """Read the sentences of the strip back: start, width and colour of each."""
    (cells,) = (c for c in axes.collections if isinstance(c, PolyCollection))
    boxes = [path.get_extents() for path in cells.get_paths()]
    colours = [matplotlib.colors.to_hex(colour) for colour in cells.get_facecolors()]
    return [(box.x0, box.width) for box in boxes], colours


@settings(deadline=None, max_examples=10)
@given(st.dictionaries(indices, scores))
def test_a_summary_is_drawn_as_it_is(chosen):
    above, strip = summary_of(chosen).plot().axes
    bars = [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in above.patches]
    sentences = DOCUMENT.sentences
    expected = [(sentences[i].start, len(sentences[i].text), s) for i, s in chosen.items()]
    assert [pytest.approx(bar) for bar in bars] == expected
    cells, colours = strip_cells(strip)
    assert cells == [(sentence.start, len(sentence.text)) for sentence in sentences]
    for index, colour in enumerate(colours):
        assert colour == (pictures.LIGHT.info if index in chosen else pictures.LIGHT.pale)


@settings(deadline=None, max_examples=10)
@given(st.dictionaries(indices, st.lists(st.tuples(kinds, severities), max_size=3)))
def test_findings_stand_where_they_are(found):
    made = {
        index: [
            vnsum.Finding(
                kind=kind, severity=severity, message="m", source=vnsum.Span(start=2, end=5)
            )
            for kind, severity in entries
        ]
        for index, entries in found.items()
    }
    above, strip = translation_of(made).plot().axes
    rows = [label.get_text() for label in above.get_yticklabels()]
    drawn = sorted(
        (line.get_xdata()[0], rows[int(line.get_ydata()[0])], line.get_color())
        for line in above.lines
        if len(line.get_xdata())
    )
    assert drawn == sorted(
        (DOCUMENT.sentences[index].start + 3.5, kind, getattr(pictures.LIGHT, severity))
        for index, entries in found.items()
        for kind, severity in entries
    )
    _, colours = strip_cells(strip)
    for index, colour in enumerate(colours):
        ranks = [SEVERITIES.index(severity) for _, severity in found.get(index, ())]
        expected = SEVERITIES[max(ranks)] if ranks else "pale"
        assert colour == getattr(pictures.LIGHT, expected)


def test_findings_without_a_place_are_drawn_along_what_they_are_about():
    finding = vnsum.Finding(kind="loop", severity="error", message="m")
    above, _ = translation_of({1: [finding]}, whole=[finding]).plot().axes
    lengths = [line.get_segments()[0][:, 0].tolist() for line in above.collections]
    sentence = DOCUMENT.sentences[1]
    assert lengths == [[sentence.start, sentence.end], [0, len(TEXT)]]


@pytest.mark.parametrize("kind", ["$\\frac$", "a\ud800", "\x00\x1b[31m", "a\nb", ""])
def test_any_kind_of_finding_is_drawn_as_text(kind):
    finding = vnsum.Finding(kind=kind, severity="error", message="m")
    for value in (translation_of({0: [finding]}), translation_of({}, whole=[finding])):
        assert value.plot()._repr_png_()


@pytest.mark.parametrize("document", [DOCUMENT, vnsum.segment("", lang="vi")])
def test_nothing_found_and_nothing_chosen_are_drawn_too(document):
    empty = translation_of({}, document=document)
    above, _ = empty.plot().axes
    assert [label.get_text() for label in above.get_yticklabels()] == ["no findings"]
    assert (
        vnsum.BilingualSummary(document=document, target_lang="en").plot().axes[0].patches[:] == []
    )


def test_scores_are_drawn_as_they_are():
    table = {
        "Lead-2": {"ROUGE-1": 28.8, "ROUGE-2": 15.3},
        "ranker": {"ROUGE-1": 34.4, "ROUGE-2": None},
        "tiếng $x$": {"ROUGE-2": float("nan")},
    }
    picture = plots.plot_scores(
        table, intervals={"ranker": {"ROUGE-1": 0.6}}, highlight=["ranker"], title="Giá $5 và $6"
    )
    first, second = picture.axes
    assert [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in first.patches] == [
        pytest.approx((0, 28.8)), pytest.approx((1, 34.4))
    ]  # fmt: skip
    assert [bar.get_width() for bar in second.patches] == [15.3]
    assert [label.get_text() for label in first.get_yticklabels()] == list(table)
    assert [axes.get_title(loc="left") for axes in picture.axes] == ["ROUGE-1", "ROUGE-2"]
    (whisker,) = first.collections
    assert whisker.get_segments()[0][:, 0].tolist() == pytest.approx([33.8, 35.0])
    colours = [matplotlib.colors.to_hex(bar.get_facecolor()) for bar in first.patches]
    assert colours == [pictures.LIGHT.pale, pictures.LIGHT.info]
    assert picture._repr_png_()


def test_times_are_drawn_as_they_are():
    picture = plots.plot_times({"generate": [3.0, 1.0, 2.0], "vnsum": [0.5]})
    (axes,) = picture.axes
    assert [bar.get_width() for bar in axes.patches] == [2.0, 0.5]
    (whisker,) = axes.collections
    assert whisker.get_segments()[0][:, 0].tolist() == [1.0, 3.0]


NO_SCORES = r"no scores to plot: expected \{system: \{metric: number\}\}"
NO_TIMES = r"no times to plot: expected \{name: \[seconds of each run\]\}"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.plot_scores({}), NO_SCORES),
        (lambda: plots.plot_scores({"a": {"BLEU": None}}), NO_SCORES),
        (lambda: plots.plot_scores({"a": {"BLEU": "27"}}), "BLEU of a must be a finite number"),
        (lambda: plots.plot_scores({"a": {"BLEU": float("inf")}}), "must be a finite number"),
        (lambda: plots.plot_scores({"a": {"BLEU": 10**400}}), "must be a finite number"),
        (lambda: plots.plot_times({}), NO_TIMES),
        (lambda: plots.plot_times({"a": [10**400]}), "must be a finite number"),
        (lambda: plots.plot_times({"a": []}), NO_TIMES),
        (lambda: plots.plot_times({"a": [True]}), "a time of a must be a finite number"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(call, message):
    with pytest.raises(errors.InputError, match=message):
        call()


LONG = vnsum.segment("Ủy ban nhân dân tỉnh họp $5 và $6 về Đắk Lắk \x07 ẩm thực. " * 400, lang="vi")


# A font without Vietnamese letters, of those that come with matplotlib.
@pytest.mark.parametrize("font", ["sans-serif", "STIXSizeOneSym"])
@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_every_picture_can_be_shown(font, style):
    """Warnings are errors here, that of a missing letter too."""
    with matplotlib.style.context([style, {"font.family": font, "axes.unicode_minus": False}]):
        shown = [
            vnsum.BilingualSummary(document=LONG, target_lang="en").plot(),
            translation_of({}, document=LONG).plot(),
            plots.plot_scores({"tiếng Việt ưỡẵặ": {"điểm ổn định": 1.0}}, title="Ộ ẵ ỹ"),
        ]
        for picture in shown:
            data, metadata = picture._repr_png_()
            assert data.startswith(b"\x89PNG")
            assert metadata["alt"] == picture.description != ""
            assert metadata["width"] > metadata["height"] > 0


def linear(colour):
    return [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in matplotlib.colors.to_rgb(colour)
    ]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes (2009), severity 1: how the colour-blind see linear RGB.
SIGHT = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def lab(colour, sight):
    """Return the CIELAB coordinates of a colour as somebody sees it."""
    seen = [
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(colour), strict=True))))
        for row in SIGHT[sight]
    ]
    rows = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))
    x, y, z = (sum(a * b for a, b in zip(row, seen, strict=True)) ** (1 / 3) for row in rows)
    return 116 * y, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(
    ("colours", "paper"), [(pictures.LIGHT, "#ffffff"), (pictures.DARK, "#000000"),
                           (pictures.DARK, "#17191e")],
)  # fmt: skip
def test_colours_stay_apart_for_everybody(colours, paper, sight):
    strong = [getattr(colours, severity) for severity in SEVERITIES]
    assert all(contrast(colour, paper) >= 3 for colour in strong)
    for one, other in itertools.combinations([*strong, colours.pale], 2):
        gap = sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True))
        assert gap**0.5 > 20


def test_pictures_leave_no_figures_behind():
    code = (
        "import sys, vnsum; vnsum.Translation(document=vnsum.segment(''), target_lang='en').plot();"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_the_extra_the_error_says_what_to_run():
    code = (
        "import sys; sys.modules['matplotlib'] = None; import vnsum\n"
        "try: vnsum.Translation(document=vnsum.segment(''), target_lang='en').plot()\n"
        "except vnsum.errors.MissingExtraError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "vnsum[plot]"' in done.stdout
