"""Repairs of negations and opposites: only by hypotheses that are about as likely."""

import pytest

from vnsum import checks
from vnsum.checks.negation import _has_negative_affix
from vnsum.checks.negation_words import FORMED, NEGATIVE_WORDS
from vnsum.glossary import Glossary
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import Hypothesis
from vnsum.translation.repair.meanings import MAX_LOSS, repair_meanings
from vnsum.translation.repair.states import RepairInput

WAY = {"source": "vi", "target": "en"}
SOURCE = "Mỹ là nước duy nhất không phê chuẩn hiệp định năm 2007."
RIGHT = "The US is the only country not to ratify the treaty in 2007."
WRONG = "The US is the only country to ratify the treaty in 2007."
PREVENTED = "Ông khẳng định ngăn chặn không để ma túy xâm nhập."


def repair(source, text, *others, score=-0.5):
    case = RepairInput(source=source, text=text, score=score, n_best=others)
    backend = FakeBackend(function=str)
    found = repair_meanings([case], backend=backend, glossary=Glossary(), **WAY)[0]
    assert backend.calls == []
    return found


def likely(text, loss=0.05):
    return Hypothesis(text=text, score=-0.5 - loss)


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        (SOURCE, WRONG, RIGHT),
        (PREVENTED, "He would not prevent drugs from entering.", "He would prevent drugs coming."),
        ("Ông Lâm sẽ mãn nhiệm trong năm nay.", "Lam will be in office for another year.",
         "Lam will step down this year."),
        ("Chùa ở phía Tây Nam thành phố.", "The temple is south of the city.",
         "The temple is southwest of the city."),
    ],
)  # fmt: skip
def test_the_candidate_with_the_meaning_of_the_source_is_taken(source, wrong, right):
    repaired = repair(source, wrong, likely(right))
    assert repaired.text == right and not checks.check(source, right)
    (finding,) = repaired.findings
    assert finding.kind == "repair" and finding.source and "another candidate" in finding.message


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (RIGHT, likely(WRONG)),  # nothing is wrong
        (WRONG, likely(RIGHT, MAX_LOSS + 0.05)),  # much less likely
        (WRONG, likely(RIGHT.replace("2007", "2017"))),  # a figure is spoilt
        (WRONG, likely(RIGHT.replace("The US", "Cuba"))),  # a name is lost
        (WRONG, likely(WRONG.replace("country", "nation"))),  # no better
    ],
)
def test_what_is_no_better_is_not_taken(text, other):
    assert repair(SOURCE, text, other) is None


def test_a_denial_that_only_the_translation_has_may_be_another_word():
    source, text = "Massa xem trận đấu từ khán đài.", "Massa will not play this match."
    assert [f for f in checks.check(source, text) if f.kind == "negation"]
    assert repair(source, text, likely("Massa will play this match.")) is None


def test_a_denied_word_may_be_its_opposite():
    source, text = "Giá vàng không tăng trong tháng này.", "The price of gold fell this month."
    kinds = {finding.kind for finding in checks.check(source, text)}
    assert kinds == {"negation", "opposite"}
    assert repair(source, text, likely("The price of gold rose this month.")) is None


@pytest.mark.parametrize("repairing", [True, False])
def test_negations_are_repaired_on_the_way_to_the_user(repairing):
    class Offering(FakeBackend):
        def translate(self, texts, *, source, target, beams=None):
            others = (likely(RIGHT),)
            return [Hypothesis(text=WRONG, score=-0.5, n_best=others) for _ in texts]

    translator = CheckedTranslator(backend=Offering(function=str), repair=repairing)
    (checked,) = translator.translate_checked([SOURCE], **WAY)
    assert checked.text == (RIGHT if repairing else WRONG)


def test_no_negative_word_counts_twice():
    affixed = {word for word in NEGATIVE_WORDS["en"] | FORMED if _has_negative_affix(word)}
    assert not affixed
    assert not NEGATIVE_WORDS["en"] & FORMED
