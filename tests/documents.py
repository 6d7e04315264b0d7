"""Builders of documents for the tests of summarizers."""

from hypothesis import strategies as st

from vnsum.results.document import Document, Sentence

SYLLABLES = ["mưa", "lớn", "gây", "ngập", "Huế", "ông", "Nam", "đường", "12", "cầu", "“", "."]
sentences = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=15).map(" ".join)
titles = st.none() | st.lists(st.sampled_from(SYLLABLES), max_size=8).map(" ".join)


def build(texts, title=None, lang="vi", separator=" "):
    """Build a document from sentences, two in each paragraph, with a character between them."""
    placed, start = [], 0
    for i, text in enumerate(texts):
        placed.append(Sentence(text=text, start=start, end=start + len(text), paragraph=i // 2))
        start += len(text) + 1
    return Document(text=separator.join(texts), lang=lang, title=title, sentences=tuple(placed))


documents = st.builds(
    build, st.lists(sentences, max_size=12), titles, st.sampled_from(["vi", "en"])
)


def picked(summary):
    return [i for sentence in summary.sentences for i in sentence.evidence]
