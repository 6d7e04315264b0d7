"""Letters that equal others only without regard to case: ſ and s, İ and i, the Kelvin sign and k.

A pattern that ignores case matches them, but their lower-case forms are not in any table.
"""

import datetime
import json
from pathlib import Path

import pytest

import vnsum
from vnsum import summarization
from vnsum.pipeline import Pipeline
from vnsum.translation import CheckedTranslator, FakeBackend

CASES = json.loads((Path(__file__).parent / "cases" / "assembly.json").read_text("utf-8"))
LIKE = [("s", "ſ"), ("k", "\u212a"), ("i", "ı"), ("I", "İ"), ("å", "\u212b")]
TEXTS = [
    *(" ".join(case["sentences"]) for case in CASES),
    "HUE (Reuters, Sept 9) - The bridge in Hue opened after two years of work.\n\nIt rained.",
    "Mrs Anna Brown opened the bridge. It rained. “The work took years”, she said. In a statement,"
    " she thanked the king on 9 January 2026. It is about 3 kg, minus 4 degrees Celsius.",
    "Ca sĩ Lan Anh hát ở Huế thứ Sáu. Mưa. Nữ ca sĩ kể sẽ về quê tháng 9 tới. Theo đó, 3 kg, 5 tỷ.",
]
PUBLISHED = datetime.date(2026, 1, 9)


class LastSentence:
    """A summarizer that takes the last sentence, whose openings are then resolved."""

    signature = "last"

    def summarize(self, document, budget):
        last = len(document.sentences) - 1
        text = document.sentences[last].text
        sentence = vnsum.SummarySentence(text=text, evidence=(last,), score=1.0)
        return vnsum.Summary(lang=document.lang, sentences=(sentence,))


@pytest.mark.parametrize(("letter", "like"), LIKE)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_they_are_read_or_left_alone(letter, like, lang):
    pipeline = Pipeline(
        translator=CheckedTranslator(backend=FakeBackend(function=str)), summarizer=LastSentence()
    )
    other = "en" if lang == "vi" else "vi"
    for text in TEXTS:
        document = vnsum.segment(text.replace(letter, like), lang=lang, published=PUBLISHED)
        if document.sentences:
            pipeline.summarize(document, to=other)
        translated = pipeline.translate(document, to=other)
        assert len(translated.pairs) == len(document.sentences)
        findings = vnsum.check(document.text, translated.text, source_lang=lang, target_lang=other)
        assert all(finding.message for finding in findings)


def test_next_month_in_a_strange_letter_is_written_as_usual():
    backend = FakeBackend(function=lambda _: "İn next February it opens.")
    pipeline = Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )
    document = vnsum.segment("Tháng 2 tới, cầu mở cửa cho dân.", published=PUBLISHED)
    assert pipeline.translate(document).text == "İn February it opens."
